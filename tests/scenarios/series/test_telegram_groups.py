"""In groups the bot says nothing unasked, takes no requests, and knows in which groups it is."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import select

from storage.models import Room
from tests.scenarios.asking import SERIES
from tests.scenarios.town import DUTCH, at
from tests.telegram.asking import plan, question
from tests.telegram.town import TelegramTown


def rooms(town: TelegramTown) -> Sequence[tuple[str, str, bool]]:
    with town.store.read() as uow:
        return [(room.address, room.name, room.present) for room in uow.db.exec(select(Room)).all()]


async def test_in_a_group_the_bot_is_silent_until_a_command_calls_it(telegram_town: TelegramTown) -> None:
    anna, ben = telegram_town.everybody[:2]
    group = telegram_town.far.group("Team", anna, ben)
    await anna.adds_bot(group)
    await anna.says("wat doet die hier?", to=group)
    await anna.says("/iets_anders", to=group)
    await telegram_town.far.settled()
    assert [message for message in anna.messages_in(group) if message.from_bot] == []


async def test_a_command_in_a_group_leads_to_the_form_in_private(telegram_town: TelegramTown) -> None:
    anna, ben = telegram_town.everybody[:2]
    group = telegram_town.far.group("Team", anna, ben)
    await anna.adds_bot(group)
    await ben.says("/dialoog", to=group)
    seen = await ben.sees(DUTCH("telegram.in_group"))
    await ben.presses(DUTCH("telegram.to_private"), seen)
    await telegram_town.far.settled()
    assert DUTCH("form.stop") in question(ben).buttons
    assert len([one for one in anna.messages_in(group) if one.from_bot]) == 1


async def test_a_group_in_which_many_commands_are_given_hears_the_same_once_a_minute(
    telegram_town: TelegramTown,
) -> None:
    town, (anna, ben) = telegram_town, telegram_town.everybody[:2]
    group = town.far.group("Team", anna, ben)
    await anna.adds_bot(group)
    for command in ("/dialoog", "/help", "/status"):
        await ben.says(command, to=group)
    await town.far.settled()
    assert len([one for one in anna.messages_in(group) if one.from_bot]) == 1
    town.clock.move(timedelta(minutes=2))
    await ben.says("/dialoog", to=group)
    await town.far.settled()
    assert len([one for one in anna.messages_in(group) if one.from_bot]) == 2


async def test_who_brings_the_bot_into_a_group_hears_in_private_what_it_can_do_there(
    telegram_town: TelegramTown,
) -> None:
    anna = telegram_town.requester
    group = telegram_town.far.group("Team Zuid", anna)
    await anna.adds_bot(group)
    seen = await anna.sees("Team Zuid")
    assert "Mijn aanvragen" in seen.buttons
    assert rooms(telegram_town) == [(str(group.id), "Team Zuid", True)]
    await anna.removes_bot(group)
    await telegram_town.far.settled()
    assert rooms(telegram_town) == [(str(group.id), "Team Zuid", False)]


async def test_of_a_group_of_strangers_nothing_is_kept(telegram_town: TelegramTown) -> None:
    eve = telegram_town.far.person("Eve", started=True)
    group = telegram_town.far.group("Het geheime plan van Eve", eve)
    await eve.adds_bot(group)
    await telegram_town.far.settled()
    group.upgrade()
    await telegram_town.far.settled()
    assert rooms(telegram_town) == []
    assert [one for one in eve.messages_in(group) if one.from_bot] == []


async def test_a_group_that_is_known_stays_so_when_a_stranger_brings_the_bot_back(telegram_town: TelegramTown) -> None:
    anna, eve = telegram_town.requester, telegram_town.far.person("Eve", started=True)
    group = telegram_town.far.group("Team Zuid", anna, eve)
    await anna.adds_bot(group)
    await anna.removes_bot(group)
    await eve.adds_bot(group)
    await telegram_town.far.settled()
    assert rooms(telegram_town) == [(str(group.id), "Team Zuid", True)]


async def test_a_group_that_becomes_a_supergroup_stays_the_same_room(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    group = telegram_town.far.group("Team Zuid", anna)
    await anna.adds_bot(group)
    await telegram_town.far.settled()
    group.upgrade()
    await telegram_town.far.settled()
    assert rooms(telegram_town) == [(str(group.id), "Team Zuid", True)]


async def test_a_series_reminds_in_a_group_without_topic_or_context(telegram_town: TelegramTown) -> None:
    anna, _ = await plan(telegram_town, **SERIES)
    await anna.presses("Akkoord, plan deze data")
    await telegram_town.settle()
    group = telegram_town.far.group("Team Zuid", anna)
    await anna.adds_bot(group)
    await telegram_town.far.settled()
    await anna.says("/status")
    await telegram_town.far.settled()
    await anna.presses("Bekijk: Tegenspraak", anna.last)
    await telegram_town.far.settled()
    await anna.presses(DUTCH("room.choose"), anna.last)
    await telegram_town.far.settled()
    await anna.presses("Team Zuid", question(anna))
    await telegram_town.settle()
    await telegram_town.until(at("2026-12-08 13:30"))
    [told] = [message for message in anna.messages_in(group) if message.from_bot]
    assert "dinsdag 8 december 2026 om 14:00" in told.text
    assert "Tegenspraak" not in told.text

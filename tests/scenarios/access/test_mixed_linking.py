"""Slack and Telegram, one person: who shows a code in either confirms there who used it in the other, or says no."""

import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlmodel import col, delete

from flows.access import linking
from storage.database.unit_of_work import Store
from storage.models import (
    Address,
    Draft,
    Facilitator,
    JoinedAccount,
    JoinedRow,
    LinkClaim,
    LinkCode,
    Outbox,
    OutboxState,
)
from storage.models import Person as Row
from storage.people import people
from storage.programme.demo_guard import DEMO_CHANNEL
from tests.scenarios.doorway import NO, YES
from tests.scenarios.mixed import MixedTown, mixed
from tests.scenarios.town import DUTCH, RULES
from tests.slack.asking import label, to_messages
from tests.slack.person import Person
from tests.telegram.person import TelegramPerson

DONE, WAITS_FOR_SLACK, WAITS_FOR_TELEGRAM = "Gelukt.", "Ga nu naar Slack en", "Ga nu naar Telegram en"


@pytest.fixture
async def town(demo_file: Path, town_store: Store) -> AsyncIterator[MixedTown]:
    """A programme of which some work in Slack and others chat in Telegram, and nobody is anywhere else."""
    async with mixed(town_store, demo_file) as found:
        with found.store.begin() as uow:
            uow.db.exec(delete(Address).where(col(Address.channel) == DEMO_CHANNEL))
        yield found
        found.untroubled()


@pytest.fixture
def anna(town: MixedTown) -> Person:
    """Somebody without any role, in Slack."""
    with town.store.read() as uow:
        return town.members[people.without_role(uow)[0].id]


@pytest.fixture
async def phone(town: MixedTown) -> TelegramPerson:
    """Somebody who came into Telegram by an invitation for everybody."""
    found = town.newcomer("A. V.")
    with town.store.begin() as uow:
        person = uow.add(Row(name="A. V.", language="nl"))
        uow.add(Address(person_id=person.id, channel="telegram", address=str(found.id), preferred=True))
    await found.start()
    await town.settle()
    return found


def _id(town: MixedTown, who: Person | TelegramPerson) -> int | None:
    channel, address = ("slack", who.member.id) if isinstance(who, Person) else ("telegram", str(who.id))
    with town.store.read() as uow:
        found = people.at(uow, channel, address)
    return found.id if found else None


def _texts(who: Person | TelegramPerson) -> str:
    return "\n".join(message.text for message in who.messages)


def _labels(who: Person | TelegramPerson) -> set[str]:
    return {button for message in who.messages for button in message.buttons}


async def _in_slack(town: MixedTown, who: Person, words: str) -> None:
    await who.dm(words)
    await town.settle()


async def _in_telegram(town: MixedTown, who: TelegramPerson, words: str) -> None:
    await who.says(words)
    await town.settle()


async def _presses(town: MixedTown, who: Person | TelegramPerson, button: str) -> None:
    await who.press(button) if isinstance(who, Person) else await who.presses(button)
    await town.settle()


def _code(who: Person | TelegramPerson) -> str:
    found = re.findall(r"[A-Z2-9]{4}-[A-Z2-9]{4}", _texts(who))
    assert found
    return str(found[-1])


async def test_who_shows_the_code_in_slack_confirms_there_that_the_stranger_in_telegram_is_them(
    town: MixedTown, anna: Person
) -> None:
    await _in_slack(town, anna, "link")
    carried = re.search(r"start=(link_[A-Z0-9]+)", _texts(anna))
    assert carried is not None
    phone = town.newcomer("anna 🦊")
    await phone.start(carried[1])
    await phone.sees(f"Met deze code kom je hier binnen als {anna.member.real_name}")
    await _presses(town, phone, YES)
    assert WAITS_FOR_SLACK in phone.last.text
    assert _id(town, phone) is None
    asked = anna.messages[-1]
    assert "In Telegram heeft anna 🦊 jouw code gebruikt." in asked.text
    assert {YES, NO} <= set(asked.buttons)
    await _presses(town, anna, YES)
    assert _id(town, phone) == _id(town, anna) is not None
    for who in (anna, phone):
        assert "Gelukt. Het account van anna 🦊 in Telegram hoort nu bij jou" in _texts(who)
        assert "Ontkoppel Telegram" in _labels(who)
        assert not {YES, NO} & _labels(who)


async def test_who_shows_the_code_in_slack_says_there_that_it_is_not_them(
    town: MixedTown, anna: Person, phone: TelegramPerson
) -> None:
    await _in_slack(town, anna, "link")
    mine, theirs = _id(town, anna), _id(town, phone)
    await _in_telegram(town, phone, f"/link {_code(anna)}")
    await _presses(town, phone, YES)
    await _presses(town, anna, NO)
    assert DUTCH("linking.over.denied", email=RULES.programme_email) in _texts(anna)
    assert DUTCH("linking.ended") in _texts(phone)
    assert not {YES, NO} & {*_labels(anna), *_labels(phone)}
    assert (_id(town, anna), _id(town, phone)) == (mine, theirs)
    assert (town.rows(LinkClaim), town.rows(LinkCode), town.rows(JoinedAccount)) == ([], [], [])


@pytest.mark.parametrize("how", ["in words", "where it is asked for"])
async def test_who_types_in_slack_the_code_of_telegram_is_asked_there_and_is_one_once_telegram_confirms(
    town: MixedTown, anna: Person, phone: TelegramPerson, how: str
) -> None:
    await _in_telegram(town, phone, "link")
    if how == "in words":
        await _in_slack(town, anna, f"link {_code(phone)}")
    else:
        await _type_where_it_is_asked_for(town, anna, _code(phone))
    assert "Deze code komt van A. V., in Telegram. Ben jij dat?" in _shown(anna)
    assert _id(town, anna) != _id(town, phone)
    await _presses(town, anna, YES)
    assert WAITS_FOR_TELEGRAM in _shown(anna)
    assert _id(town, anna) != _id(town, phone)
    assert f"In Slack heeft {anna.member.real_name} jouw code gebruikt." in phone.last.text
    await _presses(town, phone, YES)
    assert _id(town, anna) == _id(town, phone) is not None
    await to_messages(anna)
    for who in (anna, phone):
        assert DONE in _texts(who)
        assert not {YES, NO} & _labels(who)


async def _type_where_it_is_asked_for(town: MixedTown, anna: Person, code: str) -> None:
    """A wrong code is refused in the window, which stays open for the right one."""
    await _in_slack(town, anna, "bereik")
    await anna.press("Code uit het andere kanaal")
    await anna.type(label("code", "code"), "ZZZZ-ZZZZ")
    await anna.submit()
    assert DUTCH("linking.wrong") in anna.modal.text
    await anna.type(label("code", "code"), code)
    await anna.submit()
    await town.settle()


def _shown(anna: Person) -> str:
    return anna.modal.text if anna.has_modal else _texts(anna)


async def test_who_says_in_slack_that_it_is_not_their_code_changes_nothing(
    town: MixedTown, anna: Person, phone: TelegramPerson
) -> None:
    await _in_telegram(town, phone, "link")
    code = _code(phone)
    await _in_slack(town, anna, f"link {code}")
    await _presses(town, anna, NO)
    assert DUTCH("linking.not_me.said") in _shown(anna)
    assert _id(town, anna) != _id(town, phone)
    await _in_slack(town, anna, f"link {code}")
    assert _shown(anna).count("Deze code komt van A. V., in Telegram. Ben jij dat?") >= 1


async def test_somebody_with_a_role_gives_it_away_neither_by_typing_nor_by_pressing_start(
    town: MixedTown, anna: Person, phone: TelegramPerson
) -> None:
    """They are led to show a code themselves."""
    leading = {row.person_id for row in town.rows(Facilitator)}
    fien = next(member for person_id, member in town.members.items() if person_id in leading)
    fred = next(person for person_id, person in town.people.items() if person_id in leading)
    await _in_telegram(town, phone, "link")
    await _in_slack(town, anna, "link")
    await _in_slack(town, fien, "menu")
    before = _everything(town)
    await _in_slack(town, fien, f"link {_code(phone)}")
    assert DUTCH("linking.wrong_way") in _shown(fien)
    assert "A. V." not in _texts(fien)
    await fred.start(f"{linking.PREFIX}{_code(anna).replace('-', '')}")
    await town.settle()
    assert DUTCH("linking.wrong_way") in fred.last.text
    assert anna.member.real_name not in _texts(fred)
    assert _everything(town) == before
    # The right way round it works.
    await _presses(town, fien, DUTCH("linking.title"))
    await _in_telegram(town, phone, f"link {_code(fien)}")
    await _presses(town, phone, YES)
    await _presses(town, fien, YES)
    assert _id(town, fien) == _id(town, phone)


async def test_what_slack_brings_three_times_joins_and_takes_apart_once(
    town: MixedTown, anna: Person, phone: TelegramPerson
) -> None:
    theirs = _id(town, phone)
    town.workspace.outward.repeat("events_api", 3, together=False)
    await _in_slack(town, anna, "link")
    assert len({*re.findall(r"[A-Z2-9]{4}-[A-Z2-9]{4}", _texts(anna))}) == len(anna.messages) == 1
    await _in_telegram(town, phone, f"/link {_code(anna)}")
    await _presses(town, phone, YES)
    town.workspace.outward.repeat("interactive", 3, together=True)
    await _presses(town, anna, YES)
    assert _id(town, phone) == _id(town, anna)
    assert len(town.rows(JoinedAccount)) == 1
    assert "Deze code is niet meer geldig" not in _shown(anna), "nobody was late by themselves"
    await to_messages(anna)
    await anna.press("Ontkoppel Telegram")
    assert "komt niet terug" in _shown(anna)
    town.workspace.outward.repeat("interactive", 3, together=True)
    await anna.press("Ja, ontkoppel")
    await town.settle()
    assert _id(town, phone) == theirs
    assert town.rows(JoinedAccount) == []
    assert "Dit account hoort niet meer bij" in _texts(phone)


async def test_everything_that_was_brought_brought_once_more_on_both_sides_changes_nothing(
    town: MixedTown, anna: Person, phone: TelegramPerson
) -> None:
    town.refusable.add("answerCallbackQuery")
    await _in_slack(town, anna, "link")
    await _in_telegram(town, phone, f"/link {_code(anna)}")
    await _presses(town, phone, YES)
    await _presses(town, anna, YES)
    before, said = _everything(town), [len(who.messages) for who in (anna, phone)]
    for delivery in [*town.workspace.outward.deliveries]:
        await town.workspace.outward.replay(delivery)
    for update in [*town.far.updates.made]:
        await town.far.again(update)
    await town.settle()
    assert _everything(town) == before
    assert [len(who.messages) for who in (anna, phone)] == said


async def test_nothing_that_linking_tells_is_left_undelivered(
    town: MixedTown, anna: Person, phone: TelegramPerson
) -> None:
    await _in_slack(town, anna, "link")
    await _in_telegram(town, phone, f"/link {_code(anna)}")
    await _presses(town, phone, YES)
    await _presses(town, anna, YES)
    await _presses(town, phone, "Ontkoppel Telegram")
    await _presses(town, phone, "Ja, ontkoppel")
    waiting = [(row.kind, row.args, row.outcome) for row in town.rows(Outbox) if row.state in LEFT]
    assert waiting == []


LEFT = (OutboxState.READY, OutboxState.DEAD)


def _everything(town: MixedTown) -> Sequence[Sequence[dict[str, object]]]:
    """Whatever joining changes."""
    tables = (Row, Address, Draft, LinkClaim, LinkCode, JoinedAccount, JoinedRow, Outbox)
    return [[row.model_dump() for row in town.rows(table)] for table in tables]

"""Whatever becomes of one update, and whatever is away for a while: others go on, nothing is lost or out of order."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from handlers.telegram.access import StartRefused
from handlers.telegram.updates import polling
from storage.database.unit_of_work import Store
from storage.models import Draft
from storage.people import people
from tests.scenarios.reliability.test_telegram_receiving import drafts
from tests.scenarios.town import DUTCH
from tests.slack.town import RealTime, renew
from tests.telegram.asking import to_question
from tests.telegram.orders import Dropped, Fails, Held, Status, TooMany, to
from tests.telegram.person import TelegramPerson
from tests.telegram.town import TelegramTown, living

Json = dict[str, Any]


def _message(town: TelegramTown, by: TelegramPerson, **more: Any) -> Json:
    chat = {"id": by.id, "type": "private", "first_name": "B"}
    sender = {"id": by.id, "is_bot": False, "first_name": "B"}
    return {"message_id": 999, "date": int(town.clock.now().timestamp()), "chat": chat, "from": sender, **more}


@pytest.mark.parametrize(
    "odd",
    [{"text": "hoi", "date": 10**18}, {"text": "hoi", "forward_origin": {"type": "user"}}],
    ids=["a date beyond all dates", "a part that the library takes for granted is missing"],
)
async def test_an_update_that_the_library_cannot_read_is_let_go_and_holds_up_nobody(
    telegram_town_over_each: TelegramTown, odd: Json, caplog: pytest.LogCaptureFixture
) -> None:
    town = telegram_town_over_each
    anna, ben = town.requester, town.everybody[5]
    await anna.says("menu")
    town.far.updates.add("message", _message(town, ben, **odd), ben.id)
    await ben.says("menu")
    await anna.says("/status")
    await ben.sees("Menu")
    await town.far.until(lambda: len(anna.messages) == 2 and town.far.updates.idle, within=10)
    told = [record for record in caplog.records if record.__dict__.get("action") == "telegram.unreadable"]
    assert told
    assert "hoi" not in caplog.text


class Away:
    """A database that is away: each question about people fails until it is ``back``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked, self.back, self._real = 0, False, people.at
        monkeypatch.setattr("handlers.telegram.updates.known_senders.people.at", self._at)

    def _at(self, *args: Any) -> Any:
        if self.back:
            return self._real(*args)
        self.asked += 1
        raise OSError("the database is away")


async def test_while_the_database_is_away_no_update_is_given_up(
    telegram_town: TelegramTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = telegram_town
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.2)
    away, anna, ben = Away(monkeypatch), town.requester, town.everybody[5]
    await anna.says("/dialoog")
    # This one needs no database, and says nothing about it.
    town.far.updates.add("message", _message(town, ben, text="hoi", date=10**18), ben.id)
    await town.far.until(lambda: away.asked > 4 * polling.TRIES, within=30)
    away.back = True
    await town.far.until(lambda: len(anna.messages) == 1, within=30)
    await town.far.settled()
    assert drafts(town) == 1
    assert len(anna.messages) == 1


async def test_what_failed_once_is_taken_in_before_what_its_writer_sent_after_it(
    telegram_town: TelegramTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = telegram_town.requester
    left, real = [True], people.at

    def broken_once(*args: Any) -> Any:
        if left:
            left.pop()
            raise OSError("the disk is gone for a moment")
        return real(*args)

    monkeypatch.setattr("handlers.telegram.updates.known_senders.people.at", broken_once)
    await anna.says("/status")
    await anna.says("/sessies")
    await telegram_town.far.until(lambda: len(anna.messages) == 2, within=10)
    assert [message.text.splitlines()[0] for message in anna.messages] == ["Mijn aanvragen", "Mijn bijeenkomsten"]


async def test_numbers_that_begin_anew_after_a_silent_week_are_taken_in_once(telegram_town: TelegramTown) -> None:
    town, anna = telegram_town, telegram_town.requester
    await anna.says("menu")
    await anna.sees("Menu")
    await town.far.settled()
    town.far.updates.begin_anew(1_000)
    await anna.says("/status")
    await town.far.until(lambda: len(anna.messages) == 2 and town.far.updates.idle, within=10)
    calls = len(town.far.calls.made)
    await asyncio.sleep(4 * polling.GLANCE)
    fetched = [call for call in town.far.calls.made[calls:] if call.method == "getUpdates"]
    assert len(fetched) <= 2, "fetching waits for what comes"
    assert len(anna.messages) == 2


HICCUPS: dict[str, Callable[[], Any]] = {"gateway": lambda: Status(502), "slower": lambda: TooMany(1)}


@pytest.mark.parametrize("method", ["getMe", "getWebhookInfo", "setWebhook"])
@pytest.mark.parametrize("hiccup", HICCUPS)
async def test_a_hiccup_of_telegram_does_not_keep_the_bot_from_starting(
    telegram_town_over_each: TelegramTown, method: str, hiccup: str
) -> None:
    town = telegram_town_over_each
    town.refusable.add(method)
    town.far.orders.give(method, HICCUPS[hiccup]())
    await town.restart()
    await town.requester.says("menu")
    await town.requester.sees("Menu")


async def test_where_telegram_stays_away_the_start_says_so(telegram_town: TelegramTown) -> None:
    telegram_town.refusable.add("getMe")
    for _ in range(6):
        telegram_town.far.orders.give("getMe", Status(502))
    with pytest.raises(StartRefused, match="cannot be reached"):
        await telegram_town.restart()


async def test_of_a_flood_of_messages_the_last_is_answered_and_nobody_else_waits_for_it(
    telegram_town: TelegramTown,
) -> None:
    town, anna, ben = telegram_town, telegram_town.requester, telegram_town.everybody[5]
    for _ in range(130):
        await anna.says("/status")
    await anna.says("menu")
    await ben.says("menu")
    began = town.seconds
    await ben.sees("Menu")
    assert town.seconds - began < 10
    await town.far.settled(within=20)
    assert anna.last.text.startswith("Menu")
    assert len(anna.messages) < 40
    assert town.far.updates.idle


async def test_while_telegram_keeps_one_answer_back_everybody_else_is_answered(telegram_town: TelegramTown) -> None:
    town, anna = telegram_town, telegram_town.requester
    others = [who for who in town.everybody if who is not anna][:120]
    kept = Held()
    town.far.orders.give("sendMessage", kept, where=to(anna))
    await anna.says("menu")
    await kept.reached.wait()
    # In more than one go: each who waits for a second of the limits moves the town's time on by theirs.
    for at in range(0, len(others), 20):
        for who in others[at : at + 20]:
            await who.says("menu")
        await town.far.until(lambda: all(who.messages for who in others[: at + 20]), within=30)  # noqa: B023  # awaited
    assert anna.messages == []
    kept.released.set()
    await anna.sees("Menu")


async def test_answers_that_telegram_keeps_back_come_in_their_order_and_keep_nobody_from_going_on(
    telegram_town_over_each: TelegramTown,
) -> None:
    town, anna, ben = telegram_town_over_each, telegram_town_over_each.requester, telegram_town_over_each.everybody[5]
    kept = Held()
    town.far.orders.give("sendMessage", kept, where=to(anna))
    for words in ("/status", "/sessies", "menu"):
        await anna.says(words)
    await kept.reached.wait()
    await town.far.until(lambda: town.far.updates.idle, within=20)
    for _ in range(110):
        await ben.says("menu")
    await ben.sees("Menu")
    assert anna.messages == []
    kept.released.set()
    await town.far.until(lambda: len(anna.messages) == 3, within=10)
    said = [message.text.splitlines()[0] for message in anna.messages]
    assert said == ["Mijn aanvragen", "Mijn bijeenkomsten", "Menu"]


async def test_what_is_typed_while_telegram_keeps_the_next_question_back_is_no_answer_to_the_last_one(
    telegram_town: TelegramTown,
) -> None:
    town, anna = telegram_town, telegram_town.requester
    await anna.says("/dialoog")
    await town.far.settled()
    await to_question(town, anna, "participants")
    kept = Held()
    town.far.orders.give("editMessageText", kept, where=to(anna))
    await anna.says("14")
    await kept.reached.wait()
    await anna.says("15")
    await town.far.until(lambda: town.far.updates.idle, within=20)
    kept.released.set()
    await town.far.settled(within=20)
    with town.store.read() as uow:
        (draft,) = uow.db.exec(select(Draft)).all()
    assert draft.answers["participants"] == 14


async def test_at_a_stop_an_answer_that_telegram_keeps_back_is_still_waited_for(telegram_town: TelegramTown) -> None:
    town, anna = telegram_town, telegram_town.requester
    kept = Held()
    town.far.orders.give("sendMessage", kept, where=to(anna))
    await anna.says("menu")
    await kept.reached.wait()
    stopping = asyncio.create_task(town.restart())
    await asyncio.sleep(0.5)
    kept.released.set()
    await stopping
    await anna.sees("Menu")
    assert len(anna.messages) == 1


TROUBLES: dict[str, Callable[[], Any]] = {
    "gateway": lambda: Status(502),
    "slower": lambda: TooMany(1),
    "another poller": lambda: Fails("Conflict: terminated by other getUpdates request"),
    "cut": Dropped,
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_whatever_telegram_says_to_a_poll_it_is_asked_again(
    telegram_town: TelegramTown, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    town, anna = telegram_town, telegram_town.requester
    town.refusable.add("getUpdates")
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.5)
    for _ in range(2):
        town.far.orders.give("getUpdates", TROUBLES[trouble]())
    await anna.says("menu")
    await anna.says("/status")
    await town.far.until(lambda: len(anna.messages) == 2, within=15)
    await town.far.until(lambda: town.far.updates.idle, within=15)


async def test_a_days_backlog_is_worked_off_in_order_within_the_limits_and_with_an_excuse(
    demo_file: Path, town_store: Store
) -> None:
    renew(town_store, demo_file)
    async with living(town_store, "polling", RealTime()) as town:
        many = town.everybody[:40]
        await town.stop()
        for words in ("/status", "/sessies", "menu"):
            for who in many:
                await who.says(words)
        town.refusable |= {"getUpdates"}
        town.clock.move(timedelta(hours=20))
        await town.restart()
        await town.far.until(lambda: all(len(who.messages) == 3 for who in many), within=60)
        for who in many:
            assert [message.text.splitlines()[0] for message in who.messages][-1] == "Menu"
            assert all(DUTCH("telegram.late") in message.text for message in who.messages)
        assert town.far.limits.violations == []
    town_store.close()

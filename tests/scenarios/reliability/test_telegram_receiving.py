"""No update is lost, none has its effect twice, and each person's are worked on in their order."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from sqlmodel import select
from telegram import Update

from handlers.inbound.router import Router
from handlers.telegram.interactions.listeners import Listeners
from handlers.telegram.updates.webhook import SECRET_HEADER
from storage.models import Draft
from storage.people import people
from tests.telegram.asking import question, to_question
from tests.telegram.town import SECRET, TelegramTown


def drafts(town: TelegramTown) -> int:
    with town.store.read() as uow:
        return len(uow.db.exec(select(Draft.id)).all())


async def test_what_was_said_while_the_bot_was_down_is_worked_off_in_order(
    telegram_town_over_each: TelegramTown,
) -> None:
    town = telegram_town_over_each
    await town.telegram.stop()
    anna, ben = town.requester, town.everybody[5]
    for words in ("/status", "/sessies", "menu"):
        await anna.says(words)
        await ben.says(words)
    await town.restart()
    await anna.sees("Menu")
    await ben.sees("Menu")
    for who in (anna, ben):
        assert [message.text.splitlines()[0] for message in who.messages][-1] == "Menu"
        assert len(who.messages) == 3


async def test_an_update_that_dies_on_the_way_comes_again_and_has_its_effect_once(
    telegram_town_over_each: TelegramTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = telegram_town_over_each
    anna = town.requester
    monkeypatch.setattr("handlers.telegram.updates.known_senders.people.at", _broken_once(people.at))
    await anna.says("/dialoog")
    await town.far.until(lambda: anna.messages and question(anna).buttons, within=10)
    await town.far.settled()
    assert drafts(town) == 1
    assert len(anna.messages) == 1


def _broken_once(real: Callable[..., Any]) -> Callable[..., Any]:
    left = [1]

    def at(*args: Any) -> Any:
        if left:
            left.pop()
            raise OSError("the disk is gone for a moment")
        return real(*args)

    return at


async def test_an_update_that_can_never_be_taken_in_holds_up_no_others(
    telegram_town: TelegramTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben = telegram_town.requester, telegram_town.everybody[5]
    take = Listeners.take

    async def refusing(listeners: Listeners, update: Update) -> bool:
        poisoned = update.message is not None and update.message.text == "gif"
        return False if poisoned else await take(listeners, update)

    monkeypatch.setattr(Listeners, "take", refusing)
    await telegram_town.restart()
    await anna.says("gif")
    await ben.says("menu")
    await ben.sees("Menu")
    await anna.says("menu")
    await anna.sees("Menu")
    await telegram_town.far.until(lambda: telegram_town.far.updates.idle, within=10)


async def test_presses_in_a_row_are_worked_on_in_their_order(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await anna.says("/dialoog")
    await telegram_town.far.settled()
    topics = question(anna)
    ticks = [key for key in topics.keys if key.data and "|t|" in key.data][:4]
    queries = [anna.press_later(key.data, topics) for key in ticks if key.data]
    await asyncio.gather(*(query.answered.wait() for query in queries))
    await telegram_town.far.settled()
    assert sum("☑" in button for button in question(anna).buttons) == 4


async def test_what_is_brought_again_changes_nothing_that_was_done_meanwhile(telegram_town: TelegramTown) -> None:
    town, anna = telegram_town, telegram_town.requester
    town.refusable.add("answerCallbackQuery")
    await anna.says("/dialoog")
    await town.far.settled()
    await anna.presses("Diversiteit", question(anna))
    await town.far.settled()
    await town.far.again(town.far.updates.made[-1])
    await town.far.settled()
    assert sum("☑" in button for button in question(anna).buttons) == 1
    await to_question(town, anna, "participants")
    await anna.says("14")
    await town.far.settled()
    typed, now = town.far.updates.made[-1], question(anna)
    await town.restart()
    await town.far.again(typed)
    await town.far.settled()
    assert question(anna).labels == now.labels
    assert question(anna).text == now.text


async def test_a_press_is_answered_at_once_also_when_the_work_takes_long(
    telegram_town: TelegramTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = telegram_town.requester
    await anna.says("menu")
    menu = await anna.sees("Menu")
    handle = Router.handle

    async def slowly(router: Router, event: Any) -> Any:
        await asyncio.sleep(1.5)
        return await handle(router, event)

    monkeypatch.setattr(Router, "handle", slowly)
    toast = await anna.presses("Mijn aanvragen", menu)
    second = await anna.presses("Mijn aanvragen", menu)
    assert toast is not None
    assert second is not None
    assert max(toast.after, second.after) < 1.0
    await telegram_town.far.settled(within=15)


async def test_nothing_comes_in_without_the_secret(telegram_town_over_each: TelegramTown) -> None:
    town = telegram_town_over_each
    if town.mode == "polling":
        assert town.telegram.address == ""
        return
    body = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}}
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {SECRET_HEADER: "geraden"}, {SECRET_HEADER: "gehéim"}):
            async with session.post(town.telegram.address, json=body, headers=headers) as answer:
                assert answer.status == 401
        async with session.post(town.telegram.address, data=b"{", headers={SECRET_HEADER: SECRET}) as answer:
            assert answer.status == 400


async def test_nothing_that_waits_is_ever_dropped(telegram_town_over_each: TelegramTown) -> None:
    town = telegram_town_over_each
    await town.restart()
    assert [call for call in town.far.calls.made if call.args.get("drop_pending_updates")] == []


async def test_a_webhook_from_before_gives_way_to_polling_with_all_that_waits_for_it(
    telegram_town: TelegramTown,
) -> None:
    town = telegram_town
    await town.telegram.stop()
    town.far.webhook.set({"url": "http://127.0.0.1:9/oud", "secret_token": "x"})
    await town.requester.says("hallo")
    await town.restart()
    await town.requester.sees("Menu")

"""What a test orders the stand-in to do wrong, and what the library makes of it."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, RetryAfter, TimedOut

from tests.telegram.orders import Dropped, Fails, Slowly, Status, ThenSilence, TooMany, to
from tests.telegram.person import TelegramPerson
from tests.telegram.refusing import refused
from tests.telegram.stand_in import TelegramStandIn


async def test_what_was_ordered_goes_wrong_as_often_as_was_said(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot
) -> None:
    bram = far.person("Bram")
    await bram.start()
    for order in (
        TooMany(7),
        Fails("Forbidden: bot was blocked by the user"),
        Fails("Bad Request: chat not found"),
        Fails("Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": -5}),
        Fails("Conflict: terminated by other getUpdates request"),
        Status(502),
    ):
        far.orders.give("sendMessage", order, where=to(anna))
    await bot.send_message(bram.id, "x")
    assert (await refused(bot.send_message(anna.id, "x"), RetryAfter)).retry_after == timedelta(seconds=7)
    await refused(bot.send_message(anna.id, "x"), Forbidden)
    await refused(bot.send_message(anna.id, "x"), BadRequest)
    assert (await refused(bot.send_message(anna.id, "x"), ChatMigrated)).new_chat_id == -5
    await refused(bot.send_message(anna.id, "x"), Conflict)
    await refused(bot.send_message(anna.id, "x"), NetworkError)
    await bot.send_message(anna.id, "x")
    assert (len(anna.messages), len(bram.messages)) == (1, 1)
    statuses = [one.status for one in far.calls.of("sendMessage", chat_id=anna.id)]
    assert statuses == [429, 403, 400, 400, 409, 502, 200]


async def test_a_call_may_take_effect_without_an_answer(far: TelegramStandIn, anna: TelegramPerson, bot: Bot) -> None:
    far.orders.give("sendMessage", ThenSilence())
    await refused(bot.send_message(anna.id, "silence", read_timeout=0.1), TimedOut)
    await far.settled()
    far.orders.give("sendMessage", Dropped())
    far.orders.give("sendMessage", Dropped(after_effect=True))
    for words in ("dropped before", "dropped after"):
        await refused(bot.send_message(anna.id, words), NetworkError)
    far.orders.give("sendMessage", Status(500, after_effect=True))
    await refused(bot.send_message(anna.id, "failed"), NetworkError)
    far.orders.give("*", Slowly(0.05), times=None)
    await bot.send_message(anna.id, "late")
    assert [one.text for one in anna.messages] == ["silence", "dropped after", "failed", "late"]
    far.orders.withdraw()
    assert far.orders.take("sendMessage", {}) is None


async def test_the_calls_are_written_as_json_lines(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot, tmp_path: Path
) -> None:
    await bot.send_document(anna.id, b"x", filename="a.ics")
    await bot.send_message(anna.id, "é", reply_markup={"inline_keyboard": []})  # type: ignore[arg-type]
    far.write_calls(tmp_path / "calls.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines == [
        {"method": "getMe", "params": {}},
        {"method": "sendDocument", "params": {"chat_id": anna.id, "document": None}},
        {"method": "sendMessage", "params": {"chat_id": anna.id, "text": "é", "reply_markup": {"inline_keyboard": []}}},
    ]


async def test_waiting_until_it_is_quiet_waits_for_calls_on_their_way(
    far: TelegramStandIn, anna: TelegramPerson, bot: Bot
) -> None:
    far.orders.give("sendMessage", Slowly(0.2))
    sending = asyncio.create_task(bot.send_message(anna.id, "late"))
    await far.until(lambda: far.calls.of("sendMessage"))
    await far.settled()
    assert anna.last.text == "late"
    await sending
    with pytest.raises(AssertionError, match=r"not within 0\.05 s"):
        await far.until(lambda: False, within=0.05)

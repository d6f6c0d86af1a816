"""What Telegram may answer, row by row: what the channel makes of it, and what it does next."""

import logging

import pytest
from telegram import Bot
from telegram.error import Conflict

from flows.engine.views.view import View
from handlers.outbound.channel import NeverDeliverable, RetryLater
from handlers.telegram.errors import (
    LOST_PAUSE,
    TABLE,
    UNSAID_WAIT,
    EditImpossible,
    FaultOfOurs,
    Meaning,
    RateLimited,
    TokenRefused,
    meaning_of,
    translated,
)
from handlers.telegram.sending.api import ApiClient
from handlers.telegram.sending.rate_limits import RateLimiter
from tests.handlers.telegram.desk import Desk, T
from tests.telegram.message_methods import NOT_MODIFIED
from tests.telegram.orders import Behaviour, Dropped, Fails, Status, ThenSilence, TooMany
from tests.telegram.person import TelegramPerson

HELLO = View("Hallo")


async def _failure(desk: Desk, anna: TelegramPerson, behaviour: Behaviour) -> RetryLater | NeverDeliverable:
    desk.far.orders.give("sendMessage", behaviour)
    with pytest.raises((RetryLater, NeverDeliverable)) as failure:
        await desk.channel.send(str(anna.id), HELLO)
    assert isinstance(failure.value, RetryLater | NeverDeliverable)
    return failure.value


def _worded(meaning: Meaning) -> list[str]:
    return sorted(TABLE[meaning])


@pytest.mark.parametrize(
    "sentence",
    [
        *(f"Bad Request: {words}" for words in _worded(Meaning.GONE)),
        "Forbidden: bot was blocked by the user",
        "Forbidden: user is deactivated",
        "Forbidden: bot can't initiate conversation with a user",
        "Forbidden: bot was kicked from the supergroup chat",
        "Forbidden: in words that nobody knows",
    ],
)
async def test_who_is_gone_is_not_reached_this_way_any_more(desk: Desk, anna: TelegramPerson, sentence: str) -> None:
    failure = await _failure(desk, anna, Fails(sentence))
    assert isinstance(failure, NeverDeliverable)
    assert failure.unreachable


@pytest.mark.parametrize("words", _worded(Meaning.REFUSED))
async def test_a_message_that_is_not_taken_here_leaves_the_group_in_reach(
    desk: Desk, anna: TelegramPerson, words: str
) -> None:
    failure = await _failure(desk, anna, Fails(f"Bad Request: {words}"))
    assert isinstance(failure, NeverDeliverable)
    assert (failure.unreachable, isinstance(failure, FaultOfOurs)) == (False, False)


@pytest.mark.parametrize(
    "words",
    [
        "can't parse entities: Unsupported start tag",
        "message is too long",
        "message text is empty",
        "BUTTON_DATA_INVALID",
        "reply markup is too long",
        "in words that nobody knows",
    ],
)
async def test_a_refused_message_is_a_fault_of_ours_and_is_not_tried_again(
    desk: Desk, anna: TelegramPerson, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    failure = await _failure(desk, anna, Fails(f"Bad Request: {words}"))
    assert isinstance(failure, FaultOfOurs)
    assert not failure.unreachable
    (line,) = (line for line in caplog.records if line.name.startswith("handlers"))
    assert (line.levelno, line.__dict__["action"]) == (logging.ERROR, "telegram.fault")
    assert words.casefold() in line.getMessage().casefold()


async def test_what_telegram_quotes_of_a_message_is_neither_kept_nor_logged(
    desk: Desk, anna: TelegramPerson, caplog: pytest.LogCaptureFixture
) -> None:
    failure = await _failure(desk, anna, Fails('Bad Request: unsupported start tag "geheim" at byte offset 7'))
    assert str(failure) == "Unsupported start tag"
    assert "geheim" not in caplog.text


@pytest.mark.parametrize("words", _worded(Meaning.LATER))
async def test_a_passing_trouble_is_tried_again_with_back_off(desk: Desk, anna: TelegramPerson, words: str) -> None:
    failure = await _failure(desk, anna, Fails(f"Bad Request: {words}"))
    assert isinstance(failure, RetryLater)
    assert (failure.seconds, failure.maybe_sent) == (None, False)


@pytest.mark.parametrize(
    ("behaviour", "seconds"), [(TooMany(17), 17), (Status(429), UNSAID_WAIT)], ids=["said", "unsaid"]
)
async def test_too_much_at_once_waits_as_long_as_telegram_says(
    desk: Desk, anna: TelegramPerson, behaviour: Behaviour, seconds: float
) -> None:
    failure = await _failure(desk, anna, behaviour)
    assert isinstance(failure, RateLimited)
    assert (failure.seconds, failure.maybe_sent) == (seconds, False)


@pytest.mark.parametrize("behaviour", [Fails("Internal Server Error"), Fails("Bad Gateway"), Status(502), Status(503)])
async def test_a_server_in_trouble_may_have_taken_the_message(
    desk: Desk, anna: TelegramPerson, behaviour: Behaviour
) -> None:
    failure = await _failure(desk, anna, behaviour)
    assert isinstance(failure, RetryLater)
    assert (failure.seconds, failure.maybe_sent) == (None, True)
    assert "html" not in str(failure)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_refusal_by_somebody_on_the_way_says_nothing_about_people_or_the_token(
    desk: Desk, anna: TelegramPerson, status: int
) -> None:
    failure = await _failure(desk, anna, Status(status))
    assert isinstance(failure, RetryLater)
    assert (failure.seconds, failure.maybe_sent) == (None, True)


@pytest.mark.parametrize("behaviour", [Dropped(), Dropped(after_effect=True), ThenSilence()], ids=repr)
async def test_without_an_answer_nobody_knows_whether_the_message_arrived(
    desk: Desk, anna: TelegramPerson, behaviour: Behaviour
) -> None:
    desk.awaits_silence()
    failure = await _failure(desk, anna, behaviour)
    assert isinstance(failure, RetryLater)
    assert (str(failure), failure.maybe_sent) == ("no answer", True)
    assert desk.named("sendMessage") == 1


async def test_without_a_connection_nothing_was_sent(unused_tcp_port: int) -> None:
    bot = Bot("1:nobody", base_url=f"http://127.0.0.1:{unused_tcp_port}/bot")
    with pytest.raises(RetryLater, match="no connection") as wait:
        await ApiClient(bot, RateLimiter()).ask(bot.send_message, 1, text="Hallo")
    assert not wait.value.maybe_sent


@pytest.mark.parametrize("words", [NOT_MODIFIED, *_worded(Meaning.DONE)])
async def test_a_message_that_says_so_already_counts_as_changed(desk: Desk, anna: TelegramPerson, words: str) -> None:
    ref = await desk.channel.send(str(anna.id), HELLO)
    desk.far.orders.give("editMessageText", Fails(f"Bad Request: {words}"))
    assert await desk.channel.replace(str(anna.id), ref, HELLO) == ref


@pytest.mark.parametrize("words", _worded(Meaning.FIXED))
async def test_a_message_that_cannot_be_changed_makes_way_for_a_new_one(
    desk: Desk, anna: TelegramPerson, words: str
) -> None:
    ref = await desk.channel.send(str(anna.id), HELLO)
    desk.far.orders.give("editMessageText", Fails(f"Bad Request: {words}"))
    with pytest.raises(EditImpossible) as fixed:
        await desk.channel.replace(str(anna.id), ref, HELLO)
    assert not fixed.value.unreachable


async def test_a_press_that_is_answered_too_late_is_no_fault(desk: Desk, anna: TelegramPerson) -> None:
    said = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    desk.far.orders.give("answerCallbackQuery", Fails(said))
    with pytest.raises(EditImpossible):
        await desk.web.ask(desk.web.bot.answer_callback_query, urgent=True, callback_query_id="7")


async def test_two_who_fetch_updates_are_told_apart_from_other_troubles() -> None:
    failure = translated(Conflict("Conflict: terminated by other getUpdates request"))
    assert isinstance(failure, RetryLater)
    assert not failure.maybe_sent


@pytest.mark.parametrize("sentence", ["Unauthorized", "Not Found"])
async def test_when_telegram_does_not_take_the_token_everything_waits_and_the_log_says_so_once(
    desk: Desk, anna: TelegramPerson, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.far.orders.give("*", Fails(sentence), times=None)
    for _ in range(20):
        with pytest.raises(TokenRefused) as lost:
            await desk.channel.send(str(anna.id), HELLO)
        assert (lost.value.seconds, lost.value.maybe_sent) == (LOST_PAUSE, False)
    assert len(desk.far.calls.made) == 1
    ours = [line for line in caplog.records if line.name.startswith("handlers")]
    assert [(line.levelno, line.__dict__["action"]) for line in ours] == [(logging.CRITICAL, "telegram.token_lost")]


async def test_when_telegram_takes_the_token_again_all_goes_on(desk: Desk, anna: TelegramPerson) -> None:
    desk.far.orders.give("*", Fails("Unauthorized"))
    with pytest.raises(TokenRefused):
        await desk.channel.send(str(anna.id), HELLO)
    desk.seconds += LOST_PAUSE
    await desk.channel.send(str(anna.id), HELLO)
    desk.pace.hold_all(60)
    with pytest.raises(RetryLater) as wait:
        await desk.channel.post(anna.id, HELLO, T)
    assert not isinstance(wait.value, TokenRefused)
    assert desk.texts(anna) == ["Hallo"]


async def test_the_library_sends_nothing_a_second_time_by_itself(desk: Desk, anna: TelegramPerson) -> None:
    desk.far.orders.give("sendMessage", Dropped(after_effect=True))
    with pytest.raises(RetryLater, match="no answer"):
        await desk.channel.send(str(anna.id), HELLO)
    assert desk.texts(anna) == ["Hallo"]


def test_no_words_of_the_table_mean_two_things() -> None:
    for meaning, words in TABLE.items():
        assert {one: meaning_of(f"something {one} or other") for one in words} == dict.fromkeys(words, meaning)

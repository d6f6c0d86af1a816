"""Telegram keeps its limits to the letter here, and never has to: by its own clock, which the waits move on."""

from collections.abc import Awaitable, Callable

import pytest

from flows.engine.views.action import Action
from flows.engine.views.view import Attachment, Button, View
from handlers.outbound.channel import RetryLater
from handlers.telegram.sending.rate_limits import LONGEST_ANSWER_WAIT
from tests.handlers.telegram.desk import Desk, T
from tests.telegram.orders import TooMany
from tests.telegram.person import TelegramPerson
from tests.telegram.queries import Query
from tests.telegram.screen import seen

HELLO = View("Hallo")
WITH_FILE = View("Hallo", file=Attachment("dialoog.ics", "text/calendar", b"BEGIN:VCALENDAR"))


async def _many(desk: Desk, times: int, act: Callable[[], Awaitable[object]]) -> float:
    began = desk.seconds
    for _ in range(times):
        await act()
    return desk.seconds - began


def _crowd(desk: Desk, people: int) -> list[TelegramPerson]:
    return [desk.far.person(f"Persoon {number}", started=True) for number in range(people)]


async def test_many_letters_to_one_person_go_out_one_a_second(desk: Desk, anna: TelegramPerson) -> None:
    seconds = await _many(desk, 20, lambda: desk.channel.send(str(anna.id), HELLO))
    assert seconds == pytest.approx(19, abs=0.1)
    assert desk.far.limits.violations == []


async def test_many_letters_to_many_people_go_out_at_the_allowed_rate(desk: Desk) -> None:
    for person in _crowd(desk, 300):
        await desk.channel.send(str(person.id), HELLO)
    assert desk.far.limits.violations == []
    assert desk.far.limits.pace.count == 300
    assert desk.far.limits.pace.per_second >= 0.95 * 30


async def test_answers_come_out_of_the_same_budget(desk: Desk) -> None:
    for number, person in enumerate(_crowd(desk, 100)):
        say = desk.channel.post(person.id, HELLO, T) if number % 3 else desk.channel.send(str(person.id), HELLO)
        await say
    assert desk.far.limits.violations == []
    assert desk.seconds == pytest.approx(3, abs=0.1)


async def test_a_group_gets_twenty_messages_a_minute(desk: Desk, anna: TelegramPerson) -> None:
    group = desk.far.group("Team", anna)
    await anna.adds_bot(group)
    await _many(desk, 20, lambda: desk.channel.send(str(group.id), HELLO))
    with pytest.raises(RetryLater) as wait:
        await desk.channel.send(str(group.id), HELLO)
    assert wait.value.seconds == pytest.approx(60 - desk.seconds, abs=0.1)
    desk.seconds += wait.value.seconds or 0
    await desk.channel.send(str(group.id), HELLO)
    assert desk.far.limits.violations == []


async def test_files_and_changes_of_letters_take_their_turns(desk: Desk) -> None:
    desk.far.limits.changes = True
    for person in _crowd(desk, 40):
        ref = await desk.channel.send(str(person.id), WITH_FILE)
        await desk.channel.replace(str(person.id), ref, View("Anders"))
    assert desk.far.limits.violations == []
    assert len(desk.far.calls.refused) == 0


async def _pressed_twice(desk: Desk, anna: TelegramPerson) -> list[Query]:
    await desk.channel.post(anna.id, View("Menu", buttons=(Button("Menu", Action("menu")),)), T)
    (menu,) = desk.messages(anna)
    return [anna.press_later("menu:0:0", menu) for _ in range(2)]


async def test_a_press_is_answered_as_soon_as_telegram_allows_it(desk: Desk, anna: TelegramPerson) -> None:
    first, second = await _pressed_twice(desk, anna)
    desk.far.orders.give("answerCallbackQuery", TooMany(7))
    await desk.channel.hear(first.id)
    await desk.channel.hear(second.id)
    assert (first.answered.is_set(), second.answered.is_set(), desk.seconds) == (True, True, 7)


async def test_where_telegram_wants_fewer_presses_answered_those_wait_and_nothing_else(
    desk: Desk, anna: TelegramPerson
) -> None:
    presses = await _pressed_twice(desk, anna)
    wait = int(LONGEST_ANSWER_WAIT) + 1
    desk.far.orders.give("answerCallbackQuery", TooMany(wait))
    for press in presses:
        with pytest.raises(RetryLater):
            await desk.channel.hear(press.id)
    assert desk.named("answerCallbackQuery") == 1
    await desk.channel.post(anna.id, HELLO, T)
    await desk.channel.send(str(desk.far.person("Bert", started=True).id), HELLO)
    assert desk.seconds < 2
    desk.seconds += wait
    later = anna.press_later("menu:0:0", seen(presses[0].post, desk.far.world.files))
    await desk.channel.hear(later.id)
    assert later.answered.is_set()

"""Asking for a dialogue in Telegram: one question at a time, in one message that changes, and nothing is ever lost."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from handlers.inbound.events import Pressed, Sender, Submitted
from handlers.inbound.results import to_say
from storage.models import Address
from storage.people import people
from tests.scenarios.asking import SERIES
from tests.scenarios.town import DUTCH, at
from tests.telegram.asking import ON, SEND, SKIP, ask, asked, go_on, open_form, question, to_question
from tests.telegram.screen import Message
from tests.telegram.town import TelegramTown

STOP, BACK, OVER = DUTCH("form.stop"), DUTCH("form.back"), DUTCH("form.start_over")


async def test_the_whole_form_is_answered_in_one_message_by_pressing_but_for_a_number(
    telegram_town: TelegramTown,
) -> None:
    anna = telegram_town.requester
    first = await open_form(anna)
    last = await go_on(telegram_town, anna)
    assert SEND in last.buttons
    assert last.id == first.id
    assert len(anna.messages) == 1
    assert [one.text for one in anna.conversation if not one.from_bot] == ["/dialoog", "10"]


async def test_a_request_is_sent_and_offered(telegram_town_over_each: TelegramTown) -> None:
    town = telegram_town_over_each
    anna = await ask(town, **SERIES)
    assert "Je hoort vóór maandag 30 november 2026 om 17:00 wie er komt" in question(anna).text
    assert len(town.holding("Accepteer")) == 3


async def test_each_question_says_where_in_the_form_it_is(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    shape = await to_question(telegram_town, anna, "occasion")
    assert "Deel 2 van 5" in shape.text


async def test_what_is_not_right_is_told_at_its_question_which_stays(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "participants")
    for typed, told in [("veel", DUTCH("form.not_a_number")), ("500", "Kies een getal van 2 tot en met 300")]:
        await anna.says(typed)
        await telegram_town.far.settled()
        assert asked(question(anna)) == "participants"
        assert f"Je schreef: {typed}" in question(anna).text
        assert told in question(anna).text
    await anna.says("12")
    await telegram_town.far.settled()
    assert asked(question(anna)) == "where"


async def test_a_number_typed_in_words_is_kept_as_a_number_and_shown_back(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "participants")
    await anna.says("een stuk of tien")
    await telegram_town.far.settled()
    assert asked(question(anna)) == "where"
    assert "Ik noteer: 10." in question(anna).text
    last = await go_on(telegram_town, anna)
    assert "Groep: 10" in last.text


async def test_a_question_that_must_have_an_answer_now_cannot_be_skipped(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    until = await to_question(telegram_town, anna, "series_until", **SERIES)
    assert SKIP in until.buttons
    await anna.presses(SKIP, until)
    await telegram_town.far.settled()
    assert asked(question(anna)) == "count"
    assert SKIP not in question(anna).buttons


async def test_long_lists_are_leafed_through_and_searched_by_typing(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    topics = await to_question(telegram_town, anna, "topics")
    assert "1 van 4" in topics.buttons
    await anna.presses(ON, topics)
    await telegram_town.far.settled()
    assert "2 van 4" in question(anna).buttons
    await anna.says("tegensprak")
    await telegram_town.far.settled()
    assert "Tegenspraak en je uitspreken" in question(anna).buttons[0]
    await anna.presses(question(anna).buttons[0], question(anna))
    await telegram_town.far.settled()
    assert question(anna).buttons[0].startswith("☑ Tegenspraak")
    await anna.presses(DUTCH("asked.every"), question(anna))
    await telegram_town.far.settled()
    assert "Klaar (1 gekozen)" in question(anna).buttons


async def test_ticks_can_be_taken_away_and_outlive_a_restart(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "topics")
    for label in ("Diversiteit", "Inclusie"):
        await anna.presses(label, question(anna))
        await telegram_town.far.settled()
    await telegram_town.restart()
    await anna.presses("☑ Diversiteit", question(anna))
    await telegram_town.far.settled()
    assert [button for button in question(anna).buttons if "☑" in button] == ["☑ Inclusie"]
    await anna.presses("Klaar (1 gekozen)", question(anna))
    await telegram_town.far.settled()
    last = await go_on(telegram_town, anna)
    assert "Onderwerpen: Inclusie · Werkethiek" in last.text


async def test_after_a_weeks_pause_and_a_restart_the_answer_goes_to_the_question_that_was_asked(
    telegram_town: TelegramTown,
) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "participants")
    await telegram_town.passes(timedelta(days=7))
    await telegram_town.restart()
    await anna.says("14")
    await telegram_town.far.settled()
    assert asked(question(anna)) == "where"
    assert question(anna).id == anna.last.id, "the question is asked where it is seen"
    last = await go_on(telegram_town, anna, moment1="2026-12-18T14:00", moment2=None)
    assert "Groep: 14" in last.text


async def test_back_goes_from_question_to_question_and_keeps_every_answer(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "urgency")
    for name in ("occasion", "form", "topics"):
        await anna.presses(BACK, question(anna))
        await telegram_town.far.settled()
        assert asked(question(anna)) == name
        assert "Je antwoord nu: " in question(anna).text
    await anna.presses("Klaar (1 gekozen)", question(anna))
    await telegram_town.far.settled()
    assert asked(question(anna)) == "urgency"


async def test_stopping_keeps_the_draft_and_going_on_finds_it_where_it_was(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "participants")
    await anna.presses(STOP, question(anna))
    await telegram_town.far.settled()
    assert "Je antwoorden zijn bewaard" in anna.last.text
    await anna.says("12")
    await telegram_town.far.settled()
    assert "Menu" in anna.last.text
    await anna.presses("Ga verder: Dialoog aanvragen", anna.last)
    await telegram_town.far.settled()
    assert asked(question(anna)) == "participants"


async def test_of_one_form_only_one_message_has_buttons(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    first = await to_question(telegram_town, anna, "occasion")
    await anna.says("/dialoog")
    await telegram_town.far.settled()
    second = question(anna)
    assert second.id != first.id
    assert anna.again(first).buttons == []
    await anna.presses("Een teamdag", first)
    await telegram_town.far.settled()
    assert asked(anna.again(first)) == "urgency"
    assert anna.again(second).buttons == []


async def test_a_draft_begun_on_another_channel_goes_on_here(telegram_town: TelegramTown) -> None:
    town, anna = telegram_town, telegram_town.requester
    with town.store.begin() as uow:
        person = people.at(uow, "telegram", str(anna.id))
        assert person is not None
        uow.add(Address(person_id=person.id, channel="slack", address="U1"))
    elsewhere = Sender("slack", "U1")
    begun = to_say(await town.app.router.handle(Pressed("1", elsewhere, "ask:0:0")))
    assert begun is not None
    assert begun.form is not None
    [topic, *_] = await town.app.router.search(elsewhere, begun.form.draft_id, "topics", "tegenspraak")
    await town.app.router.handle(Submitted("2", elsewhere, begun.form.draft_id, "about", {"topics": [topic.value]}))
    await anna.says("menu")
    await town.far.settled()
    await anna.presses("Ga verder: Dialoog aanvragen", anna.last)
    await town.far.settled()
    assert asked(question(anna)) == "form"


async def test_starting_over_begins_with_nothing_answered(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "participants")
    await anna.presses(OVER, question(anna))
    await telegram_town.far.settled()
    await anna.presses(DUTCH("form.clear_yes"), anna.last)
    await telegram_town.far.settled()
    assert asked(question(anna)) == "topics"
    assert "Klaar" not in " ".join(question(anna).buttons)


async def test_from_the_summary_every_answer_can_be_changed_and_is_then_shown_changed(
    telegram_town: TelegramTown,
) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    last = await go_on(telegram_town, anna)
    for label in [button for button in last.buttons if button.startswith("Wijzig")]:
        await anna.presses(label, question(anna))
        await telegram_town.far.settled()
        on = DUTCH("asked.leave") if asked(question(anna)) else DUTCH("form.next")
        await anna.presses(on, question(anna))
        await telegram_town.far.settled()
        assert SEND in question(anna).buttons
    await anna.presses("Wijzig: De dialoog", question(anna))
    await telegram_town.far.settled()
    await anna.presses("✎ Met hoeveel mensen zijn jullie?", question(anna))
    await telegram_town.far.settled()
    await anna.says("8")
    await telegram_town.far.settled()
    assert "Groep: 8" in question(anna).text


async def test_an_optional_answer_can_be_left_out_given_and_taken_away_again(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "context")
    assert SKIP in question(anna).buttons
    await anna.says("Er speelt <b>iets</b> & meer")
    await telegram_town.far.settled()
    last = await go_on(telegram_town, anna)
    assert "Er speelt <b>iets</b> & meer" in last.text
    await anna.presses("Wijzig: De gespreksleider", last)
    await telegram_town.far.settled()
    await anna.presses("✎ Wat moet de gespreksleider weten?", question(anna))
    await telegram_town.far.settled()
    await anna.presses(DUTCH("asked.empty"), question(anna))
    await telegram_town.far.settled()
    assert "iets" not in question(anna).text


async def test_after_many_typed_words_the_question_is_asked_below_and_the_old_one_says_so(
    telegram_town: TelegramTown,
) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    first = await to_question(telegram_town, anna, "participants")
    for _ in range(4):
        await anna.says("veel")
        await telegram_town.far.settled()
    assert question(anna).id != first.id
    assert DUTCH("asked.below") in anna.again(first).text
    assert sum(bool(message.buttons) for message in anna.messages) == 1


@pytest.mark.parametrize("wrong", ["veel", "voice"])
async def test_who_does_the_same_wrong_thing_twice_sees_that_it_was_read(
    telegram_town: TelegramTown, wrong: str
) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    first = await to_question(telegram_town, anna, "participants")
    for _ in range(2):
        await (anna.sends_voice() if wrong == "voice" else anna.says(wrong))
        await telegram_town.far.settled()
    assert anna.conversation[-1].from_bot, "the question stands below what was typed"
    assert asked(question(anna)) == "participants"
    assert anna.again(first).text == DUTCH("asked.below")
    assert [len(message.buttons) > 0 for message in anna.messages] == [False, True]


async def test_a_message_that_telegram_lets_nobody_change_any_more_is_said_anew(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    old = await to_question(telegram_town, anna, "occasion")
    telegram_town.refusable.add("editMessageText")
    telegram_town.clock.set(at("2026-11-26 10:00"))
    await anna.presses("Een teamdag", old)
    await telegram_town.far.settled()
    assert question(anna).id != old.id
    assert asked(question(anna)) == "urgency"


@pytest.mark.parametrize("kind", ["voice", "sticker", "file", "photo", "forwarded", "edited"])
async def test_what_is_no_answer_is_met_with_a_clear_next_step(telegram_town: TelegramTown, kind: str) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    await to_question(telegram_town, anna, "where")
    mine = next(message for message in reversed(anna.conversation) if not message.from_bot)
    sends: dict[str, Callable[[], Awaitable[Message]]] = {
        "voice": anna.sends_voice,
        "sticker": anna.sends_sticker,
        "file": lambda: anna.sends_file("plan.pdf", b"%PDF"),
        "photo": anna.sends_photo,
        "forwarded": lambda: anna.forwards("Online"),
        "edited": lambda: anna.edits(mine, "14"),
    }
    await sends[kind]()
    await telegram_town.far.settled()
    key = {"photo": "file"}.get(kind, kind)
    assert DUTCH(f"asked.puzzle.{key}") in question(anna).text
    assert asked(question(anna)) == "where"


async def test_a_voice_message_outside_of_a_form_gets_the_menu(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await anna.sends_voice()
    seen = await anna.sees(DUTCH("telegram.only_words"))
    assert "Vraag een dialoog aan" in seen.buttons


async def test_an_old_button_of_a_form_that_was_sent_says_what_is_the_matter(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    old = await to_question(telegram_town, anna, "occasion")
    last = await go_on(telegram_town, anna)
    await anna.presses(SEND, last)
    await telegram_town.settle()
    await anna.presses("Een teamdag", old)
    await anna.sees("Deze vragen zijn al verstuurd of weggegooid. Er is nu niets veranderd")


MADE_UP = (
    "~",
    "~1|x|y|z|",
    "~99999999999|about|topics|v|1",
    "~1|about|topics|s|x",
    "~1|about|topics|d|nooit",
    "!",
    "x",
)


@pytest.mark.parametrize("data", MADE_UP)
async def test_a_made_up_button_is_answered_like_any_unknown_one(telegram_town: TelegramTown, data: str) -> None:
    anna = telegram_town.requester
    await anna.says("menu")
    menu = await anna.sees("Menu")
    toast = await anna.sends_data(data, menu)
    assert toast is not None
    await telegram_town.far.settled()
    assert anna.last.buttons


async def test_the_same_press_brought_twice_has_one_effect(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    await open_form(anna)
    last = await go_on(telegram_town, anna)
    await anna.presses(SEND, last)
    await telegram_town.settle()
    before = [message.text for message in anna.messages]
    telegram_town.refusable.add("answerCallbackQuery")
    await telegram_town.far.again(telegram_town.far.updates.made[-1])
    await telegram_town.settle()
    assert [message.text for message in anna.messages] == before


async def test_every_press_is_answered_within_a_second(telegram_town: TelegramTown) -> None:
    anna = await ask(telegram_town)
    assert anna.toasts
    assert max(toast.after for toast in anna.toasts) < 1.0

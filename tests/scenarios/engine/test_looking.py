"""Looking never writes: whatever only shows or asks begins no transaction that may write. An effect begins one."""

import re
from collections.abc import Awaitable
from typing import TypeVar

import pytest
from sqlmodel import select

from flows.capabilities import CAPABILITIES
from handlers.inbound.events import Closed, Pressed, Submitted
from handlers.inbound.results import Answered, NothingToSay, Redraw, Repeat
from storage.models import Address, Draft, Inbox, Offer, OfferState
from storage.people import people
from tests.scenarios.asking import answer_page, ask, begin, fill_in, plan, press
from tests.scenarios.town import DUTCH, Town, at, words
from tests.scenarios.writing import counted
from tests.slack.town import SlackTown
from tests.telegram.asking import ON, YES, asked, open_form, question, to_question
from tests.telegram.town import TelegramTown

Seen = TypeVar("Seen")


async def _looks(town: Town, doing: Awaitable[Seen]) -> Seen:
    """Have it done; it must begin no transaction that may write."""
    with counted(town.store) as writes:
        seen = await doing
    assert writes.begun == 0
    return seen


@pytest.mark.parametrize("verb", sorted(CAPABILITIES.shows))
async def test_whatever_shows_how_things_stand_begins_no_write(town: Town, verb: str) -> None:
    requester, facilitator = await plan(town)
    with town.store.read() as uow:
        steers = town.actor(people.who_may_steer(uow)[0])
    for who in (requester, facilitator, steers):
        assert await _looks(town, who.send_action(f"{verb}:1:0")) is not None


async def test_every_button_in_sight_that_shows_something_begins_no_write(town: Town) -> None:
    requester, facilitator = await plan(town)
    pressed = 0
    for who in (requester, facilitator):
        await who.say("menu")
        for view in [*who.messages, who.screen]:
            for button in view.buttons if view else ():
                if button.action.verb in CAPABILITIES.shows:
                    await _looks(town, who.send_action(button.action.pack()))
                    pressed += 1
    assert pressed > 5


@pytest.mark.parametrize("spoken", ["menu", "status", "hallo", "wat een weer"])
async def test_words_that_change_nothing_begin_no_write(town: Town, spoken: str) -> None:
    assert await _looks(town, town.requester.say(spoken)) is not None


@pytest.mark.parametrize("packed", ["change:{}:0:about", "back:{}:0:shape", "resume:{}:0", "stop:{}:0", "over:{}:0"])
async def test_a_page_of_a_form_is_shown_again_without_a_write(town: Town, packed: str) -> None:
    asker = town.requester
    await begin(asker)
    await answer_page(asker)
    view = await _looks(town, asker.send_action(f"form.{packed.format(asker.form.draft_id)}"))
    assert view is not None
    assert view.form or view.buttons


async def test_what_a_page_brings_along_is_kept_also_where_its_button_only_shows(town: Town) -> None:
    asker = town.requester
    await begin(asker)
    page = asker.form
    packed = f"form.stop:{page.draft_id}:0"
    given = {"topics": [next(iter(page.fields[1].choices)).value]}
    await town.app.router.handle(Pressed("1", asker.sender, packed, page.page, given))
    [draft] = town.rows(Draft)
    assert draft.answers["topics"] == given["topics"]


async def test_an_effect_begins_one_write(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    with counted(town.store) as writes:
        await press(facilitator, "Accepteer")
    assert writes.begun == 1


# --- what is looked at and written all the same


async def test_who_counted_as_out_of_reach_is_reached_again_once_they_look(town: Town) -> None:
    asker = town.requester
    with town.store.begin() as uow:
        uow.db.exec(select(Address).where(Address.address == asker.sender.address)).one().reachable = False
    await asker.say("menu")
    assert all(row.reachable for row in town.rows(Address) if row.address == asker.sender.address)


async def test_a_draft_that_nobody_can_go_on_with_is_thrown_away_by_a_look_at_it(town: Town) -> None:
    requester, _ = await plan(town)
    await press(requester, "Toch op een locatie")
    [draft] = town.rows(Draft)
    await town.until(at("2026-12-08 14:05"))
    assert "weggegooid" in (await town.app.router.look(requester.sender, f"form.resume:{draft.id}:0")).text
    assert town.rows(Draft) == []


async def test_nothing_is_done_by_looking_at_a_button_that_does_something(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    packed = facilitator.button("Accepteer").action.pack()
    view = await _looks(town, town.app.router.look(facilitator.sender, packed))
    assert DUTCH("error.unknown_button") in words(view)
    assert all(offer.state is OfferState.OPEN for offer in town.rows(Offer))


# --- what the router answers


async def test_a_look_that_is_brought_again_is_looked_at_again_and_leaves_no_mark(town: Town) -> None:
    event = Pressed("same", town.requester.sender, "requests:0:0")
    first, again = [await town.app.router.handle(event) for _ in range(2)]
    assert isinstance(first, Answered)
    assert first == again
    assert town.rows(Inbox) == []


async def test_an_effect_and_a_refusal_that_are_brought_again_are_repeats(town: Town) -> None:
    asker = town.requester
    await fill_in(asker)
    for packed in (asker.button("Verstuur de aanvraag").action.pack(), "offer.accept:999:0"):
        event = Pressed(packed, asker.sender, packed)
        first, again = [await town.app.router.handle(event) for _ in range(2)]
        assert isinstance(first, Answered)
        assert again == Repeat()


async def test_an_event_that_had_its_effect_is_a_repeat_whatever_it_is_taken_for_then(town: Town) -> None:
    asker = town.requester
    await begin(asker)
    page = asker.form
    await town.app.router.handle(Submitted("one", asker.sender, page.draft_id, page.page, {}))
    assert await town.app.router.handle(Pressed("one", asker.sender, "menu:0:0")) == Repeat()


async def test_a_button_whose_place_is_drawn_anew_is_told_apart_from_a_window_that_was_closed(town: Town) -> None:
    asker = town.requester
    await begin(asker)
    page = asker.form
    handle = town.app.router.handle
    assert await handle(Pressed("1", asker.sender, "front.speak:0:0:en")) == Redraw()
    assert await handle(Closed("2", asker.sender, page.draft_id, page.page, {})) == NothingToSay()
    assert [await handle(Pressed("1", asker.sender, "front.speak:0:0:en"))] == [Repeat()]


# --- in the channels


async def _writes(town: TelegramTown | SlackTown, doing: Awaitable[object]) -> int:
    """How many transactions that may write are begun by this, until nothing is under way any more."""
    with counted(town.store) as writes:
        await doing
        await town.far.settled()
    return writes.begun


async def test_a_date_typed_in_telegram_is_written_down_once_when_shown_back_and_no_event_is_made_up_for_it(
    telegram_town: TelegramTown,
) -> None:
    town, anna = telegram_town, telegram_town.requester
    await open_form(anna)
    await to_question(town, anna, "window_from", when="Ergens in een periode")
    before = {row.event_id for row in town.rows(Inbox)}
    # That is which message holds the question, how much was written below it, and that these words were read.
    assert await _writes(town, anna.says("22 december")) == 1
    assert "Bedoel je dit: dinsdag 22 december 2026?" in question(anna).text
    [seen] = {row.event_id for row in town.rows(Inbox)} - before
    assert re.fullmatch(r"update:\d+", seen)
    # The answer, with the question that stands there next.
    assert await _writes(town, anna.presses(YES, question(anna))) == 1
    assert asked(question(anna)) == "window_until"


async def test_a_menu_and_what_its_buttons_show_begin_no_write_in_telegram(telegram_town: TelegramTown) -> None:
    anna = telegram_town.requester
    for words_of_anna in ("menu", "/status", "hallo", "/taal"):
        assert await _writes(telegram_town, anna.says(words_of_anna)) == 0
    assert await _writes(telegram_town, anna.says("menu")) == 0
    assert await _writes(telegram_town, anna.presses(DUTCH("menu.requests"), anna.last)) == 0


async def test_other_months_and_sheets_of_a_question_in_telegram_are_shown_without_a_write(
    telegram_town: TelegramTown,
) -> None:
    town, anna = telegram_town, telegram_town.requester
    await open_form(anna)
    await anna.presses(ON, question(anna))
    await town.far.settled()
    assert await _writes(town, anna.presses(ON, question(anna))) == 0
    assert "3 van 4" in question(anna).buttons


async def test_an_answer_in_telegram_and_the_question_after_it_are_kept_together(telegram_town: TelegramTown) -> None:
    town, anna = telegram_town, telegram_town.requester
    await open_form(anna)
    await to_question(town, anna, "participants")
    assert await _writes(town, anna.says("14")) == 1
    await anna.presses("Op locatie", question(anna))
    await town.far.settled()
    # What is typed next answers the question that came with it.
    assert asked(question(anna)) == "place"
    assert await _writes(town, anna.says("Den Haag, Turfmarkt 147")) == 1
    assert asked(question(anna)) != "place"


async def test_the_question_below_which_a_form_is_left_is_forgotten_with_one_write(telegram_town: TelegramTown) -> None:
    town, anna = telegram_town, telegram_town.requester
    await open_form(anna)
    await town.far.settled()
    # What is typed next is not to be taken for its answer.
    assert await _writes(town, anna.presses(DUTCH("form.stop"), question(anna))) == 1
    assert await _writes(town, anna.says("menu")) == 0


async def test_a_menu_and_what_its_buttons_show_begin_no_write_in_slack(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await anna.dm("hallo")
    for words_of_anna in ("status", "hallo"):
        assert await _writes(slack_town, anna.dm(words_of_anna)) == 0
    assert await _writes(slack_town, anna.press(DUTCH("menu.requests"))) == 0
    assert await _writes(slack_town, anna.command("/dialoog", "menu")) == 0
    assert await _writes(slack_town, anna.open_home()) == 0

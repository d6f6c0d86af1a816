"""A page that is left halfway: by Back, by Stop, by closing its window. What stood in its fields is there again."""

import itertools
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.language.markup import plain
from flows.engine.views.view import FormField, FormPage, View
from handlers.inbound.events import Closed, Event, FormOpened, Pressed
from handlers.inbound.results import to_say
from storage.models import Draft, Topic
from tests.scenarios.asking import answer_page, fill_in, from_menu, go_on, press, to_page
from tests.scenarios.engine.test_refused_answers import planned
from tests.scenarios.town import DUTCH, Town, words

_ids = itertools.count(1)


def _new() -> str:
    return f"leaving-{next(_ids)}"


async def told(town: Town, event: Event) -> View | None:
    """The bot's answer."""
    return plain(to_say(await town.app.router.handle(event)))


async def leave(town: Town, actor: SimulatedPerson, label: str, answers: Mapping[str, Any]) -> View:
    """Press a button of the page in front of the person, with this in its fields."""
    action = actor.button(label).action.pack()
    view = await told(town, Pressed(_new(), actor.sender, action, actor.form.page, answers))
    assert view is not None
    return view


async def close(town: Town, actor: SimulatedPerson, answers: Mapping[str, Any] | None = None) -> View | None:
    """Close the window with the page in front of the person."""
    return await told(town, Closed(_new(), actor.sender, actor.form.draft_id, actor.form.page, answers or {}))


async def begin(
    town: Town, actor: SimulatedPerson, known: Mapping[str, Any], form: str = "request", subject: int = 0
) -> View:
    """Begin a form of which something is known."""
    view = await told(town, FormOpened(_new(), actor.sender, form, subject, known))
    assert view is not None
    return view


def fields(page: FormPage | None) -> dict[str, FormField]:
    assert page is not None
    return {field.name: field for field in page.fields}


HALF = {"occasion": "work_meeting", "participants": "tien of meer", "where": ""}


@pytest.mark.parametrize("label", ["Terug", "Stop voor nu"])
async def test_what_stood_in_the_fields_is_there_again_after_the_button(town: Town, label: str) -> None:
    asker = town.requester
    await to_page(asker, "shape")
    await leave(town, asker, label, HALF)
    await asker.say("menu")
    await press(asker, "Ga verder: Dialoog aanvragen")
    assert asker.form.page == "shape"
    shown = fields(asker.form)
    assert shown["occasion"].value == "work_meeting"
    assert shown["participants"].typed == "tien of meer"
    assert "geen heel getal" in shown["participants"].error


async def test_what_was_not_asked_yet_is_no_mistake_on_coming_back(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "shape")
    view = await leave(town, asker, "Terug", {"occasion": "work_meeting", "participants": "", "where": None})
    assert view.form is not None
    assert view.form.page == "about"
    [draft] = town.rows(Draft)
    assert draft.typed == {}
    await asker.say("menu")
    view = await press(asker, "Ga verder: Dialoog aanvragen")
    assert "Er klopt nog iets niet" not in view.text
    assert [field.error for field in asker.form.fields] == [""] * 5


async def test_an_answer_that_was_taken_away_before_leaving_is_asked_again(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "when")
    await press(asker, "Terug")
    await leave(town, asker, "Terug", {"participants": "", "where": "online"})
    [draft] = town.rows(Draft)
    assert "participants" not in draft.answers
    await asker.say("menu")
    await press(asker, "Ga verder: Dialoog aanvragen")
    assert asker.form.page == "shape"


async def test_a_mistake_on_a_page_that_was_left_does_not_hold_up_the_page_before(town: Town) -> None:
    asker = town.requester
    on_site = {"where": "Op locatie"}
    await to_page(asker, "place", **on_site)
    asker.screen = await leave(town, asker, "Terug", {"place": "x" * 200})
    assert asker.form.page == "shape"
    await answer_page(asker, where="Online")
    assert asker.form.page == "when"


@pytest.mark.parametrize("label", ["Begin opnieuw", "Gooi antwoorden weg"])
async def test_what_is_thrown_away_is_not_kept_first(town: Town, label: str) -> None:
    asker = town.requester
    await to_page(asker, "shape")
    page = asker.form.page
    if label == "Gooi antwoorden weg":
        await press(asker, "Stop voor nu")
    await press(asker, label)
    action = asker.button("Ja, wis alles").action.pack()
    await told(town, Pressed(_new(), asker.sender, action, page, HALF))
    assert all("occasion" not in draft.answers for draft in town.rows(Draft))


async def test_another_button_keeps_nothing(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "shape")
    page, draft = asker.form.page, asker.form.draft_id
    await told(town, Pressed(_new(), asker.sender, f"requests:{draft}:0", page, HALF))
    assert "occasion" not in town.rows(Draft)[0].answers


async def test_a_page_the_form_does_not_have_is_left_without_a_word(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "shape")
    back = asker.button("Terug").action.pack()
    view = await told(town, Pressed(_new(), asker.sender, back, "nowhere", HALF))
    assert view is not None
    assert view.form is not None
    assert "occasion" not in town.rows(Draft)[0].answers


async def test_answers_to_another_page_are_not_taken_along(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "shape")
    await leave(town, asker, "Terug", {"occasion": "work_meeting", "follow_up": "no", "unknown": "x"})
    assert not {"follow_up", "unknown"} & set(town.rows(Draft)[0].answers)


async def test_nobody_can_put_something_in_somebody_elses_form(town: Town) -> None:
    asker, other = town.civil_servant(0), town.civil_servant(1)
    await to_page(asker, "shape")
    page = asker.form
    back = asker.button("Terug").action.pack()
    for event in (
        Pressed(_new(), other.sender, back, page.page, HALF),
        Closed(_new(), other.sender, page.draft_id, page.page, HALF),
    ):
        assert "voor iemand anders bedoeld" in words(await told(town, event))
    assert "occasion" not in town.rows(Draft)[0].answers


async def test_closing_the_window_keeps_what_was_typed_and_says_so(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "shape")
    await close(town, asker, HALF)
    await town.settle()
    assert "Je antwoorden zijn bewaard. Er is nog niets verstuurd" in asker.messages[-1].text
    assert [button.label for button in asker.messages[-1].buttons] == ["Ga verder", "Gooi antwoorden weg"]
    assert town.rows(Draft)[0].answers["occasion"] == "work_meeting"


@pytest.mark.parametrize(
    ("label", "became"),
    [("Verstuur de aanvraag", "Dit heb je daarna verstuurd"), ("Begin opnieuw", "Je antwoorden zijn daarna weg")],
)
async def test_what_was_said_to_be_kept_says_later_what_became_of_it(town: Town, label: str, became: str) -> None:
    asker = town.requester
    for page in ("shape", "who"):
        await to_page(asker, page) if page == "shape" else await from_menu(asker, "Ga verder: Dialoog aanvragen")
        await close(town, asker, {})
        await town.settle()
        town.clock.set(town.now + timedelta(minutes=1))
    assert [message.text for message in asker.messages] == [DUTCH("form.kept")] * 2
    await from_menu(asker, "Ga verder: Dialoog aanvragen")
    if label == "Verstuur de aanvraag":
        await go_on(asker)
    await press(asker, label)
    if label == "Begin opnieuw":
        await press(asker, "Ja, wis alles")
    await town.settle()
    told = [message for message in asker.messages if message.title == "Dialoog aanvragen"]
    assert [(message.text[: len(became)], message.buttons) for message in told[:2]] == [(became, ())] * 2


async def test_closing_a_window_in_which_nothing_was_answered_is_not_remarked_on(town: Town) -> None:
    asker = town.requester
    await asker.say("menu")
    await press(asker, "Vraag een dialoog aan")
    assert await close(town, asker, {"organisation": fields(asker.form)["organisation"].value, "topics": []}) is None


async def test_closing_the_window_of_a_form_that_was_sent_is_not_remarked_on(town: Town) -> None:
    asker = town.requester
    await fill_in(asker)
    draft = town.rows(Draft)[0].id
    await press(asker, "Verstuur de aanvraag")
    assert await told(town, Closed(_new(), asker.sender, draft, "about", HALF)) is None


async def test_what_is_known_beforehand_stands_in_a_new_form(town: Town) -> None:
    view = await begin(town, town.requester, {"participants": "12", "context": "Zie het bericht.", "where": "online"})
    assert "staat er nog" not in view.text
    [draft] = town.rows(Draft)
    assert (draft.answers["participants"], draft.answers["context"]) == (12, "Zie het bericht.")
    assert fields(view.form)["organisation"].value


async def test_what_is_known_goes_before_what_the_bot_would_guess(town: Town) -> None:
    [other] = [node for node in town.organisations(range(1, 200)) if node.code == "duo"]
    view = await begin(town, town.requester, {"organisation": str(other.id), "language": "en"})
    assert fields(view.form)["organisation"].value == str(other.id)
    assert town.rows(Draft)[0].answers["language"] == "en"


async def test_what_is_known_wrongly_is_left_out(town: Town) -> None:
    known = {"organisation": "999999", "participants": "veel", "topics": ["0"], "no_such_field": "x", "place": None}
    view = await begin(town, town.requester, known)
    shown = fields(view.form)
    assert shown["organisation"].value, "the person's own unit still stands there"
    assert not shown["topics"].value
    assert "Er klopt nog iets niet" not in view.text
    [draft] = town.rows(Draft)
    assert set(draft.answers) == {"organisation", "language"}
    assert draft.typed == {}


async def test_what_is_known_fills_only_what_is_empty_in_a_form_begun_before(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "shape")
    await leave(town, asker, "Stop voor nu", {"participants": "tien of meer", "occasion": "work_meeting"})
    topic = next(topic for topic in town.rows(Topic) if topic.code == "integrity")
    known = {"topics": [str(topic.id)], "participants": 8, "occasion": "team_day", "context": "Zie het bericht."}
    view = await begin(town, asker, known)
    assert "staat er nog" in view.text
    [draft] = town.rows(Draft)
    assert draft.answers["topics"] != [str(topic.id)]
    assert draft.answers["occasion"] == "work_meeting"
    assert draft.typed["participants"] == "tien of meer"
    assert draft.answers["context"] == "Zie het bericht."


async def test_a_form_about_something_is_begun_only_by_whom_it_is_for(town: Town) -> None:
    requester, _ = await planned(town)
    view = await begin(town, requester, {"moment": "2026-12-09T14:00"}, form="move", subject=1)
    assert fields(view.form)["moment"].value == "2026-12-09T14:00"
    stranger = town.civil_servant(1)
    assert (await begin(town, stranger, {}, form="move", subject=1)).form is None
    assert (await begin(town, stranger, {}, form="no_such_form")).form is None

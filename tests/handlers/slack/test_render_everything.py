"""Every page of every form, and every view of a whole story, as messages and modals in both languages.

Each is rendered as it is, and once more with every text in it as long as it can get.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from flows.capabilities import CAPABILITIES
from flows.engine.context import Context, Turn
from flows.engine.forms import rendering
from flows.engine.forms.definition import Choice, Kind
from flows.engine.forms.draft_answers import DraftAnswers
from flows.engine.views.refusals import Refusal
from flows.engine.views.view import View
from handlers.slack.rendering.fields import inputs
from handlers.slack.rendering.message import message
from handlers.slack.rendering.modal import modal
from storage.database.unit_of_work import Store, UnitOfWork
from storage.models import Draft, Person
from tests.handlers.shown import in_a_story
from tests.handlers.slack.published import hold_message, hold_modal, shown, values
from tests.scenarios.asking import plan_series
from tests.scenarios.town import MONDAY, RULES, TEXTS, Town, invent_at

LONG_NAME = "Directoraat-generaal Overheidsorganisatie en Bedrijfsvoering & <!channel> " * 6


@pytest.fixture(scope="module")
def busy_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[int]]]:
    """A programme in which a series was planned, the two people who did, and one of the programme team."""
    path = tmp_path_factory.mktemp("busy") / "town.db"
    invent_at(path)
    store = Store(f"sqlite:///{path}")
    town = Town(store)
    both = asyncio.run(plan_series(town))
    yield store, [int(actor.sender.address) for actor in (*both, town.team()[0])]
    store.close()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", CAPABILITIES.forms)
def test_every_page_of_every_form_is_a_modal_that_slack_takes(
    busy_store: tuple[Store, list[int]], name: str, language: str
) -> None:
    store, people = busy_store
    t = TEXTS.into(language)
    pages = 0
    with store.read() as uow:
        for view in _pages(uow, people, name, language):
            assert view.form is not None
            asked = inputs(view.form, t)
            assert [block["label"]["text"] for block in asked if block["type"] == "input"] == [
                field.label for field in view.form.fields
            ]
            made = modal(view, t)
            assert made["submit"]["text"] == view.form.submit
            for one in (view, _stretched(view)):
                hold_modal(modal(one, t))
                hold_message(message(one, "answer", t))
            pages += 1
    assert pages > 0


def _pages(uow: UnitOfWork, people: list[int], name: str, language: str) -> Iterator[View]:
    talk = _talk(uow, people, name, language)
    for page in talk.form.pages:
        talk.draft.typed = {field.name: _wrong(field.kind) for field in page.fields}
        yield rendering.page(talk, page)


def _talk(uow: UnitOfWork, people: list[int], name: str, language: str) -> DraftAnswers:
    """The conversation about the first of its subjects, for whichever of the people may see that."""
    for person_id in people:
        person = uow.get(Person, person_id)
        person.language = language
        turn = Turn(Context(uow, MONDAY, RULES, TEXTS, CAPABILITIES), person)
        for subject in (1, 0):
            draft = Draft(id=7, person_id=person_id, form=name, subject_id=subject, form_version=0, updated_at=MONDAY)
            try:
                talk = DraftAnswers.of(turn, draft, CAPABILITIES.forms[name])
                rendering.page(talk, talk.form.pages[0])
            except (Refusal, LookupError):
                continue
            return talk
    raise LookupError(name)


def _wrong(kind: Kind) -> Any:
    return {Kind.CHOICES: ["nope"], Kind.NUMBER: "-1", Kind.TEXT: "x" * 3500, Kind.LONG_TEXT: "x" * 3500}.get(kind, "?")


def _stretched(view: View) -> View:
    """The view with as many choices and as long texts as there can be."""
    long = tuple((label or LONG_NAME, LONG_NAME * 5) for label, _ in view.facts)
    buttons = tuple(replace(button, label=f"{button.label} {LONG_NAME}") for button in view.buttons)
    made = replace(view, title=LONG_NAME, text=LONG_NAME * 40, facts=long, buttons=buttons)
    if view.form is None:
        return made
    choices = tuple(Choice(str(n), f"{LONG_NAME} {n}", help=LONG_NAME) for n in range(100))
    fields = tuple(
        replace(f, label=LONG_NAME, help=LONG_NAME, error=f.error and LONG_NAME, choices=f.choices and choices)
        for f in view.form.fields
    )
    return replace(made, form=replace(view.form, title=LONG_NAME, position=LONG_NAME, submit=LONG_NAME, fields=fields))


@pytest.fixture(scope="module", params=["nl", "en"])
def told(request: pytest.FixtureRequest) -> tuple[str, list[View]]:
    """A language, and everything the bot shows in a whole story told in it."""
    return request.param, in_a_story(request.param)


def test_everything_a_story_shows_is_a_message_and_a_modal_that_slack_takes(told: tuple[str, list[View]]) -> None:
    language, views = told
    t = TEXTS.into(language)
    assert len(views) > 40
    for view in (*views, *map(_stretched, views)):
        said, opened = message(view, "letter", t), modal(view, t)
        hold_message(said)
        hold_modal(opened)
        pressed = {button.action.pack() for button in view.buttons}
        submitted = {button.action.pack() for button in view.buttons if button.action.verb == "form.send"}
        assert set(values(opened["blocks"])) == pressed - submitted
        if view.form is None:
            assert set(values(said.blocks)) == pressed


def test_no_message_of_a_story_loses_a_word(told: tuple[str, list[View]]) -> None:
    language, views = told
    t = TEXTS.into(language)
    for view in views:
        assert not any(text["text"] == t("slack.cut") for text in shown(message(view, "letter", t).blocks))
    moments = [view for view in views if "\ue000" in view.text]
    assert moments
    writes = [("<!date^" in str(message(view, "letter", t).blocks)) for view in moments]
    assert set(writes) == {language == "en"}, "Slack has English, and no Dutch"

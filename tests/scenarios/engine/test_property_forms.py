"""Whatever is answered to whatever form, in any order: nothing good is lost, and nothing ends unanswered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.context import Turn
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.dates import day_ahead, moment_ahead
from flows.engine.forms.definition import Answers, Choice, Field, Form, Kind, Page, ValidationContext, answered
from flows.engine.forms.draft_answers import DraftAnswers
from flows.engine.forms.submit import keep_fitting, submit
from flows.requests.form import window_end
from storage.models import Draft
from tests.scenarios.machine import ODD

CHOICES = [Choice(value, value) for value in ("a", "b", "c")]


class Abc:
    """Options of which every source has the same three."""

    def search(self, source: str, query: str, answers: Answers, limit: int) -> Sequence[Choice]:
        return CHOICES[:limit]

    def find(self, source: str, value: str, answers: Answers) -> Choice | None:
        return next((choice for choice in CHOICES if choice.value == value), None)


GROUND = ValidationContext(Abc(), datetime(2026, 11, 23, 8, 5, tzinfo=UTC), ZoneInfo("Europe/Amsterdam"))
SOME = {
    Kind.CHOICE: st.sampled_from(["a", "b", "c"]),
    Kind.CHOICES: st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=2, unique=True),
    Kind.TEXT: st.sampled_from(["woord", "twee woorden", "«é»"]),
    Kind.LONG_TEXT: st.sampled_from(["een\nregel", "x" * 50]),
    Kind.NUMBER: st.integers(1, 9),
    Kind.DATE: st.dates(date(2026, 1, 1), date(2027, 1, 1)).map(date.isoformat),
    Kind.MOMENT: st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.isoformat("T", "minutes")),
}
"""Good answers to each kind of question."""

GARBAGE = st.one_of(
    st.sampled_from(ODD), st.text(), st.integers(), st.floats(), st.binary(), st.dates(), st.lists(st.integers())
)


@dataclass(frozen=True)
class _Branch:
    """Goes one way for the answer "a" to a field, another for everything else."""

    field: str
    then: str | None
    otherwise: str | None

    def __call__(self, answers: Answers) -> str | None:
        return self.then if answers.get(self.field) == "a" else self.otherwise


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A form of a few pages, whose branches only lead ahead."""
    names = [f"page{n}" for n in range(draw(st.integers(1, 5)))]
    pages = []
    for n, name in enumerate(names):
        fields = tuple(draw(_fields(f"{name}_{m}")) for m in range(draw(st.integers(1, 3))))
        ahead = st.sampled_from([*names[n + 1 :], None])
        pages.append(Page(name, fields, _Branch(fields[0].name, draw(ahead), draw(ahead))))
    return Form("form", 1, tuple(pages))


@st.composite
def _fields(draw: st.DrawFn, name: str) -> Field:
    kind = draw(st.sampled_from(list(Kind)))
    high = {Kind.NUMBER: 9, Kind.TEXT: 60, Kind.LONG_TEXT: 60, Kind.CHOICES: 2}.get(kind)
    return Field(
        name, kind, required=draw(st.booleans()), source="abc", low=1 if kind is Kind.NUMBER else None, high=high
    )


def good_answers(form: Form) -> st.SearchStrategy[dict[str, Any]]:
    """A good answer to every question of a form."""
    return st.fixed_dictionaries({asked.name: SOME[asked.kind] for asked in form.fields()})


def _names(form: Form) -> st.SearchStrategy[str]:
    return st.sampled_from([*(asked.name for asked in form.fields()), "unknown"])


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Form, list[dict[str, Any]]]:
    """A form, and pages or single answers in any order, good ones and garbage mixed."""
    form = draw(forms())
    good = draw(good_answers(form))
    steps = draw(st.lists(st.dictionaries(_names(form), st.one_of(GARBAGE, st.just("good")), max_size=4), max_size=8))
    return form, [{k: good.get(k) if v == "good" else v for k, v in step.items()} for step in steps]


@settings(max_examples=250, deadline=None, print_blob=True)
@given(conversations())
def test_good_answers_are_never_lost_and_nothing_ends_unanswered(talk: tuple[Form, list[dict[str, Any]]]) -> None:
    form, steps = talk
    answers: Mapping[str, Any] = {}
    for new in steps:
        progress = submit(form, answers, new, GROUND)
        assert set(progress.typed) == set(progress.faults)
        assert {k: v for k, v in answers.items() if k not in new}.items() <= progress.answers.items()
        assert not set(progress.faults) & set(progress.values)
        assert keep_fitting(form, progress.answers, GROUND) == progress.answers, "what is kept is good"
        if progress.page is None:
            way = list(form.path(progress.answers))
            assert all(answered(page, progress.answers) for page in way)
            assert set(progress.values) == {asked.name for page in way for asked in page.fields}
        answers = progress.answers


@settings(max_examples=150, deadline=None, print_blob=True)
@given(st.data())
def test_the_order_of_the_answers_makes_no_difference(data: st.DataObject) -> None:
    form = data.draw(forms())
    good = data.draw(good_answers(form))
    at_once = submit(form, {}, good, GROUND)
    one_by_one: Mapping[str, Any] = {}
    for name in data.draw(st.permutations(sorted(good))):
        progress = submit(form, one_by_one, {name: good[name]}, GROUND)
        one_by_one = progress.answers
    assert at_once.page is None
    assert submit(form, one_by_one, {}, GROUND).values == at_once.values


def talk_in(form: Form, draft: Draft) -> DraftAnswers:
    """A conversation in this draft, with nothing of a programme behind it."""
    turn = cast("Turn", SimpleNamespace(now=GROUND.now))
    return DraftAnswers(turn, draft, cast("ConversationForm", None), form, GROUND)


@settings(max_examples=250, deadline=None, print_blob=True)
@given(st.data())
def test_leaving_a_page_with_anything_on_it_loses_nothing_and_asks_for_nothing_more(data: st.DataObject) -> None:
    form = data.draw(forms())
    good = data.draw(good_answers(form))
    talk = talk_in(form, Draft(person_id=1, form="form", form_version=1, updated_at=GROUND.now))
    talk.take({name: good[name] for name in data.draw(st.sets(_names(form))) if name in good})
    before = dict(talk.draft.answers)
    page = data.draw(st.sampled_from(form.pages))
    marks = data.draw(st.dictionaries(_names(form), st.one_of(GARBAGE, st.none(), st.just("good")), max_size=4))
    left = {name: good.get(name) if raw == "good" else raw for name, raw in marks.items()}
    talk.put_aside(page, left)
    asked = {name: raw for name, raw in left.items() if name in page.names}
    assert {n: v for n, v in before.items() if n not in asked}.items() <= talk.draft.answers.items()
    assert set(talk.draft.typed) <= set(asked), "what is wrong was typed"
    assert not set(talk.draft.typed) & set(talk.draft.answers), "an answer is good or it is not"
    assert all(raw not in (None, "", []) for raw in talk.draft.typed.values()), "what is empty is no mistake yet"
    for name, raw in asked.items():
        assert name in talk.draft.answers or name in talk.draft.typed or raw in (None, "", []), "what was typed is kept"
    again = talk.page(page)
    assert set(again.faults) == set(again.typed) == set(talk.draft.typed) & set(page.names)


ENDS = ("0001-01-01T00:00", "0001-01-01T00:01", "9999-12-31T23:59")
CALENDAR = Form(
    "calendar",
    1,
    (
        Page("moment", (Field("moment", Kind.MOMENT, check=moment_ahead),)),
        Page(
            "days",
            (Field("window_from", Kind.DATE, check=day_ahead), Field("window_until", Kind.DATE, check=window_end)),
        ),
    ),
)


@settings(max_examples=250, deadline=None, print_blob=True)
@given(
    moment=st.one_of(st.datetimes().map(datetime.isoformat), st.sampled_from(ENDS), GARBAGE),
    days=st.fixed_dictionaries(
        {name: st.one_of(st.dates().map(date.isoformat), GARBAGE) for name in ("window_from", "window_until")}
    ),
)
def test_whatever_stands_for_a_moment_or_a_day_is_understood_or_told_to_be_wrong(
    moment: object, days: dict[str, object]
) -> None:
    progress = submit(CALENDAR, {}, {"moment": moment, **days}, GROUND)
    for name, value in progress.answers.items():
        assert 2026 <= int(str(value)[:4]) <= 2027, name


@pytest.mark.parametrize("first", ["nee", "", None, "2026-12-08T10:00", 5])
def test_the_last_day_of_a_window_is_not_held_against_a_first_day_that_is_none(first: object) -> None:
    progress = submit(CALENDAR, {}, {"window_from": first, "window_until": "2026-12-08"}, GROUND)
    assert set(progress.faults) == {"window_from"}
    assert progress.answers == {"window_until": "2026-12-08"}

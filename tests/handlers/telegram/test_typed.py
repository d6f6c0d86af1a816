"""What somebody typed to a question about a day or a moment: shown back before it counts, never an answer itself."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flows.engine.forms.definition import Kind
from flows.engine.views.view import FormField
from handlers.telegram.interactions.typed_dates import heard
from handlers.telegram.rendering.question_actions import Op, QuestionAction
from handlers.telegram.rendering.question_state import Offer, QuestionState
from tests.handlers.telegram.desk import TEXTS, T

NOW = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
"""Monday, 09:05 in The Hague."""
DAY = FormField("day", Kind.DATE, "Welke dag?")
MOMENT = FormField("moment", Kind.MOMENT, "Wanneer?")
AT_EIGHT = QuestionState("moment", day="2026-12-08")
"""Tuesday 8 December was chosen, and its time is asked."""


def _heard(field: FormField, words: str, look: QuestionState | None = None, now: datetime = NOW) -> QuestionState:
    return heard(field, words, look or QuestionState(field.name), T, now)


def _meant(look: QuestionState) -> list[tuple[str, str]]:
    return [(offer.op.value, offer.arg) for offer in look.offers]


ANSWER, OF_DAY = Op.ANSWER.value, Op.DAY.value


@pytest.mark.parametrize(
    ("field", "words", "meant"),
    [
        (MOMENT, "di 8 dec 14:00", [(ANSWER, "2026-12-08T14:00")]),
        (MOMENT, "volgende week dinsdag om 10 uur", [(ANSWER, "2026-12-01T10:00")]),
        (MOMENT, "over drie weken om half drie", [(ANSWER, "2026-12-14T14:30")]),
        (MOMENT, "Tuesday 8 December at 2pm", [(ANSWER, "2026-12-08T14:00")]),
        (MOMENT, "next Tuesday at 2pm", [(ANSWER, "2026-11-24T14:00"), (ANSWER, "2026-12-01T14:00")]),
        (DAY, "8 december", [(ANSWER, "2026-12-08")]),
        (DAY, "overmorgen", [(ANSWER, "2026-11-25")]),
        (DAY, "di 8 dec 14:00", [(ANSWER, "2026-12-08")]),
        (DAY, "eerste maandag van maart", [(ANSWER, "2027-03-01")]),
    ],
)
def test_what_is_meant_is_offered_to_be_confirmed(field: FormField, words: str, meant: list[Any]) -> None:
    look = _heard(field, words)
    assert _meant(look) == meant
    assert (look.field, look.note) == (field.name, "")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("14:00", [(ANSWER, "2026-12-08T14:00")]),
        ("half drie", [(ANSWER, "2026-12-08T14:30"), (ANSWER, "2026-12-08T02:30")]),
        ("9 dec 11:00", [(ANSWER, "2026-12-09T11:00")]),
    ],
)
def test_on_a_day_that_was_chosen_a_time_is_enough_and_a_whole_moment_changes_the_day(
    words: str, meant: list[Any]
) -> None:
    look = _heard(MOMENT, words, AT_EIGHT)
    assert set(_meant(look)) <= set(meant)
    assert _meant(look)[0] == meant[0]


@pytest.mark.parametrize(("look", "words"), [(None, "8 december"), (AT_EIGHT, "woensdag 9 december")])
def test_of_a_moment_without_a_time_the_time_is_asked(look: QuestionState | None, words: str) -> None:
    found = _heard(MOMENT, words, look)
    assert found.day == ("2026-12-09" if look else "2026-12-08")
    assert found.offers == ()


def test_a_weekday_typed_after_a_day_was_chosen_may_be_the_one_after_that_day() -> None:
    assert _meant(_heard(MOMENT, "vrijdag", AT_EIGHT)) == [(OF_DAY, "2026-11-27"), (OF_DAY, "2026-12-11")]
    assert _heard(MOMENT, "8 december", AT_EIGHT).day == AT_EIGHT.day


def test_another_week_named_after_a_day_was_chosen_has_the_day_asked_again() -> None:
    look = _heard(MOMENT, "eind volgende week", AT_EIGHT)
    assert (look.day, look.note) == ("", T("asked.hint.needs_day"))


def test_of_several_days_one_is_chosen_and_then_its_time_is_asked() -> None:
    look = _heard(MOMENT, "next Tuesday")
    assert _meant(look) == [(OF_DAY, "2026-11-24"), (OF_DAY, "2026-12-01")]
    assert [offer.label for offer in look.offers] == ["dinsdag 24 november 2026", "dinsdag 1 december 2026"]


@pytest.mark.parametrize(
    ("field", "words", "says"),
    [
        (MOMENT, "22-11-2026 14:00", "22 november 2026"),
        (DAY, "23 november 2025", "2025"),
        (MOMENT, "31 februari 14:00", T("asked.impossible.no_such_day")),
        (DAY, "31 november", T("asked.impossible.no_such_day")),
        (MOMENT, "28 maart 2027 02:30", T("asked.impossible.skipped")),
        (MOMENT, "14:00", T("asked.hint.needs_day")),
        (DAY, "14:00", T("asked.hint.needs_day")),
    ],
)
def test_what_cannot_be_is_said_with_the_question_and_offers_nothing(field: FormField, words: str, says: str) -> None:
    look = _heard(field, words)
    assert look.offers == ()
    assert says in look.note


@pytest.mark.parametrize("words", ["zodra het kan", "?", "", "   ", "🙂", "xyzzy dec", "9" * 400, "di\u202e 8"])
def test_what_is_not_understood_is_answered_with_what_to_type(words: str) -> None:
    for field in (DAY, MOMENT):
        look = _heard(field, words)
        assert look.offers == ()
        assert look.note


def test_a_day_that_was_chosen_stays_while_its_time_is_not_understood() -> None:
    assert _heard(MOMENT, "ooit", AT_EIGHT).day == AT_EIGHT.day


def test_what_was_said_before_is_not_said_of_what_is_typed_now() -> None:
    before = QuestionState("moment", note="Iets", words="zoek", offers=(Offer("x", Op.ANSWER, "x"),))
    look = _heard(MOMENT, "8 december", before)
    assert (look.note, look.words, look.offers) == ("", "", ())


AHEAD = st.datetimes(datetime(2026, 11, 24), datetime(2027, 11, 20)).map(lambda at: at.replace(second=0, microsecond=0))


@given(AHEAD, st.sampled_from(["nl", "en"]))
def test_a_moment_written_out_in_full_is_offered_as_just_that(at: datetime, language: str) -> None:
    t = TEXTS.into(language)
    local = at.replace(tzinfo=t.zone)
    # The hour that is skipped in spring does not exist, and the one in autumn that comes twice means two things.
    assume(local.astimezone(UTC).astimezone(t.zone).replace(tzinfo=None) == at)
    assume(local.utcoffset() == local.replace(fold=1).utcoffset())
    words = f"{at:%d-%m-%Y %H:%M}" if language == "nl" else f"{at:%Y-%m-%d %H:%M}"
    look = heard(MOMENT, words, QuestionState("moment"), t, NOW)
    assert (ANSWER, f"{at:%Y-%m-%dT%H:%M}") in _meant(look)


@given(st.text(max_size=80), st.sampled_from([DAY, MOMENT]), st.sampled_from([QuestionState("moment"), AT_EIGHT]))
def test_whatever_is_typed_leads_to_something_to_press_or_a_word_about_it(
    words: str, field: FormField, before: QuestionState
) -> None:
    look = heard(field, words, before if field is MOMENT else QuestionState("day"), T, NOW)
    assert look.field == field.name
    assert look.note or look.offers or look.day
    for offer in look.offers:
        assert offer.label.strip()
        assert QuestionAction(999_999_999, "moments", field.name, offer.op, offer.arg).pack()
        assert date.fromisoformat(offer.arg[:10]) >= NOW.date() - timedelta(days=1)

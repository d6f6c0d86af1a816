"""The rhythm of a series: asked for together with the request, or offered after a dialogue."""

from collections.abc import Iterable, Mapping
from typing import Any

from flows import requests, roles, series
from flows.cadence import EveryWeeks
from flows.choices import Choices, Source
from flows.desk import Turn
from flows.form import Answers, Choice, Fault, Field, Form, Ground, Kind, Page
from flows.forms.conversation import Conversation
from flows.forms.moments import day_ahead
from flows.view import View
from storage import programme
from storage.models import SeriesTemplate

COMMON_WEEKS = (1, 2, 3, 4, 6, 8)
MOST_WEEKS = 26
MOST_SESSIONS = 12
"""The longest series a template of the field has."""
_NTHS = (1, 2, 3, 4, -1)


def rhythm_pages(templates: Iterable[SeriesTemplate]) -> tuple[Page, ...]:
    """The pages that ask for template, rhythm and length. A template of fixed length is not asked for a number."""
    bounds = {str(template.id): (template.sessions_min, template.sessions_max) for template in templates}

    def count_fits(value: Any, answers: Answers, _ground: Ground) -> Fault | None:
        low, high = bounds.get(str(answers.get("template")), (2, MOST_SESSIONS))
        return None if low <= value <= high else Fault("form.out_of_range", {"low": low, "high": high})

    def after_rhythm(answers: Answers) -> str | None:
        low, high = bounds.get(str(answers.get("template")), (2, MOST_SESSIONS))
        length = "length" if low != high else None
        return {"weeks": "every", "month": "monthday"}.get(str(answers.get("rhythm")), length)

    def after_detail(answers: Answers) -> str | None:
        low, high = bounds.get(str(answers.get("template")), (2, MOST_SESSIONS))
        return "length" if low != high else None

    return (
        Page(
            "series",
            (Field("template", Kind.CHOICE, source="templates"), Field("rhythm", Kind.CHOICE, source="rhythms")),
            after_rhythm,
        ),
        Page("every", (Field("weeks", Kind.NUMBER, low=1, high=MOST_WEEKS),), after_detail),
        Page(
            "monthday",
            (Field("nth", Kind.CHOICE, source="nths"), Field("weekday", Kind.CHOICE, source="weekdays")),
            after_detail,
        ),
        Page(
            "length",
            (
                Field("count", Kind.NUMBER, low=2, high=MOST_SESSIONS, check=count_fits),
                Field("series_until", Kind.DATE, required=False, check=day_ahead),
            ),
        ),
    )


def rhythm_sources(turn: Turn) -> Mapping[str, Source]:
    """The choices on those pages."""
    t = turn.t
    common = [Choice(str(EveryWeeks(n)), t("rhythm.weeks", n=n)) for n in COMMON_WEEKS]
    other = [Choice("weeks", t("rhythm.other_weeks")), Choice("month", t("rhythm.month"))]
    return {
        "templates": lambda: [
            Choice(str(template.id), template.name(t.language)) for template in programme.templates(turn.uow)
        ],
        "rhythms": lambda: [*common, *other],
        "nths": lambda: [Choice(str(nth), t(f"nth.{nth}")) for nth in _NTHS],
        "weekdays": lambda: [Choice(str(day), t(f"weekday.{day}")) for day in range(5)],
    }


def _request(turn: Turn, request_id: int) -> None:
    roles.request_of(turn, request_id)


def _form(turn: Turn, _request_id: int) -> Form:
    return Form("series", 1, rhythm_pages(programme.templates(turn.uow)))


def _plan(turn: Turn, request_id: int, answers: Answers) -> View:
    return series.plan(turn, request_id, requests.series_columns(turn, answers))


SERIES = Conversation(
    name="series",
    version=1,
    form=_form,
    options=lambda turn, _request_id: Choices(rhythm_sources(turn)),
    guard=_request,
    finish=_plan,
)

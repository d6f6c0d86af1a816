"""The rhythm of a series: asked for together with the request, or offered after a dialogue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.engine.calendars.recurrence import EveryWeeks
from flows.engine.context import Turn
from flows.engine.forms.choices import Choices, Source
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.dates import day_ahead
from flows.engine.forms.definition import Answers, Choice, Field, FieldError, Form, Kind, Page, ValidationContext
from flows.engine.language.texts import Translator
from flows.engine.views.view import View
from flows.series import series
from storage.models import Request, SeriesTemplate
from storage.programme import catalogue

COMMON_WEEKS = (1, 2, 3, 4, 6, 8)
MOST_WEEKS = 26
MOST_SESSIONS = 12
"""The longest series a template of the field has."""
_NTHS = (1, 2, 3, 4, -1)


@dataclass(frozen=True)
class _Lengths:
    """How many sessions a series may have, by its template."""

    bounds: Mapping[str, tuple[int, int]]

    def of(self, answers: Answers) -> tuple[int, int]:
        """Least and most, for the template that is answered."""
        return self.bounds.get(str(answers.get("template")), (2, MOST_SESSIONS))

    def fits(self, value: Any, answers: Answers, _ground: ValidationContext) -> FieldError | None:
        """A number that the template allows."""
        low, high = self.of(answers)
        if low <= value <= high:
            return None
        return FieldError("form.too_large" if value > high else "form.out_of_range", {"low": low, "high": high})

    def page(self, answers: Answers) -> str | None:
        """The page that asks for the number, or None where the template fixes it."""
        low, high = self.of(answers)
        return "length" if low != high else None

    def detail(self, answers: Answers) -> str | None:
        """The page after the choice of a rhythm: its details, where it has any."""
        return {"weeks": "every", "month": "monthday"}.get(str(answers.get("rhythm")), self.page(answers))


def series_columns(turn: Turn, answers: Answers) -> dict[str, Any]:
    """The template, rhythm and length of the series that these answers ask for, as columns of a request."""
    template = turn.uow.get(SeriesTemplate, int(answers["template"]))
    until = answers.get("series_until")
    return {
        "template_id": template.id,
        "rhythm": series.rhythm_of(answers),
        "series_count": int(answers.get("count") or template.sessions_max),
        "series_until": date.fromisoformat(until) if until else None,
    }


def rhythm_pages(templates: Iterable[SeriesTemplate], part: str) -> tuple[Page, ...]:
    """The pages that ask for template, rhythm and length. A template of fixed length is not asked for a number."""
    lengths = _Lengths({str(template.id): (template.sessions_min, template.sessions_max) for template in templates})
    kind = (Field("template", Kind.CHOICE, source="templates"), Field("rhythm", Kind.CHOICE, source="rhythms"))
    weeks = (Field("weeks", Kind.NUMBER, low=1, high=MOST_WEEKS),)
    day = (Field("nth", Kind.CHOICE, source="nths"), Field("weekday", Kind.CHOICE, source="weekdays"))
    length = (
        Field("series_until", Kind.DATE, required=False, check=day_ahead),
        Field("count", Kind.NUMBER, required=False, instead="series_until", check=lengths.fits, bounds=lengths.of),
    )
    return (
        Page("series", kind, lengths.detail, part=part),
        Page("every", weeks, lengths.page, part=part),
        Page("monthday", day, lengths.page, part=part),
        Page("length", length, part=part),
    )


def rhythm_sources(turn: Turn) -> Mapping[str, Source]:
    """The choices on those pages."""
    t = turn.t
    common = [Choice(str(EveryWeeks(n)), t("rhythm.weeks", n=n)) for n in COMMON_WEEKS]
    other = [Choice("weeks", t("rhythm.other_weeks")), Choice("month", t("rhythm.month"))]
    return {
        "templates": lambda: [_template_choice(turn, template) for template in catalogue.templates(turn.uow)],
        "rhythms": lambda: [*common, *other],
        "nths": lambda: [Choice(str(nth), t(f"nth.{nth}")) for nth in _NTHS],
        "weekdays": lambda: [Choice(str(day), t(f"weekday.{day}")) for day in range(5)],
    }


def _template_choice(turn: Turn, template: SeriesTemplate) -> Choice:
    """A template with how many sessions it has, and a line about what they are."""
    t, low, high = turn.t, template.sessions_min, template.sessions_max
    name = template.name(t.language)
    label = t("template.range", name=name, low=low, high=high) if low < high else t("template.fixed", name=name, n=low)
    return Choice(str(template.id), label, help=" ".join([*_themes(turn, template), *_length(t, template.minutes)]))


def _length(t: Translator, minutes: int | None) -> list[str]:
    if not minutes:
        return []
    return [t("template.hours", n=minutes // 60) if minutes % 60 == 0 else t("template.minutes", n=minutes)]


def _themes(turn: Turn, template: SeriesTemplate) -> list[str]:
    found = (catalogue.template_session(turn.uow, template.id, position) for position in (1, 2))
    # What stands behind a colon says more of the theme than a line has room for.
    names = [f"“{about.theme(turn.t.language).split(':')[0]}”" for about in found if about]
    return [turn.t("template.themes", themes=turn.t.listing(names))] if names else []


def _open(turn: Turn, request_id: int) -> None:
    series.may_plan(turn, request_id)


def _over(turn: Turn, request_id: int) -> bool:
    request = turn.uow.find(Request, request_id)
    return request is None or not series.can_follow(turn.context, request)


def _form(turn: Turn, _request_id: int) -> Form:
    return Form("series", 1, rhythm_pages(catalogue.templates(turn.uow), part="series"))


def _plan(turn: Turn, request_id: int, answers: Answers) -> View:
    return series.plan(turn, request_id, series_columns(turn, answers))


SERIES = ConversationForm(
    name="series",
    form=_form,
    options=lambda turn, _request_id: Choices(rhythm_sources(turn)),
    guard=_open,
    finish=_plan,
    over=_over,
)

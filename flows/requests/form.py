"""Asking for a dialogue: the guided form, and the choices in it."""

from datetime import timedelta
from typing import Any

from flows.engine.context import Turn
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.dates import day, day_ahead, moment_ahead
from flows.engine.forms.definition import Answers, Check, Choice, Field, FieldError, Form, Kind, Page, ValidationContext
from flows.engine.language.texts import Translator
from flows.matching import promises
from flows.programme.choices import TOPICS_AT_MOST, organisation_choices, topic_choices, worded
from flows.requests import requests, wishes
from flows.series.rhythm_form import rhythm_pages, rhythm_sources
from storage.models import (
    DialogueForm,
    Occasion,
    Origin,
    Request,
    RequestState,
    SeriesWish,
    Urgency,
)
from storage.programme import catalogue

LARGEST_GROUP = 300
LONGEST_WINDOW = timedelta(days=92)
LANGUAGES = ("nl", "en")


def _not_like(*earlier: str) -> Check:
    """A moment that differs from those given before it, so that the fault stands at the later one only."""

    def check(value: Any, answers: Answers, ground: ValidationContext) -> FieldError | None:
        if value in [answers.get(name) for name in earlier]:
            return FieldError("form.moment_twice")
        return moment_ahead(value, answers, ground)

    return check


def window_end(value: Any, answers: Answers, ground: ValidationContext) -> FieldError | None:
    """A last day that is not before the first and not too far from it."""
    start = answers.get("window_from")
    if start and day(str(value)) < day(str(start)):
        return FieldError("form.window_backwards")
    if start and day(str(value)) > day(str(start)) + LONGEST_WINDOW:
        return FieldError("form.window_long", {"most": LONGEST_WINDOW.days})
    return day_ahead(value, answers, ground)


def _after_where(answers: Answers) -> str:
    return "place" if answers.get("where") == "site" else "when"


def _after_when(answers: Answers) -> str:
    return "window" if answers.get("when") == "window" else "moments"


def _after_follow_up(answers: Answers) -> str | None:
    return "series" if answers.get("follow_up") == SeriesWish.YES else None


_PAGES = (
    Page(
        "about",
        (
            Field("organisation", Kind.CHOICE, source="organisations"),
            Field("topics", Kind.CHOICES, source="topics", high=TOPICS_AT_MOST),
        ),
        lambda _: "shape",
    ),
    Page(
        "shape",
        (
            Field("form", Kind.CHOICE, source="forms"),
            Field("occasion", Kind.CHOICE, source="occasions"),
            Field("urgency", Kind.CHOICE, source="urgencies"),
            Field("participants", Kind.NUMBER, low=2, high=LARGEST_GROUP),
            Field("where", Kind.CHOICE, source="where"),
        ),
        _after_where,
    ),
    Page("place", (Field("place", Kind.TEXT, high=100),), lambda _: "when", part="shape"),
    Page("when", (Field("when", Kind.CHOICE, source="when"),), _after_when),
    Page(
        "moments",
        (
            Field("moment1", Kind.MOMENT, check=moment_ahead),
            Field("moment2", Kind.MOMENT, required=False, check=_not_like("moment1")),
            Field("moment3", Kind.MOMENT, required=False, check=_not_like("moment1", "moment2")),
        ),
        lambda _: "who",
        part="when",
    ),
    Page(
        "window",
        (
            Field("window_from", Kind.DATE, check=day_ahead),
            Field("window_until", Kind.DATE, check=window_end),
        ),
        lambda _: "who",
        part="when",
    ),
    Page(
        "who",
        (
            Field("origin", Kind.CHOICE, source="origins"),
            Field("language", Kind.CHOICE, source="languages"),
            Field("context", Kind.LONG_TEXT, required=False, high=2000),
        ),
        lambda _: "follow_up",
    ),
    Page("follow_up", (Field("follow_up", Kind.CHOICE, source="follow_ups"),), _after_follow_up),
)


def _form(turn: Turn, _subject: int) -> Form:
    return Form("request", 1, _PAGES + rhythm_pages(catalogue.templates(turn.uow), part="follow_up"))


def _options(turn: Turn, _subject: int) -> Choices:
    t = turn.t
    return Choices(
        {
            "organisations": lambda: organisation_choices(turn),
            "topics": lambda: topic_choices(turn),
            "forms": lambda: _form_choices(turn),
            "occasions": lambda: worded(t, "occasion", Occasion),
            "urgencies": lambda: _urgencies(turn),
            "where": lambda: [Choice(word, t(f"where.{word}")) for word in ("site", "online")],
            "when": lambda: [Choice(word, t(f"when.{word}")) for word in ("moments", "window")],
            "origins": lambda: worded(t, "origin", Origin),
            "languages": lambda: [Choice(code, t(f"language.{code}")) for code in LANGUAGES],
            "follow_ups": lambda: worded(t, "follow_up", SeriesWish),
            **rhythm_sources(turn),
        }
    )


def _urgencies(turn: Turn) -> list[Choice]:
    """How urgent it can be, each with how soon the requester then hears."""
    t, rules = turn.t, turn.context.rules
    days = {Urgency.NORMAL: rules.promised_days, Urgency.ACUTE: rules.acute_promised_days}
    return [Choice(one.value, t(f"urgency.{one}"), help=t("urgency.hears", n=days[one])) for one in Urgency]


def _closing(turn: Turn, request_id: int, answers: Answers) -> str:
    """When the requester hears at the latest, if this is sent now. A request that is changed keeps its promise."""
    if request_id or not answers.get("urgency"):
        return ""
    promised = promises.latest(turn.context, acute=answers["urgency"] == Urgency.ACUTE)
    return turn.t("request.promised", promised=turn.t.moment(promised))


def _form_choices(turn: Turn) -> list[Choice]:
    known = [_form_choice(turn.t, form) for form in catalogue.forms(turn.uow)]
    return [*known, Choice(wishes.ADVISE, turn.t("form.advise"))]


def _form_choice(t: Translator, form: DialogueForm) -> Choice:
    label = t("form.choice", name=form.name(t.language), minutes=form.minutes, most=form.group_max)
    return Choice(str(form.id), label, help=form.about(t.language))


def _notes(turn: Turn, answers: Answers) -> list[str]:
    """A note where the group needs two facilitators; empty until its size and the form are known."""
    if not (answers.get("participants") and answers.get("form")):
        return []
    form_id = None if answers["form"] == wishes.ADVISE else int(answers["form"])
    most = wishes.largest_for_one(turn.context, form_id)
    return [turn.t("request.two_needed", n=most)] if int(answers["participants"]) > most else []


def _settled(turn: Turn, request_id: int) -> bool:
    """Whether the request to change is not being looked for any more."""
    request = turn.uow.find(Request, request_id) if request_id else None
    return bool(request_id) and (request is None or request.state is not RequestState.SEARCHING)


REQUEST = ConversationForm(
    name="request",
    form=_form,
    options=_options,
    guard=requests.may_send,
    finish=requests.send,
    summary=True,
    known=requests.known_answers,
    notes=_notes,
    over=_settled,
    closing=_closing,
)

"""The words of the bot: whole in both languages, short enough for every channel, and fit to say to a person.

``tests.catalogue`` checks that every key in the code has a text, and every text a place in the code.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po

from flows.capabilities import CAPABILITIES
from flows.engine.context import Context, Turn
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.definition import Answers, Choice, Field, FieldError, Form, Kind, Page, ValidationContext
from flows.engine.forms.submit import submit
from flows.engine.language.markup import unmarked
from flows.engine.language.texts import CATALOGUES, LANGUAGES, TextMissing, Texts, Translator
from flows.engine.policy import Rules
from flows.engine.views.refusals import Refusal
from flows.requests import wishes
from flows.rescheduling.forms import REASONS
from flows.sessions import calendar
from storage.database.unit_of_work import Store, UnitOfWork
from storage.models import (
    DialogueSession,
    Occasion,
    OfferState,
    Origin,
    Request,
    RequestState,
    Search,
    SearchCause,
    SearchState,
    Seat,
    SeatRole,
    Series,
    SeriesState,
    SeriesWish,
    SessionState,
    Urgency,
)
from storage.people import people
from storage.programme import catalogue, demo
from tests.catalogue import ROOT, in_code, load
from tests.conftest import make_schema

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
MEETING = datetime(2026, 12, 8, 13, 0, tzinfo=UTC)
TITLE = 24
"""Slack's limit for the title of a modal (docs.slack.dev, views)."""
BUTTON = 30
"""What a phone shows of a button before it cuts off."""

TEXTS = Texts("nl", ZONE)
WORDS, _ = load(CATALOGUES)
OF_EVERY_SUBJECT = {"command", "due"}
"""How keys begin that a capability gives its texts by: each subject has its own of them."""


@pytest.fixture(params=LANGUAGES, scope="module")
def t(request: pytest.FixtureRequest) -> Translator:
    """The words in each language in turn."""
    return TEXTS.into(request.param)


def every_text() -> Iterator[tuple[str, str, str]]:
    """(language, key, text), each plural form by itself."""
    for language, words in WORDS.items():
        yield from ((language, key, form) for key, forms in words.items() for form in forms)


# What the catalogues hold


def test_a_text_has_plural_forms_in_both_languages_or_in_neither() -> None:
    forms = [{key: len(texts) for key, texts in WORDS[language].items()} for language in LANGUAGES]
    assert forms[0] == forms[1]


def test_a_text_with_plural_forms_is_given_the_number_it_chooses_by() -> None:
    given = in_code(ROOT / room for room in ("bot", "flows", "handlers")).given
    plural = [key for key, forms in WORDS["nl"].items() if len(forms) > 1]
    assert "series.asks" in plural
    assert [key for key in plural for _, names in given.get(key, []) if "n" not in names] == []


def test_the_words_of_a_subject_stand_in_one_file_of_the_same_name_in_each_language() -> None:
    files: dict[str, set[str]] = {}
    for path in CATALOGUES.glob("*/*.po"):
        with path.open("rb") as lines:
            for message in read_po(lines):
                key = message.id if isinstance(message.id, str) else message.id[0]
                first, second, *_ = f"{key}.".split(".")
                family = f"{first}.{second}" if first in OF_EVERY_SUBJECT else first
                files.setdefault(family, set()).add(path.name) if key else None
    assert {family: sorted(names) for family, names in files.items() if len(names) > 1} == {}


def test_a_key_that_stands_twice_stops_the_start(tmp_path: Path) -> None:
    for language in LANGUAGES:
        (tmp_path / language).mkdir()
        for name in ("one.po", "two.po"):
            (tmp_path / language / name).write_text('msgid "menu.title"\nmsgstr "Menu"\n')
    with pytest.raises(ValueError, match=r"menu\.title stands twice"):
        Texts("nl", ZONE, [tmp_path])


@pytest.mark.parametrize("english", ["", 'msgid "menu.title"\nmsgstr ""\n'], ids=["none", "empty"])
def test_a_key_with_a_text_in_one_language_only_stops_the_start(tmp_path: Path, english: str) -> None:
    for language, text in (("nl", 'msgid "menu.title"\nmsgstr "Menu"\n'), ("en", english)):
        (tmp_path / language).mkdir()
        (tmp_path / language / "one.po").write_text(text)
    with pytest.raises(TextMissing, match=r"no text menu\.title in en"):
        Texts("nl", ZONE, [tmp_path])


def test_a_text_there_is_not_is_never_made_up(t: Translator) -> None:
    assert not t.has("menu.nowhere")
    with pytest.raises(KeyError):
        t("menu.nowhere")


def test_people_without_a_language_get_the_one_of_the_programme() -> None:
    assert [TEXTS.into(code).language for code in ("en", "nl", None, "fr")] == ["en", "nl", "nl", "nl"]


# How it reads


def test_nobody_is_shouted_at_and_nothing_is_typed_twice() -> None:
    ugly = re.compile(r"!|\boops\b|\boeps\b|  |\.\.\.|\"|\berror\b|^\s|\s$", re.IGNORECASE)
    assert [(language, key) for language, key, text in every_text() if ugly.search(text)] == []


def test_the_reader_is_addressed_with_je() -> None:
    formal = re.compile(r"\b(u|uw|uzelf)\b", re.IGNORECASE)
    assert [key for language, key, text in every_text() if language == "nl" and formal.search(text)] == []


def test_dates_and_numbers_read_as_people_of_the_language_write_them() -> None:
    nl, en = (TEXTS.into(language) for language in LANGUAGES)
    assert unmarked(nl.moment(MEETING)) == "dinsdag 8 december 2026 om 14:00"
    assert unmarked(en.moment(MEETING)) == "Tuesday 8 December 2026 at 14:00"
    assert (nl("rhythm.weeks", n=1), nl("rhythm.weeks", n=3)) == ("Elke week", "Elke 3 weken")
    assert (en("fact.people", n=1), en("fact.people", n=12)) == ("1 person", "12 people")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *((key, "promised") for key in ("request.sent", "late.promised", "late.ends", "give.told")),
        *((f"request.is.{state}", "promised") for state in ("asking", "with_builder", "with_desk")),
        *((f"steer.is.{state}", "promised") for state in ("asking", "with_builder", "with_desk")),
        *((key, "until") for key in ("offer.asks", "offer.asks_again")),
        *((f"remind.{kind}", "moment") for kind in (*calendar.REMINDERS, "late")),
    ],
)
def test_whoever_has_to_wait_or_to_come_reads_until_when(t: Translator, key: str, value: str) -> None:
    moment = unmarked(t.moment(MEETING))
    filled = t(key, **{"reason": "", "moment": "", value: moment})
    assert moment in filled


def test_a_calendar_that_colleagues_see_gives_nothing_away(t: Translator) -> None:
    shown = [t(f"calendar.{what}") for what in ("summary", "description", "organizer")]
    assert not any("{" in text for text in shown)


def test_the_requester_reads_who_will_see_the_context() -> None:
    helps = [TEXTS.into(language)("request.field.context.help") for language in LANGUAGES]
    assert "Alleen de gespreksleider die accepteert, ziet dit" in helps[0]
    assert "Only the facilitator who accepts sees this" in helps[1]


# What is said of each way things can stand

RUNNING = (SearchState.ASKING, SearchState.WITH_BUILDER, SearchState.WITH_DESK)
NEWS = ("session_planned", "session_moved", "session_place", "session_cancelled", "move_left", "held", "not_held")
STANDINGS: dict[str, Iterable[str]] = {
    "request.is": RUNNING,
    "steer.line": RUNNING,
    "steer.is": SearchState,
    "steer.is.stopped": (*SearchCause, "off", "withdrawn"),
    "steer.second": (*RUNNING, SearchState.LAPSED),
    "steer.offer": OfferState,
    "offer.is": set(OfferState) - {OfferState.OPEN},
    "offer.over": (OfferState.TAKEN, OfferState.WITHDRAWN),
    "session.is": SessionState,
    "session.now": SessionState,
    "session.told": NEWS,
    "series.is": set(SeriesState) - {SeriesState.PROPOSED},
    "series.reason": ("closed", "busy"),
    "give.reason": REASONS,
    "remind": calendar.REMINDERS,
    "report": ("report", "report_again", "thanks.held", "thanks.not_held"),
    "facilitator.is": ("active", "paused"),
    "facilitator.do": ("active", "paused"),
}


@pytest.mark.parametrize(("family", "members"), STANDINGS.items(), ids=STANDINGS)
def test_there_are_words_for_every_way_things_can_stand(t: Translator, family: str, members: Iterable[str]) -> None:
    values = dict.fromkeys(("promised", "when", "moment", "before"), "?")
    said = [t(f"{family}.{member}", **values) for member in members]
    assert all(said)
    assert len(set(said)) == len(said)


# Errors


def kinds_of_refusal(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for below in kind.__subclasses__():
        yield below
        yield from kinds_of_refusal(below)


REFUSALS = {kind.key: kind for kind in kinds_of_refusal()}


@pytest.mark.parametrize("kind", REFUSALS.values(), ids=REFUSALS)
def test_every_refusal_says_what_to_do(t: Translator, kind: type[Refusal]) -> None:
    refusal = kind(n=3, email="programma@voorbeeld.nl")
    words = t(refusal.key, **refusal.values)
    assert words.count(".") >= 2
    assert "{" not in words


def _tiny(*fields: Field) -> Form:
    return Form("tiny", 1, (Page("only", fields),))


MISTAKES = {
    "form.required": (Field("x", Kind.TEXT), ""),
    "form.not_a_choice": (Field("x", Kind.CHOICE, source="few"), "c"),
    "form.too_many": (Field("x", Kind.CHOICES, source="few", high=1), ["a", "b"]),
    "form.not_text": (Field("x", Kind.TEXT), 3),
    "form.too_long": (Field("x", Kind.TEXT, high=3), "four"),
    "form.not_a_number": (Field("x", Kind.NUMBER), "ten or twelve"),
    "form.out_of_range": (Field("x", Kind.NUMBER, low=2, high=4), "1"),
    "form.too_large": (Field("x", Kind.NUMBER, low=2, high=4), "five"),
    "form.not_a_date": (Field("x", Kind.DATE), "yesterday"),
    "form.not_a_moment": (Field("x", Kind.MOMENT), "2026-12-08T14:00+01:00"),
}


@pytest.mark.parametrize(("key", "asked", "typed"), [(key, *case) for key, case in MISTAKES.items()], ids=MISTAKES)
def test_a_mistake_is_explained_with_its_own_numbers(t: Translator, key: str, asked: Field, typed: object) -> None:
    few = Choices({"few": lambda: [Choice("a", "A"), Choice("b", "B")]})
    progress = submit(_tiny(asked), {}, {"x": typed}, ValidationContext(few, NOW, ZONE))
    assert progress.faults["x"].key == key
    assert progress.typed["x"] == typed or typed == ""
    assert "{" not in t(key, **progress.faults["x"].values)


DATES = {
    "form.moment_past": ("request", "moment1", "2026-11-23T09:10", {}),
    "form.moment_far": ("request", "moment1", "2028-01-10T10:00", {}),
    "form.moment_twice": ("request", "moment2", "2026-12-08T14:00", {"moment1": "2026-12-08T14:00"}),
    "form.day_past": ("request", "window_from", "2026-11-22", {}),
    "form.window_backwards": ("request", "window_until", "2026-12-01", {"window_from": "2026-12-08"}),
    "form.window_long": ("request", "window_until", "2027-06-01", {"window_from": "2026-12-08"}),
}


@pytest.mark.parametrize(("key", "case"), DATES.items(), ids=DATES)
def test_an_impossible_date_is_explained(
    stage: "Stage", key: str, case: tuple[str, str, str, Answers], t: Translator
) -> None:
    name, field, typed, before = case
    conversation = CAPABILITIES.forms[name]
    form, options = conversation.form(stage.turn, 0), conversation.options(stage.turn, 0)
    fault: FieldError = submit(form, {}, {**before, field: typed}, ValidationContext(options, NOW, ZONE)).faults[field]
    assert fault.key == key
    assert "{" not in t(key, **fault.values)


# Forms and buttons


class Stage:
    """A small programme with one request of every sort of subject a form can be about."""

    def __init__(self, uow: UnitOfWork, language: str) -> None:
        demo.invent(uow, seed=3, today=date(2026, 11, 23), folder=demo.PROGRAMME, facilitators=6, builders=2)
        requester = people.without_role(uow)[0]
        requester.language = language
        self.turn = Turn(Context(uow, NOW, Rules(), TEXTS, CAPABILITIES), requester)
        request = self._request(uow, requester.id, requester.unit_id or 0)
        session = self._sessions(uow, request)
        search = uow.add(
            Search(
                session_id=session.id, cause=SearchCause.SERIES, state=SearchState.WITH_DESK,
                opened_at=NOW, promised_by=MEETING,
            )
        )  # fmt: skip
        of_session = dict.fromkeys(("move", "give", "place", "link"), session.id)
        self.subjects = {**of_session, "choose": search.id, "series": request.id}
        team = next(p for p in people.programme_team(uow) if p != requester.id)
        steering = replace(self.turn, person=uow.get(type(requester), team))
        self.turns = {"choose": steering, "invite": steering}
        self.turns["choose"].person.language = language

    @staticmethod
    def _request(uow: UnitOfWork, requester_id: int, unit_id: int) -> Request:
        return uow.add(
            Request(
                requester_id=requester_id, organisation_id=unit_id, occasion=Occasion.TEAM_DAY, urgency=Urgency.NORMAL,
                participants=10, online=True, origin=Origin.ANY, language="nl", series_wish=SeriesWish.YES,
                state=RequestState.PLANNED, created_at=NOW,
            )
        )  # fmt: skip

    @staticmethod
    def _sessions(uow: UnitOfWork, request: Request) -> DialogueSession:
        series = uow.add(Series(request_id=request.id, rhythm="weeks:3", count=2, state=SeriesState.RUNNING))
        first, second = (
            uow.add(
                DialogueSession(
                    request_id=request.id, series_id=series.id, position=position, minutes=120, online=True,
                    starts_at=MEETING, state=SessionState.PLANNED, uid=f"uid-{position}",
                )
            )
            for position in (1, 2)
        )  # fmt: skip
        for session in (first, second):
            uow.add(Seat(session_id=session.id, role=SeatRole.LEAD))
        return first


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, t: Translator) -> Iterator[Stage]:
    """One database a language for all these tests: they only look."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('texts') / 'test.db'}")
    make_schema(store)
    with store.begin() as uow:
        yield Stage(uow, t.language)
    store.close()


@pytest.mark.parametrize("conversation", CAPABILITIES.forms.values(), ids=CAPABILITIES.forms)
def test_every_form_can_be_asked_in_both_languages(stage: Stage, conversation: ConversationForm) -> None:
    name = conversation.name
    turn, subject = stage.turns.get(name, stage.turn), stage.subjects.get(name, 0)
    t, form = turn.t, conversation.form(turn, subject)
    titles = [t(f"{name}.title"), *(t(f"{name}.page.{page.name}") for page in form.pages)]
    assert [title for title in titles if len(title) > TITLE] == []
    assert len(t(f"{name}.submit")) <= BUTTON
    assert not conversation.summary or t(f"{name}.summary")
    for asked in form.fields():
        assert t(f"{name}.field.{asked.name}")
        _assert_choices_are_worded(conversation, turn, subject, asked)


def _assert_choices_are_worded(conversation: ConversationForm, turn: Turn, subject: int, asked: Field) -> None:
    if not asked.source:
        return
    labels = [choice.label for choice in conversation.options(turn, subject).search(asked.source, "", {}, 1000)]
    assert labels
    assert all(labels)
    assert len(set(labels)) == len(labels)


def test_no_question_is_worded_that_is_never_asked(stage: Stage) -> None:
    asked = {
        f"{name}.field.{field.name}"
        for name, conversation in CAPABILITIES.forms.items()
        for field in conversation.form(stage.turns.get(name, stage.turn), stage.subjects.get(name, 0)).fields()
    }
    worded = {re.sub(r"\.(help|short)$", "", key) for key in WORDS["nl"] if ".field." in key}
    assert worded == asked


AWAY = "28 sep t/m 30 sep"
"""Days as a button names them."""


def buttons_in_code() -> Iterator[str]:
    """The keys of all buttons: those the code names, and the families of which a person sees one."""
    yield from (key for key in WORDS["nl"] if key.startswith(("decline.", "facilitator.do.")) or ".submit" in key)
    for path in [*(ROOT / "flows").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Button" and isinstance(node.args[0], ast.Call):
                key = node.args[0].args[0] if node.args[0].args else None
                yield from [key.value] if isinstance(key, ast.Constant) and isinstance(key.value, str) else []


@pytest.mark.parametrize("key", sorted(set(buttons_in_code())))
def test_a_button_can_be_read_at_a_glance(t: Translator, key: str) -> None:
    values = {"moment": unmarked(t.short(MEETING)), "days": AWAY, "topic": "", "what": "", "name": "", "n": 3}
    assert len(t(key, **values)) <= BUTTON


def test_the_summary_calls_answers_by_shorter_names_than_the_questions(stage: Stage) -> None:
    t = stage.turn.t
    asked = {field.name for field in CAPABILITIES.forms["request"].form(stage.turn, 0).fields()}
    named = {name: t(f"request.field.{name}.short") for name in asked if t.has(f"request.field.{name}.short")}
    assert not [name for name, short in named.items() if "?" in short or len(short) > TITLE]
    assert not [name for name in asked - set(named) if "?" in t(f"request.field.{name}")]


def test_a_choice_of_form_says_how_long_and_for_how_many(stage: Stage) -> None:
    options = CAPABILITIES.forms["request"].options(stage.turn, 0)
    moral = next(form for form in catalogue.forms(stage.turn.uow) if form.code == "moral")
    choice = options.find("forms", str(moral.id), {})
    assert choice is not None
    assert str(moral.minutes) in choice.label
    assert str(moral.group_max) in choice.label
    assert options.find("forms", wishes.ADVISE, {}) is not None

"""The front door: what waits for this person, and what they can do."""

from collections.abc import Iterator

from flows import facts, offers
from flows.actions import Action
from flows.desk import Turn
from flows.view import Button, Style, View
from storage import drafts, outbox, people, requests, sessions

GREETINGS = frozenset(
    {"hallo", "hoi", "hi", "hey", "hello", "dag", "goedemorgen", "goedemiddag", "goedenavond", "good", "morning"}
    | {"afternoon", "evening", "help", "hulp", "menu", "start"}
)
"""Words that ask for nothing but the menu, in both languages whatever the person reads."""


def menu(turn: Turn) -> View:
    """A greeting, what waits for an answer, and a button for everything this person may do."""
    t = turn.t
    waiting = tuple(_waiting(turn))
    text = t("menu.hello", name=turn.person.name)
    return View(text, title=t("menu.title"), buttons=(*waiting, *_doors(turn)))


def heard(turn: Turn, text: str) -> View:
    """The menu, after free words; for anything but a greeting or a call for help it says that nobody reads them."""
    said = "".join(sign for sign in text.casefold() if sign.isalpha() or sign.isspace()).split()
    view = menu(turn)
    return view if GREETINGS.issuperset(said) else view.noting(turn.t("menu.not_read"))


def _waiting(turn: Turn) -> Iterator[Button]:
    t = turn.t
    draft = drafts.newest(turn.uow, turn.me)
    if draft is not None:
        label = t("menu.draft", what=t(f"{draft.form}.title"))
        yield Button(label, Action("form.resume", draft.id), Style.PRIMARY)
    for offer in requests.offers_to(turn.uow, turn.me)[:5]:
        _, request = offers.subject(turn.desk, offer)
        label = t("menu.offer", topic=facts.topics(turn.desk, t, request))
        yield Button(label, Action("offer.show", offer.id))
    for session in sessions.unreported(turn.uow, turn.me, turn.now)[:5]:
        if session.starts_at:
            yield Button(t("menu.report", moment=t.short(session.starts_at)), Action("session.report", session.id))


def _doors(turn: Turn) -> Iterator[Button]:
    t = turn.t
    yield Button(t("menu.ask"), Action("ask"), Style.PRIMARY)
    yield Button(t("menu.requests"), Action("requests"))
    yield Button(t("menu.sessions"), Action("sessions"))
    if people.facilitator(turn.uow, turn.me):
        yield Button(t("menu.profile"), Action("profile"))
    if turn.person.programme_team or people.built_organisations(turn.uow, turn.me):
        yield Button(t("menu.open"), Action("steer.open"))
    if turn.person.programme_team and outbox.dead(turn.uow, 1):
        yield Button(t("undelivered.title"), Action("lost"))
    other = "en" if t.language == "nl" else "nl"
    yield Button(t("menu.language"), Action("language", arg=other))


def speak(turn: Turn, action: Action) -> View:
    """Go on in the other language."""
    if action.arg in ("nl", "en"):
        turn.person.language = action.arg
    return menu(turn)

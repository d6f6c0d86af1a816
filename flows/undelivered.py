"""Messages that did not arrive, as the programme team sees them: to whom, since when and why, never what they said."""

from flows.actions import Action
from flows.desk import Turn
from flows.errors import Gone, NotYours
from flows.view import Button, Style, View
from storage import outbox
from storage.models import Outbox, Person

SHOWN = 20
"""As many as are listed; sending all again takes up these, and shows the next."""
EACH = 5
"""As many as have a button of their own."""


def show(turn: Turn) -> View:
    """The newest messages that did not arrive, each with its reason."""
    _guard(turn)
    t, lost = turn.t, outbox.dead(turn.uow, SHOWN)
    if not lost:
        menu = Button(t("menu.title"), Action("menu"))
        return View(t("undelivered.none"), title=t("undelivered.title"), buttons=(menu,))
    lines = tuple((_whose(turn, letter), _why(turn, letter)) for letter in lost)
    one_by_one = tuple(
        Button(t("undelivered.again", name=_whose(turn, letter)), Action("lost.again", letter.id))
        for letter in lost[:EACH]
    )
    every = Button(t("undelivered.all_again"), Action("lost.again"), Style.PRIMARY)
    return View(t("undelivered.text"), t("undelivered.title"), lines, (every, *one_by_one))


def again(turn: Turn, action: Action) -> View:
    """Send one of them again, or all that are shown."""
    _guard(turn)
    chosen = [action.id] if action.id else [letter.id for letter in outbox.dead(turn.uow, SHOWN)]
    sent = sum(outbox.replay(turn.uow, letter_id, turn.now) for letter_id in chosen)
    if not sent:
        raise Gone(Action("lost"))
    return show(turn).noting(turn.t("undelivered.sent", n=sent))


def _guard(turn: Turn) -> None:
    if not turn.person.programme_team:
        raise NotYours


def _whose(turn: Turn, letter: Outbox) -> str:
    return turn.uow.get(Person, letter.person_id).name


def _why(turn: Turn, letter: Outbox) -> str:
    since = turn.t.moment(letter.settled_at) if letter.settled_at else ""
    return turn.t("undelivered.why", since=since, reason=letter.outcome)

"""Messages that did not arrive, as the programme team sees them: to whom, since when and why, never what they said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from flows.engine.context import Turn
from flows.engine.contributions import Look
from flows.engine.views.action import Action
from flows.engine.views.refusals import Gone, NotYours
from flows.engine.views.view import Button, Entry, Section, Style, View
from storage.delivery import dead_letters, outbox
from storage.models import Outbox, OutboxReason, Person, Room
from storage.people import unreachable
from storage.people.unreachable import CutOff

SHOWN = 20
"""How many are listed; sending all again takes up these, and shows the next."""

WORDS: dict[OutboxReason | None, str] = {
    OutboxReason.NO_ADDRESS: "nowhere",
    OutboxReason.NOT_ACTIVE: "nowhere",
    OutboxReason.GAVE_UP: "later",
}
"""The text for each reason why a message was given up. Whatever else it is, no channel takes it."""

PATIENCE = timedelta(hours=1)
"""What a channel did not take for so long is told of, though it is still tried: somebody may have to mend something."""


def some(turn: Turn) -> bool:
    """Whether there is anything that this person should know of: nothing ever, outside of the programme team."""
    return turn.person.programme_team and bool(dead_letters.newest(turn.uow, 1) or _held_up(turn) or _cut_off(turn, 1))


def concerns(look: Look) -> bool:
    """Whether there is anything that this person should know of, in a look that asks so more than once."""
    return look.once(some)


def section(look: Look) -> Section | None:
    """The part of the home page about messages that did not arrive; None where there are none."""
    if not concerns(look):
        return None
    t = look.turn.t
    see = Button(t("front.see"), Action("lost"))
    return Section(t("undelivered.title"), (Entry(t("undelivered.some"), buttons=(see,)),), asks=True)


def show(turn: Turn) -> View:
    """The newest messages that did not arrive, each with its reason, and since when others wait.

    Also who can be reached nowhere any more and has a dialogue to come: the next message to them will not arrive.
    """
    _guard(turn)
    view, waiting = _with_cut_off(turn, _lost(turn)), _held_up(turn)
    if not waiting:
        return view
    wait = turn.t("undelivered.wait", since=turn.t.moment(waiting[0].created_at))
    return view.noting(wait)


def _held_up(turn: Turn) -> Sequence[Outbox]:
    """The message that waits longest, where one waits too long."""
    return outbox.held_up(turn.uow, turn.now - PATIENCE, 1)


def _cut_off(turn: Turn, most: int) -> Sequence[CutOff]:
    return unreachable.waited_for(turn.uow, turn.now, most)


def _with_cut_off(turn: Turn, view: View) -> View:
    gone = _cut_off(turn, SHOWN)
    if not gone:
        return view
    lines = tuple((turn.uow.get(Person, one.person_id).name, _role(turn, one)) for one in gone)
    return replace(view, text=f"{view.text}\n\n{turn.t('undelivered.cut_off')}", facts=(*view.facts, *lines))


def _role(turn: Turn, one: CutOff) -> str:
    """What somebody is waited for, and how else to reach them."""
    t, email = turn.t, turn.uow.get(Person, one.person_id).email
    role = t("undelivered.leads" if one.leads else "undelivered.asked")
    when = t.moment(one.next_start) if one.next_start else ""
    return " · ".join(filter(None, (role, when, email)))


def _lost(turn: Turn) -> View:
    t, lost = turn.t, dead_letters.newest(turn.uow, SHOWN)
    if not lost:
        menu = Button(t("menu.title"), Action("menu"))
        return View(t("undelivered.none"), title=t("undelivered.title"), buttons=(menu,))
    lines = tuple((_whose(turn, letter), _why(turn, letter)) for letter in lost)
    every = Button(t("undelivered.all_again"), Action("lost.again"), Style.PRIMARY)
    one_by_one = tuple(
        Button(t("undelivered.one", name=_whose(turn, one)), Action("lost.show", one.id)) for one in lost
    )
    return View(t("undelivered.text"), t("undelivered.title"), lines, (every, *one_by_one))


def show_one(turn: Turn, action: Action) -> View:
    """One of them: to send again, or to put aside where nobody can mend the reason."""
    letter = _dead(turn, action.id)
    t = turn.t
    buttons = (
        Button(t("undelivered.again"), Action("lost.again", letter.id), Style.PRIMARY),
        Button(t("undelivered.aside"), Action("lost.aside", letter.id)),
        Button(t("undelivered.title"), Action("lost")),
    )
    return View(t("undelivered.text"), t("undelivered.title"), ((_whose(turn, letter), _why(turn, letter)),), buttons)


def again(turn: Turn, action: Action) -> View:
    """Send one of them again, or all that are shown."""
    _guard(turn)
    chosen = [action.id] if action.id else [letter.id for letter in dead_letters.newest(turn.uow, SHOWN)]
    sent = sum(dead_letters.replay(turn.uow, letter_id, turn.now) for letter_id in chosen)
    if not sent:
        raise Gone(Action("lost"))
    return show(turn).noting(turn.t("undelivered.sent", n=sent))


def put_aside(turn: Turn, action: Action) -> View:
    """Give one up for good; who did so is kept with it."""
    letter = _dead(turn, action.id)
    if not dead_letters.put_aside(
        turn.uow, letter.id, turn.now, f"put aside by person {turn.me}; before: {letter.outcome}"
    ):
        raise Gone(Action("lost"))
    return show(turn).noting(turn.t("undelivered.gone"))


def _guard(turn: Turn) -> None:
    if not turn.person.programme_team:
        raise NotYours


def _dead(turn: Turn, letter_id: int) -> Outbox:
    _guard(turn)
    letter = dead_letters.find(turn.uow, letter_id)
    if letter is None:
        raise Gone(Action("lost"))
    return letter


def _whose(turn: Turn, letter: Outbox) -> str:
    if letter.room_id is not None:
        return turn.t("undelivered.room", room=turn.uow.get(Room, letter.room_id).name)
    return turn.uow.get(Person, letter.person_id).name


def _why(turn: Turn, letter: Outbox) -> str:
    since = turn.t.moment(letter.settled_at) if letter.settled_at else ""
    reason = turn.t(f"undelivered.is.{WORDS.get(letter.reason, 'refused')}")
    return turn.t("undelivered.why", since=since, reason=reason, id=str(letter.id))

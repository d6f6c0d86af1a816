"""Inviting somebody of the programme is the programme team's: a practice builder proposes, a member vouches.

The link goes to that member alone, who gives it to the person. So nobody becomes a facilitator, or whoever else, by an
invitation that they made themselves. Until a member says yes, the person is asked for nothing that the builder steers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.access import invitations
from flows.access.invitations import NEW, ONE, SPAN
from flows.engine import schedule
from flows.engine.context import Context, Turn
from flows.engine.forms.definition import Answers
from flows.engine.notifications import Notification, tell
from flows.engine.schedule import DueNote
from flows.engine.views.action import Action
from flows.engine.views.refusals import Gone, NobodyVouches, NotYours
from flows.engine.views.view import Button, Style, View
from storage.models import InvitationProposal, Organisation, Person
from storage.people import invitations as stored
from storage.people import people

RULE = "vouch_over"
YES, NO, RETRACTED, LATE = "yes", "no", "retracted", "late"


@dataclass(frozen=True)
class Vouch(Notification, kind="vouch"):
    """Somebody is proposed; once that is decided, what ``became`` of it, ``by`` whom and who is ``invited``."""

    became: str = ""
    by: int = 0
    invited: int = 0


@dataclass(frozen=True)
class Vouched(Notification, kind="vouched"):
    """What the programme team decided about somebody who was proposed."""

    became: str


def answered(turn: Turn, _subject: int, answers: Answers) -> View:
    """Make the invitation that the form asked for, of choices that this person has; or propose it, and say so."""
    once = answers["whom"] == ONE
    named = answers["person"] if once else NEW
    organisation = turn.uow.get(Organisation, int(answers["organisation"]))
    if named == NEW:
        return invitations.shown(turn, invitations.make(turn.context, organisation, None, once=once, by=turn.me))
    person = turn.uow.get(Person, int(named))
    if not turn.person.programme_team:
        return _propose(turn, organisation, person)
    return invitations.shown(turn, invitations.make(turn.context, organisation, person, once=True, by=turn.me))


def _propose(turn: Turn, organisation: Organisation, person: Person) -> View:
    """Ask the programme team to invite this person. Raises NobodyVouches where there is nobody to ask."""
    team = [one for one in people.programme_team(turn.uow) if one != turn.me]
    if not team:
        raise NobodyVouches(Action("invites"))
    row = stored.proposal(turn.uow, turn.me, person.id, turn.now)
    if row is None:
        row = turn.uow.add(
            InvitationProposal(
                person_id=person.id,
                organisation_id=organisation.id,
                proposed_by=turn.me,
                expires_at=turn.now + SPAN,
            )
        )
    for member in team:
        tell(turn.context, member, Vouch(row.id, slot=_slot(row.id)), once="asked")
    schedule.plan(turn.context, RULE, row.id, row.expires_at, once="over")
    until = turn.t.moment(row.expires_at)
    return invitations.show(turn, turn.t("invite.proposed", name=person.name, until=until))


def card(context: Context, person: Person, told: Vouch) -> View | None:
    """The message to a member of the team: who proposes whom, and the two answers, or what was decided."""
    t = context.words_for(person)
    if told.over:
        invited = context.uow.find(Person, told.invited) if told.by == person.id else None
        text = t(f"invite.vouch.over.{told.became}")
        if invited is not None:
            text = t(f"invite.vouch.decided.{told.became}", name=invited.name)
        return View(text, title=t("invite.vouch.title"))
    row = stored.open_proposal(context.uow, told.subject_id, context.now)
    return _shown(Turn(context, person), row) if row is not None and person.programme_team else None


def show(turn: Turn, action: Action) -> View:
    """The same where it is looked for. Raises NotYours for who is not in the team, Gone where it is decided."""
    return _shown(turn, _weighed(turn, action.id))


def vouch(turn: Turn, action: Action) -> View:
    """A member of the team vouches for somebody: they get the link to give to that person, and nobody else does.

    Raises NotYours for who is not in the team, Gone where it is decided or the person left, ReachedAlready where they
    are in by now.
    """
    row = _weighed(turn, action.id)
    person, organisation = turn.uow.get(Person, row.person_id), turn.uow.get(Organisation, row.organisation_id)
    if not person.active:
        raise Gone(Action("invites"))
    made = invitations.make(turn.context, organisation, person, once=True, by=turn.me)
    for other in stored.others_for(turn.uow, row):
        _decide(turn.context, other, YES, by=turn.me)
    _decide(turn.context, row, YES, by=turn.me)
    return invitations.shown(turn, made)


def reject(turn: Turn, action: Action) -> View:
    """A member of the team says no: nobody is invited, and who proposed it hears so."""
    _decide(turn.context, _weighed(turn, action.id), NO, by=turn.me)
    return invitations.show(turn, turn.t("invite.rejected"))


def retract(turn: Turn, action: Action) -> View:
    """Who proposed it takes it back. Raises NotYours for another's, Gone where it is decided."""
    row = stored.hold_proposal(turn.uow, action.id)
    if row is None:
        raise Gone(Action("invites"))
    if row.proposed_by != turn.me:
        raise NotYours
    _decide(turn.context, row, RETRACTED)
    return invitations.show(turn, turn.t("invite.retracted"))


def result(context: Context, person: Person, told: Vouched) -> View | None:
    """To who proposed it: what the programme team decided; nothing about somebody who turned out to be another."""
    t, whose = context.words_for(person), context.uow.find(Person, told.subject_id)
    if whose is None:
        return None
    name = whose.name
    every = Button(t("invite.title"), Action("invites"))
    return View(t(f"invite.vouched.{told.became}", name=name), title=t("invite.vouch.title"), buttons=(every,))


def run_out(context: Context, due: Sequence[DueNote]) -> None:
    """Close the proposals that were not decided on in time, and tell who made them."""
    for note in due:
        row = context.uow.find(InvitationProposal, note.subject_id)
        if row is not None:
            _decide(context, row, LATE)


def _decide(context: Context, row: InvitationProposal, became: str, by: int = 0) -> None:
    schedule.forget(context, row.id, RULE)
    over = Vouch(row.id, became, by, row.person_id, slot=_slot(row.id), over=True)
    for member in people.programme_team(context.uow):
        tell(context, member, over, once="over")
    if became != RETRACTED:
        tell(context, row.proposed_by, Vouched(row.person_id, became), once=f"{row.id}")
    context.uow.delete(row)
    context.uow.flush()


def _weighed(turn: Turn, proposal_id: int) -> InvitationProposal:
    if not turn.person.programme_team:
        raise NotYours
    row = stored.hold_proposal(turn.uow, proposal_id)
    if row is None or row.expires_at <= turn.now:
        raise Gone(Action("invites"))
    return row


def _shown(turn: Turn, row: InvitationProposal) -> View:
    t, whom = turn.t, turn.uow.get(Person, row.person_id)
    by = turn.uow.get(Person, row.proposed_by).name
    text = t("invite.vouch", by=by, name=whom.name, until=t.moment(row.expires_at))
    facts = tuple(_facts(turn, whom))
    yes = Button(t("invite.vouch.yes"), Action("invite.vouch", row.id), Style.PRIMARY)
    buttons = (yes, Button(t("invite.vouch.no"), Action("invite.reject", row.id)))
    return View(text, t("invite.vouch.title"), facts, buttons)


def _facts(turn: Turn, whom: Person) -> Iterable[tuple[str, str]]:
    t = turn.t
    yield t("invite.for"), whom.name
    if whom.email:
        yield t("invite.vouch.email"), whom.email
    if whom.unit_id is not None:
        yield t("invite.vouch.unit"), turn.uow.get(Organisation, whom.unit_id).name(t.language)


def _slot(proposal_id: int) -> str:
    return f"vouch:{proposal_id}"

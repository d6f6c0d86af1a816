"""Invitations: made, listed and withdrawn. Nobody comes in by merely finding the bot.

An invitation is a link with a token, for one person or for whoever comes of an organisation until it expires. The token
is told once, to who made it; kept is a hash. Who is known already gains nothing by it, and who left does not come back.
"""

import hashlib
import secrets
import string
from dataclasses import dataclass
from datetime import timedelta

from flows.engine.context import Context, Turn
from flows.engine.forms.definition import Choice
from flows.engine.language.markup import as_link
from flows.engine.language.texts import Translator
from flows.engine.views import qr
from flows.engine.views.action import Action
from flows.engine.views.refusals import Gone, NoEntrance, NotYours, ReachedAlready
from flows.engine.views.view import Button, Style, View
from flows.people import permissions, served_channels
from storage.models import Invitation, InvitationProposal, Organisation, Person
from storage.people import invitations as stored
from storage.people import people
from storage.programme import catalogue

SPAN = timedelta(days=14)
SIGNS = string.ascii_letters + string.digits
"""The signs of a token: letters and digits only, for an underscore means something where text is shown."""
LENGTH = 40
NAME = 8
"""How much of a token finds its invitation; the rest is compared."""
LISTED = 20
ONE, MANY, NEW = "one", "many", "new"


@dataclass(frozen=True)
class Made:
    """An invitation and its link, which nobody can be told again."""

    invitation: Invitation
    link: str


def make(
    context: Context,
    organisation: Organisation | None,
    person: Person | None,
    *,
    once: bool,
    by: int | None,
    span: timedelta = SPAN,
) -> Made:
    """Make an invitation: for newcomers of ``organisation``, or for ``person``, whom the programme knows.

    ``once``: for one newcomer. ``by`` is who makes it, None at a terminal.

    Raises NoEntrance where there is no channel to come into, and ReachedAlready for a person who is in one already.
    """
    token = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    link = _link(context, token, person)
    row = Invitation(
        name=token[:NAME],
        token_hash=hash_of(token),
        organisation_id=organisation.id if organisation else None,
        person_id=person.id if person else None,
        made_by=by,
        made_at=context.now,
        expires_at=context.now + span,
        most=1 if once or person else None,
    )
    return Made(context.uow.add(row), link)


def _link(context: Context, token: str, person: Person | None) -> str:
    link = served_channels.link(context.uow, token)
    if link is None:
        raise NoEntrance
    if person is not None and people.addresses(context.uow, person.id):
        raise ReachedAlready
    return link


def may_invite(turn: Turn, _subject: int = 0) -> None:
    """Raises NotYours for who steers nothing, NoEntrance where no channel has an entrance for newcomers."""
    if not permissions.steers(turn):
        raise NotYours
    if served_channels.link(turn.uow, "") is None:
        raise NoEntrance


def whom(t: Translator) -> list[Choice]:
    """The choice of an invitation for one person or for many."""
    return [Choice(ONE, t("invite.one")), Choice(MANY, t("invite.many"))]


def persons(turn: Turn) -> list[Choice]:
    """The choices whom to invite: somebody new, or a person in no channel yet whom this one may ask.

    A practice builder proposes people of their own organisations who build nothing; the programme team decides
    (``flows.access.vouching``).
    """
    found = stored.unreached(turn.uow)
    if not turn.person.programme_team:
        mine = invited_for(turn)
        built = stored.builders(turn.uow)
        found = [one for one in found if one.unit_id in mine and not one.programme_team and one.id not in built]
    return [
        Choice(NEW, turn.t("invite.new_person")),
        *(Choice(str(one.id), f"{one.name} · {one.email}") for one in found),
    ]


def invited_for(turn: Turn) -> frozenset[int]:
    """The ids of the organisations this person may invite for: what they build and all below it; for the team, all."""
    every = catalogue.organisations(turn.uow)
    built = ["/"] if turn.person.programme_team else [one.path for one in people.built_organisations(turn.uow, turn.me)]
    return frozenset(one.id for one in every if any(one.path.startswith(path) for path in built))


def show(turn: Turn, note: str = "") -> View:
    """The invitations that still let somebody in: one's own, or for the programme team all; and a way to make one."""
    may_invite(turn)
    t = turn.t
    rows = stored.open_of(turn.uow, None if turn.person.programme_team else turn.me, turn.now, LISTED)
    proposed = stored.proposals(turn.uow, None if turn.person.programme_team else turn.me, turn.now, LISTED)
    facts = (
        *((_for(turn, row), _standing(t, row)) for row in rows),
        *((_whom(turn, row), t("invite.waits", until=t.short(row.expires_at))) for row in proposed),
    )
    drop = (Button(t("invite.drop", name=_for(turn, row)), Action("invite.drop", row.id), Style.DANGER) for row in rows)
    new = Button(t("invite.new"), Action("invite"), Style.PRIMARY)
    buttons = (new, *(_weigh(turn, row) for row in proposed), *drop, _menu(t))
    none = "invite.none" if turn.person.programme_team else "invite.none.mine"
    text = t("invite.open") if rows else "" if proposed else t(none)
    view = View(text, t("invite.title"), facts, buttons)
    return view.noting(note) if note else view


def _weigh(turn: Turn, row: InvitationProposal) -> Button:
    """The team's button to decide on a proposal, or the proposer's to take it back."""
    name = _whom(turn, row)
    if turn.person.programme_team:
        return Button(turn.t("invite.weigh", name=name), Action("invite.show", row.id))
    return Button(turn.t("invite.retract", name=name), Action("invite.retract", row.id))


def _whom(turn: Turn, row: InvitationProposal) -> str:
    return turn.uow.get(Person, row.person_id).name


def drop(turn: Turn, action: Action) -> View:
    """Withdraw an invitation; who came by it stays. Raises Gone where there is none, NotYours for somebody else's."""
    row = turn.uow.find(Invitation, action.id)
    if row is not None and row.made_by != turn.me and not turn.person.programme_team:
        raise NotYours
    if row is None:
        raise Gone(Action("invites"))
    row.expires_at = min(row.expires_at, turn.now)
    turn.uow.flush()
    return show(turn, turn.t("invite.dropped"))


def shown(turn: Turn, made: Made) -> View:
    """What whoever made an invitation gets to see, once: the link to pass on."""
    t, row = turn.t, made.invitation
    # To be passed on as it stands: what only who made it needs to know was said beside the questions.
    whose = t("invite.letter.one" if row.most else "invite.letter.many")
    leads = row.person_id is not None and people.facilitator(turn.uow, row.person_id) is not None
    text = "\n\n".join((t("invite.letter.leads" if leads else "invite.letter"), as_link(made.link), whose))
    facts = ((t("invite.for"), _for(turn, row)), (t("invite.until"), t.moment(row.expires_at)))
    drop = Button(t("invite.drop", name=_for(turn, row)), Action("invite.drop", row.id), Style.DANGER)
    every = Button(t("invite.title"), Action("invites"))
    return View(
        text, t("invite.letter.title"), facts, (every, drop, _menu(t)), file=qr.picture(made.link, t("invite.file"))
    )


def _for(turn: Turn, row: Invitation) -> str:
    if row.person_id is not None:
        return turn.uow.get(Person, row.person_id).name
    where = turn.uow.get(Organisation, row.organisation_id).name(turn.t.language)
    return turn.t("invite.for.one", where=where) if row.most else where


def _standing(t: Translator, row: Invitation) -> str:
    return t("invite.standing", n=row.uses, until=t.short(row.expires_at))


def _menu(t: Translator) -> Button:
    return Button(t("menu.title"), Action("menu"))


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()

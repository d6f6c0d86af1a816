"""Invitations: nobody comes in by merely finding the bot.

An invitation is a link with a token, for one person or for whoever comes of an organisation until it expires. The token
is told once, to who made it; kept is a hash. Who is known already gains nothing by it, and who left does not come back.
"""

import hashlib
import hmac
import secrets
import string
from dataclasses import dataclass
from datetime import timedelta

from flows import entrances, linking, qr, roles, welcoming
from flows.actions import Action
from flows.desk import Desk, Turn
from flows.errors import Gone, NoEntrance, NotYours, ReachedAlready
from flows.form import Answers, Choice
from flows.stamps import as_link
from flows.texts import Translator
from flows.view import Button, Style, View
from storage import invitations, merging, notes, people, profiles, programme
from storage.models import Invitation, Organisation, Person
from storage.profiles import Profile

SPAN = timedelta(days=14)
SIGNS = string.ascii_letters + string.digits
"""Of which a token is made: letters and digits only, for an underscore means something where text is shown."""
_SIGNS = frozenset(SIGNS)
LENGTH = 40
NAME = 8
"""How much of a token finds its invitation; the rest is compared."""
LISTED = 20
ONE, MANY, NEW = "one", "many", "new"
HOW, VOID = "invite.how", "invite.void"
"""What somebody reads whom the programme does not know: how to be invited, or that a link lets nobody in."""
STRANGERS = "strangers"
"""What strangers are counted under, by channel: all that is kept of them."""


@dataclass(frozen=True)
class Made:
    """An invitation and its link, which nobody can be told again."""

    invitation: Invitation
    link: str


def make(
    desk: Desk,
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
    link = _link(desk, token, person)
    row = Invitation(
        name=token[:NAME],
        token_hash=_hash(token),
        organisation_id=organisation.id if organisation else None,
        person_id=person.id if person else None,
        made_by=by,
        made_at=desk.now,
        expires_at=desk.now + span,
        most=1 if once or person else None,
    )
    return Made(desk.uow.add(row), link)


def _link(desk: Desk, token: str, person: Person | None) -> str:
    link = entrances.link(desk.uow, token)
    if link is None:
        raise NoEntrance
    if person is not None and people.addresses(desk.uow, person.id):
        raise ReachedAlready
    return link


def may_invite(turn: Turn, _subject: int = 0) -> None:
    """Raises NotYours for who steers nothing, NoEntrance where no channel has an entrance for newcomers."""
    if not roles.steers(turn):
        raise NotYours
    if entrances.link(turn.uow, "") is None:
        raise NoEntrance


def whom(t: Translator) -> list[Choice]:
    """For one person or for many."""
    return [Choice(ONE, t("invite.one")), Choice(MANY, t("invite.many"))]


def persons(turn: Turn) -> list[Choice]:
    """Somebody new, or one of those whom the programme knows, who are in no channel yet, and whom this person may ask.

    Who makes an invitation could use it too, and become whom it is for. So it never reaches above who makes it, nor
    beside: a practice builder invites people of their own organisations who build nothing.
    """
    found = invitations.unreached(turn.uow)
    if not turn.person.programme_team:
        mine = invited_for(turn)
        built = invitations.builders(turn.uow)
        found = [one for one in found if one.unit_id in mine and not one.programme_team and one.id not in built]
    return [
        Choice(NEW, turn.t("invite.new_person")),
        *(Choice(str(one.id), f"{one.name} · {one.email}") for one in found),
    ]


def invited_for(turn: Turn) -> frozenset[int]:
    """The ids of the organisations this person may invite for: what they build and all below it; for the team, all."""
    every = programme.organisations(turn.uow)
    built = ["/"] if turn.person.programme_team else [one.path for one in people.built_organisations(turn.uow, turn.me)]
    return frozenset(one.id for one in every if any(one.path.startswith(path) for path in built))


def answered(turn: Turn, _subject: int, answers: Answers) -> View:
    """Make the invitation that the form asked for, of choices that this person has, and show it."""
    once = answers["whom"] == ONE
    named = answers["person"] if once else NEW
    person = None if named == NEW else turn.uow.get(Person, int(named))
    organisation = turn.uow.get(Organisation, int(answers["organisation"]))
    return _told(turn, make(turn.desk, organisation, person, once=once, by=turn.me))


def show(turn: Turn, note: str = "") -> View:
    """The invitations that still let somebody in: one's own, or for the programme team all; and a way to make one."""
    may_invite(turn)
    t = turn.t
    rows = invitations.open_of(turn.uow, None if turn.person.programme_team else turn.me, turn.now, LISTED)
    facts = tuple((_for(turn, row), _standing(t, row)) for row in rows)
    drop = (Button(t("invite.drop", name=_for(turn, row)), Action("invite.drop", row.id), Style.DANGER) for row in rows)
    new = Button(t("invite.new"), Action("invite"), Style.PRIMARY)
    view = View(t("invite.open" if rows else "invite.none"), t("invite.title"), facts, (new, *drop, _menu(t)))
    return view.noting(note) if note else view


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


def accept(desk: Desk, channel: str, address: str, profile: Profile, token: str, *, sure: bool = False) -> View:
    """What somebody gets to see who comes in by a link, invited or not, known or not. Its ``language`` is set.

    ``address`` is theirs in the channel, and ``profile`` what the channel tells of them. A link for one person who is
    known counts once whoever opened it is ``sure`` to be that person; until then they are asked. The tokens of links
    that carry a code to link with are taken as such (``flows.linking``).
    """
    known = people.at(desk.uow, channel, address)
    if token.startswith(linking.PREFIX):
        code = token.removeprefix(linking.PREFIX)
        return linking.take(Turn(desk, known), code) if known else linking.enter(desk, channel, address, profile, code)
    row = _valid(desk, token)
    if known is not None:
        return _known_already(Turn(desk, known), row, token, sure=sure)
    if row is None or profiles.is_known(desk.uow, channel, address):
        return _void(desk, channel, profile)
    if row.person_id is not None and not sure and invitations.is_open(row, desk.now):
        return welcoming.are_you(desk.texts.into(profile.language), desk.uow.get(Person, row.person_id).name, token)
    if not invitations.use(desk.uow, row.id, desk.now):
        return _void(desk, channel, profile)
    person = _let_in(desk, row, channel, address, profile)
    return welcoming.greeting(Turn(desk, person), "invite.welcome")


def be(turn: Turn, action: Action) -> View:
    """Somebody who is in already says that they are whom a link is for: the button carries its token."""
    return _known_already(turn, _valid(turn.desk, action.arg), action.arg, sure=True)


def stranger(desk: Desk, channel: str, language: str | None, key: str = HOW, *, first: bool = True) -> View:
    """How to be invited, or that a link is ``VOID``, for somebody whom the programme does not know.

    They are counted where it is the ``first`` time, and nothing else is kept.
    """
    if first:
        notes.tally(desk.uow, f"{STRANGERS}.{channel}")
    t = desk.texts.into(language)
    return View(t(key), language=t.language)


def strangers(desk: Desk, channel: str) -> int:
    """How many strangers knocked at this channel's door so far."""
    return int(notes.noted(desk.uow, f"{STRANGERS}.{channel}") or 0)


def lets_nobody_in(desk: Desk, channel: str, address: str, token: str) -> bool:
    """Whether who is at this address is not in, and a link with this token lets them in neither.

    Of codes to link with nothing is said here.
    """
    if token.startswith(linking.PREFIX) or people.at(desk.uow, channel, address) is not None:
        return False
    row = _valid(desk, token)
    return row is None or not invitations.is_open(row, desk.now) or profiles.is_known(desk.uow, channel, address)


def _valid(desk: Desk, token: str) -> Invitation | None:
    """The invitation with this token, where its person is still awaited. Whether it still lets in, ``use`` tells."""
    if len(token) != LENGTH or not _SIGNS.issuperset(token):
        return None
    row = invitations.named(desk.uow, token[:NAME])
    same = hmac.compare_digest(row.token_hash if row else "", _hash(token))
    if row is None or not same:
        return None
    return row if row.person_id is None or _is_awaited(desk, row.person_id) else None


def _is_awaited(desk: Desk, person_id: int) -> bool:
    """Whether this person can still come in: meanwhile they may have left, or come by another way."""
    # Held, so that of two who bring invitations for one person the second sees what the first did.
    held = merging.hold(desk.uow, person_id)
    return all(one.active for one in held) and not people.addresses(desk.uow, person_id)


def _known_already(turn: Turn, row: Invitation | None, token: str, *, sure: bool) -> View:
    """Who came for an organisation and now brings the invitation that names them is who it names, if they say so."""
    if row is None or row.person_id is None or not invitations.is_open(row, turn.now):
        return welcoming.greeting(turn, "invite.in_already")
    if not linking.can_join(turn.desk, turn.me, row.person_id):
        # Not theirs: it stays good for whom it names.
        return welcoming.greeting(turn, "invite.in_already")
    if not sure:
        name = turn.uow.get(Person, row.person_id).name
        return welcoming.are_you(turn.t, name, token, known_as=turn.person.name)
    used = invitations.use(turn.uow, row.id, turn.now)
    one = linking.join(turn.desk, turn.me, row.person_id) if used else None
    return welcoming.greeting(Turn(turn.desk, one) if one else turn, "invite.welcome" if one else "invite.in_already")


def _void(desk: Desk, channel: str, profile: Profile) -> View:
    return stranger(desk, channel, profile.language, VOID)


def _let_in(desk: Desk, row: Invitation, channel: str, address: str, profile: Profile) -> Person:
    if row.person_id is not None:
        person = desk.uow.get(Person, row.person_id)
        people.keep_address(desk.uow, person.id, channel, address)
        people.addresses(desk.uow, person.id)[0].preferred = True
        return person
    person = profiles.enter(desk.uow, channel, address, profile, desk.now)
    person.unit_id = person.unit_id or row.organisation_id
    return person


def _told(turn: Turn, made: Made) -> View:
    t, row = turn.t, made.invitation
    # To be passed on as it stands: what only who made it needs to know was said beside the questions.
    whose = t("invite.letter.one" if row.most else "invite.letter.many")
    text = "\n\n".join((t("invite.letter"), as_link(made.link), whose))
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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

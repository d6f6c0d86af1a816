"""Coming in by a link: an invitation's, or one that carries a code to link with. Nobody comes in by finding the bot.

Who is known already gains nothing by an invitation but one that names them, and who left does not come back by it.
Who watches over roles is told when somebody came in as a person of the programme, and can undo it.
"""

import hmac

from flows.access import joining, link_claims, link_notices, linking, welcome
from flows.access.invitations import LENGTH, NAME, SIGNS, hash_of
from flows.engine.context import Context, Turn
from flows.engine.views.action import Action
from flows.engine.views.view import View
from storage.database import key_values
from storage.models import Invitation, JoinCause, Organisation, Person
from storage.people import invitations, merging, names, people, profiles
from storage.people.joined import Account
from storage.people.profiles import Profile
from storage.programme import catalogue

HOW, VOID = "invite.how", "invite.void"
"""What somebody reads whom the programme does not know: how to be invited, or that a link lets nobody in."""
STRANGERS = "strangers"
"""What strangers are counted under, by channel: all that is kept of them."""
_SIGNS = frozenset(SIGNS)


def accept(context: Context, channel: str, address: str, profile: Profile, token: str, *, sure: bool = False) -> View:
    """What somebody gets to see who comes in by a link, invited or not, known or not. Its ``language`` is set.

    ``address`` is theirs in the channel, and ``profile`` what the channel tells of them. A link for one person who is
    known counts once whoever opened it is ``sure`` to be that person; until then they are asked. The tokens of links
    that carry a code to link with are taken as such (``flows.access.linking``).
    """
    known = people.at(context.uow, channel, address)
    if token.startswith(linking.PREFIX):
        return _link(context, known, (channel, address), profile, token.removeprefix(linking.PREFIX), sure=sure)
    row = _valid(context, token)
    if known is not None:
        return _known_already(Turn(context, known), row, token, sure=sure)
    if row is None or profiles.is_known(context.uow, channel, address):
        return _void(context, channel, profile)
    if row.person_id is not None and not sure and invitations.is_open(row, context.now):
        return welcome.are_you(context.texts.into(profile.language), context.uow.get(Person, row.person_id).name, token)
    if not invitations.use(context.uow, row.id, context.now):
        return _void(context, channel, profile)
    person = _let_in(context, row, channel, address, profile)
    return welcome.greeting(Turn(context, person), "invite.welcome")


def _link(
    context: Context, known: Person | None, at: tuple[str, str], profile: Profile, code: str, *, sure: bool
) -> View:
    if known is None:
        return linking.enter(context, *at, profile, code, sure=sure)
    turn = Turn(context, known)
    view = linking.claim(turn, code) if sure else linking.take(turn, code)
    return view.speaking(turn.t.language)


def be(turn: Turn, action: Action) -> View:
    """The answer to somebody who is in already and says that a link is for them: the button carries its token."""
    return _known_already(turn, _valid(turn.context, action.arg), action.arg, sure=True)


def stranger(context: Context, channel: str, language: str | None, key: str = HOW, *, first: bool = True) -> View:
    """How to be invited, or that a link is ``VOID``, for somebody whom the programme does not know.

    They are counted where it is the ``first`` time, and nothing else is kept.
    """
    if first:
        key_values.tally(context.uow, f"{STRANGERS}.{channel}")
    t = context.texts.into(language)
    return View(t(key), language=t.language)


def strangers(context: Context, channel: str) -> int:
    """How many strangers came to the bot in this channel so far."""
    return int(key_values.noted(context.uow, f"{STRANGERS}.{channel}") or 0)


def lets_nobody_in(context: Context, channel: str, address: str, token: str) -> bool:
    """Whether who is at this address is not in, and a link with this token lets them in neither.

    Codes to link with are not looked at here.
    """
    if token.startswith(linking.PREFIX) or people.at(context.uow, channel, address) is not None:
        return False
    row = _valid(context, token)
    return row is None or not invitations.is_open(row, context.now) or profiles.is_known(context.uow, channel, address)


def _valid(context: Context, token: str) -> Invitation | None:
    """The invitation with this token, where its person is still awaited. ``use`` tells whether it still counts."""
    if len(token) != LENGTH or not _SIGNS.issuperset(token):
        return None
    row = invitations.named(context.uow, token[:NAME])
    same = hmac.compare_digest(row.token_hash if row else "", hash_of(token))
    if row is None or not same:
        return None
    if not _still_vouched(context, row):
        return None
    return row if row.person_id is None or _is_awaited(context, row.person_id) else None


def _still_vouched(context: Context, row: Invitation) -> bool:
    """Whether who made the invitation may still let somebody in by it; one made at a terminal stays good."""
    maker = context.uow.find(Person, row.made_by) if row.made_by is not None else None
    if row.made_by is None:
        return True
    if maker is None or not maker.active:
        return False
    if maker.programme_team:
        return True
    above = catalogue.path_ids(context.uow.get(Organisation, row.organisation_id).path) if row.organisation_id else []
    built = people.built_organisations(context.uow, maker.id)
    return row.person_id is None and any(one.id in above for one in built)


def _is_awaited(context: Context, person_id: int) -> bool:
    """Whether this person can still come in: meanwhile they may have left, or come by another way."""
    # Held, so that of two who bring invitations for one person the second sees what the first did.
    held = merging.hold(context.uow, person_id)
    return all(one.active for one in held) and not people.addresses(context.uow, person_id)


def _known_already(turn: Turn, row: Invitation | None, token: str, *, sure: bool) -> View:
    """Who came for an organisation and now brings the invitation that names them is who it names, if they say so."""
    if row is None or row.person_id is None or not invitations.is_open(row, turn.now):
        return welcome.greeting(turn, "invite.in_already")
    if joining.is_open(turn.context, turn.me):
        return linking.not_yet(turn)
    if not joining.can_be(turn.context, turn.me, row.person_id):
        # Not theirs: it stays good for whom it names.
        return welcome.greeting(turn, "invite.in_already")
    if not sure:
        name = turn.uow.get(Person, row.person_id).name
        return welcome.are_you(turn.t, name, token, known_as=turn.person.name)
    if not invitations.use(turn.uow, row.id, turn.now):
        return welcome.greeting(turn, "invite.in_already")
    link_claims.end_all(turn.context, turn.me)
    made = joining.be_invited(turn.context, turn.me, row.person_id, row.id)
    assert made is not None  # that they can be was asked before the invitation was used
    link_notices.tell_joined(turn.context, made, f"invited:{made.id}")
    return welcome.greeting(Turn(turn.context, turn.uow.get(Person, made.person_id)), "invite.welcome")


def _void(context: Context, channel: str, profile: Profile) -> View:
    return stranger(context, channel, profile.language, VOID)


def _let_in(context: Context, row: Invitation, channel: str, address: str, profile: Profile) -> Person:
    if row.person_id is not None:
        return _let_in_as(context, row, channel, address, profile)
    person = profiles.enter(context.uow, channel, address, profile, context.now)
    person.unit_id = person.unit_id or row.organisation_id
    return person


def _let_in_as(context: Context, row: Invitation, channel: str, address: str, profile: Profile) -> Person:
    assert row.person_id is not None  # it is an invitation for somebody of the programme
    person_id = row.person_id
    account = Account(
        names.cleaned(profile.name) or address,
        (channel,),
        JoinCause.INVITATION,
        watched=True,
        language=profile.language,
        invitation_id=row.id,
    )
    made = joining.come_in(context, person_id, account, address)
    assert made is not None  # nobody is known at this address, as was asked before the invitation was used
    people.addresses(context.uow, person_id)[0].preferred = True
    link_notices.tell_watch(context, made)
    return context.uow.get(Person, person_id)

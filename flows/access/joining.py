"""An account becomes a person's: two people are made one, or somebody whom nobody knew comes in as somebody known.

Who may be joined with whom is decided here, and held where it is done, so that nobody becomes somebody else by it.
"""

from flows.engine.context import Context
from flows.engine.events import PeopleMerged
from storage.models import JoinCause, JoinedAccount, Person
from storage.people import joined, merging, people, profiles
from storage.people.joined import Account


def objection(context: Context, claimant: int, owner: int) -> str | None:
    """The key of what speaks against making the one who brings a code the same as the one who showed it, or None.

    Where one side has a role, that side shows the code: whoever has a role gives it to nobody by opening a link.
    Both are held until the transaction ends.
    """
    if claimant == owner:
        return "linking.own"
    held = {one.id: one for one in merging.hold(context.uow, claimant, owner)}
    if len(held) < 2 or not all(one.active for one in held.values()):
        return "linking.wrong"
    if _channels(context, claimant) & _channels(context, owner):
        return "linking.same_channel"
    if is_open(context, claimant, owner):
        return "linking.wait"
    if not merging.has_role(context.uow, held[claimant]):
        return None
    return "linking.two_roles" if merging.has_role(context.uow, held[owner]) else "linking.wrong_way"


def is_open(context: Context, *person_ids: int) -> bool:
    """Whether one of these people has an account that can still be taken apart from them.

    As long as it can, nothing else is joined with either: so what goes back to whom is always known.
    """
    return any(joined.reaching(context.uow, one, context.now) for one in person_ids)


def can_be(context: Context, newcomer: int, invited: int) -> bool:
    """Whether who is in already can be whom an invitation names, until the transaction ends: not with a role."""
    return _invited(context, newcomer, invited) is not None and not is_open(context, newcomer, invited)


def be_invited(context: Context, newcomer: int, invited: int, invitation_id: int) -> JoinedAccount | None:
    """Make who is in already the person whom an invitation names; None where they have a role."""
    return _join(context, _invited(context, newcomer, invited), JoinCause.INVITATION, invitation_id)


def join(context: Context, one: int, other: int) -> JoinedAccount | None:
    """Make two people one who linked their accounts; None where both have a role."""
    held = merging.hold(context.uow, one, other)
    return _join(context, merging.order(context.uow, *held) if len(held) == 2 else None, JoinCause.CODE)


def _join(
    context: Context, ordered: tuple[Person, Person] | None, cause: JoinCause, invitation_id: int | None = None
) -> JoinedAccount | None:
    """Make the second of two people the first; None, and nothing is changed, as long as one can be taken apart.

    What was asked of them for their own request is not asked of them any more, and what they were to lead of it is
    led by somebody else.
    """
    if ordered is None or is_open(context, *(one.id for one in ordered)):
        return None
    stays, goes = ordered
    joined.settle(context.uow, (stays.id, goes.id), context.now)
    watched = cause is JoinCause.INVITATION or is_watched(context, stays.id, goes.id)
    channels = tuple(sorted(_channels(context, goes.id)))
    account = Account(goes.name, channels, cause, watched, goes.language, invitation_id)
    merged = merging.merge(context.uow, stays, goes)
    made = joined.remember(context.uow, stays.id, account, merged, context.now)
    context.publish(PeopleMerged(stays.id))
    return made


def come_in(context: Context, owner: int, account: Account, address: str) -> JoinedAccount | None:
    """Have somebody whom nobody knew be reached as ``owner``.

    None where the address is somebody's already, and as long as an account can be taken apart from the owner.
    """
    [channel] = account.channels
    if profiles.is_known(context.uow, channel, address) or is_open(context, owner):
        return None
    joined.settle(context.uow, [owner], context.now)
    row = people.keep_address(context.uow, owner, channel, address)
    assert row is not None  # nobody has it, as was just seen
    return joined.remember_newcomer(context.uow, owner, account, row, context.now)


def is_watched(context: Context, *person_ids: int) -> bool:
    """Whether what is joined with these people concerns a role: theirs, or one that an open joining of theirs did."""
    roles = (merging.has_role(context.uow, context.uow.get(Person, one)) for one in person_ids)
    return any(roles) or any(
        one.watched for person in person_ids for one in joined.of(context.uow, person, context.now)
    )


def _invited(context: Context, newcomer: int, invited: int) -> tuple[Person, Person] | None:
    """Who is invited stays, whoever is known longer: so all that is told of it is told of them."""
    held = {one.id: one for one in merging.hold(context.uow, newcomer, invited)}
    if len(held) < 2 or merging.has_role(context.uow, held[newcomer]):
        return None
    return held[invited], held[newcomer]


def _channels(context: Context, person_id: int) -> set[str]:
    return {row.channel for row in people.addresses(context.uow, person_id)}

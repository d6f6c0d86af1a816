"""People of whom something is stored that cannot be used: told by their numbers, with what to do about it."""

from collections.abc import Iterator, Sequence

from bot.commands.finding import Finding, Mark
from bot.config.address_shapes import SHAPES
from storage.database.unit_of_work import UnitOfWork
from storage.people import doubts

LISTED = 20
"""So many are told of each kind; of the others only how many there are."""

_GUIDE = "docs/operating.md, under E-mail addresses that are nobody's, or two people's"


def findings(uow: UnitOfWork) -> Iterator[Finding]:
    """What is stored of people and cannot be used as it stands. Nobody's name or e-mail address is told."""
    yield from _listed("Addresses", [_misshapen(one) for one in doubts.misshapen(uow, SHAPES)])
    emails = doubts.doubtful_emails(uow)
    same = [_same(known, other) for known, *others in emails.same for other in others]
    yield from _listed("E-mail", [*same, *map(_unread, emails.unread)])


def _listed(subject: str, texts: Sequence[str]) -> Iterator[Finding]:
    for text in texts[:LISTED]:
        yield Finding(Mark.NOTE, subject, text)
    if len(texts) > LISTED:
        yield Finding(Mark.NOTE, subject, f"and {len(texts) - LISTED} more like these")


def _misshapen(one: doubts.Misshapen) -> str:
    where = f"person {one.person_id} has {one.channel}:{one.address}"
    if one.channel not in SHAPES:
        return f"{where}, and there is no channel {one.channel}; nothing is sent there. It does no harm"
    how = (
        f"put theirs in the column addresses of the import (one looks like {one.channel}:{SHAPES[one.channel].example})"
    )
    return f"{where}, where no person can be; nothing is sent there. To mend it, {how}"


def _same(known: int, other: int) -> str:
    told = f"person {other} has the same e-mail address as person {known}, who is known by it; person {other} is not"
    return f"{told}. Whether they are one, only people know: {_GUIDE}"


def _unread(person_id: int) -> str:
    return f"what person {person_id} has for an e-mail address is none, so nobody finds them by it: {_GUIDE}"

"""Two people who turn out to be one: everything of one becomes the other's, in one transaction.

Where both have a row that a person has only one of, it is said here which stays. What was done is given back, so that
it can be undone (``storage.people.joined``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, select, update
from sqlmodel import col
from sqlmodel import select as select_rows

from storage.database.bulk_statements import count, table_of
from storage.database.unit_of_work import UnitOfWork
from storage.models import (
    Address,
    DeliveredMessage,
    Draft,
    Facilitator,
    LinkClaim,
    LinkCode,
    Outbox,
    OutboxReason,
    OutboxState,
    Person,
    PracticeBuilder,
    QuestionCursor,
)
from storage.people import belongings

_FORGOTTEN = (
    table_of(LinkCode).c.person_id,
    table_of(LinkClaim).c.owner_id,
    table_of(LinkClaim).c.claimant_id,
)
"""Whose rows neither keeps: a code was shown to prove what is now known."""

TAKEN_OVER = ("language", "zone", "unit_id")
"""The columns of the one who goes that fill an empty one of who stays. An e-mail address follows once the two cannot be
parted any more: until then the import could give who stays a role by it that is meant for who goes."""


def order(uow: UnitOfWork, one: Person, other: Person) -> tuple[Person, Person] | None:
    """Which of two people who are one stays, and which goes; None where both have a role.

    Who has a role stays, because the import knows them by their e-mail address and would make them anew; then who has
    such an address, then whom the programme knows longest. Two with a role stand in the import twice: mend that first.
    """
    roles = has_role(uow, one), has_role(uow, other)
    if all(roles):
        return None
    first, last = sorted(
        ((roles[0], one.email is not None, -one.id, one), (roles[1], other.email is not None, -other.id, other)),
        key=lambda ranked: ranked[:3],
        reverse=True,
    )
    return first[3], last[3]


def hold(uow: UnitOfWork, *person_ids: int) -> Sequence[Person]:
    """Lock these people until the transaction ends, always in the same order; gives those there are.

    No other transaction can store anything of theirs meanwhile, not even a reference to them.
    """
    query = select_rows(Person).where(col(Person.id).in_(person_ids)).order_by(col(Person.id)).with_for_update()
    return uow.db.exec(query.execution_options(populate_existing=True)).all()


def has_role(uow: UnitOfWork, person: Person) -> bool:
    """Whether the import gave this person something to do, or once did: to lead, to build, or to run the programme."""
    if person.programme_team or uow.find(Facilitator, person.id) is not None:
        return True
    builds = select_rows(PracticeBuilder.person_id).where(PracticeBuilder.person_id == person.id)
    return uow.db.exec(builds).first() is not None


@dataclass(frozen=True)
class Merged:
    """What becoming one changed: ``former`` is the row of who went, ``learned`` the columns of who stays it filled.

    ``rows`` are those that changed hands, by the name of the column that says so (``storage.people.belongings.place``).
    """

    former: dict[str, Any]
    learned: tuple[str, ...]
    rows: tuple[tuple[str, int], ...]


def merge(uow: UnitOfWork, stays: Person, goes: Person) -> Merged:
    """Have everything of ``goes`` be of ``stays``, and ``goes`` no more. Both are held, and ``goes`` has no role.

    ``stays`` keeps its name, e-mail address, language and organisation where it has them. Their
    drafts stay apart. A letter that both were to get, one gets.
    """
    uow.flush()
    former = goes.model_dump(mode="json")
    uow.db.expunge(goes)
    _drafts(uow, stays.id, goes.id)
    _addresses(uow, stays.id, goes.id)
    _letters(uow, stays.id, goes.id)
    free_slots(uow, goes.id, stays.id)
    for column in _FORGOTTEN:
        uow.db.execute(delete(column.table).where(column.in_((stays.id, goes.id))))
    rows = tuple(_moved(uow, stays.id, goes.id))
    uow.db.execute(delete(table_of(Person)).where(table_of(Person).c.id == goes.id))
    # What the session read before, these statements went past.
    uow.db.expire_all()
    learned = tuple(name for name in TAKEN_OVER if getattr(stays, name) is None and former[name] is not None)
    for name in learned:
        setattr(stays, name, former[name])
    uow.flush()
    return Merged(former, learned, rows)


def _moved(uow: UnitOfWork, stays: int, goes: int) -> Iterator[tuple[str, int]]:
    """Have every row of ``goes`` be of ``stays``; gives the column and the key of each."""
    for column in belongings.columns():
        theirs = select(belongings.key_of(column)).where(column == goes)
        keys = uow.db.execute(theirs).scalars().all()
        if keys:
            uow.db.execute(update(column.table).where(column == goes).values({column.name: stays}))
            yield from ((belongings.place(column), key) for key in keys)


def _addresses(uow: UnitOfWork, stays: int, goes: int) -> None:
    """One of the addresses is the preferred one: that of who stays, where it has one."""
    address = table_of(Address)
    has = exists().where(address.c.person_id == stays, address.c.preferred)
    if uow.db.execute(select(has)).scalar():
        uow.db.execute(update(address).where(address.c.person_id == goes).values(preferred=False))


def _drafts(uow: UnitOfWork, stays: int, goes: int) -> None:
    """Each keeps their unfinished forms apart, until it is known which joining that is for (``joined.remember``)."""
    draft = table_of(Draft)
    uow.db.execute(update(draft).where(draft.c.person_id == goes).values(person_id=stays, side=-goes))


def one_draft(uow: UnitOfWork, older: Draft, newer: Draft) -> Draft:
    """Give one draft with the answers of both, of which the later ones count.

    The older one does not count where the form has changed since. The one whose question stands in front of somebody
    stays, for its buttons carry its number; else the newer one.
    """
    asked = set(
        uow.db.exec(select_rows(QuestionCursor.draft_id).where(col(QuestionCursor.draft_id).in_((older.id, newer.id))))
    )
    kept, gone = (older, newer) if asked == {older.id} else (newer, older)
    same_form = older.form_version == newer.form_version
    answers = {**(older.answers if same_form else {}), **newer.answers}
    typed = {**(older.typed if same_form else {}), **newer.typed}
    kept.answers, kept.typed, kept.form_version, kept.updated_at = answers, typed, newer.form_version, newer.updated_at
    count(uow, update(QuestionCursor).where(col(QuestionCursor.draft_id) == gone.id).values(draft_id=kept.id))
    uow.delete(gone)
    return kept


def _letters(uow: UnitOfWork, stays: int, goes: int) -> None:
    """What one was told, nobody tells the other once more. Of a letter that both had, one arrives at most."""
    box = table_of(Outbox)
    theirs, ready = (box.c.person_id == goes, box.c.addressee_id == goes), box.c.state == OutboxState.READY
    mine = same_letter(stays)
    uow.db.execute(update(box).where(*theirs, ~mine.exists()).values(addressee_id=stays))
    moot = {"state": OutboxState.MOOT, "reason": OutboxReason.SAME_READER, "outcome": ""}
    needless = update(box).values({**moot, "settled_at": box.c.not_before})
    # What is left of theirs both had. Where theirs is over, mine is needless, and where it is not, theirs is.
    over = same_letter(goes, OutboxState.SENT, OutboxState.MOOT, OutboxState.DEAD)
    uow.db.execute(needless.where(box.c.person_id == stays, box.c.addressee_id == stays, ready, over.exists()))
    uow.db.execute(needless.where(*theirs, ready))


def same_letter(addressee_id: int, *states: OutboxState) -> Select[tuple[int]]:
    """Selects the letter for this person that says what a row of the outbox does, within a statement on such rows."""
    box = table_of(Outbox)
    other = box.alias("same")
    alike = (other.c[name] == box.c[name] for name in ("kind", "subject_id", "once"))
    query = select(other.c.id).where(*alike, other.c.addressee_id == addressee_id)
    return query.where(other.c.state.in_(states)) if states else query


def free_slots(uow: UnitOfWork, before: int, after: int, *which: ColumnElement[bool]) -> None:
    """Forget those messages of ``before`` for which ``after`` has one in the same slot and channel."""
    stays, goes, posted = after, before, table_of(DeliveredMessage)
    other = posted.alias()
    same = (other.c.channel == posted.c.channel, other.c.slot == posted.c.slot, other.c.person_id == stays)
    uow.db.execute(delete(posted).where(posted.c.person_id == goes, exists().where(*same), *which))

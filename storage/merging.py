"""Two people who turn out to be one: everything of one becomes the other's, in one transaction.

Every column that refers to a person is found in the tables themselves, so a table made tomorrow comes along too. Where
both have a row that a person has only one of, it is said here which stays.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, delete, exists, select, update
from sqlmodel import SQLModel, col
from sqlmodel import select as select_rows

from storage.models import (
    Address,
    Cursor,
    Draft,
    Facilitator,
    LinkCode,
    Outbox,
    OutboxState,
    Person,
    Posted,
    PracticeBuilder,
)
from storage.statements import count, table_of
from storage.unit_of_work import UnitOfWork

_FORGOTTEN = (table_of(LinkCode),)
"""What neither keeps: a code was shown to prove what is now known."""

TOLD = "both were to get it, and they are one"
"""Why a letter is moot that the same person gets under their other name."""


def order(uow: UnitOfWork, one: Person, other: Person) -> tuple[Person, Person] | None:
    """Of two people who are one, the one who stays and the one who goes; None where both have a role.

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
    """Hold these people until the transaction ends, always in the same order; gives those there are.

    Nobody else can store anything of theirs meanwhile: not even a reference to them.
    """
    query = select_rows(Person).where(col(Person.id).in_(person_ids)).order_by(col(Person.id)).with_for_update()
    return uow.db.exec(query.execution_options(populate_existing=True)).all()


def has_role(uow: UnitOfWork, person: Person) -> bool:
    """Whether the import gave this person something to do, or once did: to lead, to build, or to run the programme."""
    if person.programme_team or uow.find(Facilitator, person.id) is not None:
        return True
    builds = select_rows(PracticeBuilder.person_id).where(PracticeBuilder.person_id == person.id)
    return uow.db.exec(builds).first() is not None


def merge(uow: UnitOfWork, stays: Person, goes: Person) -> None:
    """Have everything of ``goes`` be of ``stays``, and ``goes`` no more. Both are held, and ``goes`` has no role.

    ``stays`` keeps its name, e-mail address, language and organisation where it has them. Of two unfinished forms about
    the same thing one comes of both, of which the later answers count. A letter that both were to get, one gets.
    """
    uow.flush()
    told = {"email": goes.email, "language": goes.language, "zone": goes.zone, "unit_id": goes.unit_id}
    uow.db.expunge(goes)
    _drafts(uow, stays.id, goes.id)
    _addresses(uow, stays.id, goes.id)
    _letters(uow, stays.id, goes.id)
    _posted(uow, stays.id, goes.id)
    for table in _FORGOTTEN:
        uow.db.execute(delete(table).where(table.c.person_id.in_((stays.id, goes.id))))
    for column in referring():
        uow.db.execute(update(column.table).where(column == goes.id).values({column.name: stays.id}))
    uow.db.execute(delete(table_of(Person)).where(table_of(Person).c.id == goes.id))
    # What the session read before, these statements went past.
    uow.db.expire_all()
    for name, value in told.items():
        if getattr(stays, name) is None:
            setattr(stays, name, value)
    uow.flush()


def referring() -> Iterator[Column[Any]]:
    """Every column in which anybody who has no role can stand."""
    person = table_of(Person).c.id
    for table in SQLModel.metadata.sorted_tables:
        roles = (table_of(Facilitator), table_of(PracticeBuilder))
        yield from (column for column in table.c if column.references(person) and table not in roles)


def _addresses(uow: UnitOfWork, stays: int, goes: int) -> None:
    """One of the addresses is the preferred one: that of who stays, where it has one."""
    address = table_of(Address)
    has = exists().where(address.c.person_id == stays, address.c.preferred)
    if uow.db.execute(select(has)).scalar():
        uow.db.execute(update(address).where(address.c.person_id == goes).values(preferred=False))


def _drafts(uow: UnitOfWork, stays: int, goes: int) -> None:
    """Of two drafts of one form about one thing comes one."""
    mine = {(draft.form, draft.subject_id): draft for draft in _drafts_of(uow, stays)}
    for other in _drafts_of(uow, goes):
        same = mine.get((other.form, other.subject_id))
        if same is not None:
            _one_draft(uow, *sorted((same, other), key=lambda draft: (draft.updated_at, draft.id)))
    uow.flush()


def _one_draft(uow: UnitOfWork, older: Draft, newer: Draft) -> None:
    """The answers of both, of which the later ones count; of the older nothing, where the form is another since.

    The one whose question stands in front of somebody stays, for its buttons carry its number; else the newer one.
    """
    asked = set(uow.db.exec(select_rows(Cursor.draft_id).where(col(Cursor.draft_id).in_((older.id, newer.id)))))
    kept, gone = (older, newer) if asked == {older.id} else (newer, older)
    same_form = older.form_version == newer.form_version
    answers = {**(older.answers if same_form else {}), **newer.answers}
    typed = {**(older.typed if same_form else {}), **newer.typed}
    kept.answers, kept.typed, kept.form_version, kept.updated_at = answers, typed, newer.form_version, newer.updated_at
    count(uow, update(Cursor).where(col(Cursor.draft_id) == gone.id).values(draft_id=kept.id))
    uow.delete(gone)


def _drafts_of(uow: UnitOfWork, person_id: int) -> Sequence[Draft]:
    return uow.db.exec(select_rows(Draft).where(Draft.person_id == person_id)).all()


def _letters(uow: UnitOfWork, stays: int, goes: int) -> None:
    """What one was told, nobody tells the other once more: a letter's key names who it is for."""
    box = table_of(Outbox)
    columns = (box.c.id, box.c.kind, box.c.subject_id, box.c.dedupe_key, box.c.state)
    letters = select(*columns).where(box.c.room_id.is_(None))
    theirs = {letter.dedupe_key: letter for letter in uow.db.execute(letters.where(box.c.person_id == stays))}
    for letter in uow.db.execute(letters.where(box.c.person_id == goes)).all():
        named = f"{letter.kind}:{letter.subject_id}:"
        key = letter.dedupe_key.replace(f"{named}{goes}:", f"{named}{stays}:", 1)
        same = theirs.get(key)
        if same is None:
            _change(uow, letter.id, {"dedupe_key": key})
        elif letter.state is OutboxState.READY or same.state is OutboxState.READY:
            one = letter if letter.state is OutboxState.READY else same
            _change(uow, one.id, {"state": OutboxState.MOOT, "outcome": TOLD, "settled_at": box.c.not_before})


def _change(uow: UnitOfWork, letter_id: int, values: dict[str, Any]) -> None:
    box = table_of(Outbox)
    uow.db.execute(update(box).where(box.c.id == letter_id).values(values))


def _posted(uow: UnitOfWork, stays: int, goes: int) -> None:
    """Of two messages in one slot of one channel, that of who stays is the one to replace."""
    posted = table_of(Posted)
    other = posted.alias()
    same = (other.c.channel == posted.c.channel, other.c.slot == posted.c.slot, other.c.person_id == stays)
    uow.db.execute(delete(posted).where(posted.c.person_id == goes, exists().where(*same)))

"""Whose words stand in an unfinished form while two accounts are one, and in whose they stand once they are parted.

A draft says of each field from which joined account it was filled (``authors``); the rest the person filled themselves.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import col
from sqlmodel import select as select_rows

from storage.database.bulk_statements import count, table_of
from storage.database.unit_of_work import UnitOfWork
from storage.models import Cursor, Draft, JoinedAccount, JoinedRow
from storage.people import belongings
from storage.people.merging import Merged, combine, fields

DRAFT = belongings.place(table_of(Draft).c.person_id)


def mark(uow: UnitOfWork, joined: JoinedAccount, merged: Merged) -> None:
    """Mark what the account had filled in before it was joined as filled from it."""
    pairs = {pair.kept: pair.before for pair in merged.drafts}
    moved = {row_id for place, row_id in merged.rows if place == DRAFT}
    for draft in uow.db.exec(select_rows(Draft).where(col(Draft.id).in_(pairs.keys() | moved))).all():
        theirs = _counted(*pairs[draft.id]) if draft.id in pairs else fields(draft)
        draft.authors = {**dict.fromkeys(sorted(theirs), joined.id), **draft.authors}


def _counted(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> set[str]:
    """The fields of the second of two drafts that counted when they became one."""
    one, other = Draft.model_validate(mine), Draft.model_validate(theirs)
    if (other.updated_at, other.id) > (one.updated_at, one.id):
        return fields(other)
    return fields(other) - fields(one) if one.form_version == other.form_version else set()


def mark_anew(uow: UnitOfWork, person_ids: Collection[int], authors: Mapping[int, int | None]) -> None:
    """Count what was filled from the first of two joinings as filled from the second; None is the person themselves."""
    for draft in uow.db.exec(select_rows(Draft).where(col(Draft.person_id).in_(person_ids))).all():
        anew = ((name, authors.get(author, author)) for name, author in draft.authors.items())
        draft.authors = {name: author for name, author in anew if author is not None}


def divide(uow: UnitOfWork, joined: JoinedAccount, parted: Collection[int], account_id: int | None) -> None:
    """Give each of the two the words that were filled in from their side, in a draft of their own.

    ``parted`` are this joining and those that go with it. What stood in a field before the other side overwrote it
    stands there again. With ``account_id`` None the account's words are deleted.
    """
    pairs = {one["kept"]: one["before"] for one in joined.drafts}
    listed = _listed(uow, parted)
    for draft in uow.db.exec(select_rows(Draft).where(Draft.person_id == joined.person_id)).all():
        if draft.id in pairs or draft.id in listed or not {*parted}.isdisjoint(draft.authors.values()):
            two = _Two.of(draft, parted, pairs.get(draft.id, (None, None)), begun_there=draft.id in listed)
            _replace(uow, joined, draft, two, account_id)
    _clean_others(uow, joined, parted)


def _listed(uow: UnitOfWork, joined_ids: Collection[int]) -> set[int]:
    row = table_of(JoinedRow).c
    return {*uow.db.execute(select(row.row_id).where(row.joined_id.in_(joined_ids), row.place == DRAFT)).scalars()}


@dataclass(frozen=True)
class _Two:
    """The drafts that one is divided into; None for a side on which nothing stands."""

    mine: Draft | None
    theirs: Draft | None

    @classmethod
    def of(
        cls, draft: Draft, parted: Collection[int], before: Sequence[dict[str, Any] | None], *, begun_there: bool
    ) -> "_Two":
        there = {name for name, author in draft.authors.items() if author in parted}
        mine, theirs = _side(draft, fields(draft) - there, before[0]), _side(draft, there, before[1])
        if mine is None and theirs is None:
            # It was begun, and nothing stands in it yet.
            empty = _part(draft, ())
            return cls(None, empty) if begun_there else cls(empty, None)
        if mine is not None and theirs is not None and mine.id == theirs.id:
            (mine if begun_there else theirs).id = None  # type: ignore[assignment]  # it gets one of its own
        return cls(mine, theirs)


def _part(draft: Draft, names: Iterable[str]) -> Draft:
    """A copy of this draft with these fields only."""
    kept = {*names}
    values = draft.model_dump()
    for column in ("answers", "typed", "authors"):
        values[column] = {name: value for name, value in values[column].items() if name in kept}
    return Draft(**values)


def _side(draft: Draft, names: set[str], before: dict[str, Any] | None) -> Draft | None:
    """The draft with these fields, and with what stood there ``before`` the two became one where nothing does now."""
    now = _part(draft, names)
    if before is None:
        return now if names else None
    was = Draft.model_validate(before)
    if {**was.answers, **now.answers} == was.answers and {**was.typed, **now.typed} == was.typed:
        return was
    combined = combine(was, now)
    combined.id = was.id
    return combined


def _replace(uow: UnitOfWork, joined: JoinedAccount, draft: Draft, two: _Two, account_id: int | None) -> None:
    cursors = uow.db.exec(select_rows(Cursor).where(Cursor.draft_id == draft.id)).all()
    uow.delete(draft)
    uow.flush()
    mine = _keep(uow, two.mine, joined.person_id)
    theirs = _keep(uow, two.theirs, account_id) if account_id is not None else None
    if theirs is not None:
        theirs.authors = {name: author for name, author in theirs.authors.items() if author != joined.id}
    for cursor in cursors:
        own = theirs if cursor.channel in joined.channels else mine
        here = (col(Cursor.channel) == cursor.channel, col(Cursor.address) == cursor.address)
        change = update(Cursor).values(draft_id=own.id) if own is not None else delete(Cursor)
        count(uow, change.where(*here))
    uow.flush()


def _keep(uow: UnitOfWork, draft: Draft | None, person_id: int) -> Draft | None:
    """Store this draft as this person's; of two of one form about one thing one is made."""
    if draft is None:
        return None
    draft.person_id = person_id
    same = (Draft.person_id == person_id, Draft.form == draft.form, Draft.subject_id == draft.subject_id)
    there = uow.db.exec(select_rows(Draft).where(*same)).first()
    if there is None:
        return uow.add(draft)
    both = combine(*sorted((there, draft), key=lambda one: one.updated_at))
    there.answers, there.typed, there.authors = both.answers, both.typed, both.authors
    there.form_version, there.updated_at = both.form_version, both.updated_at
    return there


def _clean_others(uow: UnitOfWork, joined: JoinedAccount, parted: Collection[int]) -> None:
    """No other joining of this person brings back the words of an account that is gone."""
    theirs = select_rows(JoinedAccount).where(JoinedAccount.person_id == joined.person_id)
    for other in uow.db.exec(theirs.where(col(JoinedAccount.id).not_in(parted))).all():
        pairs = ({**one, "before": [_without(side, parted) for side in one["before"]]} for one in other.drafts)
        other.drafts = [*pairs]


def _without(before: dict[str, Any] | None, parted: Collection[int]) -> dict[str, Any] | None:
    """A draft as it was, without what was filled from these accounts; None where nothing else stood in it."""
    if before is None or {*parted}.isdisjoint(before.get("authors", {}).values()):
        return before
    was = Draft.model_validate(before)
    left = _part(was, {name for name in fields(was) if was.authors.get(name) not in parted})
    return left.model_dump(mode="json") if fields(left) else None

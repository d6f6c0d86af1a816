"""Where messages stand that are changed when their subject is: one a slot in each of a person's chats."""

from collections.abc import Collection
from functools import cache

from sqlalchemy import BindParameter, bindparam
from sqlmodel import col, select

from storage.database.bulk_statements import insert_into, table_of
from storage.database.prepared import Prepared, one_of, these
from storage.database.unit_of_work import UnitOfWork
from storage.models import Posted

_POSTED = Prepared(
    select(Posted.channel, Posted.message_ref).where(
        Posted.person_id == bindparam("person"), Posted.slot == bindparam("slot")
    )
)


def posted(uow: UnitOfWork, person_id: int, slot: str) -> dict[str, str]:
    """Where the message of a slot stands in a person's chats: its reference, by channel."""
    return dict(uow.ask(_POSTED, person=person_id, slot=slot))


def holders(uow: UnitOfWork, person_ids: Collection[int], slot: str) -> list[int]:
    """Those of these people in whose chat a message stands in this slot."""
    given = these(person_ids)
    return uow.ask(_holders(len(given)), slot=slot, **given) if given else []


@cache
def _holders(many: int) -> Prepared[int]:
    among = col(Posted.person_id).in_(one_of(many))
    query = select(Posted.person_id).where(among, Posted.slot == bindparam("slot")).distinct()
    return Prepared(query.order_by(col(Posted.person_id)))


def keep(uow: UnitOfWork, person_id: int, channel: str, slot: str, message_ref: str) -> None:
    """The message of this slot stands there from now on."""
    database = uow.connection.dialect.name
    uow.ask(_keeping(database), of=person_id, over=channel, where=slot, stands_at=message_ref)


@cache
def _keeping(database: str) -> Prepared[int]:
    row: dict[str, BindParameter[str | int]] = {
        "person_id": bindparam("of"),
        "channel": bindparam("over"),
        "slot": bindparam("where"),
        "message_ref": bindparam("stands_at"),
    }
    new = insert_into(database, Posted).values(row)
    known = new.on_conflict_do_update(
        index_elements=["person_id", "channel", "slot"], set_={"message_ref": new.excluded.message_ref}
    )
    return Prepared(known.returning(table_of(Posted).c.id))

"""Where messages stand that are changed when their subject is: one a slot in each of a person's chats."""

from collections.abc import Collection
from functools import cache

from sqlalchemy import BindParameter, bindparam
from sqlmodel import col, select

from storage.database.bulk_statements import insert_into, table_of
from storage.database.prepared import Prepared, one_of, these
from storage.database.unit_of_work import UnitOfWork
from storage.models import DeliveredMessage

_POSTED = Prepared(
    select(DeliveredMessage.channel, DeliveredMessage.message_ref).where(
        DeliveredMessage.person_id == bindparam("person"), DeliveredMessage.slot == bindparam("slot")
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
    among = col(DeliveredMessage.person_id).in_(one_of(many))
    query = select(DeliveredMessage.person_id).where(among, DeliveredMessage.slot == bindparam("slot")).distinct()
    return Prepared(query.order_by(col(DeliveredMessage.person_id)))


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
    new = insert_into(database, DeliveredMessage).values(row)
    known = new.on_conflict_do_update(
        index_elements=["person_id", "channel", "slot"], set_={"message_ref": new.excluded.message_ref}
    )
    return Prepared(known.returning(table_of(DeliveredMessage).c.id))

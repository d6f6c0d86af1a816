"""Where messages stand that are changed when their subject is: one a slot in each of a person's chats."""

from collections.abc import Collection

from sqlmodel import col, select

from storage.models import Posted
from storage.statements import insert
from storage.unit_of_work import UnitOfWork


def posted(uow: UnitOfWork, person_id: int, slot: str) -> dict[str, str]:
    """Where the message of a slot stands in a person's chats: its reference, by channel."""
    query = select(Posted).where(Posted.person_id == person_id, Posted.slot == slot)
    return {row.channel: row.message_ref for row in uow.db.exec(query)}


def holders(uow: UnitOfWork, person_ids: Collection[int], slot: str) -> list[int]:
    """Those of these people in whose chat a message stands in this slot."""
    query = select(Posted.person_id).where(col(Posted.person_id).in_(person_ids), Posted.slot == slot).distinct()
    return list(uow.db.exec(query.order_by(col(Posted.person_id))))


def keep(uow: UnitOfWork, person_id: int, channel: str, slot: str, message_ref: str) -> None:
    """The message of this slot stands there from now on."""
    row = {"person_id": person_id, "channel": channel, "slot": slot, "message_ref": message_ref}
    key = ["person_id", "channel", "slot"]
    known = insert(uow, Posted).values(row).on_conflict_do_update(index_elements=key, set_={"message_ref": message_ref})
    uow.db.execute(known)

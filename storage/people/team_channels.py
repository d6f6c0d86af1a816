"""The rooms that the bot was invited to, where several people talk."""

from collections.abc import Sequence

from sqlmodel import col, select

from storage.database.unit_of_work import UnitOfWork
from storage.models import DialogueSession, Request, Room, Series, SessionState


def joined(uow: UnitOfWork, channel: str, address: str, name: str, added_by: int | None) -> None:
    """Remember that the bot is in this room now, invited by this person where that is known."""
    room = at(uow, channel, address) or Room(channel=channel, address=address, name=name)
    room.name, room.present = name, True
    room.added_by = added_by or room.added_by
    uow.add(room)


def left(uow: UnitOfWork, channel: str, address: str) -> None:
    """Remember that the bot cannot post in this room any more."""
    room = at(uow, channel, address)
    if room is not None:
        room.present = False


def renamed(uow: UnitOfWork, channel: str, address: str, name: str) -> None:
    """Remember the room's new name; does nothing where the bot does not know it."""
    room = at(uow, channel, address)
    if room is not None:
        room.name = name


def moved(uow: UnitOfWork, channel: str, address: str, new_address: str) -> None:
    """Remember the room's new address; does nothing where the bot does not know it."""
    room, newer = at(uow, channel, address), at(uow, channel, new_address)
    if room is None:
        return
    if newer is not None:
        # It came as a room of its own first. A team that chose one of the two chose the older.
        room.name, room.present, room.added_by = newer.name, newer.present, newer.added_by or room.added_by
        newer.address, newer.present = f"{new_address} until {newer.id}", False
        uow.flush()
    room.address = new_address


def at(uow: UnitOfWork, channel: str, address: str) -> Room | None:
    """The room at this address, or None."""
    return uow.db.exec(select(Room).where(Room.channel == channel, Room.address == address)).first()


def added_by(uow: UnitOfWork, person_id: int) -> Sequence[Room]:
    """The rooms this person invited the bot to and where it still is, by name."""
    mine = select(Room).where(Room.added_by == person_id, col(Room.present))
    return uow.db.exec(mine.order_by(col(Room.name), col(Room.id))).all()


def for_sessions(uow: UnitOfWork, session_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """For each planned session of these whose series reminds in a room: (room id, person id of the requester)."""
    query = (
        select(DialogueSession.id, Room.id, Request.requester_id)
        .join(Series, col(Series.id) == DialogueSession.series_id)
        .join(Room, col(Room.id) == Series.room_id)
        .join(Request, col(Request.id) == DialogueSession.request_id)
        .where(col(DialogueSession.id).in_(session_ids), DialogueSession.state == SessionState.PLANNED)
        .where(col(Room.present))
    )
    return {session_id: (room_id, requester_id) for session_id, room_id, requester_id in uow.db.exec(query)}

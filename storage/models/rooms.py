"""Rooms in a channel where several people talk, such as the room of a team."""

from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Room(SQLModel, table=True):
    """A room that the bot was invited to: ``channel`` names a room under handlers/, ``address`` is that platform's id.

    ``added_by`` is who invited it, where the platform tells. ``present`` becomes false when the bot has left or was
    removed: nothing can be posted there until it is invited again.
    """

    __tablename__: ClassVar[str] = "room"
    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: int = Field(default=None, primary_key=True)
    channel: str
    address: str
    name: str
    added_by: int | None = Field(default=None, foreign_key="person.id", index=True)
    present: bool = True

"""Where somebody is in a conversation with the bot."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import UtcDateTime


class Draft(SQLModel, table=True):
    """Answers given so far to one form, by field name, with the form's version.

    ``typed`` keeps what was typed but not understood, so that it can be shown again beside its error. ``side`` is the
    joining of the account that it was begun from, while that can be taken apart from the person; 0 for any other.
    """

    __tablename__: ClassVar[str] = "draft"
    # A button of a draft that is gone must never reach a newer one, so SQLite may not give out its id again.
    __table_args__ = (UniqueConstraint("person_id", "form", "subject_id", "side"), {"sqlite_autoincrement": True})
    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    form: str
    subject_id: int = 0
    side: int = 0
    form_version: int
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    typed: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class QuestionCursor(SQLModel, table=True):
    """Which question of a form stands in front of somebody, in a channel that asks one at a time.

    ``message_ref`` is the message that asks it. ``field`` is empty where the next question without an answer is asked.
    ``begun`` is what was done there and counts as no answer yet: what is ticked, what was searched for. The draft may
    be gone by now. ``below`` counts what the person wrote since that message was sent.
    """

    __tablename__: ClassVar[str] = "cursor"
    channel: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    draft_id: int
    page: str
    field: str = ""
    message_ref: str = ""
    begun: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    below: int = 0
    updated_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Setting(SQLModel, table=True):
    """A single fact that is no row of its own kind, by name (``database.key_values``). The last one noted holds.

    About the database itself: whether its people are invented, how far the playground's clock was moved. About its
    surroundings: when Slack last held events back.
    """

    __tablename__: ClassVar[str] = "setting"
    name: str = Field(primary_key=True)
    value: str


class ChatLine(SQLModel, table=True):
    """A message in the playground's window: that page's stand-in for what a platform would keep."""

    __tablename__: ClassVar[str] = "chat_line"
    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    from_bot: bool
    at: datetime = Field(sa_type=UtcDateTime)
    body: dict[str, Any] = Field(sa_type=JSON)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

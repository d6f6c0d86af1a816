"""How people come in, and how two of them turn out to be one: invitations, and codes for linking."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


class Invitation(SQLModel, table=True):
    """A way in. Its token is given out once; kept are its ``name``, to find it by, and a hash of all of it.

    For somebody whom the programme knows (``person_id``), or for newcomers of an organisation: as many as come until
    ``expires_at``, or ``most``. ``uses`` counts who came. ``made_by`` is None for one made at a terminal.
    """

    __tablename__: ClassVar[str] = "invitation"
    # A button of an invitation that is gone must never reach a newer one.
    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_autoincrement": True}
    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    token_hash: str
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    made_by: int | None = Field(default=None, foreign_key="person.id", index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    most: int | None = None
    uses: int = 0


class LinkCode(SQLModel, table=True):
    """The code with which a person shows in one channel that they are the same as in another; the last one counts.

    ``name`` is the part it is found by, ``code_hash`` a hash of all of it, ``tries`` how often it was mistyped.
    """

    __tablename__: ClassVar[str] = "link_code"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    name: str = Field(index=True)
    code_hash: str
    expires_at: datetime = Field(sa_type=UtcDateTime)
    tries: int = 0


class LinkTry(SQLModel, table=True):
    """How often somebody typed a code that is none, since ``since``. ``who`` tells nobody who that is."""

    __tablename__: ClassVar[str] = "link_try"
    who: str = Field(primary_key=True)
    failed: int = 0
    since: datetime = Field(sa_type=UtcDateTime)

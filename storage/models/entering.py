"""How people come in, and how two of them turn out to be one: invitations, and codes for linking."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from storage.models.columns import UtcDateTime, word


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


class LinkClaim(SQLModel, table=True):
    """Somebody who used a person's code and said that they are that person, who has yet to confirm it.

    ``claimant_id`` is who came, or None for somebody the programme does not know: of them ``channel``, ``address``,
    ``name`` and ``language`` are kept until ``expires_at``, when the code's ten minutes are over, and no longer.
    """

    __tablename__: ClassVar[str] = "link_claim"
    # A button of a claim that is gone must never reach a newer one.
    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_autoincrement": True}
    id: int = Field(default=None, primary_key=True)
    owner_id: int = Field(foreign_key="person.id", unique=True)
    claimant_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    channel: str
    address: str
    name: str
    language: str | None = None
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class JoinCause(StrEnum):
    """How an account became a person's: with a code that both sides confirmed, or with an invitation for them."""

    CODE = "code"
    INVITATION = "invitation"


class JoinedAccount(SQLModel, table=True):
    """What has to be remembered to take an account and a person apart again, until ``until``.

    ``person_id`` is whose the account became. ``former_id`` is the id of the person that the account was before, and
    ``former`` the columns of that person's row; None and empty for somebody the programme did not know. ``learned``
    names the columns of the person's own row that were filled from it. ``invitation_id`` is the
    invitation that they came in by, if any. ``channels`` and ``name`` are for people to know the account by.
    ``watched``: a role is concerned, or an invitation was used, so who watches over roles hears of it.
    """

    __tablename__: ClassVar[str] = "joined_account"
    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_autoincrement": True}
    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    former_id: int | None = None
    former: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    learned: list[str] = Field(default_factory=list, sa_type=JSON)
    invitation_id: int | None = Field(default=None, index=True)
    channels: list[str] = Field(default_factory=list, sa_type=JSON)
    name: str
    language: str | None = None
    cause: JoinCause = Field(sa_type=word(JoinCause))
    watched: bool
    joined_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime, index=True)


class JoinedRow(SQLModel, table=True):
    """A row that was the account's when it was joined, or was made from the account since (``since``).

    ``place`` is the table and the column that says whose the row is, as in "request.requester_id".
    """

    __tablename__: ClassVar[str] = "joined_row"
    joined_id: int = Field(foreign_key="joined_account.id", primary_key=True)
    place: str = Field(primary_key=True)
    row_id: int = Field(primary_key=True)
    since: bool = False


class InvitationProposal(SQLModel, table=True):
    """A practice builder's wish that somebody of the programme be invited, which a member of the team decides on."""

    __tablename__: ClassVar[str] = "invitation_proposal"
    __table_args__: ClassVar[dict[str, bool]] = {"sqlite_autoincrement": True}
    id: int = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    proposed_by: int = Field(foreign_key="person.id", index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)

"""The programme's catalogue: organisations, topics, dialogue forms and series templates. Data, edited by the team."""

from enum import StrEnum
from typing import ClassVar

from sqlmodel import Field, SQLModel

from storage.models.columns import word


class Named(SQLModel):
    """Something with a Dutch and an English name."""

    name_nl: str
    name_en: str

    def name(self, language: str) -> str:
        """The name in ``language`` ("nl" or "en"), English where it is neither."""
        return self.name_nl if language == "nl" else self.name_en


class OrganisationKind(StrEnum):
    GOVERNMENT = "government"
    MINISTRY = "ministry"
    AGENCY = "agency"
    UNIT = "unit"


class Organisation(Named, table=True):
    """A node of the tree national government → ministry → agency → unit.

    ``path`` holds the ids from the root down to this node, as ``/1/4/9/``: a prefix test finds everything below.
    """

    __tablename__: ClassVar[str] = "organisation"
    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    abbreviation: str = ""
    kind: OrganisationKind = Field(sa_type=word(OrganisationKind))
    parent_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    path: str = Field(default="", index=True)


class Pool(Named, table=True):
    """Organisations that share one community of facilitators."""

    __tablename__: ClassVar[str] = "pool"
    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)


class PoolMember(SQLModel, table=True):
    __tablename__: ClassVar[str] = "pool_member"
    pool_id: int = Field(foreign_key="pool.id", primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)


class TopicKind(StrEnum):
    WORK = "work"
    PROFESSIONAL = "professional"
    TASK = "task"


class Topic(Named, table=True):
    """A node of the topic tree; the roots are work, professional and task ethics."""

    __tablename__: ClassVar[str] = "topic"
    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    kind: TopicKind = Field(sa_type=word(TopicKind))
    parent_id: int | None = Field(default=None, foreign_key="topic.id", index=True)


class DialogueForm(Named, table=True):
    """A way of holding a dialogue: film reading, moral deliberation and so on."""

    __tablename__: ClassVar[str] = "dialogue_form"
    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    about_nl: str = ""
    about_en: str = ""
    minutes: int
    group_min: int
    group_max: int

    def about(self, language: str) -> str:
        """One sentence on what happens in this form, in ``language``."""
        return self.about_nl if language == "nl" else self.about_en


class SeriesTemplate(Named, table=True):
    """A plan for a series. ``sessions`` fixes their number; without it the team chooses from min to max."""

    __tablename__: ClassVar[str] = "series_template"
    id: int = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    sessions_min: int
    sessions_max: int
    minutes: int | None = None


class TemplateSession(SQLModel, table=True):
    """What the session at ``position`` (from 1) is about, and the prompt for reflection after it."""

    __tablename__: ClassVar[str] = "template_session"
    template_id: int = Field(foreign_key="series_template.id", primary_key=True)
    position: int = Field(primary_key=True)
    theme_nl: str
    theme_en: str
    prompt_nl: str
    prompt_en: str

    def theme(self, language: str) -> str:
        """The session's theme in ``language``."""
        return self.theme_nl if language == "nl" else self.theme_en

    def prompt(self, language: str) -> str:
        """A question to reflect on until the next session, in ``language``."""
        return self.prompt_nl if language == "nl" else self.prompt_en

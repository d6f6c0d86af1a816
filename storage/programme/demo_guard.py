"""What a database holds, so that invented people and real ones never meet in it."""

from typing import ClassVar

from sqlmodel import select

from storage.database.key_values import note, noted
from storage.database.unit_of_work import UnitOfWork
from storage.models import Organisation, Person

_NAME = "demo"
DEMO_CHANNEL = "playground"
"""Where invented people are reached. An address there is an id in one database and means nothing in another."""


class Unwelcome(Exception):
    """This database is not the place for what was to be loaded. ``key`` names the text that says what to do."""

    key: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.key)


class DemoDatabase(Unwelcome):
    """A real programme must not be mixed with invented people."""

    key = "import.demo_database"


class RealProgramme(Unwelcome):
    """Invented people must not be mixed with a real programme."""

    key = "import.real_programme"


def is_demo(uow: UnitOfWork) -> bool:
    """Whether the people in this database are invented."""
    return noted(uow, _NAME) == "yes"


def mark_as_demo(uow: UnitOfWork) -> None:
    """Remember that the people in this database are invented."""
    note(uow, _NAME, "yes")


def refuse_demo(uow: UnitOfWork) -> None:
    """Raises DemoDatabase where the people are invented."""
    if is_demo(uow):
        raise DemoDatabase


def refuse_real(uow: UnitOfWork) -> None:
    """Raises RealProgramme where there are people or organisations that nobody invented."""
    somebody = uow.db.exec(select(Person.id).limit(1)).first()
    somewhere = uow.db.exec(select(Organisation.id).limit(1)).first()
    if not is_demo(uow) and (somebody is not None or somewhere is not None):
        raise RealProgramme

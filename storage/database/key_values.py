"""Single facts that the bot notes about itself or its surroundings, by name. The last one noted holds."""

from sqlalchemy import Integer, String, bindparam, cast
from sqlmodel import col, select

from storage.database.bulk_statements import count, insert
from storage.database.prepared import Prepared
from storage.database.unit_of_work import UnitOfWork
from storage.models import Setting

_NOTED = Prepared(select(Setting.value).where(Setting.name == bindparam("name")))
_NAMED = Prepared(select(Setting.name, Setting.value).where(col(Setting.name).like(bindparam("pattern"))))


def note(uow: UnitOfWork, name: str, value: str) -> None:
    """Remember ``value`` under ``name``, in the place of an earlier one. Several processes may do so at once."""
    row = insert(uow, Setting).values(name=name, value=value)
    count(uow, row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def noted(uow: UnitOfWork, name: str) -> str | None:
    """What was last noted under ``name``, or None."""
    return uow.first(_NOTED, name=name)


def named(uow: UnitOfWork, begins: str) -> dict[str, str]:
    """Everything noted under names that begin so (without signs that mean something in a pattern), by the rest."""
    return {str(name)[len(begins) :]: str(value) for name, value in uow.ask(_NAMED, pattern=f"{begins}%")}


def tally(uow: UnitOfWork, name: str) -> None:
    """Count one more under ``name``, from 1. Several processes may do so at once, and none is lost."""
    row = insert(uow, Setting).values(name=name, value="1")
    more = cast(cast(Setting.value, Integer) + 1, String)
    count(uow, row.on_conflict_do_update(index_elements=["name"], set_={"value": more}))

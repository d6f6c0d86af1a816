"""Single facts that the bot notes about itself or its surroundings, by name. The last one noted holds."""

from storage.models import Setting
from storage.statements import count, insert
from storage.unit_of_work import UnitOfWork


def note(uow: UnitOfWork, name: str, value: str) -> None:
    """Remember ``value`` under ``name``, in the place of an earlier one. Several processes may do so at once."""
    row = insert(uow, Setting).values(name=name, value=value)
    count(uow, row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def noted(uow: UnitOfWork, name: str) -> str | None:
    """What was last noted under ``name``, or None."""
    setting = uow.find(Setting, name)
    return None if setting is None else setting.value

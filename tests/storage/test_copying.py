"""A programme moves from one database to another whole, or not at all."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from storage import copying, demo
from storage.models import Person, Topic, TopicKind
from storage.unit_of_work import Store

PROGRAMME = Path(__file__).parents[2] / "programme"


def rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.engine.connect() as connection:
        found = {table.name: connection.execute(select(table)).all() for table in SQLModel.metadata.sorted_tables}
    return {name: sorted(tuple(map(repr, row)) for row in lines) for name, lines in found.items()}


def test_a_programme_arrives_whole_and_can_be_added_to(sqlite_store: Store, postgres_url: str) -> None:
    with sqlite_store.begin() as uow:
        demo.invent(uow, seed=1, today=date(2026, 12, 1), folder=PROGRAMME, facilitators=30, builders=5)
    target = Store(postgres_url)
    copied = copying.copy(sqlite_store, target)
    assert copied["facilitator"] == 30
    assert rows(target) == rows(sqlite_store)
    with target.begin() as uow:
        assert uow.add(Person(name="New")).id > copied["person"]
        assert uow.add(Topic(name_nl="N", name_en="N", code="new", kind=TopicKind.WORK)).id is not None
    target.close()


def test_a_child_that_was_stored_before_its_parent_arrives_too(sqlite_store: Store, postgres_url: str) -> None:
    with sqlite_store.begin() as uow:
        for number, parent in ((1, None), (2, None), (3, None)):
            uow.add(
                Topic(id=number, name_nl="x", name_en="x", code=f"t{number}", kind=TopicKind.WORK, parent_id=parent)
            )
        uow.get(Topic, 1).parent_id = 3
        uow.get(Topic, 3).parent_id = 2
    target = Store(postgres_url)
    assert copying.copy(sqlite_store, target)["topic"] == 3
    assert rows(target) == rows(sqlite_store)
    target.close()


def test_a_database_that_is_in_use_is_not_written_over(sqlite_store: Store, postgres_url: str) -> None:
    target = Store(postgres_url)
    with target.begin() as uow:
        uow.add(Person(name="Somebody"))
    with pytest.raises(copying.NotEmpty):
        copying.copy(sqlite_store, target)
    target.close()

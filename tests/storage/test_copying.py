"""A programme moves from one database to another whole, or not at all."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from storage.database import copy_database
from storage.database.unit_of_work import Store, UnitOfWork
from storage.models import (
    Address,
    InvitationProposal,
    JoinCause,
    JoinedAccount,
    JoinedRow,
    LinkClaim,
    Person,
    Topic,
    TopicKind,
)
from storage.programme import demo

PROGRAMME = Path(__file__).parents[2] / "programme"
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.engine.connect() as connection:
        found = {table.name: connection.execute(select(table)).all() for table in SQLModel.metadata.sorted_tables}
    return {name: sorted(tuple(map(repr, row)) for row in lines) for name, lines in found.items()}


def _joined(name: str) -> JoinedAccount:
    former, drafts = {"id": 9999, "name": name, "email": None}, [{"kept": 1, "before": [{"answers": {"a": [1, "é"]}}]}]
    told: dict[str, Any] = {"former": former, "drafts": drafts, "channels": ["telegram"], "learned": ["email"]}
    told |= {"joined_at": NOW, "until": NOW}
    return JoinedAccount(person_id=1, former_id=9999, name=name, cause=JoinCause.CODE, watched=True, **told)


def _let_somebody_in(uow: UnitOfWork) -> None:
    joined = uow.add(_joined("A. Vos"))
    uow.add(Address(person_id=1, channel="telegram", address="5", joined_id=joined.id))
    uow.add(JoinedRow(joined_id=joined.id, place="address.person_id", row_id=1))
    uow.add(LinkClaim(owner_id=1, channel="telegram", address="6", name="A.", expires_at=NOW))
    uow.add(InvitationProposal(person_id=1, organisation_id=1, proposed_by=2, expires_at=NOW))


def test_a_programme_arrives_whole_and_can_be_added_to(sqlite_store: Store, postgres_url: str) -> None:
    with sqlite_store.begin() as uow:
        demo.invent(uow, seed=1, today=date(2026, 12, 1), folder=PROGRAMME, facilitators=30, builders=5)
        _let_somebody_in(uow)
    target = Store(postgres_url)
    copied = copy_database.copy(sqlite_store, target)
    assert copied["facilitator"] == 30
    assert rows(target) == rows(sqlite_store)
    with target.begin() as uow:
        assert uow.add(Person(name="New")).id > copied["person"]
        assert uow.add(_joined("New")).id > copied["joined_account"]
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
    assert copy_database.copy(sqlite_store, target)["topic"] == 3
    assert rows(target) == rows(sqlite_store)
    target.close()


def test_a_database_that_is_in_use_is_not_written_over(sqlite_store: Store, postgres_url: str) -> None:
    target = Store(postgres_url)
    with target.begin() as uow:
        uow.add(Person(name="Somebody"))
    with pytest.raises(copy_database.NotEmpty):
        copy_database.copy(sqlite_store, target)
    target.close()

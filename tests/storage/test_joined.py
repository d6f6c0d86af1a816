"""What is joined and taken apart at once is as it was, whatever the two had; and what came between is nobody else's."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import SQLModel, col, select

from storage.database.bulk_statements import table_of
from storage.database.unit_of_work import Store, UnitOfWork
from storage.delivery import outbox
from storage.delivery.outbox import OutboxMessage
from storage.models import (
    Address,
    DeliveredMessage,
    Draft,
    JoinCause,
    JoinedAccount,
    Occasion,
    Organisation,
    OrganisationKind,
    Origin,
    Person,
    Request,
    RequestState,
    Room,
    SeriesWish,
    Urgency,
)
from storage.people import belongings, joined, merging, parting, people
from storage.people.joined import Account
from tests.conftest import make_schema

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SLACK, TELEGRAM = "slack", "telegram"
FORMS = ("request", "away", "move")

Things = list[tuple[str, int]]
"""What somebody has, as kinds with a number each."""

KINDS = ("request", "draft", "letter", "posted", "room", "address")
things = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 2)), max_size=8)


def _have(uow: UnitOfWork, person: int, channel: str, kind: str, number: int) -> None:
    """Give this person one more thing of a kind; what they have only one of, they have once."""
    if kind == "request":
        uow.add(_request(person))
    elif kind == "draft" and not _drafts(uow, person, FORMS[number]):
        answers = {"whose": person, f"of {channel}": number}
        at = NOW + timedelta(minutes=number + (channel == TELEGRAM))
        uow.add(Draft(person_id=person, form=FORMS[number], form_version=1, answers=answers, updated_at=at))
    elif kind == "letter":
        outbox.put(uow, OutboxMessage(person, "held", number, {}, f"card:{number}", once="once"), now=NOW)
    elif kind == "posted" and not _rows_of(
        uow, DeliveredMessage, DeliveredMessage.person_id == person, DeliveredMessage.slot == f"card:{number}"
    ):
        uow.add(DeliveredMessage(person_id=person, channel=channel, slot=f"card:{number}", message_ref=f"{person}"))
    elif kind == "room":
        many = len(_rows_of(uow, Room, Room.channel == channel))
        uow.add(Room(channel=channel, address=f"C{many}", name="team", added_by=person))
    elif kind == "address" and not people.addresses(uow, person):
        uow.add(Address(person_id=person, channel=channel, address=f"{person}", preferred=True))


def _request(person: int) -> Request:
    return Request(
        requester_id=person,
        organisation_id=1,
        occasion=Occasion.OTHER,
        urgency=Urgency.NORMAL,
        participants=8,
        online=True,
        origin=Origin.ANY,
        language="nl",
        series_wish=SeriesWish.NO,
        state=RequestState.SEARCHING,
        created_at=NOW,
    )


def _drafts(uow: UnitOfWork, person: int, form: str) -> list[Draft]:
    return _rows_of(uow, Draft, Draft.person_id == person, Draft.form == form)


def _rows_of(uow: UnitOfWork, model: Any, *where: Any) -> list[Any]:
    return list(uow.db.exec(select(model).where(*where)))


def _two(uow: UnitOfWork, mine: Things, theirs: Things) -> tuple[int, int]:
    uow.add(Organisation(id=1, code="a", kind=OrganisationKind.UNIT, path="/1/", name_nl="A", name_en="A"))
    ids = uow.add(Person(name="Anna", email="a@gov.example")).id, uow.add(Person(name="A. Vos", language="en")).id
    for person, channel, wanted in zip(ids, (SLACK, TELEGRAM), (mine, theirs), strict=True):
        for kind, number in wanted:
            _have(uow, person, channel, kind, number)
    return ids


def _join(uow: UnitOfWork, stays: int, goes: int) -> JoinedAccount:
    merging.hold(uow, stays, goes)
    channels = tuple(sorted({row.channel for row in people.addresses(uow, goes)}))
    merged = merging.merge(uow, uow.get(Person, stays), uow.get(Person, goes))
    return joined.remember(uow, stays, Account("A. Vos", channels, JoinCause.CODE, watched=False), merged, NOW)


def _everything(store: Store) -> dict[str, list[Any]]:
    """All rows of all tables but the letters that one need not be told twice, which stay settled."""
    with store.engine.connect() as connection:
        found = {}
        for table in SQLModel.metadata.sorted_tables:
            rows = connection.execute(table.select().order_by(*table.primary_key)).mappings().all()
            found[table.name] = [dict(row) for row in rows]
    for letter in found["outbox"]:
        for name in ("state", "reason", "outcome", "settled_at"):
            letter.pop(name)
    return found


@pytest.fixture(scope="module")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with all tables and no rows."""
    path = tmp_path_factory.mktemp("joined") / "empty.db"
    store = Store(f"sqlite:///{path}")
    make_schema(store)
    store.close()
    return path


@contextmanager
def _copied(empty_file: Path) -> Iterator[Store]:
    """A database of its own for one example."""
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{shutil.copy(empty_file, folder)}")
        try:
            yield store
        finally:
            store.close()


@given(mine=things, theirs=things, other_way=st.booleans())
def test_what_is_joined_and_taken_apart_is_as_it_was(
    empty_file: Path, mine: Things, theirs: Things, *, other_way: bool
) -> None:
    with _copied(empty_file) as store:
        with store.begin() as uow:
            one, other = _two(uow, mine, theirs)
        before = _everything(store)
        stays, goes = (other, one) if other_way else (one, other)
        with store.begin() as uow:
            made = _join(uow, stays, goes).id
        with store.begin() as uow:
            assert [one.account_id for one in parting.part(uow, uow.get(JoinedAccount, made), NOW)] == [goes]
        assert _everything(store) == before


@given(mine=things, theirs=things, since=st.lists(st.tuples(st.booleans(), st.sampled_from(KINDS), st.integers(0, 2))))
def test_what_came_between_stays_with_the_account_that_made_it(
    empty_file: Path, mine: Things, theirs: Things, since: list[tuple[bool, str, int]]
) -> None:
    with _copied(empty_file) as store:
        _play_since(store, mine, theirs, since)


def _play_since(store: Store, mine: Things, theirs: Things, since: list[tuple[bool, str, int]]) -> None:
    with store.begin() as uow:
        stays, goes = _two(uow, [*mine, ("address", 0)], [*theirs, ("address", 0)])
    with store.begin() as uow:
        made = _join(uow, stays, goes).id
    requests: dict[int, int] = {}
    for from_account, kind, number in since:
        channel = TELEGRAM if from_account else SLACK
        with store.begin() as uow:
            person = people.acting(uow, channel, f"{goes if from_account else stays}")
            assert person is not None
            assert person.id == stays
            before = {row.id for row in _rows_of(uow, Request)}
            _have(uow, person.id, channel, kind, number)
            new = {row.id for row in _rows_of(uow, Request)} - before
            requests |= dict.fromkeys(new, goes if from_account else stays)
    with store.begin() as uow:
        parting.part(uow, uow.get(JoinedAccount, made), NOW)
    with store.read() as uow:
        found = {row.id: row.requester_id for row in _rows_of(uow, Request) if row.id in requests}
        assert found == requests
        for whose, channel in ((stays, SLACK), (goes, TELEGRAM)):
            assert [row.channel for row in people.addresses(uow, whose)] == [channel]
            assert {row.channel for row in _rows_of(uow, Room, Room.added_by == whose)} <= {channel}
            assert {row.channel for row in _rows_of(uow, DeliveredMessage, DeliveredMessage.person_id == whose)} <= {
                channel
            }


def test_every_table_that_says_whose_a_row_is_has_a_key_to_remember_it_by(store: Store) -> None:
    for column in belongings.columns():
        assert belongings.key_of(column).type.python_type is int
        assert belongings.at(belongings.place(column)) is column


def test_of_a_row_that_is_gone_or_somebody_elses_by_now_nothing_is_given_back(store: Store) -> None:
    with store.begin() as uow:
        stays, goes = _two(uow, [], [("request", 0), ("request", 1), ("request", 2)])
        third = uow.add(Person(name="Deputy")).id
        made = _join(uow, stays, goes).id
        gone, handed_on, kept = _rows_of(uow, Request)
        uow.delete(gone)
        handed_on.requester_id = third
    with store.begin() as uow:
        parting.part(uow, uow.get(JoinedAccount, made), NOW)
    with store.read() as uow:
        owners = {row.id: row.requester_id for row in _rows_of(uow, Request)}
    assert owners == {handed_on.id: third, kept.id: goes}


def test_what_can_be_taken_apart_no_more_is_forgotten_with_all_its_rows(store: Store) -> None:
    with store.begin() as uow:
        stays, goes = _two(uow, [], [("request", 0), ("address", 0)])
        _join(uow, stays, goes)
    with store.begin() as uow:
        assert joined.prune(uow, NOW + joined.SPAN, 10) == 0
        assert joined.prune(uow, NOW + joined.SPAN + timedelta(seconds=1), 10) == 1
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM joined_row").scalar() == 0
        assert connection.execute(select(col(table_of(Address).c.joined_id))).scalars().all() == [None]

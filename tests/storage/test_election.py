"""One of several processes on one PostgreSQL holds an office, and another gets it when that one is gone."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from storage.database import leader_lock
from storage.database.leader_lock import Election
from storage.database.unit_of_work import Store
from tests.storage.line import line_to


@pytest.fixture
def stores(postgres_url: str) -> Iterator[tuple[Store, Store]]:
    first, second = Store(postgres_url), Store(postgres_url)
    yield first, second
    first.close()
    second.close()


@pytest.fixture
def rivals(stores: tuple[Store, Store]) -> Iterator[tuple[Election, Election]]:
    first, second = (Election(store, "courier") for store in stores)
    yield first, second
    first.resign()
    second.resign()


HOLDERS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (%s)"


def end_connection_of_holder(url: str) -> None:
    """What happens when the holder's process dies: the server ends the connection that held the office."""
    with psycopg.connect(url, autocommit=True) as server:
        (here,) = server.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone() or (None,)
        ((holder,),) = server.execute(HOLDERS, [here]).fetchall()
        # Waits, so that the server has let go of the lock when this is back.
        assert server.execute("SELECT pg_terminate_backend(%s, 60000)", [holder]).fetchone() == (True,)


def test_one_of_two_wins_and_keeps_the_office(rivals: tuple[Election, Election]) -> None:
    first, second = rivals
    assert first.win()
    assert not second.win()
    assert first.win()
    assert not second.win()


def test_who_resigns_makes_room_at_once(rivals: tuple[Election, Election]) -> None:
    first, second = rivals
    assert first.win()
    first.resign()
    assert second.win()
    assert not first.win()


def test_when_the_holder_dies_the_other_takes_over(rivals: tuple[Election, Election], postgres_url: str) -> None:
    first, second = rivals
    assert first.win()
    end_connection_of_holder(postgres_url)
    assert second.win()


def test_who_lost_the_connection_notices_it_and_stands_again(
    rivals: tuple[Election, Election], postgres_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = rivals
    assert first.win()
    end_connection_of_holder(postgres_url)
    assert second.win()
    assert not first.win()
    assert [vars(record)["action"] for record in caplog.records] == ["election.lost"]
    second.resign()
    assert first.win()


def test_who_hangs_loses_the_office_in_seconds(
    rivals: tuple[Election, Election], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader_lock, "SILENCE_SECONDS", 1)
    first, second = rivals
    assert first.win()
    give_up = time.monotonic() + 60
    while not second.win():
        assert time.monotonic() < give_up
        time.sleep(0.1)
    assert not first.win()


def test_a_holder_who_hears_nothing_any_more_knows_in_seconds_that_the_office_is_lost(postgres_url: str) -> None:
    with line_to(postgres_url) as line:
        store = Store(line.url)
        holder = Election(store, "courier")
        assert holder.win()
        line.fall_silent()
        began = time.monotonic()
        with pytest.raises(OperationalError):
            holder.win()
        # Each of the two, asking and connecting anew, waits for its own few seconds; a silent line for 15 minutes.
        assert time.monotonic() - began < 60
        holder.resign()
        store.close()


def test_the_office_of_a_holder_whose_line_fell_silent_goes_to_another(
    stores: tuple[Store, Store], postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader_lock, "SILENCE_SECONDS", 1)
    with line_to(postgres_url) as line:
        store = Store(line.url)
        holder, other = Election(store, "courier"), Election(stores[0], "courier")
        assert holder.win()
        line.fall_silent()
        give_up = time.monotonic() + 60
        while not other.win():
            assert time.monotonic() < give_up
            time.sleep(0.1)
        other.resign()
        holder.resign()
        store.close()


def test_a_database_that_takes_the_connection_and_says_nothing_holds_nobody_up(postgres_url: str) -> None:
    with line_to(postgres_url) as line:
        line.fall_silent()
        store = Store(line.url)
        began = time.monotonic()
        with pytest.raises(OperationalError):
            Election(store, "courier").win()
        assert time.monotonic() - began < 60
        store.close()


def test_each_office_has_its_own_holder(stores: tuple[Store, Store]) -> None:
    dispatcher, clerk = Election(stores[0], "courier"), Election(stores[1], "clerk")
    assert dispatcher.win()
    assert clerk.win()
    dispatcher.resign()
    clerk.resign()


def test_the_office_takes_no_connection_from_the_work(stores: tuple[Store, Store]) -> None:
    store = stores[0]
    alone = Election(store, "courier")
    assert alone.win()
    assert store.engine.pool.status().endswith("Current Checked out connections: 0")
    alone.resign()


def test_on_sqlite_the_one_process_holds_every_office(sqlite_store: Store) -> None:
    alone = Election(sqlite_store, "courier")
    assert alone.unopposed
    assert alone.win()
    alone.resign()
    assert alone.win()

"""What was committed is on the disk before anybody is told, with one trip for all who wait."""

import threading
from pathlib import Path

import pytest

from storage.database import key_values, wal_sync
from storage.database.unit_of_work import Store
from storage.database.wal_sync import Disk


class Trips:
    """Counts the trips to the disk, and holds them while it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made = 0
        self.may_go, self.under_way = threading.Event(), threading.Event()
        self.may_go.set()
        self._real = wal_sync.write_through
        monkeypatch.setattr(wal_sync, "write_through", self._go)

    def _go(self, file: int) -> None:
        self.under_way.set()
        assert self.may_go.wait(60)
        self.made += 1
        self._real(file)


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> Trips:
    return Trips(monkeypatch)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    log = tmp_path / "log"
    log.write_bytes(b"committed")
    return log


def test_those_who_commit_during_a_trip_share_the_next_one(log: Path, trips: Trips) -> None:
    under = Disk(log)
    trips.may_go.clear()
    first = threading.Thread(target=under.reach)
    first.start()
    assert trips.under_way.wait(60)
    others = [threading.Thread(target=under.reach) for _ in range(20)]
    for other in others:
        other.start()
    while under._asked < 21:
        threading.Event().wait(0.001)
    trips.may_go.set()
    for one in (first, *others):
        one.join(60)
        assert not one.is_alive()
    assert trips.made == 2


def test_one_after_another_each_gets_a_trip_of_its_own(log: Path, trips: Trips) -> None:
    under = Disk(log)
    for _ in range(3):
        under.reach()
    assert trips.made == 3


def test_a_trip_that_fails_is_told_to_whoever_made_it_and_made_again_by_the_next(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError("no space left on device")

    under = Disk(log)
    with monkeypatch.context() as broken:
        broken.setattr(wal_sync, "write_through", full)
        with pytest.raises(OSError, match="no space"):
            under.reach()
    under.reach()


def test_where_there_is_no_log_all_of_it_is_in_the_database(tmp_path: Path, trips: Trips) -> None:
    Disk(tmp_path / "none").reach()
    assert trips.made == 0


def test_a_unit_of_work_is_over_only_when_it_is_on_the_disk(sqlite_store: Store, trips: Trips) -> None:
    trips.may_go.clear()
    over = threading.Event()

    def write() -> None:
        with sqlite_store.begin() as uow:
            key_values.note(uow, "colour", "blue")
        over.set()

    writing = threading.Thread(target=write)
    writing.start()
    assert trips.under_way.wait(60)
    assert not over.is_set()
    trips.may_go.set()
    writing.join(60)
    assert over.is_set()


def test_others_go_on_writing_while_a_commit_is_on_its_way_to_the_disk(sqlite_store: Store, trips: Trips) -> None:
    trips.may_go.clear()
    writing = [threading.Thread(target=_note, args=(sqlite_store, f"note {n}")) for n in range(5)]
    for one in writing:
        one.start()
    under = sqlite_store._disk
    assert under is not None
    while _noted(sqlite_store) < 5 or under._asked < 5:
        threading.Event().wait(0.001)
    assert trips.made == 0
    trips.may_go.set()
    for one in writing:
        one.join(60)
    assert trips.made <= 2


def _note(store: Store, name: str) -> None:
    with store.begin() as uow:
        key_values.note(uow, name, "kept")


def _noted(store: Store) -> int:
    with store.read() as uow:
        return sum(key_values.noted(uow, f"note {n}") is not None for n in range(5))

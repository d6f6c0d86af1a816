"""A programme that goes out and comes in again is the same, and nobody else goes out with it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import SQLModel

from storage.database.unit_of_work import Store
from storage.models import (
    Address,
    Person,
)
from storage.programme.csv_files import Count, export
from storage.programme.csv_files.cells import make_safe, unmake_safe
from tests.storage.programme_files import ANNA_WITH, PEOPLE, PROGRAMME, bring_in, files, writes


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_what_is_exported_imports_to_the_same_anywhere_and_changes_nothing_here(
    store: Store, tmp_path: Path, delimiter: str
) -> None:
    bring_in(store, PROGRAMME)
    builders = 'email,name,organisations\nbo@gov.example,\'=Bo; "B",bzk;vng\n'.replace('\'=Bo; "B"', '"\'=Bo; ""B"""')
    bring_in(
        store,
        files(
            tmp_path / "in", facilitators=ANNA_WITH, practice_builders=builders, programme_team=PEOPLE + "t@b.nl,-Ted\n"
        ),
    )
    with store.read() as uow:
        exported = export(uow, tmp_path / "out", delimiter=delimiter)
    assert exported.lines["facilitators"] == exported.lines["programme_team"] == 1
    with writes(store) as written:
        counts = bring_in(store, tmp_path / "out")
    assert written == []
    assert not any(count.added or count.changed for count in counts.values())
    elsewhere = Store(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    SQLModel.metadata.create_all(elsewhere.engine)
    bring_in(elsewhere, tmp_path / "out")
    with elsewhere.read() as uow:
        export(uow, tmp_path / "again", delimiter=delimiter)
    for path in (tmp_path / "out").iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()
    elsewhere.close()


def test_an_export_names_nobody_without_a_role(sqlite_store: Store, tmp_path: Path) -> None:
    bring_in(sqlite_store, PROGRAMME)
    bring_in(sqlite_store, files(tmp_path / "in", facilitators=ANNA_WITH))
    with sqlite_store.begin() as uow:
        uow.add(Person(name="Rita Requester", email="rita@gov.example"))
        nameless = uow.add(Person(name="Nobody Knows", programme_team=True))
        uow.add(Address(person_id=nameless.id, channel="telegram", address="5"))
    with sqlite_store.read() as uow:
        exported = export(uow, tmp_path / "out")
    exported_text = "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert "Rita" not in exported_text
    assert "rita@" not in exported_text
    assert exported.left_out == 1
    assert (tmp_path / "out" / "facilitators.csv").stat().st_mode & 0o077 == 0


def test_no_exported_cell_begins_like_a_formula(sqlite_store: Store, tmp_path: Path) -> None:
    evil = ["=1+1", "+31 6", "-2", "@sum", "'=x"]
    with sqlite_store.begin() as uow:
        for place, name in enumerate(evil):
            uow.add(Person(name=name, email=f"p{place}@b.nl", programme_team=True))
    with sqlite_store.read() as uow:
        export(uow, tmp_path, delimiter=",")
    lines = (tmp_path / "programme_team.csv").read_text("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[1] for line in lines] == ["'" + name for name in evil]
    assert bring_in(sqlite_store, tmp_path)["programme_team"] == Count(unchanged=len(evil))


@given(st.text(alphabet="'=+-@ab \t"))
def test_making_a_cell_safe_can_be_undone(text: str) -> None:
    safe = make_safe(text)
    assert unmake_safe(safe) == text
    assert not safe.startswith(("=", "+", "-", "@", "\t"))

"""Roles end and people leave by a word in their line, and come back by another. Their rows are not deleted."""

from pathlib import Path

import pytest
from sqlmodel import select

from storage.database.unit_of_work import Store
from storage.models import Address, Facilitator, Organisation, Person, PracticeBuilder
from storage.people import people
from storage.programme.csv_files import Count, export
from tests.storage.programme_files import (
    ANNA,
    ANNA_WITH,
    FACILITATOR,
    PROGRAMME,
    bring_in,
    everything,
    files,
    writes,
)

TEAM = "email,name,active\n"
BUILDERS = "email,name,organisations,active\n"
TED, BO = "ted@gov.example", "bo@gov.example"


@pytest.fixture
def begun(store: Store) -> Store:
    """A programme in which nobody has a role yet."""
    bring_in(store, PROGRAMME)
    return store


def _team(store: Store) -> list[str | None]:
    with store.read() as uow:
        return [uow.get(Person, person_id).email for person_id in people.programme_team(uow)]


def _builders(store: Store) -> set[tuple[str | None, str]]:
    query = select(Person.email, Organisation.code).join(PracticeBuilder, PracticeBuilder.person_id == Person.id)  # type: ignore[arg-type]
    with store.read() as uow:
        return set(uow.db.exec(query.join(Organisation)).all())


def _again(store: Store, folder: Path, file: str) -> None:
    with writes(store) as written:
        assert bring_in(store, folder) == {file: Count(unchanged=1)}
    assert written == []


def test_who_leaves_the_programme_team_is_out_of_it_and_stays_known(begun: Store, tmp_path: Path) -> None:
    bring_in(begun, files(tmp_path, programme_team=f"email,name\n{TED},Ted\n"))
    assert _team(begun) == [TED]
    left = files(tmp_path, programme_team=f"{TEAM}{TED},Ted,nee\n")
    assert bring_in(begun, left) == {"programme_team": Count(changed=1)}
    assert _team(begun) == []
    with begun.read() as uow:
        assert uow.db.exec(select(Person.email, Person.active)).all() == [(TED, True)]
    _again(begun, left, "programme_team")


@pytest.mark.parametrize("back", ["", "ja", "WAAR"])
def test_who_stands_in_the_team_without_a_no_is_in_it_again(begun: Store, tmp_path: Path, back: str) -> None:
    bring_in(begun, files(tmp_path, programme_team=f"email,name\n{TED},Ted\n"))
    bring_in(begun, files(tmp_path, programme_team=f"{TEAM}{TED},Ted,nee\n"))
    returned = files(tmp_path, programme_team=f"{TEAM}{TED},Ted,{back}\n")
    assert bring_in(begun, returned) == {"programme_team": Count(added=1)}
    assert _team(begun) == [TED]
    _again(begun, returned, "programme_team")


def test_who_stops_as_practice_builder_has_no_organisation_left(begun: Store, tmp_path: Path) -> None:
    bring_in(begun, files(tmp_path, practice_builders=f"email,name,organisations\n{BO},Bo,bzk;vng\n"))
    assert _builders(begun) == {(BO, "bzk"), (BO, "vng")}
    stopped = files(tmp_path, practice_builders=f"{BUILDERS}{BO},Bo,bzk;vng,nee\n")
    assert bring_in(begun, stopped) == {"practice_builders": Count(changed=1)}
    assert _builders(begun) == set()
    _again(begun, stopped, "practice_builders")
    returned = files(tmp_path, practice_builders=f"{BUILDERS}{BO},Bo,vng,ja\n")
    assert bring_in(begun, returned) == {"practice_builders": Count(added=1)}
    assert _builders(begun) == {(BO, "vng")}


def test_ending_one_role_leaves_the_others(begun: Store, tmp_path: Path) -> None:
    anna = "anna@gov.example"
    roles = {"facilitators": ANNA_WITH, "practice_builders": f"{BUILDERS}{anna},Anna Vos,bzk,ja\n"}
    bring_in(begun, files(tmp_path, **roles, programme_team=f"{TEAM}{anna},Anna Vos,ja\n"))
    (tmp_path / "facilitators.csv").unlink()
    ended = files(tmp_path, practice_builders=f"{BUILDERS}{anna},Anna Vos,bzk,ja\n")
    files(tmp_path, programme_team=f"{TEAM}{anna},Anna Vos,nee\n")
    assert bring_in(begun, ended) == {"practice_builders": Count(unchanged=1), "programme_team": Count(changed=1)}
    assert (_team(begun), _builders(begun)) == ([], {(anna, "bzk")})
    with begun.read() as uow:
        assert uow.db.exec(select(Facilitator.active)).one() is True


def test_nobody_becomes_known_by_a_role_that_ended_before(begun: Store, tmp_path: Path) -> None:
    folder = files(
        tmp_path,
        practice_builders=f"{BUILDERS}{BO},Bo,bzk,nee\n",
        programme_team=f"{TEAM}{TED},Ted,nee\n",
    )
    before = everything(begun)
    unchanged = {"practice_builders": Count(unchanged=1), "programme_team": Count(unchanged=1)}
    assert bring_in(begun, folder, dry_run=True) == bring_in(begun, folder) == unchanged
    assert everything(begun) == before


def test_who_left_altogether_takes_part_in_nothing_until_they_are_back(begun: Store, tmp_path: Path) -> None:
    header, left = f"{FACILITATOR.strip()},left\n", "{},ja\n".format
    bring_in(begun, files(tmp_path, facilitators=ANNA_WITH))
    gone = files(tmp_path, facilitators=header + left(ANNA.strip()))
    assert bring_in(begun, gone) == {"facilitators": Count(changed=1)}
    with begun.read() as uow:
        assert people.at(uow, "slack", "U1") is None, "their buttons and words are a stranger's"
        assert uow.db.exec(select(Person.active)).one() is False
        assert len(uow.db.exec(select(Address)).all()) == 2, "they are found by the same addresses when they are back"
    _again(begun, gone, "facilitators")
    # A file that says nothing of it leaves it as it is.
    _again(begun, files(tmp_path, facilitators=ANNA_WITH), "facilitators")
    back = files(tmp_path, facilitators=header + ANNA.strip() + ",nee\n")
    assert bring_in(begun, back) == {"facilitators": Count(changed=1)}
    with begun.read() as uow:
        assert uow.db.exec(select(Person.active)).one() is True


def test_who_left_is_no_member_of_the_team_and_no_practice_builder_meanwhile(begun: Store, tmp_path: Path) -> None:
    bring_in(
        begun,
        files(
            tmp_path,
            practice_builders=f"email,name,organisations\n{BO},Bo,bzk\n",
            programme_team=f"email,name,left\n{BO},Bo,ja\n",
        ),
    )
    assert _team(begun) == []
    with begun.read() as uow:
        bzk = uow.db.exec(select(Organisation.id).where(Organisation.code == "bzk")).one()
        assert people.builders_of(uow, [bzk]) == []
    bring_in(begun, files(tmp_path, programme_team=f"email,name,left\n{BO},Bo,nee\n"))
    assert _team(begun) == [BO]


def test_a_dry_run_counts_leaving_and_writes_nothing(begun: Store, tmp_path: Path) -> None:
    bring_in(begun, files(tmp_path, programme_team=f"email,name\n{TED},Ted\n{BO},Bo\n"))
    before = everything(begun)
    leaving = files(tmp_path, programme_team=f"email,name,active,left\n{TED},Ted,nee,\n{BO},Bo,,ja\n")
    assert bring_in(begun, leaving, dry_run=True) == {"programme_team": Count(changed=2)}
    assert everything(begun) == before


def test_an_export_says_who_left_and_imports_to_the_same(begun: Store, tmp_path: Path) -> None:
    bring_in(
        begun,
        files(
            tmp_path / "in",
            practice_builders=f"{BUILDERS}{BO},Bo,bzk,ja\n",
            programme_team=f"email,name,left\n{TED},Ted,ja\n{BO},Bo,\n",
        ),
    )
    with begun.read() as uow:
        export(uow, tmp_path / "out", delimiter=",")
    lines = (tmp_path / "out" / "programme_team.csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == "email,name,unit,active,language,addresses,left"
    assert lines[1:] == [f"{BO},Bo,,ja,,,nee", f"{TED},Ted,,ja,,,ja"]
    before = everything(begun)
    assert not any(count.added or count.changed for count in bring_in(begun, tmp_path / "out").values())
    assert everything(begun) == before

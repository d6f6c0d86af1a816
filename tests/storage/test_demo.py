"""The demo programme is the same for the same seed, spread as a real one would be, and never beside real people."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel, col, func, select

from storage.database.unit_of_work import Store, UnitOfWork
from storage.models import (
    Address,
    Away,
    Facilitator,
    FacilitatorForm,
    FacilitatorLanguage,
    FacilitatorPlace,
    FacilitatorTopic,
    Level,
    Organisation,
    OrganisationKind,
    Person,
    PracticeBuilder,
    Topic,
    WeeklyHours,
)
from storage.programme.csv_files import Count, NotChecked, apply, check, export, read_folder
from storage.programme.demo import Invented, invent, is_demo
from storage.programme.demo_guard import RealProgramme
from tests.storage.programme_files import PROGRAMME, everything, files, writes

TODAY = date(2026, 10, 1)


@pytest.fixture
def demo(sqlite_store: Store) -> Store:
    """A database with the demo programme."""
    _invent(sqlite_store)
    return sqlite_store


def _invent(store: Store, *, seed: int = 2021, today: date = TODAY, facilitators: int = 400) -> Invented:
    with store.begin() as uow:
        return invent(uow, seed=seed, today=today, folder=PROGRAMME, facilitators=facilitators)


def _each(uow: UnitOfWork, model: type[SQLModel]) -> list[int]:
    """How many rows of ``model`` each facilitator has."""
    return list(Counter(row.facilitator_id for row in uow.db.exec(select(model))).values())  # type: ignore[attr-defined]


def test_the_demo_has_its_people_and_is_marked(store: Store) -> None:
    assert _invent(store) == Invented(facilitators=400, builders=75, requesters=12, team=3)
    with store.read() as uow:
        assert is_demo(uow)
        assert uow.db.exec(select(func.count()).select_from(Person)).one() == 490
        assert uow.db.exec(select(func.count()).select_from(Facilitator)).one() == 400
        assert len(set(uow.db.exec(select(PracticeBuilder.person_id)))) == 75
        emails = uow.db.exec(select(Person.email)).all()
    assert all(email and email.isascii() and email.endswith("@dialoogreeks.example") for email in emails)


def test_the_same_seed_and_day_give_the_same_people(demo: Store, tmp_path: Path) -> None:
    found = []
    for name, seed in (("same", 2021), ("other", 7)):
        again = Store(f"sqlite:///{tmp_path / name}.db")
        SQLModel.metadata.create_all(again.engine)
        _invent(again, seed=seed)
        found.append(everything(again) == everything(demo))
        again.close()
    assert found == [True, False]


def test_levels_capacities_and_languages_are_spread_as_in_a_real_programme(demo: Store) -> None:
    with demo.read() as uow:
        levels = Counter(uow.db.exec(select(Facilitator.level)))
        capacities = set(uow.db.exec(select(Facilitator.capacity)))
        languages = Counter(uow.db.exec(select(FacilitatorLanguage.language)))
    assert levels == {Level.IN_TRAINING: 60, Level.TRAINED: 240, Level.EXPERIENCED: 100}
    assert capacities == {1, 2, 3, 4, 5, 6}
    assert languages["nl"] == 400
    assert 110 <= languages["en"] <= 170
    assert len(languages) > 3


def test_everybody_has_forms_topics_places_and_hours(demo: Store) -> None:
    with demo.read() as uow:
        numbers = {
            model: _each(uow, model) for model in (FacilitatorForm, FacilitatorTopic, FacilitatorPlace, WeeklyHours)
        }
        roots = uow.db.exec(select(Topic.code).join(FacilitatorTopic).where(col(Topic.parent_id).is_(None))).all()
        places = Counter(uow.db.exec(select(FacilitatorPlace.place)))
        hours = uow.db.exec(select(WeeklyHours)).all()
        stretches = {(each.opens, each.closes) for each in hours}
    assert {len(each) for each in numbers.values()} == {400}
    assert (min(numbers[FacilitatorForm]), max(numbers[FacilitatorForm])) == (1, 4)
    assert (min(numbers[FacilitatorTopic]), max(numbers[FacilitatorTopic])) == (2, 6)
    assert set(roots) == {"work", "professional", "task"}
    assert places.most_common(1)[0][0] == "Den Haag"
    assert len(places) >= 10
    assert stretches == {(540, 780), (780, 1020), (540, 1020)}


def test_people_work_in_many_units_most_in_the_large_ones(demo: Store) -> None:
    with demo.read() as uow:
        at = select(Organisation.path, Organisation.kind).join(Person).join(Facilitator)
        units = uow.db.exec(at).all()
        paths = dict(uow.db.exec(select(Organisation.code, Organisation.path)).all())
    assert {kind for _, kind in units} == {OrganisationKind.UNIT}
    assert len({path for path, _ in units}) > 70
    tax, general = (sum(path.startswith(paths[code]) for path, _ in units) for code in ("belastingdienst", "az"))
    assert tax > 3 * general


def test_every_ministry_and_agency_has_a_practice_builder(demo: Store) -> None:
    with demo.read() as uow:
        kinds = (OrganisationKind.MINISTRY, OrganisationKind.AGENCY)
        organisations = set(uow.db.exec(select(Organisation.id).where(col(Organisation.kind).in_(kinds))))
        assert organisations <= set(uow.db.exec(select(PracticeBuilder.organisation_id)))


def test_some_are_new_some_are_back_from_leave_and_some_will_be_away(demo: Store) -> None:
    with demo.read() as uow:
        people = uow.db.exec(select(col(Facilitator.joined_on), col(Facilitator.back_on))).all()
        away = uow.db.exec(select(col(Away.first_day), col(Away.last_day))).all()
    new = [joined for joined, _ in people if TODAY - joined <= timedelta(90)]
    back = [day for _, day in people if day]
    assert 10 <= len(new) <= 60
    assert 5 <= len(back) <= 30
    assert all(TODAY - timedelta(45) < day < TODAY for day in back)
    assert max(joined for joined, _ in people) <= TODAY
    assert 60 <= sum(last >= TODAY for _, last in away) <= 200


def test_requesters_have_no_role_and_the_team_speaks_english_too(demo: Store) -> None:
    with demo.read() as uow:
        roles = {*uow.db.exec(select(Facilitator.person_id)), *uow.db.exec(select(PracticeBuilder.person_id))}
        others = uow.db.exec(select(Person.id, Person.unit_id, Person.programme_team, Person.language)).all()
    requesters = [unit for id_, unit, team, _ in others if id_ not in roles and not team]
    languages = [language for _, _, team, language in others if team]
    assert len(requesters) == len(set(requesters)) == 12
    assert None not in requesters
    assert sorted(language or "" for language in languages) == ["en", "nl", "nl"]


def test_everybody_can_be_played_in_the_playground(demo: Store) -> None:
    with demo.read() as uow:
        addresses = uow.db.exec(select(Address.channel, Address.address, Address.person_id)).all()
        ids = set(uow.db.exec(select(Person.id)))
    assert {id_ for _, _, id_ in addresses} == ids
    assert all((channel, address) == ("playground", str(id_)) for channel, address, id_ in addresses)


def test_a_demo_that_is_there_already_is_left_alone(demo: Store) -> None:
    with writes(demo) as written:
        assert _invent(demo, seed=5) == Invented()
    assert written == []


@pytest.mark.parametrize(
    "row",
    [
        Person(name="Somebody Real"),
        Organisation(code="x", kind=OrganisationKind.MINISTRY, name_nl="X", name_en="X", path="/1/"),
    ],
)
def test_a_real_programme_takes_no_invented_people(sqlite_store: Store, row: SQLModel) -> None:
    with sqlite_store.begin() as uow:
        uow.add(row.model_copy())
    before = everything(sqlite_store)
    with pytest.raises(RealProgramme), sqlite_store.begin() as uow:
        invent(uow, seed=1, today=TODAY, folder=PROGRAMME)
    assert everything(sqlite_store) == before


def test_a_catalogue_with_bad_lines_invents_nobody(sqlite_store: Store, tmp_path: Path) -> None:
    folder = files(tmp_path / "in", organisations="code\n")
    with pytest.raises(NotChecked), sqlite_store.begin() as uow:
        invent(uow, seed=1, today=TODAY, folder=folder)
    assert not any(everything(sqlite_store).values())


def test_the_demo_exported_and_read_again_changes_nothing(demo: Store, tmp_path: Path) -> None:
    with demo.read() as uow:
        export(uow, tmp_path / "out")
    tables = read_folder(tmp_path / "out")
    with writes(demo) as written, demo.begin() as uow:
        assert check(tables, uow, {}) == []
        counts = apply(uow, tables)
    assert written == []
    assert counts["facilitators"] == Count(unchanged=400)
    assert "playground" not in (tmp_path / "out" / "facilitators.csv").read_text()


def test_names_differ_while_there_are_enough_of_them(demo: Store) -> None:
    with demo.read() as uow:
        names = Counter(uow.db.exec(select(Person.name)))
    assert names.most_common(1)[0][1] == 1

"""Filling an empty database with the demo programme."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlmodel import col, select, update

from storage.database.unit_of_work import UnitOfWork
from storage.models import Address, Organisation, Person
from storage.programme.csv_files.applying import apply
from storage.programme.csv_files.bad_lines import NotChecked
from storage.programme.csv_files.bulk import Writer
from storage.programme.csv_files.checking import check
from storage.programme.csv_files.reading import read_folder
from storage.programme.demo.inventing import Inventor
from storage.programme.demo_guard import DEMO_CHANNEL, is_demo, mark_as_demo, refuse_real


@dataclass(frozen=True)
class Invented:
    """How many people were invented."""

    facilitators: int = 0
    builders: int = 0
    requesters: int = 0
    team: int = 0


def invent(
    uow: UnitOfWork, *, seed: int, today: date, folder: Path, facilitators: int = 400, builders: int = 75
) -> Invented:
    """Load the catalogue in ``folder`` and invent people around it, the same ones for the same seed and ``today``.

    Marks the database as a demo; nothing happens in one that is marked already. Raises RealProgramme where there are
    people or organisations that were not invented, and NotChecked when the catalogue has bad lines.
    """
    refuse_real(uow)
    if is_demo(uow):
        return Invented()
    tables = read_folder(folder)
    bad = check(tables, uow, {})  # invented people come without addresses
    if bad:
        raise NotChecked(tuple(bad))
    inventor = Inventor(tables, seed, today)
    team, requesters = inventor.team(), inventor.requesters()
    people = replace(
        tables,
        facilitators=tuple(inventor.facilitators(facilitators)),
        practice_builders=tuple(inventor.builders(builders)),
        programme_team=tuple(team),
    )
    apply(uow, people)
    _add_requesters(uow, requesters)
    _give_addresses(uow)
    mark_as_demo(uow)
    return Invented(facilitators, builders, len(requesters), len(team))


def _add_requesters(uow: UnitOfWork, requesters: list[tuple[str, str, str, str]]) -> None:
    units = dict(uow.db.exec(select(Organisation.code, Organisation.id)).all())
    people = [
        Person(email=email, name=name, language=language, unit_id=units[unit])
        for email, name, language, unit in requesters
    ]
    uow.db.add_all(people)
    uow.flush()


def _give_addresses(uow: UnitOfWork) -> None:
    """Give everybody an address in the playground, which is the person's id."""
    ids = uow.db.exec(select(Person.id).order_by(col(Person.id))).all()
    Writer(uow).insert(
        Address,
        [
            {"person_id": id_, "channel": DEMO_CHANNEL, "address": str(id_), "preferred": True, "reachable": True}
            for id_ in ids
        ],
    )


def all_speak(uow: UnitOfWork, language: str) -> None:
    """Have everybody read the bot in this language, for a story that is told in one."""
    uow.db.exec(update(Person).values(language=language))

"""Addresses and e-mail addresses that cannot be used: refused by the import, and told of who has them already."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.commands import doubts
from storage.database import schema
from storage.database.unit_of_work import Store
from storage.models import Address, Person
from tests.unit.test_cli import PROGRAMME, Terminal

NAMES = ("Noor Bakker", "noor@gov.example", "Noor@gov.example")


@pytest.fixture
def type_in(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def an_older_database(type_in: Terminal) -> Store:
    """A database of the version before e-mail addresses were written in one way, with people in it."""
    store = Store(f"sqlite:///{type_in.folder / 'dialoogreeks.db'}")
    schema.upgrade(store, "0007")
    person = text("INSERT INTO person (id, name, email, programme_team, active) VALUES (:id, :name, :email, 0, 1)")
    address = text(
        "INSERT INTO address (person_id, channel, address, preferred, reachable) VALUES (1, :where, :at, 0, 1)"
    )
    with store.engine.begin() as connection:
        for id_, email in enumerate([*NAMES[1:], "niet bekend", "ANNA@gov.example"], 1):
            connection.execute(person, {"id": id_, "name": NAMES[0], "email": email})
        for where, at in (("slack", "C012AB3CD"), ("slack", "U012AB3CD"), ("telegram", "-100123"), ("pager", "7")):
            connection.execute(address, {"where": where, "at": at})
    return store


def told(out: str) -> list[str]:
    return [line for line in out.splitlines() if "Addresses:" in line or "E-mail:" in line]


def test_an_upgrade_tells_of_whom_something_cannot_be_used_and_check_tells_it_again(type_in: Terminal) -> None:
    store = an_older_database(type_in)
    ended = type_in("db", "upgrade")
    assert ended.status == 0, ended.told
    lines = told(ended.out)
    assert [line.split(": ", 1)[1].split(",")[0].split(" has ")[0] for line in lines] == [
        "person 1", "person 1", "person 1", "person 2", "what person 3",
    ]  # fmt: skip
    assert "person 1 has slack:C012AB3CD, where no person can be; nothing is sent there." in lines[0]
    assert "column addresses of the import (one looks like slack:U012AB3CD)" in lines[0]
    assert "person 1 has telegram:-100123, where no person can be" in lines[1]
    assert "there is no channel pager" in lines[2]
    assert "person 2 has the same e-mail address as person 1, who is known by it; person 2 is not" in lines[3]
    assert told(type_in("check").out) == lines
    assert [name for name in NAMES if name in ended.out] == []
    with store.read() as uow:
        assert uow.get(Person, 4).email == "anna@gov.example"
    store.close()


def test_nothing_is_told_where_all_is_well(type_in: Terminal) -> None:
    assert type_in("import", str(PROGRAMME)).status == 0
    assert told(type_in("db", "upgrade").out + type_in("check").out) == []


def test_of_very_many_some_are_told_and_how_many_more_there_are(store: Store) -> None:
    many = doubts.LISTED + 7
    with store.begin() as uow:
        anna = uow.add(Person(name="Anna")).id
        uow.add_all([Address(person_id=anna, channel="slack", address=f"C{number:08}") for number in range(many)])
    with store.read() as uow:
        found = [*doubts.findings(uow)]
    assert len(found) == doubts.LISTED + 1
    assert found[-1].text == "and 7 more like these"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (
            "slack:C012AB3CD",
            "“C012AB3CD” is not the id of a person in the channel slack. Such an id looks like U012AB3CD",
        ),
        ("telegram:1.2E+09", "“1.2E+09” is not the id of a person in the channel telegram."),
        ("telegram:-100123", "“-100123” is not the id of a person in the channel telegram."),
        ("playground:1", "The bot does not know the channel “playground”. Choose from: slack, telegram."),
        ("pager:1", "The bot does not know the channel “pager”. Choose from: slack, telegram."),
    ],
)
def test_the_import_takes_no_address_that_cannot_be_a_persons(type_in: Terminal, address: str, told: str) -> None:
    folder = type_in.folder / "files"
    folder.mkdir()
    (folder / "programme_team.csv").write_text(f"email;name;addresses\na@b.nl;A;{address}\n")
    ended = type_in("import", "files", DIALOOGREEKS_LANGUAGE="en")
    assert ended.status == 1
    assert f"programme_team.csv, line 2, column addresses: {told}" in ended.told

"""Inviting from a terminal, as somebody types it."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.schedule.clock import system_now
from flows.people import served_channels
from storage.database import schema
from storage.database.unit_of_work import Store
from storage.models import Address, Invitation, Organisation, OrganisationKind, Person
from tests.unit.test_cli import Terminal

DOOR = "https://t.me/dialoog_bot?start="


@pytest.fixture
def type_in(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def _programme(type_in: Terminal, *, served: bool = True) -> Store:
    store = Store(f"sqlite:///{type_in.folder / 'dialoogreeks.db'}")
    schema.upgrade(store)
    with store.begin() as uow:
        place = uow.add(Organisation(code="rvo", kind=OrganisationKind.UNIT, path="/1/", name_nl="RVO", name_en="RVO"))
        uow.add(Person(name="Fien", email="fien@gov.example", unit_id=place.id))
        gone = uow.add(Person(name="Tess", email="tess@gov.example"))
        uow.add(Address(person_id=gone.id, channel="slack", address="U1"))
        if served:
            served_channels.serve(uow, {"slack": "", "telegram": DOOR}, system_now())
    return store


def _made(store: Store) -> Invitation:
    with store.read() as uow:
        return uow.get(Invitation, 1)


def test_an_invitation_is_printed_as_a_link_and_a_qr_code(type_in: Terminal) -> None:
    store = _programme(type_in)
    ended = type_in("invite", "rvo", "--days", "3", "--qr", "door.png")
    assert ended.status == 0, ended.told
    link, *rest = ended.out.splitlines()
    assert link.startswith(DOOR)
    zone = ZoneInfo("Europe/Amsterdam")
    until = _made(store).expires_at.astimezone(zone)
    assert f"For everybody of RVO to whom it is passed on. Works until {until:%Y-%m-%d %H:%M} ({zone})." in rest
    assert len([line for line in rest if "█" in line or "▄" in line or "▀" in line]) > 15
    assert (type_in.folder / "door.png").read_bytes().startswith(b"\x89PNG")
    made = _made(store)
    assert (made.organisation_id, made.person_id, made.most, made.made_by) == (1, None, None, None)
    assert (made.expires_at - made.made_at).days == 3
    assert link.removeprefix(DOOR)[8:] not in str(made.model_dump()), "it is kept by nobody"
    store.close()


@pytest.mark.parametrize(
    ("asked", "whom"), [(["rvo", "--once"], "one newcomer of RVO"), (["--person", "FIEN@gov.example"], "Fien, once")]
)
def test_an_invitation_can_be_for_one_person(type_in: Terminal, asked: list[str], whom: str) -> None:
    store = _programme(type_in)
    ended = type_in("invite", *asked)
    assert (ended.status, f"For {whom}. Works until" in ended.out) == (0, True)
    assert (_made(store).most, _made(store).person_id) == (1, 1 if "--person" in asked else None)
    store.close()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["xyz"], "There is no organisation with the code xyz"),
        (["--person", "nobody@gov.example"], "has nobody with the e-mail address nobody@gov.example"),
        (["--person", "tess@gov.example"], "talks with the bot already"),
        ([], "expected the code of an organisation, or --person"),
        (["rvo", "--person", "fien@gov.example"], "expected the code of an organisation, or --person"),
    ],
)
def test_what_stands_in_the_way_is_told_in_a_sentence(type_in: Terminal, asked: list[str], told: str) -> None:
    store = _programme(type_in)
    ended = type_in("invite", *asked, COLUMNS="300")
    assert ended.status != 0
    assert told in ended.told
    with store.read() as uow:
        assert uow.find(Invitation, 1) is None
    store.close()


def test_before_the_bot_served_a_channel_with_an_entrance_it_says_what_to_do(type_in: Terminal) -> None:
    store = _programme(type_in, served=False)
    ended = type_in("invite", "rvo")
    assert (ended.status, "TELEGRAM_BOT_TOKEN" in ended.told) == (1, True)
    store.close()


def test_before_the_import_it_says_that_the_programme_comes_first(type_in: Terminal) -> None:
    store = Store(f"sqlite:///{type_in.folder / 'dialoogreeks.db'}")
    assert "dialoogreeks run" in type_in("invite", "bzk").told
    schema.upgrade(store)
    for asked in (["bzk"], ["--person", "fien@gov.example"]):
        ended = type_in("invite", *asked)
        assert (ended.status, "dialoogreeks import FOLDER" in ended.told) == (1, True)
    store.close()

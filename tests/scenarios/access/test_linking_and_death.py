"""The process dies while accounts are linked, let in, imported and taken apart: all of it is kept, or nothing.

It dies at every statement there is, one after the other; and real processes are killed at random moments. The platform
brings the event again after the restart: then it is done once.
"""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel

from bot.demo.simulated_person import SimulatedPerson
from handlers.inbound.events import EnteredByLink, Event, Pressed, Sender
from handlers.inbound.results import Repeat
from handlers.telegram import address as telegram
from storage.database import prepared
from storage.database.unit_of_work import Store
from storage.models import InvitationProposal, JoinedAccount, LinkClaim, LinkCode
from storage.people.profiles import Profile
from storage.programme.csv_files.applying import import_folder
from tests.scenarios.doorway import SLACK, TELEGRAM, Doorway
from tests.scenarios.reliability.test_race_with_death import Deaths
from tests.soaking import many

KILLS = many(24, 1_000)
SHAPES = {TELEGRAM: telegram.SHAPE}


class Died(BaseException):
    """The process died at a statement. No Exception: nobody catches it."""


@pytest.fixture
def door(store: Store) -> Doorway:
    """The ways into the programme, on each kind of database in turn."""
    return Doorway(store)


@contextmanager
def _dying_at(monkeypatch: pytest.MonkeyPatch, store: Store, statement: int) -> Iterator[list[int]]:
    """The process dies at its ``statement``-th statement from now on; gives how many there were."""
    seen = [0]

    def count(*_: object) -> None:
        seen[0] += 1
        if seen[0] == statement:
            raise Died

    def fetch(*given: Any) -> Any:
        count()
        return real(*given)

    # Prepared queries go past the library's events.
    real = prepared._fetched
    monkeypatch.setattr(prepared, "_fetched", fetch)
    event.listen(store.engine, "before_cursor_execute", count)
    try:
        yield seen
    except Died:
        pass
    finally:
        event.remove(store.engine, "before_cursor_execute", count)
        monkeypatch.setattr(prepared, "_fetched", real)


def _everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    with store.engine.connect() as connection:
        return {
            table.name: [
                dict(row) for row in connection.execute(table.select().order_by(*table.primary_key)).mappings()
            ]
            for table in SQLModel.metadata.sorted_tables
        }


async def _shown(door: Doorway) -> tuple[SimulatedPerson, SimulatedPerson]:
    """Fien is about to be linked with her phone: there she is known as somebody else, with a request of her own."""
    fien = door.at(SLACK, "U-fien", door.facilitator)
    phone = door.at(TELEGRAM, "T-fien", door.person("F. de Wit", unit_id=door.unit))
    door.at(SLACK, "U-tess", door.team)
    return fien, phone


async def _to_claim(door: Doorway) -> Event:
    fien, phone = await _shown(door)
    code = (await door.code(fien)).replace("-", "")
    return Pressed("dies", phone.sender, f"link.sure:0:0:{code}")


async def _to_confirm(door: Doorway) -> Event:
    fien, phone = await _shown(door)
    await door.claim(fien, phone)
    (claim,) = door.rows(LinkClaim)
    return Pressed("dies", fien.sender, f"link.join:{claim.id}:0")


async def _to_let_a_stranger_in(door: Doorway) -> Event:
    fien = door.at(SLACK, "U-fien", door.facilitator)
    await door.claim(fien, door.nobody(TELEGRAM, "T-new", "Fien"))
    (claim,) = door.rows(LinkClaim)
    return Pressed("dies", fien.sender, f"link.join:{claim.id}:0")


async def _to_deny(door: Doorway) -> Event:
    confirm = await _to_confirm(door)
    assert isinstance(confirm, Pressed)
    return Pressed("dies", confirm.sender, confirm.action.replace("join", "deny"))


async def _to_part(door: Doorway) -> Event:
    fien, phone = await _shown(door)
    await door.link(fien, phone)
    await phone.say("profiel")
    await phone.press("Geef dagen door")
    (made,) = door.rows(JoinedAccount)
    return Pressed("dies", phone.sender, f"link.part:{made.id}:0")


async def _to_come_in_by_invitation(door: Doorway) -> Event:
    door.at(SLACK, "U-tess", door.team)
    door.at(SLACK, "U-bas", door.builder)
    token = door.invitation(door.facilitator)
    return EnteredByLink("dies", Sender(TELEGRAM, "T-fien"), token, Profile("Fien", language="nl"), sure=True)


async def _to_become_by_invitation(door: Doorway) -> Event:
    phone = door.at(TELEGRAM, "T-fien", door.person("F. de Wit"))
    door.at(SLACK, "U-tess", door.team)
    return Pressed("dies", phone.sender, f"invite.me:0:0:{door.invitation(door.facilitator)}")


async def _to_vouch(door: Doorway) -> Event:
    tess = door.at(SLACK, "U-tess", door.team)
    with door.store.begin() as uow:
        row = InvitationProposal(
            person_id=door.facilitator,
            organisation_id=door.unit,
            proposed_by=door.builder,
            expires_at=door.clock.now() + timedelta(days=1),
        )
        proposal = uow.add(row).id
    return Pressed("dies", tess.sender, f"invite.vouch:{proposal}:0")


READY: Mapping[str, Callable[[Doorway], Any]] = {
    "to say that a code is theirs": _to_claim,
    "to confirm": _to_confirm,
    "to confirm a stranger": _to_let_a_stranger_in,
    "to say no": _to_deny,
    "to unlink": _to_part,
    "to come in by an invitation": _to_come_in_by_invitation,
    "to become whom an invitation is for": _to_become_by_invitation,
    "to vouch": _to_vouch,
}


@pytest.mark.parametrize("ready", READY)
async def test_a_death_at_any_statement_keeps_nothing_and_the_repeat_does_all_of_it(
    door: Doorway, monkeypatch: pytest.MonkeyPatch, ready: str
) -> None:
    brought = await READY[ready](door)
    before = _everything(door.store)
    statement, alive = 0, False
    while not alive:
        statement += 1
        with _dying_at(monkeypatch, door.store, statement) as seen:
            door.router.answer(brought)
        alive = seen[0] < statement
        if not alive:
            assert _everything(door.store) == before, f"something was kept of a death at statement {statement}"
    assert statement > 5
    after = _everything(door.store)
    assert after != before
    assert door.router.answer(brought) == Repeat(), "a repeat after the effect does nothing"
    assert _everything(door.store) == after


@pytest.mark.parametrize("statement", range(1, 60, 4))
def test_an_import_that_dies_changes_nothing(
    door: Doorway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, statement: int
) -> None:
    lines = "".join(f"n{number}@gov.example,Nieuw {number},telegram:{number + 1}\n" for number in range(5))
    (tmp_path / "programme_team.csv").write_text(
        f"email,name,addresses\nfien@gov.example,Fien,telegram:77\n{lines}", encoding="utf-8"
    )
    before = _everything(door.store)
    with _dying_at(monkeypatch, door.store, statement) as seen, door.store.begin() as uow:
        assert import_folder(uow, tmp_path, SHAPES).bad == ()
    died = seen[0] >= statement
    assert (_everything(door.store) == before) == died


@pytest.mark.soak
async def test_real_processes_that_are_killed_link_and_unlink_once(
    store: Store, forks: ForkServerContext, record_property: Callable[[str, object], None]
) -> None:
    door = Doorway(store)
    deaths = Deaths(forks, store.engine.url.render_as_string(hide_password=False))
    fien, phone = await _shown(door)
    people = sorted(row["id"] for row in _everything(store)["person"])
    for number in range(KILLS):
        code = (await door.code(fien)).replace("-", "")
        await _killed(deaths, door, Pressed(f"{number}.sure", phone.sender, f"link.sure:0:0:{code}"))
        (claim,) = door.rows(LinkClaim)
        await _killed(deaths, door, Pressed(f"{number}.join", fien.sender, f"link.join:{claim.id}:0"))
        (made,) = door.rows(JoinedAccount)
        assert door.person_at(phone) == door.person_at(fien)
        side = random.choice((fien, phone))
        await _killed(deaths, door, Pressed(f"{number}.part", side.sender, f"link.part:{made.id}:0"))
        assert (door.rows(JoinedAccount), door.rows(LinkClaim), door.rows(LinkCode)) == ([], [], [])
        assert sorted(row["id"] for row in _everything(store)["person"]) == people
        if deaths.kills >= KILLS:
            break
    record_property("kills", deaths.kills)
    assert deaths.kills


async def _killed(deaths: Deaths, door: Doorway, brought: Event) -> None:
    """Bring this to one process after another, of which the last one lives."""
    longest = deaths.first_life
    while not await asyncio.to_thread(deaths._survives, brought, longest):
        deaths.kills += 1
        longest *= 2
    if longest == deaths.first_life:
        deaths.first_life /= 2
    assert door.router.answer(brought) == Repeat(), "a repeat after the effect did something"

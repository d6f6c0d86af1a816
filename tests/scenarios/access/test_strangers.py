"""Every button there is, pressed by people who have no right to it: refused, or nothing to see."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo.simulated_person import SimulatedPerson
from flows.capabilities import CAPABILITIES
from flows.engine.views.action import Action
from storage.database.unit_of_work import Store
from storage.models import (
    Address,
    Away,
    DialogueSession,
    Draft,
    Due,
    Facilitator,
    Invitation,
    InvitationProposal,
    JoinedAccount,
    LinkClaim,
    Offer,
    Outbox,
    Person,
    PracticeBuilder,
    Request,
    Search,
    Seat,
    Series,
)
from storage.people import people
from tests.scenarios.asking import SERIES, answer_page, ask, from_menu, plan_series, press, to_page
from tests.scenarios.doorway import YES
from tests.scenarios.town import Town, invent_at, words

SECRET = "Een besluit dat niemand kon uitleggen."

SUBJECTS: dict[str, type[Any]] = {
    "request": Request,
    "series.change": Request,
    "series.more": Request,
    "series": Series,
    "offer": Offer,
    "proposal": Offer,
    "session": DialogueSession,
    "move": DialogueSession,
    "steer": Search,
    "form": Draft,
    "lost": Outbox,
    "away": Away,
    "invite.drop": Invitation,
    **dict.fromkeys(("invite.show", "invite.vouch", "invite.reject", "invite.retract"), InvitationProposal),
    **dict.fromkeys(("link.join", "link.deny"), LinkClaim),
    **dict.fromkeys(("link.apart", "link.part"), JoinedAccount),
    "reach.prefer": Address,
}
"""What a button is about, by its verb or the first part of it. The others are about the person who presses."""

ARGS = {"offer.accept": "0", "offer.no": "busy", "session.drop": "rest", "form.back": "shape", "form.change": "about"}
OWN = frozenset(
    {"menu", "language", "front.speak", "ask", "requests", "sessions", "rooms", "steer.open"}
    | {"profile", "profile.pause", "profile.away", "profile.most"}
    | {"reach", "link", "link.type", "link.take", "link.sure", "link.not"}
    | {"invite", "invites", "invite.me", "invite.other"}
)
"""Verbs that are about the person who presses, with no id."""

WORLD = (
    *(Request, Search, Offer, DialogueSession, Series, Seat, Draft, Due, Outbox, Facilitator, Away),
    *(Person, Address, Invitation, InvitationProposal, LinkClaim, JoinedAccount),
)


@pytest.fixture(scope="session")
def busy_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A programme in which a bit of everything goes on."""
    path = tmp_path_factory.mktemp("busy") / "busy.db"
    invent_at(path)
    store = Store(f"sqlite:///{path}")
    asyncio.run(_let_things_go_on(Town(store)))
    store.close()
    return path


async def _let_things_go_on(town: Town) -> None:
    # A series that runs, with a move its facilitator asks for.
    _, facilitator = await plan_series(town, context=SECRET)
    await facilitator.say("menu")
    await press(facilitator, "Mijn bijeenkomsten")
    await press(facilitator, "Bekijk: di 8 dec")
    await press(facilitator, "Kies een ander moment")
    await answer_page(facilitator, moment="2026-12-09T10:00")
    # One with offers out, of which one was answered with another time, and one for a practice builder.
    await ask(town, town.civil_servant(1), context=SECRET)
    await press(town.asked()[0], "Stel een ander moment voor")
    await answer_page(town.asked()[0], moment="2026-12-09T10:00")
    await ask(town, town.civil_servant(2), context=SECRET, moment1="2026-12-08T05:00", moment2=None)
    # A proposed series, and a draft.
    await ask(town, town.civil_servant(3), **SERIES, context=SECRET, moment1="2026-12-15T14:00", moment2=None)
    await press(next(a for a in town.asked() if "[Accepteer: di 15 dec" in words(a.last)), "Accepteer: di 15 dec")
    await to_page(town.civil_servant(4), "who")
    await _let_people_come_in(town)
    await town.settle()


async def _let_people_come_in(town: Town) -> None:
    # An invitation for everybody of an organisation, and one with which somebody came in.
    town.serve_both()
    member, unit = town.team()[0], town.person(town.requester).unit_id
    await _invite(member, whom="Voor iedereen")
    for name in ("Invited Ines", "Proposed Paul"):
        with town.store.begin() as uow:
            uow.add(Person(name=name, email=f"{name[-4:]}@gov.example".lower(), unit_id=unit, language="nl"))
    await _invite(member, whom="Voor één", person="Invited Ines")
    link = re.search(r"start=(\w+)", words(member.screen))
    assert link is not None
    await town.come(SimulatedPerson("ines 🦊", "T1", town.app.router, town.elsewhere), link[1], sure=True)
    # One that a practice builder proposes.
    await _invite(town.builders_of(town.requester)[0], whom="Voor één", person="Proposed Paul")
    # An account that is linked, and one that waits for the other side to confirm it.
    linked, waits = town.newcomer("Linked Lena", "T2"), town.newcomer("Waiting Wim", "T3")
    for number, phone in ((5, linked), (6, waits)):
        shown = await town.civil_servant(number).say("link")
        assert shown is not None
        await phone.say(f"link {dict(shown.facts)['Code']}")
        await press(phone, YES)
        await town.settle()
    await press(town.civil_servant(5), YES)


async def _invite(who: SimulatedPerson, **asked: str) -> None:
    await from_menu(who, "Uitnodigingen")
    await press(who, "Maak een uitnodiging")
    organisation = next(field for field in who.form.fields if field.name == "organisation")
    await who.fill(whom=asked["whom"], organisation=organisation.choices[0].value)
    if "person" in asked:
        await who.fill(person=asked["person"])


@pytest.fixture
def busy_town(busy_file: Path, town_store: Store) -> Iterator[Town]:
    """A town on a copy of the busy programme, a new one for each test."""
    assert town_store.engine.url.database
    shutil.copy(busy_file, town_store.engine.url.database)
    yield Town(town_store)
    town_store.close()


def test_every_button_is_in_one_of_the_tables_here() -> None:
    unknown = {verb for verb in CAPABILITIES.verbs if verb not in OWN and _subject(verb) is None}
    assert unknown == set()


@pytest.mark.parametrize("verb", sorted(set(CAPABILITIES.verbs) - OWN))
async def test_a_button_about_somebody_elses_business_is_refused_and_changes_nothing(
    busy_town: Town, verb: str
) -> None:
    before = _world(busy_town)
    rows, hidden = _one_of_each_state(busy_town, verb), _hidden(busy_town)
    assert rows
    for stranger in _strangers(busy_town):
        for row in rows:
            packed = Action(verb, row.id, getattr(row, "version", 0), _arg(verb, row)).pack()
            answer = words(await stranger.send_action(packed))
            assert "voor iemand anders bedoeld" in answer, (stranger.name, packed)
            assert not [word for word in hidden if word in answer]
    assert _world(busy_town) == before


@pytest.mark.parametrize("verb", sorted(OWN - {"ask", "profile.pause"}))
async def test_a_button_about_oneself_shows_nothing_of_others(busy_town: Town, verb: str) -> None:
    before, hidden = _world(busy_town), _hidden(busy_town)
    for stranger in _strangers(busy_town):
        answer = words(await stranger.send_action(Action(verb).pack()))
        assert not [word for word in hidden if word in answer]
    drafts = len(busy_town.rows(Draft))
    own = {"profile.away": 1, "profile.most": 1, "link.type": 3, "invite": 1}
    assert drafts - len(before[WORLD.index(Draft)]) == own.get(verb, 0), "one's own, at most"
    assert [rows for table, rows in zip(WORLD, _world(busy_town), strict=True) if table is not Draft] == [
        rows for table, rows in zip(WORLD, before, strict=True) if table is not Draft
    ]


async def test_only_a_facilitator_can_pause(busy_town: Town) -> None:
    requester, facilitator, builder = _strangers(busy_town)
    for nobody in (requester, builder):
        answer = await nobody.send_action(Action("profile.pause", arg="off").pack())
        assert "voor iemand anders bedoeld" in words(answer)
    await facilitator.send_action(Action("profile.pause", arg="off").pack())
    paused = [row.person_id for row in busy_town.rows(Facilitator) if not row.active]
    assert paused == [int(facilitator.sender.address)]


async def test_the_menu_offers_each_role_its_own_doors(busy_town: Town) -> None:
    requester, facilitator, builder = _strangers(busy_town)
    doors = {}
    for person in (requester, facilitator, builder, busy_town.team()[0]):
        doors[person.name] = words(await person.say("menu"))
    assert "[Mijn beschikbaarheid]" not in doors[requester.name]
    assert "[Open aanvragen]" not in doors[requester.name]
    assert "[Mijn beschikbaarheid]" in doors[facilitator.name]
    assert "[Open aanvragen]" not in doors[facilitator.name]
    assert "[Open aanvragen]" in doors[builder.name]
    assert "[Open aanvragen]" in doors[busy_town.team()[0].name]


def _arg(verb: str, row: Any) -> str:
    # The button of an absence tells its first day too.
    return row.first_day.isoformat() if isinstance(row, Away) else ARGS.get(verb, "")


def _subject(verb: str) -> type[Any] | None:
    return SUBJECTS.get(verb) or SUBJECTS.get(verb.partition(".")[0])


def _strangers(town: Town) -> list[SimulatedPerson]:
    """A civil servant who asked nothing, a facilitator who was never asked nor away, and a builder from elsewhere."""
    known = {row.facilitator_id for row in town.rows(Offer)} | {row.facilitator_id for row in town.rows(Away)}
    facilitator = next(row.person_id for row in town.rows(Facilitator) if row.person_id not in known)
    concerned = {builder for number in range(5) for builder in town.builders_of(town.civil_servant(number))}
    builders = (town.actor(row.person_id) for row in town.rows(PracticeBuilder))
    return [
        town.civil_servant(8),
        town.actor(facilitator),
        next(builder for builder in builders if builder not in concerned and not _concerned(town, builder)),
    ]


def _concerned(town: Town, builder: SimulatedPerson) -> bool:
    with town.store.read() as uow:
        mine = people.built_organisations(uow, int(builder.sender.address))
        asked_for = {request.organisation_id for request in town.rows(Request)}
        paths = [node.path for node in town.organisations(asked_for)]
    return any(path.startswith(organisation.path) for path in paths for organisation in mine)


def _one_of_each_state(town: Town, verb: str) -> list[Any]:
    subject = _subject(verb)
    assert subject is not None
    if subject is Address:
        return [row for row in town.rows(Address) if row.person_id == int(town.team()[0].sender.address)]
    return list({getattr(row, "state", row.id): row for row in town.rows(subject)}.values())


def _hidden(town: Town) -> set[str]:
    """What no stranger may read: what was written for the facilitator, and the names of those concerned and invited."""
    askers = {request.requester_id for request in town.rows(Request)}
    led = {seat.facilitator_id for seat in town.rows(Seat) if seat.facilitator_id}
    invited = {row.name for row in town.rows(Person) if row.name.startswith(("Invited", "Proposed"))}
    accounts = {row.name for row in town.rows(LinkClaim)} | {row.name for row in town.rows(JoinedAccount)}
    return {SECRET, *(town.actor(person_id).name for person_id in askers | led), *invited, *accounts}


def _world(town: Town) -> list[list[dict[str, Any]]]:
    return [[row.model_dump() for row in town.rows(table)] for table in WORLD]

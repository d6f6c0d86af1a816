"""Guests and people of other workspaces are told kindly that they are not served, and get nothing of anybody's."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from handlers.slack.interactions.member_directory import TRUSTED
from storage.database.unit_of_work import Store
from storage.models import Address, Facilitator, Room
from storage.models import Person as Row
from storage.people import people
from tests.scenarios.town import DUTCH, ENGLISH, RULES
from tests.slack.mishaps import traces
from tests.slack.orders import Status
from tests.slack.person import Person
from tests.slack.town import SlackTown, fresh, living
from tests.slack.ways_in import WAYS_IN, pressable_by, read_by

GUEST, EXTERNAL = (DUTCH(key, email=RULES.programme_email) for key in ("slack.guest", "slack.external"))
OF_THE_TEAM = DUTCH("menu.open")
"""A button that only the programme team and practice builders have."""
LINES = sorted(set(WAYS_IN) - {"home tab", "shortcut", "empty command"})
"""The ways in that are answered in a conversation, and not in a window or on the home tab."""
KINDS = ("guest", "guest of one channel", "outsider", "outsider whom only Slack's user object betrays")


@pytest.fixture
async def town(demo_file: Path, town_store: Store) -> AsyncIterator[SlackTown]:
    """A fresh demo programme in Slack, over HTTP, that serves nobody but full members."""
    async with fresh(town_store, demo_file, "http") as town:
        yield town


@pytest.fixture
async def hospitable(demo_file: Path, town_store: Store) -> AsyncIterator[SlackTown]:
    """The same, that serves guests too."""
    async with fresh(town_store, demo_file, "http", ["guests"]) as town:
        yield town


@pytest.fixture
async def open_town(demo_file: Path, town_store: Store) -> AsyncIterator[SlackTown]:
    """The same, that serves people of other workspaces, and no guests."""
    async with fresh(town_store, demo_file, "http", ["external"]) as town:
        yield town


def of_the_team(town: SlackTown) -> Row:
    """A member of the programme team."""
    with town.store.read() as uow:
        return uow.get(Row, people.programme_team(uow)[0])


def stranger(town: SlackTown, kind: str, locale: str = "nl-NL") -> Person:
    """Somebody with the e-mail address of a member of the programme team, who has no account here themselves."""
    email = str(of_the_team(town).email)
    genuine = next(one for one in town.far.workspace.members.values() if one.email == email)
    del town.far.workspace.members[genuine.id]
    about: dict[str, Any] = {"email": email, "locale": locale}
    match kind:
        case "guest":
            return town.far.guest("Gast Vrij", **about)
        case "guest of one channel":
            return town.far.guest("Gast Vrij", single_channel=True, **about)
        case "outsider":
            return town.far.outsider("Gast Vrij", **about)
        case _:
            # Slack's payloads say of which workspace somebody is. What they do not say, its user object does.
            return town.far.person("Gast Vrij", is_stranger=True, **about)


def sentence(kind: str) -> str:
    return GUEST if kind.startswith("guest") else EXTERNAL


def person_of(town: SlackTown, who: Person) -> Row | None:
    """Whom the programme takes somebody for."""
    with town.store.read() as uow:
        return people.at(uow, "slack", who.id)


# --- not served


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS_IN)
async def test_who_is_not_served_reads_so_whichever_way_they_come_and_gets_nothing_of_whose_address_they_have(
    town: SlackTown, way: str, kind: str
) -> None:
    who, before = stranger(town, kind), traces(town.store)
    await WAYS_IN[way](town.far, who)
    await town.far.settled()
    assert [text for text in read_by(who) if sentence(kind) in text] == read_by(who)
    assert len(read_by(who)) == 1
    assert pressable_by(who) == []
    assert traces(town.store) == before, "no row is kept of them"
    assert who.troubles == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", LINES)
async def test_it_is_said_once_in_each_way_in_though_it_is_asked_again(town: SlackTown, way: str, kind: str) -> None:
    who = stranger(town, kind)
    for _ in range(3):
        await WAYS_IN[way](town.far, who)
        town.clock.move(TRUSTED)
    assert len(read_by(who)) == 1
    await WAYS_IN["home tab"](town.far, who)
    assert sentence(kind) in who.home.text


@pytest.mark.parametrize("kind", KINDS)
async def test_a_window_always_says_so_for_it_would_stay_empty_otherwise(town: SlackTown, kind: str) -> None:
    who = stranger(town, kind)
    for _ in range(2):
        await WAYS_IN["shortcut"](town.far, who)
        assert sentence(kind) in who.modal.text
        await who.close(everything=True)
    assert who.messages == []


async def test_who_has_slack_in_a_third_language_reads_it_in_english(town: SlackTown) -> None:
    who = stranger(town, "guest", "de-DE")
    await who.dm("status")
    await WAYS_IN["home tab"](town.far, who)
    assert {*read_by(who)} == {ENGLISH("slack.guest", email=RULES.programme_email)}


async def test_a_guest_and_an_outsider_are_looked_up_once_a_minute_at_most_and_known_outsiders_never(
    town: SlackTown,
) -> None:
    who = stranger(town, "guest")
    for _ in range(10):
        await who.dm("status")
        await who.command("/dialoog", "status")
    assert len(town.far.calls.of("users.info")) == 1
    outsider = town.far.outsider("Vreemde Vogel")
    for way in ("mention", "press", "shortcut", "direct message"):
        await WAYS_IN[way](town.far, outsider)
    assert len(town.far.calls.of("users.info")) == 1


@pytest.mark.parametrize("way", ["shortcut", "command", "press"])
async def test_while_slack_does_not_say_who_somebody_is_nothing_of_theirs_is_done(town: SlackTown, way: str) -> None:
    who, before = stranger(town, "guest"), traces(town.store)
    town.far.orders.give("users.info", Status(500))
    await WAYS_IN[way](town.far, who)
    assert all(DUTCH("slack.not_now") in text for text in read_by(who))
    assert traces(town.store) == before


@pytest.mark.parametrize("kind", KINDS)
async def test_a_channel_to_which_they_bring_the_bot_is_none_of_its_channels(town: SlackTown, kind: str) -> None:
    who = stranger(town, kind)
    await WAYS_IN["invitation"](town.far, who)
    with town.store.read() as uow:
        assert uow.db.exec(select(Room)).all() == []
    assert town.far.calls.of("conversations.info") == []


# --- served, as it is set


@pytest.mark.parametrize("single_channel", [False, True])
async def test_a_guest_who_is_served_is_who_they_are_by_a_confirmed_address(
    hospitable: SlackTown, *, single_channel: bool
) -> None:
    who = stranger(hospitable, "guest of one channel" if single_channel else "guest")
    await who.dm("menu")
    assert OF_THE_TEAM in who.messages[-1].buttons
    assert person_of(hospitable, who) == of_the_team(hospitable)


async def test_a_guest_whose_address_nobody_confirmed_is_somebody_new(hospitable: SlackTown) -> None:
    who = stranger(hospitable, "guest")
    who.change_unheard(is_email_confirmed=False)
    await who.dm("menu")
    assert OF_THE_TEAM not in who.messages[-1].buttons
    found = person_of(hospitable, who)
    assert found is not None
    assert (found.name, found.email, found.programme_team) == ("Gast Vrij", None, False)


@pytest.mark.parametrize("kind", KINDS[2:])
@pytest.mark.parametrize("way", WAYS_IN)
async def test_an_outsider_who_is_served_is_somebody_new_whatever_address_their_workspace_gave_them(
    open_town: SlackTown, way: str, kind: str
) -> None:
    who = stranger(open_town, kind)
    await WAYS_IN[way](open_town.far, who)
    await who.dm("menu")
    await WAYS_IN["home tab"](open_town.far, who)
    assert OF_THE_TEAM not in pressable_by(who)
    assert DUTCH("menu.ask") in pressable_by(who)
    found = person_of(open_town, who)
    assert found is not None
    assert (found.id != of_the_team(open_town).id, found.email, found.programme_team) == (True, None, False)
    assert who.troubles == []


async def test_what_an_outsider_changes_in_their_profile_makes_them_nobody_of_the_programme(
    open_town: SlackTown,
) -> None:
    who = open_town.far.outsider("Vreemde Vogel", email="vogel@example.org")
    await who.dm("menu")
    open_town.clock.move(RULES.answer_span * 10)
    email = str(of_the_team(open_town).email)
    await who.change_profile(email=email, tz="Europe/Lisbon")
    found = person_of(open_town, who)
    assert found is not None
    assert (found.email, found.zone) == (None, "Europe/Lisbon")
    await who.dm("menu")
    assert OF_THE_TEAM not in pressable_by(who)


@pytest.mark.parametrize("also", ["", "external"])
async def test_a_facilitator_of_another_workspace_is_known_by_the_member_id_in_the_import_where_such_are_served(
    demo_file: Path, town_store: Store, also: str
) -> None:
    async with fresh(town_store, demo_file, "http", [also]) as town:
        who = town.far.outsider("Vreemde Vogel")
        with town.store.begin() as uow:
            leads = uow.db.exec(select(Facilitator.person_id).limit(1)).one()
            uow.add(Address(person_id=leads, channel="slack", address=who.id))
        await WAYS_IN["home tab"](town.far, who)
        await who.dm("menu")
        assert (DUTCH("menu.profile") in pressable_by(who)) is bool(also)
        assert (EXTERNAL in read_by(who)) is not bool(also)


@pytest.mark.parametrize("also", ["guests", "external"])
async def test_serving_the_one_kind_serves_not_the_other(demo_file: Path, town_store: Store, also: str) -> None:
    async with fresh(town_store, demo_file, "http", [also]) as town:
        guest, outsider = town.far.guest("Gast Vrij"), town.far.outsider("Vreemde Vogel")
        for who in (guest, outsider):
            await who.command("/dialoog", "status")
        assert any(GUEST in text for text in read_by(guest)) is (also == "external")
        assert any(EXTERNAL in text for text in read_by(outsider)) is (also == "guests")


async def test_a_setting_that_is_changed_counts_from_the_next_start_on(demo_file: Path, town_store: Store) -> None:
    async with fresh(town_store, demo_file, "http", ["guests"]) as town:
        who = stranger(town, "guest")
        await who.dm("menu")
        assert OF_THE_TEAM in pressable_by(who)
    async with living(town_store, "http") as town:
        again = town.far.guest("Gast Vrij", id=who.id)
        await again.command("/dialoog", "open")
        assert read_by(again) == [GUEST]
        with town.store.read() as uow:
            [row] = [one for one in uow.db.exec(select(Address)).all() if one.address == who.id]
            assert not row.reachable, "their letters go there no more"
    town_store.close()

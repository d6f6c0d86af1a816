"""Slack fails, at first contact, at the start and half way: nothing is lost, and people and operators are told."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.commands import check
from handlers.slack import rate_limited
from handlers.slack.errors import LOST_PAUSE
from handlers.slack.manifest import ASK
from handlers.slack.sending.api import CALL_SECONDS
from handlers.slack.service import Slack, StartRefused
from storage.database.unit_of_work import Store
from storage.models import Outbox, OutboxState, Person, Room
from tests.scenarios.town import DUTCH
from tests.slack.asking import ask, go_home
from tests.slack.mishaps import held, stopping_takes, traces
from tests.slack.orders import Behaviour, Fails, Status, TooMany
from tests.slack.person import Person as Human
from tests.slack.stand_in import SlackStandIn
from tests.slack.town import Mode, SlackTown, _access, fresh

NEXT, NOT_NOW = DUTCH("form.next"), DUTCH("slack.not_now")


@pytest.fixture
async def town(demo_file: Path, town_store: Store) -> AsyncIterator[SlackTown]:
    """A fresh demo programme in Slack, over HTTP."""
    async with fresh(town_store, demo_file, "http") as town:
        yield town


@pytest.fixture
async def connected(demo_file: Path, town_store: Store) -> AsyncIterator[SlackTown]:
    """The same, over Socket Mode."""
    async with fresh(town_store, demo_file, "socket") as town:
        yield town


def newcomer(town: SlackTown) -> Human:
    return town.far.person("Nieuwe Collega", email="nieuw@example.org")


# --- who somebody is, Slack does not say


@pytest.mark.parametrize("behaviour", [Status(500), TooMany(3_600), Fails("internal_error"), Fails("iets_nieuws")])
async def test_a_first_press_whose_presser_slack_does_not_name_can_be_pressed_again(
    town: SlackTown, behaviour: Behaviour
) -> None:
    who, before = newcomer(town), traces(town.store)
    town.far.orders.give("users.info", behaviour)
    await who.global_shortcut(ASK)
    await who.sees(NOT_NOW)
    assert traces(town.store) == before
    if not isinstance(behaviour, TooMany):
        await who.press(DUTCH("slack.once_more"))
        await town.far.until(lambda: who.modal.submit == NEXT)
    assert who.troubles == []


async def test_first_words_that_slack_does_not_name_the_sender_of_are_answered_later(town: SlackTown) -> None:
    town.far.outward.retries = (0.0, 0.05)
    who = newcomer(town)
    town.far.orders.give("users.info", Status(503), times=2)
    await who.dm("status")
    await town.far.settled()
    assert len(who.messages) == 1


async def test_two_first_contacts_at_once_make_one_person(town: SlackTown) -> None:
    who, before = newcomer(town), traces(town.store)[Person.__tablename__]
    await asyncio.gather(who.dm("status"), who.command("/dialoog", "status"), who.open_home())
    assert traces(town.store)[Person.__tablename__] == before + 1
    assert len(town.far.calls.of("users.info")) == 1
    assert len(who.messages) == 1
    assert len(who.ephemerals) == 1


async def test_a_profile_is_read_again_once_a_day_at_most(town: SlackTown) -> None:
    who = newcomer(town)
    await who.dm("status")
    for zone, shown in (("America/Curacao", "Europe/Amsterdam"), ("Europe/Lisbon", "Europe/Lisbon")):
        await who.change_profile(tz=zone)
        with town.store.read() as uow:
            [row] = [one for one in uow.db.exec(select(Person)).all() if one.email == "nieuw@example.org"]
            assert row.zone == shown
        town.clock.set(town.clock.now() + check.LATELY)


async def test_an_imported_person_is_known_by_their_address_however_it_is_written(town: SlackTown) -> None:
    with town.store.read() as uow:
        team = next(one for one in uow.db.exec(select(Person)).all() if one.programme_team and one.email)
    before = traces(town.store)[Person.__tablename__]
    member = town.person(team.id)
    await member.change_profile(email=str(team.email).upper())
    await go_home(town, member)
    assert traces(town.store)[Person.__tablename__] == before
    await member.dm("menu")
    assert DUTCH("menu.open") in member.messages[-1].buttons, "with the role they were imported with"


# --- a room whose name Slack does not give


async def test_a_room_whose_name_slack_gives_later_is_known_then(town: SlackTown) -> None:
    town.far.outward.retries = (0.0, 0.05)
    anna = town.requester
    town.far.orders.give("conversations.info", Status(500))
    await anna.invite_bot(town.far.channel("overleg", anna))
    await town.far.settled()
    with town.store.read() as uow:
        assert [room.name for room in uow.db.exec(select(Room)).all()] == ["#overleg"]


async def test_a_room_that_slack_does_not_show_is_left_alone(town: SlackTown) -> None:
    anna = town.requester
    town.far.orders.give("conversations.info", Fails("channel_not_found"))
    await anna.invite_bot(town.far.channel("overleg", anna))
    assert town.far.outward.deliveries[-1].answers[-1].ok
    assert traces(town.store)[Room.__tablename__] == 0


# --- the workspace takes the bot out


async def test_letters_wait_while_the_workspace_does_not_let_the_bot_in(
    town: SlackTown, caplog: pytest.LogCaptureFixture
) -> None:
    anna = town.requester
    await ask(town, anna)
    said = sum(len(who.messages) for who in town.everybody)
    winner = town.holding("Accepteer")[0]
    await town.far.uninstall()
    await winner.press("Accepteer: di 8 dec 14:00")
    await town.settle()
    criticals = [record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL]
    assert [text for text in criticals if "tokens_revoked" in text]
    assert [text for text in criticals if "app_uninstalled" in text]
    assert [text for text in criticals if "account_inactive" in text]
    assert _waiting(town) > 0
    town.far.workspace.token_fault = None
    await town.slack._sleep(LOST_PAUSE)
    await town.passes(timedelta(seconds=LOST_PAUSE))
    assert _waiting(town) == 0
    assert sum(len(who.messages) for who in town.everybody) > said


def _waiting(town: SlackTown) -> int:
    with town.store.read() as uow:
        rows = uow.db.exec(select(Outbox)).all()
        assert not [row for row in rows if row.state is OutboxState.DEAD]
        return sum(row.state is OutboxState.READY for row in rows)


@pytest.mark.parametrize("wrapped", [False, True])
async def test_that_slack_held_events_back_is_logged_and_kept_for_the_check(
    town: SlackTown, caplog: pytest.LogCaptureFixture, *, wrapped: bool
) -> None:
    await town.far.rate_limit_events(wrapped=wrapped)
    with town.store.read() as uow:
        assert rate_limited.last(uow) == town.clock.now()
    assert "too many" in caplog.text


# --- the connection


@pytest.mark.parametrize("how", ["drop", "warning", "refresh_requested"])
async def test_a_lost_connection_is_opened_anew_and_nothing_is_lost(connected: SlackTown, how: str) -> None:
    connected.far.outward.retries = (0.3,) * 1_000
    anna = connected.requester
    await anna.dm("status")
    if how == "drop":
        connected.far.sockets.drop()
    else:
        await connected.far.sockets.ask_to_reconnect(how)
    await anna.dm("sessies")
    await connected.far.settled()
    assert len(anna.messages) == 2
    await anna.command("/dialoog", "status")
    assert len(anna.ephemerals) == 1
    assert anna.troubles == []


async def test_work_that_began_before_the_connection_was_lost_is_done_once(
    connected: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected.far.outward.retries = (0.3,) * 1_000
    anna = connected.requester
    with held(monkeypatch, connected) as work:
        saying = asyncio.create_task(anna.dm("status"))
        await connected.far.until(lambda: work.begun)
        connected.far.sockets.drop()
        await saying
        work.let_go()
        await connected.far.settled()
    assert len(anna.messages) == 1


# --- at the start and at the end


async def start(town_store: Store, far: SlackStandIn, **changed: Any) -> None:
    """Start the bot with these settings, and stop it again."""
    town = SlackTown(town_store, far, "socket")
    await town.stop()
    access = replace(_access(far, "socket"), **changed)
    slack = Slack(access, town_store, town.clock.now, town.app.texts, town.app.rules.zone)
    try:
        await slack.start(town.app.router)
    finally:
        await slack.stop()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"bot_token": "xoxb-verkeerd"}, "Slack refuses SLACK_BOT_TOKEN (invalid_auth)"),
        ({"app_token": "xapp-verkeerd"}, "Slack refuses SLACK_APP_TOKEN (invalid_auth)"),
        ({"api_url": "http://127.0.0.1:9/api/"}, "Slack cannot be reached"),
        ({"over": "http", "port": 0, "host": "192.0.2.1"}, "Port 0 of 192.0.2.1 cannot be used"),
    ],
)
async def test_what_keeps_the_bot_out_is_told_in_one_sentence(
    town_store: Store, changed: dict[str, Any], told: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with SlackStandIn() as far:
        with pytest.raises(StartRefused) as why:
            async with asyncio.timeout(CALL_SECONDS):
                await start(town_store, far, **changed)
        assert str(why.value).startswith(told)
        assert "\n" not in str(why.value)
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []


async def test_a_port_that_is_taken_is_named(town_store: Store) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        async with SlackStandIn() as far:
            with pytest.raises(
                StartRefused, match=f"Port {port} of 127.0.0.1 cannot be used .it is taken.; set another"
            ):
                await start(town_store, far, over="http", port=port)


@pytest.mark.parametrize("behaviour", [Status(503), TooMany(30)])
async def test_slack_that_is_down_at_the_start_is_told_in_one_sentence(town_store: Store, behaviour: Behaviour) -> None:
    for method in ("auth.test", "apps.connections.open"):
        async with SlackStandIn() as far:
            far.orders.give(method, behaviour, times=None)
            with pytest.raises(StartRefused) as why:
                await start(town_store, far)
            assert str(why.value).startswith(("Slack refuses", "What answers at", "Slack cannot", "Slack asks"))


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_what_is_under_way_is_finished_before_the_bot_stops(
    demo_file: Path, town_store: Store, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fresh(town_store, demo_file, mode) as town:
        anna = town.requester
        await anna.dm("status")
        with held(monkeypatch, town) as work:
            doing = anna.dm("sessies"), anna.command("/dialoog", "status")
            under_way = [asyncio.ensure_future(deed) for deed in doing]
            await town.far.until(lambda: work.begun == 2)
            stopping = asyncio.create_task(town.stop())
            await asyncio.sleep(0)  # the stop has begun
            work.let_go()
            await stopping
        await asyncio.gather(*under_way)
        assert len(anna.messages) == 2
        assert len(anna.ephemerals) == 1
        assert anna.troubles == []


@pytest.mark.parametrize("mode", ["http", "socket"])
async def test_the_bot_stops_though_something_that_is_under_way_never_ends(
    demo_file: Path, town_store: Store, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping_takes(monkeypatch, 0.1)
    async with fresh(town_store, demo_file, mode) as town:
        anna = town.requester
        with held(monkeypatch, town) as work:
            saying = asyncio.create_task(anna.dm("sessies"))
            await town.far.until(lambda: work.begun)
            await town.stop()
        await saying
        assert anna.messages == []

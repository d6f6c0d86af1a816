"""Incoming requests are not believed: who is not served leaves no trace, and what is made up changes nothing."""

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlmodel import func, select

from handlers.slack.interactions.member_directory import TRUSTED
from handlers.slack.service import Slack
from storage.database.unit_of_work import Store
from storage.models import Address, Draft, Inbox, Offer, OfferState
from storage.models import Person as Row
from storage.people import people, profiles
from tests.scenarios.town import DUTCH, RULES
from tests.slack import event, interaction
from tests.slack.asking import ask, open_form
from tests.slack.forgery import Json, post, pressing, pressing_in_modal, submitting
from tests.slack.mishaps import traces
from tests.slack.person import Person
from tests.slack.signed import encoded, signature
from tests.slack.stand_in import SlackStandIn
from tests.slack.surfaces import submission_faults
from tests.slack.town import SlackTown, _access, fresh, renew
from tests.slack.workspace import BOT, BOT_USER

NOT_SERVED = DUTCH("slack.external", email=RULES.programme_email)
UNKNOWN = DUTCH("error.unknown_button")
FIRST_MOMENT = "Accepteer: di 8 dec 14:00"


@pytest.fixture
async def town(demo_file: Path, town_store: Store) -> AsyncIterator[SlackTown]:
    """A fresh demo programme in Slack, over HTTP."""
    async with fresh(town_store, demo_file, "http") as town:
        yield town


def seen(town: SlackTown) -> dict[str, int]:
    """All that is kept, what was merely seen as well."""
    with town.store.read() as uow:
        return {**traces(town.store), "inbox": uow.db.execute(select(func.count()).select_from(Inbox)).scalar_one()}


def command(person: Person) -> Json:
    """The payload of the slash command, typed by somebody."""
    place = person.workspace.im(person.id)
    hooks = person.workspace.triggers.issue(person.id), person.hooks.issue(place, person.id)
    return interaction.command(person.workspace, person.member, place, ("/dialoog", "status"), hooks)


# --- whose requests are read


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "1", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "gisteren", "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "-1", "X-Slack-Signature": "v0=é"},
        {"X-Slack-Signature": "v0=00"},
    ],
)
async def test_what_slack_did_not_sign_is_sent_away_unread(
    town: SlackTown, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    before = seen(town)
    for body in (b"payload=no json", urlencode(command(town.requester)).encode(), b"\xff\xfe", b""):
        assert (await post(town.far, body, headers)).status == 401
    assert seen(town) == before
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


async def test_a_signature_of_another_secret_or_of_ten_minutes_ago_is_none(town: SlackTown) -> None:
    body, _ = encoded("slash_commands", command(town.requester))
    forged = signature("een ander geheim", body, town.far.workspace.clock())
    assert (await post(town.far, body.encode(), forged)).status == 401
    assert (await post(town.far, body.encode(), age=600)).status == 401
    assert (await post(town.far, body.encode())).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"payload=no+json",
        b"payload=[]",
        b"payload=%22words%22",
        b"payload=" + b"[" * 20_000,
        b"{",
        b"payload={%22type%22:[]}",
    ],
)
async def test_a_signed_request_that_is_none_of_slacks_is_refused_without_a_fault(
    town: SlackTown, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await post(town.far, body)).status == 400
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


# --- whom we serve


async def test_people_of_another_workspace_get_one_polite_line_and_leave_no_trace(
    town: SlackTown, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    stranger = town.far.person("Vreemde Vogel", team="T0ELSEWHERE")
    before = traces(town.store)
    for _ in range(2):
        payload = {**command(stranger), "team_id": "T0ELSEWHERE"}
        assert (await town.far.outward.deliver("slash_commands", payload)).ok
    assert [message.text for message in stranger.ephemerals] == [NOT_SERVED]
    assert traces(town.store) == before
    assert stranger.id in caplog.text, "told by id"
    assert "Vogel" not in caplog.text
    assert town.far.calls.of("users.info") == []


async def test_a_stranger_in_a_shared_channel_is_told_whom_the_bot_serves(town: SlackTown) -> None:
    stranger = town.far.person("Vreemde Vogel", team="T0ELSEWHERE")
    room = town.far.channel("gedeeld", stranger, town.requester, with_bot=True)
    before = traces(town.store)
    said = town.far.workspace.post(room, stranger.id, f"<@{BOT_USER}> hallo")
    about = event.wrapped(town.far.workspace, event.mention(town.far.workspace, room, said))
    about["event"]["user_team"] = "T0ELSEWHERE"
    for _ in range(2):
        await town.far.outward.announce({**about, "event_id": f"Ev{_}"})
    assert [message.text for message in stranger.ephemerals] == [NOT_SERVED]
    assert len(room.posts) == 1, "nothing is said to everybody"
    assert traces(town.store) == before


async def test_a_stranger_whom_only_slacks_user_object_betrays_becomes_nobody_here(town: SlackTown) -> None:
    """In a shared channel an organisation's payloads may not say of which company somebody is."""
    somebody = town.requester.member.email
    stranger = town.far.person("Vreemde Vogel", team="T0ELSEWHERE", email=f"x{somebody}")
    before = traces(town.store)
    payload = command(stranger)
    await town.far.outward.deliver("slash_commands", payload)
    assert NOT_SERVED in stranger.ephemerals[-1].text
    assert traces(town.store) == before


@pytest.mark.parametrize(("home", "served"), [("T0OTHERUNIT", True), ("T0ELSEWHERE", False)])
async def test_a_whole_organisation_is_served_by_its_id_and_nobody_else(
    demo_file: Path, town_store: Store, home: str, *, served: bool
) -> None:
    renew(town_store, demo_file)
    async with SlackStandIn(team="T0GREEKS001", enterprise="E0RIJK") as far:
        town = SlackTown(town_store, far, "http")
        await town.stop()
        access = _access(far, "http")
        town.slack = Slack(
            type(access)(**{**access.__dict__, "team_ids": frozenset({"E0RIJK"})}),
            town.store,
            town.clock.now,
            town.app.texts,
            town.app.rules.zone,
        )
        await town.slack.start(town.app.router)
        far.listen_at(town.slack.address)
        before = traces(town.store)[Row.__tablename__]
        who = far.person("Iemand", team=home, email="iemand@example.org", enterprise="E0RIJK" if served else None)
        await far.outward.deliver("slash_commands", {**command(who), "team_id": "T0GREEKS001"})
        await town.slack.stop()
        assert traces(town.store)[Row.__tablename__] == before + served
        assert (NOT_SERVED in who.ephemerals[-1].text) is not served
    town_store.close()


async def test_bots_are_not_answered(town: SlackTown) -> None:
    anna = town.requester
    before = seen(town)
    room = town.far.channel("overleg", anna, with_bot=True)
    for channel, wrapped in ((town.far.workspace.im(anna.id), event.message), (room, event.mention)):
        said = town.far.workspace.post(channel, anna.id, "status")
        happened: Json = {**wrapped(town.far.workspace, channel, said), "bot_id": BOT}
        await town.far.announce(happened)
    workflow = town.far.person("Werkstroom", is_bot=True)
    await workflow.command("/dialoog", "status")
    assert anna.messages == []
    assert anna.ephemerals == []
    assert traces(town.store)[Row.__tablename__] == before[Row.__tablename__]


async def test_slacks_own_voice_becomes_nobody(town: SlackTown) -> None:
    before = traces(town.store)
    voice = town.far.person("Slackbot")
    voice.member.id = "USLACKBOT"
    town.far.workspace.members["USLACKBOT"] = voice.member
    await town.far.outward.deliver("slash_commands", command(voice))
    assert traces(town.store) == before


async def test_who_left_is_written_to_no_more_until_they_are_back(town: SlackTown) -> None:
    anna = town.requester
    await anna.dm("status")
    assert _reachable(town, anna)
    await anna.deactivate()
    assert not _reachable(town, anna)
    await anna.change_profile(deleted=False)
    assert _reachable(town, anna)


async def test_who_was_taken_for_unreachable_and_acts_is_reached_again(town: SlackTown) -> None:
    anna = town.requester
    await anna.dm("status")
    with town.store.begin() as uow:
        profiles.set_reachable(uow, "slack", anna.id, town.clock.now(), reachable=False)
    town.clock.move(TRUSTED)
    await anna.dm("status")
    assert _reachable(town, anna)


def _reachable(town: SlackTown, person: Person) -> bool:
    with town.store.read() as uow:
        [row] = [one for one in uow.db.exec(select(Address)).all() if one.address == person.id]
        return row.reachable


# --- what is made up


ODD_VALUES = [
    "",
    "offer.accept",
    "offer.accept:1",
    "offer.accept:99999:1:0",
    "offer.accept:9999999999:1:0",
    "request.drop:1:1",
    "form.resume:2147483647:0",
    "form.back:1:0:../../etc/passwd",
    "steer.open:0:0",
    "weg.ermee:1:1",
    "x" * 500_000,
    "\ud800",
    "offer.accept:\u0661:1",
    None,
    7,
    ["offer.accept:1:1"],
    {"a": 1},
]


@pytest.mark.parametrize("value", ODD_VALUES, ids=lambda value: str(value)[:30].encode("ascii", "replace").decode())
async def test_a_made_up_value_on_any_surface_changes_nothing_and_is_answered(
    town: SlackTown, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    anna = town.requester
    await anna.dm("status")
    await open_form(town, anna)
    before, said = traces(town.store), len(anna.messages)
    for payload in (pressing(anna, anna.messages[-1], value), pressing_in_modal(anna, value)):
        assert (await town.far.outward.deliver("interactive", payload)).ok
    assert len(anna.messages) + (anna.modal.submit is None) > said
    assert traces(town.store) == before
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


async def test_another_persons_offer_cannot_be_taken(town: SlackTown) -> None:
    await ask(town)
    asked = town.holding(FIRST_MOMENT)[0]
    thief = next(one for one in town.everybody if one not in town.reached)
    await thief.dm("status")
    [control] = [one for one in asked.messages[-1].pressable() if one.label.startswith(FIRST_MOMENT)]
    before = traces(town.store)
    await town.far.outward.deliver("interactive", pressing(thief, thief.messages[-1], control.element["value"]))
    assert DUTCH("error.not_yours") in thief.messages[-1].text
    assert traces(town.store) == before
    with town.store.read() as uow:
        assert {offer.state for offer in uow.db.exec(select(Offer)).all()} == {OfferState.OPEN}


@pytest.mark.parametrize("draft", [1, -1, 2**31, 10**30, True, "1"])
async def test_another_persons_form_is_not_filled_in_by_a_made_up_window(
    town: SlackTown, draft: Any, caplog: pytest.LogCaptureFixture
) -> None:
    anna, thief = town.requester, next(one for one in town.everybody if one is not town.requester)
    await open_form(town, anna)
    await open_form(town, thief)
    before = _drafts(town, anna)
    for carried in (json.dumps({"draft": draft, "page": "topic"}), json.dumps([draft]), "{", "[" * 2_000, "x" * 3_000):
        for callback in ("form", "summary", "about", "loading", "weet ik niet"):
            payload = submitting(thief, private_metadata=carried, callback_id=callback)
            answer = await town.far.outward.deliver("interactive", payload)
            assert answer.ok
            assert submission_faults(answer.body, payload["view"]) == []
    assert _drafts(town, anna) == before
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def _drafts(town: SlackTown, person: Person) -> list[Any]:
    with town.store.read() as uow:
        owner = people.at(uow, "slack", person.id)
        assert owner is not None
        return [draft.model_dump() for draft in uow.db.exec(select(Draft)).all() if draft.person_id == owner.id]


@pytest.mark.parametrize("number", ["99999999999", "2147483648", "0", "x"])
async def test_a_search_in_a_made_up_field_finds_nothing(town: SlackTown, number: str) -> None:
    anna = town.requester
    await open_form(town, anna)
    who = interaction.about(town.far.workspace, anna.member)
    place = interaction.in_view(town.far.workspace, anna.modal.view)
    payload = interaction.block_suggestion(who, place, f"field:{number}:unit", "field:choice", "a")
    answer = await town.far.outward.deliver("interactive", payload)
    assert answer.ok
    assert answer.body in (None, {}, {"options": []})


async def test_what_the_bot_does_not_have_any_more_is_answered_honestly(town: SlackTown) -> None:
    anna = town.requester
    await anna.global_shortcut("van_vroeger")
    assert UNKNOWN in anna.messages[-1].text
    await anna.command("/oud", "status")
    assert len(anna.ephemerals) == 1
    for odd in ({"type": "interactive_message", "callback_id": "x", "actions": [{"name": "x"}]}, {"type": "iets"}):
        who = interaction.about(town.far.workspace, anna.member)
        assert (await town.far.outward.deliver("interactive", {**who, **odd})).ok
    await town.far.announce({"type": "iets_nieuws", "user": anna.id})
    assert town.far.outward.deliveries[-1].answers[0].ok
    assert anna.troubles == []


async def test_an_answer_below_a_message_in_a_room_is_seen_by_nobody_else(town: SlackTown) -> None:
    anna = town.requester
    room = town.far.channel("overleg", anna, with_bot=True)
    said = town.far.workspace.post(room, BOT_USER, "Aanstaande dinsdag")
    message = anna._message(room, said)
    await town.far.outward.deliver("interactive", pressing(anna, message, "requests:0:0"))
    assert [post.text for post in room.posts] == ["Aanstaande dinsdag"]
    assert len(anna.ephemerals) == 1

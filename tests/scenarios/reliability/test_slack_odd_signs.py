"""Signs that a database cannot keep, and values longer than anything Slack makes, change nothing and break nothing."""

import copy
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlmodel import select

from storage.database.unit_of_work import Store
from storage.models import Request
from storage.people import people
from tests.conftest import PostgresServer
from tests.scenarios.town import invent
from tests.slack import event
from tests.slack.answer import Kind
from tests.slack.asking import go_on, open_form
from tests.slack.forgery import Json, pressing, pressing_in_modal, submitting
from tests.slack.person import Person
from tests.slack.town import SlackTown, living

NOTHING, HALF, LONG = "\x00", "\ud83d", "x" * 20_000
"""What PostgreSQL keeps in no text, half a sign, and more than fits in its indexes."""


@pytest.fixture(params=["socket", "http"])
async def town(request: pytest.FixtureRequest, postgres: PostgresServer, postgres_url: str) -> AsyncIterator[SlackTown]:
    """A fresh demo programme on PostgreSQL, in Slack."""
    store = Store(postgres_url)
    invent(store)
    async with living(store, request.param) as town:
        yield town
    store.close()


def brought(town: SlackTown, anna: Person) -> list[tuple[Kind, Json]]:
    """One of each kind of thing that Slack brings."""
    workspace = town.far.workspace
    said = town.far.outward.deliveries[0].payload
    team = town.far.channel("team", anna, with_bot=True)
    renamed = {"type": "channel_rename", "channel": {"id": team.id, "name": "anders"}}
    return [
        ("interactive", pressing(anna, anna.messages[-1], "requests:0:0")),
        ("interactive", pressing_in_modal(anna, "menu:0:0")),
        ("interactive", submitting(anna)),
        ("events_api", event.wrapped(workspace, event.home_opened(workspace, anna.id))),
        ("events_api", event.wrapped(workspace, event.user_change(workspace, anna.member))),
        ("events_api", event.wrapped(workspace, renamed)),
        ("events_api", said),
    ]


def leaves(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each text in it."""
    if isinstance(part, dict | list):
        inner = part.items() if isinstance(part, dict) else enumerate(part)
        return [way for key, value in inner for way in leaves(value, (*path, key))]
    return [path] if isinstance(part, str) else []


def put(payload: Json, path: tuple[Any, ...], value: str) -> Json:
    changed: Any = copy.deepcopy(payload)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return dict(changed)


@pytest.mark.parametrize("odd", [NOTHING, HALF, LONG], ids=["nothing", "half a sign", "long"])
async def test_an_odd_text_anywhere_in_what_is_brought_is_no_fault(
    town: SlackTown, odd: str, caplog: pytest.LogCaptureFixture
) -> None:
    anna = town.requester
    await anna.dm("status")
    await open_form(town, anna)
    wrong = []
    for kind, payload in brought(town, anna):
        for way in leaves(payload):
            if "blocks" not in way:
                answer = await town.far.outward.deliver(kind, put(payload, way, odd))
                if answer.status not in (200, 400):
                    wrong.append((kind, way, answer))
    assert wrong == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("odd", [NOTHING, HALF], ids=["nothing", "half a sign"])
async def test_what_is_typed_with_odd_signs_in_it_is_kept_without_them(town: SlackTown, odd: str) -> None:
    anna = town.requester
    await open_form(town, anna)
    await go_on(anna, where="Op locatie", place=f"Plein{odd} 1")
    payload = submitting(anna)
    await anna.submit()
    with town.store.read() as uow:
        (request,) = uow.db.exec(select(Request)).all()
    assert request.place == "Plein 1"
    assert (await town.far.outward.deliver("interactive", payload)).ok
    assert anna.troubles == []


async def test_a_profile_with_odd_signs_in_it_is_taken_in_without_them(town: SlackTown) -> None:
    new = town.far.person(f"Nieuwe{NOTHING}{HALF} Collega", email=f"nieuw{NOTHING}@example.org")
    await new.dm("status")
    with town.store.read() as uow:
        person = people.at(uow, "slack", new.id)
    assert person is not None
    assert (person.name, person.email) == ("Nieuwe Collega", "nieuw@example.org")


async def test_an_interaction_that_goes_by_the_name_of_another_is_answered(town: SlackTown) -> None:
    anna = town.requester
    await anna.dm("status")
    await open_form(town, anna)
    press = pressing(anna, anna.messages[-1], "requests:0:0")
    assert (await town.far.outward.deliver("interactive", press)).ok
    sent = {**submitting(anna), "trigger_id": press["trigger_id"]}
    assert (await town.far.outward.deliver("interactive", sent)).ok

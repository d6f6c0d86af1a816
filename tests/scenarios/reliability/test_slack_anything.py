"""Whatever people type and whatever is brought: it comes back as words alone, and never becomes a fault."""

import asyncio
import copy
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from handlers.slack.manifest import ASK
from storage.database.unit_of_work import Store
from storage.models import Draft
from tests.slack import event
from tests.slack.answer import Kind
from tests.slack.asking import go_on, open_form
from tests.slack.forgery import Json, pressing, pressing_in_modal, submitting
from tests.slack.town import SlackTown, living, renew

HOSTILE = st.text(max_size=200) | st.sampled_from(
    [
        "<!channel> <@U0GREEKSBOT> <#C1|x>",
        "https://kwaad.example/?a=<b>",
        "<https://kwaad.example|klik hier>",
        "*_~`{ ```",
        "&lt;!here&gt;",
        "\x00\x1b\u202e\ud83d",
        "a" * 12_000,
        "<!date^0^{date}|x>",
        "@channel @here",
        "\n" * 500,
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One loop for all examples: a town takes longer to build than an example to try."""
    made = asyncio.new_event_loop()
    yield made
    made.run_until_complete(made.shutdown_default_executor())
    made.close()


@pytest.fixture
def long_lived(demo_file: Path, town_store: Store, loop: asyncio.AbstractEventLoop) -> Iterator[SlackTown]:
    """A town for many examples."""
    renew(town_store, demo_file)
    entered = living(town_store, "http")
    yield loop.run_until_complete(entered.__aenter__())
    loop.run_until_complete(entered.__aexit__(None, None, None))
    town_store.close()


def test_whatever_is_typed_comes_back_as_words_alone(long_lived: SlackTown, loop: asyncio.AbstractEventLoop) -> None:
    town, anna = long_lived, long_lived.requester

    async def typed(words: str) -> None:
        await anna.dm(words)
        await anna.command("/dialoog", f"? {words}".encode(errors="replace").decode())
        with town.store.begin() as uow:
            for draft in uow.db.exec(select(Draft)).all():
                uow.delete(draft)
        await anna.global_shortcut(ASK)
        await go_on(anna, where="Op locatie", place=words)
        for surface in (anna.messages[-1], anna.ephemerals[-1], anna.modal):
            assert surface.live_mentions == []
            assert surface.live_links == []
        await anna.close(everything=True)
        assert anna.troubles == []
        assert [(call.method, call.answer) for call in town.far.calls.refused] == []

    @settings(max_examples=8, deadline=None, database=None)
    @given(HOSTILE)
    def holds(words: str) -> None:
        loop.run_until_complete(typed(words))

    holds()


def test_whatever_is_brought_never_becomes_a_fault(
    long_lived: SlackTown, loop: asyncio.AbstractEventLoop, caplog: pytest.LogCaptureFixture
) -> None:
    town, anna = long_lived, long_lived.requester
    loop.run_until_complete(anna.dm("status"))
    loop.run_until_complete(open_form(town, anna))
    workspace = town.far.workspace
    real: list[tuple[Kind, Json]] = [
        ("interactive", pressing(anna, anna.messages[-1], "requests:0:0")),
        ("interactive", pressing_in_modal(anna, "menu:0:0")),
        ("interactive", submitting(anna)),
        ("events_api", event.wrapped(workspace, event.home_opened(workspace, anna.id))),
        ("events_api", event.wrapped(workspace, event.user_change(workspace, anna.member))),
        ("events_api", town.far.outward.deliveries[0].payload),
    ]

    @settings(max_examples=120, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(real), st.data())
    def holds(one: tuple[Kind, Json], data: st.DataObject) -> None:
        kind, payload = one[0], copy.deepcopy(one[1])
        _spoil(payload, data)
        answer = loop.run_until_complete(town.far.outward.deliver(kind, payload))
        assert answer.status in (200, 400), (answer, payload)

    holds()
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def _spoil(payload: Json, data: st.DataObject) -> None:
    """Put something odd somewhere in it, or take something out."""
    place: Any = payload
    for _ in range(data.draw(st.integers(0, 5))):
        inner = [value for value in (place.values() if isinstance(place, dict) else place) if value and _holds(value)]
        if not inner:
            break
        place = data.draw(st.sampled_from(inner))
    if not place:
        return
    key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    if data.draw(st.booleans()):
        place[key] = data.draw(JSON)
    else:
        del place[key]


def _holds(value: object) -> bool:
    return isinstance(value, dict | list)

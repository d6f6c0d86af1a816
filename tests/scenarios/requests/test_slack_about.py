"""The text of a message about which a dialogue is asked goes nowhere before the person ticks that it may."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.slack.interactions import message_context
from handlers.slack.interactions.message_context import CONTEXT
from handlers.slack.manifest import ASK_ABOUT
from storage.database.unit_of_work import Store
from tests.scenarios.town import DUTCH
from tests.slack.asking import answer_page
from tests.slack.person import Person
from tests.slack.town import SlackTown, fresh

SAID = "Dit is vertrouwelijk, en een <@U0000001> & een 🧵"
TICK, FIELD = "De tekst van het bericht", DUTCH("request.field.context")


@pytest.fixture
async def town(demo_file: Path, town_store: Store) -> AsyncIterator[SlackTown]:
    """A fresh demo programme in Slack, over HTTP."""
    async with fresh(town_store, demo_file, "http") as town:
        yield town


async def asked_about(town: SlackTown, words: str = SAID) -> Person:
    """Somebody who used the shortcut on a message with these words."""
    anna = town.requester
    message = await anna.says(town.far.channel("team", anna), words)
    await anna.message_shortcut(ASK_ABOUT, message)
    return anna


async def context(person: Person) -> str:
    """What stands in the form for the facilitator to know."""
    while FIELD not in person.modal.fields:
        await answer_page(person)
    return str(person.modal.fields[FIELD].value)


def said_to_slack(town: SlackTown) -> str:
    return json.dumps([call.args for call in town.far.calls.made], ensure_ascii=False)


def in_the_database(town: SlackTown) -> str:
    """All that stands in its files."""
    file = town.store.engine.url.database
    return "".join(Path(f"{file}{end}").read_bytes().decode("latin-1") for end in ("", "-wal"))


async def test_a_text_that_is_not_ticked_is_neither_sent_to_slack_nor_kept(town: SlackTown) -> None:
    anna = await asked_about(town)
    await anna.submit()
    await context(anna)
    assert "vertrouwelijk" not in said_to_slack(town)
    assert "vertrouwelijk" not in in_the_database(town)


async def test_a_text_that_is_ticked_goes_along_as_it_was_written(town: SlackTown) -> None:
    anna = await asked_about(town)
    await anna.tick(TICK)
    await anna.submit()
    assert "Dit is vertrouwelijk, en een" in await context(anna)


async def test_a_long_text_goes_along_as_far_as_it_fits(town: SlackTown) -> None:
    anna = await asked_about(town, "🧵" * 4_000)
    await anna.tick(TICK)
    await anna.submit()
    found = await context(anna)
    assert len(found) == CONTEXT
    assert found.endswith("🧵…")


async def test_a_text_that_is_not_here_any_more_is_said_at_its_field_and_the_form_begins_without(
    town: SlackTown,
) -> None:
    anna = await asked_about(town)
    successor = SlackTown(town.store, town.far, "http")
    await town.stop()
    await successor.slack.start(successor.app.router)
    town.far.listen_at(successor.slack.address)
    await anna.tick(TICK)
    await anna.submit()
    [problem] = anna.modal.problems.values()
    assert "plak de tekst straks zelf" in problem
    await anna.tick(TICK, off=True)
    await anna.submit()
    found = await context(anna)
    assert "archives/" in found
    assert "vertrouwelijk" not in found
    await successor.stop()


async def test_a_text_is_kept_no_longer_than_a_window_may_be_open(
    town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_context, "KEPT_SECONDS", 0.0)
    anna = await asked_about(town)
    await anna.tick(TICK)
    await anna.submit()
    assert len(anna.modal.problems) == 1


async def test_somebody_elses_text_is_not_to_be_had(town: SlackTown) -> None:
    anna = await asked_about(town)
    thief = next(one for one in town.everybody if one is not anna)
    message = await thief.says(town.far.channel("anders", thief), "Iets anders")
    await thief.message_shortcut(ASK_ABOUT, message)
    thief.modal.view.payload["private_metadata"] = anna.modal.view.payload["private_metadata"]
    await thief.tick(TICK)
    await thief.submit()
    assert len(thief.modal.problems) == 1

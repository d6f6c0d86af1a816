"""Who is a person that the bot serves: the same for whoever comes in and for whoever is to be written to."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from handlers.slack.arrivals import Arrivals
from storage import people
from storage.unit_of_work import Store
from tests.conftest import make_schema
from tests.handlers.slack.counter import Counter
from tests.slack.member import Member

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened_here = Store(f"sqlite:///{tmp_path / 'people.db'}")
    make_schema(opened_here)
    yield opened_here
    opened_here.close()


class Marked(Member):
    """Somebody whose user object holds marks that Slack sets on few."""

    marks: dict[str, Any]

    def as_json(self, *, with_email: bool = True, with_locale: bool = True) -> dict[str, Any]:
        return super().as_json(with_email=with_email, with_locale=with_locale) | self.marks


def hired(counter: Counter, **marks: Any) -> Member:
    """A new member of the workspace with these marks."""
    workspace = counter.slack.workspace
    known = workspace.hire("Anna de Vries")
    member = Marked(known.id, known.name, known.real_name, known.team, known.email)
    member.marks = marks
    workspace.members[known.id] = member
    return member


async def comes_in(counter: Counter, store: Store, user_id: str) -> bool:
    """Whether somebody who acts is taken in."""
    arrivals = Arrivals(counter.web, store, lambda: NOW, frozenset({counter.slack.workspace.team}))
    await arrivals.meet(user_id)
    with store.read() as uow:
        return people.at(uow, "slack", user_id) is not None


@pytest.mark.parametrize(
    ("marks", "served"),
    [
        ({}, True),
        ({"is_restricted": True}, True),
        ({"team_id": "T0OTHER", "enterprise_user": {"teams": ["T0GREEKS001"]}}, True),
        ({"is_bot": True}, False),
        ({"deleted": True}, False),
        ({"is_stranger": True}, False),
        ({"is_workflow_bot": True}, False),
        ({"team_id": "T0ELSEWHERE"}, False),
        ({"team_id": None}, False),
    ],
    ids=str,
)
async def test_who_is_taken_in_is_who_is_found_to_be_written_to(
    counter: Counter, store: Store, marks: dict[str, Any], *, served: bool
) -> None:
    member = hired(counter, **marks)
    assert await comes_in(counter, store, member.id) is served
    assert await counter.channel.find(member.email) == (member.id if served else None)


async def test_letters_do_not_go_to_whoever_typed_an_address_that_nobody_confirmed(counter: Counter) -> None:
    impostor = hired(counter, is_email_confirmed=False)
    assert await counter.channel.find(impostor.email) is None

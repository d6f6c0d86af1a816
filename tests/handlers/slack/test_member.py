"""Who is a person that the bot serves: the same for whoever comes in and for whoever is to be written to."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from handlers.slack.interactions.accounts import EXTERNAL, GUESTS, Kind, Served
from handlers.slack.interactions.member_directory import Arrivals
from storage.database.unit_of_work import Store
from storage.people import people
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


async def comes_in(counter: Counter, store: Store, served: Served, user_id: str) -> bool:
    """Whether somebody who acts is taken in, and is told from whoever is not."""
    arrivals = Arrivals(counter.web, store, lambda: NOW, served, lambda: None)
    standing = await arrivals.meet(user_id)
    with store.read() as uow:
        known = people.at(uow, "slack", user_id) is not None
    assert known is standing.served
    return known


def served_with(*also: str) -> Served:
    return Served(frozenset({"T0GREEKS001"}), frozenset(also))


@pytest.mark.parametrize(
    ("marks", "kind"),
    [
        ({}, Kind.MEMBER),
        ({"is_restricted": False, "is_ultra_restricted": False, "is_stranger": False}, Kind.MEMBER),
        ({"team_id": "T0OTHER", "enterprise_user": {"teams": ["T0GREEKS001"]}}, Kind.MEMBER),
        ({"is_restricted": True}, Kind.GUEST),
        ({"is_restricted": True, "is_ultra_restricted": True}, Kind.GUEST),
        ({"is_ultra_restricted": True}, Kind.GUEST),
        ({"is_stranger": True}, Kind.EXTERNAL),
        ({"is_stranger": True, "is_restricted": True}, Kind.EXTERNAL),
        ({"team_id": "T0ELSEWHERE"}, Kind.EXTERNAL),
        ({"team_id": None}, Kind.EXTERNAL),
        ({"is_bot": True}, Kind.NOBODY),
        ({"deleted": True}, Kind.NOBODY),
        ({"is_workflow_bot": True}, Kind.NOBODY),
        ({"is_workflow_bot": True, "is_stranger": True}, Kind.NOBODY),
    ],
    ids=str,
)
async def test_full_members_are_served_and_others_as_it_is_set(
    counter: Counter, store: Store, marks: dict[str, Any], kind: Kind
) -> None:
    member = hired(counter, **marks)
    wanted = {Kind.MEMBER: {"", GUESTS, EXTERNAL}, Kind.GUEST: {GUESTS}, Kind.EXTERNAL: {EXTERNAL}}
    assert served_with().kind_of(member.as_json()) is kind
    for also in ("", GUESTS, EXTERNAL):
        served = served_with(also)
        assert served.includes(kind) is (also in wanted.get(kind, set()))
    assert await comes_in(counter, store, served_with(), member.id) is (kind is Kind.MEMBER)
    assert await comes_in(counter, store, served_with(GUESTS, EXTERNAL), member.id) is (kind is not Kind.NOBODY)


@pytest.mark.parametrize(
    ("marks", "also", "found"),
    [
        ({}, (), True),
        ({"is_restricted": True}, (), False),
        ({"is_restricted": True}, (GUESTS,), True),
        ({"is_restricted": True, "is_email_confirmed": False}, (GUESTS,), False),
        ({"is_stranger": True}, (GUESTS, EXTERNAL), False),
        ({"team_id": "T0ELSEWHERE"}, (GUESTS, EXTERNAL), False),
        ({"team_id": "T0ELSEWHERE", "is_email_confirmed": True}, (EXTERNAL,), False),
        ({"deleted": True}, (GUESTS, EXTERNAL), False),
    ],
    ids=str,
)
async def test_letters_find_nobody_by_an_address_that_another_workspace_gave(
    counter: Counter, marks: dict[str, Any], also: tuple[str, ...], *, found: bool
) -> None:
    member = hired(counter, **marks)
    counter.channel.serve(served_with(*also))
    assert await counter.channel.find(member.email) == (member.id if found else None)


async def test_letters_do_not_go_to_whoever_typed_an_address_that_nobody_confirmed(counter: Counter) -> None:
    impostor = hired(counter, is_email_confirmed=False)
    assert await counter.channel.find(impostor.email) is None

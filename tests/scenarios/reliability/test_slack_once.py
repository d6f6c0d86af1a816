"""What Slack brings once more, or to another process, changes nothing and is answered by nobody."""

from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from storage.database.unit_of_work import Store
from storage.models import Address, Inbox, Room
from storage.models import Person as Row
from storage.people import team_channels
from tests.conftest import PostgresServer
from tests.scenarios.reliability.test_slack_several_processes import Twins
from tests.scenarios.town import DUTCH, RULES, invent
from tests.slack import event
from tests.slack.answer import Delivery
from tests.slack.channel import Channel
from tests.slack.forgery import Json, pressing
from tests.slack.mishaps import traces
from tests.slack.person import Person
from tests.slack.stand_in import SlackStandIn
from tests.slack.town import SlackTown
from tests.slack.workspace import BOT_USER

NOT_SERVED = DUTCH("slack.external", email=RULES.programme_email)


@pytest.fixture
async def twins(postgres: PostgresServer, postgres_url: str) -> AsyncIterator[Twins]:
    """Two processes on one PostgreSQL, to which Slack brings things over HTTP, in turn."""
    store = Store(postgres_url)
    invent(store)
    store.close()
    async with SlackStandIn() as far:
        made = Twins(postgres_url, far, "http")
        await made.start()
        yield made
        await made.stop()


def room(store: Store, channel: Channel) -> Room:
    with store.read() as uow:
        found = team_channels.at(uow, "slack", channel.id)
        assert found is not None
        return found


def told_of(town: SlackTown, kind: str) -> Delivery:
    """The last event of this kind that Slack brought."""
    return next(one for one in reversed(town.far.outward.deliveries) if one.payload["event"]["type"] == kind)


# --- rooms and people


async def test_an_invitation_brought_again_after_the_bot_was_sent_away_does_not_bring_it_back(
    slack_town: SlackTown,
) -> None:
    anna, team = slack_town.requester, slack_town.far.channel("team", slack_town.requester)
    await anna.invite_bot(team)
    invited = told_of(slack_town, "member_joined_channel")
    await anna.remove_bot(team)
    assert not room(slack_town.store, team).present
    await slack_town.far.outward.replay(invited)
    assert not room(slack_town.store, team).present


async def test_being_sent_away_brought_again_after_a_new_invitation_does_not_send_the_bot_away(
    slack_town: SlackTown,
) -> None:
    anna, team = slack_town.requester, slack_town.far.channel("team", slack_town.requester)
    await anna.invite_bot(team)
    await anna.remove_bot(team)
    gone = slack_town.far.outward.deliveries[-1]
    await anna.invite_bot(team)
    await slack_town.far.outward.replay(gone)
    assert room(slack_town.store, team).present


async def test_an_old_name_brought_again_does_not_take_the_place_of_the_new_one(slack_town: SlackTown) -> None:
    anna, team = slack_town.requester, slack_town.far.channel("team", slack_town.requester)
    await anna.invite_bot(team)
    for name in ("eerst", "daarna"):
        await slack_town.far.announce({"type": "channel_rename", "channel": {"id": team.id, "name": name}})
    renamed = [one for one in slack_town.far.outward.deliveries if one.payload["event"]["type"] == "channel_rename"]
    await slack_town.far.outward.replay(renamed[0])
    assert room(slack_town.store, team).name.endswith("daarna")


@pytest.mark.parametrize("inviter", [{}, {"inviter": ""}, {"inviter": None}], ids=str)
async def test_an_invitation_by_nobody_is_taken_in_and_nobody_is_told(slack_town: SlackTown, inviter: Json) -> None:
    team = slack_town.far.channel("team", slack_town.requester, with_bot=True)
    about = {"type": "member_joined_channel", "user": BOT_USER, "channel": team.id, "channel_type": "C"}
    await slack_town.far.announce({**about, **inviter})
    assert room(slack_town.store, team).present
    assert team.posts == []
    assert slack_town.far.calls.refused == []


async def test_an_old_profile_brought_again_changes_nobody(slack_town: SlackTown) -> None:
    anna = slack_town.requester
    await anna.dm("status")
    await anna.change_profile(deleted=False)
    there = told_of(slack_town, "user_change")
    await anna.deactivate()
    await slack_town.far.outward.replay(there)
    with slack_town.store.read() as uow:
        [row] = [one for one in uow.db.exec(select(Address)).all() if one.address == anna.id]
        assert not row.reachable


async def test_what_slack_says_about_strangers_is_not_even_counted(slack_town: SlackTown) -> None:
    before = _seen(slack_town.store)
    await slack_town.far.person("Iemand").change_profile(tz="Europe/London")
    assert _seen(slack_town.store) == before


async def test_both_processes_told_at_once_that_the_bot_was_invited_keep_one_room(twins: Twins) -> None:
    anna, team = twins.one.requester, twins.far.channel("team", twins.one.requester)
    twins.to_both()
    await anna.invite_bot(team)
    assert room(twins.one.store, team).present
    assert traces(twins.one.store)[Room.__tablename__] == 1


# --- refusals


async def test_a_refusal_is_told_once_though_both_processes_are_asked(twins: Twins) -> None:
    anna = twins.one.requester
    await anna.dm("status")
    said = len(anna.messages)
    payload = pressing(anna, anna.messages[-1], "request.show:1:0")
    for together in (True, False):
        twins.far.outward.repeat("interactive", 2, together=together)
        await twins.far.outward.deliver("interactive", payload)
    told = [message.text for message in anna.messages[said:]]
    assert len(told) == 1


async def test_a_stranger_in_our_workspace_is_told_once_though_both_processes_are_asked(twins: Twins) -> None:
    before = traces(twins.one.store)[Row.__tablename__]
    robot = twins.far.person("Werkstroom", is_bot=True)
    twins.far.outward.repeat("slash_commands", 2, together=True)
    await robot.command("/dialoog", "status")
    assert len(robot.ephemerals) == 1
    assert traces(twins.one.store)[Row.__tablename__] == before


@pytest.mark.parametrize("together", [True, False])
async def test_people_of_another_workspace_are_told_once_though_both_processes_are_asked(
    twins: Twins, *, together: bool
) -> None:
    stranger = twins.far.person("Vreemde Vogel", team="T0ELSEWHERE")
    before = traces(twins.one.store)
    twins.far.outward.repeat("events_api", 2, together=together)
    await twins.far.outward.announce(_mention(twins.one, stranger))
    assert [message.text for message in stranger.ephemerals] == [NOT_SERVED]
    assert traces(twins.one.store) == before, "nothing of them is kept"


def _mention(town: SlackTown, stranger: Person) -> Json:
    place = town.far.channel("gedeeld", stranger, town.requester, with_bot=True)
    said = town.far.workspace.post(place, stranger.id, f"<@{BOT_USER}> hallo")
    about = event.wrapped(town.far.workspace, event.mention(town.far.workspace, place, said))
    about["event"]["user_team"] = "T0ELSEWHERE"
    return about


def _seen(store: Store) -> int:
    with store.read() as uow:
        return len(uow.db.exec(select(Inbox)).all())

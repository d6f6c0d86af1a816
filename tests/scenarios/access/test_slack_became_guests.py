"""Somebody known who becomes a guest is served no longer, heard or unheard, until they are a full member again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, delete, select, update

from handlers.slack.interactions.member_directory import ACTING, TRUSTED, WRITTEN_TO
from storage.database.unit_of_work import Store
from storage.models import Address, Draft, Facilitator, Offer, OfferState, Request
from storage.people import memberships, people
from storage.programme.demo_guard import DEMO_CHANNEL
from tests.conftest import PostgresServer
from tests.scenarios.reliability.test_slack_several_processes import Twins
from tests.scenarios.town import DUTCH, RULES, invent
from tests.slack.asking import answer_page, ask, fill_in, go_home, open_form, plan_series, to_messages
from tests.slack.forgery import pressing
from tests.slack.orders import Status
from tests.slack.person import Person
from tests.slack.stand_in import SlackStandIn
from tests.slack.town import SlackTown, fresh
from tests.slack.ways_in import WAYS_IN, pressable_by, read_by, searching

GUEST = DUTCH("slack.guest", email=RULES.programme_email)
OFFER = "Accepteer: di 8 dec 14:00"
A_MOMENT = timedelta(seconds=1)


@pytest.fixture
async def town(demo_file: Path, town_store: Store) -> AsyncIterator[SlackTown]:
    """A fresh demo programme in Slack, over HTTP, that serves nobody but full members."""
    async with fresh(town_store, demo_file, "http") as town:
        yield town


async def asked(town: SlackTown) -> list[Person]:
    """Who holds an offer for a request that somebody just sent, and for no other. The playground reaches nobody."""
    with town.store.begin() as uow:
        uow.db.exec(delete(Address).where(col(Address.channel) == DEMO_CHANNEL))
    await to_messages(await ask(town))
    return town.holding(OFFER)


def only(town: SlackTown, those: list[Person]) -> None:
    """Have only these people lead dialogues."""
    with town.store.begin() as uow:
        known = [people.at(uow, "slack", who.id) for who in those]
        ids = [person.id for person in known if person is not None]
        uow.db.exec(update(Facilitator).values(active=col(Facilitator.person_id).in_(ids), capacity=9))


def offered(town: SlackTown) -> list[Person]:
    """Who holds an open offer."""
    with town.store.read() as uow:
        query = select(Offer.facilitator_id).where(Offer.state == OfferState.OPEN)
        return [town.person(one) for one in uow.db.exec(query).all()]


def offer_of(store: Store, who: Person) -> Offer:
    """The one offer that somebody got."""
    with store.read() as uow:
        person = people.at(uow, "slack", who.id)
        assert person is not None
        [offer] = uow.db.exec(select(Offer).where(Offer.facilitator_id == person.id)).all()
        return offer


def reachable(town: SlackTown, who: Person) -> bool:
    with town.store.read() as uow:
        [row] = uow.db.exec(select(Address).where(Address.address == who.id)).all()
        return row.reachable


async def press_offer(town: SlackTown, who: Person) -> None:
    """Press the first moment of the offer that stands in somebody's messages."""
    [control] = [one for one in who.messages[0].pressable() if one.label.startswith(OFFER)]
    await town.far.outward.deliver("interactive", pressing(who, who.messages[0], control.element["value"]))


# --- heard


@pytest.mark.parametrize("marks", [{}, {"is_ultra_restricted": True}], ids=str)
async def test_a_facilitator_who_becomes_a_guest_accepts_nothing_and_others_are_asked_instead(
    town: SlackTown, marks: dict[str, bool]
) -> None:
    [gone, *_] = await asked(town)
    await gone.change_profile(is_restricted=True, **marks)
    await town.settle()
    assert not reachable(town, gone)
    await press_offer(town, gone)
    assert GUEST in gone.messages[-1].text
    assert offer_of(town.store, gone).state is OfferState.UNREACHED
    assert not reachable(town, gone), "a press opens no address to letters"
    before = offered(town)
    for one in before:
        await one.change_profile(is_restricted=True, **marks)
    await town.settle()
    assert offered(town), "who waits for an answer goes on"
    assert not set(offered(town)) & {*before, gone}


async def test_letters_go_no_more_to_somebody_who_became_a_guest(town: SlackTown) -> None:
    anna, winner = await plan_series(town)
    seen = len(winner.messages)
    await winner.change_profile(is_restricted=True)
    await town.passes(timedelta(days=30))
    assert len(winner.messages) == seen
    assert len(anna.messages) > 0


@pytest.mark.parametrize("way", WAYS_IN)
async def test_somebody_who_became_a_guest_reads_so_whichever_way_they_come(town: SlackTown, way: str) -> None:
    with town.store.read() as uow:
        member = town.person(people.programme_team(uow)[0])
    await member.dm("menu")
    assert DUTCH("menu.open") in member.messages[-1].buttons
    await member.change_profile(is_restricted=True)
    seen = len(read_by(member))
    await WAYS_IN[way](town.far, member)
    [told] = read_by(member)[seen:]
    assert GUEST in told
    assert len(pressable_by(member)) == len(member.messages[0].buttons), "nothing but what stood there"


async def test_the_home_tab_of_somebody_who_becomes_a_guest_says_so_while_they_look_and_is_theirs_again_after(
    town: SlackTown,
) -> None:
    anna = town.requester
    await go_home(town, anna)
    await anna.change_profile(is_restricted=True)
    await anna.sees(GUEST)
    assert anna.home.buttons == []
    await anna.change_profile(is_restricted=False)
    await anna.sees(anna.member.real_name)
    assert DUTCH("menu.ask") in anna.home.buttons


async def test_whoever_becomes_a_full_member_is_served_again_at_once_as_who_they_were(town: SlackTown) -> None:
    [who, *others] = await asked(town)
    only(town, [who, *others])
    await who.change_profile(is_restricted=True)
    await who.dm("status")
    assert GUEST in who.messages[-1].text
    await who.change_profile(is_restricted=False)
    assert reachable(town, who)
    await who.dm("menu")
    assert DUTCH("menu.profile") in who.messages[-1].buttons
    for one in others:
        await one.deactivate()
    before = len(who.messages)
    with town.store.read() as uow:
        asker = town.person(people.without_role(uow)[1].id)
    await ask(town, asker)
    assert [label for one in who.messages[before:] for label in one.buttons if label.startswith(OFFER)]


async def test_an_old_event_that_comes_late_makes_nobody_a_member(town: SlackTown) -> None:
    anna = town.requester
    await anna.dm("status")
    anna.change_unheard(is_restricted=True)
    late = {**anna.member.as_json(), "is_restricted": False}
    town.clock.move(ACTING)
    await town.far.announce({"type": "user_change", "user": late, "event_ts": anna.workspace.new_ts()})
    await anna.dm("status")
    assert GUEST in anna.messages[-1].text


# --- what stood before them


async def test_a_form_that_stands_open_takes_nothing_of_somebody_who_became_a_guest(town: SlackTown) -> None:
    anna = town.requester
    await open_form(town, anna)
    await anna.change_profile(is_restricted=True)
    with town.store.read() as uow:
        [before] = [draft.model_dump() for draft in uow.db.exec(select(Draft)).all()]
    offered = await searching(town.far, anna, before["id"], "organisation")
    assert offered in (None, {}, {"options": []})
    await answer_page(anna)
    assert GUEST in anna.modal.text
    await anna.close(everything=True)
    assert anna.messages == []
    with town.store.read() as uow:
        assert [draft.model_dump() for draft in uow.db.exec(select(Draft)).all()] == [before]


async def test_a_summary_that_stands_open_sends_no_request_of_somebody_who_became_a_guest(town: SlackTown) -> None:
    anna = town.requester
    await fill_in(town, anna)
    await anna.change_profile(is_restricted=True)
    await anna.submit()
    assert GUEST in anna.modal.text
    with town.store.read() as uow:
        assert uow.db.exec(select(Request)).all() == []


async def test_somebody_who_became_a_guest_chooses_no_channel(town: SlackTown) -> None:
    anna, _ = await plan_series(town)
    await anna.invite_bot(town.far.channel("team", anna))
    await go_home(town, anna)
    for label in ("Menu", "Mijn aanvragen", "Tegenspraak", "Herinner ook het team"):
        await anna.press(label)
    await anna.choose("In welk kanaal of welke groep komt de herinnering?", "#team")
    await anna.change_profile(is_restricted=True)
    await anna.submit()
    assert GUEST in anna.modal.text


# --- unheard


async def test_a_guest_of_whom_nothing_was_heard_is_served_for_a_day_at_most(town: SlackTown) -> None:
    anna = town.requester
    await anna.dm("status")
    anna.change_unheard(is_restricted=True)
    town.clock.move(ACTING - A_MOMENT)
    await anna.dm("status")
    assert GUEST not in anna.messages[-1].text
    town.clock.move(TRUSTED)
    await anna.dm("status")
    assert GUEST in anna.messages[-1].text
    assert not reachable(town, anna)


async def test_a_guest_of_whom_nothing_was_heard_gets_letters_for_a_week_at_most(town: SlackTown) -> None:
    first = await asked(town)
    for who in first:
        who.change_unheard(is_restricted=True)
    town.clock.move(WRITTEN_TO)
    before = {who.id: len(who.messages) for who in first}
    only(town, first)
    with town.store.read() as uow:
        asker = town.person(people.without_role(uow)[1].id)
    await ask(town, asker)
    assert {who.id: len(who.messages) for who in first} == before
    assert not any(reachable(town, who) for who in first)


@pytest.mark.parametrize("acts", [True, False])
async def test_who_was_let_in_as_a_guest_before_is_turned_away_at_the_first_act_and_the_first_letter(
    town: SlackTown, *, acts: bool
) -> None:
    first = await asked(town)
    for who in first:
        who.change_unheard(is_restricted=True)
        with town.store.begin() as uow:
            memberships.set_confirmed_at(uow, "slack", who.id, None)
    town.clock.move(TRUSTED)
    before = {who.id: len(who.messages) for who in first}
    if acts:
        await press_offer(town, first[0])
        assert GUEST in first[0].messages[-1].text
        assert offer_of(town.store, first[0]).state is not OfferState.ACCEPTED
        assert not reachable(town, first[0])
        return
    only(town, first)
    with town.store.read() as uow:
        asker = town.person(people.without_role(uow)[1].id)
    await ask(town, asker)
    assert {who.id: len(who.messages) for who in first} == before
    assert not any(reachable(town, who) for who in first)


async def test_no_letter_goes_to_an_account_of_a_guest_that_has_the_readers_address(town: SlackTown) -> None:
    with town.store.read() as uow:
        leading = uow.db.exec(select(Facilitator.person_id).where(col(Facilitator.active))).all()
        everybody = [town.person(person_id) for person_id in leading]
    for who in everybody:
        who.change_unheard(is_restricted=True)
    await ask(town)
    assert town.far.calls.of("users.lookupByEmail")
    assert [who.member.real_name for who in everybody if who.messages] == []
    with town.store.read() as uow:
        ids = {row.address for row in uow.db.exec(select(Address)).all()}
    assert not ids & {who.id for who in everybody}


async def test_while_slack_does_not_say_whether_somebody_still_is_a_member_nothing_of_theirs_is_done(
    town: SlackTown,
) -> None:
    [who, *_] = await asked(town)
    await who.dm("status")
    town.clock.move(ACTING)
    town.far.orders.give("users.info", Status(500), times=100)
    await press_offer(town, who)
    assert DUTCH("slack.not_now") in who.messages[-1].text
    assert offer_of(town.store, who).state is not OfferState.ACCEPTED


async def test_a_member_is_looked_up_once_a_day_and_not_at_each_press(town: SlackTown) -> None:
    anna = town.requester
    for _ in range(20):
        await anna.dm("status")
        town.clock.move(ACTING / 40)
    assert len(town.far.calls.of("users.info")) == 1
    town.clock.move(ACTING)
    await anna.dm("status")
    await anna.dm("status")
    assert len(town.far.calls.of("users.info")) == 2


async def test_letters_of_a_day_to_one_person_ask_once_whether_they_may_get_them(town: SlackTown) -> None:
    anna, winner = await plan_series(town)
    before = [call.args["user"] for call in town.far.calls.of("users.info")]
    await town.passes(timedelta(days=5))
    after = [call.args["user"] for call in town.far.calls.of("users.info")][len(before) :]
    assert max((after.count(who.id) for who in (anna, winner)), default=0) <= 1


# --- several processes


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


async def test_what_one_process_hears_of_a_guest_holds_in_the_others_within_a_minute(twins: Twins) -> None:
    anna = twins.one.requester
    for _ in range(2):
        await anna.dm("status")
    await anna.change_profile(is_restricted=True)
    for town in (twins.one, twins.other):
        town.clock.move(TRUSTED)
    for _ in range(2):
        seen = len(anna.messages)
        await anna.dm("status")
        assert all(GUEST in message.text for message in anna.messages[seen:])
    await anna.change_profile(is_restricted=False)
    for town in (twins.one, twins.other):
        town.clock.move(TRUSTED)
    for _ in range(2):
        await anna.dm("menu")
        assert GUEST not in anna.messages[-1].text


async def test_a_guest_is_told_once_though_both_processes_are_asked(twins: Twins) -> None:
    who = twins.far.guest("Gast Vrij")
    twins.far.outward.repeat("slash_commands", 2, together=True)
    await who.command("/dialoog", "status")
    assert [message.text for message in who.ephemerals] == [GUEST]

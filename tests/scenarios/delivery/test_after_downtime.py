"""The bot was down for three days: late messages say so, useless ones are dropped and recorded, nobody is flooded."""

from datetime import timedelta

from bot.demo.simulated_person import SimulatedPerson
from storage.models import (
    DialogueSession,
    Due,
    DueReason,
    DueState,
    Facilitator,
    Offer,
    OfferState,
    Search,
    SearchState,
)
from tests.scenarios.asking import ask, plan, plan_series, press
from tests.scenarios.town import Town, at, last_words

THREE_DAYS = timedelta(days=3)
A_FEW = 4
"""More messages than this at once is a flood."""


async def test_a_reminder_that_is_late_but_still_of_use_is_sent_and_says_so(town: Town) -> None:
    requester, facilitator = await plan(town)
    await town.until(at("2026-11-30 12:00"))
    seen = town.seen
    await town.sleeps_until(at("2026-12-03 12:00"))
    for person in (requester, facilitator):
        [late] = town.arrived(person, seen)
        assert "Dit bericht komt later dan gepland" in late.view.text
        assert "De dialoog komt eraan: dinsdag 8 december 2026 om 14:00" in late.view.text
        assert "Over een week" not in late.view.text


async def test_reminders_of_a_session_that_is_over_are_dropped_and_recorded(town: Town) -> None:
    requester, facilitator = await plan(town)
    await town.until(at("2026-12-07 10:00"))
    seen = town.seen
    await town.sleeps_until(at("2026-12-10 10:00"))
    assert town.arrived(requester, seen) == []
    dropped = {row.kind: row.reason for row in town.rows(Due) if row.state is DueState.DROPPED}
    assert set(dropped) >= {"remind_day", "remind_hour"}
    assert set(dropped.values()) <= {DueReason.TOO_LATE, DueReason.OVERTAKEN}
    questions = town.arrived(facilitator, seen)
    assert 1 <= len(questions) <= 2
    assert "Dit bericht komt later dan gepland" in questions[0].view.text
    assert "voorbij" in questions[0].view.text


async def test_offers_that_expired_meanwhile_make_room_for_the_next_few_at_once(town: Town) -> None:
    await ask(town)
    first = town.asked()
    await town.sleeps_until(town.now + THREE_DAYS)
    assert len(town.asked()) == 3
    assert not set(town.asked()) & set(first)
    assert all("De tijd om te antwoorden is voorbij" in last_words(facilitator) for facilitator in first)
    still_open = [offer for offer in town.rows(Offer) if offer.state is OfferState.OPEN]
    assert all(offer.expires_at > town.now for offer in still_open)


async def test_a_promise_that_passed_meanwhile_is_renewed_into_the_future(town: Town) -> None:
    await ask(town)
    await town.until(at("2026-11-30 12:00"))
    await town.sleeps_until(at("2026-12-03 12:00"))
    assert "Het zoeken duurt langer dan we beloofden" in last_words(town.requester)
    [search] = town.rows(Search)
    assert search.promised_by > town.now


async def test_a_search_whose_moments_all_passed_meanwhile_ends_and_is_said_once(town: Town) -> None:
    await ask(town, moment1="2026-11-24T14:00", moment2="2026-11-25T10:00")
    seen = town.seen
    await town.sleeps_until(at("2026-11-26 12:00"))
    told = town.arrived(town.requester, seen)
    assert ["We vonden niet op tijd" in delivery.view.text for delivery in told].count(True) == 1
    assert town.rows(Search)[0].state is SearchState.LAPSED
    assert town.asked() == []


async def test_nobody_gets_more_than_a_few_messages_when_it_comes_back(town: Town) -> None:
    requester, facilitator = await plan_series(town, rhythm="Elke week", count=4)
    with town.store.begin() as uow:
        uow.get(Facilitator, int(facilitator.sender.address)).capacity = 20
    await ask(town, town.civil_servant(1))
    await ask(town, town.civil_servant(2), urgency="Acuut")
    await town.until(at("2026-11-30 15:30"))
    seen = town.seen
    await town.sleeps_until(at("2026-12-03 15:30"))
    everybody = {delivery.address for delivery in town.channel.deliveries[seen:]}
    assert everybody
    for address in everybody:
        assert len(_new(town, town.actor(int(address)), seen)) <= A_FEW
    assert len(town.rows(DialogueSession)) == 6
    assert len(town.arrived(requester, seen)) <= A_FEW


def _new(town: Town, actor: SimulatedPerson, seen: int) -> list[str]:
    return [delivery.ref for delivery in town.arrived(actor, seen) if not delivery.replaces]


async def test_after_a_month_of_silence_a_series_goes_on_with_what_is_still_to_come(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    seen = town.seen
    await town.sleeps_until(at("2027-01-13 09:00"))
    assert len(town.arrived(requester, seen)) <= A_FEW
    assert len(town.arrived(facilitator, seen)) <= A_FEW
    await town.until(at("2027-01-19 13:00"))
    assert "Over een uur begint de dialoog: dinsdag 19 januari 2027" in last_words(requester)


async def test_what_was_pressed_before_the_crash_is_delivered_after_it(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    await press(facilitator, "Accepteer")
    again = Town(town.store)
    await again.settle()
    assert any("De dialoog is gepland" in message.text for message in again.requester.messages)

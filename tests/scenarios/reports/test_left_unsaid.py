"""What happens when nobody says anything any more: a session without a report, people who left, things that failed."""

from datetime import timedelta

from storage.delivery import dead_letters, due
from storage.models import (
    Address,
    DialogueSession,
    Outbox,
    OutboxReason,
    OutboxState,
    Person,
    Series,
    SeriesState,
    SessionState,
)
from storage.people import people
from tests.scenarios.asking import SERIES, plan, plan_series
from tests.scenarios.town import Town, at, last_words


async def test_a_session_nobody_reports_on_is_closed_after_two_weeks_and_the_requester_hears(town: Town) -> None:
    requester, _ = await plan(town)
    await town.until(at("2026-12-22 16:30"))
    (session,) = town.rows(DialogueSession)
    assert session.state is SessionState.NOT_HELD
    assert "We hebben niet gehoord of de dialoog van dinsdag 8 december 2026 om 14:00 is doorgegaan" in last_words(
        requester
    )
    assert "Kies" in last_words(requester)


async def test_a_series_without_reports_comes_to_its_end_all_the_same(town: Town) -> None:
    requester, _ = await plan_series(town)
    await town.until(at("2027-02-03 12:00"))
    (series,) = town.rows(Series)
    assert series.state is SeriesState.ENDED
    assert any("Wil je verder" in message.text for message in requester.messages)


async def test_who_left_the_programme_gets_no_message_any_more(town: Town) -> None:
    _, facilitator = await plan(town, **SERIES)
    person_id, told = int(facilitator.sender.address), len(town.arrived(facilitator))
    with town.store.begin() as uow:
        uow.get(Person, person_id).active = False
    await town.until(at("2026-12-08 13:30"))
    assert len(town.arrived(facilitator)) == told
    dead = [row for row in town.rows(Outbox) if row.person_id == person_id and row.state is OutboxState.DEAD]
    assert dead
    assert {row.reason for row in dead} == {OutboxReason.NOT_ACTIVE}


async def test_a_letter_sent_again_tries_an_address_that_had_been_given_up(town: Town) -> None:
    requester, _ = await plan(town)
    person_id = int(requester.sender.address)
    with town.store.begin() as uow:
        for address in people.addresses(uow, person_id):
            address.reachable = False
    told = len(town.arrived(requester))
    await town.until(at("2026-12-01 15:00"))
    with town.store.begin() as uow:
        (letter,) = dead_letters.newest(uow)
        assert dead_letters.replay(uow, letter.id, town.clock.now())
    await town.settle()
    assert len(town.arrived(requester)) == told + 1
    assert all(row.reachable for row in town.rows(Address) if row.person_id == person_id)


async def test_what_was_set_aside_can_be_taken_up_again(town: Town) -> None:
    await plan(town)
    with town.store.begin() as uow:
        row = due.upcoming(uow, 1)[0]
        due.set_aside(uow, row.id, town.clock.now(), "failed 4 times")
    await town.passes(timedelta(days=30))
    with town.store.begin() as uow:
        (aside,) = due.aside(uow, 10)
        assert due.take_up(uow, aside.id, town.clock.now())
        assert due.aside(uow, 10) == []

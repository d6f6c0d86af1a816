"""Platforms deliver the same event again, and things go wrong half way: everything happens once, or not at all."""

from typing import Any

import pytest

from bot.demo.simulated_person import SimulatedPerson
from flows.matching import algorithm, searches
from handlers.inbound.events import Submitted
from handlers.inbound.results import Repeat, to_say
from storage.models import DialogueSession, Draft, Due, Inbox, Offer, OfferState, Outbox, Request, Seat
from tests.scenarios.asking import ask, begin, fill_in, plan, press
from tests.scenarios.town import Town, words


async def test_a_press_delivered_three_times_has_one_effect(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    packed = facilitator.button("Accepteer").action.pack()
    first = await facilitator.send_action(packed, event_id="same")
    repeats = [await facilitator.send_action(packed, event_id="same") for _ in range(2)]
    await town.settle()
    assert first is not None
    assert repeats == [None, None], "a repeat is not answered a second time"
    assert [seat.facilitator_id for seat in town.rows(Seat)] == [int(facilitator.sender.address)]
    assert sum("De dialoog is gepland" in message.text for message in town.requester.messages) == 1


async def test_sending_delivered_twice_makes_one_request(town: Town) -> None:
    asker = town.requester
    await fill_in(asker)
    packed = asker.button("Verstuur de aanvraag").action.pack()
    await asker.send_action(packed, event_id="send")
    assert await asker.send_action(packed, event_id="send") is None
    assert len(town.rows(Request)) == 1


async def test_answers_delivered_twice_are_taken_once(town: Town) -> None:
    asker = town.requester
    await begin(asker)
    page = asker.form
    given = {field.name: field.value for field in page.fields}
    given["topics"] = [next(iter(page.fields[1].choices)).value]
    event = Submitted("page-1", asker.sender, page.draft_id, page.page, given)
    first = to_say(await town.app.router.handle(event))
    assert first is not None
    assert first.form is not None
    assert first.form.page == "shape"
    assert await town.app.router.handle(event) == Repeat()


async def test_the_same_id_on_another_channel_is_another_event(town: Town) -> None:
    asker = town.requester
    await asker.send_action("menu:0:0", event_id="7")
    with town.store.begin() as uow:
        uow.add(Inbox(channel="elsewhere", event_id="8", seen_at=town.now))
    assert await asker.send_action("menu:0:0", event_id="8") is not None


async def test_what_fails_half_way_leaves_no_trace_and_the_retry_does_the_work(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker = town.requester
    await fill_in(asker)
    packed = asker.button("Verstuur de aanvraag").action.pack()
    before = _everything(town)
    with monkeypatch.context() as broken:
        broken.setattr(algorithm, "match", _fails)
        answer = await asker.send_action(packed, event_id="once")
    assert "Er ging bij ons iets mis" in words(answer)
    assert "Wat je eerder invulde, is bewaard" in words(answer)
    assert "geheim" not in words(answer)
    assert _everything(town) == before
    again = await asker.send_action(packed, event_id="once")
    assert "We hebben je aanvraag" in words(again)
    assert len(town.rows(Offer)) == 3


async def test_an_acceptance_that_fails_at_the_very_end_leaves_the_seat_free(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ask(town)
    facilitator, other = town.asked()[:2]
    packed = facilitator.button("Accepteer").action.pack()
    before = _everything(town)
    with monkeypatch.context() as broken:
        broken.setattr(searches, "found", _fails)
        answer = await facilitator.send_action(packed)
    assert "Er ging bij ons iets mis" in words(answer)
    assert _everything(town) == before
    assert town.rows(DialogueSession)[0].starts_at is None
    await press(other, "Accepteer")
    await town.settle()
    assert [seat.facilitator_id for seat in town.rows(Seat)] == [int(other.sender.address)]


async def test_a_refusal_is_told_once_and_to_its_repeat_nothing_is_said(town: Town) -> None:
    _, winner = await plan(town)
    loser = next(actor for actor in _who_were_asked(town) if actor is not winner)
    [offer] = [offer for offer in town.rows(Offer) if str(offer.facilitator_id) == loser.sender.address]
    assert offer.state is OfferState.TAKEN
    packed = f"offer.accept:{offer.id}:{offer.version}:0"
    assert "Een collega was net iets eerder" in words(await loser.send_action(packed, event_id="late"))
    assert await loser.send_action(packed, event_id="late") is None


def _who_were_asked(town: Town) -> list[SimulatedPerson]:
    return [town.actor(offer.facilitator_id) for offer in town.rows(Offer)]


def _fails(*_args: Any, **_named: Any) -> Any:
    raise RuntimeError("geheim")


def _everything(town: Town) -> list[list[dict[str, Any]]]:
    tables = (Draft, Request, Offer, DialogueSession, Seat, Due, Outbox, Inbox)
    return [[row.model_dump() for row in town.rows(table)] for table in tables]

"""A request is changed while somebody is sought: as much of the search stays as the change leaves true."""

from datetime import timedelta
from typing import Any

import pytest

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.view import View
from storage.models import DialogueSession, Facilitator, Level, Offer, OfferState, Request, RequestTopic, Search, Seat
from tests.scenarios.asking import ask, from_menu, go_on, press
from tests.scenarios.town import Town, at, last_words, words


async def test_a_changed_context_is_for_who_accepts_and_troubles_nobody_who_was_asked(town: Town) -> None:
    await ask(town)
    asked, before = town.asked(), _offers(town)
    seen = town.seen
    view = await _changes(town, "De gespreksleider", context="Neem de tijd voor de nieuwe collega's.")
    assert "Voor het zoeken verandert er niets: we gaan gewoon door" in view.text
    assert "vóór maandag 30 november 2026 om 17:00" in view.text, "the promise of the first sending stands"
    assert _offers(town) == before
    assert all(town.arrived(facilitator, seen) == [] for facilitator in asked)
    await press(asked[0], "Accepteer")
    await town.settle()
    assert any("Neem de tijd voor de nieuwe collega's" in words(message) for message in asked[0].messages)


async def test_sending_it_again_unchanged_changes_nothing(town: Town) -> None:
    await ask(town)
    before, seen = _offers(town), town.seen
    await press(town.requester, "Wijzig de aanvraag")
    view = await press(town.requester, "Verstuur de wijziging")
    await town.settle()
    assert "we gaan gewoon door" in view.text
    assert _offers(town) == before
    assert town.seen == seen


@pytest.mark.parametrize(
    ("changed", "reads"),
    [
        ({"participants": 12}, "Groep: 12 mensen"),
        ({"occasion": "Een gewoon werkoverleg"}, "werkoverleg"),
    ],
)
async def test_what_only_the_offer_tells_is_shown_to_who_was_asked_and_takes_the_offer_from_nobody(
    town: Town, changed: dict[str, Any], reads: str
) -> None:
    await ask(town)
    asked, before = town.asked(), _offers(town)
    await town.passes(timedelta(hours=3))
    view = await _changes(town, "De dialoog", **changed)
    assert "Wie we al gevraagd hebben, ziet nu wat er veranderd is en kan nog ja zeggen" in view.text
    assert "vóór maandag 30 november 2026 om 17:00" in view.text
    assert [offer_id for offer_id, _, _ in _offers(town)] == [offer_id for offer_id, _, _ in before]
    assert town.asked() == asked
    for facilitator in asked:
        [card] = facilitator.messages
        assert "Let op: de aanvrager heeft iets veranderd" in card.text
        assert "Antwoord vóór dinsdag 24 november 2026 om 09:05" in card.text, "they have as long as they had"
        assert reads in words(card)
    await press(asked[0], "Accepteer")
    assert [offer.state for offer in town.rows(Offer)].count(OfferState.ACCEPTED) == 1


@pytest.mark.parametrize(
    ("part", "changed", "named"),
    [
        ("De dialoog", {"participants": 12}, "Veranderd: groep."),
        ("De dialoog", {"participants": 12, "occasion": "Een gewoon werkoverleg"}, "Veranderd: groep en aanleiding."),
        ("De dialoog", {"urgency": "Acuut"}, "Veranderd: tijd om te antwoorden."),
    ],
)
async def test_who_was_asked_reads_what_exactly_has_changed(
    town: Town, part: str, changed: dict[str, Any], named: str
) -> None:
    await ask(town)
    asked = town.asked()
    await _changes(town, part, **changed)
    assert [named in facilitator.messages[0].text for facilitator in asked] == [True] * len(asked)


async def test_who_keeps_the_offer_at_other_moments_reads_that_the_moments_have_changed(town: Town) -> None:
    await ask(town)
    before = town.asked()
    await _changes(town, "Jullie momenten", moment1="2026-12-15T14:00", moment2="2026-12-17T10:00")
    kept = [facilitator for facilitator in before if facilitator in town.asked()]
    assert kept
    assert all("Veranderd: momenten" in facilitator.messages[0].text for facilitator in kept)


async def test_whoever_says_yes_to_what_has_just_changed_is_shown_the_change_first(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    old = facilitator.button("Accepteer")
    await _changes(town, "De dialoog", participants=12)
    answer = await facilitator.send_action(old.action.pack())
    assert "Er is intussen iets veranderd" in words(answer)
    assert "12 mensen" in words(answer)
    assert OfferState.ACCEPTED not in {offer.state for offer in town.rows(Offer)}


async def test_another_street_in_the_same_town_changes_nothing_for_who_was_asked(town: Town) -> None:
    await ask(town, where="Op locatie")
    before = _offers(town)
    view = await _changes(town, "De plek", place="Den Haag, Spui 70")
    assert "we gaan gewoon door" in view.text
    assert _offers(town) == before
    await press(town.asked()[0], "Accepteer")
    await town.settle()
    assert "Den Haag, Spui 70" in last_words(town.requester)


async def test_another_time_that_a_facilitator_proposed_survives_a_small_change(town: Town) -> None:
    await ask(town)
    proposer = town.asked()[0]
    await press(proposer, "Stel een ander moment voor")
    await proposer.fill(moment="2026-12-09T10:00")
    await town.settle()
    await _changes(town, "De dialoog", participants=12)
    assert "Je hebt een ander moment voorgesteld" in last_words(proposer)
    assert "12 mensen" in last_words(proposer)
    take = next(view for view in town.requester.messages if "maar wel op" in view.text).buttons[0]
    answer = await town.requester.send_action(take.action.pack())
    assert "Afgesproken: woensdag 9 december 2026 om 10:00" in words(answer)


async def test_an_offer_that_is_changed_ends_at_its_own_time_and_the_next_are_asked(town: Town) -> None:
    await ask(town)
    first = town.asked()
    await _changes(town, "De dialoog", participants=12)
    await town.until(at("2026-11-24 09:05"))
    assert len(town.asked()) == 3
    assert not set(town.asked()) & set(first)


async def test_new_moments_begin_the_search_anew_and_whoever_can_come_then_keeps_the_offer(town: Town) -> None:
    await ask(town)
    before = town.asked()
    view = await _changes(town, "Jullie momenten", moment1="2026-12-15T14:00", moment2="2026-12-17T10:00")
    assert "dinsdag 15 december 2026 om 14:00" in words(view)
    assert "opnieuw gaan zoeken" in view.text
    kept = [facilitator for facilitator in before if facilitator in town.asked()]
    assert kept, "at least one of them can come on a Tuesday or a Thursday"
    for facilitator in before:
        assert "di 8 dec" not in words(facilitator.messages[0])
        if facilitator in kept:
            assert "Let op: de aanvrager heeft iets veranderd" in facilitator.messages[0].text
            assert len(facilitator.messages) == 1
        else:
            assert "Deze vraag is vervallen" in facilitator.messages[0].text
            assert "niet meer nodig, of het plan is veranderd" in last_words(facilitator)
    assert len(town.asked()) == 3, "others are asked for those who fell out, and no more"
    assert all("di 15 dec" in last_words(f) or "do 17 dec" in last_words(f) for f in town.asked())
    assert (len(town.rows(Request)), len(town.rows(RequestTopic)), len(town.rows(DialogueSession))) == (1, 1, 1)
    await press(kept[0], "Accepteer")
    await town.settle()
    assert "De dialoog is gepland" in last_words(town.requester)


async def test_who_does_not_fit_what_is_asked_now_hears_that_the_question_is_off(town: Town) -> None:
    await ask(town)
    before = town.asked()
    with town.store.begin() as uow:
        uow.get(Facilitator, int(before[0].sender.address)).capacity = 0
    gone = before[0]
    view = await _changes(town, "De gespreksleider", origin="Van buiten onze organisatie")
    assert "opnieuw gaan zoeken" in view.text
    assert "Deze vraag is vervallen" in gone.messages[0].text
    assert gone.messages[0].buttons == ()
    assert gone not in town.asked()


async def test_a_group_that_needs_two_now_gets_two_seats_and_keeps_who_was_asked(town: Town) -> None:
    await ask(town)
    before = town.asked()
    view = await _changes(town, "De dialoog", participants=20)
    assert "Wie we al gevraagd hebben, past nog steeds" in view.text
    assert len(town.rows(Seat)) == 2
    assert set(before) < set(town.asked())
    assert len(town.asked()) == 6
    await _changes(town, "De dialoog", participants=10)
    assert len(town.rows(Seat)) == 1


async def test_nobody_in_training_keeps_the_offer_of_a_seat_beside_another_that_is_gone(town: Town) -> None:
    await ask(town, participants=20)
    learner = town.asked()[0]
    with town.store.begin() as uow:
        uow.get(Facilitator, int(learner.sender.address)).level = Level.IN_TRAINING
    view = await _changes(town, "De dialoog", participants=10)
    assert "De anderen horen dat de vraag vervalt" in view.text
    assert learner not in town.asked()


async def test_a_question_that_becomes_acute_hurries_who_was_asked_and_asks_nobody_twice(town: Town) -> None:
    await ask(town)
    asked = town.asked()
    view = await _changes(town, "De dialoog", urgency="Acuut")
    assert "vóór dinsdag 24 november 2026 om 17:00" in view.text
    assert town.asked() == asked
    assert all("Antwoord vóór maandag 23 november 2026 om 11:05" in last_words(one) for one in asked)
    await town.until(at("2026-11-23 11:05"))
    assert len(town.asked()) == 3
    assert not set(town.asked()) & set(asked)


async def test_a_small_change_leaves_the_search_with_the_builder_who_sees_it(town: Town) -> None:
    await ask(town)
    await town.until(at("2026-11-25 09:05"))
    builder, *others = town.steering()
    await _changes(town, "De dialoog", participants=12)
    assert town.steering() == [builder, *others]
    assert "12 mensen" in last_words(builder)
    assert town.asked() == []
    await town.until(at("2026-11-26 09:05"))
    assert set(town.team()) <= set(town.steering()), "the desk takes over at the time it would have"


async def test_after_a_lapse_new_moments_begin_a_search_and_nobody_is_told_of_an_old_one(town: Town) -> None:
    await ask(town)
    await town.until(at("2026-12-10 10:00"))
    await from_menu(town.requester, "Mijn aanvragen")
    await press(town.requester, "Bekijk: Tegenspraak")
    await press(town.requester, "Wijzig de aanvraag")
    await go_on(town.requester, moment1="2026-12-17T14:00", moment2=None)
    view = await press(town.requester, "Verstuur de wijziging")
    await town.settle()
    assert "We hebben je wijziging en zijn opnieuw gaan zoeken. Je hoort vóór" in view.text
    assert town.asked()
    assert len(town.rows(Search)) == 2


async def _changes(town: Town, part: str, **answers: Any) -> View:
    """The requester changes one part of the request and sends it again."""
    asker = town.requester
    await from_menu(asker, "Mijn aanvragen")
    await press(asker, "Bekijk: Tegenspraak")
    await press(asker, "Wijzig de aanvraag")
    await press(asker, f"Wijzig: {part}")
    await _to_summary(asker, **answers)
    view = await press(asker, "Verstuur de wijziging")
    await town.settle()
    return view


async def _to_summary(asker: SimulatedPerson, **answers: Any) -> None:
    await go_on(asker, **answers)
    assert asker.screen is not None
    assert asker.screen.form is None, asker.screen.form


def _offers(town: Town) -> list[tuple[int, OfferState, int]]:
    return [(offer.id, offer.state, offer.version) for offer in town.rows(Offer)]

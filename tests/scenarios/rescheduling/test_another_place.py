"""The requester changes where a session is: whoever leads it can get there, and whoever is asked sees it."""

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.view import View
from storage.models import DialogueSession, Facilitator, FacilitatorPlace, Offer, OfferState
from tests.scenarios.asking import answer_page, ask, from_menu, plan, press
from tests.scenarios.town import Town, at, last_words, words


async def test_before_saying_yes_a_facilitator_reads_the_town_and_afterwards_the_street(town: Town) -> None:
    await ask(town, where="Op locatie")
    facilitator, other = town.asked()[:2]
    await press(facilitator, "Stel een ander moment voor")
    await facilitator.send_action(facilitator.messages[0].buttons[0].action.pack())
    assert not any("Turfmarkt" in words(delivery.view) for delivery in town.arrived(facilitator))
    await town.settle()
    assert any("Den Haag, Turfmarkt 147" in words(message) for message in facilitator.messages)
    assert not any("Turfmarkt" in words(delivery.view) for delivery in town.arrived(other))


async def test_who_steers_a_search_reads_the_whole_place(town: Town) -> None:
    await ask(town, where="Op locatie", moment1="2026-12-08T05:00", moment2=None)
    assert dict(town.steering()[0].last.facts)["Waar"] == "Den Haag, Turfmarkt 147"


async def test_a_place_out_of_reach_of_the_facilitators_next_session_is_refused_and_nothing_changes(town: Town) -> None:
    facilitator = await _two_in_a_row(town)
    view = await _goes_to(town, "Groningen, Grote Markt 1")
    assert "De gespreksleider kan daar niet op tijd zijn. Er is niets veranderd" in words(view)
    assert "Kies een plek dichterbij, of verplaats eerst de bijeenkomst" in words(view)
    seen = town.seen
    await town.settle()
    assert town.seen == seen
    assert {session.place for session in town.rows(DialogueSession)} == {"Den Haag, Turfmarkt 147"}
    assert "Groningen" not in "".join(words(delivery.view) for delivery in town.arrived(facilitator))


async def test_another_street_in_the_same_town_is_just_told(town: Town) -> None:
    facilitator = await _two_in_a_row(town)
    await _goes_to(town, "Den Haag, Spui 70")
    assert "De plek of de link van deze bijeenkomst is veranderd" in last_words(facilitator)
    assert "Den Haag, Spui 70" in last_words(facilitator)


async def test_another_town_is_told_where_nothing_stands_in_the_way(town: Town) -> None:
    _, facilitator = await plan(town, where="Op locatie")
    await _goes_to(town, "Groningen, Grote Markt 1")
    assert "Groningen, Grote Markt 1" in last_words(facilitator)


async def test_while_a_second_facilitator_is_sought_who_is_asked_sees_the_new_town(town: Town) -> None:
    await _everybody_travels(town)
    await ask(town, where="Op locatie", participants=20, moment2=None)
    first, *others = town.asked()
    await press(first, "Accepteer")
    await town.settle()
    await _goes_to(town, "Utrecht, Croeselaan 15")
    for other in others:
        assert "Let op: de aanvrager heeft iets veranderd" in last_words(other)
        assert dict(other.last.facts)["Waar"] == "Utrecht"
    assert "De plek of de link van de bijeenkomst op dinsdag 8 december 2026 om 14:00 is veranderd" in last_words(first)
    assert "Utrecht, Croeselaan 15" in last_words(first)
    await press(others[0], "Accepteer")
    await town.settle()
    assert "Utrecht, Croeselaan 15" in last_words(others[0])


async def test_who_does_nothing_online_is_not_asked_any_more_when_the_session_goes_online(town: Town) -> None:
    await _everybody_travels(town)
    await ask(town, where="Op locatie", participants=20, moment2=None)
    first, second, *_ = town.asked()
    await press(first, "Accepteer")
    await town.settle()
    with town.store.begin() as uow:
        uow.get(Facilitator, int(second.sender.address)).online = False
    await from_menu(town.requester, "Mijn bijeenkomsten")
    await press(town.requester, "Bekijk: di 8 dec")
    await press(town.requester, "Wijzig plek of link")
    await answer_page(town.requester, where="Online")
    await answer_page(town.requester, link="https://overleg.example/abc")
    await town.settle()
    assert "Deze vraag is vervallen" in second.messages[0].text
    assert town.asked(), "the others are still asked"
    assert OfferState.WITHDRAWN in {offer.state for offer in town.rows(Offer)}


async def _everybody_travels(town: Town) -> None:
    """Everybody is at home in three towns, so that where a session is decides nothing."""
    with town.store.begin() as uow:
        known = {(row.facilitator_id, row.place) for row in town.rows(FacilitatorPlace)}
        for row in town.rows(Facilitator):
            for place in ("Den Haag", "Utrecht"):
                if (row.person_id, place) not in known:
                    uow.add(FacilitatorPlace(facilitator_id=row.person_id, place=place))


async def _two_in_a_row(town: Town) -> SimulatedPerson:
    """One facilitator leads two sessions in one town, one right after the other."""
    _, facilitator = await plan(town, where="Op locatie")
    await ask(town, town.civil_servant(1), where="Op locatie", moment1="2026-12-08T12:00", moment2=None)
    last = town.rows(Offer)[-1]
    mine = [
        row for row in town.rows(Offer) if row.search_id == last.search_id and row.facilitator_id == _id(facilitator)
    ]
    with town.store.begin() as uow:
        uow.get(Facilitator, _id(facilitator)).capacity = 5
        uow.get(Offer, (mine or [last])[0].id).facilitator_id = _id(facilitator)
    view = await from_menu(facilitator, "Beantwoord: Tegenspraak")
    await facilitator.send_action(view.buttons[0].action.pack())
    await town.settle()
    assert [row.starts_at for row in town.rows(DialogueSession)] == [at("2026-12-08 14:00"), at("2026-12-08 12:00")]
    return facilitator


def _id(actor: SimulatedPerson) -> int:
    return int(actor.sender.address)


async def _goes_to(town: Town, place: str) -> View:
    requester = town.requester
    await from_menu(requester, "Mijn bijeenkomsten")
    await press(requester, "Bekijk: di 8 dec")
    await press(requester, "Wijzig plek of link")
    await answer_page(requester, where="Op locatie")
    view = await answer_page(requester, place=place)
    await town.settle()
    return view

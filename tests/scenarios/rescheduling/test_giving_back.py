"""A facilitator who cannot come after all: the search begins again at once, in front, and the requester hears why."""

from datetime import date

from bot.demo.simulated_person import SimulatedPerson
from flows.capabilities import CAPABILITIES
from flows.engine.context import Context
from flows.engine.views.action import Action
from flows.series import series
from storage.models import Away, DialogueSession, Facilitator, Level, Offer, OfferState, Seat, SessionState
from tests.scenarios.asking import answer_page, field, plan, plan_series, press
from tests.scenarios.town import RULES, TEXTS, Town, at, last_words, words


async def test_giving_back_tells_the_requester_why_and_asks_others_at_once(town: Town) -> None:
    requester, facilitator = await plan(town)
    await _gives_back(town, facilitator, reason="Privé")
    assert "Dank je wel voor je bericht" in words(facilitator.screen)
    assert "De gespreksleider kan toch niet komen op dinsdag 8 december 2026 om 14:00. Reden: Privé" in last_words(
        requester
    )
    assert "We zoeken met voorrang iemand anders" in last_words(requester)
    assert town.asked()
    assert facilitator not in town.asked()
    substitute = town.asked()[0]
    assert "Een collega kan deze dialoog toch niet leiden" in last_words(substitute)
    assert "Antwoord vóór maandag 23 november 2026 om 11:05" in last_words(substitute), "in front of the queue"


async def test_a_substitute_takes_the_seat_at_the_same_time_and_everybody_hears(town: Town) -> None:
    requester, facilitator = await plan(town)
    await _gives_back(town, facilitator)
    substitute = town.asked()[0]
    await press(substitute, "Accepteer: di 8 dec 14:00")
    await town.settle()
    assert substitute.name in last_words(requester)
    assert facilitator.name not in last_words(requester)
    assert requester.name in last_words(substitute)
    [session] = town.rows(DialogueSession)
    assert session.state is SessionState.PLANNED
    assert session.starts_at == at("2026-12-08 14:00")


async def test_a_substitute_is_not_offered_another_time_for_a_session_with_a_date(town: Town) -> None:
    _, facilitator = await plan(town)
    await _gives_back(town, facilitator)
    assert "ander moment" not in last_words(town.asked()[0])


async def test_whoever_gave_back_is_never_asked_for_that_session_again_nor_reminded(town: Town) -> None:
    _, facilitator = await plan(town)
    await _gives_back(town, facilitator)
    seen = town.seen
    await town.until(at("2026-12-09 09:00"))
    assert town.arrived(facilitator, seen) == []


async def test_giving_back_can_be_undone_by_nobody_pressing_an_old_button(town: Town) -> None:
    _, facilitator = await plan(town)
    [offer] = [offer for offer in town.rows(Offer) if offer.state is OfferState.ACCEPTED]
    await _gives_back(town, facilitator)
    answer = await facilitator.send_action(Action("offer.accept", offer.id, offer.version, "0").pack())
    assert "Hier kun je niet meer op antwoorden" in words(answer)
    [session] = town.rows(DialogueSession)
    answer = await facilitator.send_action(Action("session.give", session.id).pack())
    assert "voor iemand anders bedoeld" in words(answer)


async def test_in_a_series_one_session_can_be_given_back_and_the_others_kept(town: Town) -> None:
    _, facilitator = await plan_series(town)
    await _gives_back(town, facilitator, scope="Alleen deze")
    states = [session.state for session in town.rows(DialogueSession)]
    assert states == [SessionState.SEEKING, SessionState.PLANNED, SessionState.PLANNED]
    mine = [seat.session_id for seat in town.rows(Seat) if str(seat.facilitator_id) == facilitator.sender.address]
    assert len(mine) == 2


async def test_a_substitute_for_the_rest_of_a_series_takes_over_all_of_it(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    await _gives_back(town, facilitator, scope="Deze en alle volgende")
    assert [session.state for session in town.rows(DialogueSession)] == [SessionState.SEEKING] * 3
    substitute = town.asked()[0]
    await press(substitute, "Accepteer: di 8 dec 14:00")
    await town.settle()
    for session in town.rows(DialogueSession):
        seats = [seat.facilitator_id for seat in town.rows(Seat) if seat.session_id == session.id]
        if session.state is SessionState.PLANNED:
            assert seats == [int(substitute.sender.address)]
        else:
            assert town.asked(), "for what the substitute has no room, others are asked"
    assert town.rows(DialogueSession)[0].state is SessionState.PLANNED
    seen = town.seen
    await town.until(at("2027-02-01 09:00"))
    reminded = [delivery for delivery in town.arrived(substitute, seen) if "Morgen is de dialoog" in delivery.view.text]
    assert reminded
    assert town.arrived(facilitator, seen) == []
    assert any("Morgen is de dialoog" in delivery.view.text for delivery in town.arrived(requester, seen))


async def test_when_no_substitute_is_found_that_session_lapses_and_the_search_goes_on_for_the_rest(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    await _gives_back(town, facilitator, scope="Deze en alle volgende")
    await town.until(at("2026-12-08 14:01"))
    assert any("Die gaat daarom niet door" in message.text for message in requester.messages)
    await town.until(at("2027-01-20 09:00"))
    states = [session.state for session in town.rows(DialogueSession)]
    assert states == [SessionState.CANCELLED] * 3, "each was searched for, and each is said to have lapsed"
    lapsed = [message for message in requester.messages if "Die gaat daarom niet door" in message.text]
    assert len(lapsed) == 3


async def test_a_session_that_lapses_is_told_to_its_requester_once_and_leaves_the_calendar(town: Town) -> None:
    requester, facilitator = await plan(town)
    await _gives_back(town, facilitator)
    seen = town.seen
    await town.until(at("2026-12-08 14:01"))
    [last] = [d.view for d in town.arrived(requester, seen) if "gaat" in d.view.text and "niet door" in d.view.text]
    assert "Die gaat daarom niet door" in last.text
    assert last.file is not None
    assert b"METHOD:CANCEL" in last.file.content


async def test_for_the_rest_of_a_series_whoever_cannot_come_later_is_asked_last_and_the_builder_reads_why(
    town: Town,
) -> None:
    _, facilitator = await plan_series(town)
    with town.store.begin() as uow:
        keen = [row.person_id for row in town.rows(Facilitator)]
        for person_id in keen[::2]:
            uow.add(Away(facilitator_id=person_id, first_day=date(2026, 12, 28), last_day=date(2027, 1, 31)))
    await _gives_back(town, facilitator, scope="Deze en alle volgende")
    assert town.asked()
    away = {str(person_id) for person_id in keen[::2]}
    assert not {actor.sender.address for actor in town.asked()} & away
    await town.until(at("2026-11-24 17:00"))
    assert "kan bij 2 van de 2 volgende bijeenkomsten" in "".join(words(one.last) for one in town.steering())


async def _gives_back(town: Town, facilitator: SimulatedPerson, **answers: str) -> None:
    await press(facilitator, "Ik kan toch niet")
    await answer_page(facilitator, **{"reason": "Ander werk", **answers})
    await town.settle()


async def test_the_form_says_that_the_requester_reads_the_reason(town: Town) -> None:
    _, facilitator = await plan(town)
    await press(facilitator, "Ik kan toch niet")
    assert "De aanvrager leest deze reden" in field(facilitator, "reason").help


async def test_who_is_in_training_takes_over_no_seat_that_is_not_for_them(town: Town) -> None:
    _, facilitator = await plan_series(town)
    await _gives_back(town, facilitator, scope="Deze en alle volgende")
    trainee = next(row.person_id for row in town.rows(Facilitator) if row.level is Level.IN_TRAINING)
    with town.store.begin() as uow:
        uow.get(Facilitator, trainee).capacity = 5
        series.take_over(Context(uow, town.now, RULES, TEXTS, CAPABILITIES), uow.get(DialogueSession, 1), trainee)
    assert trainee not in [seat.facilitator_id for seat in town.rows(Seat)]
    assert [session.state for session in town.rows(DialogueSession)] == [SessionState.SEEKING] * 3

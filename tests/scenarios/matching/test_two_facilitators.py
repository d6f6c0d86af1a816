"""A large group: two facilitators, and who is in training only beside another."""

from bot.demo.simulated_person import SimulatedPerson
from storage.models import DialogueSession, Facilitator, Level, Offer, OfferState, Seat, SeatRole, SessionState
from tests.scenarios.asking import answer_page, ask, press
from tests.scenarios.town import Town, at, last_words, words


async def test_a_large_group_needs_two_and_is_planned_when_both_are_found(town: Town) -> None:
    await ask(town, participants=20)
    assert len(town.asked()) == 6
    first, second = _who_can(town, "di 8 dec")[:2]
    await press(first, "Accepteer: di 8 dec 14:00")
    await town.settle()
    assert "Eén gespreksleider komt op dinsdag 8 december 2026 om 14:00" in last_words(town.requester)
    assert "Voor jullie groep zijn er twee nodig" in last_words(town.requester)
    assert town.rows(DialogueSession)[0].state is SessionState.SEEKING
    await press(second, "Accepteer: di 8 dec 14:00")
    await town.settle()
    assert town.rows(DialogueSession)[0].state is SessionState.PLANNED
    assert first.name in last_words(town.requester)
    assert second.name in last_words(town.requester)
    assert second.name in last_words(first), "the two are told who the other is"
    assert first.name in last_words(second)


async def test_both_are_asked_how_it_went_and_both_find_the_button_to_tell_in_their_menu(town: Town) -> None:
    await ask(town, participants=20)
    first, second = _who_can(town, "di 8 dec")[:2]
    for facilitator in (first, second):
        await press(facilitator, "Accepteer: di 8 dec 14:00")
        await town.settle()
    await town.until(at("2026-12-08 16:15"))
    for facilitator in (first, second):
        assert "Vertel ons of die doorging" in last_words(facilitator)
        assert "[Hoe ging het? di 8 dec 14:00]" in words(await facilitator.say("menu"))
    await press(second, "Hoe ging het?")
    await answer_page(second, held="Nee")
    assert "Hoe ging het?" not in words(await first.say("menu"))


async def test_when_one_of_two_is_found_the_others_can_only_say_yes_to_that_moment(town: Town) -> None:
    await ask(town, participants=20)
    first = _who_can(town, "di 8 dec")[0]
    await press(first, "Accepteer: di 8 dec 14:00")
    await town.settle()
    assert town.asked()
    for other in town.asked():
        accept = [button.label for button in other.last.buttons if button.label.startswith("Accepteer")]
        assert accept == ["Accepteer: di 8 dec 14:00"]


async def test_one_person_never_takes_both_seats(town: Town) -> None:
    await ask(town, participants=20)
    first = _who_can(town, "di 8 dec")[0]
    yes = first.button("Accepteer: di 8 dec 14:00")
    await first.send_action(yes.action.pack())
    answer = await first.send_action(yes.action.pack())
    assert "Hier kun je niet meer op antwoorden" in words(answer)
    assert [seat.facilitator_id for seat in town.rows(Seat)].count(None) == 1


async def test_who_is_in_training_gets_the_second_seat_and_leaves_the_first_to_another(town: Town) -> None:
    _everybody_is(town, Level.IN_TRAINING)
    await ask(town, participants=20)
    first = _who_can(town, "di 8 dec")[0]
    await press(first, "Accepteer: di 8 dec 14:00")
    await town.settle()
    seats = {seat.role: seat.facilitator_id for seat in town.rows(Seat)}
    assert seats == {SeatRole.LEAD: None, SeatRole.SECOND: int(first.sender.address)}


async def test_two_in_training_are_never_left_alone_together(town: Town) -> None:
    _everybody_is(town, Level.IN_TRAINING)
    await ask(town, participants=20)
    first, second = _who_can(town, "di 8 dec")[:2]
    yes = second.button("Accepteer: di 8 dec 14:00")
    await press(first, "Accepteer: di 8 dec 14:00")
    await town.settle()
    answer = await second.send_action(yes.action.pack())
    await town.settle()
    assert "[Accepteer" not in words(answer)
    assert town.asked() == [], "nobody in training is asked for the seat that leads"
    assert town.rows(DialogueSession)[0].state is SessionState.SEEKING
    assert OfferState.OPEN not in {offer.state for offer in town.rows(Offer)}


async def test_a_group_that_one_can_lead_is_never_offered_to_somebody_in_training(town: Town) -> None:
    _everybody_is(town, Level.IN_TRAINING)
    await ask(town)
    assert town.asked() == []
    assert "is nog in opleiding en kan alleen naast een ander" in last_words(town.steering()[0])


async def test_nobody_found_beside_the_first_is_said_to_the_one_who_had_accepted(town: Town) -> None:
    await ask(town, participants=20)
    first = _who_can(town, "di 8 dec")[0]
    await press(first, "Accepteer: di 8 dec 14:00")
    await town.until(at("2026-12-08 14:00"))
    assert any("Die gaat daarom niet door" in message.text for message in town.requester.messages)
    assert "gaat niet door" in last_words(first)


def _who_can(town: Town, moment: str) -> list[SimulatedPerson]:
    return [actor for actor in town.asked() if f"[Accepteer: {moment}" in last_words(actor)]


def _everybody_is(town: Town, level: Level) -> None:
    with town.store.begin() as uow:
        for row in town.rows(Facilitator):
            uow.get(Facilitator, row.person_id).level = level


async def test_whose_other_time_is_overtaken_by_that_of_the_second_is_told(town: Town) -> None:
    await ask(town, participants=20)
    first, second = _who_can(town, "di 8 dec")[:2]
    for facilitator in (first, second):
        await press(facilitator, "Accepteer: di 8 dec 14:00")
        await town.settle()
    for facilitator, moment in ((first, "2026-12-09T10:00"), (second, "2026-12-10T10:00")):
        await press(facilitator, "Kies een ander moment")
        await answer_page(facilitator, moment=moment)
        await town.settle()
    assert "heeft de aanvrager nu om een ander moment gevraagd" in last_words(first)
    assert "donderdag 10 december 2026 om 10:00" in last_words(town.requester)
    assert sum("[Ja, dat past]" in words(message) for message in town.requester.messages) == 1

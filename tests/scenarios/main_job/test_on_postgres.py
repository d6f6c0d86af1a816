"""The same path on PostgreSQL: asked, offered, accepted, met, and a series that is moved and given back."""

from storage.models import DialogueSession, Offer, OfferState, Request, SessionState
from tests.scenarios.asking import answer_page, ask, from_menu, plan_series, press, withdraw
from tests.scenarios.town import Town, at, last_words, words


async def test_from_the_question_to_the_second_session_of_a_series(postgres_town: Town) -> None:
    town = postgres_town
    requester, facilitator = await plan_series(town, context="Vertrouwelijk.")
    await town.until(at("2026-12-08 16:15"))
    await press(facilitator, "Vertel hoe het ging")
    await answer_page(facilitator, held="Ja")
    await answer_page(facilitator, attendees=9, topics=["Integriteit"])
    await town.until(at("2026-12-29 13:00"))
    assert "Over een uur begint de dialoog: dinsdag 29 december 2026 om 14:00" in last_words(requester)
    assert [row.state for row in sorted(town.rows(DialogueSession), key=lambda row: row.position)] == [
        SessionState.HELD, SessionState.PLANNED, SessionState.PLANNED
    ]  # fmt: skip


async def test_nobody_answers_and_the_desk_gets_it(postgres_town: Town) -> None:
    town = postgres_town
    await ask(town)
    await town.until(at("2026-11-26 09:05"))
    assert set(town.team()) <= set(town.steering())
    await press(town.team()[0], "Vraag opnieuw rond")
    await town.settle()
    await press(town.asked()[0], "Accepteer")
    await town.settle()
    assert "De dialoog is gepland" in last_words(town.requester)


async def test_moving_the_rest_giving_back_and_cancelling(postgres_town: Town) -> None:
    town = postgres_town
    requester, facilitator = await plan_series(town)
    await from_menu(requester, "Mijn bijeenkomsten")
    await press(requester, "Bekijk: di 29 dec")
    await press(requester, "Kies een ander moment")
    await answer_page(requester, moment="2026-12-30T10:00", scope="Deze en alle volgende")
    await town.settle()
    await from_menu(facilitator, "Mijn bijeenkomsten")
    await press(facilitator, "Bekijk: di 8 dec")
    await press(facilitator, "Ik kan toch niet")
    await answer_page(facilitator, reason="Privé", scope="Deze en alle volgende")
    await town.settle()
    await press(town.asked()[0], "Accepteer")
    await town.settle()
    await withdraw(town, requester)
    assert {row.state for row in town.rows(DialogueSession)} == {SessionState.CANCELLED}
    seen = town.seen
    await town.until(at("2027-03-01 09:00"))
    assert town.seen == seen


async def test_a_repeated_event_has_one_effect(postgres_town: Town) -> None:
    town = postgres_town
    await ask(town)
    facilitator, other = town.asked()[:2]
    packed = facilitator.button("Accepteer").action.pack()
    theirs = other.button("Accepteer").action.pack()
    assert await facilitator.send_action(packed, event_id="same") is not None
    assert await facilitator.send_action(packed, event_id="same") is None
    assert "Een collega was net iets eerder" in words(await other.send_action(theirs))
    assert [offer.state for offer in town.rows(Offer)].count(OfferState.ACCEPTED) == 1
    assert len(town.rows(Request)) == 1

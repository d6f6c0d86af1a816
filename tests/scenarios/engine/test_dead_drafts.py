"""What somebody left half done, and can no longer be done: it is said once, and then it is out of the way."""

from datetime import timedelta

from bot.demo.simulated_person import SimulatedPerson
from storage.models import Draft, Offer
from tests.scenarios.asking import answer_page, ask, from_menu, go_on, plan, press
from tests.scenarios.town import Town, at, words


async def _menu(actor: SimulatedPerson) -> str:
    return words(await actor.say("menu"))


async def test_a_change_of_place_left_half_done_is_not_offered_any_more_once_the_session_has_begun(town: Town) -> None:
    requester, _ = await plan(town)
    await press(requester, "Toch op een locatie")
    assert "[Ga verder: Plek of link wijzigen]" in await _menu(requester)
    await town.until(at("2026-12-08 14:05"))
    assert "Ga verder" not in await _menu(requester)


async def test_going_on_with_what_is_over_says_why_once_and_throws_it_away(town: Town) -> None:
    requester, _ = await plan(town)
    await press(requester, "Toch op een locatie")
    await _menu(requester)
    go_on_with_it = requester.button("Ga verder: Plek of link wijzigen").action.pack()
    await town.until(at("2026-12-08 14:05"))
    view = await requester.send_action(go_on_with_it)
    assert "Je antwoorden zijn weggegooid. Er is niets verstuurd." in words(view)
    assert "[Menu]" in words(view)
    assert town.rows(Draft) == []
    shown = await press(requester, "Bekijk")
    assert "begonnen of voorbij" in shown.text


async def test_another_time_left_half_done_is_not_offered_once_the_offer_is_over(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    await press(facilitator, "Stel een ander moment voor")
    assert "Ga verder: Ander moment" in await _menu(facilitator)
    town.clock.set(max(offer.expires_at for offer in town.rows(Offer)) + timedelta(minutes=1))
    assert "Ga verder" not in await _menu(facilitator)


async def test_behind_what_is_over_stands_what_can_still_be_gone_on_with(town: Town) -> None:
    requester, _ = await plan(town)
    await from_menu(requester, "Vraag een dialoog aan")
    await answer_page(requester)
    await town.passes(timedelta(minutes=1))
    await from_menu(requester, "Mijn bijeenkomsten")
    await press(requester, "Bekijk: di 8 dec")
    await press(requester, "Kies een ander moment")
    assert "Ga verder: Bijeenkomst verplaatsen" in await _menu(requester)
    await town.until(at("2026-12-08 14:05"))
    assert "Ga verder: Dialoog aanvragen" in await _menu(requester)


async def test_a_change_of_a_request_that_was_accepted_meanwhile_is_not_offered_any_more(town: Town) -> None:
    await ask(town)
    await press(town.requester, "Wijzig de aanvraag")
    assert "Ga verder: Aanvraag wijzigen" in await _menu(town.requester)
    await press(town.asked()[0], "Accepteer")
    await town.settle()
    assert "Ga verder" not in await _menu(town.requester)


async def test_changing_a_request_looks_like_changing_it_and_says_what_happens_with_who_was_asked(town: Town) -> None:
    await ask(town)
    view = await press(town.requester, "Wijzig de aanvraag")
    assert view.title == "Aanvraag wijzigen"
    assert "Verstuur de wijziging" in words(view)
    assert "Wie we al gevraagd hebben en nog past, ziet dan wat er veranderd is" in view.text
    await press(town.requester, "Wijzig: De dialoog")
    await go_on(town.requester, participants=20)
    assert "Daarom komen er twee gespreksleiders" in words(town.requester.screen)

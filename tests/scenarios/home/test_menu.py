"""The menu: all that waits for somebody is one press away there too, as it is on the home page."""

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.view import View
from flows.home.to_do import MOST
from storage.models import Offer
from tests.scenarios.asking import SERIES, answer_page, ask, from_menu, plan, press
from tests.scenarios.town import Town, at, words
from tests.scenarios.waiting import asked_to_move, proposed_another_time, proposed_by_many


async def menu(actor: SimulatedPerson) -> View:
    view = await actor.say("menu")
    assert view is not None
    return view


def waiting(view: View) -> list[str]:
    """What stands in front of the doors that everybody has."""
    labels = [button.label for button in view.buttons]
    return labels[: labels.index("Vraag een dialoog aan")]


async def test_another_time_waits_in_the_menu_and_is_taken_from_there(town: Town) -> None:
    requester, facilitator = await proposed_another_time(town)
    assert waiting(await menu(requester)) == ["Ander moment: Tegenspraak en je uitspreken"]
    shown = await press(requester, "Ander moment:")
    assert "woensdag 9 december 2026 om 10:00" in shown.text
    assert facilitator.name not in words(shown)
    assert "Afgesproken" in (await press(requester, "Ja, dat past")).text
    assert waiting(await menu(requester)) == []


async def test_a_move_that_is_asked_for_waits_in_the_menu_and_is_answered_from_there(town: Town) -> None:
    requester, facilitator = await asked_to_move(town)
    assert waiting(await menu(requester)) == ["Bijeenkomst verplaatsen: Tegenspraak en je uitspreken"]
    shown = await press(requester, "Bijeenkomst verplaatsen:")
    assert "woensdag 9 december 2026 om 10:00" in shown.text
    await press(requester, "Ja, dat past")
    assert waiting(await menu(requester)) == []
    assert waiting(await menu(facilitator)) == []


async def test_the_dates_of_a_series_wait_in_the_menu_and_are_agreed_to_from_there(town: Town) -> None:
    requester, _ = await plan(town, **SERIES)
    assert waiting(await menu(requester)) == ["Data voor jullie reeks: Tegenspraak en je uitspreken"]
    shown = await press(requester, "Data voor jullie reeks:")
    assert "dinsdag 29 december 2026 om 14:00" in words(shown)
    assert "De reeks is gepland" in (await press(requester, "Akkoord, plan deze data")).text
    assert waiting(await menu(requester)) == []


async def test_the_button_to_a_question_that_was_answered_says_how_it_stands(town: Town) -> None:
    requester, _ = await proposed_another_time(town)
    button = next(button for button in (await menu(requester)).buttons if button.label.startswith("Ander moment"))
    await press(requester, "Ander moment:")
    await press(requester, "Ja, dat past")
    assert "Je zei ja tegen woensdag 9 december" in words(await requester.send_action(button.action.pack()))


async def test_an_offer_whose_time_is_over_is_in_no_menu_and_nothing_leads_on_to_it(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    [offer] = [one for one in town.rows(Offer) if one.facilitator_id == int(facilitator.sender.address)]
    assert waiting(await menu(facilitator)) == ["Beantwoord: Tegenspraak en je uitspreken"]
    town.clock.set(offer.expires_at)
    assert waiting(await menu(facilitator)) == []
    led_on = await facilitator.send_action(f"offer.accept:{offer.id}:{offer.version}:0")
    assert not [button for button in (led_on.buttons if led_on else ()) if button.action.verb == "offer.show"]


async def test_what_leads_on_from_an_answer_is_the_question_that_others_wait_for_first(town: Town) -> None:
    requester, _ = await proposed_another_time(town)
    await ask(town, requester, moment1="2026-12-15T14:00")
    second = next(actor for actor in town.asked() if "[Accepteer: di 15 dec" in words(actor.last))
    await press(second, "Stel een ander moment voor")
    await answer_page(second, moment="2026-12-16T10:00")
    await menu(requester)
    await press(requester, "Ander moment:")
    answer = await press(requester, "Ja, dat past")
    assert answer.buttons[0].label == "Ander moment: Tegenspraak en je uitspreken"
    assert "woensdag 16 december 2026 om 10:00" in words(await press(requester, "Ander moment:"))


async def test_of_very_much_that_waits_the_first_of_it_has_buttons_and_that_there_is_more_is_said(town: Town) -> None:
    requester = await proposed_by_many(town, MOST + 1)
    view = await menu(requester)
    assert len(waiting(view)) == MOST
    assert waiting(view)[-1] == "Ga verder: Dialoog aanvragen"
    assert "Er wacht nog meer op je" in view.text


async def test_a_session_to_tell_of_waits_in_the_menu_of_who_led_it(town: Town) -> None:
    requester, facilitator = await plan(town)
    await town.until(at("2026-12-08 16:30"))
    assert waiting(await menu(facilitator)) == ["Hoe ging het? di 8 dec 14:00"]
    assert waiting(await menu(requester)) == []
    await from_menu(facilitator, "Hoe ging het?")
    assert facilitator.form.page == "held"

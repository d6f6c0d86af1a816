"""What a question says before it is answered: what a button will do, what a choice means, what to reckon with."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.forms.definition import Choice
from flows.engine.views.view import View
from storage.models import DialogueSession, Offer
from tests.scenarios.asking import SERIES, answer_page, ask, field, fill_in, plan, press, to_page
from tests.scenarios.town import Town, at


@pytest_asyncio.fixture
async def leader(town: Town) -> AsyncIterator[SimulatedPerson]:
    """A facilitator whose dialogue of 8 December is over."""
    _, facilitator = await plan(town, moment2=None)
    await town.until(at("2026-12-08 17:00"))
    yield facilitator


async def test_the_button_says_next_where_more_may_be_asked_and_send_where_nothing_is(leader: SimulatedPerson) -> None:
    await press(leader, "Vertel hoe het ging")
    assert (leader.form.page, leader.form.submit) == ("held", "Volgende")
    assert "Zeg je nee, dan ben je meteen klaar" in field(leader, "held").help
    await leader.fill(held="Ja")
    assert (leader.form.page, leader.form.submit) == ("how", "Verstuur")


async def test_a_form_that_is_all_one_part_has_no_place_to_tell(leader: SimulatedPerson, town: Town) -> None:
    await press(leader, "Vertel hoe het ging")
    assert leader.form.position == ""
    asker = town.civil_servant(1)
    await ask(town, asker, moment1="2027-01-12T14:00", moment2="2027-01-14T10:00")
    await press(town.asked()[0], "Stel een ander moment voor")
    assert town.asked()[0].form.position == ""


async def _templates(town: Town) -> dict[str, Choice]:
    asker = town.requester
    await to_page(asker, "series", **SERIES)
    return {choice.label: choice for choice in field(asker, "template").choices}


async def test_a_template_says_how_many_sessions_it_has_before_it_is_chosen(town: Town) -> None:
    assert list(await _templates(town)) == [
        "Reflectiereeks (3 tot en met 12 bijeenkomsten)",
        "Gidsreeks (7 bijeenkomsten)",
        "Leergang Ambtelijk Vakmanschap (7 bijeenkomsten)",
        "Je uitspreken als ambtenaar (3 tot en met 6 bijeenkomsten)",
    ]


async def test_each_template_is_explained_in_a_line(town: Town) -> None:
    told = [choice.help for choice in (await _templates(town)).values()]
    assert told[1] == "Elke keer een ander thema, zoals “Vertrouwen” en “De opgave”."
    assert told[2].endswith("“Rechtsstaat” en “Democratie”. Elke bijeenkomst duurt 7 uur.")
    assert all(told)


WEEKEND = "Let op: zaterdag 5 december 2026 is geen werkdag."


@pytest.mark.parametrize(
    ("moment", "note"),
    [
        ("2026-12-05T14:00", WEEKEND),
        ("2026-12-25T14:00", "Let op: vrijdag 25 december 2026 is een vrije dag (Eerste kerstdag)."),
        ("2026-12-08T18:30", "Let op: dinsdag 8 december 2026 om 18:30 valt buiten werktijd."),
        ("2026-12-08T17:00", "Let op: dinsdag 8 december 2026 om 17:00 valt buiten werktijd."),
        ("2026-12-08T07:30", "Let op: dinsdag 8 december 2026 om 07:30 valt buiten werktijd."),
    ],
)
async def test_a_moment_when_offices_are_shut_is_taken_and_said_so_at_once_and_on_the_summary(
    town: Town, moment: str, note: str
) -> None:
    asker = town.requester
    await to_page(asker, "moments")
    view = await answer_page(asker, moment1=moment)
    assert asker.form.page == "who", "it is no mistake"
    assert view.text == f"{note} Dan kunnen minder gespreksleiders."
    view = await answer_page(asker)
    assert "Let op" not in view.text
    view = await answer_page(asker)
    assert view.text.startswith(f"{note} Dan kunnen minder gespreksleiders.\n\nKlopt dit?")


@pytest.mark.parametrize("moment", ["2026-12-08T09:00", "2026-12-08T16:45"])
async def test_of_a_moment_in_office_hours_nothing_is_said(town: Town, moment: str) -> None:
    view = await fill_in(town.requester, moment1=moment)
    assert view.text.startswith("Klopt dit?")


async def test_each_moment_when_offices_are_shut_is_named(town: Town) -> None:
    view = await fill_in(town.requester, moment1="2026-12-05T14:00", moment2="2026-12-08T19:00")
    assert view.text.startswith(f"{WEEKEND[:-1]} en dinsdag 8 december 2026 om 19:00 valt buiten werktijd. Dan kunnen")


async def test_a_mistake_is_told_before_what_to_reckon_with(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "moments")
    view = await answer_page(asker, moment1="2026-12-05T14:00", moment2="2026-12-05T14:00")
    assert view.text.startswith("Er klopt nog iets niet")
    assert "Let op" not in view.text


async def test_moving_to_a_free_day_is_done_and_said_so(town: Town) -> None:
    requester, _ = await plan(town, moment2=None)
    await press(requester, "Kies een ander moment")
    view = await requester.fill(moment="2026-12-05T14:00")
    assert view is not None
    assert view.text.startswith(f"{WEEKEND}\n\n")
    [session] = town.rows(DialogueSession)
    assert session.starts_at == at("2026-12-05 14:00")


async def test_who_asks_and_who_leads_each_read_what_moving_does_for_them(town: Town) -> None:
    requester, facilitator = await plan(town, moment2=None)
    helps = []
    for person in (requester, facilitator):
        await press(person, "Kies een ander moment")
        helps.append(field(person, "moment").help)
    assert helps[0] == "We verplaatsen de bijeenkomst meteen. Iedereen die meedoet, hoort het."
    assert helps[1].startswith("We vragen het eerst aan de aanvrager.")


def _labels(view: View | None) -> list[str]:
    assert view is not None
    return [button.label for button in view.buttons]


async def test_free_words_are_answered_with_what_the_bot_can_do_and_that_it_did_not_read_them(town: Town) -> None:
    asker = town.requester
    await to_page(asker, "shape")
    view = await asker.say("Kunnen we volgende week een dialoog doen?")
    assert view is not None
    assert view.text.startswith("Ik kan vrije tekst niet lezen")
    assert {"Ga verder: Dialoog aanvragen", "Vraag een dialoog aan"} <= set(_labels(view))


@pytest.mark.parametrize("greeting", ["hallo", "Hoi!", "Hi", "HELP", "hulp?", "menu", "/menu", "Goedemorgen", "👋"])
async def test_a_greeting_or_a_call_for_help_just_brings_the_menu(town: Town, greeting: str) -> None:
    view = await town.requester.say(greeting)
    assert view is not None
    assert view.text.startswith("Dag ")


async def test_declining_leads_on_to_the_menu_and_to_the_next_offer(town: Town) -> None:
    await ask(town)
    facilitator = town.asked()[0]
    await press(facilitator, "Zeg nee")
    assert _labels(await press(facilitator, "Ik heb geen tijd")) == ["Menu"]


async def test_after_one_offer_the_next_that_waits_is_a_press_away(town: Town) -> None:
    for number in range(2):
        await ask(town, town.civil_servant(number))
    facilitator = town.asked()[0]
    with town.store.begin() as uow:
        for offer in town.rows(Offer)[-1:]:
            uow.get(Offer, offer.id).facilitator_id = int(facilitator.sender.address)
    await press(facilitator, "Zeg nee")
    view = await press(facilitator, "Ik heb geen tijd")
    assert _labels(view)[0].startswith("Beantwoord: Tegenspraak")
    assert "Zeg nee" in _labels(await press(facilitator, "Beantwoord: "))


async def test_telling_how_it_went_leads_on(leader: SimulatedPerson) -> None:
    await press(leader, "Vertel hoe het ging")
    assert _labels(await leader.fill(held="Nee")) == ["Menu"]


async def test_what_is_over_leads_on(leader: SimulatedPerson, town: Town) -> None:
    old = [view for view in leader.messages if any(b.action.verb == "session.report" for b in view.buttons)][-1]
    await press(leader, "Vertel hoe het ging")
    await leader.fill(held="Ja")
    await leader.fill(attendees=9)
    await town.passes(timedelta(minutes=1))
    view = await leader.send_action(old.buttons[0].action.pack())
    assert view is not None
    assert "Deze bijeenkomst is geweest" in view.text
    assert _labels(view)[-1] == "Menu"

"""Offers in Slack: answered from a message, in small windows, and honest about what became of them."""

from typing import Any

import pytest

from tests.scenarios.town import at
from tests.slack.asking import answer_page, ask, go_home, plan, to_messages
from tests.slack.person import Person
from tests.slack.screen import Message
from tests.slack.town import SlackTown

FIRST_MOMENT = "Accepteer: di 8 dec 14:00"
REASONS = ["Ik heb geen tijd", "Niet mijn onderwerp", "Het komt te dichtbij", "Een andere reden"]


async def _offered(town: SlackTown, **changed: Any) -> tuple[Person, Person, Message]:
    anna = await ask(town, **changed)
    await to_messages(anna)
    asked = town.holding(FIRST_MOMENT)[0]
    return anna, asked, asked.messages[-1]


async def test_an_offer_tells_what_is_needed_to_decide_and_neither_who_asks_nor_why(slack_town: SlackTown) -> None:
    anna, _, offer = await _offered(slack_town, context="Een besluit van vorige week.")
    assert offer.buttons == [FIRST_MOMENT, "Accepteer: do 10 dec 10:00", "Stel een ander moment voor", "Zeg nee"]
    assert offer.facts["Groep"] == "10 mensen"
    for hidden in (anna.member.real_name, "Een besluit van vorige week"):
        assert hidden not in offer.text + offer.notification


async def test_many_moments_are_one_menu_and_choosing_in_it_accepts(slack_town: SlackTown) -> None:
    anna = await ask(slack_town, when="Ergens in een periode")
    await to_messages(anna)
    chooser = next(who for who in slack_town.reached if "Accepteer een moment" in who.messages[-1].fields)
    moments = chooser.messages[-1].fields["Accepteer een moment"].options
    assert len(moments) > 5
    await chooser.choose("Accepteer een moment", moments[0], on=chooser.messages[-1])
    await slack_town.settle()
    assert "Je hebt deze dialoog geaccepteerd" in chooser.messages[0].text
    assert "De dialoog is gepland" in anna.messages[-2].text


@pytest.mark.parametrize("reason", REASONS)
async def test_saying_no_asks_for_a_reason_in_a_window_and_the_offer_then_says_so(
    slack_town: SlackTown, reason: str
) -> None:
    _, asked, _ = await _offered(slack_town)
    await asked.press("Zeg nee")
    assert asked.modal.buttons == [*REASONS, "Terug"]
    await asked.press(reason)
    assert "Genoteerd. Dank je wel voor je antwoord" in asked.modal.text
    await slack_town.settle()
    assert "Je hebt nee gezegd" in asked.messages[0].text
    assert asked.messages[0].buttons == []


async def test_thinking_better_of_saying_no_shows_the_offer_again(slack_town: SlackTown) -> None:
    _, asked, offer = await _offered(slack_town)
    await asked.press("Zeg nee")
    await asked.press("Terug")
    assert FIRST_MOMENT in asked.modal.buttons
    await asked.close()
    assert asked.messages[-1].buttons == offer.buttons


async def test_another_time_that_does_not_suit_is_refused_kindly_and_the_search_goes_on(slack_town: SlackTown) -> None:
    anna, asked, _ = await _offered(slack_town)
    await asked.press("Stel een ander moment voor")
    await answer_page(asked, "other_time", moment="2026-12-09T10:00")
    await asked.close()
    await slack_town.settle()
    await anna.press("Nee, zoek verder")
    await slack_town.settle()
    assert "Het andere moment past de aanvrager niet" in asked.messages[0].text
    assert slack_town.holding("Accepteer")
    assert not any("Ja, dat past" in message.buttons for message in anna.messages)


async def test_an_other_time_in_the_past_is_told_at_its_field(slack_town: SlackTown) -> None:
    _, asked, _ = await _offered(slack_town)
    await asked.press("Stel een ander moment voor")
    await answer_page(asked, "other_time", moment="2026-11-20T10:00")
    assert list(asked.modal.problems) == ["Welk moment past jou?"]


async def test_every_old_button_of_an_offer_that_is_taken_gets_an_honest_sentence(slack_town: SlackTown) -> None:
    anna = await ask(slack_town)
    await to_messages(anna)
    loser, winner = slack_town.holding(FIRST_MOMENT)[:2]
    old = loser.messages[-1]
    await winner.press(FIRST_MOMENT)
    await slack_town.settle()
    for label in old.buttons:
        seen = len(loser.messages)
        await loser.press(label, on=old)
        told = loser.modal.text if loser.has_modal else loser.messages[seen].text
        assert "Een collega" in told, label
        assert "iets mis" not in told
        if loser.has_modal:
            await loser.close()
    assert winner.member.real_name in "\n".join(message.text for message in anna.messages)


async def test_an_offer_whose_time_is_over_says_so_and_has_nothing_to_press(slack_town: SlackTown) -> None:
    _, asked, old = await _offered(slack_town)
    await slack_town.until(at("2026-11-24 09:05"))
    assert "De tijd om te antwoorden is voorbij" in asked.messages[0].text
    assert asked.messages[0].buttons == []
    await asked.press(FIRST_MOMENT, on=old)
    assert "Hier kun je niet meer op antwoorden" in asked.messages[-1].text


async def test_accepting_from_the_home_tab_is_the_same_and_the_home_tab_follows(slack_town: SlackTown) -> None:
    _, asked, _ = await _offered(slack_town)
    await go_home(slack_town, asked)
    await asked.press("Bekijk en antwoord")
    await asked.press(FIRST_MOMENT)
    assert "Jij leidt de dialoog op dinsdag 8 december 2026 om 14:00" in asked.modal.text
    await asked.close()
    await slack_town.settle()
    home = await asked.sees("Niets. Je hoeft nu niets te doen")
    assert "Bekijk en antwoord" not in home.buttons
    assert "dinsdag 8 december 2026 om 14:00" in home.text


async def test_when_nobody_answers_the_practice_builder_reads_why_and_asks_around_again(slack_town: SlackTown) -> None:
    anna = await ask(slack_town)
    await to_messages(anna)
    await slack_town.until(at("2026-11-25 09:05"))
    builder = slack_town.holding("Vraag opnieuw rond")[0]
    card = builder.messages[-1]
    assert "We hebben nog geen gespreksleider en vragen jouw hulp" in card.text
    assert "van de 400 gespreksleiders kunnen dit gesprek leiden" in card.text
    asks, passes_on = "Vraag om een ander moment", "Geef door aan programmateam"
    assert card.buttons == ["Vraag opnieuw rond", "Kies zelf iemand", asks, passes_on]
    assert "De praktijkbouwer van je organisatie zoekt nu mee" in await _standing(slack_town, anna)
    await to_messages(builder)
    await builder.press("Vraag opnieuw rond")
    await slack_town.settle()
    await slack_town.holding(FIRST_MOMENT)[0].press(FIRST_MOMENT)
    await slack_town.settle()
    now = next(one for one in builder.messages if one.ts == card.ts)
    assert "Er is een gespreksleider gevonden" in now.text
    assert not {"Vraag opnieuw rond", "Kies zelf iemand"} & set(now.buttons)
    await builder.press("Vraag opnieuw rond", on=card)
    assert "Er is een gespreksleider gevonden" in builder.messages[-1].text, "an old button is answered honestly"


async def test_the_builder_chooses_somebody_in_a_window_with_the_reasons_beside_each_name(
    slack_town: SlackTown,
) -> None:
    await ask(slack_town)
    await slack_town.until(at("2026-11-25 09:05"))
    builder = slack_town.holding("Kies zelf iemand")[0]
    await builder.press("Kies zelf iemand")
    [shown] = builder.modal.fields
    first, *_ = await builder.search(shown, "")
    await builder.choose(shown, first)
    await builder.submit()
    await slack_town.settle()
    [chosen] = slack_town.holding("Accepteer")
    assert first.startswith(chosen.member.real_name)
    assert chosen.member.real_name in builder.modal.text


async def test_the_builder_hands_it_to_the_programme_team(slack_town: SlackTown) -> None:
    await ask(slack_town)
    await slack_town.until(at("2026-11-25 09:05"))
    builder = slack_town.holding("Geef door aan programmateam")[0]
    await builder.press("Geef door aan programmateam")
    await slack_town.settle()
    team = [one for one in slack_town.holding("Vraag opnieuw rond") if one is not builder]
    assert team
    assert "Er is nog geen gespreksleider. De aanvraag ligt nu bij het programmateam" in team[0].messages[-1].text


async def test_whoever_gives_a_session_back_says_why_and_another_is_sought_at_once(slack_town: SlackTown) -> None:
    anna, winner = await plan(slack_town)
    await winner.press("Ik kan toch niet")
    await answer_page(winner, "give", reason="Privé")
    assert "Dank je wel voor je bericht" in winner.modal.text
    await slack_town.settle()
    assert any("De gespreksleider kan toch niet komen" in message.text for message in anna.messages)
    assert slack_town.holding("Accepteer: di 8 dec 14:00")
    assert winner not in slack_town.holding("Accepteer")


async def _standing(town: SlackTown, anna: Person) -> str:
    await go_home(town, anna)
    await anna.press("Bekijk")
    text = anna.modal.text
    await anna.close()
    await to_messages(anna)
    return text

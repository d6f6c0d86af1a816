"""What a requester reads of their own request is true: what was asked for, what stands, and what is still sought."""

from tests.scenarios.asking import SERIES, ask, from_menu, plan_series, press
from tests.scenarios.town import Town, words
from tests.scenarios.waiting import proposed_another_time


async def test_the_answer_to_a_request_for_a_series_says_which_series_was_asked_for(town: Town) -> None:
    answer = await ask(town, **SERIES)
    assert "Reeks: Ja: Reflectiereeks, 3 keer. Elke 3 weken" in words(answer)


async def test_of_a_series_that_lacks_a_facilitator_for_one_date_it_is_said_what_stands_and_what_is_sought(
    town: Town,
) -> None:
    requester, facilitator = await plan_series(town)
    await press(facilitator, "Ik kan niet vanaf")
    await facilitator.fill(reason="Ander werk", scope="Alleen deze")
    await town.settle()
    view = await from_menu(requester, "Mijn aanvragen")
    [(_, standing)] = view.facts
    assert standing.startswith(
        "Van de 3 bijeenkomsten die nog komen, staan er 2 vast. "
        "De eerste daarvan is dinsdag 8 december 2026 om 14:00. "
        "Voor die van dinsdag 29 december 2026 om 14:00 vragen we nu gespreksleiders. Je hoort vóór"
    )
    await press(town.asked()[0], "Accepteer: di 29 dec 14:00")
    view = await from_menu(requester, "Mijn aanvragen")
    [(_, standing)] = view.facts
    assert standing.startswith("De volgende bijeenkomst staat vast: dinsdag 8 december 2026 om 14:00")


async def test_of_a_series_that_lacks_a_facilitator_for_most_dates_their_number_is_said(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    await press(facilitator, "Ik kan niet vanaf")
    await facilitator.fill(reason="Ander werk", scope="Deze en alle volgende")
    await town.settle()
    view = await from_menu(requester, "Mijn aanvragen")
    [(_, standing)] = view.facts
    assert "staat er 1 vast: dinsdag 8 december 2026 om 14:00. Voor de andere 2 vragen we nu" in standing


async def test_what_was_sent_is_told_as_done_and_leads_to_how_it_stands_now(town: Town) -> None:
    answer = await ask(town)
    assert answer.title == "Aanvraag verstuurd: Tegenspraak en je uitspreken"
    assert "zoeken nu" not in answer.text
    await press(town.asked()[0], "Accepteer: di 8 dec 14:00")
    now = await town.requester.send_action(answer.buttons[0].action.pack())
    assert now is not None
    assert now.title == "Aanvraag: Tegenspraak en je uitspreken"
    assert "De volgende bijeenkomst staat vast" in now.text


async def test_another_time_that_was_proposed_is_told_as_done_and_leads_to_what_became_of_it(town: Town) -> None:
    requester, facilitator = await proposed_another_time(town)
    receipt = facilitator.screen
    assert receipt is not None
    assert "Je hebt woensdag 9 december 2026 om 10:00 voorgesteld" in receipt.text
    await from_menu(requester, "Ander moment:")
    await press(requester, "Ja, dat past")
    assert "Je hebt deze dialoog geaccepteerd" in words(await facilitator.send_action(receipt.buttons[0].action.pack()))

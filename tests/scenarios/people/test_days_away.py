"""Days on which a facilitator cannot come: given, seen, and taken back where they can come after all."""

from sqlmodel import select

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.view import View
from flows.people.facilitator_profile import MOST
from storage.models import Away, Facilitator
from tests.scenarios.asking import answer_page, ask, from_menu, press
from tests.scenarios.town import Town, at, words

BACK = "Haal weg: "
FREE = "geen doorgegeven"


async def test_days_away_that_are_taken_back_are_gone_and_the_facilitator_is_asked_for_them_again(town: Town) -> None:
    await ask(town, moment2=None)
    asked, *_ = town.asked()
    await press(asked, "Zeg nee")
    await press(asked, "Ik heb geen tijd")
    view = await _gives(asked, "2026-12-07", "2026-12-11")
    assert "maandag 7 december 2026 tot en met vrijdag 11 december 2026" in dict(view.facts)["Dagen dat je niet kunt"]
    view = await press(asked, f"{BACK}7 dec t/m 11 dec")
    assert dict(view.facts)["Dagen dat je niet kunt"] == FREE
    assert town.rows(Away) == _of_others(town, asked)
    with town.store.begin() as uow:
        for row in uow.db.exec(select(Facilitator)).all():
            row.active = str(row.person_id) == asked.sender.address
    await ask(town, moment2=None)
    assert asked in town.asked()


async def test_of_several_absences_only_the_one_that_is_pressed_is_taken_back(town: Town) -> None:
    facilitator = await _facilitator(town)
    await _gives(facilitator, "2026-12-07", "2026-12-11")
    view = await _gives(facilitator, "2026-12-24", "2026-12-24")
    assert [button.label for button in view.buttons if button.label.startswith(BACK)] == [
        f"{BACK}7 dec t/m 11 dec", f"{BACK}24 dec"
    ]  # fmt: skip
    view = await press(facilitator, f"{BACK}7 dec")
    assert dict(view.facts)["Dagen dat je niet kunt"] == "donderdag 24 december 2026"


async def test_taking_back_twice_changes_nothing_more_and_shows_how_it_stands(town: Town) -> None:
    facilitator = await _facilitator(town)
    view = await _gives(facilitator, "2026-12-07", "2026-12-11")
    packed = next(button for button in view.buttons if button.label.startswith(BACK)).action.pack()
    await facilitator.send_action(packed)
    again = words(await facilitator.send_action(packed))
    assert "Dit bestaat niet meer. Er is niets veranderd" in again
    assert FREE in again


async def test_an_absence_that_is_over_is_shown_no_more_and_of_many_the_first_have_a_button(town: Town) -> None:
    facilitator = await _facilitator(town)
    for day in range(1, MOST + 3):
        await _gives(facilitator, f"2026-12-{day:02}", f"2026-12-{day:02}")
    view = await from_menu(facilitator, "Mijn beschikbaarheid")
    labels = [button.label for button in view.buttons if button.label.startswith(BACK)]
    assert labels == [f"{BACK}{day} dec" for day in range(1, MOST + 1)]
    await town.until(at("2026-12-02 09:00"))
    view = await from_menu(facilitator, "Mijn beschikbaarheid")
    labels = [button.label for button in view.buttons if button.label.startswith(BACK)]
    assert labels == [f"{BACK}{day} dec" for day in range(2, MOST + 2)]


async def _facilitator(town: Town) -> SimulatedPerson:
    """Somebody who leads dialogues and is not away."""
    await ask(town)
    return town.asked()[0]


async def _gives(facilitator: SimulatedPerson, first: str, last: str) -> View:
    await from_menu(facilitator, "Mijn beschikbaarheid")
    await press(facilitator, "Geef dagen door")
    return await answer_page(facilitator, first_day=first, last_day=last)


def _of_others(town: Town, facilitator: SimulatedPerson) -> list[Away]:
    return [one for one in town.rows(Away) if one.facilitator_id != int(facilitator.sender.address)]


async def test_a_button_of_an_absence_that_is_gone_never_takes_a_later_one(town: Town) -> None:
    facilitator = await _facilitator(town)
    view = await _gives(facilitator, "2026-12-07", "2026-12-11")
    old = next(button for button in view.buttons if button.label.startswith(BACK)).action.pack()
    await facilitator.send_action(old)
    await _gives(facilitator, "2026-12-24", "2026-12-24")
    assert "24 december 2026" in words(await facilitator.send_action(old))

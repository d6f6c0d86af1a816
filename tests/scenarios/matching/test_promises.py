"""The time by which a requester hears: kept in sight, and where it is not met, said each time as it then is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.demo.simulated_person import SimulatedPerson
from storage.models import Search, SearchState
from tests.scenarios.asking import ask, press
from tests.scenarios.town import RULES, Town, at, last_words, words

IN_SPRING: dict[str, Any] = {"moment1": "2027-03-16T14:00", "moment2": None}


async def test_each_apology_says_something_else_and_there_are_three_at_most(town: Town) -> None:
    await ask(town, **IN_SPRING)
    await town.until(at("2027-03-16 13:00"))
    told = _apologies(town.requester)
    assert len(told) == 3
    first, second, third = told
    assert "Het zoeken duurt langer dan we beloofden" in first
    assert "Je hoort vóór woensdag 2 december 2026 om 17:00 hoe het staat" in first
    assert "We hebben nog steeds geen gespreksleider voor jullie" in second
    assert "Je hoort vóór woensdag 9 december 2026 om 17:00 hoe het staat" in second
    assert "We zoeken door tot kort voor jullie laatste moment" in third
    assert "en anders op dinsdag 16 maart 2027 om 12:00" in third
    for text in told:
        assert "We vroegen tot nu toe 6 gespreksleiders. Het programmateam zoekt nu zelf" in text
    await town.until(at("2027-03-16 12:00"))
    assert "We vonden niet op tijd een gespreksleider" in last_words(town.requester), "what the last one promised"


async def test_an_apology_says_who_has_it_now(town: Town) -> None:
    await ask(town)
    await town.until(at("2026-11-27 17:00"))
    member = town.team()[0]
    await press(member, "Vraag opnieuw rond")
    await town.until(at("2026-11-30 16:00"))
    [told] = _apologies(town.requester)
    assert "We wachten nu op antwoord" in told
    assert "Het programmateam zoekt" not in told


async def test_when_nobody_could_be_asked_the_apology_says_so(town: Town) -> None:
    await ask(town, moment1="2026-12-08T05:00", moment2=None)
    await town.until(at("2026-11-30 16:00"))
    [told] = _apologies(town.requester)
    assert "We vonden nog niemand die we konden vragen" in told


async def test_a_promise_beyond_the_last_moment_is_not_made(town: Town) -> None:
    await ask(town, moment1="2026-12-01T14:00", moment2=None)
    await town.until(at("2026-12-01 11:00"))
    [told] = _apologies(town.requester)
    assert "en anders op dinsdag 1 december 2026 om 12:00" in told


async def test_whoever_holds_the_search_is_reminded_in_a_message_of_its_own(town: Town) -> None:
    await ask(town)
    await town.until(at("2026-11-30 15:59"))
    member = town.team()[0]
    before = len(member.messages)
    await town.until(at("2026-11-30 16:00"))
    assert len(member.messages) == before + 1
    assert "De beloofde tijd is bijna voorbij en er is nog niemand" in member.last.text
    assert "[Vraag opnieuw rond]" in last_words(member)
    older = member.messages[-2]
    assert "Er is een nieuwer bericht over deze aanvraag" in older.text
    assert [button.label for button in older.buttons] == ["Bekijk de aanvraag"]
    await press(member, "Vraag opnieuw rond")
    await town.settle()
    assert len(town.asked()) == 3


async def test_a_builder_who_holds_it_is_reminded_too(town: Town) -> None:
    patient = Town(town.store, rules=replace(RULES, steering_span=timedelta(hours=80)))
    await ask(patient, moment1="2027-01-12T05:00", moment2=None)
    [builder, *_] = patient.steering()
    await patient.until(at("2026-11-30 16:00"))
    assert patient.rows(Search)[0].state is SearchState.WITH_BUILDER
    assert "De beloofde tijd is bijna voorbij" in builder.last.text
    assert "[Geef door aan programmateam]" in last_words(builder)
    assert "Er is een nieuwer bericht over deze aanvraag" in builder.messages[-2].text
    assert "De praktijkbouwer van je organisatie zoekt nu mee" in _apologies(patient.requester)[0]


def _apologies(requester: SimulatedPerson) -> list[str]:
    said = (words(message) for message in requester.messages)
    return [text for text in said if "hoe het staat. Andere momenten" in text or "en anders op" in text]

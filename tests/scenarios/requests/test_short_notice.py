"""Little time is left before the wished moments: nothing is promised or asked beyond them, and people hear in time."""

from datetime import datetime
from typing import Any

import pytest

from storage.models import Offer, Search, SearchState
from tests.scenarios.asking import answer_page, ask, press
from tests.scenarios.town import Town, at, last_words, words

TOMORROW: dict[str, Any] = {"moment1": "2026-12-17T10:00", "moment2": None}


async def test_who_asks_for_tomorrow_is_promised_an_answer_today_and_reads_that_it_is_short_notice(town: Town) -> None:
    await town.until(at("2026-12-16 09:33"))
    view = await ask(town, **TOMORROW)
    assert "Je hoort vóór woensdag 16 december 2026 om 12:46" in view.text
    assert "Dit is kort dag" in view.text
    for facilitator in town.asked():
        assert "Antwoord vóór woensdag 16 december 2026 om 11:42" in last_words(facilitator)


async def test_who_asks_in_good_time_reads_nothing_of_short_notice(town: Town) -> None:
    view = await ask(town)
    assert "Je hoort vóór maandag 30 november 2026 om 17:00" in view.text
    assert "kort dag" not in view.text


async def test_an_acute_question_is_answered_two_working_hours_before_its_moment(town: Town) -> None:
    await town.until(at("2026-12-09 09:05"))
    view = await ask(town, urgency="Acuut", moment1="2026-12-10T05:00", moment2=None)
    assert "Je hoort vóór woensdag 9 december 2026 om 15:00" in words(view)
    assert "Dit is kort dag" in words(view)


@pytest.mark.parametrize(
    ("asked_at", "changed"),
    [
        ("2026-12-16 09:33", TOMORROW),
        ("2026-12-16 16:50", TOMORROW),
        ("2026-12-16 21:00", {**TOMORROW, "urgency": "Acuut"}),
        ("2026-12-17 09:00", TOMORROW),
        ("2026-12-13 12:00", {"moment1": "2026-12-14T09:30", "moment2": None}),
        ("2026-12-16 15:00", {"when": "Ergens in een periode", "window_from": "2026-12-17",
                              "window_until": "2026-12-18"}),
    ],
)  # fmt: skip
async def test_whatever_is_promised_or_asked_lies_ahead_and_before_the_last_moment(
    town: Town, asked_at: str, changed: dict[str, Any]
) -> None:
    await town.until(at(asked_at))
    await ask(town, **changed)
    [search] = town.rows(Search)
    last = _last(changed)
    assert at(asked_at) < search.promised_by < last
    assert all(at(asked_at) < offer.expires_at < last for offer in town.rows(Offer))


def _last(changed: dict[str, Any]) -> datetime:
    return at("2026-12-18 17:00") if "window_until" in changed else at(changed["moment1"])


async def test_nobody_hears_that_it_takes_longer_while_the_first_few_may_still_answer(town: Town) -> None:
    await town.until(at("2026-12-16 09:33"))
    await ask(town, **TOMORROW)
    await town.until(at("2026-12-16 11:42"))
    assert town.requester.messages == []
    await town.until(at("2026-12-16 12:46"))
    [told] = town.requester.messages
    assert "en anders op woensdag 16 december 2026 om 16:00" in told.text


async def test_looking_stops_in_working_time_before_the_last_moment_with_the_way_to_another(town: Town) -> None:
    await ask(town, moment1="2026-12-08T05:00", moment2=None)
    await town.until(at("2026-12-07 15:00"))
    requester = town.requester
    assert town.rows(Search)[0].state is SearchState.LAPSED
    assert "We zoeken nu niet verder, want anders hoor je het te laat" in last_words(requester)
    await press(requester, "Wijzig de aanvraag")
    await press(requester, "Wijzig: Jullie momenten")
    await answer_page(requester, moment1="2026-12-15T14:00", moment2=None)
    await press(requester, "Verstuur de wijziging")
    await town.settle()
    assert town.asked()


async def test_a_window_of_days_ends_with_its_last_working_hours(town: Town) -> None:
    await ask(
        town, when="Ergens in een periode", window_from="2026-12-12", window_until="2026-12-13", language="Engels"
    )
    assert town.rows(Search)[0].state is not SearchState.LAPSED, "a weekend alone is a window all the same"
    await ask(town, when="Ergens in een periode", window_from="2026-12-07", window_until="2026-12-13")
    search = town.rows(Search)[-1]
    await town.until(at("2026-12-11 12:59"))
    assert _state(town, search) is not SearchState.LAPSED
    await town.until(at("2026-12-11 13:31"))
    assert _state(town, search) is SearchState.LAPSED


def _state(town: Town, search: Search) -> SearchState:
    return next(row.state for row in town.rows(Search) if row.id == search.id)

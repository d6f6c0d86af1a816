"""The main job in Slack, from the home tab to a series, over both modes."""

from collections.abc import Iterator

import pytest

from tests.scenarios.asking import SERIES
from tests.scenarios.town import at
from tests.slack.asking import answer_page, ask, go_home, plan, plan_series, to_messages, walk_through
from tests.slack.town import SlackTown

FIRST_MOMENT = "Accepteer: di 8 dec 14:00"


@pytest.fixture
def town(slack_town_over_each: SlackTown) -> Iterator[SlackTown]:
    """A town in which nothing may go wrong unseen."""
    yield slack_town_over_each
    slack_town_over_each.untroubled()


async def test_who_asks_hears_at_once_that_it_arrived_and_when_to_expect_an_answer(town: SlackTown) -> None:
    anna = await ask(town)
    assert "Je hoort vóór maandag 30 november 2026 om 17:00 wie er komt" in anna.modal.text
    await town.far.until(lambda: anna.messages)
    assert anna.messages[-1].text == anna.modal.text, "it can be found again when the window is closed"
    await anna.close(everything=True)
    await go_home(town, anna)
    home = await anna.sees("We vragen nu gespreksleiders")
    assert "Tegenspraak en je uitspreken" in home.text


async def test_the_first_to_accept_wins_and_everybody_elses_offer_says_so(town: SlackTown) -> None:
    anna = await ask(town)
    await anna.close(everything=True)
    asked = town.holding("Accepteer")
    winner = town.holding(FIRST_MOMENT)[0]
    await winner.press(FIRST_MOMENT)
    await town.settle()
    assert "Je hebt deze dialoog geaccepteerd" in winner.messages[0].text
    for other in (one for one in asked if one is not winner):
        assert "Een collega leidt deze dialoog" in other.messages[0].text
        assert "Een collega heeft deze dialoog net geaccepteerd" in other.messages[-1].text, (
            "a change alone tells nobody"
        )
        assert not any(message.buttons for message in other.messages), "nothing is left to press"
    assert winner.member.real_name in "\n".join(message.text for message in anna.messages)


async def test_both_sides_get_the_calendar_file_and_can_read_the_facts_without_it(town: SlackTown) -> None:
    anna, winner = await plan(town)
    for who in (anna, winner):
        [with_file] = [number for number, one in enumerate(who.messages) if one.files]
        assert who.messages[with_file].files == ["dialoog.ics"]
        told = who.messages[with_file - 1]
        assert with_file > 0
        assert "dinsdag 8 december 2026 om 14:00" in told.text
        assert who.messages[with_file].raw["thread_ts"] == told.ts, "the file hangs below what it belongs to"


async def test_reminders_come_a_week_a_day_and_an_hour_before(town: SlackTown) -> None:
    anna, winner = await plan(town)
    before = [len(one.messages) for one in (anna, winner)]
    await town.until(at("2026-12-08 13:30"))
    for one, seen in zip((anna, winner), before, strict=True):
        week, day, hour = one.messages[seen:]
        assert "Over een week is de dialoog" in week.text
        assert "Morgen is de dialoog" in day.text
        assert "Over een uur begint de dialoog" in hour.text
        assert all("14:00" in message.notification for message in (week, day, hour))


async def test_a_series_is_proposed_agreed_to_held_and_goes_on(town: SlackTown) -> None:
    anna, winner = await plan(town, **SERIES)
    proposal = anna.messages[-1]
    assert "We stellen 2 nieuwe data voor" in proposal.text
    await anna.press("Akkoord, plan deze data")
    await town.settle()
    assert "Deze reeks loopt" in next(one for one in anna.messages if one.ts == proposal.ts).text
    for day in ("2026-12-08", "2026-12-29", "2027-01-19"):
        await town.until(at(f"{day} 16:15"))
        await winner.press("Vertel hoe het ging")
        await walk_through(winner)
        await winner.close(everything=True)
        await town.settle()
    assert "Jullie kwamen 3 keer bij elkaar" in anna.messages[-1].text
    await anna.press("Ga door, nog 3 keer")
    await town.settle()
    assert "dinsdag 9 februari 2027 om 14:00" in anna.messages[-1].text
    await anna.press("Akkoord, plan deze data")
    await town.settle()
    await town.until(at("2027-02-09 13:00"))
    assert "Over een uur begint de dialoog" in anna.messages[-1].text


async def test_another_time_is_proposed_in_a_window_and_taken_by_the_requester(town: SlackTown) -> None:
    anna = await ask(town)
    await to_messages(anna)
    asked = town.holding(FIRST_MOMENT)[0]
    await asked.press("Stel een ander moment voor")
    await answer_page(asked, "other_time", moment="2026-12-09T10:00")
    await asked.close(everything=True)
    await town.settle()
    assert "Je hebt een ander moment voorgesteld" in asked.messages[0].text
    await anna.press("Ja, dat past")
    await town.settle()
    assert any("woensdag 9 december 2026 om 10:00" in message.text for message in asked.messages)


async def test_a_language_changed_on_the_home_tab_changes_everything_from_then_on(town: SlackTown) -> None:
    anna, _ = await plan_series(town)
    await go_home(town, anna)
    await anna.press("Switch to English")
    assert not anna.has_modal
    home = await anna.sees("Waiting for you")
    assert "Wat op jou wacht" not in home.text
    await anna.press("Menu", on=anna.home)
    assert "Ask for a dialogue" in anna.modal.buttons
    assert anna.modal.close == "Close"
    await anna.close()
    await town.until(at("2026-12-08 13:30"))
    assert "The dialogue begins in an hour" in anna.messages[-1].text

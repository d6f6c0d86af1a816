"""Sessions and series in Slack: place, calendar, moves, cancellations, reports and the rhythm."""

import pytest

from tests.scenarios.asking import SERIES
from tests.scenarios.town import at
from tests.slack.asking import answer_page, go_home, plan, plan_series, to_messages
from tests.slack.person import Person
from tests.slack.screen import Message
from tests.slack.town import SlackTown


def _calendar(town: SlackTown, person: Person) -> str:
    """The newest calendar file that was sent to this person, unfolded."""
    [*_, file] = [one for message in person.messages for one in message.file_ids]
    content = town.far.workspace.uploads.files[file].content
    assert content is not None
    return content.decode().replace("\r\n ", "")


def _last_said(person: Person) -> Message:
    return [message for message in person.messages if not message.files][-1]


async def _opens(town: SlackTown, person: Person, moment: str) -> None:
    """Open one of the coming sessions from the list of them."""
    await go_home(town, person)
    await person.press("Menu")
    await person.press("Mijn bijeenkomsten")
    await person.press(f"Bekijk: {moment}")


async def test_a_link_given_later_reaches_both_and_their_calendars(slack_town: SlackTown) -> None:
    anna, winner = await plan(slack_town)
    await anna.press("Toch op een locatie")
    await answer_page(anna, "place", where="Online")
    await answer_page(anna, "place", link="https://overleg.example/abc")
    await anna.close()
    await slack_town.settle()
    for who in (anna, winner):
        assert "De plek of de link van deze bijeenkomst is veranderd" in _last_said(who).text
        assert "https://overleg.example/abc" in _calendar(slack_town, who)


async def test_a_moved_session_replaces_the_old_one_everywhere(slack_town: SlackTown) -> None:
    anna, winner = await plan(slack_town)
    before = _calendar(slack_town, anna)
    await anna.press("Kies een ander moment")
    await answer_page(anna, "move", moment="2026-12-09T10:00")
    await slack_town.settle()
    for who in (anna, winner):
        assert "Het oude moment was dinsdag 8 december 2026 om 14:00" in _last_said(who).text
        file = _calendar(slack_town, who)
        assert _line(file, "UID") == _line(before, "UID")
        assert (_line(file, "METHOD"), _line(file, "SEQUENCE")) == ("REQUEST", "1")
    await slack_town.until(at("2026-12-09 09:00"))
    assert "woensdag 9 december 2026 om 10:00" in _last_said(anna).text


async def test_a_cancelled_session_is_taken_out_of_the_calendar_and_never_reminds(slack_town: SlackTown) -> None:
    anna, winner = await plan(slack_town)
    await anna.press("Zeg af")
    assert "Iedereen die meedoet, krijgt meteen bericht" in anna.modal.text
    await anna.press("Zeg deze bijeenkomst af")
    assert "Deze bijeenkomst is afgezegd" in anna.modal.text
    await slack_town.settle()
    assert _line(_calendar(slack_town, winner), "METHOD") == "CANCEL"
    seen = len(winner.messages)
    await slack_town.until(at("2026-12-09 10:00"))
    assert len(winner.messages) == seen


async def test_thinking_better_of_cancelling_changes_nothing(slack_town: SlackTown) -> None:
    anna, winner = await plan(slack_town)
    seen = len(winner.messages)
    await anna.press("Zeg af")
    await anna.press("Zeg niets af")
    await slack_town.settle()
    assert "gepland" in anna.modal.text
    assert len(winner.messages) == seen


async def test_a_facilitator_asks_to_move_and_the_requester_decides(slack_town: SlackTown) -> None:
    anna, winner = await plan(slack_town)
    await winner.press("Kies een ander moment")
    await answer_page(winner, "move", moment="2026-12-09T10:00")
    assert "Tot er een antwoord is, blijft de bijeenkomst staan" in winner.modal.text
    await slack_town.settle()
    asked = anna.messages[-1]
    assert "kan verhuizen naar woensdag 9 december 2026 om 10:00" in asked.text
    await anna.press("Ja, dat past")
    await slack_town.settle()
    assert "De bijeenkomst is verplaatst" in _last_said(winner).text
    assert not any("Ja, dat past" in message.buttons for message in anna.messages)


async def test_the_report_asks_no_names_and_tells_the_requester_that_it_was_held(slack_town: SlackTown) -> None:
    anna, winner = await plan(slack_town)
    await slack_town.until(at("2026-12-08 16:15"))
    await winner.press("Vertel hoe het ging")
    await answer_page(winner, "report", held="Ja")
    await answer_page(winner, "report", attendees=9, topics=["Integriteit"])
    assert "Dank je wel" in winner.modal.text
    await slack_town.settle()
    assert any("is geweest" in message.text for message in anna.messages)


async def test_a_number_that_cannot_be_is_told_at_its_field(slack_town: SlackTown) -> None:
    _, winner = await plan(slack_town)
    await slack_town.until(at("2026-12-08 16:15"))
    await winner.press("Vertel hoe het ging")
    await answer_page(winner, "report", held="Ja")
    await answer_page(winner, "report", attendees=0)
    assert list(winner.modal.problems) == ["Hoeveel mensen deden mee?"]


async def test_another_rhythm_is_chosen_in_a_window_and_replaces_the_proposal(slack_town: SlackTown) -> None:
    anna, _ = await plan(slack_town, **SERIES)
    proposal = anna.messages[-1]
    await anna.press("Kies een ander ritme")
    await answer_page(anna, "series", rhythm="Elke 2 weken")
    await answer_page(anna, "series", count=4)
    await anna.close()
    await slack_town.settle()
    newest = _last_said(anna)
    assert "dinsdag 22 december 2026 om 14:00" in newest.text
    offering = [message for message in anna.messages if "Akkoord, plan deze data" in message.buttons]
    assert [message for message in offering if message.ts == proposal.ts] == []
    await anna.press("Akkoord, plan deze data")
    await slack_town.settle()
    assert not any("Akkoord, plan deze data" in message.buttons for message in anna.messages)


async def test_refused_dates_leave_the_first_dialogue_standing(slack_town: SlackTown) -> None:
    anna, _ = await plan(slack_town, **SERIES)
    await anna.press("Nee, plan deze data niet")
    await slack_town.settle()
    assert any("We plannen deze data niet" in message.text for message in anna.messages)
    await slack_town.until(at("2026-12-08 13:00"))
    assert "Over een uur begint de dialoog" in _last_said(anna).text


async def test_one_of_a_series_is_moved_and_the_others_stay(slack_town: SlackTown) -> None:
    anna, winner = await plan_series(slack_town)
    await _opens(slack_town, anna, "di 29 dec")
    await anna.press("Kies een ander moment")
    await answer_page(anna, "move", moment="2026-12-30T10:00", scope="Alleen deze")
    await slack_town.settle()
    assert "Het oude moment was dinsdag 29 december 2026 om 14:00" in _last_said(winner).text
    await slack_town.until(at("2027-01-19 13:00"))
    assert any("dinsdag 19 januari 2027 om 14:00" in message.text for message in winner.messages[-3:])


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        ("Zeg deze bijeenkomst af", ["di 8 dec", "di 19 jan"]),
        ("Zeg deze en alle volgende af", ["di 8 dec"]),
        ("Sla over, schuif de rest op", ["di 8 dec", "di 19 jan", "di 9 feb"]),
    ],
)
async def test_of_a_series_one_is_cancelled_or_the_rest_or_a_date_is_skipped(
    slack_town: SlackTown, choice: str, left: list[str]
) -> None:
    anna, winner = await plan_series(slack_town)
    await _opens(slack_town, anna, "di 29 dec")
    await anna.press("Zeg af")
    await anna.press(choice)
    await anna.close()
    await slack_town.settle()
    await to_messages(winner)
    await winner.dm("menu")
    await winner.press("Mijn bijeenkomsten", on=winner.messages[-1])
    shown = [button for button in winner.messages[-1].buttons if button.startswith("Bekijk:")]
    assert [button.split(": ")[1][: len(day)] for button, day in zip(shown, left, strict=True)] == left


async def test_a_dialogue_without_a_series_is_offered_one_afterwards(slack_town: SlackTown) -> None:
    anna, winner = await plan(slack_town, follow_up="Dat beslissen we na de dialoog")
    await slack_town.until(at("2026-12-08 16:15"))
    await winner.press("Vertel hoe het ging")
    await answer_page(winner, "report", held="Ja")
    await answer_page(winner, "report", attendees=9)
    await slack_town.settle()
    await anna.press("Plan een reeks")
    assert anna.modal.title == "Soort reeks en ritme"


def _line(file: str, name: str) -> str:
    return next(line.split(":", 1)[1] for line in file.splitlines() if line.startswith(f"{name}:"))

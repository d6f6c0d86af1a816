"""A session on the calendar: who meets whom, a file for the calendar, reminders in time, and how it went."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.demo.simulated_person import SimulatedPerson
from flows.engine.views.action import Action
from flows.engine.views.view import View
from storage.models import (
    DialogueSession,
    Due,
    DueState,
    Facilitator,
    Request,
    RequestState,
    SessionState,
    SessionTopic,
    Topic,
)
from tests.scenarios.asking import answer_page, ask, field, from_menu, plan, plan_series, press
from tests.scenarios.town import Town, at, last_words, words

SECRET = "Het gaat over een besluit van vorige week."


async def test_both_sides_are_told_who_the_other_is(town: Town) -> None:
    requester, facilitator = await plan(town, where="Op locatie", context=SECRET)
    theirs, ours = dict(requester.last.facts), dict(_planned(facilitator).facts)
    email = town.person(facilitator).email
    assert theirs["Gespreksleider"] == f"{facilitator.name} ({email})"
    assert theirs["Waar"] == ours["Waar"] == "Den Haag, Turfmarkt 147"
    assert theirs["Wanneer"] == ours["Wanneer"] == "dinsdag 8 december 2026 om 14:00"
    assert ours["Aanvrager"] == f"{requester.name} ({town.person(requester).email})"
    assert ours["Onderdeel"] == "Kinderbijslag en Gezin, Sociale Verzekeringsbank"
    assert ours["Alleen voor jou"] == SECRET


async def test_the_calendar_file_can_be_read_and_says_when_and_where_but_not_what_about(town: Town) -> None:
    requester, facilitator = await plan(town, where="Op locatie", context=SECRET)
    for view in (requester.last, _planned(facilitator)):
        method, event = _file(view)
        assert method == "REQUEST"
        assert event.decoded("dtstart") == at("2026-12-08 14:00")
        assert event.decoded("dtend") == at("2026-12-08 16:00")
        assert str(event["location"]) == "Den Haag, Turfmarkt 147"
        assert event["sequence"] == 0
        assert len(event["attendee"]) == 2
        assert view.file is not None
        for hidden in (SECRET, "Tegenspraak", "Moreel beraad"):
            assert hidden.encode() not in view.file.content


async def test_a_moved_session_replaces_its_calendar_entry(town: Town) -> None:
    requester, facilitator = await plan(town)
    before = _file(requester.last)[1]
    await _moves(town, requester, "2026-12-09T10:00")
    for person in (requester, facilitator):
        method, event = _file(person.last)
        assert method == "REQUEST"
        assert event["uid"] == before["uid"]
        assert event["sequence"] == 1
        assert event.decoded("dtstart") == at("2026-12-09 10:00")
        assert "Het oude moment was dinsdag 8 december 2026 om 14:00" in person.last.text


async def test_another_place_or_link_goes_into_the_calendar_too(town: Town) -> None:
    requester, facilitator = await plan(town)
    assert dict(requester.last.facts)["Waar"] == "Online, er is nog geen link"
    await press(requester, "Toch op een locatie")
    await answer_page(requester, where="Online")
    await answer_page(requester, link="https://overleg.example/abc")
    await town.settle()
    for person in (requester, facilitator):
        assert "De plek of de link van deze bijeenkomst is veranderd" in person.last.text
        assert "https://overleg.example/abc" in str(_file(person.last)[1]["location"])
        assert _file(person.last)[1]["sequence"] == 1


async def test_a_cancelled_session_is_taken_out_of_the_calendar(town: Town) -> None:
    requester, facilitator = await plan(town)
    before = _file(requester.last)[1]
    await press(requester, "Zeg af")
    view = await press(requester, "Zeg deze bijeenkomst af")
    await town.settle()
    assert "Deze bijeenkomst is afgezegd" in view.text
    for person in (requester, facilitator):
        method, event = _file(person.last)
        assert method == "CANCEL"
        assert event["uid"] == before["uid"]
        assert event["sequence"] > before["sequence"]
        assert str(event["status"]) == "CANCELLED"


async def test_both_are_reminded_a_week_a_day_and_an_hour_before(town: Town) -> None:
    requester, facilitator = await plan(town)
    seen = town.seen
    await town.until(at("2026-12-08 14:00"))
    for person in (requester, facilitator):
        told = [(delivery.at, delivery.view.text) for delivery in town.arrived(person, seen)]
        assert [moment for moment, _ in told] == [
            at("2026-12-01 14:00"), at("2026-12-07 14:00"), at("2026-12-08 13:00")
        ]  # fmt: skip
        assert "Over een week is de dialoog" in told[0][1]
        assert "Morgen is de dialoog" in told[1][1]
        assert "Over een uur begint de dialoog" in told[2][1]


async def test_a_session_within_the_week_is_only_reminded_of_what_is_still_to_come(town: Town) -> None:
    await ask(town, moment1="2026-11-24T14:00", moment2=None)
    await press(town.asked()[0], "Accepteer")
    await town.settle()
    seen = town.seen
    await town.until(at("2026-11-24 14:00"))
    assert [delivery.at for delivery in town.arrived(town.requester, seen)] == [
        at("2026-11-23 14:00"), at("2026-11-24 13:00")
    ]  # fmt: skip


async def test_a_cancelled_session_never_reminds_and_never_asks_how_it_went(town: Town) -> None:
    requester, _ = await plan(town)
    await press(requester, "Zeg af")
    await press(requester, "Zeg deze bijeenkomst af")
    await town.settle()
    seen = town.seen
    await town.passes(timedelta(days=60))
    assert town.seen == seen


async def test_after_a_move_only_the_new_time_reminds(town: Town) -> None:
    requester, facilitator = await plan(town)
    await _moves(town, requester, "2026-12-15T14:00")
    seen = town.seen
    await town.until(at("2026-12-15 14:00"))
    for person in (requester, facilitator):
        assert [delivery.at for delivery in town.arrived(person, seen)] == [
            at("2026-12-08 14:00"), at("2026-12-14 14:00"), at("2026-12-15 13:00")
        ]  # fmt: skip


async def test_moving_to_and_fro_reminds_once(town: Town) -> None:
    requester, _ = await plan(town)
    await _moves(town, requester, "2026-12-15T14:00")
    await _moves(town, requester, "2026-12-08T14:00")
    seen = town.seen
    await town.until(at("2026-12-08 14:00"))
    assert len(town.arrived(requester, seen)) == 3


async def test_a_move_into_a_full_diary_is_refused_without_saying_whose_or_why(town: Town) -> None:
    requester, facilitator = await plan(town)
    with town.store.begin() as uow:
        uow.get(Facilitator, int(facilitator.sender.address)).capacity = 0
    view = await _moves(town, requester, "2027-01-05T14:00")
    assert "De gespreksleider kan dan niet. Er is niets veranderd. Kies een ander moment" in words(view)
    assert field(requester, "moment").value == "2027-01-05T14:00"
    assert town.rows(DialogueSession)[0].starts_at == at("2026-12-08 14:00")


async def test_a_facilitator_asks_to_move_and_the_requester_agrees(town: Town) -> None:
    requester, facilitator = await plan(town)
    view = await _moves(town, facilitator, "2026-12-09T10:00")
    assert "Tot er een antwoord is, blijft de bijeenkomst staan" in view.text
    assert "kan verhuizen naar woensdag 9 december 2026 om 10:00" in last_words(requester)
    assert town.rows(DialogueSession)[0].starts_at == at("2026-12-08 14:00")
    await press(requester, "Ja, dat past")
    await town.settle()
    assert town.rows(DialogueSession)[0].starts_at == at("2026-12-09 10:00")
    assert "De bijeenkomst is verplaatst" in last_words(facilitator)
    assert not any("[Ja, dat past]" in words(message) for message in requester.messages)


async def test_a_facilitator_asks_to_move_and_the_requester_keeps_it(town: Town) -> None:
    requester, facilitator = await plan(town)
    await _moves(town, facilitator, "2026-12-09T10:00")
    await press(requester, "Nee, laat het zo")
    await town.settle()
    assert town.rows(DialogueSession)[0].starts_at == at("2026-12-08 14:00")
    assert "De aanvrager wil de bijeenkomst niet verplaatsen" in last_words(facilitator)
    seen = town.seen
    await town.until(at("2026-12-08 14:00"))
    assert len(town.arrived(facilitator, seen)) == 3, "it still reminds"


async def test_only_the_requester_can_cancel_and_change_the_place(town: Town) -> None:
    _, facilitator = await plan(town)
    [session] = town.rows(DialogueSession)
    for verb in ("session.cancel", "session.place", "session.drop"):
        packed = Action(verb, session.id, session.version, "one" if verb == "session.drop" else "").pack()
        await facilitator.send_action(packed)
        if verb == "session.place" and facilitator.screen and facilitator.screen.form:
            await answer_page(facilitator, where="Op locatie")
            await answer_page(facilitator)
    [after] = town.rows(DialogueSession)
    assert (after.state, after.place, after.online) == (SessionState.PLANNED, "", True)


async def test_afterwards_the_facilitator_tells_how_many_came_and_which_topics_no_more(town: Town) -> None:
    requester, facilitator = await _is_over(town)
    assert "Geen namen, geen verslag" in last_words(facilitator)
    await press(facilitator, "Vertel hoe het ging")
    await answer_page(facilitator, held="Ja")
    assert {asked.name for asked in facilitator.form.fields} == {"attendees", "topics"}
    view = await answer_page(facilitator, attendees=9, topics=["Integriteit", "Neutraliteit"])
    await town.settle()
    assert "Dank je wel" in view.text
    assert "is geweest" in last_words(requester)
    [session] = town.rows(DialogueSession)
    assert (session.state, session.attendees) == (SessionState.HELD, 9)
    assert len(town.rows(SessionTopic)) == 2
    assert town.rows(Request)[0].state is RequestState.CLOSED
    view = await from_menu(requester, "Mijn aanvragen")
    assert "Deze aanvraag is klaar" in words(view)


@pytest.mark.parametrize("wrong", [{"attendees": 0}, {"attendees": "veel"}, {"topics": ["1", "2", "3", "4", "5", "6"]}])
async def test_a_mistake_in_the_report_is_told_at_its_field(town: Town, wrong: dict[str, Any]) -> None:
    _, facilitator = await _is_over(town)
    await press(facilitator, "Vertel hoe het ging")
    await answer_page(facilitator, held="Ja")
    topics = [str(topic.id) for topic in town.rows(Topic)[:2]]
    await answer_page(facilitator, **{"attendees": 9, "topics": topics, **wrong})
    assert field(facilitator, next(iter(wrong))).error
    assert town.rows(DialogueSession)[0].state is SessionState.PLANNED


async def test_a_session_that_was_not_held_gets_a_new_time(town: Town) -> None:
    requester, facilitator = await _is_over(town)
    await press(facilitator, "Vertel hoe het ging")
    view = await answer_page(facilitator, held="Nee")
    await town.settle()
    assert "kan een nieuw moment kiezen" in words(view)
    assert "niet is doorgegaan. Wil je een nieuw moment?" in last_words(requester)
    await press(requester, "Kies een nieuw moment")
    await answer_page(requester, moment="2026-12-15T14:00")
    await town.settle()
    [session] = town.rows(DialogueSession)
    assert (session.state, session.starts_at) == (SessionState.PLANNED, at("2026-12-15 14:00"))
    for person in (requester, facilitator):
        assert _file(person.last)[1].decoded("dtstart") == at("2026-12-15 14:00")
    seen = town.seen
    await town.until(at("2026-12-15 16:30"))
    assert "Vertel ons of die doorging" in town.arrived(facilitator, seen)[-1].view.text
    assert town.rows(Request)[0].state is RequestState.PLANNED


async def test_who_does_not_tell_is_asked_once_more_and_then_left_alone(town: Town) -> None:
    _, facilitator = await _is_over(town)
    seen = town.seen
    await town.passes(timedelta(days=13))
    [again] = town.arrived(facilitator, seen)
    assert "We vragen het hierna niet meer" in again.view.text
    view = await facilitator.say("menu")
    assert "[Hoe ging het? di 8 dec 14:00]" in words(view)
    await press(facilitator, "Hoe ging het?")
    await answer_page(facilitator, held="Nee")
    assert town.rows(DialogueSession)[0].state is SessionState.NOT_HELD


async def test_nobody_is_asked_how_it_went_twice_after_telling(town: Town) -> None:
    _, facilitator = await _is_over(town)
    await _tells(facilitator)
    await town.settle()
    seen = town.seen
    await town.passes(timedelta(days=10))
    assert town.arrived(facilitator, seen) == []
    assert not [row for row in town.rows(Due) if row.state is DueState.WAITING]


async def test_telling_twice_counts_once(town: Town) -> None:
    requester, facilitator = await _is_over(town)
    report = facilitator.button("Vertel hoe het ging")
    await _tells(facilitator)
    answer = await facilitator.send_action(report.action.pack())
    assert "Er is niets veranderd" in words(answer)
    await town.settle()
    assert sum("is geweest" in message.text for message in requester.messages) == 1


async def test_a_session_cannot_be_moved_or_cancelled_once_it_has_begun(town: Town) -> None:
    requester, _ = await plan(town)
    move, cancel = requester.button("Kies een ander moment"), requester.button("Zeg af")
    await town.until(at("2026-12-08 14:30"))
    for button in (move, cancel):
        answer = await requester.send_action(button.action.pack())
        assert "Dit kan niet meer" in words(answer)
    assert town.rows(DialogueSession)[0].state is SessionState.PLANNED


async def test_my_sessions_lists_what_is_to_come(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    for person in (requester, facilitator):
        view = await from_menu(person, "Mijn bijeenkomsten")
        assert view.facts[0][0] == "dinsdag 8 december 2026 om 14:00"
        assert len(view.facts) == 3
    stranger = town.civil_servant(3)
    view = await from_menu(stranger, "Mijn bijeenkomsten")
    assert "Er staan voor jou geen bijeenkomsten gepland" in view.text


def _planned(actor: SimulatedPerson) -> View:
    return next(message for message in reversed(actor.messages) if "De dialoog is gepland" in message.text)


def _file(view: View) -> tuple[str, Any]:
    """The method and the one event of a view's calendar file."""
    assert view.file is not None
    assert view.file.mime.startswith("text/calendar")
    calendar = Calendar.from_ical(view.file.content)
    assert isinstance(calendar, Calendar)
    [event] = calendar.walk("VEVENT")
    assert isinstance(event.decoded("dtstart"), datetime)
    return str(calendar["method"]), event


async def _moves(town: Town, person: SimulatedPerson, moment: str) -> View:
    await from_menu(person, "Mijn bijeenkomsten")
    await press(person, "Bekijk: di")
    await press(person, "Kies een ander moment")
    view = await answer_page(person, moment=moment)
    await town.settle()
    return view


async def _is_over(town: Town) -> tuple[SimulatedPerson, SimulatedPerson]:
    people = await plan(town)
    await town.until(at("2026-12-08 16:15"))
    return people


async def _tells(facilitator: SimulatedPerson) -> None:
    await press(facilitator, "Vertel hoe het ging")
    await answer_page(facilitator, held="Ja")
    await answer_page(facilitator, attendees=9, topics=["Integriteit"])

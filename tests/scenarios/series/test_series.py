"""From one dialogue to a series: proposed dates, a rhythm in local time, holidays avoided in plain sight."""

from datetime import timedelta

import pytest

from bot.demo.simulated_person import SimulatedPerson
from storage.models import DialogueSession, Facilitator, Seat, Series, SeriesState, SessionState
from tests.scenarios.asking import (
    SERIES,
    answer_page,
    ask,
    field,
    from_menu,
    go_on,
    plan,
    plan_series,
    press,
    press_twice,
)
from tests.scenarios.town import RULES, Town, at, last_words, words


async def test_after_the_first_acceptance_the_dates_are_proposed_and_nothing_is_planned_yet(town: Town) -> None:
    requester, facilitator = await plan(town, **SERIES)
    proposal = requester.last
    assert "We stellen 2 nieuwe data voor in jullie ritme" in proposal.text
    assert [line for _, line in proposal.facts] == [
        "dinsdag 8 december 2026 om 14:00 · Wat houdt ons bezig?",
        "dinsdag 29 december 2026 om 14:00 · Een keuze van iemand uit het team",
        "dinsdag 19 januari 2027 om 14:00 · Voor wie doen we het?",
    ]
    assert _states(town) == [SessionState.PLANNED, SessionState.PROPOSED, SessionState.PROPOSED]
    assert "29 december" not in "".join(words(delivery.view) for delivery in town.arrived(facilitator))


async def test_agreeing_plans_all_dates_with_the_same_facilitator_and_tells_both(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    assert _states(town) == [SessionState.PLANNED] * 3
    assert {seat.facilitator_id for seat in town.rows(Seat)} == {int(facilitator.sender.address)}
    for person in (requester, facilitator):
        told = next(message for message in person.messages if "De reeks is gepland" in message.text)
        assert len(told.facts) == 3
        assert told.file is not None
        assert told.file.content.count(b"BEGIN:VEVENT") == 3


async def test_agreeing_twice_plans_once(town: Town) -> None:
    requester, _ = await plan(town, **SERIES)
    answer = await press_twice(town, requester, "Akkoord")
    assert "Er is intussen iets veranderd" in words(answer)
    assert len(town.rows(DialogueSession)) == 3


@pytest.mark.parametrize(
    ("first", "weeks", "day", "instead"),
    [
        ("2027-03-01T10:00", 4, "dinsdag 30 maart 2027", "maandag 29 maart 2027 (tweede paasdag)"),
        ("2027-03-30T10:00", 4, "woensdag 28 april 2027", "dinsdag 27 april 2027 (Koningsdag)"),
        ("2027-04-08T10:00", 4, "vrijdag 7 mei 2027", "donderdag 6 mei 2027 (Hemelvaartsdag)"),
        ("2027-04-19T10:00", 4, "dinsdag 18 mei 2027", "maandag 17 mei 2027 (tweede pinksterdag)"),
        ("2026-12-04T10:00", 3, "maandag 28 december 2026", "vrijdag 25 december 2026 (eerste kerstdag)"),
    ],
)
async def test_a_holiday_is_avoided_and_the_proposal_says_so(
    town: Town, first: str, weeks: int, day: str, instead: str
) -> None:
    requester, _ = await plan(town, **SERIES, moment1=first, moment2=None, rhythm=f"Elke {weeks} weken")
    lines = [line for _, line in requester.last.facts]
    says = f"{day} om 10:00 · Een keuze van iemand uit het team · in plaats van {instead}"
    assert lines[1].lower() == says.lower()
    third = town.rows(DialogueSession)[2]
    assert third.starts_at == at(first) + timedelta(weeks=2 * weeks) - _summer_time(first, 2 * weeks), (
        "what follows goes on from the date that was wished, not from the one it moved to"
    )


def _summer_time(first: str, weeks: int) -> timedelta:
    begun, ends = (moment.astimezone(RULES.zone) for moment in (at(first), at(first) + timedelta(weeks=weeks)))
    return (ends.utcoffset() or timedelta()) - (begun.utcoffset() or timedelta())


@pytest.mark.parametrize(("first", "weeks"), [("2027-03-03T14:00", 4), ("2027-10-13T14:00", 2)])
async def test_the_wall_clock_stays_the_same_over_summer_time(town: Town, first: str, weeks: int) -> None:
    await plan_series(town, moment1=first, moment2=None, rhythm=f"Elke {weeks} weken")
    starts = [session.starts_at for session in town.rows(DialogueSession) if session.starts_at]
    assert {start.astimezone(RULES.zone).hour for start in starts} == {14}
    assert len({start.hour for start in starts}) == 2, "the same hour in The Hague is two hours by UTC"


async def test_a_monthly_rhythm_falls_on_its_weekday(town: Town) -> None:
    requester, _ = await plan(town, **SERIES, rhythm="Elke maand op een vaste dag")
    assert [line.split(" om ")[0] for _, line in requester.last.facts] == [
        "dinsdag 8 december 2026", "dinsdag 12 januari 2027", "dinsdag 9 februari 2027"
    ]  # fmt: skip


async def test_a_fixed_template_brings_its_own_number_and_themes(town: Town) -> None:
    requester, _ = await plan(town, **SERIES, template="Gidsreeks", rhythm="Elke 4 weken")
    assert len(requester.last.facts) == 7
    assert "Vertrouwen" in requester.last.facts[0][1]


async def test_a_last_day_makes_the_series_shorter(town: Town) -> None:
    requester, _ = await plan(town, **SERIES, count=6, series_until="2027-01-20")
    assert len(requester.last.facts) == 3


async def test_a_series_lasts_until_a_day_where_no_number_is_given(town: Town) -> None:
    requester, _ = await plan(town, **SERIES, count=None, series_until="2027-03-20")
    dates = [line.split(" om ")[0] for _, line in requester.last.facts]
    assert dates[-1] == "dinsdag 2 maart 2027", "the next would be the 23rd"
    assert len(dates) == 5


async def test_without_a_number_and_without_a_last_day_it_is_said_that_one_is_needed(town: Town) -> None:
    requester, _ = await plan(town, **SERIES)
    await press(requester, "Kies een ander ritme")
    await answer_page(requester, rhythm="Elke 2 weken")
    await answer_page(requester, count=None, series_until=None)
    assert field(requester, "count").error == "Geef een aantal, of geef bij de vraag hiervoor een laatste dag."
    assert field(requester, "series_until").error == ""


async def test_a_last_day_before_the_second_date_is_said_and_another_rhythm_can_be_chosen(town: Town) -> None:
    requester, _ = await plan(town, **SERIES, series_until="2026-12-20")
    assert "past geen nieuwe bijeenkomst" in last_words(requester)
    await press(requester, "Kies een ander ritme")
    await answer_page(requester, rhythm="Elke week")
    view = await answer_page(requester, count=3, series_until=None)
    assert "dinsdag 15 december 2026" in words(view)


async def test_another_rhythm_chosen_before_agreeing_replaces_the_proposal(town: Town) -> None:
    requester, _ = await plan(town, **SERIES)
    await press(requester, "Kies een ander ritme")
    await answer_page(requester, rhythm="Elke 2 weken")
    view = await answer_page(requester, count=4)
    await town.settle()
    assert [line.split(" om ")[0] for _, line in view.facts] == [
        "dinsdag 8 december 2026", "dinsdag 22 december 2026", "dinsdag 5 januari 2027", "dinsdag 19 januari 2027"
    ]  # fmt: skip
    assert len(town.rows(DialogueSession)) == 4
    await press(requester, "Akkoord")
    assert _states(town) == [SessionState.PLANNED] * 4


async def test_refused_dates_are_not_planned_and_the_first_dialogue_stands(town: Town) -> None:
    requester, _ = await plan(town, **SERIES)
    view = await press(requester, "Nee, plan deze data niet")
    await town.settle()
    assert "Wat al vaststaat, gaat gewoon door" in view.text
    assert _states(town) == [SessionState.PLANNED]
    assert "[Akkoord" not in "".join(words(message) for message in requester.messages)
    seen = town.seen
    await town.until(at("2026-12-08 14:00"))
    assert len(town.arrived(requester, seen)) == 3, "the first dialogue still reminds, and nothing else comes"


async def test_a_proposal_nobody_answers_is_shown_once_more_and_not_again(town: Town) -> None:
    requester, _ = await plan(town, **SERIES)
    await town.until(at("2026-11-30 17:00"))
    proposals = [message for message in requester.messages if "We stellen 2 nieuwe data voor" in message.text]
    assert len(proposals) == 2


async def test_once_the_dates_are_settled_the_reminder_of_them_asks_nothing_any_more(town: Town) -> None:
    requester, _ = await plan(town, **SERIES)
    await town.until(at("2026-11-30 17:00"))
    agree = requester.button("Akkoord")
    await requester.send_action(agree.action.pack())
    await town.settle()
    proposals = [message for message in requester.messages if message.title == "Jullie reeks"]
    assert len(proposals) == 3, "the proposal, its reminder, and the dates as they are planned"
    assert not any("[Akkoord" in words(message) for message in requester.messages)
    assert sum("Deze reeks loopt" in message.text for message in proposals) == 2


async def test_dates_settled_before_the_reminder_goes_out_are_not_reminded_of(town: Town) -> None:
    requester, _ = await plan(town, **SERIES)
    await press(requester, "Akkoord")
    await town.settle()
    seen = town.seen
    await town.until(at("2026-11-30 17:00"))
    assert not any("Jullie reeks" in words(delivery.view) for delivery in town.arrived(requester, seen))


async def test_dates_that_passed_before_anybody_agreed_are_proposed_anew(town: Town) -> None:
    requester, _ = await plan(town, **SERIES, rhythm="Elke week")
    agree = requester.button("Akkoord")
    await town.until(at("2026-12-16 09:00"))
    answer = await requester.send_action(agree.action.pack())
    await town.settle()
    assert "15 december" not in words(answer)
    later = [s for s in town.rows(DialogueSession) if s.position > 1]
    assert len(later) == 2
    assert all(session.starts_at and session.starts_at > town.now for session in later)
    await press(requester, "Akkoord")
    assert SessionState.PROPOSED not in _states(town)


async def test_a_question_to_reflect_on_comes_halfway_between_two_sessions(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    await town.until(at("2026-12-08 16:15"))
    await _tells(facilitator)
    seen = town.seen
    await town.until(at("2026-12-20 09:00"))
    [prompt] = [delivery for delivery in town.arrived(requester, seen) if "Reflectievraag" in words(delivery.view)]
    assert prompt.at == at("2026-12-18 10:00")
    assert "dinsdag 29 december 2026 om 14:00" in prompt.view.text
    assert "Je hoeft hier niet te antwoorden" in prompt.view.text


async def test_a_facilitator_without_room_in_a_month_is_relieved_there_and_another_is_sought(town: Town) -> None:
    await ask(town, **SERIES)
    facilitator = next(actor for actor in town.asked() if "di 8 dec" in last_words(actor))
    with town.store.begin() as uow:
        uow.get(Facilitator, int(facilitator.sender.address)).capacity = 1
    await press(facilitator, "Accepteer: di 8 dec 14:00")
    await town.settle()
    requester = town.requester
    lines = [line for _, line in requester.last.facts]
    assert ["gespreksleider nog gezocht" in line for line in lines] == [False, True, False]
    await press(requester, "Akkoord")
    await town.settle()
    assert _states(town) == [SessionState.PLANNED, SessionState.SEEKING, SessionState.PLANNED]
    assert facilitator not in town.asked()
    substitute = town.asked()[0]
    await press(substitute, "Accepteer: di 29 dec 14:00")
    await town.settle()
    assert _states(town) == [SessionState.PLANNED] * 3
    assert substitute.name in last_words(requester)


async def test_a_series_can_be_decided_on_after_the_first_dialogue(town: Town) -> None:
    requester, facilitator = await plan(town, follow_up="Dat beslissen we na")
    await town.until(at("2026-12-08 16:15"))
    await _tells(facilitator)
    await town.settle()
    assert "Veel teams leren meer als ze vaker bij elkaar komen" in last_words(requester)
    await press(requester, "Plan een reeks")
    view = await go_on(requester)
    assert "29 december 2026" in words(view)
    await town.settle()
    await press(requester, "Akkoord")
    await town.settle()
    assert _states(town) == [SessionState.HELD, SessionState.PLANNED, SessionState.PLANNED]


async def test_once_dates_are_proposed_the_question_whether_to_make_a_series_asks_no_more(town: Town) -> None:
    requester, facilitator = await plan(town, follow_up="Dat beslissen we na")
    await town.until(at("2026-12-08 16:15"))
    await _tells(facilitator)
    await town.settle()
    await press(requester, "Plan een reeks")
    await go_on(requester)
    await town.settle()
    assert not any("[Plan een reeks]" in words(message) for message in requester.messages)
    assert sum("Je vindt ze verderop" in message.text for message in requester.messages) == 1


async def test_once_told_nobody_is_asked_any_more_how_it_went(town: Town) -> None:
    _, facilitator = await plan(town)
    await town.until(at("2026-12-10 09:00"))
    asked = [message for message in facilitator.messages if "[Vertel hoe het ging]" in words(message)]
    assert len(asked) == 2, "the question, and once more a day later"
    await _tells(facilitator)
    await town.settle()
    assert "[Vertel hoe het ging]" not in "".join(words(message) for message in facilitator.messages)
    over = [message for message in facilitator.messages if "hoef je niets meer te vertellen" in message.text]
    assert len(over) == 2


async def test_two_weeks_later_nobody_is_asked_any_more_how_it_went(town: Town) -> None:
    _, facilitator = await plan(town)
    await town.until(at("2026-12-28 09:00"))
    assert "[Vertel hoe het ging]" not in "".join(words(message) for message in facilitator.messages)


async def test_who_wanted_no_series_is_not_bothered_with_one(town: Town) -> None:
    requester, facilitator = await plan(town)
    await town.until(at("2026-12-08 16:15"))
    await _tells(facilitator)
    await town.settle()
    assert "reeks" not in "".join(message.text for message in requester.messages)


async def test_at_the_end_a_series_can_go_on_in_the_same_rhythm(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    for day in ("2026-12-08", "2026-12-29", "2027-01-19"):
        await town.until(at(f"{day} 16:15"))
        await _tells(facilitator)
        await town.settle()
    assert "Jullie kwamen 3 keer bij elkaar" in last_words(requester)
    await press(requester, "Ga door, nog 3 keer")
    await town.settle()
    assert "[Ga door" not in "".join(words(message) for message in requester.messages)
    assert [line.split(" om ")[0] for _, line in requester.last.facts] == [
        "dinsdag 9 februari 2027", "dinsdag 2 maart 2027", "dinsdag 23 maart 2027"
    ]  # fmt: skip
    await press(requester, "Akkoord")
    await town.settle()
    assert _states(town)[3:] == [SessionState.PLANNED] * 3
    assert town.rows(Series)[0].state is SeriesState.RUNNING
    await town.until(at("2027-02-09 13:00"))
    assert "Over een uur begint de dialoog" in last_words(requester)


async def test_the_request_shows_every_date_of_its_series_and_how_each_stands(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    await town.until(at("2026-12-08 16:15"))
    await _tells(facilitator)
    await from_menu(requester, "Mijn aanvragen")
    view = await press(requester, "Bekijk: Tegenspraak")
    shown = dict(view.facts)
    assert shown["Bijeenkomst 1"] == "dinsdag 8 december 2026 om 14:00 · geweest"
    assert shown["Bijeenkomst 2"] == "dinsdag 29 december 2026 om 14:00 · gepland"
    assert "De volgende bijeenkomst staat vast: dinsdag 29 december 2026" in view.text


async def test_the_number_of_sessions_asked_for_fits_the_template(town: Town) -> None:
    requester, facilitator = await plan(town, follow_up="Dat beslissen we na")
    await town.until(at("2026-12-08 16:15"))
    await _tells(facilitator)
    await town.settle()
    await press(requester, "Plan een reeks")
    await answer_page(requester, template="Je uitspreken")
    await answer_page(requester, count=12)
    assert "van 3 tot en met 6" in field(requester, "count").error


async def _tells(facilitator: SimulatedPerson) -> None:
    await press(facilitator, "Vertel hoe het ging")
    await answer_page(facilitator, held="Ja")
    await answer_page(facilitator, attendees=9)


def _states(town: Town) -> list[SessionState]:
    return [session.state for session in town.rows(DialogueSession)]

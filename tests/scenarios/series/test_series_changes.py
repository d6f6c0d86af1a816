"""A running series is moved, skipped and cancelled, one session or the rest: that one, and nothing else."""

from datetime import datetime, timedelta

from bot.demo.simulated_person import SimulatedPerson
from storage.models import DialogueSession, Due, DueState, Facilitator, Series, SeriesState, SessionState
from tests.scenarios.asking import answer_page, from_menu, plan_series, press
from tests.scenarios.town import Town, at, words

PLANNED, CANCELLED = SessionState.PLANNED, SessionState.CANCELLED


async def test_moving_one_leaves_the_others_where_they_are(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    await _opens(requester, "di 29 dec")
    await press(requester, "Kies een ander moment")
    await answer_page(requester, moment="2026-12-30T10:00", scope="Alleen deze")
    await town.settle()
    assert _starts(town) == [at("2026-12-08 14:00"), at("2026-12-30 10:00"), at("2027-01-19 14:00")]
    moved = [message for message in facilitator.messages if "De bijeenkomst is verplaatst" in message.text]
    assert len(moved) == 1


async def test_moving_one_and_all_that_follow_goes_on_in_the_rhythm_from_there(town: Town) -> None:
    requester, _ = await plan_series(town)
    await _opens(requester, "di 29 dec")
    await press(requester, "Kies een ander moment")
    await answer_page(requester, moment="2026-12-30T10:00", scope="Deze en alle volgende")
    await town.settle()
    assert _starts(town) == [at("2026-12-08 14:00"), at("2026-12-30 10:00"), at("2027-01-20 10:00")]
    assert len(town.rows(DialogueSession)) == 3, "moving never makes a second session"


async def test_nothing_of_the_old_dates_reminds_after_a_move_of_the_rest(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    await _opens(requester, "di 8 dec")
    await press(requester, "Kies een ander moment")
    await answer_page(requester, moment="2026-12-09T10:00", scope="Deze en alle volgende")
    await town.settle()
    starts = _starts(town)
    seen = town.seen
    await town.until(at("2027-01-25 09:00"))
    reminders = [d for d in town.arrived(facilitator, seen) if _reminds(d.view.text)]
    assert {d.at for d in reminders} == {start - before for start in starts if start for before in _BEFORE}


def _reminds(text: str) -> bool:
    return "is de dialoog:" in text or "begint de dialoog:" in text


_BEFORE = (timedelta(days=7), timedelta(days=1), timedelta(hours=1))


async def test_skipping_a_date_shifts_it_and_all_that_follow_once(town: Town) -> None:
    requester, _ = await plan_series(town)
    await _opens(requester, "di 29 dec")
    await press(requester, "Zeg af")
    await press(requester, "Sla over, schuif de rest op")
    await town.settle()
    assert _starts(town) == [at("2026-12-08 14:00"), at("2027-01-19 14:00"), at("2027-02-09 14:00")]
    assert [session.state for session in town.rows(DialogueSession)] == [PLANNED] * 3


async def test_moves_of_a_whole_series_are_told_in_the_order_of_its_sessions(town: Town) -> None:
    requester, _ = await plan_series(town)
    seen = town.seen
    await _opens(requester, "di 8 dec")
    await press(requester, "Kies een ander moment")
    await answer_page(requester, moment="2026-12-09T14:00", scope="Deze en alle volgende")
    await town.settle()
    told = "".join(delivery.view.text for delivery in town.arrived(requester, seen))
    old = [told.index(f"{day} om 14:00") for day in ("8 december 2026", "29 december 2026", "19 januari 2027")]
    assert old == sorted(old)


async def test_cancelling_one_leaves_the_others_planned(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    await _opens(requester, "di 29 dec")
    view = await press(requester, "Zeg af")
    assert "Iedereen die meedoet, krijgt meteen bericht" in view.text
    await press(requester, "Zeg deze bijeenkomst af")
    await town.settle()
    assert [session.state for session in town.rows(DialogueSession)] == [PLANNED, CANCELLED, PLANNED]
    off = [message for message in facilitator.messages if "gaat niet door" in message.text]
    assert len(off) == 1
    assert "dinsdag 29 december 2026" in off[0].text


async def test_cancelling_the_rest_leaves_what_comes_before(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    await _opens(requester, "di 29 dec")
    await press(requester, "Zeg af")
    await press(requester, "Zeg deze en alle volgende af")
    await town.settle()
    assert [session.state for session in town.rows(DialogueSession)] == [PLANNED, CANCELLED, CANCELLED]
    seen = town.seen
    await town.until(at("2027-03-01 09:00"))
    later = [d for d in town.arrived(facilitator, seen) if "29 december" in words(d.view) or "januari" in words(d.view)]
    assert later == []


async def test_cancelling_everything_stops_the_series_and_everything_that_was_planned(town: Town) -> None:
    requester, _ = await plan_series(town)
    await _opens(requester, "di 8 dec")
    await press(requester, "Zeg af")
    await press(requester, "Zeg deze en alle volgende af")
    await town.settle()
    assert town.rows(Series)[0].state is SeriesState.STOPPED
    assert not [row for row in town.rows(Due) if row.state is DueState.WAITING]


async def test_thinking_better_of_it_cancels_nothing(town: Town) -> None:
    requester, _ = await plan_series(town)
    await _opens(requester, "di 29 dec")
    await press(requester, "Zeg af")
    await press(requester, "Zeg niets af")
    assert [session.state for session in town.rows(DialogueSession)] == [PLANNED] * 3


async def test_cancelling_twice_with_an_old_button_cancels_one(town: Town) -> None:
    requester, _ = await plan_series(town)
    await _opens(requester, "di 29 dec")
    await press(requester, "Zeg af")
    drop = requester.button("Zeg deze bijeenkomst af")
    await requester.send_action(drop.action.pack())
    answer = await requester.send_action(drop.action.pack())
    assert "Er is niets veranderd" in words(answer)
    assert [session.state for session in town.rows(DialogueSession)] == [PLANNED, CANCELLED, PLANNED]


async def test_after_one_is_cancelled_the_question_to_reflect_on_goes_with_the_next(town: Town) -> None:
    requester, _ = await plan_series(town)
    await _opens(requester, "di 29 dec")
    await press(requester, "Zeg af")
    await press(requester, "Zeg deze bijeenkomst af")
    await town.settle()
    seen = town.seen
    await town.until(at("2027-01-19 14:00"))
    prompts = [d for d in town.arrived(requester, seen) if "Reflectievraag" in words(d.view)]
    assert ["dinsdag 19 januari 2027" in prompt.view.text for prompt in prompts] == [True]


async def test_a_session_shifted_into_a_full_month_seeks_another_facilitator_and_says_so(town: Town) -> None:
    requester, facilitator = await plan_series(town)
    with town.store.begin() as uow:
        uow.get(Facilitator, int(facilitator.sender.address)).capacity = 1
    await _opens(requester, "di 29 dec")
    await press(requester, "Zeg af")
    await press(requester, "Sla over, schuif de rest op")
    await town.settle()
    assert [session.state for session in town.rows(DialogueSession)][1] in (PLANNED, SessionState.SEEKING)
    seeking = [session for session in town.rows(DialogueSession) if session.state is SessionState.SEEKING]
    assert bool(seeking) == bool(town.asked())
    assert facilitator not in town.asked()


async def _opens(requester: SimulatedPerson, moment: str) -> None:
    await from_menu(requester, "Mijn bijeenkomsten")
    await press(requester, f"Bekijk: {moment}")


def _starts(town: Town) -> list[datetime | None]:
    return [session.starts_at for session in sorted(town.rows(DialogueSession), key=lambda row: row.position)]

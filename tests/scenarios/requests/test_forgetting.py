"""What people wrote in confidence is forgotten when nobody needs it any more, and not a day before."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from bot.schedule.ticker import tidy
from flows.engine.forms.capability import KEPT_DRAFTS
from flows.requests.capability import KEPT_NOTES
from storage.models import DialogueSession, Draft, Request, RequestState, Search, SearchState, SessionState
from tests.scenarios.asking import ask, begin, fill_in, plan
from tests.scenarios.far_side import writing
from tests.scenarios.town import Town, at, words

SECRET = "Vorige week viel er een besluit dat drie mensen niet konden uitleggen."
DAY = timedelta(days=1)
OVER = pytest.mark.parametrize("over", [RequestState.CLOSED, RequestState.CANCELLED])


async def _night(town: Town) -> None:
    await asyncio.to_thread(tidy, writing(town.store, town.clock))


def _context(town: Town) -> str:
    return town.rows(Request)[0].confidential_note


def _is_over(town: Town, state: RequestState) -> None:
    with town.store.begin() as uow:
        uow.db.exec(update(Request).values(state=state))


async def test_a_half_written_form_is_forgotten_ninety_days_after_it_was_touched_last(town: Town) -> None:
    await fill_in(town.requester, context=SECRET)
    [draft] = town.rows(Draft)
    assert SECRET in str(draft.answers)
    town.clock.set(draft.updated_at + KEPT_DRAFTS)
    await _night(town)
    assert [row.answers for row in town.rows(Draft)] == [draft.answers]
    town.clock.set(draft.updated_at + KEPT_DRAFTS + timedelta(seconds=1))
    await _night(town)
    assert town.rows(Draft) == []
    assert SECRET not in words(await begin(town.requester))


@OVER
async def test_a_context_is_forgotten_thirty_days_after_the_last_session(town: Town, over: RequestState) -> None:
    await plan(town, context=SECRET)
    [session] = town.rows(DialogueSession)
    assert session.starts_at is not None
    _is_over(town, over)
    town.clock.set(session.starts_at + KEPT_NOTES)
    await _night(town)
    assert _context(town) == SECRET
    town.clock.set(session.starts_at + KEPT_NOTES + timedelta(seconds=1))
    await _night(town)
    assert _context(town) == ""
    assert SECRET not in str([row.model_dump() for row in town.rows(Request)]), "the answers do not hold it either"


async def test_the_context_of_a_request_that_still_runs_stays_however_old(town: Town) -> None:
    await plan(town, context=SECRET)
    town.clock.set(town.now + 400 * DAY)
    await _night(town)
    assert _context(town) == SECRET


async def test_the_last_session_of_a_series_counts(town: Town) -> None:
    await plan(town, context=SECRET)
    [session] = town.rows(DialogueSession)
    assert session.starts_at is not None
    last = session.starts_at + 60 * DAY
    with town.store.begin() as uow:
        again = DialogueSession(request_id=session.request_id, starts_at=last, minutes=60, online=True, uid="again",
                                state=SessionState.HELD)  # fmt: skip
        uow.add(again)
    _is_over(town, RequestState.CLOSED)
    town.clock.set(session.starts_at + KEPT_NOTES + DAY)
    await _night(town)
    assert _context(town) == SECRET
    town.clock.set(last + KEPT_NOTES + DAY)
    await _night(town)
    assert _context(town) == ""


async def test_a_request_that_came_to_no_session_is_counted_from_when_it_was_asked(town: Town) -> None:
    await ask(town, context=SECRET)
    _is_over(town, RequestState.CANCELLED)
    with town.store.begin() as uow:
        uow.db.exec(update(DialogueSession).where(col(DialogueSession.starts_at).is_not(None)).values(starts_at=None))
        asked_at = uow.db.exec(select(Request.created_at)).one()
    town.clock.set(asked_at + KEPT_NOTES + DAY)
    await _night(town)
    assert _context(town) == ""


async def test_where_nobody_was_found_in_time_the_context_waits_for_other_moments_and_then_is_forgotten(
    town: Town,
) -> None:
    await ask(town, context=SECRET, moment1="2026-12-08T05:00", moment2=None)
    last_wish = at("2026-12-08 05:00")
    await town.until(last_wish)
    assert {search.state for search in town.rows(Search)} == {SearchState.LAPSED}
    town.clock.set(last_wish + KEPT_NOTES)
    await _night(town)
    assert _context(town) == SECRET
    town.clock.set(last_wish + KEPT_NOTES + timedelta(seconds=1))
    await _night(town)
    assert _context(town) == ""


async def test_the_context_of_a_request_that_somebody_is_sought_for_stays(town: Town) -> None:
    await ask(town, context=SECRET)
    town.clock.set(town.now + 400 * DAY)
    await _night(town)
    assert _context(town) == SECRET

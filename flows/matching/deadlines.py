"""How late is too late: when looking for somebody stops, and how much of the time until then each step may take.

Whatever the usual spans are, nothing is promised, asked or left lying beyond what the wished moments allow.
"""

from datetime import datetime, timedelta

from flows.engine.context import Context
from flows.matching import needs
from storage.models import DialogueSession, Request

SHARE = 3
"""No step takes more than this part of the working time left: a third for the first to be asked leaves time for the
next, and for people to step in."""
_MINUTE, _NOTHING = timedelta(minutes=1), timedelta()


def ends(context: Context, session: DialogueSession) -> datetime:
    """When looking for who leads this session stops (UTC): in time before the last moment at which it can be.

    In working time where there is enough of it, else by the clock, else shortly before. It depends on the present
    instant only in that what has passed is not chosen, so it stays the same for as long as the search runs.
    """
    last, notice = _last(context, session), context.rules.notice
    early = (context.rules.week.subtract(last, notice), last - notice, last - notice / 4)
    return next((moment for moment in early if moment > context.now), last)


def within(context: Context, session: DialogueSession, span: timedelta, start: datetime | None = None) -> datetime:
    """When ``span`` of working time from now (or from ``start``) is over; sooner where the time left asks for that."""
    begin, until = start or context.now, ends(context, session)
    left = context.rules.week.between(begin, until)
    if left <= _NOTHING:
        return max(until, context.now)
    part = max(_MINUTE, _MINUTE * (left // (_MINUTE * SHARE)))
    return min(until, context.rules.week.add(begin, min(span, part)))


def well_before(context: Context, session: DialogueSession, *, acute: bool) -> datetime:
    """The latest that a requester may be promised to hear: so that an answer still is of use to them."""
    until, week = ends(context, session), context.rules.week
    left = week.between(context.now, until)
    if acute or left <= _NOTHING:
        return until
    halfway = week.add(context.now, max(_MINUTE, _MINUTE * (left // (_MINUTE * 2))))
    return min(until, max(halfway, week.subtract(_last(context, session), context.rules.promise_notice)))


def _last(context: Context, session: DialogueSession) -> datetime:
    return needs.last_moment(context, context.uow.get(Request, session.request_id), session)

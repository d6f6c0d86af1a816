"""The time by which a requester hears from us, kept in sight: what happens when it will not be met."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.engine import schedule
from flows.engine.context import Context
from flows.engine.language.texts import Translator
from flows.engine.notifications import Notification, tell
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from flows.matching import deadlines, escalation, needs
from flows.sessions import facts
from storage.dialogues import requests
from storage.models import DialogueSession, Person, Search

WARNING = timedelta(hours=1)
"""Working time before the promised moment at which the requester hears that it will not be met."""
FIRST = "promise_nears"
_NEXT: Mapping[str, tuple[str, int, int]] = {FIRST: ("promise_again", 2, 1), "promise_again": ("promise_last", 5, 2)}
"""What comes after each apology, and in how many working days (of an urgent search) it is due.

After the last nothing is promised but what is sure: that the requester hears when looking stops. So
nobody gets more than three, whatever the search lasts.
"""
KINDS = (FIRST, *(kind for kind, _, _ in _NEXT.values()))
_STEPS = {FIRST: "nears", "promise_again": "again"}
"""How each apology is worded; the last one says so."""


def moment(context: Context, session: DialogueSession, *, acute: bool) -> datetime:
    """When a requester who asks now hears at the latest: as is usual, or well before the last moment."""
    return min(_usual(context, context.now, acute=acute), deadlines.well_before(context, session, acute=acute))


def latest(context: Context, *, acute: bool) -> datetime:
    """The latest that a requester who asks now is promised to hear (UTC): sooner where the wished moments are near."""
    return _usual(context, context.now, acute=acute)


def _usual(context: Context, since: datetime, *, acute: bool) -> datetime:
    days = context.rules.acute_promised_days if acute else context.rules.promised_days
    return context.rules.week.end_of_working_day_after(since, days)


def is_short_notice(context: Context, search: Search) -> bool:
    """Whether the wished moments left less time than is usually promised."""
    return search.promised_by < _usual(context, search.opened_at, acute=search.urgent)


@dataclass(frozen=True)
class PromiseLate(Notification, kind="promise_late"):
    """The promised time will not be met; ``step`` is which of the apologies this is."""

    step: str = "nears"


def keep_in_sight(context: Context, search: Search, kind: str = FIRST) -> None:
    """Plan to look, shortly before the promised time, whether it will be met."""
    # A promise for soon is checked in its last quarter, so that no warning follows right after it.
    soonest = context.now + max(search.promised_by - context.now, timedelta()) * 3 / 4
    warn_at = max(soonest, context.rules.week.subtract(search.promised_by, WARNING))
    schedule.plan(context, kind, search.id, warn_at, once=f"{search.promised_by.isoformat()}")


def hurry(context: Context, search: Search) -> None:
    """Bring the promise forward to what an acute question asked now would get."""
    session = context.uow.get(DialogueSession, search.session_id)
    search.promised_by = min(search.promised_by, moment(context, session, acute=True))
    schedule.forget(context, search.id, *KINDS)
    keep_in_sight(context, search)


def narrow(context: Context, search: Search) -> None:
    """Bring the promise forward where the time that the session has now comes before it."""
    session = context.uow.get(DialogueSession, search.session_id)
    if search.promised_by > deadlines.ends(context, session):
        search.promised_by = deadlines.well_before(context, session, acute=search.urgent)
        schedule.forget(context, search.id, *KINDS)
        keep_in_sight(context, search)


def nears(context: Context, search: Search, kind: str) -> None:
    """The promised time will not be met: the requester hears so, with a new one, and who holds the search as well."""
    request = requests.behind(context.uow, search)
    late, last = search.promised_by, deadlines.ends(context, context.uow.get(DialogueSession, search.session_id))
    following, days, urgent_days = _NEXT.get(kind, ("", 0, 0))
    promised = context.rules.week.end_of_working_day_after(context.now, urgent_days if search.urgent else days)
    ends = not following or promised >= last
    search.promised_by = last if ends else promised
    step = "last" if ends else _STEPS[kind]
    tell(context, request.requester_id, PromiseLate(search.id, step), once=late.isoformat())
    if not ends:
        keep_in_sight(context, search, following)
    escalation.nudge(context, search)


def late(context: Context, person: Person, told: PromiseLate) -> View | None:
    """The promised time will not be met: what was done, who has it now, and by when there is news."""
    t, search = context.words_for(person), context.uow.get(Search, told.subject_id)
    if search.state not in requests.RUNNING:
        return None
    request = requests.behind(context.uow, search)
    step, promised = told.step, t.moment(search.promised_by)
    session = context.uow.get(DialogueSession, search.session_id)
    lacks = "second" if needs.is_half_found(context, session) else "anybody"
    opening = t("late.nears") if step == "nears" else t(f"late.{step}.{lacks}")
    said = [opening, _asked(context, t, search), t(f"late.is.{search.state}")]
    said.append(t("late.ends", promised=promised) if step == "last" else t("late.promised", promised=promised))
    if session.starts_at is None:
        said.append(t("late.other_moments"))
    button = Button(t("request.see"), Action("request.show", request.id))
    return View(" ".join(said), title=t("request.named", topic=facts.topics(context, t, request)), buttons=(button,))


def _asked(context: Context, t: Translator, search: Search) -> str:
    # An offer without moments was never shown: it records that its facilitator gave the seat back.
    asked = sum(1 for offer in requests.offers(context.uow, search.id) if offer.moments)
    return t("late.asked", n=asked) if asked else t("late.asked_nobody")

"""Days and moments as answers: local wall-clock time, held against the calendar."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flows.engine.calendars.recurrence import local_instant
from flows.engine.calendars.worktime import WorkWeek
from flows.engine.forms.definition import Answers, FieldError, ValidationContext
from flows.engine.language.texts import Translator

FURTHEST = timedelta(days=366)
"""How far ahead a dialogue is planned: a date more than a year ahead is a typing mistake."""
SOONEST = timedelta(hours=1)


def instant(answer: str, zone: ZoneInfo) -> datetime:
    """The instant (aware, UTC) of a local date and time; one in the spring gap is the first that exists after it."""
    local = datetime.fromisoformat(answer)
    return local_instant(local.date(), local.time(), zone)


def wall(moment: datetime, zone: ZoneInfo) -> str:
    """The answer that stands for an instant: its local date and time."""
    return moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


def day(answer: str) -> date:
    """The day of an answer."""
    return date.fromisoformat(answer)


def moment_ahead(value: Any, _answers: Answers, ground: ValidationContext) -> FieldError | None:
    """A moment from an hour to a year from now."""
    when = instant(str(value), ground.zone)
    if when < ground.now + SOONEST:
        return FieldError("form.moment_past")
    return FieldError("form.moment_far") if when > ground.now + FURTHEST else None


def outside_office(t: Translator, week: WorkWeek, moment: datetime) -> str:
    """What to know of a moment when offices are shut: part of a sentence, or nothing where it lies in office hours."""
    local = moment.astimezone(week.zone)
    holiday = week.holiday_name(local.date(), t.language)
    if holiday:
        return t("form.on_holiday", day=t.day(local.date()), holiday=holiday)
    if not week.is_working_day(local.date()):
        return t("form.on_free_day", day=t.day(local.date()))
    return "" if week.opens <= local.time() < week.closes else t("form.off_hours", moment=t.moment(moment))


def day_ahead(value: Any, _answers: Answers, ground: ValidationContext) -> FieldError | None:
    """A day from today to a year from now."""
    today = ground.now.astimezone(ground.zone).date()
    if day(str(value)) < today:
        return FieldError("form.day_past")
    return FieldError("form.moment_far") if day(str(value)) > today + FURTHEST else None

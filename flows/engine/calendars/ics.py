"""A session as an iCalendar file that Outlook, Google Calendar and others take up, move and cancel.

The format is RFC 5545, the exchange of it RFC 5546 (iTIP).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vRecur

from storage.people import emails

PRODUCT: Final = "-//Dialoogreeks//Dialoogreeks//NL"
ZONE: Final = ZoneInfo("Europe/Amsterdam")
WINTER: Final = timedelta(hours=1)
SUMMER: Final = timedelta(hours=2)
# The HTML standard's pattern for a valid e-mail address, with at least one dot in the domain.
ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class Meeting:
    """What goes in the calendar of everybody at a session.

    ``uid`` stays the same for the life of the session and ``sequence``, from 0, rises with every change,
    cancelling included (RFC 5546, 2.1.4): without either, calendars keep the old meeting beside the new one.
    ``starts_at`` and ``stamp``, the moment of writing, are aware; ``attendees`` are (name, e-mail or None).
    A ValueError meets naive moments, a length below a minute, a negative sequence, an empty uid and an
    organizer whose e-mail address is none.
    """

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    summary: str
    description: str
    location: str
    organizer_name: str
    organizer_email: str
    attendees: tuple[tuple[str, str | None], ...]
    cancelled: bool
    stamp: datetime

    def __post_init__(self) -> None:
        if self.starts_at.utcoffset() is None or self.stamp.utcoffset() is None:
            raise ValueError("a meeting's moments need a time zone")
        if self.minutes < 1 or self.sequence < 0 or not _line(self.uid):
            raise ValueError("a meeting needs a uid, a sequence from 0 and a length of a minute or more")
        if not ADDRESS.fullmatch(self.organizer_email):
            raise ValueError("a meeting needs an organizer with an e-mail address")


def invitation(meeting: Meeting) -> bytes:
    """The meeting as one UTF-8 iCalendar file: an invitation, or the cancellation of an earlier one.

    Attendees without a valid e-mail address are left out, and one address is named once. METHOD is REQUEST
    or CANCEL; when no attendee is left it is PUBLISH in place of REQUEST, which RFC 5546, 3.2.2 allows only
    with an attendee.
    """
    event = _event(meeting)
    return _calendar(_method(meeting, invited="ATTENDEE" in event), [event])


def publication(meetings: Iterable[Meeting]) -> bytes:
    """Several meetings in one file, to be taken into a calendar as they are, as UTF-8.

    METHOD is PUBLISH, because a REQUEST is about one meeting only (RFC 5546, 3.2.2). An invitation to one of them that
    comes later replaces it, by UID and SEQUENCE.
    """
    return _calendar("PUBLISH", [_event(meeting) for meeting in meetings])


def _calendar(method: str, events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_timezone())
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _method(meeting: Meeting, *, invited: bool) -> str:
    if meeting.cancelled:
        return "CANCEL"
    return "REQUEST" if invited else "PUBLISH"


def _event(meeting: Meeting) -> Event:
    event = Event()
    event.add("uid", _line(meeting.uid))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.stamp.astimezone(UTC))
    event.add("dtstart", _local(meeting.starts_at))
    event.add("dtend", _local(meeting.starts_at.astimezone(UTC) + timedelta(minutes=meeting.minutes)))
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    # A cancelled meeting that a calendar keeps on show must not make anybody look busy.
    event.add("transp", "TRANSPARENT" if meeting.cancelled else "OPAQUE")
    _describe(event, meeting)
    event.add("organizer", _person(meeting.organizer_name, meeting.organizer_email))
    for attendee in _attendees(meeting):
        event.add("attendee", attendee)
    return event


def _describe(event: Event, meeting: Meeting) -> None:
    event.add("summary", _line(meeting.summary))
    if meeting.description:
        event.add("description", _printable(meeting.description))
    if meeting.location:
        event.add("location", _line(meeting.location))


def _local(moment: datetime) -> datetime:
    """The moment by the Amsterdam clock, or in UTC in the hour that comes twice.

    A local time that occurs twice means the first of the two (RFC 5545, 3.3.5), so the second is told in UTC.
    """
    local = moment.astimezone(ZONE)
    return local if local.fold == 0 else moment.astimezone(UTC)


def _attendees(meeting: Meeting) -> Iterator[vCalAddress]:
    invited = {emails.or_none(email) or email: (name, email) for name, email in meeting.attendees if email}
    for name, email in invited.values():
        if ADDRESS.fullmatch(email):
            yield _attendee(name, email)


def _attendee(name: str, email: str) -> vCalAddress:
    person = _person(name, email)
    person.params["CUTYPE"] = "INDIVIDUAL"
    person.params["ROLE"] = "REQ-PARTICIPANT"
    person.params["PARTSTAT"] = "NEEDS-ACTION"
    person.params["RSVP"] = "TRUE"
    return person


def _person(name: str, email: str) -> vCalAddress:
    # Marks such as "?" and "%" mean something in a mailto address, hence the quoting (RFC 6068, 2).
    person = vCalAddress("mailto:" + quote(email, safe="@!$'*+"))
    if _line(name):
        person.params["CN"] = _line(name)
    return person


def _line(text: str) -> str:
    return " ".join(_printable(text).split())


def _printable(text: str) -> str:
    """The text without control characters (RFC 5545, 3.1) and without halves of surrogate pairs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))


def _timezone() -> Timezone:
    """Amsterdam as the rule of the EU's summer time directive (2000/84/EC), valid without an end.

    Written out here because the library's own lists every change since 1970 and starts summer an hour late:
    a change is told by the clock before it (RFC 5545, 3.6.5), so it falls at 02:00 and not at 03:00.
    """
    zone = Timezone()
    zone.add("tzid", ZONE.key)
    zone.add_component(_season(TimezoneDaylight(), "CEST", "1981-03-29T02:00", WINTER, SUMMER))
    zone.add_component(_season(TimezoneStandard(), "CET", "1996-10-27T03:00", SUMMER, WINTER))
    return zone


def _season(
    season: TimezoneDaylight | TimezoneStandard,
    name: str,
    begins: str,
    before: timedelta,
    after: timedelta,
) -> TimezoneDaylight | TimezoneStandard:
    start = datetime.fromisoformat(begins)
    season.add("tzname", name)
    season.add("dtstart", start)
    season.add("tzoffsetfrom", before)
    season.add("tzoffsetto", after)
    season.add("rrule", vRecur(freq="YEARLY", bymonth=start.month, byday="-1SU"))
    return season

"""Promises of the calendar file: it keeps to the standard, and what is read back is what was written."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from flows.engine.calendars.ics import Meeting, invitation

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SUMMER = datetime(2026, 6, 8, 8, tzinfo=UTC)
WINTER = datetime(2026, 12, 7, 9, tzinfo=UTC)
HOSTILE = 'Dialoog; over, \\n "neutraliteit"\r\nATTENDEE:mailto:evil@example.org\rEND:VCALENDAR\n:\x00\x07\x85'
MEETING = Meeting(
    uid="session-7@dialoog.example",
    sequence=0,
    starts_at=SUMMER,
    minutes=90,
    summary="Moreel beraad",
    description="Met Noor en Sem.",
    location="Kamer 3.12",
    organizer_name="Programma Dialoog",
    organizer_email="dialoog@example.org",
    attendees=(("Noor de Vries", "noor@example.org"), ("Sem", None), ("Ali", "ali@example.org")),
    cancelled=False,
    stamp=datetime(2026, 5, 1, 12, tzinfo=UTC),
)
CANCELLED = replace(MEETING, sequence=1, cancelled=True)

hostile_text = st.text() | st.text(alphabet='";:,\\^=\r\n\t é€😀ab') | st.just(HOSTILE * 5)


def read(meeting: Meeting) -> tuple[Calendar, Any]:
    calendar = Calendar.from_ical(invitation(meeting))
    assert isinstance(calendar, Calendar)
    (event,) = calendar.events
    return calendar, event


def lines(meeting: Meeting) -> list[bytes]:
    return invitation(meeting).split(b"\r\n")


def attendees(event: Any) -> list[str]:
    found = event.get("attendee", [])
    return [str(one) for one in (found if isinstance(found, list) else [found])]


def test_an_invitation_says_so_and_asks_for_an_answer() -> None:
    calendar, event = read(MEETING)
    assert (calendar["method"], calendar["version"]) == ("REQUEST", "2.0")
    assert calendar["prodid"]
    assert (event["status"], event["transp"]) == ("CONFIRMED", "OPAQUE")
    assert {one.params["RSVP"] for one in event["attendee"]} == {"TRUE"}


def test_an_invitation_carries_what_was_agreed() -> None:
    _, event = read(MEETING)
    assert (event["uid"], event["sequence"]) == (MEETING.uid, 0)
    assert (event["summary"], event["location"]) == (MEETING.summary, MEETING.location)
    assert event["description"] == MEETING.description
    assert event["dtstamp"].dt == MEETING.stamp


def test_the_session_starts_on_the_local_clock_and_lasts_as_long_as_agreed() -> None:
    assert b"DTSTART;TZID=Europe/Amsterdam:20260608T100000" in lines(MEETING)
    assert b"DTEND;TZID=Europe/Amsterdam:20260608T113000" in lines(MEETING)
    assert b"DTSTART;TZID=Europe/Amsterdam:20261207T100000" in lines(replace(MEETING, starts_at=WINTER))


def test_a_session_through_the_spring_night_lasts_no_longer_than_agreed() -> None:
    night = replace(MEETING, starts_at=datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
    assert b"DTEND;TZID=Europe/Amsterdam:20260329T040000" in lines(night)


def test_the_second_of_two_equal_hours_is_told_in_utc() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert b"DTSTART;TZID=Europe/Amsterdam:20261025T023000" in lines(replace(MEETING, starts_at=first))
    assert b"DTSTART:20261025T013000Z" in lines(replace(MEETING, starts_at=second))


def test_moving_a_session_keeps_its_uid_and_raises_its_sequence() -> None:
    moved = replace(MEETING, sequence=1, starts_at=WINTER)
    assert (read(moved)[1]["uid"], read(moved)[1]["sequence"]) == (MEETING.uid, 1)


def test_cancelling_a_session_takes_it_out_of_the_calendar() -> None:
    calendar, event = read(replace(MEETING, sequence=2, cancelled=True))
    assert calendar["method"] == "CANCEL"
    assert (event["status"], event["transp"]) == ("CANCELLED", "TRANSPARENT")
    assert (event["uid"], event["sequence"]) == (MEETING.uid, 2)
    assert attendees(event) == ["mailto:noor@example.org", "mailto:ali@example.org"]


def test_the_organizer_can_be_written_to() -> None:
    organizer = read(MEETING)[1]["organizer"]
    assert (organizer, organizer.params["CN"]) == ("mailto:dialoog@example.org", "Programma Dialoog")


def test_who_has_no_address_is_left_out_and_who_has_two_names_comes_once() -> None:
    people = (*MEETING.attendees, ("Noor", "Noor@Example.org"), ("Kim", ""), ("Bo", "not an address"))
    found = [one.lower() for one in attendees(read(replace(MEETING, attendees=people))[1])]
    assert found == ["mailto:noor@example.org", "mailto:ali@example.org"]


def test_a_session_nobody_can_be_invited_to_by_mail_is_published_instead() -> None:
    calendar, event = read(replace(MEETING, attendees=(("Sem", None),)))
    assert calendar["method"] == "PUBLISH"
    assert "attendee" not in event


def test_a_session_nobody_was_invited_to_by_mail_is_still_cancelled() -> None:
    assert read(replace(MEETING, attendees=(), cancelled=True))[0]["method"] == "CANCEL"


def test_an_address_with_marks_of_its_own_stays_one_address() -> None:
    people = (("Noor", "noor?cc=evil@example.org"), ("Ali", "ali+nl@example.org"))
    assert attendees(read(replace(MEETING, attendees=people))[1]) == [
        "mailto:noor%3Fcc%3Devil@example.org",
        "mailto:ali+nl@example.org",
    ]


def test_an_empty_place_or_description_is_left_out() -> None:
    _, event = read(replace(MEETING, location="", description="", organizer_name=" "))
    assert not {"location", "description"} & {name.lower() for name in event}
    assert "CN" not in event["organizer"].params


def test_the_zone_in_the_file_is_right_without_the_readers_own() -> None:
    zone = dateutil_zone(invitation(MEETING))
    for year in (1997, 2026, 2027, 2045):
        for month in range(1, 13):
            there = datetime(year, month, 15, 12)
            assert there.replace(tzinfo=zone).utcoffset() == there.replace(tzinfo=AMSTERDAM).utcoffset()


@pytest.mark.parametrize(
    ("before", "after"),
    [((2026, 3, 29, 1, 59), (2026, 3, 29, 3, 0)), ((2026, 10, 25, 1, 59), (2026, 10, 25, 3, 0))],
)
def test_the_zone_in_the_file_changes_at_the_very_hour(before: tuple[int, ...], after: tuple[int, ...]) -> None:
    zone = dateutil_zone(invitation(MEETING))
    for parts in (before, after):
        there = datetime(*parts)  # type: ignore[arg-type]
        assert there.replace(tzinfo=zone).utcoffset() == there.replace(tzinfo=AMSTERDAM).utcoffset()


def test_both_seasons_begin_at_one_o_clock_utc_as_the_directive_says() -> None:
    # The start of a season is told by the clock before it (RFC 5545, 3.6.5).
    (zone,) = Calendar.from_ical(invitation(MEETING)).timezones
    seasons: list[Any] = [*zone.daylight, *zone.standard]
    assert [(s["dtstart"].dt - s["tzoffsetfrom"].td).hour for s in seasons] == [1, 1]


def test_the_zone_stands_before_the_meeting_and_is_the_one_it_names() -> None:
    content = invitation(MEETING)
    assert content.index(b"BEGIN:VTIMEZONE") < content.index(b"BEGIN:VEVENT")
    (zone,) = Calendar.from_ical(content).timezones
    assert zone.tz_name == "Europe/Amsterdam"


def test_hostile_text_stays_text() -> None:
    hostile = replace(MEETING, summary=HOSTILE, location=HOSTILE, description=HOSTILE, organizer_name=HOSTILE,
                      uid=HOSTILE, attendees=((HOSTILE, "noor@example.org"),))  # fmt: skip
    _, event = read(hostile)
    assert attendees(event) == ["mailto:noor@example.org"]
    assert event["description"] == HOSTILE.replace("\r\n", "\n").replace("\r", "\n").rstrip("\x00\x07\x85")
    assert event["summary"].startswith('Dialoog; over, \\n "neutraliteit" ATTENDEE:mailto:evil@example.org END:')
    assert event["attendee"].params["CN"] == event["summary"]


def test_a_meeting_that_no_calendar_could_take_is_refused() -> None:
    for wrong in (
        {"minutes": 0},
        {"sequence": -1},
        {"uid": "\n"},
        {"organizer_email": ""},
        {"organizer_email": "a@b.nl\r\nX:1"},
        {"starts_at": datetime(2026, 6, 8, 10)},
        {"stamp": datetime(2026, 6, 8, 10)},
    ):
        with pytest.raises(ValueError, match="meeting"):
            replace(MEETING, **wrong)


@given(hostile_text, hostile_text, st.lists(hostile_text, max_size=5), st.sampled_from([MEETING, CANCELLED]))
def test_whatever_people_type_the_file_keeps_to_the_standards_lines(
    summary: str, description: str, names: list[str], meeting: Meeting
) -> None:
    people = tuple((name, f"p{n}@example.org") for n, name in enumerate(names))
    content = invitation(replace(meeting, summary=summary, description=description, attendees=people))
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")
        assert not any(octet < 32 and octet != 9 for octet in line)


@given(hostile_text, hostile_text, st.lists(hostile_text, max_size=5))
def test_whatever_people_type_is_read_back_and_adds_nothing(summary: str, description: str, names: list[str]) -> None:
    people = tuple((name, f"p{n}@example.org") for n, name in enumerate(names))
    meeting = replace(MEETING, summary=summary, description=description, attendees=people)
    calendar, event = read(meeting)
    assert len(calendar.walk()) == len(Calendar.from_ical(invitation(MEETING)).walk())
    assert attendees(event) == [f"mailto:{email}" for _, email in people]
    assert str(event.get("description", "")) == without_controls(description)
    assert str(event["summary"]) == " ".join(without_controls(summary).split())


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), st.integers(1, 1440))
def test_the_moment_read_back_is_the_moment_agreed(start: datetime, minutes: int) -> None:
    _, event = read(replace(MEETING, starts_at=start, minutes=minutes))
    begins, ends = event["dtstart"].dt.astimezone(UTC), event["dtend"].dt.astimezone(UTC)
    assert begins == start.replace(microsecond=0)
    assert ends - begins == timedelta(minutes=minutes)


def dateutil_zone(content: bytes) -> tzinfo:
    zone = tz.tzical(io.StringIO(content.decode().replace("\r\n", "\n"))).get("Europe/Amsterdam")
    assert zone is not None
    return zone


def without_controls(text: str) -> str:
    unbroken = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in unbroken if c in "\n\t" or not (ord(c) < 32 or 127 <= ord(c) < 160))

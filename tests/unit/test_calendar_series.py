"""A whole series in one calendar file."""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from flows.engine.calendars.ics import Meeting, publication

FIRST = datetime(2026, 12, 8, 13, 0, tzinfo=UTC)


def _meeting(number: int) -> Meeting:
    return Meeting(
        uid=f"{number}@dialoogreeks",
        sequence=number,
        starts_at=FIRST + timedelta(weeks=3 * number),
        minutes=120,
        summary="Dialoog",
        description="",
        location="Online",
        organizer_name="Dialoog",
        organizer_email="dialoog@dialoogreeks.example",
        attendees=(("Marleen", "marleen@dialoogreeks.example"),),
        cancelled=False,
        stamp=FIRST,
    )


def test_a_series_is_published_with_each_meeting_under_its_own_uid() -> None:
    calendar = Calendar.from_ical(publication(_meeting(number) for number in range(3)))
    assert calendar["METHOD"] == "PUBLISH"
    assert [str(event["UID"]) for event in calendar.events] == [f"{n}@dialoogreeks" for n in range(3)]
    assert [event.start for event in calendar.events] == [FIRST + timedelta(weeks=3 * n) for n in range(3)]


def test_an_invitation_that_comes_later_can_replace_a_published_meeting() -> None:
    first, *_ = Calendar.from_ical(publication([_meeting(1)])).events
    assert str(first["SEQUENCE"]) == "1"

"""The programme's own rules, as the person who runs the bot set them."""

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from flows.engine.calendars.worktime import WorkWeek


@dataclass(frozen=True)
class Rules:
    """Spans are working time unless said otherwise; ``acute_*`` go for an acute ethical question.

    An acute question is answered within a working day, the rest within a promised, visible time.
    """

    week: WorkWeek = field(default_factory=WorkWeek)
    offers_at_once: int = 3
    rounds: int = 2
    answer_span: timedelta = timedelta(hours=8)
    acute_answer_span: timedelta = timedelta(hours=2)
    steering_span: timedelta = timedelta(hours=8)
    acute_steering_span: timedelta = timedelta(hours=2)
    promised_days: int = 5
    acute_promised_days: int = 1
    notice: timedelta = timedelta(hours=2)
    """How long before the last moment looking stops, and an acute question is answered: who counted on it hears in
    time to do something else with it, and in working hours where there are any left."""
    promise_notice: timedelta = timedelta(hours=8)
    """How long before the last moment others hear at the latest: a working day, in which another moment can be found.
    Where less than twice that is left, they hear halfway."""
    travel_margin: timedelta = timedelta(minutes=60)
    """Clock time kept free around a session on site, for getting there."""
    programme_email: str = "dialoog@dialoogreeks.example"
    """Organiser in calendar files, where answers to an invitation go."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which people plan."""
        return self.week.zone

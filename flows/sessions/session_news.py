"""What people are told about a session: each kind of message that must arrive, with what it was written with."""

from dataclasses import dataclass

from flows.engine.notifications import Notification


@dataclass(frozen=True)
class SessionPlanned(Notification, kind="session_planned"):
    """A session stands."""


@dataclass(frozen=True)
class SessionMoved(Notification, kind="session_moved"):
    """A session that was at ``before`` (ISO) is at another time or place; empty: it had no time."""

    before: str = ""


@dataclass(frozen=True)
class SessionCancelled(Notification, kind="session_cancelled"):
    """A session is off."""


@dataclass(frozen=True)
class SeatLost(Notification, kind="seat_lost"):
    """A facilitator has no room at the new time of a session."""


@dataclass(frozen=True)
class MoveProposal(Notification, kind="move_proposal"):
    """A facilitator asks the requester for another time of a session."""


@dataclass(frozen=True)
class MoveLeft(Notification, kind="move_left"):
    """The requester keeps the time as it is."""


@dataclass(frozen=True)
class MoveOvertaken(Notification, kind="move_overtaken"):
    """Another facilitator asks for another time, so this one's question is off the table."""


@dataclass(frozen=True)
class Held(Notification, kind="held"):
    """A session took place."""


@dataclass(frozen=True)
class NotHeld(Notification, kind="not_held"):
    """A session did not take place."""


@dataclass(frozen=True)
class Unreported(Notification, kind="unreported"):
    """A session that was never reported on counts as not held."""

"""Which seats of a session somebody may have."""

from flows.engine.context import Desk
from storage.dialogues import sessions
from storage.models import Facilitator, Level, Seat, SeatRole


def free_for(desk: Desk, session_id: int, profile: Facilitator) -> list[Seat]:
    """The free seats that this facilitator may have, in their order: the first is not for who is in training."""
    free = (seat for seat in sessions.seats(desk.uow, session_id) if seat.facilitator_id is None)
    return [seat for seat in free if seat.role is SeatRole.SECOND or profile.level is not Level.IN_TRAINING]

"""Whether anything can be asked for yet, and if not, who has to do what before that."""

from flows.engine.context import Turn
from storage.programme import counts


def is_open(turn: Turn) -> bool:
    """Whether there is a programme that can serve whoever asks."""
    return counts.can_serve(turn.uow)


def not_yet(turn: Turn) -> str:
    """Why nothing can be asked for, and who has to do what; how exactly is for those who run the programme."""
    t = turn.t
    return "\n\n".join([t("front.not_yet"), *([t("front.not_yet.how")] if turn.person.programme_team else [])])

"""What the app says back to something that Slack delivered."""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["events_api", "interactive", "slash_commands"]


@dataclass(frozen=True)
class Answer:
    """``status`` is 0 when nothing came in time, and then ``reason`` is Slack's word for why."""

    status: int
    body: Any = None
    reason: str = ""
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        """Whether the app took it."""
        return self.status == 200


@dataclass
class Delivery:
    """Something that was delivered, and each answer to it: more than one when it was delivered again."""

    kind: Kind
    payload: Json
    answers: list[Answer] = field(default_factory=list)

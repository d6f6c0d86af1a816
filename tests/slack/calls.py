"""Every Web API call that was made, for tests to look back at."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Call:
    """One call: which method, with what, when (unix seconds of the stand-in's clock), and what was answered.

    ``answer`` stays None for a call that was never answered, or not in JSON.
    """

    method: str
    args: Json
    at: float
    answer: Json | None = None
    status: int = 0

    @property
    def ok(self) -> bool:
        """Whether Slack did what was asked, and said so."""
        return bool(self.answer and self.answer["ok"])


@dataclass
class Calls:
    """All calls, the oldest first."""

    made: list[Call] = field(default_factory=list)

    def of(self, method: str, **args: Any) -> list[Call]:
        """The calls of one method, with these arguments if any are given."""
        return [one for one in self.made if one.method == method and args.items() <= one.args.items()]

    @property
    def refused(self) -> list[Call]:
        """The calls that Slack said no to."""
        return [one for one in self.made if one.answer is not None and not one.answer["ok"]]

    def forget(self) -> None:
        """Start counting anew."""
        self.made.clear()

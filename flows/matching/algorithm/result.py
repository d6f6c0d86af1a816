"""What matching found, kept whole: why these people, why not the others, and what would help."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for or against somebody. ``key`` names a text under ``match.reason``."""

    key: str
    values: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """Somebody who can lead the session, at these starts (aware UTC), with what speaks for and against."""

    facilitator_id: int
    moments: tuple[datetime, ...]
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Other:
    """A facilitator who does not fit, and every rule that they fail."""

    facilitator_id: int
    failing: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """How many people are left after a rule and all rules before it."""

    rule: str
    left: int


@dataclass(frozen=True)
class Advice:
    """One change, and how many people it would give. ``change`` names a text under ``match.advice``."""

    change: str
    people: int


@dataclass(frozen=True)
class Result:
    """``chosen`` are the best few of all ``eligible``, ``others`` the nearest of those who cannot.

    ``fell`` counts everybody who cannot under the first rule they fail, so that these and the eligible add up to all
    ``total`` facilitators. ``advice`` is there when nobody can, the most helpful change first.
    """

    total: int
    eligible: int
    chosen: tuple[Choice, ...]
    others: tuple[Other, ...]
    fell: tuple[Step, ...]
    advice: tuple[Advice, ...] = ()

    @property
    def emptied_by(self) -> str | None:
        """The rule after which nobody was left, or None where somebody is."""
        return next((step.rule for step in self.fell if step.left == 0), None)

    def counts(self) -> dict[str, int]:
        """How many fell out by each rule."""
        before = (self.total, *(step.left for step in self.fell))
        return {step.rule: held - step.left for held, step in zip(before, self.fell, strict=False)}


def to_json(result: Result) -> dict[str, Any]:
    """The result as JSON can hold it."""
    body = asdict(result)
    for choice in body["chosen"]:
        choice["moments"] = [moment.isoformat() for moment in choice["moments"]]
    return body


def from_json(body: Mapping[str, Any]) -> Result:
    """The result that ``to_json`` wrote."""
    return Result(
        total=body["total"],
        eligible=body["eligible"],
        chosen=tuple(map(_choice, body["chosen"])),
        others=tuple(Other(other["facilitator_id"], tuple(other["failing"])) for other in body["others"]),
        fell=tuple(Step(**step) for step in body["fell"]),
        advice=tuple(Advice(**advice) for advice in body["advice"]),
    )


def _choice(body: Mapping[str, Any]) -> Choice:
    return Choice(
        body["facilitator_id"],
        tuple(map(datetime.fromisoformat, body["moments"])),
        body["score"],
        tuple(Reason(**reason) for reason in body["reasons"]),
    )

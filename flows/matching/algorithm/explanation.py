"""The result of matching in words, for whoever steers the search."""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from flows.matching.algorithm.result import Choice, Other, Result

SHOWN = 5
"""How many people are named of those who can, and of those who cannot."""


class Words(Protocol):
    """The texts in one language, by key."""

    def __call__(self, key: str, **values: object) -> str: ...


def why(choice: Choice, t: Words) -> str:
    """What speaks for somebody and what against, in one line."""
    return ", ".join(t(f"match.reason.{reason.key}", **reason.values) for reason in choice.reasons)


def why_not(other: Other, t: Words) -> str:
    """Every rule that stands in somebody's way, in one line."""
    return ", ".join(t(f"match.rule.{rule}") for rule in other.failing)


def explain(result: Result, t: Words, name_of: Callable[[int], str], found: Collection[int] = ()) -> str:
    """Why these people and why not the others, in paragraphs. ``name_of`` gives the name that goes with an id.

    ``found`` are those who have a seat already: who else could take one beside them.
    """
    chosen = [choice for choice in result.chosen if choice.facilitator_id not in found]
    nearest = [other for other in result.others if "already" not in other.failing and other.facilitator_id not in found]
    parts = (
        _found(result, chosen, t, name_of) if chosen else _nobody(result, t, beside=bool(found)),
        _counts(result, t),
        what_helps(result, t),
        _nearest(nearest, t, name_of),
    )
    return "\n\n".join(part for part in parts if part)


def _found(result: Result, chosen: Sequence[Choice], t: Words, name_of: Callable[[int], str]) -> str:
    lines = [f"• {name_of(choice.facilitator_id)}: {why(choice, t)}" for choice in chosen[:SHOWN]]
    return "\n".join([t("match.found", n=result.eligible, total=result.total), *lines])


def _nobody(result: Result, t: Words, *, beside: bool) -> str:
    emptied_by = result.emptied_by
    said = [t("match.none_second" if beside else "match.none", total=result.total)]
    return " ".join(said + ([t(f"match.emptied.{emptied_by}")] if emptied_by and result.total else []))


def _counts(result: Result, t: Words) -> str:
    lines = [f"• {t(f'match.fell.{rule}', n=count)}" for rule, count in result.counts().items() if count]
    return "\n".join([t("match.others"), *lines]) if lines else ""


def what_helps(result: Result, t: Words) -> str:
    """Which one change would give how many people; empty where somebody fits already, or nothing would help."""
    lines = [f"• {t(f'match.advice.{advice.change}', n=advice.people)}" for advice in result.advice]
    return "\n".join([t("match.helps"), *lines]) if lines else ""


def _nearest(nearest: Sequence[Other], t: Words, name_of: Callable[[int], str]) -> str:
    alike: dict[str, list[str]] = {}
    for other in nearest[:SHOWN]:
        alike.setdefault(why_not(other, t), []).append(name_of(other.facilitator_id))
    lines = [f"• {', '.join(names)}: {reason}" for reason, names in alike.items()]
    return "\n".join([t("match.nearest"), *lines]) if lines else ""

"""Fetching the candidates for one need, and counts of everybody else."""

from functools import partial

from storage.database.unit_of_work import UnitOfWork
from storage.dialogues.candidates import prefilter
from storage.dialogues.candidates.candidate import Candidate, Candidates, Lookup
from storage.dialogues.candidates.profiles import complete
from storage.dialogues.candidates.reading import fetch


def load(uow: UnitOfWork, lookup: Lookup) -> Candidates:
    """Everybody whom the rules could accept, a few near misses, and counts of the others."""
    rows = fetch(uow, prefilter.counted(prefilter.Shape.of(lookup)), prefilter.parameters(lookup))
    people = [row for row in rows if row[0] is None]
    counts: dict[str, int] = {row[0]: row[2] for row in rows if row[0] is not None}
    fell = _settled(counts, near=sum(1 for row in people if row[1] is not None))
    found = complete(uow, lookup, people, skilled=True)
    return Candidates(found, fell, counts["total"], partial(_one_rule_off, uow, lookup))


def _settled(counts: dict[str, int], near: int) -> dict[str, int]:
    total, active, of_origin = (counts[name] for name in ("total", "active", "of the origin"))
    fell = {rule: count for rule, count in counts.items() if rule not in ("total", "active", "of the origin")}
    untrained = of_origin - sum(fell.values())
    fell.pop("passed", None)
    fell |= {"active": total - active, "origin": active - of_origin, "form": untrained}
    # The near misses are handed out, so the rules will turn them down and count them.
    fell["free"] = fell.get("free", 0) - near
    return {rule: count for rule, count in fell.items() if count}


def _one_rule_off(uow: UnitOfWork, lookup: Lookup) -> tuple[Candidate, ...]:
    rows = fetch(uow, prefilter.one_rule_off(prefilter.Shape.of(lookup)), prefilter.parameters(lookup))
    return complete(uow, lookup, rows, skilled=False)

"""Fetching the candidates for one need, and counts of everybody else."""

from functools import partial

from storage.candidates import prefilter
from storage.candidates.candidate import Candidate, Candidates, Lookup
from storage.candidates.profiles import complete, fetch
from storage.models import Origin
from storage.unit_of_work import UnitOfWork


def load(uow: UnitOfWork, lookup: Lookup) -> Candidates:
    """Everybody whom the rules could accept, a few near misses, and counts of the others."""
    rows = fetch(uow, prefilter.counted(lookup), prefilter.parameters(lookup))
    people = [row for row in rows if row.counted is None]
    counts = {row.counted: row.person_id for row in rows if row.counted is not None}
    near = sum(1 for row in people if row.fell is not None)
    fell = _settled(counts, lookup, near)
    found = complete(uow, lookup, people, skilled=True)
    return Candidates(found, fell, counts["total"], partial(_one_rule_off, uow, lookup))


def _settled(counts: dict[str, int], lookup: Lookup, near: int) -> dict[str, int]:
    fell = {rule: count for rule, count in counts.items() if rule not in ("total", "active", "staged")}
    fell["active"] = counts["total"] - counts["active"]
    if lookup.origin is Origin.OWN:
        fell["origin"] = counts["active"] - counts["staged"]
    # The near misses are handed out, so the rules will turn them down and count them.
    fell["free"] = fell.get("free", 0) - near
    return {rule: count for rule, count in fell.items() if count}


def _one_rule_off(uow: UnitOfWork, lookup: Lookup) -> tuple[Candidate, ...]:
    rows = fetch(uow, prefilter.one_rule_off(lookup), prefilter.parameters(lookup))
    return complete(uow, lookup, rows, skilled=False)

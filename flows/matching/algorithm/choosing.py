"""Matching: hold everybody against the rules, put those who pass in order, and say what happened."""

from collections import Counter
from collections.abc import Iterator, Mapping
from heapq import nsmallest
from itertools import islice

from flows.matching.algorithm.need import Need
from flows.matching.algorithm.ranking import Ranking
from flows.matching.algorithm.result import Advice, Choice, Other, Result, Step
from flows.matching.algorithm.rules import CHANGEABLE, RULES, Search, failing, first_failing
from storage.dialogues.candidates import Candidate, Candidates

KEPT = 20
"""How many of those who can are kept in order: far more than are ever asked, few enough to look through."""
NEAREST = 20
"""How many of those who cannot are named one by one."""
MOMENTS = 6
"""How many starts somebody may choose from."""


def match(need: Need, candidates: Candidates) -> Result:
    """The best for this need, and why not the others. The order of the candidates makes no difference."""
    search = Search(need)
    ranking = Ranking(search)
    passed, failed, fell = _sifted(search, candidates)
    near = failed if passed else candidates.one_rule_off()
    others = [(failing(search, candidate), candidate) for candidate in near]
    return Result(
        total=candidates.total,
        eligible=len(passed),
        chosen=tuple(_choice(search, ranking, score, candidate) for score, candidate in _best(ranking, passed)),
        others=_nearest(ranking, others),
        fell=tuple(_steps(candidates.total, fell)),
        advice=() if passed else _advice(need, others),
    )


def _sifted(search: Search, candidates: Candidates) -> tuple[list[Candidate], list[Candidate], Counter[str]]:
    passed: list[Candidate] = []
    failed: list[Candidate] = []
    fell = Counter(candidates.fell)
    for candidate in candidates.people:
        rule = first_failing(search, candidate)
        if rule is None:
            passed.append(candidate)
        else:
            failed.append(candidate)
            fell[rule] += 1
    return passed, failed, fell


def _best(ranking: Ranking, passed: list[Candidate]) -> list[tuple[float, Candidate]]:
    ordered = nsmallest(KEPT, ((-ranking.score(candidate), ranking.tie(candidate), candidate) for candidate in passed))
    return [(-points, candidate) for points, _, candidate in ordered]


def _choice(search: Search, ranking: Ranking, score: float, candidate: Candidate) -> Choice:
    starts = sorted({start for _, start in islice(search.starts(candidate), MOMENTS)})
    return Choice(candidate.facilitator_id, tuple(starts), score, ranking.reasons(candidate))


def _nearest(ranking: Ranking, others: list[tuple[tuple[str, ...], Candidate]]) -> tuple[Other, ...]:
    def distance(other: tuple[tuple[str, ...], Candidate]) -> tuple[bool, int, float, tuple[float, int, int]]:
        rules, candidate = other
        fixed = not CHANGEABLE.issuperset(rules)
        return fixed, len(rules), -ranking.score(candidate), ranking.tie(candidate)

    nearest = nsmallest(NEAREST, (other for other in others if other[0]), key=distance)
    return tuple(Other(candidate.facilitator_id, rules) for rules, candidate in nearest)


def _steps(total: int, fell: Mapping[str, int]) -> Iterator[Step]:
    left = total
    for name, _ in RULES:
        left -= fell.get(name, 0)
        yield Step(name, left)


def _advice(need: Need, others: list[tuple[tuple[str, ...], Candidate]]) -> tuple[Advice, ...]:
    alone = Counter(rules[0] for rules, _ in others if len(rules) == 1 and rules[0] in CHANGEABLE)
    ordered = sorted(alone, key=lambda rule: (-alone[rule], rule))
    return tuple(Advice(_change(need, rule), alone[rule]) for rule in ordered)


def _change(need: Need, rule: str) -> str:
    if rule == "origin":
        return f"origin_{need.origin}"
    if rule == "place":
        return "to_site" if need.online else "to_online"
    return rule

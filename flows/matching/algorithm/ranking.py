"""The order among those who can: what speaks for each, in points."""

from datetime import datetime

from flows.matching.algorithm.result import Reason
from flows.matching.algorithm.rules import Search, is_spared
from flows.matching.algorithm.slots import is_away
from flows.programme.places import same_place, town
from storage.dialogues.candidates import Candidate

WEIGHTS = {
    # The programme lives from people who are asked in turn: a full diary outweighs any one closeness.
    "fairness": 4.0,
    # Somebody who knows the topic itself leads a better dialogue than somebody who knows the field around it.
    "topic": 3.0,
    # Knowing the organisation helps, and travelling less; but the field wants mixing too, so below the topic.
    "organisation": 2.0,
    # At home in the town: worth as much, since the journey is what makes people decline. Does not count online.
    "place": 2.0,
    # Cannot come to later sessions they would take over: each of those needs somebody else, and the team a new face.
    "rest": -4.0,
    # New, or just back from leave: a little behind the others, so that nobody begins with a flood.
    "spared": -1.5,
    # Away today: could lead it, but would find the offer too late; asked only when the others are through.
    "away": -6.0,
}
"""Points for a measure of 1. Each measure lies between 0 and 1, except fairness: 0 is an empty diary, -1 a full one."""


class Ranking:
    """Scores for one search."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._need = search.need
        self._months = sorted(search.months)
        # Many people share a unit or the same topics, so these are worked out once for each.
        self._near: dict[tuple[int, ...], float] = {}
        self._known: dict[frozenset[int], float] = {}
        last = search.slots[-1].start if search.slots else search.need.now
        self._seed = search.need.requester_id * 40_503 + int(last.timestamp()) // 60

    def score(self, candidate: Candidate) -> float:
        """The points of a candidate, rounded so that equal ones are equal."""
        points = WEIGHTS["fairness"] * self._fairness(candidate)
        points += WEIGHTS["topic"] * self.topic(candidate)
        points += WEIGHTS["organisation"] * self._organisation(candidate)
        points += WEIGHTS["place"] * self._at_home(candidate)
        points += WEIGHTS["rest"] * self._misses(candidate)
        points += WEIGHTS["spared"] * is_spared(self._search, candidate)
        points += WEIGHTS["away"] * self._is_away(candidate)
        return round(points, 6)

    def tie(self, candidate: Candidate) -> tuple[float, int, int]:
        """Who goes first among equals: longest since last asked; then by lot, the same lot for the same search."""
        asked = candidate.last_asked_at.timestamp() if candidate.last_asked_at else float("-inf")
        lot = (candidate.facilitator_id + self._seed) * 2_654_435_761 % 2**32
        return asked, lot, candidate.facilitator_id

    def load(self, candidate: Candidate) -> int:
        """Sessions in the months of the search."""
        load = candidate.load
        return sum([load.get(month, 0) for month in self._months]) if load else 0

    def most(self, candidate: Candidate) -> int:
        """The sessions the candidate wants at most in the months of the search."""
        return max(candidate.capacity, 1) * max(len(self._months), 1)

    def _fairness(self, candidate: Candidate) -> float:
        return -(self.load(candidate) + candidate.open_offers) / self.most(candidate)

    def topic(self, candidate: Candidate) -> float:
        """How well the candidate knows the topics: 1 for each one known, half for its parent, on average."""
        if candidate.topics not in self._known:
            self._known[candidate.topics] = self._knowledge(candidate.topics)
        return self._known[candidate.topics]

    def _knowledge(self, topics: frozenset[int]) -> float:
        chains = self._need.topics
        known = sum(1.0 if chain[0] in topics else 0.5 * (not topics.isdisjoint(chain[1:2])) for chain in chains)
        return known / len(chains) if chains else 0.0

    def _organisation(self, candidate: Candidate) -> float:
        if candidate.path not in self._near:
            self._near[candidate.path] = self._nearness(candidate.path)
        return self._near[candidate.path]

    def _nearness(self, path: tuple[int, ...]) -> float:
        # Each step further down together halves what is left of the distance; a shared pool is as near as a ministry.
        shared = sum(1 for one, other in zip(path, self._need.path, strict=False) if one == other)
        near = 1 - 0.5 ** max(shared - 1, 0)
        return near if self._need.pools.isdisjoint(path) else max(near, 0.5)

    def _at_home(self, candidate: Candidate) -> float:
        if self._need.online or not candidate.places:
            return 0.0
        return float(any(same_place(place, self._need.place) for place in candidate.places))

    def _misses(self, candidate: Candidate) -> float:
        later = len(self._need.later)
        return (later - self._search.joins(candidate)) / later if later else 0.0

    def _is_away(self, candidate: Candidate) -> bool:
        return bool(candidate.away) and is_away(candidate, self._search.today)

    def reasons(self, candidate: Candidate) -> tuple[Reason, ...]:
        """What speaks for the candidate, and what against, in the order of importance to a reader."""
        return tuple(reason for reason in self._said(candidate) if reason is not None)

    def _said(self, candidate: Candidate) -> tuple[Reason | None, ...]:
        known = self.topic(candidate)
        return (
            Reason("topic" if known == 1 else "topic_partly") if self._need.topics else None,
            self._said_origin(candidate),
            Reason("place", {"place": town(self._need.place)}) if self._at_home(candidate) else None,
            self._said_rest(candidate),
            self._said_load(candidate),
            Reason("offers", {"n": candidate.open_offers}) if candidate.open_offers else None,
            Reason("spared") if is_spared(self._search, candidate) else None,
            Reason("away") if self._is_away(candidate) else None,
            self._said_asked(candidate.last_asked_at),
        )

    def _said_origin(self, candidate: Candidate) -> Reason:
        if not self._need.own.isdisjoint(candidate.path):
            return Reason("own")
        return Reason("elsewhere" if self._need.pools.isdisjoint(candidate.path) else "pool")

    def _said_load(self, candidate: Candidate) -> Reason:
        load = self.load(candidate)
        return Reason("load", {"n": load, "most": self.most(candidate)}) if load else Reason("free")

    def _said_rest(self, candidate: Candidate) -> Reason | None:
        later = len(self._need.later)
        return Reason("rest", {"n": self._search.joins(candidate), "later": later}) if later else None

    def _said_asked(self, asked_at: datetime | None) -> Reason:
        if asked_at is None:
            return Reason("never_asked")
        return Reason("asked", {"n": max((self._need.now - asked_at).days, 0)})

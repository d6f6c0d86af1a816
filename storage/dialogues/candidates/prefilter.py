"""The rules of matching as far as SQL knows them: an index that never turns down whom the rules would accept.

SQL text and not expressions: a statement's fixed cost counts here, since at 400 facilitators all of matching takes a
few milliseconds, and this way each rule reads as the condition it is. Values go in as parameters, so that requests of
one shape share one statement. Rules that turn down a handful (the requester, their unit, who was asked before) are
left to ``flows.matching.algorithm`` alone.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from storage.dialogues.candidates.candidate import Lookup
from storage.models import Level, Origin
from storage.programme.demo_guard import DEMO_CHANNEL

NEAR_MISSES = 10
"""How many of those without hours at the moments asked are fetched all the same, to be told about by name."""


class Shape(NamedTuple):
    """All of a lookup that its statement's text depends on."""

    origin: Origin
    origins: int
    form: bool
    topics: int
    online: bool
    levels: tuple[Level, ...]
    hours: int

    @classmethod
    def of(cls, lookup: Lookup) -> "Shape":
        """The shape of this lookup."""
        return cls(
            lookup.origin,
            len(lookup.origins),
            lookup.form_id is not None,
            len(lookup.topics),
            lookup.online,
            tuple(sorted(lookup.levels)),
            len(lookup.hours),
        )


_LANGUAGE = (
    "EXISTS (SELECT 1 FROM facilitator_language x WHERE x.language = :language AND x.facilitator_id = f.person_id)"
)
_FORM = "EXISTS (SELECT 1 FROM facilitator_form x WHERE x.form_id = :form AND x.facilitator_id = f.person_id)"
_TOPIC = "EXISTS (SELECT 1 FROM facilitator_topic x WHERE x.topic_id IN ({}) AND x.facilitator_id = f.person_id)"
_ON_SITE = "(NOT f.online OR EXISTS (SELECT 1 FROM facilitator_place x WHERE x.facilitator_id = f.person_id))"
_HOURS = "EXISTS (SELECT 1 FROM weekly_hours x WHERE x.facilitator_id = f.person_id AND ({}))"
_OWN = "f.person_id IN (SELECT p.id FROM person p WHERE p.unit_id IN (SELECT o.id FROM organisation o WHERE {}))"


def _own(shape: Shape) -> str:
    return _OWN.format(" OR ".join(f"o.path LIKE :own{n}" for n in range(shape.origins)) or "1 = 0")


def _origin(shape: Shape) -> str | None:
    return {Origin.OWN: _own(shape), Origin.OUTSIDE: f"NOT {_own(shape)}", Origin.ANY: None}[shape.origin]


def _topic(shape: Shape) -> str | None:
    return _TOPIC.format(names("topic", shape.topics)) if shape.topics else None


def _level(shape: Shape) -> str:
    return " OR ".join(f"f.level = '{level.value}'" for level in shape.levels) or "1 = 0"


def _hours(shape: Shape) -> str:
    touching = "x.weekday = :day{0} AND x.opens < :until{0} AND x.closes > :from{0}"
    return _HOURS.format(" OR ".join(touching.format(n) for n in range(shape.hours)) or "1 = 0")


def names(name: str, count: int) -> str:
    """The names of ``count`` parameters, with commas between them."""
    return ", ".join(f":{name}{n}" for n in range(count)) or "NULL"


_RULES: tuple[tuple[str, Callable[[Shape], str | None]], ...] = (
    ("origin", _origin),
    ("form", lambda shape: _FORM if shape.form else None),
    ("language", lambda _: _LANGUAGE),
    ("topic", _topic),
    ("place", lambda shape: "f.online" if shape.online else _ON_SITE),
    ("level", _level),
    ("free", _hours),
)
"""Each rule as the condition under which an active facilitator passes, None where it asks nothing.

In the order of the rules' own table, so that each person is counted under the same rule, whoever turned them down.
"""

# A person without an address may still be found by their e-mail address when there is something to deliver.
_REACHABLE = """EXISTS (SELECT 1 FROM address x WHERE x.person_id = p.id AND x.channel <> :demo AND x.reachable)
 OR (:findable AND NOT EXISTS (SELECT 1 FROM address x WHERE x.person_id = p.id AND x.channel <> :demo))"""
_PERSON = """f.person_id, f.level, f.capacity, f.online, f.joined_on, f.back_on, f.last_asked_at, p.active, o.path,
 ({reachable}) FROM {source} s JOIN facilitator f ON f.person_id = s.id JOIN person p ON p.id = s.id
 LEFT JOIN organisation o ON o.id = p.unit_id"""
_COUNTED = """WITH staged AS MATERIALIZED
 (SELECT f.person_id AS id, CASE {fails} END AS fell FROM {source} WHERE f.active AND {origin})
SELECT NULL AS counted, s.fell, {person} WHERE s.fell IS NULL
 OR s.id IN (SELECT id FROM staged WHERE fell = 'free' ORDER BY id LIMIT {near})
UNION ALL SELECT coalesce(fell, 'passed'), NULL, count(*){nulls} FROM staged GROUP BY fell
UNION ALL SELECT 'of the origin', NULL, count(*){nulls} FROM facilitator f WHERE f.active AND {origin}
UNION ALL SELECT 'active', NULL, count(*){nulls} FROM facilitator WHERE active
UNION ALL SELECT 'total', NULL, count(*){nulls} FROM facilitator"""
_NEAR = """WITH near AS MATERIALIZED
 (SELECT f.person_id AS id FROM facilitator f WHERE f.active AND {failed} <= 1)
SELECT NULL AS counted, NULL AS fell, {person}"""
_TRAINED = "facilitator_form m JOIN facilitator f ON f.person_id = m.facilitator_id AND m.form_id = :form"
_NULLS = ", NULL" * 9


@lru_cache(maxsize=512)
def counted(shape: Shape) -> str:
    """SQL that gives a row for each facilitator who passes, and for each rule (``counted``) how many fail it first.

    ``fell`` is "free" for the near misses among those rows. Counts stand in ``person_id``; beside the rules come
    "total", "active", "of the origin" (active, and from where they were asked) and "passed".
    Only those trained in the form are held against the rules one by one; how many are not is a subtraction.
    """
    rules = dict(_conditions(shape))
    origin = rules.pop("origin", "1 = 1")
    trained = rules.pop("form", None)
    fails = " ".join(f"WHEN NOT ({condition}) THEN '{name}'" for name, condition in rules.items())
    source, person = _TRAINED if trained else "facilitator f", _person("staged")
    return _COUNTED.format(fails=fails, source=source, origin=origin, person=person, near=NEAR_MISSES, nulls=_NULLS)


@lru_cache(maxsize=512)
def one_rule_off(shape: Shape) -> str:
    """SQL that gives a row for each active facilitator who fails no rule but one."""
    failed = " + ".join(f"CASE WHEN {condition} THEN 0 ELSE 1 END" for _, condition in _conditions(shape))
    return _NEAR.format(failed=failed, person=_person("near"))


def _person(source: str) -> str:
    return _PERSON.format(source=source, reachable=_REACHABLE)


def _conditions(shape: Shape) -> list[tuple[str, str]]:
    return [(name, condition) for name, rule in _RULES if (condition := rule(shape)) is not None]


def parameters(lookup: Lookup) -> dict[str, object]:
    """The values for the names in the conditions."""
    given: dict[str, object] = {"language": lookup.language, "form": lookup.form_id, "demo": DEMO_CHANNEL}
    given["findable"] = lookup.findable
    given |= {f"topic{n}": topic for n, topic in enumerate(sorted(lookup.topics))}
    given |= {f"own{n}": f"%/{node}/%" for n, node in enumerate(sorted(lookup.origins))}
    for n, (day, start, until) in enumerate(sorted(lookup.hours)):
        given |= {f"day{n}": day, f"from{n}": start, f"until{n}": until}
    return given

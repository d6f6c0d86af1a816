"""The rules of matching as far as SQL knows them: an index that never turns down whom the rules would accept.

SQL text and not expressions: a statement's fixed cost counts here, since at 400 facilitators all of matching takes a
millisecond or two, and this way each rule reads as the condition it is. Values go in as parameters, so that
requests of one shape share one statement.
"""

from collections.abc import Callable, Collection

from storage.candidates.candidate import Lookup
from storage.models import Origin

NEAR_MISSES = 20
"""How many of those without hours at the moments asked are fetched all the same, to be told about by name."""

_FORM = "EXISTS (SELECT 1 FROM facilitator_form x WHERE x.form_id = :form AND x.facilitator_id = f.person_id)"
_LANGUAGE = (
    "EXISTS (SELECT 1 FROM facilitator_language x WHERE x.language = :language AND x.facilitator_id = f.person_id)"
)
_TOPIC = "EXISTS (SELECT 1 FROM facilitator_topic x WHERE x.topic_id IN ({topics}) AND x.facilitator_id = f.person_id)"
_ON_SITE = "(NOT f.online OR EXISTS (SELECT 1 FROM facilitator_place x WHERE x.facilitator_id = f.person_id))"
_HOURS = "EXISTS (SELECT 1 FROM weekly_hours x WHERE x.facilitator_id = f.person_id AND ({stretches}))"
_WORKS_IN = (
    "f.person_id IN (SELECT p.id FROM person p WHERE p.unit_id IN (SELECT o.id FROM organisation o WHERE {which}))"
)


def _origin(lookup: Lookup) -> str | None:
    below = (f"o.path LIKE :own{n}" for n in range(len(lookup.origins)))
    own = _WORKS_IN.format(which=" OR ".join(below) or "1 = 0")
    return {Origin.OWN: own, Origin.OUTSIDE: f"NOT {own}", Origin.ANY: None}[lookup.origin]


def _unit(lookup: Lookup) -> str:
    below = " OR o.path LIKE :unit_below" if lookup.unit_below is not None else ""
    which = f"o.id IN ({_names('unit', lookup.units)}){below}"
    return f"NOT {_WORKS_IN.format(which=which)}"


def _hours(lookup: Lookup) -> str:
    touching = "x.weekday = :day{0} AND x.opens < :until{0} AND x.closes > :from{0}"
    return _HOURS.format(stretches=" OR ".join(map(touching.format, range(len(lookup.hours)))) or "1 = 0")


def _names(name: str, values: Collection[object]) -> str:
    return ", ".join(f":{name}{n}" for n in range(len(values))) or "NULL"


def parameters(lookup: Lookup) -> dict[str, object]:
    """The values for the names in the conditions."""
    given: dict[str, object] = {"requester": lookup.requester_id, "language": lookup.language, "form": lookup.form_id}
    given["unit_below"] = f"%/{lookup.unit_below}/%"
    given |= {f"topic{n}": topic for n, topic in enumerate(sorted(lookup.topics))}
    given |= {f"already{n}": person for n, person in enumerate(sorted(lookup.already))}
    given |= {f"unit{n}": unit for n, unit in enumerate(sorted(lookup.units))}
    given |= {f"own{n}": f"%/{node}/%" for n, node in enumerate(sorted(lookup.origins))}
    for n, (day, start, until) in enumerate(sorted(lookup.hours)):
        given |= {f"day{n}": day, f"from{n}": start, f"until{n}": until}
    return given


_RULES: tuple[tuple[str, Callable[[Lookup], str | None]], ...] = (
    ("origin", _origin),
    ("requester", lambda _: "f.person_id <> :requester"),
    ("unit", _unit),
    ("form", lambda lookup: None if lookup.form_id is None else _FORM),
    ("language", lambda _: _LANGUAGE),
    ("topic", lambda lookup: _TOPIC.format(topics=_names("topic", lookup.topics)) if lookup.topics else None),
    ("place", lambda lookup: "f.online" if lookup.online else _ON_SITE),
    ("level", lambda lookup: None if lookup.in_training else "f.level <> 'in_training'"),
    ("already", lambda lookup: f"f.person_id NOT IN ({_names('already', lookup.already)})" if lookup.already else None),
    ("free", _hours),
)
"""Each rule as the condition under which an active facilitator passes, None where it asks nothing.

In the order of the rules' own table, so that each person is counted under the same rule, whoever turned them down.
"""

_PERSON = """f.person_id, f.level, f.capacity, f.online, f.joined_on, f.back_on, f.last_asked_at, p.active, o.path
 FROM {source} s JOIN facilitator f ON f.person_id = s.id JOIN person p ON p.id = s.id
 LEFT JOIN organisation o ON o.id = p.unit_id"""
_NULLS = ", NULL" * 8
_COUNTED = """WITH staged AS MATERIALIZED
 (SELECT f.person_id AS id, CASE {fails} END AS fell FROM facilitator f WHERE f.active AND {base})
SELECT NULL AS counted, s.fell, {person} WHERE s.fell IS NULL
 OR s.id IN (SELECT id FROM staged WHERE fell = 'free' ORDER BY id LIMIT {near})
UNION ALL SELECT fell, NULL, count(*){nulls} FROM staged WHERE fell IS NOT NULL GROUP BY fell
UNION ALL SELECT 'staged', NULL, count(*){nulls} FROM staged
UNION ALL SELECT 'active', NULL, count(*){nulls} FROM facilitator WHERE active
UNION ALL SELECT 'total', NULL, count(*){nulls} FROM facilitator"""
_NEAR = """WITH near AS MATERIALIZED
 (SELECT f.person_id AS id FROM facilitator f WHERE f.active AND {failed} <= 1)
SELECT {person}"""


def counted(lookup: Lookup) -> str:
    """SQL that gives a row for each facilitator who passes, and for each rule (``counted``) how many fail it first.

    ``fell`` is "free" for the near misses among those rows. Counts stand in ``person_id``; beside the rules come
    "total", "active" and "staged": all, the active, and those of them who were held against the rules one by one.
    """
    conditions = dict(_conditions(lookup))
    # One's own organisation is a small part of all: there its index goes first, and the rest is known by subtraction.
    base = conditions.pop("origin") if lookup.origin is Origin.OWN else "1 = 1"
    fails = " ".join(f"WHEN NOT {condition} THEN '{name}'" for name, condition in conditions.items())
    person = _PERSON.format(source="staged")
    return _COUNTED.format(fails=fails, base=base, person=person, near=NEAR_MISSES, nulls=_NULLS)


def one_rule_off(lookup: Lookup) -> str:
    """SQL that gives a row for each active facilitator who fails no rule but one."""
    failed = " + ".join(f"CASE WHEN {condition} THEN 0 ELSE 1 END" for _, condition in _conditions(lookup))
    return _NEAR.format(failed=failed, person=_PERSON.format(source="near"))


def _conditions(lookup: Lookup) -> list[tuple[str, str]]:
    return [(name, condition) for name, rule in _RULES if (condition := rule(lookup)) is not None]

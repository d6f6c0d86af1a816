"""How invented people are spread: over organisations, places, hours and everything else a facilitator tells."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate

from storage.models import Level, OrganisationKind
from storage.programme.csv_files.hours import Stretch
from storage.programme.csv_files.rows import OrganisationRow, Tables

# Rough staff sizes in thousands, enough for a plausible spread; others count for _OTHER.
_SIZES = {
    "belastingdienst": 24, "toeslagen": 5, "douane": 6, "financien": 4, "dji": 16, "jenv": 6, "defensie": 22, "rws": 10,
    "ienw": 5, "uwv": 18, "svb": 4, "nla": 3, "szw": 4, "ind": 6, "aenm": 4, "duo": 3, "ocw": 4, "vws": 5, "bzk": 6,
    "bz": 4, "lvvn": 3, "vng": 1,
}  # fmt: skip
_OTHER = 2
_PLACES = {
    "Den Haag": 40, "Utrecht": 18, "Rotterdam": 10, "Zwolle": 8, "Apeldoorn": 8, "Amersfoort": 7, "Groningen": 7,
    "Heerlen": 5, "Amsterdam": 7, "Arnhem": 5, "Eindhoven": 5, "Leeuwarden": 3, "Breda": 4, "Middelburg": 1,
    "Enschede": 3, "Almere": 3,
}  # fmt: skip
_CAPACITIES = {
    Level.IN_TRAINING: (1, 1, 2, 2, 3),
    Level.TRAINED: (1, 2, 2, 3, 3, 4),
    Level.EXPERIENCED: (2, 3, 4, 4, 5, 6),
}
_LEVEL_SHARES = ((Level.IN_TRAINING, 0.15), (Level.EXPERIENCED, 0.25))
_ENGLISH, _OTHER_LANGUAGE = 0.35, 0.08
_OTHER_LANGUAGES = ("de", "fr", "tr", "ar", "es", "pl")
# How often each of the catalogue's forms is mastered, in its order; the last weight serves all further ones.
_FORM_WEIGHTS = (5, 6, 8, 2, 2)
_MORNING, _AFTERNOON, _DAY = (9 * 60, 13 * 60), (13 * 60, 17 * 60), (9 * 60, 17 * 60)
# Mondays and Fridays are the quiet days in government offices.
_WEEKDAY_CHANCES = (0.6, 0.85, 0.6, 0.85, 0.45)
_FIRST_TRAINING = date(2021, 11, 1)

Periods = tuple[tuple[date, date], ...]


class Weighted:
    """Something to choose from, some things more often than others."""

    def __init__(self, weights: dict[str, float]) -> None:
        self._items = list(weights)
        self._bounds = list(accumulate(weights.values()))

    def one(self, chance: random.Random) -> str:
        """Choose one item."""
        return chance.choices(self._items, cum_weights=self._bounds)[0]

    def several(self, chance: random.Random, number: int) -> tuple[str, ...]:
        """Choose so many different items, or all when there are fewer."""
        chosen: dict[str, None] = {}
        while len(chosen) < min(number, len(self._items)):
            chosen[self.one(chance)] = None
        return tuple(chosen)


class Spread:
    """Draws what a facilitator's profile says, from the catalogue in ``tables`` and around ``today``."""

    def __init__(self, tables: Tables, chance: random.Random, today: date) -> None:
        self._chance = chance
        self._today = today
        self.units = Weighted(unit_weights(tables.organisations))
        self._forms = Weighted(
            {row.code: _FORM_WEIGHTS[min(place, len(_FORM_WEIGHTS) - 1)] for place, row in enumerate(tables.forms)}
        )
        self._roots = [row.code for row in tables.topics if row.parent is None]
        self._leaves = [row.code for row in tables.topics if row.parent is not None]
        self._places = Weighted({place: float(weight) for place, weight in _PLACES.items()})

    def levels(self, number: int) -> list[Level]:
        """The level of each of so many facilitators, in the right shares and in no order."""
        levels = [level for level, share in _LEVEL_SHARES for _ in range(round(number * share))]
        levels += [Level.TRAINED] * (number - len(levels))
        self._chance.shuffle(levels)
        return levels

    def capacity(self, level: Level) -> int:
        """Sessions a month."""
        return self._chance.choice(_CAPACITIES[level])

    def languages(self) -> tuple[str, ...]:
        """Dutch for everybody, English for many, another language for a few."""
        english = ("en",) if self._chance.random() < _ENGLISH else ()
        other = (self._chance.choice(_OTHER_LANGUAGES),) if self._chance.random() < _OTHER_LANGUAGE else ()
        return ("nl", *english, *other)

    def forms(self, level: Level) -> tuple[str, ...]:
        """One to four forms, fewer for who is still learning."""
        return self._forms.several(self._chance, self._chance.randint(1, 2 if level is Level.IN_TRAINING else 4))

    def topics(self) -> tuple[str, ...]:
        """Two to six topics, now and then a whole kind of ethics among them."""
        number = self._chance.randint(2, 6)
        roots = self._chance.sample(self._roots, min(len(self._roots), int(self._chance.random() < 0.4)))
        leaves = self._chance.sample(self._leaves, min(len(self._leaves), number - len(roots)))
        return (*roots, *leaves)

    def places(self) -> tuple[str, ...]:
        """One to three towns."""
        return self._places.several(self._chance, self._chance.choice((1, 1, 2, 2, 3)))

    def hours(self) -> tuple[Stretch, ...]:
        """Half days and whole days through the week; at least one."""
        found: list[Stretch] = []
        for weekday, likely in enumerate(_WEEKDAY_CHANCES):
            if self._chance.random() < likely:
                opens, closes = self._chance.choice((_MORNING, _AFTERNOON, _AFTERNOON, _DAY))
                found.append(Stretch(weekday, opens, closes))
        return tuple(found) or (Stretch(1, *_DAY),)

    def joined_on(self, level: Level) -> date:
        """The day somebody became a facilitator: in the past three months for newcomers, since 2021 for others."""
        newcomer = self._chance.random() < (0.3 if level is Level.IN_TRAINING else 0.04)
        most = max(92, (self._today - _FIRST_TRAINING).days)
        least = 365 if level is Level.EXPERIENCED and most > 365 else 91
        return self._ago(0, 90) if newcomer else self._ago(least, most)

    def leave(self, joined_on: date) -> tuple[Periods, date | None]:
        """The days away and, for who was long away, the first day back."""
        if self._chance.random() < 0.04 and (self._today - joined_on).days > 200:
            back = self._ago(1, 40)
            return ((back - timedelta(self._chance.randint(60, 130)), back - timedelta(1)),), back
        number = self._chance.choices((0, 1, 2), (70, 24, 6))[0]
        firsts = sorted(self._chance.sample(range(-10, 150, 25), number))
        starts = [self._today + timedelta(first) for first in firsts]
        return tuple((start, start + timedelta(self._chance.randint(2, 20))) for start in starts), None

    def _ago(self, least: int, most: int) -> date:
        return self._today - timedelta(self._chance.randint(least, most))


def unit_weights(organisations: Sequence[OrganisationRow]) -> dict[str, float]:
    """How likely somebody works in each organisation with nothing below it, by the size of what it belongs to."""
    rows = {row.code: row for row in organisations}
    parents = {row.parent for row in organisations}
    homes: dict[str, list[str]] = {}
    for code, row in rows.items():
        if code not in parents and row.kind is not OrganisationKind.GOVERNMENT:
            homes.setdefault(home(code, rows), []).append(code)
    return {unit: _SIZES.get(at, _OTHER) / len(units) for at, units in homes.items() for unit in units}


def home(code: str, rows: dict[str, OrganisationRow]) -> str:
    """The nearest ministry or agency at or above an organisation, or its root."""
    row = rows[code]
    while row.kind is OrganisationKind.UNIT and row.parent is not None:
        row = rows[row.parent]
    return row.code

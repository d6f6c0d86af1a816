"""Inventing people: a row for each, as if they stood in the files of an import."""

import random
import unicodedata
from collections.abc import Iterator
from datetime import date

from storage.models import Level
from storage.programme.csv_files.rows import FacilitatorRow, PracticeBuilderRow, Tables, TeamMemberRow
from storage.programme.demo.names import DOMAIN, FIRST_NAMES, LAST_NAMES, REQUESTERS, TEAM
from storage.programme.demo.spread import Spread, Weighted, home, unit_weights

_TRIES = 5
# What stays of these letters when their signs are taken away would not be read as the same name.
_LETTERS = str.maketrans({"\u0131": "i", "ø": "o", "ß": "ss", " ": "", "'": "", "\u2019": ""})


class Inventor:
    """Invents people around the catalogue in ``tables``; the same for the same seed and day."""

    def __init__(self, tables: Tables, seed: int, today: date) -> None:
        self._chance = random.Random(seed)  # noqa: S311 -- people are invented, nothing is kept secret
        self._spread = Spread(tables, self._chance, today)
        self._organisations = {row.code: row for row in tables.organisations}
        self._names: set[str] = set()
        self._emails: set[str] = set()

    def team(self) -> list[TeamMemberRow]:
        """The programme team, in a unit of the ministry that runs the programme where there is one."""
        units = list(unit_weights(tuple(self._organisations.values())))
        unit = next((code for code in units if code.startswith("bzk")), units[0])
        return [
            TeamMemberRow(line, self._email(name), name, unit, language, ())
            for line, (name, language) in enumerate(TEAM, 1)
        ]

    def requesters(self) -> list[tuple[str, str, str, str]]:
        """E-mail address, name, language and unit of people without a role, each in another unit."""
        units = self._spread.units.several(self._chance, len(REQUESTERS))
        return [
            (self._email(name), name, language, units[place % len(units)])
            for place, (name, language) in enumerate(REQUESTERS)
        ]

    def facilitators(self, number: int) -> Iterator[FacilitatorRow]:
        """Invent so many facilitators."""
        for line, level in enumerate(self._spread.levels(number), 1):
            yield self._facilitator(line, level)

    def _facilitator(self, line: int, level: Level) -> FacilitatorRow:
        spread, name = self._spread, self._name()
        joined_on = spread.joined_on(level)
        away, back_on = spread.leave(joined_on)
        return FacilitatorRow(
            line=line, email=self._email(name), name=name, unit=spread.units.one(self._chance),
            language="en" if self._chance.random() < 0.04 else "nl", addresses=(), level=level,
            capacity=spread.capacity(level), languages=spread.languages(), forms=spread.forms(level),
            topics=spread.topics(), places=spread.places(), hours=spread.hours(), online=self._chance.random() < 0.85,
            joined_on=joined_on, back_on=back_on, away=away, active=True,
        )  # fmt: skip

    def builders(self, number: int) -> Iterator[PracticeBuilderRow]:
        """Invent so many practice builders: one for every ministry and agency first, then where most people work."""
        units_of: dict[str, list[str]] = {}
        sizes: dict[str, float] = {}
        for unit, weight in unit_weights(tuple(self._organisations.values())).items():
            at = home(unit, self._organisations)
            units_of.setdefault(at, []).append(unit)
            sizes[at] = sizes.get(at, 0) + weight
        largest_first = sorted(sizes, key=lambda code: (-sizes[code], code))
        further = Weighted(sizes)
        for place in range(number):
            at = largest_first[place] if place < len(largest_first) else further.one(self._chance)
            yield self._builder(place + 1, at, units_of)

    def _builder(self, line: int, at: str, units_of: dict[str, list[str]]) -> PracticeBuilderRow:
        name = self._name()
        second = [self._chance.choice(sorted(units_of))] if self._chance.random() < 0.15 else []
        language = "en" if self._chance.random() < 0.04 else "nl"
        organisations = tuple(dict.fromkeys([at, *second]))
        unit = self._chance.choice(units_of[at])
        return PracticeBuilderRow(line, self._email(name), name, unit, language, (), organisations)

    def _name(self) -> str:
        """A name, one nobody has yet unless that takes too long to find."""
        drawn = (f"{self._chance.choice(FIRST_NAMES)} {self._chance.choice(LAST_NAMES)}" for _ in range(_TRIES))
        first = next(drawn)
        name = first if first not in self._names else next((each for each in drawn if each not in self._names), first)
        self._names.add(name)
        return name

    def _email(self, name: str) -> str:
        first, _, last = name.partition(" ")
        local = f"{_plain(first)}.{_plain(last)}"
        email, number = f"{local}@{DOMAIN}", 1
        while email in self._emails:
            number += 1
            email = f"{local}{number}@{DOMAIN}"
        self._emails.add(email)
        return email


def _plain(name: str) -> str:
    """The name in small letters without spaces and signs, as in an e-mail address."""
    apart = unicodedata.normalize("NFKD", name.translate(_LETTERS).lower())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))

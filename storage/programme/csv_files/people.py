"""Writing people: who they are and where they are reached, whatever files they stand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage.models import Address, Person
from storage.programme.csv_files.bulk import Values, Writer
from storage.programme.csv_files.rows import Addresses, PersonRow, Tables

_COLUMNS = ("name", "language", "unit_id", "active", "programme_team")
_ADDRESS_COLUMNS = ("id", "channel", "address", "preferred")


@dataclass
class _Wanted:
    """What all files together say of one person; None where none of them says it."""

    name: str
    unit: str | None = None
    language: str | None = None
    left: bool | None = None
    team: bool | None = None
    addresses: Addresses = ()

    def hear(self, row: PersonRow) -> None:
        self.unit = self.unit or row.unit
        self.language = self.language or row.language
        self.left = row.left if self.left is None else self.left
        self.addresses = tuple(dict.fromkeys((*self.addresses, *row.addresses)))


class People:
    """Writes people, each once, and knows their ids.

    ``changed``, ``joined_team`` and ``left_team`` hold the e-mail addresses of those settled so far.
    """

    def __init__(self, writer: Writer, tables: Tables, units: Mapping[str, int]) -> None:
        self._writer = writer
        self._units = units
        self._wanted = _wanted(tables)
        self._stored: dict[str, tuple[int, list[Any]]] = {}
        if self._wanted:
            for id_, email, *values in writer.stored(Person, ["id", "email", *_COLUMNS]):
                if email is not None:
                    self._stored[email] = (id_, values)
        self._ids: dict[str, int] = {}
        self.changed: set[str] = set()
        self.joined_team: set[str] = set()
        self.left_team: set[str] = set()

    def knows(self, row: PersonRow) -> bool:
        """Whether this person was there before, or is since a line settled before."""
        return row.email in self._stored or row.email in self._ids

    def settle(self, rows: Sequence[PersonRow]) -> list[int]:
        """The ids of these people in the same order, once they and their addresses are as the files say."""
        emails = [row.email for row in rows if row.email not in self._ids]
        self._add([email for email in emails if email not in self._stored])
        self._change([email for email in emails if email in self._stored])
        self._settle_addresses(emails)
        return [self._ids[row.email] for row in rows]

    def _add(self, emails: list[str]) -> None:
        new: list[Values] = []
        for email in emails:
            wanted = self._wanted[email]
            unit = self._units.get(wanted.unit or "")
            values = wanted.name, wanted.language, unit, not wanted.left, bool(wanted.team)
            new.append({"email": email, **dict(zip(_COLUMNS, values, strict=True))})
        self._ids.update(zip(emails, self._writer.insert_new(Person, new), strict=True))
        self.joined_team.update(email for email in emails if self._wanted[email].team)

    def _change(self, emails: list[str]) -> None:
        changed: dict[int, Values] = {}
        for email in emails:
            id_, stored = self._stored[email]
            values = self._values(self._wanted[email], stored)
            self._ids[email] = id_
            if values != stored:
                changed[id_] = dict(zip(_COLUMNS, values, strict=True))
            if values[:-1] != stored[:-1]:
                self.changed.add(email)
            if values[-1] != stored[-1]:
                (self.joined_team if values[-1] else self.left_team).add(email)
        self._writer.update(Person, "id", changed)

    def _values(self, wanted: _Wanted, stored: list[Any]) -> list[Any]:
        _, language, unit_id, active, team = stored
        return [
            wanted.name,
            wanted.language or language,
            self._units[wanted.unit] if wanted.unit else unit_id,
            active if wanted.left is None else not wanted.left,
            team if wanted.team is None else wanted.team,
        ]

    def _settle_addresses(self, emails: list[str]) -> None:
        """Make the addresses on each channel a file names those it names; other channels are left alone."""
        told = {self._ids[email]: email for email in emails if self._wanted[email].addresses}
        have: dict[int, list[Any]] = {id_: [] for id_ in told}
        for person_id, *address in self._writer.stored_for(Address, "person_id", list(told), _ADDRESS_COLUMNS):
            have[person_id].append(address)
        gone: list[Values] = []
        new: list[Values] = []
        for id_, email in told.items():
            dropped, added = _address_changes(have[id_], self._wanted[email].addresses, id_)
            gone += dropped
            new += added
            if dropped or added:
                self.changed.add(email)
        self._writer.delete(Address, gone)
        self._writer.insert(Address, new)


def _wanted(tables: Tables) -> dict[str, _Wanted]:
    people: dict[str, _Wanted] = {}
    for rows in tables.people().values():
        for row in rows:
            people.setdefault(row.email, _Wanted(row.name)).hear(row)
    for member in tables.programme_team:
        people[member.email].team = member.active
    return people


def _address_changes(have: list[Any], wanted: Addresses, person_id: int) -> tuple[list[Values], list[Values]]:
    """What to drop and what to add for one person. Which address they prefer stays theirs to say: only when that one
    goes, or there was none, the first new one takes its place."""
    named = {channel for channel, _ in wanted}
    kept = [each for each in have if each[1] not in named or (each[1], each[2]) in wanted]
    known = {(channel, address) for _, channel, address, _ in kept}
    new = [each for each in wanted if each not in known]
    prefers = any(preferred for *_, preferred in kept)
    added: list[Values] = [
        {
            "person_id": person_id, "channel": channel, "address": address, "reachable": True,
            "preferred": not prefers and place == 0,
        }
        for place, (channel, address) in enumerate(new)
    ]  # fmt: skip
    return [{"id": each[0]} for each in have if each not in kept], added

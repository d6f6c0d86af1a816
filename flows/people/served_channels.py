"""The channels that are served, and the links by which newcomers come into them.

Each process notes those that it serves when it starts, and again and again from then on, so that who is at a terminal
or in another channel knows. Each channel is noted by itself, so a process takes nothing away of what another one notes.
A channel that nobody notes any more while others are noted is served no more.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.database import key_values
from storage.database.unit_of_work import UnitOfWork

AGAIN = timedelta(minutes=10)
"""How often a process is to note what it serves."""
OVER = timedelta(hours=1)
"""So long after the last of the others a channel counts as served no more. Where all are down, all wait to go on."""
_NOTED = "entrance."


@dataclass(frozen=True)
class _Entrance:
    link: str
    noted_at: datetime


def serve(uow: UnitOfWork, served: Mapping[str, str], now: datetime) -> None:
    """Note the channels that are served now, each with its link up to the token; "" where there is no link."""
    for channel, link in served.items():
        key_values.note(uow, f"{_NOTED}{channel}", json.dumps({"link": link, "noted_at": now.isoformat()}))


def served(uow: UnitOfWork) -> Mapping[str, str]:
    """The channels that are served, each with its link up to the token."""
    noted = _noted(uow)
    newest = max((one.noted_at for one in noted.values()), default=None)
    fresh = {channel: one for channel, one in noted.items() if newest is not None and newest - one.noted_at < OVER}
    return {channel: fresh[channel].link for channel in sorted(fresh)}


def last_served(uow: UnitOfWork, channel: str) -> datetime | None:
    """When a process last noted that it serves this channel (UTC), up to ``AGAIN`` before it stopped; or None."""
    noted = _noted(uow).get(channel)
    return noted.noted_at if noted else None


def several(uow: UnitOfWork) -> bool:
    """Whether there is more than one channel, so that somebody can be one person in two."""
    return len(served(uow)) > 1


def finds_people(uow: UnitOfWork) -> bool:
    """Whether some channel is served in which people are found by their e-mail address, and need not come in.

    Those are the channels without a link. True until the channels that are served were noted.
    """
    links = served(uow).values()
    return not links or "" in links


def link(uow: UnitOfWork, token: str, known_in: Collection[str] = ()) -> str | None:
    """The link with which somebody comes in with this token, or None where no channel has an entrance.

    A channel in which they are ``known_in`` already is left out.
    """
    begins = next((begins for channel, begins in served(uow).items() if begins and channel not in known_in), None)
    return f"{begins}{token}" if begins else None


def _noted(uow: UnitOfWork) -> dict[str, _Entrance]:
    told = {channel: json.loads(value) for channel, value in key_values.named(uow, _NOTED).items()}
    return {channel: _Entrance(one["link"], datetime.fromisoformat(one["noted_at"])) for channel, one in told.items()}

"""The channels that are served, and the links by which newcomers come into them.

The process that serves the channels notes them at its start, so that who is at a terminal or in another channel knows.
"""

import json
from collections.abc import Mapping

from storage import notes
from storage.unit_of_work import UnitOfWork

_NOTED = "entrances"


def serve(uow: UnitOfWork, served: Mapping[str, str]) -> None:
    """Note the channels that are served from now on, each with its link up to the token; "" where there is no link."""
    told = json.dumps(dict(served), sort_keys=True)
    if notes.noted(uow, _NOTED) != told:
        notes.note(uow, _NOTED, told)


def served(uow: UnitOfWork) -> Mapping[str, str]:
    """The channels that are served, each with its link up to the token."""
    told = notes.noted(uow, _NOTED)
    return {str(channel): str(link) for channel, link in json.loads(told).items()} if told else {}


def several(uow: UnitOfWork) -> bool:
    """Whether there is more than one channel, so that somebody can be one person in two."""
    return len(served(uow)) > 1


def link(uow: UnitOfWork, token: str) -> str | None:
    """The link with which somebody comes in with this token, or None where no channel has an entrance."""
    begins = next(filter(None, served(uow).values()), None)
    return f"{begins}{token}" if begins else None

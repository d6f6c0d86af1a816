"""When Slack last held events back because there were too many: noted as it says so, told by ``check``.

Slack gives an app 30,000 events an hour and workspace, then sends ``app_rate_limited`` in the place of the rest:
https://docs.slack.dev/reference/events/app_rate_limited
"""

from datetime import datetime

from storage.database.key_values import note, noted
from storage.database.unit_of_work import UnitOfWork

_NAME = "slack_rate_limited_at"


def keep(uow: UnitOfWork, at: datetime) -> None:
    """Remember that Slack held events back at this instant (aware)."""
    note(uow, _NAME, at.isoformat())


def last(uow: UnitOfWork) -> datetime | None:
    """When it last did, aware, or None while it never has."""
    at = noted(uow, _NAME)
    return None if at is None else datetime.fromisoformat(at)

"""When two transactions got in each other's way: the database's many words for it, as one."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

_SERIALIZATION, _DEADLOCK, _TWICE, _GONE, _LOCKED = "40001", "40P01", "23505", "23503", "55P03"
"""PostgreSQL's codes (its manual, appendix A). A unique value stored twice means that another was a moment earlier, and
so does a reference to a row that is gone: to a person who has just turned out to be the same as another."""
_IN_THE_WAY = frozenset((_SERIALIZATION, _DEADLOCK, _TWICE, _GONE, _LOCKED))


class Conflict(Exception):
    """The transaction was rolled back over a conflict with another one. Doing the same once more may work."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise Conflict for each error of the database in this block that another transaction caused."""
    try:
        yield
    except StaleDataError as stale:
        raise Conflict from stale
    except DBAPIError as error:
        if _is_conflict(error):
            raise Conflict from error
        raise


def _is_conflict(error: DBAPIError) -> bool:
    if isinstance(error.orig, sqlite3.Error):
        # Writers queue for SQLite's one lock, so the only conflict is with one that keeps it too long.
        code = getattr(error.orig, "sqlite_errorcode", 0)
        return code & 0xFF == sqlite3.SQLITE_BUSY
    return getattr(error.orig, "sqlstate", None) in _IN_THE_WAY

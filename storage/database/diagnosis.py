"""What is the matter with a database that cannot be used, and what to do about it."""

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

_OF_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_NOLFS,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)
"""The result codes (sqlite.org/rescode.html) that say something of the file, and nothing of the statement."""

_OF_POSTGRESQL = ("08", "25006", "28", "3D", "42501", "53", "57", "58", "XX")
"""How the codes begin (its manual, appendix A) that say something of the server, its disk or one's rights there."""

_DO = {
    sqlite3.SQLITE_BUSY: "Another program keeps it to itself. Stop that program, or try again later.",
    sqlite3.SQLITE_FULL: "The disk is full. Make room on it, and try again.",
    sqlite3.SQLITE_NOTADB: "Set DATABASE_URL to another file, or put back a backup in the place of this one.",
}
_PUT_BACK = "put back a backup, as docs/operating.md says."


def is_trouble(fault: DBAPIError) -> bool:
    """Whether the database cannot be used as it is, rather than was asked something wrong."""
    if isinstance(fault.orig, sqlite3.Error):
        return _code(fault.orig) in _OF_SQLITE
    state = getattr(fault.orig, "sqlstate", None)
    # Without a code the server was not reached, or went away.
    return fault.connection_invalidated or state is None or state.startswith(_OF_POSTGRESQL)


def beside(url: URL) -> tuple[Path, ...]:
    """What SQLite left beside a database file. It belongs to that very file, and spoils one that takes its place."""
    if url.get_backend_name() != "sqlite":
        return ()
    file = Path(url.database or "")
    return tuple(other for end in ("-wal", "-shm") if os.path.lexists(other := file.with_name(file.name + end)))


def told(fault: DBAPIError, url: URL, left: Sequence[Path]) -> str:
    """The driver's words on what is the matter, and for a file what to do. ``left`` was beside it before."""
    words = " ".join(str(fault.orig).split())
    if not isinstance(fault.orig, sqlite3.Error):
        return words
    return f"{words}. {_to_do(_code(fault.orig), Path(url.database or ''), left)}".rstrip()


def obstacle(file: Path) -> str | None:
    """Why this user cannot keep a database in ``file``, and what to do; None where they can."""
    folder = file.absolute().parent
    if not folder.is_dir():
        return f"There is no folder {folder}. Make it, or correct DATABASE_URL."
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"Let the user that the bot runs as write in the folder {folder}: SQLite keeps more files there."
    if file.is_dir():
        return f"{file} is a folder. Set DATABASE_URL to a file."
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        return f"Let the user that the bot runs as read and write {file}."
    return None


def _to_do(code: int, file: Path, left: Sequence[Path]) -> str:
    if code not in _OF_SQLITE:
        return ""
    if to_do := _DO.get(code) or obstacle(file):
        return to_do
    disk = "See whether the disk is full or failing. " if code == sqlite3.SQLITE_IOERR else ""
    if not left:
        return f"{disk}If that does not help, {_PUT_BACK}" if disk else _PUT_BACK.capitalize()
    found = " and ".join(map(str, left))
    return f"{disk}If {file} was put in the place of another, stop the bot and move {found} away. If not, {_PUT_BACK}"


def _code(error: sqlite3.Error) -> int:
    """The result code without its details, which stand in the higher bits; 0 for what Python itself objects to."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF

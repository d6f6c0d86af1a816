"""How our column types are written in a migration: as what the database keeps, so that later changes in code stay out.

A state's words are data: a step that listed them would have to change each time a state is added.
"""

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import DateTime, Enum
from sqlmodel.sql.sqltypes import AutoString

from storage.models.columns import UtcDateTime


def written(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """The Python for a column's type, or False where Alembic's own is right."""
    if kind != "type":
        return False
    # A column to be taken away is read from SQLite, whose word for its type PostgreSQL does not know.
    if isinstance(item, UtcDateTime | DateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Enum) and not item.native_enum:
        return f"sa.String(length={item.length})"
    if isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False

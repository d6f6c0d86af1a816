"""Column types shared by all tables."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator
from sqlalchemy.util import immutabledict
from sqlmodel import SQLModel

# A name for every constraint, the same on every database: a migration can only change what it can name.
SQLModel.metadata.naming_convention = immutabledict(
    {
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on the way in, aware UTC on the way out.

    SQLite has no zones, so there the UTC wall clock is stored; PostgreSQL keeps ``timestamptz``.
    A naive value is refused, because nobody could say later which clock it was read from.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert isinstance(value, datetime)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word(states: type[StrEnum]) -> Any:
    """A column type that keeps an enum as its word ("waiting"), readable in any tool and the same on every database."""
    return Enum(states, native_enum=False, length=20, values_callable=lambda kind: [member.value for member in kind])

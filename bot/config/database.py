"""The database for one command at a terminal: opened, looked at, and closed again."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.config.settings import Settings
from storage.database import schema
from storage.database.unit_of_work import Store


class NotReady(Exception):
    """The command cannot be done as things stand; the text says what to do first."""


@contextmanager
def opened(settings: Settings, *, make_tables: bool = False) -> Iterator[Store]:
    """The database, at the version this program needs. Without ``make_tables`` nothing is made or changed for that.

    Raises NotReady for a database without its tables, and schema.Unusable for one that cannot be used.
    """
    store = Store(settings.database_url)
    try:
        if make_tables:
            schema.upgrade(store)
        elif not (schema.exists(store) and schema.is_current(store)):
            raise NotReady(
                "The database does not have its tables yet. Start the bot once, which makes them: dialoogreeks run. "
                "Or make them without starting it: dialoogreeks db upgrade"
            )
        with schema.in_use(store):
            yield store
    finally:
        store.close()

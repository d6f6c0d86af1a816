"""Is everything there that the bot needs? What is not, and where to get it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.settings import KNOWN, Settings
from storage import census, schema
from storage.census import Census
from storage.importing.guard import is_demo
from storage.unit_of_work import Store


class Mark(StrEnum):
    """``BAD`` stops the bot from doing its work, ``NOTE`` is only good to know."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "missing"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``text`` says how it stands and, where it is bad, what to do."""

    mark: Mark
    subject: str
    text: str


def findings(settings: Settings) -> Iterator[Finding]:
    """How everything stands, in the order in which to put it right. Changes nothing, and shows no secret."""
    yield Finding(Mark.GOOD, "Settings", "all of them can be used")
    yield _channels(settings)
    store = Store(settings.database_url)
    try:
        yield from _database(store, settings)
    finally:
        store.close()


def _channels(settings: Settings) -> Finding:
    if settings.channels:
        named = " and ".join(name.capitalize() for name in settings.channels)
        told = f"{named} set, but this version only speaks in the playground; take the token out of .env to open it"
        return Finding(Mark.BAD, "Channels", told)
    ways = " ".join(f"{name}: {where}" for name, where in _ways_to_a_channel())
    return Finding(
        Mark.NOTE, "Channels", f"none, so run opens the playground. For a real one, set a token in .env. {ways}"
    )


def _ways_to_a_channel() -> Iterator[tuple[str, str]]:
    for known in KNOWN.values():
        if known.name in {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "TELEGRAM_BOT_TOKEN"}:
            yield known.name, known.found_at


def _database(store: Store, settings: Settings) -> Iterator[Finding]:
    place = schema.place(store)
    try:
        version = schema.version(store) if schema.exists(store) else None
    except schema.Unusable as why:
        yield Finding(Mark.BAD, "Database", f"{place}, set in DATABASE_URL, cannot be used: {why}")
        return
    if schema.exists(store):
        yield Finding(Mark.GOOD, "Database", f"{place} can be reached")
    else:
        yield Finding(Mark.NOTE, "Database", f"{place} is not there yet; run makes it")
    yield _tables(version)
    if version is None:
        yield from _programme(Census(), settings, demo=False)
    elif version == schema.head():
        with store.read() as uow:
            yield from _programme(census.count(uow), settings, demo=is_demo(uow))


def _tables(version: str | None) -> Finding:
    needed = schema.head()
    if version == needed:
        return Finding(Mark.GOOD, "Tables", f"version {version}, the one this program needs")
    if version is None:
        return Finding(Mark.NOTE, "Tables", f"none yet; run, or db upgrade, makes version {needed} of them")
    if version in schema.known():
        text = f"version {version}; make a backup, then run, or db upgrade, brings them to {needed}"
        return Finding(Mark.NOTE, "Tables", text)
    text = f"version {version}, which a newer Dialoogreeks made; this one knows up to {needed}. Install the newer one"
    return Finding(Mark.BAD, "Tables", text)


def _programme(there: Census, settings: Settings, *, demo: bool) -> Iterator[Finding]:
    real = bool(settings.channels)
    if demo:
        yield _demo(there, real=real)
    elif there.empty and not real:
        yield Finding(Mark.NOTE, "Programme", "empty; run loads the demo programme for the playground")
    elif there.missing:
        names = ", ".join(name.replace("_", " ") for name in there.missing)
        text = f"without {names}. Put them in CSV files and load those with: dialoogreeks import FOLDER"
        yield Finding(Mark.BAD, "Programme", text)
    elif not real:
        text = f"{_numbers(there)}, but no channel to reach them over; the playground takes invented people only"
        yield Finding(Mark.BAD, "Programme", text)
    else:
        yield Finding(Mark.GOOD, "Programme", _numbers(there))


def _demo(there: Census, *, real: bool) -> Finding:
    if real:
        text = (
            "invented people, and a real channel. Set DATABASE_URL to another database, and import your own programme"
        )
        return Finding(Mark.BAD, "Programme", text)
    return Finding(Mark.GOOD, "Programme", f"the demo, all invented: {_numbers(there)}")


def _numbers(there: Census) -> str:
    return (
        f"{there.facilitators} facilitators, {there.practice_builders} practice builders, "
        f"{there.programme_team} in the programme team, {there.organisations} organisations"
    )

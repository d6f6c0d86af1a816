"""Is everything there that the bot needs? What is not, and where to get it."""

from collections.abc import Iterator
from datetime import timedelta

from bot.commands import doubts
from bot.commands.finding import Finding, Mark
from bot.config.settings import KNOWN, Settings
from bot.schedule.clock import system_now
from handlers.slack import rate_limited
from storage.database import schema
from storage.database.unit_of_work import Store, UnitOfWork
from storage.programme import counts
from storage.programme.counts import Census
from storage.programme.demo_guard import is_demo

LATELY = timedelta(days=1)
"""For how long it is worth telling that Slack held events back."""


def findings(settings: Settings) -> Iterator[Finding]:
    """How everything stands, in the order in which to put it right. Changes nothing, and shows no secret."""
    yield Finding(Mark.GOOD, "Settings", "all of them can be used")
    yield from _channels(settings)
    store = Store(settings.database_url)
    try:
        with schema.in_use(store):
            yield from _database(store, settings)
    except schema.Unusable as why:
        yield Finding(Mark.BAD, "Database", f"{why}")
    finally:
        store.close()


def _channels(settings: Settings) -> Iterator[Finding]:
    if settings.slack_bot_token:
        from bot.commands import check_slack  # noqa: PLC0415  # only who has a token waits for Slack's library to load

        yield from check_slack.findings(settings)
    if settings.telegram_bot_token:
        from bot.commands import check_telegram  # noqa: PLC0415  # the same for Telegram's

        yield from check_telegram.findings(settings)
    if not settings.channels:
        ways = " ".join(f"{name}: {where}" for name, where in _ways_in())
        guides = "docs/slack.md for Slack, docs/telegram.md for Telegram"
        told = f"none, so run opens the playground. Follow {guides}, and set the tokens in .env. {ways}"
        yield Finding(Mark.NOTE, "Channels", told)


def _ways_in() -> Iterator[tuple[str, str]]:
    for known in KNOWN.values():
        if known.name in {"SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "TELEGRAM_BOT_TOKEN"}:
            yield known.name, known.found_at


def _database(store: Store, settings: Settings) -> Iterator[Finding]:
    place = schema.place(store)
    schema.refuse_unwritable(store)
    version = schema.version(store) if schema.exists(store) else None
    if schema.exists(store):
        yield Finding(Mark.GOOD, "Database", f"{place} can be reached")
    else:
        yield Finding(Mark.NOTE, "Database", f"{place} is not there yet; run makes it")
    yield _tables(version)
    if version is None:
        yield from _programme(Census(), settings, demo=False)
    elif version == schema.head():
        with store.read() as uow:
            yield from _held_back(uow)
            there = counts.count(uow)
            yield from _programme(there, settings, demo=is_demo(uow))
            yield from _reach(there, settings)
            yield from doubts.findings(uow)


def _held_back(uow: UnitOfWork) -> Iterator[Finding]:
    at = rate_limited.last(uow)
    if at is not None and system_now() - at < LATELY:
        told = (
            f"held events back on {at:%Y-%m-%d at %H:%M} UTC, because there were more than 30,000 in an hour. What "
            "people wrote or changed then may have gone unseen; the buttons of messages and modals still worked"
        )
        yield Finding(Mark.NOTE, "Slack", told)


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


def _reach(there: Census, settings: Settings) -> Iterator[Finding]:
    """Whether the facilitators can be told anything. Slack finds people by their e-mail address, Telegram does not."""
    if not (settings.channels and there.facilitators):
        return
    reached = there.reached + (there.findable if settings.slack_bot_token else 0)
    told = f"{reached} of {there.facilitators} can be reached"
    if reached == there.facilitators:
        yield Finding(Mark.GOOD, "Facilitators", told)
    else:
        by_invitation = "who is in no channel yet comes in with an invitation: dialoogreeks invite"
        by_address = "the others have no e-mail address that Slack knows, or are gone from it"
        how = by_invitation if settings.telegram_bot_token else by_address
        yield Finding(Mark.NOTE, "Facilitators", f"{told}, and only those are asked; {how}")


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

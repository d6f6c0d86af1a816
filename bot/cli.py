"""The command line: ``dialoogreeks …``, which is the same as ``python -m bot …``."""

import logging
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from bot.commands import check as checking
from bot.commands import doubts, import_export
from bot.commands import undelivered as post
from bot.commands.finding import Finding, Mark
from bot.commands.invite import invite
from bot.commands.slack_app import slack
from bot.config import logging_setup
from bot.config.database import NotReady
from bot.config.settings import WrongSettings, load
from flows.engine import faults
from storage.database import schema
from storage.database.unit_of_work import Store

NOT_DONE = 1
"""Exit status: the command understood, but bad lines, an unready database or a fault stopped it."""

WRONG_SETTINGS = 2
"""Exit status: the command or the settings have to be put right first."""

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it: 128 and the signal's number."""

UNHEARD = 141
"""Exit status when the reader of a pipe has stopped, as ``head`` does: 128 and the signal's number, as in shells."""

log = logging.getLogger(__name__)
_MARKS = {
    Mark.GOOD: ("ok     ", typer.colors.GREEN),
    Mark.NOTE: ("note   ", typer.colors.BLUE),
    Mark.BAD: ("missing", typer.colors.RED),
}

app = typer.Typer(
    name="dialoogreeks",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="""
    Dialoogreeks: teams ask for a facilitated dialogue, the bot finds a facilitator and keeps the series going.

    To look at it first, with invented people and without any account:

        dialoogreeks run      a page on this computer; you play everybody
        dialoogreeks story    the whole story in this terminal, in seconds

    To put it to work, as docs/slack.md and docs/telegram.md show: copy .env.example to .env, put in the tokens, then

        dialoogreeks slack manifest   prints what to make the app in Slack from
        dialoogreeks check            says what is missing, where to get it
        dialoogreeks import FOLDER    loads your programme from CSV files
        dialoogreeks run              starts it
        dialoogreeks invite           lets people in, in Telegram
    """,
)
db = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown", help="The database and its tables.")
app.add_typer(db, name="db")
app.add_typer(slack, name="slack")
app.command()(invite)


@app.command()
def run(
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="The playground's port, in the place of PLAYGROUND_PORT."),
    ] = None,
) -> None:
    """Start the bot, and keep it going until Ctrl-C.

    With the tokens of Slack or of Telegram in .env it serves them, on the programme that you imported. Without any
    token it loads the demo programme and opens the playground, whose address it prints.

    Examples:

        dialoogreeks run

        dialoogreeks run --port 9000
    """
    settings = load()
    logging_setup.configure(settings.log_level, settings.log_format, secrets=settings.secrets)
    from bot.running.serve import run_forever  # noqa: PLC0415  # the other commands need not wait for all of it to load

    run_forever(settings, port=port or settings.playground_port)


@app.command()
def story(
    language: Annotated[str, typer.Option(help="nl or en; without it the programme's language.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line: at, to, role, text, ….")] = False,
    seed: Annotated[int | None, typer.Option(min=0, help="Another number, other invented people.")] = None,
) -> None:
    """Play the whole story in this terminal: who gets what message when, from a request to the third session.

    It happens in a database of its own, which is gone afterwards.

    Examples:

        dialoogreeks story --language en

        dialoogreeks story --json > story.jsonl
    """
    if language not in {"", "nl", "en"}:
        raise typer.BadParameter("expected nl or en", param_hint="--language")
    settings = load()
    logging_setup.configure("warning", settings.log_format, secrets=settings.secrets)
    from bot.demo.story import tell  # noqa: PLC0415  # the other commands need not wait for all of it to load

    chosen = settings.demo_seed if seed is None else seed
    raise typer.Exit(tell(language=language or settings.language, as_json=as_json, seed=chosen))


@app.command(name="import")
def bring_in(
    folder: Annotated[Path, typer.Argument(help="The folder with the CSV files.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count everything, write nothing.")] = False,
) -> None:
    """Load the programme from CSV files: all of it, or nothing when a line is not right.

    The files are organisations.csv, topics.csv, facilitators.csv and so on; those that are not there change nothing.
    Every line that is not right is told with its number and what to do about it. Importing the same files again
    changes nothing, so correct the files and import as often as you like.

    To see how the files look, export the demo programme.

    Examples:

        dialoogreeks import programme/ --dry-run

        dialoogreeks import programme/
    """
    settings = load()
    if not import_export.bring_in(settings, folder, dry_run=dry_run):
        raise typer.Exit(NOT_DONE)


@app.command(name="export")
def take_out(folder: Annotated[Path, typer.Argument(help="Where to put the CSV files.")]) -> None:
    """Write the programme to CSV files that a spreadsheet opens and `import` reads.

    Organisations, topics, forms, templates and the people with a role. Nothing of any request or conversation.

    Example:

        dialoogreeks export programme/
    """
    import_export.take_out(load(), folder)


@app.command()
def check() -> None:
    """Say whether the bot can start: settings, tokens, database, tables and programme.

    Slack and Telegram themselves are asked about their tokens, and nothing is changed there. What is missing is told
    with where to get it, and then the exit status is 1 (2 for wrong settings). No token or password is shown.
    """
    if Mark.BAD in _tell(checking.findings(load())):
        raise typer.Exit(NOT_DONE)


def _tell(findings: Iterable[Finding]) -> frozenset[Mark]:
    """Print each as it is found, and give the marks there were."""
    marks = set()
    for finding in findings:
        mark, colour = _MARKS[finding.mark]
        typer.echo(f"{typer.style(mark, fg=colour)}  {finding.subject}: {finding.text}")
        marks.add(finding.mark)
    return frozenset(marks)


@app.command()
def letters(
    again: Annotated[bool, typer.Option("--again", help="Send them again: all, or those named by number.")] = False,
    names: Annotated[bool, typer.Option("--names", help="Name the people too, not only their numbers.")] = False,
    numbers: Annotated[list[int] | None, typer.Argument(help="Numbers of letters.", metavar="[NUMBER]...")] = None,
) -> None:
    """Show the messages that could not be delivered, or not yet, and why; send those again that were given up.

    Only ids are shown, and with --names who is meant; never what a message says. First mend the reason, then send
    again.

    Examples:

        dialoogreeks letters

        dialoogreeks letters --names

        dialoogreeks letters --again 17 18

        dialoogreeks letters --again
    """
    if numbers and not again:
        raise typer.BadParameter("numbers go with --again", param_hint="NUMBER")
    settings = load()
    if not again:
        post.show(settings, names=names)
    elif not post.send_again(settings, numbers or []):
        raise typer.Exit(NOT_DONE)


@db.command()
def upgrade() -> None:
    """Make the tables, or bring them to the version this program needs. `run` does so by itself.

    Before a new version of the bot, make a backup first: docs/operating.md says how. Afterwards it names, by number,
    the people of whom an address or e-mail address cannot be used as it is stored; `check` does so again.
    """
    store = Store(load().database_url)
    try:
        before = schema.version(store) if schema.exists(store) else None
        schema.upgrade(store)
        after = schema.version(store)
        changed = "already had" if before == after else "now has"
        typer.echo(f"{schema.place(store)} {changed} version {after} of the tables.")
        with schema.in_use(store), store.read() as uow:
            _tell(doubts.findings(uow))
    finally:
        store.close()


@db.command()
def copy(
    source: Annotated[str, typer.Argument(help="The database to copy from, as in sqlite:///dialoogreeks.db")],
) -> None:
    """Copy everything from another database into the one in DATABASE_URL, as from SQLite to PostgreSQL.

    Stop the bot first. The database in DATABASE_URL must be empty; its tables are made. The other stays as it is.

    Example:

        dialoogreeks db copy sqlite:///dialoogreeks.db
    """
    import_export.copy_from(load(), source)


def main() -> None:
    """Run the command that was typed, and end the process with its status, without a traceback."""
    logging_setup.configure("warning")
    try:
        _run_command()
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as ended:
        if not isinstance(ended, BrokenPipeError) and not isinstance(ended.__context__, BrokenPipeError):
            raise
        _say_no_more()
        sys.exit(UNHEARD)


def _run_command() -> None:
    try:
        app()
    except WrongSettings as wrong:
        _stop(["The bot cannot start with these settings:", *(f"  {fault}" for fault in wrong.faults)], WRONG_SETTINGS)
    except (NotReady, schema.Unusable) as why:
        _stop([f"{why}"], NOT_DONE)
    except OSError as why:
        _stop([f"{why.filename or 'This computer says'}: {why.strerror}"], NOT_DONE)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as fault:  # noqa: BLE001  # the outermost place: told to the person under the id that is logged
        told = faults.report(log, "A command failed", fault)
        _stop([f"Something went wrong here that should not have. In the log it is called {told}."], NOT_DONE)


def _say_no_more() -> None:
    """Have what was not read yet go nowhere, or the end of the process would complain that it cannot be written."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())


def _stop(lines: list[str], status: int) -> None:
    for line in lines:
        typer.echo(line, err=True)
    sys.exit(status)

"""The command line as somebody types it: a process of its own, in a folder of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.database import schema
from storage.database.unit_of_work import Store
from storage.models import Outbox, OutboxReason, OutboxState, Person
from tests.handlers.slack.far_side import APP_TOKEN, BOT_TOKEN, OPENED, Answer, answering, refused

ROOT = Path(__file__).parents[2]
PROGRAMME = ROOT / "programme"
OURS = ("DIALOOGREEKS_", "SLACK_", "TELEGRAM_", "PLAYGROUND_", "DATABASE_", "COLUMNS", "TERM")


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    told: str


class Terminal:
    """A shell in ``folder``, with nothing set but what a test sets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
        self.environ |= {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "NO_COLOR": "1"}

    def __call__(self, *words: str, **environ: str) -> Ended:
        command = [sys.executable, "-W", "error", "-m", "bot", *words]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environ | environ,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def type_in(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_help_tells_a_stranger_what_to_do_first(type_in: Terminal) -> None:
    helped = type_in("--help")
    assert helped.status == 0
    for command in ("run", "story", "import", "export", "check", "letters", "db", "slack"):
        assert f"│ {command} " in helped.out
    assert "dialoogreeks run" in helped.out
    assert ".env.example" in helped.out


@pytest.mark.parametrize("command", ["run", "story", "import", "export", "letters"])
def test_each_command_shows_how_it_is_used(type_in: Terminal, command: str) -> None:
    helped = type_in(command, "--help")
    assert helped.status == 0
    assert f"dialoogreeks {command}" in helped.out


def test_a_command_that_does_not_exist_is_refused(type_in: Terminal) -> None:
    assert type_in("strat").status == 2


@pytest.mark.parametrize(
    "command", [["run"], ["story"], ["check"], ["db", "upgrade"], ["import", "x"], ["export", "x"]]
)
def test_wrong_settings_stop_every_command_with_all_that_is_wrong(type_in: Terminal, command: list[str]) -> None:
    ended = type_in(*command, DIALOOGREEKS_LANGUAGE="fr", SLACK_BOT_TOKEN="very-secret")
    assert ended.status == 2
    assert 'DIALOOGREEKS_LANGUAGE is "fr"; expected nl or en.' in ended.told
    assert "SLACK_BOT_TOKEN does not look right" in ended.told
    assert "very-secret" not in ended.told + ended.out
    assert list(type_in.folder.iterdir()) == []


def test_check_on_a_fresh_machine_says_that_run_will_do(type_in: Terminal) -> None:
    ended = type_in("check")
    assert ended.status == 0
    assert "missing" not in ended.out
    assert "run opens the playground" in ended.out
    assert list(type_in.folder.iterdir()) == []


def test_check_says_what_slack_still_needs(type_in: Terminal) -> None:
    with answering(auth_test=refused("invalid_auth"), apps_connections_open=Answer(OPENED)) as address:
        ended = type_in("check", SLACK_BOT_TOKEN=BOT_TOKEN, SLACK_APP_TOKEN=APP_TOKEN, SLACK_API_URL=address)
    assert ended.status == 1
    assert "missing  Slack: Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in ended.out
    assert "ok       Slack: the app token works" in ended.out
    assert "missing  Programme: without organisations" in ended.out
    assert "dialoogreeks import FOLDER" in ended.out
    assert BOT_TOKEN not in ended.out + ended.told


def test_check_says_in_a_sentence_that_slack_cannot_be_reached(type_in: Terminal) -> None:
    tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
    ended = type_in("check", **tokens, SLACK_API_URL="http://127.0.0.1:1/api")
    assert ended.status == 1
    assert "missing  Slack: http://127.0.0.1:1/api cannot be reached" in ended.out
    assert ended.told == ""


def test_the_manifest_can_be_piped_into_a_file(type_in: Terminal) -> None:
    ended = type_in("slack", "manifest", "--language", "en", "--url", "https://bot.example.org")
    assert ended.status == 0, ended.told
    app = json.loads(ended.out)
    assert app["settings"]["event_subscriptions"]["request_url"] == "https://bot.example.org/slack/events"
    assert app["features"]["shortcuts"][0]["name"] == "Ask for a dialogue"
    assert json.loads(type_in("slack", "manifest").out)["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize("wrong", [["--language", "fr"], ["--url", "http://bot.example.org"], ["--url", "bot.example"]])
def test_a_manifest_that_slack_could_do_nothing_with_is_not_printed(type_in: Terminal, wrong: list[str]) -> None:
    ended = type_in("slack", "manifest", *wrong)
    assert ended.status == 2
    assert ended.out == ""


def test_check_says_that_the_database_cannot_be_reached_without_its_password(type_in: Terminal) -> None:
    ended = type_in("check", DATABASE_URL="postgresql://me:very-secret@127.0.0.1:1/dialogues")
    assert ended.status == 1
    assert "missing  Database: postgresql://me:***@127.0.0.1:1/dialogues cannot be used: " in ended.out
    assert "very-secret" not in ended.out + ended.told


OF_THE_DATABASE = (
    ["run"], ["check"], ["db", "upgrade"], ["letters"], ["import", str(PROGRAMME)],
    ["import", str(PROGRAMME), "--dry-run"], ["export", "out"],
)  # fmt: skip


@pytest.mark.parametrize("command", OF_THE_DATABASE, ids=" ".join)
def test_every_command_says_what_is_the_matter_with_the_database(type_in: Terminal, command: list[str]) -> None:
    (type_in.folder / "dialoogreeks.db").write_text("Dear reader, this is not a database. " * 50)
    ended = type_in(*command)
    assert ended.status == 1
    told = ended.out if command == ["check"] else ended.told
    assert "sqlite:///dialoogreeks.db cannot be used: file is not a database. Set DATABASE_URL to another" in told
    assert "fault" not in told


@pytest.mark.parametrize("command", OF_THE_DATABASE, ids=" ".join)
def test_every_command_says_where_no_database_can_be_kept(type_in: Terminal, command: list[str]) -> None:
    ended = type_in(*command, DATABASE_URL="sqlite:///no/where.db")
    assert ended.status == 1
    assert "Make it, or correct DATABASE_URL." in (ended.out if command == ["check"] else ended.told)
    assert "db upgrade" not in ended.told


def test_a_disk_that_takes_no_more_is_told_with_what_to_do(type_in: Terminal) -> None:
    assert type_in("db", "upgrade").status == 0
    # In blocks: none at all, or too few for the programme that run invents.
    for blocks, command in ((1, ["check"]), (1, ["letters"]), (1, ["db", "upgrade"]), (500, ["run"])):
        limited = ["sh", "-c", f'ulimit -f {blocks}; exec "$0" "$@"', sys.executable, "-m", "bot", *command]
        done = subprocess.run(
            limited, cwd=type_in.folder, env=type_in.environ, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 1
        assert "sqlite:///dialoogreeks.db cannot be used: disk I/O error. " in done.stdout + done.stderr
        assert "See whether the disk is full or failing. " in done.stdout + done.stderr


@pytest.mark.parametrize("command", [["story"], ["story", "--json"], ["check"], ["--help"], ["story", "--help"]])
def test_a_reader_who_stops_early_ends_the_command_quietly(type_in: Terminal, command: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "bot", *command],
        cwd=type_in.folder,
        env=type_in.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as going:
        assert going.stdout is not None
        assert going.stderr is not None
        going.stdout.close()
        assert going.stderr.read() == ""
        assert going.wait(300) == 141


def test_upgrade_makes_the_tables_once(type_in: Terminal) -> None:
    assert f"now has version {schema.head()}" in type_in("db", "upgrade").out
    assert f"already had version {schema.head()}" in type_in("db", "upgrade").out
    assert f"ok       Tables: version {schema.head()}" in type_in("check").out


def test_a_database_of_a_newer_program_is_refused(type_in: Terminal) -> None:
    type_in("db", "upgrade")
    store = Store(f"sqlite:///{type_in.folder / 'dialoogreeks.db'}")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    for command in (["db", "upgrade"], ["import", str(PROGRAMME)]):
        ended = type_in(*command)
        assert ended.status == 1
        assert "a newer Dialoogreeks" in ended.told
    assert "missing  Tables: version 9999" in type_in("check").out


def test_a_dry_run_counts_and_writes_nothing(type_in: Terminal) -> None:
    type_in("db", "upgrade")
    ended = type_in("import", str(PROGRAMME), "--dry-run")
    assert ended.status == 0, ended.told
    assert "organisations.csv" in ended.out
    assert "nothing was written" in ended.out
    assert "Programme: empty" in type_in("check").out


def test_a_dry_run_does_not_even_make_the_tables(type_in: Terminal) -> None:
    ended = type_in("import", str(PROGRAMME), "--dry-run")
    assert ended.status == 1
    assert "dialoogreeks db upgrade" in ended.told
    assert list(type_in.folder.iterdir()) == []


def test_import_loads_a_programme_and_export_writes_it_back(type_in: Terminal) -> None:
    assert type_in("import", str(PROGRAMME)).status == 0
    exported = type_in("export", "out")
    assert exported.status == 0, exported.told
    names = {path.name for path in PROGRAMME.glob("*.csv")}
    assert names <= {path.name for path in (type_in.folder / "out").iterdir()}
    again = type_in("import", "out")
    assert again.status == 0, again.told
    row = next(line for line in again.out.splitlines() if "organisations.csv" in line)
    new, changed, as_it_was = [cell.strip() for cell in row.split("│")[2:5]]
    assert (new, changed) == ("0", "0")
    assert int(as_it_was) > 0


def test_bad_lines_are_told_by_number_and_nothing_is_imported(type_in: Terminal) -> None:
    folder = type_in.folder / "files"
    folder.mkdir()
    (folder / "topics.csv").write_text(
        "code,kind,parent,name_nl,name_en\nwork,nonsense,,Werk,Work\nb,work,nowhere,B,B\n"
    )
    ended = type_in("import", "files", DIALOOGREEKS_LANGUAGE="en")
    assert ended.status == 1
    lines = ended.told.splitlines()
    assert any("topics.csv" in line and "2" in line for line in lines)
    assert any("topics.csv" in line and "3" in line for line in lines)
    assert lines[-1] == "Nothing was imported. Put 2 things right and try again."
    assert "Programme: empty" in type_in("check").out


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("work,nonsense,,Werk,Work\n", "Er is niets ingelezen. Verbeter 1 ding en probeer het opnieuw."),
        ("work,x,,Werk,Work\nb,work,x,B,B\n", "Er is niets ingelezen. Verbeter 2 dingen en probeer het opnieuw."),
    ],
)
def test_how_much_is_to_be_put_right_is_told_in_the_language_of_the_reader(
    type_in: Terminal, lines: str, told: str
) -> None:
    folder = type_in.folder / "files"
    folder.mkdir()
    (folder / "topics.csv").write_text(f"code,kind,parent,name_nl,name_en\n{lines}")
    assert type_in("import", "files", DIALOOGREEKS_LANGUAGE="nl").told.splitlines()[-1] == told


def test_a_folder_that_is_not_there_is_told(type_in: Terminal) -> None:
    ended = type_in("import", "nowhere")
    assert ended.status == 1
    assert "nowhere" in ended.told


def test_export_without_tables_says_what_to_do_first(type_in: Terminal) -> None:
    ended = type_in("export", "out")
    assert ended.status == 1
    assert "dialoogreeks db upgrade" in ended.told


def keep_letters(folder: Path, *outcomes: str, state: OutboxState = OutboxState.DEAD) -> None:
    """Keep letters that came to this; those that wait were not taken so far, and one without words was not tried."""
    reason = OutboxReason.NOT_NOW if state is OutboxState.READY else OutboxReason.REFUSED
    store = Store(f"sqlite:///{folder / 'dialoogreeks.db'}")
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with store.begin() as uow:
        person = uow.add(Person(name="Fatima", email="fatima@example.org"))
        letters = [
            Outbox(
                person_id=person.id,
                kind="offer",
                subject_id=5,
                addressee_id=person.id,
                once=f"v{number}",
                not_before=now,
                created_at=now,
                state=state,
                settled_at=now if state is OutboxState.DEAD else None,
                reason=reason if outcome else None,
                outcome=outcome,
            )
            for number, outcome in enumerate(outcomes)
        ]
        uow.add_all(letters)
    store.close()


def test_letters_that_could_not_be_delivered_are_shown_and_sent_again(type_in: Terminal) -> None:
    type_in("db", "upgrade")
    assert "Every letter arrived" in type_in("letters").out
    keep_letters(type_in.folder, "slack: channel_not_found")
    shown = type_in("letters").out
    assert "offer 5" in shown
    assert "channel_not_found" in shown
    assert "2026-03-02 09:00 UTC" in shown
    assert "Fatima" not in shown
    assert "Fatima" in type_in("letters", "--names").out
    assert type_in("letters", "1").status == 2
    wrong = type_in("letters", "--again", "99")
    assert (wrong.status, wrong.told) == (1, "Letter 99 is not one that was given up.\n")
    assert type_in("letters", "--again").out == "Back in line: 1.\n"
    assert "Every letter arrived" in type_in("letters").out


def test_letters_that_wait_because_the_channel_refuses_the_bot_are_shown_with_the_reason(type_in: Terminal) -> None:
    type_in("db", "upgrade")
    reason = "not now: the workspace refuses the app (token_revoked)"
    keep_letters(type_in.folder, reason, "", state=OutboxState.READY)
    shown = type_in("letters").out
    assert "token_revoked" in shown
    assert shown.count("offer 5") == 1, "one that was not tried yet only waits for its turn"
    assert "Fatima" not in shown


def test_all_letters_are_sent_again_however_many_there_are(type_in: Terminal) -> None:
    type_in("db", "upgrade")
    keep_letters(type_in.folder, *["slack: channel_not_found"] * 250)
    assert type_in("letters", "--again").out == "Back in line: 250.\n"
    assert "Every letter arrived" in type_in("letters").out


def test_everything_can_be_copied_into_another_database_once(type_in: Terminal) -> None:
    type_in("import", str(PROGRAMME))
    new = {"DATABASE_URL": "sqlite:///new.db"}
    assert type_in("db", "copy", "sqlite:///dialoogreeks.db", **new).out.startswith("Copied ")
    again = type_in("db", "copy", "sqlite:///dialoogreeks.db", **new)
    assert again.status == 1
    assert "is not empty" in again.told
    row = next(line for line in type_in("import", str(PROGRAMME), **new).out.splitlines() if "topics.csv" in line)
    assert [cell.strip() for cell in row.split("│")[2:4]] == ["0", "0"]


def test_a_file_where_a_folder_should_be_is_told(type_in: Terminal) -> None:
    (type_in.folder / "out").write_text("not a folder")
    type_in("db", "upgrade")
    ended = type_in("export", "out")
    assert ended.status == 1
    assert ended.told == "out: File exists\n"


def test_a_fault_of_ours_is_told_by_an_id_that_the_log_has_too(type_in: Terminal) -> None:
    program = """
import sys
from bot import cli

def stumble(settings):
    raise RuntimeError("my boss shouted at me")

cli.checking.findings = stumble
sys.argv = ["dialoogreeks", "check"]
cli.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=type_in.folder,
        env=type_in.environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    logged, told = done.stderr.splitlines()
    fault = told.rstrip(".").split()[-1]
    assert done.returncode == 1
    assert f"fault={fault}" in logged
    assert "RuntimeError" in logged
    assert "shouted" not in done.stderr

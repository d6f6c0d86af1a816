"""The command that somebody types: with tokens in ``.env`` ``dialoogreeks run`` serves Slack."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage.database import schema
from storage.database.unit_of_work import Store
from tests.scenarios.town import invent
from tests.slack.person import Person
from tests.slack.stand_in import SlackStandIn

ROOT = Path(__file__).parents[3]
PATIENCE = 300
"""Seconds after which a process that says nothing hangs, on the busiest machine too."""
OURS = ("DIALOOGREEKS_", "SLACK_", "TELEGRAM_", "PLAYGROUND_", "DATABASE_")


class Shell:
    """A terminal in a folder of its own, with Slack's tokens in the ``.env`` there. The environment goes before it."""

    def __init__(self, folder: Path, far: SlackStandIn) -> None:
        self.folder = folder
        inherited = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
        tokens = {"SLACK_BOT_TOKEN": far.bot_token, "SLACK_APP_TOKEN": far.app_token, "SLACK_API_URL": far.api_url}
        (folder / ".env").write_text("".join(f"{name}={text}\n" for name, text in tokens.items()))
        self.environ = inherited | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}

    async def begin(self, *words: str, **environ: str) -> Process:
        command = (sys.executable, "-W", "error", "-m", "bot", *words)
        return await asyncio.create_subprocess_exec(
            *command, cwd=self.folder, env=self.environ | environ, stdout=PIPE, stderr=PIPE
        )

    async def __call__(self, *words: str, **environ: str) -> tuple[int | None, str]:
        """The exit status and all that was said."""
        process = await self.begin(*words, **environ)
        out, told = await asyncio.wait_for(process.communicate(), PATIENCE)
        return process.returncode, (out + told).decode()


@asynccontextmanager
async def running(shell: Shell, programme: Path) -> AsyncIterator[Process]:
    """The bot, on an imported programme, once it says that it is connected."""
    assert (await shell("import", str(programme)))[0] == 0
    process = await shell.begin("run")
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_with_tokens_in_env_the_same_command_serves_slack_until_it_is_told_to_stop(tmp_path: Path) -> None:
    async with SlackStandIn() as far:
        shell = Shell(tmp_path, far)
        folder = ROOT / "programme"
        who = far.person("Anna de Vries", email="anna@example.org")
        async with running(shell, folder) as process:
            assert "@dialoog is connected to Dialoog (Socket Mode)" in await _what_it_says(process)
            await _served(far, who)
            process.send_signal(signal.SIGTERM)
            _, told = await asyncio.wait_for(process.communicate(), PATIENCE)
            assert process.returncode == 0
        assert "Anna" not in told.decode()
        assert "Traceback" not in told.decode()
        assert "ERROR" not in told.decode()


async def test_guests_are_served_and_others_are_told_where_to_write_as_it_is_set(tmp_path: Path) -> None:
    async with SlackStandIn() as far:
        shell = Shell(tmp_path, far)
        with (tmp_path / ".env").open("a") as settings:
            settings.write("SLACK_ALSO_SERVE=guests\nDIALOOGREEKS_PROGRAMME_EMAIL=team@dialoog.example\n")
        guest, outsider = far.guest("Gast Vrij"), far.outsider("Vreemde Vogel")
        async with running(shell, ROOT / "programme") as process:
            await _what_it_says(process)
            await _served(far, guest)
            await outsider.dm("menu")
            await outsider.sees("Mail dan het programmateam: team@dialoog.example")


async def _what_it_says(process: Process) -> str:
    """What it prints, up to where it says that it is connected, or ends."""
    said = b""
    assert process.stdout is not None
    while b"connected" not in said and (line := await asyncio.wait_for(process.stdout.readline(), PATIENCE)):
        said += line
    return said.decode()


async def _served(far: SlackStandIn, who: Person) -> None:
    await who.open_home()
    await far.until(lambda: who.id in far.workspace.views.homes)
    assert who.home.buttons
    await who.dm("menu")
    await far.until(lambda: who.messages)
    assert len(who.messages) == 1


@pytest.mark.parametrize(
    ("words", "environ", "told"),
    [
        (("run", "--port", "9000"), {}, "The playground does not run beside real channels"),
        (("run",), {"SLACK_BOT_TOKEN": "xoxb-1-1-verkeerd"}, "Slack refuses SLACK_BOT_TOKEN (invalid_auth)"),
        (("run",), {"SLACK_APP_TOKEN": "xapp-1-verkeerd"}, "Slack refuses SLACK_APP_TOKEN (invalid_auth)"),
        (("run",), {"SLACK_API_URL": "http://127.0.0.1:9/api/"}, "Slack cannot be reached"),
    ],
    ids=["port", "bot token", "app token", "no slack"],
)
async def test_what_keeps_the_bot_from_starting_is_one_sentence(
    tmp_path: Path, words: tuple[str, ...], environ: dict[str, str], told: str
) -> None:
    async with SlackStandIn() as far:
        status, said = await Shell(tmp_path, far)(*words, **environ)
    assert status == 1
    [sentence] = [line for line in said.splitlines() if not line.startswith("The programme is without")]
    assert told in sentence


async def test_invented_people_never_meet_a_real_workspace(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'dialoogreeks.db'}")
    schema.upgrade(store)
    invent(store)
    store.close()
    async with SlackStandIn() as far:
        status, said = await Shell(tmp_path, far)("run")
        assert far.calls.made == []
    assert status == 1
    assert "This database holds the invented people of the playground" in said
    assert len(said.splitlines()) == 1

"""The command that somebody types: with a token in ``.env`` ``dialoogreeks run`` serves Telegram."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from tests.telegram.stand_in import TelegramStandIn

ROOT = Path(__file__).parents[3]
PATIENCE = 300
"""Seconds after which a process that says nothing hangs, on the busiest machine too."""
OURS = ("DIALOOGREEKS_", "SLACK_", "TELEGRAM_", "PLAYGROUND_", "DATABASE_")
SECRET = "een-geheim-van-ons-beiden"


class Shell:
    """A terminal in a folder of its own, with Telegram's token in ``.env``. The environment goes before it."""

    def __init__(self, folder: Path, far: TelegramStandIn) -> None:
        self.folder = folder
        inherited = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
        (folder / ".env").write_text(f"TELEGRAM_BOT_TOKEN={far.token}\nTELEGRAM_API_URL={far.api_url}\n")
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


async def _connected(process: Process) -> str:
    """What it prints, up to where it says how to stop it, or ends."""
    said = b""
    assert process.stdout is not None
    while b"Ctrl-C" not in said and (line := await asyncio.wait_for(process.stdout.readline(), PATIENCE)):
        said += line
    return said.decode()


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_with_a_token_in_env_the_same_command_serves_telegram_until_it_is_told_to_stop(
    tmp_path: Path, mode: str, unused_tcp_port: int
) -> None:
    async with TelegramStandIn() as far:
        shell = Shell(tmp_path, far)
        assert (await shell("import", str(ROOT / "programme")))[0] == 0
        eve = far.person("Eve", language_code="nl")
        await eve.start()
        hook = f"http://127.0.0.1:{unused_tcp_port}/hook"
        set_up = {"TELEGRAM_WEBHOOK_URL": hook, "TELEGRAM_WEBHOOK_SECRET": SECRET, "TELEGRAM_PORT": hook[17:-5]}
        process = await shell.begin("run", TELEGRAM_MODE=mode, **(set_up if mode == "webhook" else {}))
        try:
            said = await _connected(process)
            assert "Telegram: @dialoog_bot" in said
            assert "Nobody can come in over Telegram yet; make the first invitation with: dialoogreeks invite" in said
            await eve.sees("uitnodiging", within=30)
            process.send_signal(signal.SIGTERM)
            _, told = await asyncio.wait_for(process.communicate(), PATIENCE)
            assert process.returncode == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert not [word for word in ("Eve", "Traceback", "ERROR", far.token) if word in told.decode()]
        assert far.updates.idle, "what was done is not brought again to the next"


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"TELEGRAM_BOT_TOKEN": "123456789:" + "A" * 35}, "Telegram refuses TELEGRAM_BOT_TOKEN"),
        ({"TELEGRAM_API_URL": "http://127.0.0.1:9"}, "Telegram cannot be reached"),
        ({"TELEGRAM_MODE": "webhook"}, "TELEGRAM_MODE is webhook, which needs TELEGRAM_WEBHOOK_URL as well"),
    ],
    ids=["token", "network", "webhook"],
)
async def test_what_keeps_the_bot_from_starting_is_told_in_a_sentence(
    tmp_path: Path, environ: dict[str, str], told: str
) -> None:
    async with TelegramStandIn() as far:
        status, said = await Shell(tmp_path, far)("run", **environ)
    assert status
    assert told in said
    assert "Traceback" not in said

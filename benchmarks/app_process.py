"""An app in a process of its own, so that it has a processor to itself beside whoever presses its buttons."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from typing import IO, Self


class AppProcess:
    """``address`` is where it takes Slack's requests. Use it with ``async with``."""

    def __init__(self, kind: str, database_url: str, api_url: str, log: IO[bytes] | int = DEVNULL) -> None:
        self._log = log
        self._command = [sys.executable, "-m", "benchmarks.slack_apps", kind, database_url, api_url]
        self._process: Process | None = None
        self.address = ""

    async def __aenter__(self) -> Self:
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, stderr=self._log
        )
        assert process.stdout is not None
        self.address = (await process.stdout.readline()).decode().strip()
        if not self.address:
            raise RuntimeError(f"{self._command[3]} did not start")
        return self

    async def __aexit__(self, *problem: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def tell(self, order: str) -> None:
        """Give the app an order, as ``benchmarks.slack_apps`` knows them."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order}\n".encode())
        await self._process.stdin.drain()

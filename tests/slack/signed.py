"""Deliveries over HTTP, signed the way Slack signs them."""

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.slack.answer import Answer, Kind

Json = dict[str, Any]


class SignedHttp:
    """Posts to the addresses of the app, to each in its turn, as behind a balancer."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.urls: list[str] = []
        self._client: aiohttp.ClientSession | None = None
        self._turn = 0

    async def send(
        self, kind: Kind, payload: Json, patience: float, retry: tuple[int, str] | None, age: float = 0.0
    ) -> Answer:
        """One try. ``age`` makes the signature that many seconds old."""
        body, content_type = encoded(kind, payload)
        headers = {"Content-Type": content_type, **signature(self.secret, body, time.time() - age)}
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        url = self.urls[self._turn % len(self.urls)]
        self._turn += 1
        try:
            return await asyncio.wait_for(self._post(url, body, headers), patience)
        except TimeoutError:
            return Answer(0, reason="http_timeout")
        except aiohttp.ClientError:
            return Answer(0, reason="connection_failed")

    async def _post(self, url: str, body: str, headers: dict[str, str]) -> Answer:
        if self._client is None:
            self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        async with self._client.post(url, data=body.encode(), headers=headers) as response:
            text = await response.text()
            said = json.loads(text) if response.content_type == "application/json" and text else text or None
            reason = "" if response.status == 200 else "http_error"
            return Answer(response.status, said, reason, no_retry=response.headers.get("X-Slack-No-Retry") == "1")

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.close()


def encoded(kind: Kind, payload: Json) -> tuple[str, str]:
    """The body of a delivery and its content type: events are JSON, everything else a form."""
    if kind == "events_api":
        return json.dumps(payload), "application/json"
    form = {"payload": json.dumps(payload)} if kind == "interactive" else payload
    return urlencode(form), "application/x-www-form-urlencoded"


def signature(secret: str, body: str, at: float) -> dict[str, str]:
    """The headers with which Slack shows that a request is its own (version 0)."""
    stamp = str(int(at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

"""Who gets in: this computer's own browser, with the key that was printed at the start.

Anybody may speak as anybody here, so no other page may drive it. A page elsewhere can make a browser send requests to
127.0.0.1, and with a name of its own that leads there (DNS rebinding) even read the answers. Therefore: the host must
be this computer by its own name, what changes something must come from the page itself, and everything needs the key.
"""

import hmac
from collections.abc import Awaitable, Callable
from hashlib import sha256

from aiohttp import hdrs, web

HOSTS = frozenset({"127.0.0.1", "localhost"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
CLOSED = (
    "Open the address that is printed where Dialoogreeks was started; it is a new one after every start.\n"
    "Open het adres dat staat waar Dialoogreeks is gestart; na elke start is het een ander.\n"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


START = "Dialoogreeks-Start"
"""The header that tells one start from every other, to whoever has the key or not."""


def start_of(key: str) -> str:
    """What stands in that header: it comes from the key, which cannot be told from it."""
    return sha256(key.encode()).hexdigest()


class Gate:
    """``key`` is the secret of this start. ``guard`` is the middleware that asks for it."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._headers = {**HEADERS, START: start_of(key)}

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Every request passes here; every answer leaves with the headers that keep the page to itself."""
        try:
            self._check(request)
            response = await self._enter(request) if "key" in request.query else await handler(request)
        except web.HTTPException as refused:
            refused.headers.update(self._headers)
            raise
        if not response.prepared:
            response.headers.update(self._headers)
        return response

    def _check(self, request: web.Request) -> None:
        if request.host.rpartition(":")[0] not in HOSTS and request.host not in HOSTS:
            raise web.HTTPForbidden(text="This page is only for the computer it runs on.\n")
        origin = request.headers.get(hdrs.ORIGIN)
        speaks = request.method != hdrs.METH_GET or hdrs.UPGRADE in request.headers
        if (speaks or origin is not None) and origin != f"http://{request.host}":
            raise web.HTTPForbidden(text="Another page may not speak here.\n")
        given = request.query.get("key", "") if "key" in request.query else request.cookies.get(_cookie(request), "")
        if not hmac.compare_digest(given.encode(), self._key.encode()):
            raise web.HTTPForbidden(text=CLOSED)

    async def _enter(self, request: web.Request) -> web.StreamResponse:
        response = web.HTTPSeeOther("/")
        response.set_cookie(_cookie(request), self._key, httponly=True, samesite="Strict", path="/")
        raise response


def _cookie(request: web.Request) -> str:
    # Browsers keep one cookie jar for all ports of a computer, and there may be two playgrounds.
    return f"dialoogreeks_{request.url.port}"

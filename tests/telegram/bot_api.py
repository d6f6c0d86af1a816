"""The Bot API over HTTP: one endpoint for all methods of the world."""

import asyncio
import time
from typing import Any

from aiohttp import web

from tests.slack.calls import Call, Calls
from tests.telegram import bot_methods, message_methods
from tests.telegram.arguments import check, read, recorded, sent
from tests.telegram.description import METHODS
from tests.telegram.orders import Behaviour, Dropped, Fails, Held, Orders, Slowly, Status, ThenSilence, TooMany
from tests.telegram.polling import NEW_HOOK, Polling
from tests.telegram.refusal import Refused, too_many
from tests.telegram.webhook import Webhook
from tests.telegram.world import World

Json = dict[str, Any]

_RUN = {**message_methods.METHODS, **bot_methods.METHODS}
_NAMES = {name.lower(): name for name in METHODS}


class BotApi:
    """Answers calls, and keeps them. ``busy`` is how many are being worked on; waiting for updates is no work."""

    def __init__(self, world: World) -> None:
        self.calls, self.orders = Calls(), Orders[Behaviour | Held]()
        self.webhook = Webhook(world.updates, world.clock)
        self.polling = Polling(world.updates, lambda: bool(self.webhook.url))
        self.busy = 0
        self.last = time.monotonic()
        self._world = world

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call: recorded, disturbed if that was ordered, answered. Names of methods may be written anyhow."""
        name = request.match_info["method"]
        call = Call(_NAMES.get(name.lower(), name), {}, self._world.clock())
        self.calls.made.append(call)
        works = call.method != "getUpdates"
        self.busy += works
        try:
            return await self._guarded(request, call)
        finally:
            self.busy -= works
            if works:
                self.last = time.monotonic()

    async def _guarded(self, request: web.Request, call: Call) -> web.StreamResponse:
        try:
            if request.match_info["token"] != self._world.token:
                raise Refused("Unauthorized")
            args = read(call.method, await sent(request))
            call.args = recorded(args)
            return await self._disturbed(self.orders.take(call.method, call.args), request, call, args)
        except Refused as refusal:
            return _refused(call, refusal)

    async def _disturbed(
        self, order: Behaviour | Held | None, request: web.Request, call: Call, args: Json
    ) -> web.StreamResponse:
        match order:
            case TooMany(seconds):
                raise too_many(seconds)
            case Status(after_effect=False):
                return _failed(call, order)
            case Fails(error, extra):
                raise Refused(error, **extra)
            case Dropped(after_effect=False):
                return _cut(request)
            case Slowly(seconds):
                await asyncio.sleep(seconds)
            case Held(after_effect=False):
                await _held(order, request)
        result = await self._run(request, call, args)
        if isinstance(order, ThenSilence):
            await self._silence(order.seconds)
        if isinstance(order, Status):
            return _failed(call, order)
        if isinstance(order, Held) and order.after_effect:
            await _held(order, request)
        return _cut(request) if isinstance(order, Dropped | ThenSilence) else _answered(call, result)

    async def _silence(self, seconds: float) -> None:
        self.busy -= 1  # it is done, and only its caller still waits
        try:
            await asyncio.sleep(seconds)
        finally:
            self.busy += 1

    async def _run(self, request: web.Request, call: Call, args: Json) -> Any:
        check(call.method, args)
        match call.method:
            case "getUpdates":
                return await self.polling.get_updates(args, lambda: _listens(request))
            case "setWebhook":
                done = self.webhook.set(args)
                self.polling.interrupt(NEW_HOOK)
                return done
            case "deleteWebhook":
                return self.webhook.delete(args)
            case "getWebhookInfo":
                return self.webhook.info()
        return _RUN[call.method](self._world, args)


def _listens(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


async def _held(order: Held, request: web.Request) -> None:
    order.reached.set()
    if not order.holds:
        return
    while _listens(request) and not order.released.is_set():  # noqa: ASYNC110  # a caller who dies rings no bell
        await asyncio.sleep(0.005)
    if not _listens(request):
        raise web.HTTPServiceUnavailable  # to nobody


def _answered(call: Call, result: Any) -> web.Response:
    call.answer, call.status = {"ok": True, "result": result}, 200
    return web.json_response(call.answer)


def _refused(call: Call, refusal: Refused) -> web.Response:
    call.answer, call.status = refusal.as_json(), refusal.code
    wait = refusal.parameters.get("retry_after")
    headers = {"Retry-After": str(wait)} if wait else {}
    return web.json_response(call.answer, status=refusal.code, headers=headers)


def _failed(call: Call, order: Status) -> web.Response:
    call.answer, call.status = None, order.code
    return web.Response(
        status=order.code, text="<html><body><h1>Bad Gateway</h1></body></html>", content_type="text/html"
    )


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()

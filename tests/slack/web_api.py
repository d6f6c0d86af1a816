"""The Web API over HTTP: one endpoint for all methods of the workspace."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.slack import chat_methods, conversation_methods, people_methods, screen_methods
from tests.slack.arguments import checked, sent
from tests.slack.calls import Call, Calls
from tests.slack.limits import Limits
from tests.slack.method import Method
from tests.slack.orders import Behaviour, Dropped, Fails, Orders, Slowly, Status, ThenSilence, TooMany
from tests.slack.refusal import Refused
from tests.slack.workspace import Workspace

Json = dict[str, Any]


class WebApi:
    """Answers calls. ``after`` is told of every call that had its effect, with its arguments and its answer."""

    def __init__(self, workspace: Workspace, limits: Limits, after: Callable[[str, Json, Json], None]) -> None:
        self.calls = Calls()
        self.orders = Orders[Behaviour]()
        self._workspace, self._limits, self._after = workspace, limits, after
        self._methods: dict[str, Method] = {
            **chat_methods.METHODS,
            **conversation_methods.METHODS,
            **people_methods.METHODS,
            **screen_methods.METHODS,
        }

    def add(self, name: str, method: Method) -> None:
        """One more method."""
        self._methods[name] = method

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call: recorded, disturbed if that was ordered, answered."""
        name = request.match_info["method"]
        call = Call(name, {}, self._workspace.clock())
        self.calls.made.append(call)
        try:
            call.args = await sent(request)
            token = call.args.pop("token", None) or request.headers.get("Authorization", "").removeprefix("Bearer ")
            return await self._disturbed(self.orders.take(name, call.args), request, call, token)
        except Refused as refusal:
            return self._answered(call, refusal.as_json())

    async def _disturbed(
        self, order: Behaviour | None, request: web.Request, call: Call, token: str
    ) -> web.StreamResponse:
        match order:
            case TooMany(seconds):
                return self._too_many(call, seconds)
            case Status(after_effect=False):
                return self._failed(call, order)
            case Fails(error, extra):
                raise Refused(error, **extra)
            case Dropped(after_effect=False):
                return self._cut(request)
            case Slowly(seconds):
                await asyncio.sleep(seconds)
        answer = self._run(call, token)
        if isinstance(order, ThenSilence):
            await asyncio.sleep(order.seconds)
        if isinstance(order, Status):
            return self._failed(call, order)
        return self._cut(request) if isinstance(order, Dropped | ThenSilence) else answer

    def _run(self, call: Call, token: str) -> web.Response:
        method = self._methods.get(call.method)
        if method is None:
            raise Refused("unknown_method", req_method=call.method)
        self._check_token(method, token)
        wait = self._limits.wait(call.method, method.tier, self._place(call.args))
        if wait:
            return self._too_many(call, wait)
        args = checked(call.args, method.takes)
        call.args = args
        method.permitted(self._workspace)
        answer = method.run(self._workspace, args)
        self._after(call.method, args, answer)
        return self._answered(call, answer, method)

    def _place(self, args: Json) -> str:
        # A person's id and their direct message's are one place to write to.
        name = str(args.get("channel"))
        channel = self._workspace.channels.get(name)
        return (channel and channel.im) or name

    def _check_token(self, method: Method, token: str) -> None:
        if not token:
            raise Refused("not_authed")
        if self._workspace.token_fault and not method.app_level:
            raise Refused(self._workspace.token_fault)
        right, wrong = self._workspace.bot_token, self._workspace.app_token
        if method.app_level:
            right, wrong = wrong, right
        if token == wrong:
            raise Refused("not_allowed_token_type")
        if token != right:
            raise Refused("invalid_auth")

    def _answered(self, call: Call, answer: Json, method: Method | None = None) -> web.Response:
        call.answer, call.status = answer, 200
        headers = {"x-oauth-scopes": ",".join(sorted(self._workspace.scopes))}
        if method is not None:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        return web.json_response(answer, headers=headers)

    def _too_many(self, call: Call, seconds: int) -> web.Response:
        call.answer, call.status = {"ok": False, "error": "ratelimited"}, 429
        return web.json_response(call.answer, status=429, headers={"Retry-After": str(seconds)})

    def _failed(self, call: Call, order: Status) -> web.Response:
        call.answer, call.status = None, order.code
        return web.Response(status=order.code, text="upstream connect error")

    def _cut(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

"""A tiny bolt app with which the stand-in is tried: it shows and answers one of each."""

from typing import Any, Self

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers.inbound.http_server import HttpServer
from tests.slack.pieces import asking, modal, plain
from tests.slack.stand_in import SlackStandIn

Json = dict[str, Any]


FORM = modal(
    asking("Name", {"type": "plain_text_input"}),
    asking("Ministry", {"type": "external_select", "min_query_length": 2}),
    asking("When", {"type": "datetimepicker"}, optional=True),
    submit=plain("Send"),
    close=plain("Cancel"),
    notify_on_close=True,
)
BUTTONS: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Pick &amp; choose"}},
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "form", "text": plain("Open form")},
            {"type": "button", "action_id": "break", "text": plain("Break")},
        ],
    },
]


class Echo:
    """Runs the app. ``seen`` holds the body of everything that reached a listener, by the listener's name."""

    def __init__(self, slack: SlackStandIn, mode: str, ping_interval: float = 10.0) -> None:
        self.slack, self.mode, self._ping_interval = slack, mode, ping_interval
        self.seen: list[tuple[str, Json]] = []
        self.deaf = 0
        self.answer: Json = {}
        self.client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        self.app = AsyncApp(client=self.client, signing_secret=slack.signing_secret)
        self._listen()

    def heard(self, name: str) -> list[Json]:
        """The bodies that a listener got."""
        return [body for listener, body in self.seen if listener == name]

    async def __aenter__(self) -> Self:
        if self.mode == "http":
            await self._serve()
        else:
            self._socket = AsyncSocketModeHandler(self.app, self.slack.app_token, ping_interval=self._ping_interval)
            await self._socket.connect_async()  # type: ignore[no-untyped-call]  # bolt gives it no types
            await self.slack.until(lambda: self.slack.sockets.open)
        return self

    async def __aexit__(self, *problem: object) -> None:
        if self.mode == "http":
            await self._server.close()
        else:
            await self._socket.close_async()  # type: ignore[no-untyped-call]  # bolt gives it no types

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_post("/slack/events", self._request)
        self._server = HttpServer(app, stop_seconds=0.1)
        self.slack.listen_at(f"{await self._server.open('127.0.0.1', 0)}/slack/events")

    async def _request(self, request: web.Request) -> web.Response:
        if self.deaf:
            self.deaf -= 1
            return web.Response(status=503)
        response = await self.app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(response)

    def _listen(self) -> None:
        app = self.app
        app.event("app_home_opened")(self._home)
        app.event("message")(self._message)
        app.event("app_mention")(self._mention)
        app.event("member_joined_channel")(self._noted("joined"))
        app.event("user_change")(self._noted("user_change"))
        app.event("tokens_revoked")(self._noted("tokens_revoked"))
        app.event("app_uninstalled")(self._noted("app_uninstalled"))
        app.command("/dialoog")(self._command)
        app.shortcut("ask")(self._form)
        app.shortcut("about")(self._form)
        app.action("form")(self._form)
        app.action("break")(self._broken)
        app.options("value")(self._options)
        app.view("form")(self._submitted)
        app.view_closed("form")(self._noted("closed"))

    def _noted(self, name: str) -> Any:
        async def listener(ack: Any, body: Json) -> None:
            await ack()
            self.seen.append((name, body))

        return listener

    async def _home(self, body: Json, client: AsyncWebClient) -> None:
        self.seen.append(("home", body))
        await client.views_publish(user_id=body["event"]["user"], view={"type": "home", "blocks": BUTTONS})

    async def _message(self, body: Json, client: AsyncWebClient) -> None:
        self.seen.append(("message", body))
        if body["event"].get("subtype") is None:
            words = body["event"]["text"]
            await client.chat_postMessage(channel=body["event"]["channel"], text=f"You said {words}", blocks=BUTTONS)

    async def _mention(self, body: Json, client: AsyncWebClient) -> None:
        said = body["event"]
        await client.chat_postEphemeral(channel=said["channel"], user=said["user"], text="Only you see this")

    async def _command(self, ack: Any, body: Json, respond: Any) -> None:
        self.seen.append(("command", body))
        await ack(f"Heard: {body['text']}")
        await respond("And more")

    async def _form(self, ack: Any, body: Json, client: AsyncWebClient) -> None:
        self.seen.append(("form", body))
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    async def _broken(self, body: Json) -> None:
        self.seen.append(("broken", body))  # and never acknowledged

    async def _options(self, ack: Any, body: Json) -> None:
        self.seen.append(("options", body))
        names = [name for name in ("Binnenlandse Zaken", "Buitenlandse Zaken") if body["value"] in name]
        await ack(options=[{"text": plain(name), "value": name[:6]} for name in names])

    async def _submitted(self, ack: Any, body: Json) -> None:
        self.seen.append(("submitted", body))
        await ack(**self.answer)

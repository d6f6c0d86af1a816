"""What the bot listens to in Slack, wired into Bolt.

The work comes before the acknowledgement: an event that dies on the way was not acknowledged, so Slack brings it again,
and one that was taken in before is known by its id. Only work that would take longer than Slack waits goes on after it.
"""

import asyncio
import logging
import re
from typing import Any, Protocol

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from flows import faults
from flows.view import View
from handlers.commands import HELP, action_for
from handlers.inbound import Pressed, Said
from handlers.slack import about, decode
from handlers.slack.arrivals import Arrivals
from handlers.slack.decode import Payload
from handlers.slack.fields import options
from handlers.slack.manifest import ASK, ASK_ABOUT
from handlers.slack.modal import ANSWER, FORM, LOADING, SUMMARY
from handlers.slack.replies import Replies
from handlers.slack.rooms import Rooms
from handlers.slack.turns import ANSWER_BY, Turns

log = logging.getLogger(__name__)

ANY_BUTTON = re.compile(r"(press|choose):")
ANY_FIELD = re.compile(r"field:")
LEFT = ("channel_left", "group_left", "channel_archive", "group_archive")
RENAMED = ("channel_rename", "group_rename")
GONE = ("tokens_revoked", "app_uninstalled")


class HomeTab(Protocol):
    """The home tab's keeper, as far as it is told here that somebody looks at it."""

    async def opened(self, user_id: str) -> None: ...


class Listeners:
    """One method for each thing that a person, or Slack itself, can do."""

    def __init__(self, turns: Turns, replies: Replies, arrivals: Arrivals, rooms: Rooms, home: HomeTab) -> None:
        self._turns, self._replies, self._arrivals = turns, replies, arrivals
        self._rooms, self._home = rooms, home
        self._going_on: set[asyncio.Future[Any]] = set()

    def listen(self, app: AsyncApp, command: str) -> None:
        """Have Bolt call these methods. ``command`` is the slash command's name."""
        self._command_name = command
        app.action(ANY_BUTTON)(self.press)
        app.action(ANY_FIELD)(self.nothing)
        app.options(ANY_FIELD)(self.search)
        app.view(FORM)(self.submit)
        app.view(SUMMARY)(self.send)
        app.view(about.ABOUT)(self.begin_about)
        for window in (ANSWER, LOADING):
            app.view(window)(self.nothing)
        for window in (FORM, SUMMARY):
            app.view_closed(window)(self.close)
        app.command(command)(self.command)
        app.global_shortcut(ASK)(self.ask)
        app.message_shortcut(ASK_ABOUT)(self.ask_about)
        self._listen_to_events(app)

    def _listen_to_events(self, app: AsyncApp) -> None:
        app.event("app_home_opened")(self.home_opened)
        app.event("message")(self.said)
        app.event("app_mention")(self.mentioned)
        app.event("user_change")(self.profile_changed)
        app.event("member_joined_channel")(self.joined)
        for name in LEFT:
            app.event(name)(self.left)
        for name in RENAMED:
            app.event(name)(self.renamed)
        for name in GONE:
            app.event(name)(self.gone)

    async def press(self, ack: AsyncAck, body: Payload) -> None:
        """A button, on any surface."""
        await self._in_time(self._turns.press(self._turns.pressed(body)))
        await ack()

    async def nothing(self, ack: AsyncAck) -> None:
        """Something that changes nothing, such as a tick in a form that is not sent yet."""
        await ack()

    async def search(self, ack: AsyncAck, body: Payload) -> None:
        """Typing in a field with a long list."""
        await ack(options=options(await self._turns.search(body)))

    async def submit(self, ack: AsyncAck, body: Payload) -> None:
        """A page of a form."""
        await ack(**await self._turns.submit(self._turns.submitted(body), body["view"]["id"]))

    async def send(self, ack: AsyncAck, body: Payload) -> None:
        """The summary of a form, sent."""
        await ack(**await self._turns.submit(decode.sent(body), body["view"]["id"]))

    async def close(self, ack: AsyncAck, body: Payload) -> None:
        """A form's window, closed before it was sent."""
        await self._in_time(self._turns.close(body))
        await ack()

    async def command(self, ack: AsyncAck, body: Payload) -> None:
        """The slash command, with or without words behind it."""
        words = str(body.get("text") or "")
        action = action_for(words)
        if action is None or words.strip().lower() in HELP:
            await self._in_time(self._explain(body, words))
        else:
            await self._in_time(self._turns.press(decode.asked(body, action)))
        await ack()

    async def ask(self, ack: AsyncAck, body: Payload) -> None:
        """The shortcut that begins a request."""
        await self._in_time(self._turns.press(decode.asked(body, "ask:0:0")))
        await ack()

    async def ask_about(self, ack: AsyncAck, body: Payload) -> None:
        """The shortcut on a message that begins a request about it."""
        await self._in_time(self._turns.ask_about(body))
        await ack()

    async def begin_about(self, ack: AsyncAck, body: Payload) -> None:
        """What is to be taken along of that message is chosen."""
        await ack(**await self._turns.submit(about.begun(body), body["view"]["id"]))

    async def home_opened(self, body: Payload) -> None:
        """Somebody looks at the home tab."""
        event = body["event"]
        if event.get("tab", "home") == "home":
            await self._arrivals.meet(str(event["user"]))
            await self._home.opened(str(event["user"]))

    async def said(self, body: Payload) -> None:
        """Words, in the direct message with the bot. Its own, edits and deletions are none of its business."""
        event = body["event"]
        if event.get("channel_type") != "im" or event.get("bot_id") or event.get("subtype") not in (None, "file_share"):
            return
        view = await self._turns.take(decode.said(body))
        if view is not None:
            await self._replies.tell(str(event["user"]), view)

    async def mentioned(self, body: Payload) -> None:
        """The bot's name in a channel: answered to whoever used it, and to nobody else."""
        event = body["event"]
        if event.get("bot_id") or not event.get("user"):
            return
        heard = decode.said(body)
        view = await self._turns.take(Pressed(heard.event_id, heard.sender, "menu:0:0"))
        if view is not None:
            await self._replies.whisper(str(event["channel"]), str(event["user"]), view)

    async def profile_changed(self, body: Payload) -> None:
        """Somebody has another name or time zone, has left, or came back."""
        await self._arrivals.changed(body["event"]["user"])

    async def joined(self, body: Payload, context: dict[str, Any]) -> None:
        """Somebody came into a channel: the bot itself, or somebody who does not matter here."""
        event = body["event"]
        if event.get("user") == context.get("bot_user_id"):
            await self._rooms.joined(str(event["channel"]), str(event.get("inviter") or ""))

    async def left(self, body: Payload) -> None:
        """The bot is no longer in a channel, or the channel is closed."""
        await self._rooms.left(str(body["event"]["channel"]))

    async def renamed(self, body: Payload) -> None:
        """A channel has another name."""
        channel = body["event"]["channel"]
        await self._rooms.renamed(str(channel["id"]), str(channel["name"]))

    async def gone(self, body: Payload) -> None:
        """The workspace took the app out, or its token back."""
        kind = body["event"]["type"]
        log.critical("The workspace lets the bot in no more: %s", kind, extra={"action": "slack.removed", "kind": kind})

    async def stop(self) -> None:
        """Wait for what goes on after its acknowledgement."""
        await asyncio.gather(*self._going_on, self._turns.stop(), return_exceptions=True)

    async def _explain(self, body: Payload, words: str) -> None:
        asked = decode.asked(body, "menu:0:0")
        if words.strip().lower() in HELP:
            view = await self._turns.take(asked.event)
        else:
            view = await self._turns.take(Said(asked.event.event_id, asked.event.sender, words))
        if view is not None:
            await self._replies.answer(asked.event.sender.address, asked.spot, self._with_commands(view))

    def _with_commands(self, view: View) -> View:
        return view.noting(self._turns.t(view)("slack.help", command=self._command_name))

    async def _in_time(self, work: Any) -> None:
        """Do it, or let it go on where Slack would not wait for it. What fails before that, Slack brings again."""
        going = asyncio.ensure_future(work)
        await asyncio.wait({going}, timeout=ANSWER_BY)
        if going.done():
            return going.result()  # type: ignore[no-any-return]  # raises what the work raised
        self._going_on.add(going)
        going.add_done_callback(self._done_late)
        return None

    def _done_late(self, going: "asyncio.Future[Any]") -> None:
        self._going_on.discard(going)
        if not going.cancelled() and (error := going.exception()) is not None:
            assert isinstance(error, Exception)
            faults.report(log, "What a person did in Slack failed", error)

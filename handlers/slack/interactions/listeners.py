"""What the bot listens to in Slack, wired into Bolt.

The work comes before the acknowledgement: an event that dies on the way was not acknowledged, so Slack brings it again,
and one that was taken in before is known by its id. Only work that would take longer than Slack waits goes on after it.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, Protocol

from slack_bolt.async_app import AsyncAck, AsyncApp

from flows.engine import faults
from flows.engine.views.action import Action
from flows.engine.views.view import View
from flows.home.capability import HELP
from handlers.inbound.events import Event, Pressed, TextMessage
from handlers.inbound.results import to_say
from handlers.inbound.typed_commands import action_for
from handlers.outbound.channel import RetryLater
from handlers.slack import slash_command
from handlers.slack.events import decode
from handlers.slack.events.decode import Payload, Press
from handlers.slack.events.in_flight import UnderWay
from handlers.slack.interactions import message_context
from handlers.slack.interactions.channels_joined import Rooms
from handlers.slack.interactions.interactions import ANSWER_BY, Interactions
from handlers.slack.interactions.member_directory import Arrivals
from handlers.slack.interactions.turned_away import TurnedAway
from handlers.slack.manifest import ASK, ASK_ABOUT
from handlers.slack.rendering.fields import options
from handlers.slack.rendering.home_tab import QUIETLY
from handlers.slack.rendering.modal import FORM, SUMMARY
from handlers.slack.sending.replies import Replies

log = logging.getLogger(__name__)

ANYTHING = re.compile("")
_FIELD = "field"
ANY_FIELD = re.compile(f"^{_FIELD}:")
QUIET = re.compile(f"^{QUIETLY}:")
ANY_BUTTON = re.compile(f"^(?!{_FIELD}:|{QUIETLY}:)")
LEFT = ("channel_left", "group_left", "channel_archive", "group_archive")
RENAMED = ("channel_rename", "group_rename")
GONE = ("tokens_revoked", "app_uninstalled")
STOP_SECONDS = 2.0
"""How long what goes on after its acknowledgement may take when the bot stops."""


class StillBusy(Exception):
    """An event is being taken in, and takes longer than Slack waits. When Slack brings it again, it is joined."""


class HomeTab(Protocol):
    """The home tab's keeper, as far as it is told here that somebody looks at it."""

    async def opened(self, user_id: str) -> None: ...

    def stir(self, user_ids: Iterable[str], *, acted: bool = False) -> None: ...


class Listeners:
    """One method for each thing that a person, or Slack itself, can do. ``me`` is the bot's own user id."""

    def __init__(
        self, turns: Interactions, replies: Replies, arrivals: Arrivals, rooms: Rooms, home: HomeTab, me: str
    ) -> None:
        self._turns, self._replies, self._arrivals = turns, replies, arrivals
        self._rooms, self._home, self._me = rooms, home, me
        self._about = message_context.About()
        self._under_way = UnderWay()

    def listen(self, app: AsyncApp, command: str) -> None:
        """Have Bolt call these methods. ``command`` is the slash command's name."""
        self._command_name = command
        # No two of these hear the same; what comes most is asked first. Any other button is ours, or was once, or
        # somebody made it up: all of them are answered.
        app.action(ANY_BUTTON)(self.press)
        app.action(QUIET)(self.quietly)
        app.action(ANY_FIELD)(self.nothing)
        app.options(ANY_FIELD)(self.search)
        app.view(FORM)(self.submit)
        app.view(SUMMARY)(self.send)
        app.view(message_context.ABOUT)(self.begin_about)
        app.view(ANYTHING)(self.nothing)
        for window in (FORM, SUMMARY):
            app.view_closed(window)(self.close)
        app.view_closed(ANYTHING)(self.nothing)
        # Whatever the command is called in the app, it is the only one there is.
        app.command(ANYTHING)(self.command)
        app.global_shortcut(ASK)(self.ask)
        app.message_shortcut(ASK_ABOUT)(self.ask_about)
        app.shortcut(ANYTHING)(self.outdated)
        self._listen_to_events(app)

    def _listen_to_events(self, app: AsyncApp) -> None:
        heard: dict[str, Callable[[Payload], Awaitable[None]]] = {
            "app_home_opened": self.home_opened,
            "message": self.said,
            "app_mention": self.mentioned,
            "user_change": self.profile_changed,
            "member_joined_channel": self.joined,
            **dict.fromkeys(LEFT, self.left),
            **dict.fromkeys(RENAMED, self.renamed),
            **dict.fromkeys(GONE, self.gone),
        }
        for name, listener in heard.items():
            app.event(name)(self._event(listener))

    def _event(self, listener: Callable[[Payload], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """The listener as Bolt calls it. Acknowledged when done; if that takes too long, Slack brings it again."""

        async def heard(body: Payload) -> None:
            going = self._under_way.joined(str(body.get("event_id") or ""), lambda: listener(body))
            await asyncio.wait({going}, timeout=ANSWER_BY)
            if not going.done():
                going.add_done_callback(_report)
                raise StillBusy
            going.result()

        return heard

    async def press(self, ack: AsyncAck, body: Payload) -> None:
        """A button, on any surface."""
        await self._in_time(body, lambda: self._turns.press(self._turns.pressed(body)))
        await ack()

    async def quietly(self, ack: AsyncAck, body: Payload) -> None:
        """A button on the home tab that changes the tab, and opens nothing."""
        await self._in_time(body, lambda: self._redraw(self._turns.pressed(body)))
        await ack()

    async def nothing(self, ack: AsyncAck) -> None:
        """Something that changes nothing, such as a tick in a form that is not sent yet."""
        await ack()

    async def search(self, ack: AsyncAck, body: Payload) -> None:
        """Typing in a field with a long list."""
        await ack(options=options(await self._turns.search(body)))

    async def submit(self, ack: AsyncAck, body: Payload) -> None:
        """A page of a form."""
        await self._next(ack, body, lambda: self._turns.submitted(body))

    async def send(self, ack: AsyncAck, body: Payload) -> None:
        """The summary of a form, sent."""
        await self._next(ack, body, lambda: decode.sent(body))

    async def begin_about(self, ack: AsyncAck, body: Payload) -> None:
        """What is to be taken along of that message is chosen."""
        began = self._about.begun(body)
        if began is None:
            await ack(response_action="errors", errors=message_context.missing(body))
        else:
            await self._next(ack, body, lambda: began)

    async def close(self, ack: AsyncAck, body: Payload) -> None:
        """A form's window, closed before it was sent."""
        await self._in_time(body, lambda: self._turns.close(body))
        await ack()

    async def command(self, ack: AsyncAck, body: Payload) -> None:
        """The slash command, with or without words behind it."""
        words = str(body.get("text") or "")
        action = action_for(self._turns.capabilities, words)
        if action is None or words.strip().lower() in HELP:
            await self._in_time(body, lambda: self._explain(body, words))
        else:
            await self._in_time(body, lambda: self._turns.press(decode.asked(body, action)))
        await ack()

    async def ask(self, ack: AsyncAck, body: Payload) -> None:
        """The shortcut that begins a request."""
        await self._in_time(body, lambda: self._turns.press(decode.asked(body, Action("ask").pack())))
        await ack()

    async def ask_about(self, ack: AsyncAck, body: Payload) -> None:
        """The shortcut on a message that begins a request about it."""
        await self._in_time(body, lambda: self._turns.ask_about(body, partial(self._about.window, body)))
        await ack()

    async def outdated(self, ack: AsyncAck, body: Payload) -> None:
        """A shortcut that this version does not have: answered like a button that it does not have."""
        await self._in_time(body, lambda: self._turns.press(decode.asked(body, "")))
        await ack()

    async def home_opened(self, body: Payload) -> None:
        """Publish the home tab of somebody who opened it."""
        who = decode.user_of(body)
        if who and body["event"].get("tab", "home") == "home":
            await self._arrivals.meet(who)
            await self._home.opened(who)

    async def said(self, body: Payload) -> None:
        """Words, in the direct message with the bot. Its own, edits and deletions are none of its business."""
        event = body["event"]
        by_bot = event.get("bot_id") or not decode.user_of(body)
        if event.get("channel_type") != "im" or by_bot or event.get("subtype") not in (None, "file_share"):
            return
        view = to_say(await self._turns.take(decode.said(body)))
        if view is not None:
            await self._replies.tell(decode.user_of(body), view)

    async def mentioned(self, body: Payload) -> None:
        """The bot's name in a channel: answered to whoever used it, and to nobody else."""
        event = body["event"]
        if event.get("bot_id") or not decode.user_of(body):
            return
        heard = decode.said(body)
        view = to_say(await self._turns.take(Pressed(heard.event_id, heard.sender, Action("menu").pack())))
        if view is not None:
            await self._replies.whisper(str(event.get("channel") or ""), heard.sender.address, view)

    async def profile_changed(self, body: Payload) -> None:
        """Take in who has another name or time zone, became a guest or a member, has left, or came back."""
        await self._arrivals.changed(decode.event_id(body), decode.part(body["event"], "user"))
        self._home.stir([decode.user_of(body)])

    async def joined(self, body: Payload) -> None:
        """Take in that the bot came into a channel, and tell who invited it. Others who come do not matter here."""
        event = body["event"]
        if event.get("user") == self._me:
            channel, inviter = str(event.get("channel") or ""), str(event.get("inviter") or "")
            # Who invites the bot before saying a word to it is to choose the channel later, so they are met first.
            # A channel that somebody brings it to who is not served is none of its channels.
            if not inviter or (await self._arrivals.meet(inviter)).served:
                await self._rooms.joined(decode.event_id(body), channel, inviter)
            if not inviter:
                # A workflow, or Slack itself, put the bot there: nobody is to be told.
                return
            asking = Pressed(f"{decode.event_id(body)}.told", decode.sender(inviter), Action("rooms").pack())
            told = to_say(await self._turns.take(asking))
            if told is not None:
                await self._replies.whisper(channel, inviter, told)

    async def left(self, body: Payload) -> None:
        """Take in that the bot is no longer in a channel, or that it is closed."""
        await self._rooms.left(decode.event_id(body), str(body["event"].get("channel") or ""))

    async def renamed(self, body: Payload) -> None:
        """Take in a channel's new name."""
        channel = decode.part(body["event"], "channel")
        if channel.get("name"):
            await self._rooms.renamed(decode.event_id(body), str(channel.get("id") or ""), str(channel["name"]))

    async def gone(self, body: Payload) -> None:
        """Log that the workspace took the app out, or its token back."""
        kind = body["event"]["type"]
        log.critical("The workspace lets the bot in no more: %s", kind, extra={"action": "slack.removed", "kind": kind})

    async def stop(self) -> None:
        """Wait for what goes on after its acknowledgement, for a few seconds."""
        await self._under_way.stop(STOP_SECONDS)
        await self._turns.stop(STOP_SECONDS)

    async def _redraw(self, press: Press) -> None:
        who = press.event.sender.address
        view = to_say(await self._turns.answered(press.event))
        # Who is not served reads so on the tab itself.
        if view is not None and not isinstance(view, TurnedAway):
            await self._replies.tell(who, view)
        await self._home.opened(who)

    async def _explain(self, body: Payload, words: str) -> None:
        asked = decode.asked(body, Action("menu").pack())
        is_help = words.strip().lower() in HELP
        event = asked.event if is_help else TextMessage(asked.event.event_id, asked.event.sender, words)
        view = to_say(await self._turns.answered(event))
        if view is not None:
            await self._replies.answer(asked.event.sender.address, asked.spot, self._with_commands(view))

    def _with_commands(self, view: View) -> View:
        if isinstance(view, TurnedAway):
            return view
        return view.noting(slash_command.explanation(self._turns.t(view), self._turns.capabilities, self._command_name))

    async def _in_time(self, body: Payload, work: Callable[[], Awaitable[None]]) -> None:
        """Do it, or let it go on where Slack would not wait for it."""
        going = self._under_way.joined(decode.once(body), work)
        await asyncio.wait({going}, timeout=ANSWER_BY)
        if not going.done():
            going.add_done_callback(_report)
            return
        going.result()

    async def _next(self, ack: AsyncAck, body: Payload, event: Callable[[], Event]) -> None:
        """What a window shows after this submission. Where that fails, Slack says so, and keeps what is filled in."""
        view_id = str(decode.part(body, "view").get("id") or "")
        name = f"sent {decode.once(body)}"
        await ack(**await self._under_way.joined(name, lambda: self._turns.submit(event(), view_id)))


def _report(going: "asyncio.Future[Any]") -> None:
    """Tell of a failure that comes when nobody waits for the work any more."""
    if not going.cancelled() and (error := going.exception()) is not None and not isinstance(error, RetryLater):
        faults.report(log, "What Slack brought was not taken in", error)

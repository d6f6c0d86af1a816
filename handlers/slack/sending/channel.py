"""Slack as the dispatcher and the listeners know it: people and rooms get messages, and messages are changed.

An address is a person's id (U or W) or a room's (C or G). A message's reference is "CHANNEL:TS", where the channel of a
person is the direct conversation that Slack keeps with them (D).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

from flows.engine.language.texts import Texts, Translator
from flows.engine.views.view import Attachment, View
from handlers.outbound.channel import PLAIN, Envelope, NeverDeliverable, RetryLater
from handlers.slack.address import is_persons
from handlers.slack.errors import EditImpossible, WorkspaceLost
from handlers.slack.interactions.accounts import Served
from handlers.slack.rendering.message import message
from handlers.slack.sending.api import ApiClient

log = logging.getLogger(__name__)

EVENT_TYPE = "dialoogreeks_letter"
"""Names the metadata of our letters: https://docs.slack.dev/messaging/message-metadata."""

LOOK_BACK = 200
"""Messages of a conversation among which an earlier one is looked for: weeks of what the bot says to one person."""

MOST_KNOWN = 20_000
"""Conversations remembered, so that Slack need not be asked for them."""


Origin = Literal["letter", "answer"]
"""What a message is: something that must arrive, or what was said to somebody who just acted."""


@dataclass(frozen=True)
class Ref:
    """Where a message stands: its conversation, and the moment that is its name there."""

    channel: str
    ts: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The reference that ``str`` wrote. Raises EditImpossible for anything else."""
        channel, colon, ts = text.partition(":")
        if not (channel and colon and ts):
            raise EditImpossible("no reference to a message in Slack")
        return cls(channel, ts)

    def __str__(self) -> str:
        return f"{self.channel}:{self.ts}"


class Readers(Protocol):
    """Who of the people in Slack may read what the bot sends."""

    async def may_get_letters(self, user_id: str) -> bool:
        """Whether letters may go to somebody. Raises RetryLater where Slack does not say now who this is."""

    def note(self, user: Mapping[str, Any]) -> None:
        """Go by what Slack just said about somebody, in its user object."""


class SlackChannel:
    """One workspace. Implements ``outbound.channel.Channel``; the last three methods are for who just acted."""

    name = "slack"

    def __init__(self, web: ApiClient, texts: Texts) -> None:
        self._web, self._texts = web, texts
        self._client = web.client
        self._conversations: dict[str, str] = {}
        self._people: dict[str, str] = {}
        self._served = Served(frozenset())
        self._readers: Readers | None = None
        self._arrived: Callable[[str], None] = lambda _address: None

    def serve(self, served: Served, readers: Readers | None = None) -> None:
        """Find people who are served, and ask ``readers`` before a letter goes to anybody. Until then find nobody."""
        self._served, self._readers = served, readers

    def when_arrived(self, hear: Callable[[str], None]) -> None:
        """Have ``hear`` called with the address of everybody who got a letter, or a changed one, each time."""
        self._arrived = hear

    async def send(self, address: str, view: View, envelope: Envelope = PLAIN) -> str:
        """Deliver a letter. If it may have arrived before, a person's conversation is searched for it first.

        A room's is not, which would need the right to read what a team writes: there a letter may stand twice.
        A file goes below its message. When that fails for good, or twice, the message stands without.
        """
        await self._check_reader(address)
        looked_for = envelope.again and envelope.key and is_persons(address)
        found = await self._earlier(address, envelope.key) if looked_for else None
        said = self._letter(view)
        ref = found or await self._post(address, said | _marked(envelope.key), urgent=False)
        if view.file is not None and not (found and await self._has(found, view.file)):
            await self._attach(ref, view.file, last=envelope.again)
        self._arrived(address)
        return str(ref)

    async def replace(self, address: str, message_ref: str, view: View, envelope: Envelope = PLAIN) -> str:
        """Change a letter. Raises EditImpossible (a NeverDeliverable) where Slack does not allow that any more."""
        await self._check_reader(address)
        said = self._letter(view)
        ref = await self._edit(Ref.parse(message_ref), said, urgent=False)
        if view.file is not None:
            await self._attach(ref, view.file, last=True)
        self._arrived(address)
        return str(ref)

    def is_persons(self, address: str) -> bool:
        """Whether this is a member's id, and not that of a channel or of Slackbot."""
        return is_persons(address)

    def is_between(self, address: str, message_ref: str) -> bool:
        """Whether the message is in a direct conversation: the ids of all others do not begin with D."""
        return message_ref.startswith("D")

    async def find(self, email: str) -> str | None:
        """The id of the person who uses Slack with this e-mail address, where that is somebody whom the bot serves."""
        try:
            answer = await self._web.ask(self._client.users_lookupByEmail, email=email)
        except NeverDeliverable:
            return None
        user = answer["user"]
        # Anybody can type an address that nobody has confirmed yet, and would then get its owner's letters.
        if not self._served.may_be_found(user):
            return None
        if self._readers is not None:
            self._readers.note(user)
        return str(user["id"])

    async def post(self, address: str, view: View, t: Translator, origin: Origin = "answer") -> str:
        """Say something to a person or a room where somebody just acted; gives the message's reference.

        Goes before letters, and is said once: raises RetryLater and NeverDeliverable where it was not.
        """
        ref = await self._post(address, _said(view, origin, t), urgent=True)
        if view.file is not None:
            await self._attach(ref, view.file, last=True, urgent=True)
        return str(ref)

    async def edit(self, message_ref: str, view: View, t: Translator, origin: Origin = "answer") -> str:
        """Change a message where somebody acted. Raises EditImpossible, RetryLater or NeverDeliverable if it stays."""
        return str(await self._edit(Ref.parse(message_ref), _said(view, origin, t), urgent=True))

    async def whisper(self, room: str, person: str, view: View, t: Translator) -> None:
        """Say something in a room that one person alone sees, for as long as their Slack stays open."""
        said = _said(view, "answer", t)
        talker = self._talker(room)
        await self._web.ask(self._client.chat_postEphemeral, talker, urgent=True, channel=room, user=person, **said)

    async def _check_reader(self, address: str) -> None:
        """Raises NeverDeliverable where nothing may go to this person, and RetryLater where that is not known now."""
        if self._readers is None or not is_persons(address):
            return
        try:
            allowed = await self._readers.may_get_letters(address)
        except RetryLater as wait:
            # The message was not sent, even where the question about its reader may have been.
            raise RetryLater(str(wait), wait.seconds) from wait
        if not allowed:
            raise NeverDeliverable("the bot does not serve this account", unreachable=True)

    def _letter(self, view: View) -> dict[str, Any]:
        return _said(view, "letter", self._texts.into(view.language or None))

    async def _post(self, address: str, said: Mapping[str, Any], *, urgent: bool) -> Ref:
        unfurled = {"unfurl_links": False, "unfurl_media": False}
        talker = self._talker(address)
        answer = await self._web.ask(
            self._client.chat_postMessage, talker, urgent=urgent, channel=address, **unfurled, **said
        )
        ref = Ref(answer["channel"], answer["ts"])
        self._remember(address, ref.channel)
        return ref

    async def _edit(self, ref: Ref, said: Mapping[str, Any], *, urgent: bool) -> Ref:
        talker = self._talker(ref.channel)
        answer = await self._web.ask(
            self._client.chat_update, talker, urgent=urgent, channel=ref.channel, ts=ref.ts, **said
        )
        return Ref(ref.channel, answer["ts"])

    async def _earlier(self, person: str, key: str) -> Ref | None:
        """The message with this key among the last ones to a person, or None."""
        try:
            channel = await self._conversation(person)
            answer = await self._web.ask(
                self._client.conversations_history,
                person,
                channel=channel,
                limit=LOOK_BACK,
                include_all_metadata=True,
            )
        except WorkspaceLost as lost:
            if lost.whole:
                raise
            # The app lacks the scope to look. A message that may arrive twice is better than none.
            return None
        found = (Ref(channel, said["ts"]) for said in answer["messages"] if _key_of(said) == key)
        return next(found, None)

    async def _conversation(self, person: str) -> str:
        if person not in self._conversations:
            answer = await self._web.ask(self._client.conversations_open, person, users=person)
            self._remember(person, answer["channel"]["id"])
        return self._conversations[person]

    async def _has(self, ref: Ref, file: Attachment) -> bool:
        """Whether the file stands below the message already."""
        answer = await self._web.ask(
            self._client.conversations_replies,
            self._talker(ref.channel),
            channel=ref.channel,
            ts=ref.ts,
            limit=LOOK_BACK,
        )
        return any(one.get("name") == file.name for said in answer["messages"] for one in said.get("files") or ())

    async def _attach(self, ref: Ref, file: Attachment, *, last: bool, urgent: bool = False) -> None:
        """Put a file below a message. ``last``: it is left out when that does not work this time."""
        try:
            await self._web.ask(
                self._client.files_upload_v2,
                self._talker(ref.channel),
                urgent=urgent,
                channel=ref.channel,
                thread_ts=ref.ts,
                filename=file.name,
                title=file.name,
                content=file.content,
            )
        except RetryLater as wait:
            if not _without(wait, last=last):
                # The message stands by now, so the next attempt is to look for it.
                raise RetryLater(f"the file: {wait}", wait.seconds, maybe_sent=True) from wait
            _left_out(wait)
        except NeverDeliverable as closed:
            _left_out(closed)

    def _remember(self, address: str, channel: str) -> None:
        if not is_persons(address):
            return
        if len(self._conversations) >= MOST_KNOWN:
            self._conversations.clear()
            self._people.clear()
        self._conversations[address], self._people[channel] = channel, address

    def _talker(self, channel: str) -> str:
        # A person's conversation goes by two names. Its pace is kept under one of them.
        return self._people.get(channel, channel)


def _said(view: View, origin: Origin, t: Translator) -> dict[str, Any]:
    said = message(view, origin, t)
    return {"text": said.text, "blocks": said.blocks}


def _marked(key: str) -> dict[str, Any]:
    return {"metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}}} if key else {}


def _key_of(said: Mapping[str, Any]) -> str | None:
    metadata = said.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return None
    key = (metadata.get("event_payload") or {}).get("key")
    return key if isinstance(key, str) else None


def _without(wait: RetryLater, *, last: bool) -> bool:
    """Whether the file is given up. Not for a wait that Slack asks for: that passes, and never uses a letter up."""
    if isinstance(wait, WorkspaceLost):
        return not wait.whole
    return last and wait.seconds is None


def _left_out(why: RetryLater | NeverDeliverable) -> None:
    log.warning("A message stands without its file: %s", why, extra={"action": "slack.file_left_out"})

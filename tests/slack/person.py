"""A person of the workspace, who does what people do with the app."""

import html
from dataclasses import replace
from typing import Any

from tests.slack import event, interaction
from tests.slack.channel import Channel
from tests.slack.completeness import problems
from tests.slack.doer import Doer
from tests.slack.refusal import Refused
from tests.slack.screen import Message, NotThere
from tests.slack.surfaces import submission_faults
from tests.slack.view import View
from tests.slack.workspace import BOT_USER

Json = dict[str, Any]


class Person(Doer):
    """Somebody of flesh and blood. Each method returns when the app has answered, or Slack gave up waiting."""

    async def open_home(self) -> None:
        """Go to the app's home tab."""
        self.at_home = True
        await self._happens(event.home_opened(self.workspace, self.id))

    async def open_messages(self) -> None:
        """Go to the app's messages."""
        self.at_home = False
        await self._happens(event.home_opened(self.workspace, self.id, "messages"))

    async def dm(self, words: str, under: Message | None = None) -> Message:
        """Say something to the app, in answer to a message if one is given."""
        if not self.workspace.messages_tab:
            raise NotThere("the app takes no messages")
        channel = self.workspace.im(self.id)
        self.at_home = False
        post = self.workspace.post(channel, self.id, _typed(words), thread_ts=under.ts if under else None)
        await self._happens(event.message(self.workspace, channel, post))
        return self._message(channel, post)

    async def edit(self, message: Message, words: str) -> None:
        """Write something else in an earlier message of one's own; the app hears of it in the direct message."""
        message.post.text, message.post.edited = _typed(words), self.workspace.new_ts()
        if message.channel.im:
            await self._happens(event.changed(self.workspace, message.channel, message.post))

    async def says(self, channel: Channel, words: str) -> Message:
        """Say something in a channel, not to the app, which does not hear it."""
        return self._message(channel, self.workspace.post(channel, self.id, _typed(words)))

    async def mention(self, channel: Channel, words: str) -> Message:
        """Call the app by its name in a channel. It hears that if it is there."""
        post = self.workspace.post(channel, self.id, f"<@{BOT_USER}> {_typed(words)}")
        if BOT_USER in channel.members:
            await self._happens(event.mention(self.workspace, channel, post))
        return self._message(channel, post)

    async def invite_bot(self, channel: Channel) -> None:
        """Bring the app into a channel."""
        channel.members.add(BOT_USER)
        await self._happens(event.joined(self.workspace, channel, BOT_USER, self.id))

    async def remove_bot(self, channel: Channel) -> None:
        """Send the app out of a channel."""
        channel.members.discard(BOT_USER)
        left = {"type": "channel_left", "channel": channel.id, "actor_id": self.id, "event_ts": self.workspace.new_ts()}
        await self._happens(left)

    async def change_profile(self, **changes: Any) -> None:
        """Become somebody slightly else: any field of the member."""
        self.change_unheard(**changes)
        await self._happens(event.user_change(self.workspace, self.member))

    def change_unheard(self, **changes: Any) -> None:
        """The same, of which the app is told nothing."""
        self.member = replace(self.member, **changes)
        self.workspace.members[self.id] = self.member

    async def deactivate(self) -> None:
        """Leave the workspace for good."""
        self.workspace.views.stacks.pop(self.id, None)
        await self.change_profile(deleted=True)

    async def command(self, command: str, text: str = "", channel: Channel | None = None) -> None:
        """Type a slash command, in the direct message unless a channel is given."""
        self._offered("commands")
        place = channel or self.workspace.im(self.id)
        hooks = self.workspace.triggers.issue(self.id), self.hooks.issue(place, self.id)
        payload = interaction.command(self.workspace, self.member, place, (command, _typed(text)), hooks)
        answer = await self.outward.deliver("slash_commands", payload)
        if not answer.ok:
            self._trouble(f"{command} failed", answer)
        elif answer.body:
            body = {"text": answer.body} if isinstance(answer.body, str) else answer.body
            try:
                self.hooks.say_at_once(place, self.id, body)
            except Refused as refusal:
                self._trouble(f"{command} failed", answer, ["invalid_command_response", str(refusal)])

    async def global_shortcut(self, callback_id: str) -> None:
        """Choose a shortcut of the app from the lightning menu."""
        self._offered("shortcuts")
        who, trigger = interaction.about(self.workspace, self.member), self.workspace.triggers.issue(self.id)
        payload = interaction.shortcut(who, callback_id, trigger, self.workspace.new_ts())
        await self._interacts(f"shortcut {callback_id!r}", payload)

    async def message_shortcut(self, callback_id: str, message: Message) -> None:
        """Choose a shortcut of the app from a message's menu."""
        self._offered("shortcuts")
        who, trigger = interaction.about(self.workspace, self.member), self.workspace.triggers.issue(self.id)
        place = self._place(message)
        payload = interaction.message_action(who, callback_id, trigger, self.workspace.new_ts(), place)
        await self._interacts(f"shortcut {callback_id!r}", payload)

    async def submit(self) -> None:
        """Press the modal's submit button. Slack itself first asks for what is missing, and then sends nothing."""
        modal = self.modal
        if modal.submit is None:
            raise NotThere(f"{modal.title!r} has no submit button")
        view = modal.view
        view.errors = problems(modal.blocks, view.state)
        if not view.errors:
            await self._submit(view)

    async def _submit(self, view: View) -> None:
        who = interaction.about(self.workspace, self.member)
        trigger = self.workspace.triggers.issue(self.id, view.id, submitting=True)
        payload = interaction.view_submission(self.workspace, who, view, trigger)
        answer = await self.outward.deliver("interactive", payload)
        faults = submission_faults(answer.body, payload["view"]) if answer.ok else []
        if not answer.ok or faults:
            self._trouble("the modal did not go through", answer, faults)
            return
        try:
            self._apply(view, answer.body or {})
        except Refused as refusal:
            self._trouble("the modal did not go through", answer, [str(refusal)])

    def _apply(self, view: View, said: Json) -> None:
        views = self.workspace.views
        match said.get("response_action"):
            case "errors":
                view.errors = said["errors"]
            case "update":
                views.update(view, said["view"])
            case "push":
                views.push(self.id, said["view"])
            case "clear":
                views.stacks.pop(self.id, None)
            case _:
                views.leave(view)

    async def close(self, *, everything: bool = False) -> None:
        """Close the modal on top, or with ``everything`` the whole stack; the app hears of it if it asked to."""
        view = self.modal.view
        cleared = everything or bool(view.payload.get("clear_on_close"))
        stack = self.workspace.views.stacks[self.id]
        going = [*reversed(stack)] if cleared else [view]
        for one in going:
            self.workspace.views.leave(one)
            if one.payload.get("notify_on_close"):
                who = interaction.about(self.workspace, self.member)
                payload = interaction.view_closed(self.workspace, who, one, cleared=cleared)
                await self.outward.deliver("interactive", payload)

    async def back(self) -> None:
        """Go back to the modal underneath."""
        if self.modal.depth < 2:
            raise NotThere("there is no modal underneath")
        await self.close()

    def _offered(self, what: str) -> None:
        if "commands" not in self.workspace.scopes:
            raise NotThere(f"without the scope for them the app has no {what}")

    async def _interacts(self, what: str, payload: Json) -> None:
        answer = await self.outward.deliver("interactive", payload)
        if not answer.ok:
            self._trouble(f"{what} did not work", answer)

    async def _happens(self, happened: Json) -> None:
        if event.audible(self.workspace, happened):
            await self.outward.announce(event.wrapped(self.workspace, happened))


def _typed(words: str) -> str:
    # What people type reaches apps with these three signs escaped.
    return html.escape(words, quote=False)

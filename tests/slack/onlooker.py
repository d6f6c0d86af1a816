"""Somebody who looks: what stands on their screen."""

import asyncio
import copy
import re
import time

from tests.slack.channel import Channel, Post
from tests.slack.member import Member
from tests.slack.reading import Reader
from tests.slack.screen import Control, Home, Message, Modal, NotThere, Surface, Wanted, pick
from tests.slack.workspace import BOT_USER, Workspace


class Onlooker:
    """The reading half of a person. Everything it gives is a snapshot; ask again to see what changed."""

    def __init__(self, member: Member, workspace: Workspace) -> None:
        self.member, self.workspace = member, workspace
        self.at_home = False

    @property
    def id(self) -> str:
        """The person's user id."""
        return self.member.id

    @property
    def reader(self) -> Reader:
        """How this person reads: their language, their zone, now."""
        return Reader(self.member.locale, self.member.tz, self.workspace.clock())

    @property
    def home(self) -> Home:
        """The app's home tab, as published for this person."""
        view = self.workspace.views.homes.get(self.id)
        if view is None:
            raise NotThere("nothing was published on the home tab")
        return Home(view.payload["blocks"], dict(view.state), self.reader, view, self.workspace.views.as_json(view))

    @property
    def modal(self) -> Modal:
        """The modal on top."""
        view = self.workspace.views.top(self.id)
        if view is None:
            raise NotThere("no modal is open")
        raw, depth = self.workspace.views.as_json(view), len(self.workspace.views.stacks[self.id])
        return Modal(view.payload["blocks"], dict(view.state), self.reader, view, raw, depth, errors=dict(view.errors))

    @property
    def has_modal(self) -> bool:
        """Whether one is open."""
        return self.workspace.views.top(self.id) is not None

    @property
    def messages(self) -> list[Message]:
        """What the app said in the direct message, newest last."""
        return [one for one in self.conversation if one.post.user == BOT_USER]

    @property
    def conversation(self) -> list[Message]:
        """The whole direct message, this person's own words included, newest last."""
        return self.messages_in(self.workspace.im(self.id))

    @property
    def ephemerals(self) -> list[Message]:
        """What was shown to this person only, in any channel, newest last."""
        places = self.workspace.channels.values()
        found = [(channel, post) for channel in places for post in channel.ephemerals if post.to == self.id]
        return [self._message(*one) for one in sorted(found, key=lambda one: one[1].ts)]

    def messages_in(self, channel: Channel) -> list[Message]:
        """Every message of a channel, newest last."""
        return [self._message(channel, post) for post in channel.posts]

    def _message(self, channel: Channel, post: Post) -> Message:
        raw = copy.deepcopy(post.as_json())
        return Message(post.blocks, dict(post.state), self.reader, channel, post, raw)

    def surfaces(self) -> list[Surface]:
        """Where this person looks for something, in that order: a modal hides all else; newest messages come first."""
        if self.has_modal:
            return [self.modal]
        home: list[Surface] = [self.home] if self.id in self.workspace.views.homes else []
        here = [*self.ephemerals, *self.messages]
        joined = [one for one in self.workspace.channels.values() if self.id in one.members and not one.im]
        here += [message for channel in joined for message in self.messages_in(channel)]
        talk = sorted(here, key=lambda one: one.ts, reverse=True)
        return [*home, *talk] if self.at_home else [*talk, *home]

    def find_button(self, wanted: Wanted, on: Surface | None = None) -> tuple[Surface, Control]:
        """The button that says so, and where it stands."""
        surfaces = [on] if on is not None else self.surfaces()
        for surface in surfaces:
            control = pick(wanted, surface.pressable())
            if control is not None:
                return surface, control
        seen = [label for surface in surfaces for label in surface.buttons]
        raise NotThere(f"no button {wanted!r}; there are {seen}")

    def find_field(self, wanted: Wanted, on: Surface | None = None) -> tuple[Surface, Control]:
        """The field called so, and where it stands."""
        surfaces = [on] if on is not None else self.surfaces()
        for surface in surfaces:
            control = pick(wanted, surface.fillable())
            if control is not None:
                return surface, control
        seen = [label for surface in surfaces for label in surface.fields]
        raise NotThere(f"no field {wanted!r}; there are {seen}")

    async def sees(self, wanted: Wanted, within: float = 60.0) -> Surface:
        """Wait until some surface (a modal's title included) says so; gives that surface."""
        pattern = wanted if isinstance(wanted, re.Pattern) else re.compile(re.escape(wanted))
        end = time.monotonic() + within
        while time.monotonic() < end:
            for surface in self.surfaces():
                title = surface.title if isinstance(surface, Modal) else ""
                if pattern.search(f"{title}\n{surface.text}"):
                    return surface
            await asyncio.sleep(0.005)
        seen = "\n--\n".join(surface.text for surface in self.surfaces()[:3])
        raise NotThere(f"{wanted!r} did not appear within {within} s; there is:\n{seen}")

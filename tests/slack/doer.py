"""Somebody who presses and fills in."""

from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any

from tests.slack import interaction
from tests.slack.answer import Answer
from tests.slack.hooks import Hooks
from tests.slack.member import Member
from tests.slack.onlooker import Onlooker
from tests.slack.outward import Outward
from tests.slack.screen import Control, Home, Message, Modal, NotThere, Surface, Wanted, pick
from tests.slack.stored import Key, is_multiple, state_json, stored, value_name
from tests.slack.surfaces import suggestion_faults
from tests.slack.texts import offered
from tests.slack.workspace import Workspace

Json = dict[str, Any]


class Doer(Onlooker):
    """The doing half of a person, inside messages, modals and the home tab.

    ``troubles`` keeps what Slack told this person when the app did not answer, or answered nonsense.
    """

    def __init__(self, member: Member, workspace: Workspace, outward: Outward, hooks: Hooks) -> None:
        super().__init__(member, workspace)
        self.outward, self.hooks = outward, hooks
        self.troubles: list[str] = []
        self.confirmations: list[str] = []

    async def press(self, wanted: Wanted, on: Surface | None = None, *, confirm: bool = True) -> None:
        """Press the button that says so, on the surface given or on the first that has it; agrees when asked to."""
        surface, control = self.find_button(wanted, on)
        if self._asked(control) and not confirm:
            return
        element = control.element
        if control.option is not None:
            said: Json = {"selected_option": control.option}
        else:
            said = {name: element[name] for name in ("text", "value", "style") if name in element}
        await self._acted(surface, control, said)

    def _asked(self, control: Control) -> bool:
        question = control.element.get("confirm")
        if question:
            self.confirmations.append(self.reader.read(question["text"]))
        return question is not None

    async def choose(self, wanted: Wanted, option: Any, on: Surface | None = None) -> None:
        """Choose in the field called so: an option by its text, a person, or a channel by its name or id."""
        surface, control = self.find_field(wanted, on)
        value = await self._option(surface, control, option)
        await self._filled(surface, control, [value] if is_multiple(control.element["type"]) else value)

    async def pick_many(self, wanted: Wanted, options: list[Any], on: Surface | None = None) -> None:
        """Choose several; they replace what was chosen before."""
        surface, control = self.find_field(wanted, on)
        if len(options) > control.element.get("max_selected_items", len(options)):
            raise NotThere(f"{control.label!r} takes only {control.element['max_selected_items']}")
        await self._filled(surface, control, [await self._option(surface, control, one) for one in options])

    async def tick(self, wanted: Wanted, *options: str, on: Surface | None = None, off: bool = False) -> None:
        """Tick these boxes of a field, or with ``off`` untick them; the only box there is, if none is named."""
        surface, control = self.find_field(wanted, on)
        named = options or tuple(self.reader.read(one["text"]) for one in control.element["options"][:1])
        changed = [await self._option(surface, control, one) for one in named]
        before = surface.state[control.key]["selected_options"]
        kept = [one for one in before if one not in changed]
        await self._filled(surface, control, kept if off else kept + changed)

    async def type(self, wanted: Wanted, words: str, on: Surface | None = None) -> None:
        """Write in the field called so, in place of what stood there."""
        surface, control = self.find_field(wanted, on)
        await self._filled(surface, control, words or None)

    async def pick_moment(
        self, wanted: Wanted, moment: datetime | date | time_of_day, on: Surface | None = None
    ) -> None:
        """Set a date, a time of day, or both; which of them the field is decides what is taken of the moment."""
        surface, control = self.find_field(wanted, on)
        await self._filled(surface, control, _moment_value(control.element["type"], moment))

    async def empty(self, wanted: Wanted, on: Surface | None = None) -> None:
        """Take away what a field holds."""
        surface, control = self.find_field(wanted, on)
        await self._filled(surface, control, [] if is_multiple(control.element["type"]) else None)

    async def search(self, wanted: Wanted, typed: str, on: Surface | None = None) -> list[str]:
        """Type in a menu that the app fills, and read what it offers."""
        surface, control = self.find_field(wanted, on)
        return [self.reader.read(one["text"]) for one in await self._suggested(surface, control, typed)]

    async def _suggested(self, surface: Surface, control: Control, typed: str) -> list[Json]:
        least = control.element.get("min_query_length", 3)
        if len(typed) < least:
            return []
        who, place = interaction.about(self.workspace, self.member), self._place(surface)
        payload = interaction.block_suggestion(who, place, *control.key, typed)
        answer = await self.outward.deliver("interactive", payload)
        faults = suggestion_faults(answer.body) if answer.ok else []
        if not answer.ok or faults:
            self._trouble(f"no options for {control.label!r}", answer, faults)
            return []
        return offered(stored(answer.body))

    async def _option(self, surface: Surface, control: Control, wanted: Any) -> Any:
        kind = control.element["type"]
        if "users" in kind or "conversations" in kind or "channels" in kind:
            return self._id(wanted)
        typed = wanted if isinstance(wanted, str) else wanted.pattern
        known = await self._suggested(surface, control, typed) if "external" in kind else offered(control.element)
        choices = [Control(self.reader.read(one["text"]), control.block, one) for one in known]
        found = pick(wanted, choices)
        if found is None:
            raise NotThere(f"no option {wanted!r} in {control.label!r}; there are {[one.label for one in choices]}")
        return found.element

    def _id(self, wanted: Any) -> str:
        if isinstance(wanted, Onlooker):
            return wanted.id
        places = {one.name: one.id for one in self.workspace.channels.values() if one.name}
        people = {one.real_name: one.id for one in self.workspace.members.values()}
        return str({**places, **people}.get(wanted, getattr(wanted, "id", wanted)))

    async def _filled(self, surface: Surface, control: Control, value: Any) -> None:
        kind = control.element["type"]
        state = {"type": kind, value_name(kind): value}
        for kept in (surface.state, _live_state(surface)):
            kept[control.key] = state
        if control.block["type"] != "input" or control.block.get("dispatch_action"):
            self._asked(control)
            await self._acted(surface, control, state)

    async def _acted(self, surface: Surface, control: Control, said: Json) -> None:
        block, action = control.key
        view = surface.view.id if isinstance(surface, Modal | Home) else None
        about = {"block_id": block, "action_id": action, "type": control.element["type"]}
        done = {**about, **said, "action_ts": self.workspace.new_ts()}
        trigger = self.workspace.triggers.issue(self.id, view)
        who = interaction.about(self.workspace, self.member)
        payload = interaction.block_actions(who, self._place(surface), done, trigger)
        answer = await self.outward.deliver("interactive", payload)
        if not answer.ok:
            self._trouble(f"{control.label!r} did not work", answer)

    def _place(self, surface: Surface) -> Json:
        if isinstance(surface, Message):
            url = self.hooks.issue(surface.channel, self.id, surface.post)
            return interaction.in_message(surface.channel, surface.post, surface.raw, url)
        assert isinstance(surface, Modal | Home)  # there are no other surfaces
        raw = {**surface.raw, "state": state_json(surface.state)}
        return {"container": {"type": "view", "view_id": surface.view.id}, "view": raw}

    def _trouble(self, what: str, answer: Answer, faults: list[str] | None = None) -> None:
        self.troubles.append(f"{what}: {'; '.join(faults or []) or answer.reason or answer.status}")


def _live_state(surface: Surface) -> dict[Key, Json]:
    if isinstance(surface, Message):
        return surface.post.state
    assert isinstance(surface, Modal | Home)  # there are no other surfaces
    return surface.view.state


def _moment_value(kind: str, moment: datetime | date | time_of_day) -> Any:
    if kind == "datetimepicker":
        assert isinstance(moment, datetime)
        assert moment.tzinfo is not None
        return int(moment.timestamp())
    if kind == "datepicker":
        assert isinstance(moment, date)
        return moment.strftime("%Y-%m-%d")
    assert isinstance(moment, datetime | time_of_day)
    return moment.strftime("%H:%M")

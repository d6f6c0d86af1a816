"""Every way in which somebody turns to the bot, whoever they are, and what they then read on any surface."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from handlers.slack.manifest import ASK, ASK_ABOUT
from tests.slack import interaction
from tests.slack.channel import Channel
from tests.slack.forgery import pressing
from tests.slack.person import Person
from tests.slack.stand_in import SlackStandIn
from tests.slack.workspace import BOT_USER

Way = Callable[[SlackStandIn, Person], Awaitable[object]]


def _room(far: SlackStandIn, who: Person) -> Channel:
    """A channel with this person and the bot in it: the same one each time."""
    found = (one for one in far.workspace.channels.values() if one.name == f"met-{who.member.name}")
    return next(found, None) or far.channel(f"met-{who.member.name}", who, with_bot=True)


async def _command(_far: SlackStandIn, who: Person) -> None:
    await who.command("/dialoog", "status")


async def _empty_command(_far: SlackStandIn, who: Person) -> None:
    await who.command("/dialoog")


async def _help(_far: SlackStandIn, who: Person) -> None:
    await who.command("/dialoog", "help")


async def _odd_command(_far: SlackStandIn, who: Person) -> None:
    await who.command("/dialoog", "wat kun je?")


async def _shortcut(_far: SlackStandIn, who: Person) -> None:
    await who.global_shortcut(ASK)


async def _shortcut_of_before(_far: SlackStandIn, who: Person) -> None:
    await who.global_shortcut("van_vroeger")


async def _message_shortcut(far: SlackStandIn, who: Person) -> None:
    message = await who.says(_room(far, who), "Hier lopen we vast")
    await who.message_shortcut(ASK_ABOUT, message)


async def _direct_message(_far: SlackStandIn, who: Person) -> None:
    await who.dm("status")


async def _odd_words(_far: SlackStandIn, who: Person) -> None:
    await who.dm("hallo daar")


async def _mention(far: SlackStandIn, who: Person) -> None:
    await who.mention(_room(far, who), "hallo")


async def _invitation(far: SlackStandIn, who: Person) -> None:
    await who.invite_bot(_room(far, who))


async def _press(far: SlackStandIn, who: Person) -> None:
    """On a message in a channel; what stands on the button is made up, as Slack's signature lets nobody do."""
    room = _room(far, who)
    post = far.workspace.post(room, BOT_USER, "Aanstaande dinsdag")
    await far.outward.deliver("interactive", pressing(who, who._message(room, post), "steer.open:0:0"))


async def _home_tab(far: SlackStandIn, who: Person) -> None:
    await who.open_home()
    await far.until(lambda: who.id in far.workspace.views.homes)


WAYS_IN: Mapping[str, Way] = MappingProxyType(
    {
        "command": _command,
        "empty command": _empty_command,
        "help": _help,
        "odd command": _odd_command,
        "shortcut": _shortcut,
        "shortcut of before": _shortcut_of_before,
        "message shortcut": _message_shortcut,
        "direct message": _direct_message,
        "odd words": _odd_words,
        "mention": _mention,
        "invitation": _invitation,
        "press": _press,
        "home tab": _home_tab,
    }
)


def read_by(who: Person) -> list[str]:
    """The words of every surface that the bot put before somebody, their window and home tab included."""
    windows = [who.modal.text] if who.has_modal else []
    homes = [who.home.text] if who.id in who.workspace.views.homes else []
    return [*(one.text for one in (*who.messages, *who.ephemerals)), *windows, *homes]


def pressable_by(who: Person) -> list[str]:
    """The labels of every button that the bot put before somebody."""
    shown = [*who.messages, *who.ephemerals, *([who.modal] if who.has_modal else [])]
    homes = [who.home] if who.id in who.workspace.views.homes else []
    return [label for one in (*shown, *homes) for label in one.buttons]


async def searching(far: SlackStandIn, who: Person, draft: int, field: str) -> object:
    """What a search in this field of a form offers somebody, though no such form is before them."""
    about, window = interaction.about(far.workspace, who.member), {"id": "V1", "type": "modal", "callback_id": "form"}
    place = {"container": {"type": "view", "view_id": "V1"}, "view": window}
    payload = interaction.block_suggestion(about, place, f"field:{draft}:{field}", "field:choice", "a")
    return (await far.outward.deliver("interactive", payload)).body

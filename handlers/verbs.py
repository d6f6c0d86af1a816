"""What each button does: the use case behind every verb."""

from collections.abc import Callable, Mapping

from flows.access import arrivals, invitations, link_claims, linking, unlinking, vouching, welcome
from flows.delivery import undelivered
from flows.engine.context import Turn
from flows.engine.forms import conversation
from flows.engine.views.action import Action
from flows.engine.views.refusals import UnknownButton
from flows.engine.views.view import View
from flows.home import menu
from flows.offers import offers, other_time
from flows.people import contact_channels, facilitator_profile, permissions
from flows.practice_builders import steering
from flows.requests import requests
from flows.rescheduling import moving
from flows.series import messages, series, team_channel
from flows.sessions import sessions

UseCase = Callable[[Turn, Action], View | None]
"""What a button does, and what is answered; None where what it stands in is drawn anew, and says all there is."""


def _asks(form: str) -> UseCase:
    return lambda turn, action: conversation.begin(turn, form, action.id)


def _show_offer(turn: Turn, action: Action) -> View:
    return offers.shown(turn.desk, turn.person, permissions.offer_of(turn, action.id))


ASKING: Mapping[str, str] = {
    "ask": "request",
    "request.change": "request",
    "offer.other": "other_time",
    "session.move": "move",
    "session.place": "place",
    "session.link": "link",
    "session.give": "give",
    "session.report": "report",
    "series.change": "series",
    "series.room": "room",
    "steer.choose": "choose",
    "profile.away": "away",
    "profile.most": "most",
    "invite": "invite",
    "link.type": "code",
}
"""The verbs of buttons that begin a form, and which."""

VERBS: Mapping[str, UseCase] = {
    **{verb: _asks(form) for verb, form in ASKING.items()},
    "menu": lambda turn, _action: menu.menu(turn),
    "language": menu.speak,
    "front.speak": menu.switch,
    "requests": requests.mine,
    "request.show": requests.show,
    "request.cancel": requests.ask_cancel,
    "request.drop": requests.cancel,
    "offer.show": _show_offer,
    "offer.accept": offers.accept,
    "offer.decline": offers.ask_reason,
    "offer.no": offers.decline,
    "proposal.show": other_time.show,
    "proposal.take": other_time.take,
    "proposal.leave": other_time.leave,
    "sessions": sessions.mine,
    "session.show": sessions.show,
    "session.cancel": moving.ask_cancel,
    "session.drop": moving.drop,
    "move.show": moving.show_asked,
    "move.take": moving.take_proposal,
    "move.leave": moving.leave_proposal,
    "rooms": lambda turn, _action: team_channel.mine(turn),
    "series.show": messages.show,
    "series.agree": series.agree,
    "series.no": series.refuse,
    "series.more": series.go_on,
    "steer.open": steering.open_requests,
    "steer.show": steering.show,
    "steer.again": steering.again,
    "steer.moment": steering.ask_moment,
    "steer.pass": steering.pass_on,
    "lost": lambda turn, _action: undelivered.show(turn),
    "lost.show": undelivered.show_one,
    "lost.again": undelivered.again,
    "lost.aside": undelivered.put_aside,
    "profile": lambda turn, _action: facilitator_profile.show(turn),
    "profile.pause": facilitator_profile.pause,
    "away.drop": facilitator_profile.be_back,
    "reach": lambda turn, _action: contact_channels.show(turn),
    "reach.prefer": contact_channels.prefer,
    "link": lambda turn, _action: linking.offer(turn),
    "link.take": lambda turn, action: linking.take(turn, action.arg),
    "link.sure": lambda turn, action: linking.claim(turn, action.arg),
    "link.not": lambda turn, _action: linking.not_me(turn),
    "link.join": link_claims.confirm,
    "link.deny": link_claims.deny,
    "link.apart": unlinking.ask,
    "link.part": unlinking.part,
    "invites": lambda turn, _action: invitations.show(turn),
    "invite.drop": invitations.drop,
    "invite.me": arrivals.be,
    "invite.other": lambda turn, _action: welcome.somebody_else(turn),
    "invite.show": vouching.show,
    "invite.vouch": vouching.vouch,
    "invite.reject": vouching.reject,
    "invite.retract": vouching.retract,
    "form.resume": lambda turn, action: conversation.resume(turn, action.id),
    "form.back": lambda turn, action: conversation.back(turn, action.id, action.arg),
    "form.change": lambda turn, action: conversation.change(turn, action.id, action.arg),
    "form.stop": lambda turn, action: conversation.stop(turn, action.id),
    "form.over": lambda turn, action: conversation.ask_start_over(turn, action.id),
    "form.clear": lambda turn, action: conversation.start_over(turn, action.id),
    "form.discard": lambda turn, action: conversation.ask_discard(turn, action.id),
    "form.drop": lambda turn, action: conversation.discard(turn, action.id),
    "form.send": lambda turn, action: conversation.send(turn, action.id),
}
"""The verbs buttons carry. A button with another verb was not made by this bot, or long ago."""

KEEP_PAGE = frozenset(verb for verb in VERBS if verb.startswith("form.")) - {"form.clear", "form.drop"}
"""The verbs of buttons that leave a page of a form with what stands in its fields."""

ASKS_FIRST = frozenset(
    {
        *ASKING,
        "form.resume",
        "form.over",
        "form.discard",
        "offer.decline",
        "request.cancel",
        "session.cancel",
        "link.apart",
    }
)
"""The verbs of buttons that ask something before anything is done. Where a channel has windows, it asks in one."""

QUIET = frozenset({"front.speak"})
"""The verbs of buttons that are answered by nothing but the new look of what they stand in."""

_LISTS = frozenset({"menu", "requests", "sessions", "rooms", "profile", "steer.open", "lost", "reach", "invites"})
SHOWS = _LISTS | {verb for verb in VERBS if verb.endswith(".show")}
"""The verbs of buttons that show how things stand and change nothing: they are never out of date."""


def standing(packed: str) -> str:
    """The button that shows how things stand after this one was pressed, and changes nothing; the menu where none does.

    One that only shows or asks something, or that no bot made, does the same once more.
    """
    try:
        action = Action.unpack(packed)
    except UnknownButton:
        return packed
    about = action.verb.partition(".")[0]
    if action.verb in SHOWS | ASKS_FIRST:
        return packed
    if about == "form":
        return Action("form.resume", action.id).pack()
    return Action(f"{about}.show", action.id).pack() if f"{about}.show" in SHOWS else Action("menu").pack()

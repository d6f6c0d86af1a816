"""What can go wrong for a user. Each error is one such thing and carries the key of the text that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:  # actions raise UnknownButton, and so read this module first
    from flows.engine.views.action import Action


class Refusal(Exception):
    """The bot does not do what was asked. ``key`` names the text that says why and what to do instead.

    ``shows`` is the action that brings up how things stand now, for the person to go on from there.
    """

    key: ClassVar[str]

    def __init__(self, shows: Action | None = None, **values: object) -> None:
        super().__init__(self.key)
        self.shows = shows
        self.values = values


class UnknownButton(Refusal):
    """A button this bot did not make, or one of a version of the bot that is long gone."""

    key = "error.unknown_button"


class OutOfDate(Refusal):
    """What the person was looking at has changed since; they are shown how it stands now."""

    key = "error.out_of_date"


class NotYours(Refusal):
    """Somebody's button, not this person's."""

    key = "error.not_yours"


class Gone(Refusal):
    """There is no such thing (any more)."""

    key = "error.gone"


class NotKnownHere(Refusal):
    """The sender is nobody the programme knows."""

    key = "error.not_known_here"


class NotOpenYet(Refusal):
    """There are no organisations or no facilitators yet, so nothing can be asked for."""

    key = "error.not_open_yet"


class SeatTaken(Refusal):
    """Somebody else accepted first."""

    key = "error.seat_taken"


class OfferOver(Refusal):
    """The offer is no longer open: answered, expired or withdrawn."""

    key = "error.offer_over"


class NoRoomInMonth(Refusal):
    """The facilitator's own number of sessions for that month is reached."""

    key = "error.no_room_in_month"


class Overlap(Refusal):
    """The facilitator already leads another session at that time."""

    key = "error.overlap"


class FacilitatorBusy(Refusal):
    """The requester's new moment does not fit the diary of a facilitator of the session."""

    key = "error.facilitator_busy"


class FacilitatorTooFar(Refusal):
    """A facilitator of the session cannot reach its new place in time."""

    key = "error.facilitator_too_far"


class TooLate(Refusal):
    """The session has begun or is over, so this cannot be changed any more."""

    key = "error.too_late"


class NotPlanned(Refusal):
    """The session is not on the calendar (any more)."""

    key = "error.not_planned"


class AlreadyWished(Refusal):
    """The other time that somebody proposes is one that the requester gave already."""

    key = "error.already_wished"


class NoRoom(Refusal):
    """The bot is in no room that this person invited it to."""

    key = "error.no_room"


class DraftGone(Refusal):
    """The conversation this answer belongs to has ended."""

    key = "error.draft_gone"


class NoEntrance(Refusal):
    """No channel that is served has an entrance for newcomers, so an invitation would lead nowhere."""

    key = "error.no_entrance"


class LinkedForGood(Refusal):
    """The account cannot be unlinked here: that was done, or its time is over."""

    key = "linking.apart.over"


class NobodyVouches(Refusal):
    """There is nobody else in the programme team who could vouch for the person to be invited."""

    key = "error.nobody_vouches"


class ReachedAlready(Refusal):
    """The person is in a channel already, and links others from there themselves."""

    key = "error.reached_already"


class LinkOver(Refusal):
    """The claim of a link code has expired, or its conditions do not hold any more."""

    key = "error.link_over"

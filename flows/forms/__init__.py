"""The forms the bot asks, one module a subject. A new one is a new module and a line in the table here."""

from collections.abc import Mapping

from flows.access.invitation_form import INVITE
from flows.access.link_form import CODE
from flows.engine.forms.conversation_form import Conversation
from flows.engine.views.refusals import UnknownButton
from flows.offers.other_time_form import OTHER_TIME
from flows.people.facilitator_forms import AWAY, MOST
from flows.practice_builders.choose_form import CHOOSE
from flows.requests.form import REQUEST
from flows.rescheduling.forms import GIVE_BACK, LINK, MOVE, PLACE, REPORT
from flows.series.rhythm_form import SERIES
from flows.series.team_channel_form import ROOM

CONVERSATIONS: Mapping[str, Conversation] = {
    conversation.name: conversation
    for conversation in (
        REQUEST,
        SERIES,
        OTHER_TIME,
        MOVE,
        PLACE,
        LINK,
        GIVE_BACK,
        REPORT,
        CHOOSE,
        AWAY,
        MOST,
        ROOM,
        INVITE,
        CODE,
    )
}


def named(name: str) -> Conversation:
    """The conversation called so. Raises UnknownButton for one there is not (any more)."""
    found = CONVERSATIONS.get(name)
    if found is None:
        raise UnknownButton
    return found

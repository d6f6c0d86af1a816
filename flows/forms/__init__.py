"""The forms the bot asks, one module a subject. A new one is a new module and a line in the table here."""

from collections.abc import Mapping

from flows.access.invitation_form import INVITE
from flows.access.link_form import CODE
from flows.errors import UnknownButton
from flows.forms.conversation import Conversation
from flows.forms.facilitator import AWAY, MOST
from flows.forms.offer import OTHER_TIME
from flows.forms.request import REQUEST
from flows.forms.room import ROOM
from flows.forms.series import SERIES
from flows.forms.session import GIVE_BACK, LINK, MOVE, PLACE, REPORT
from flows.forms.steering import CHOOSE

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

"""What another time, another place and a seat given back bring to the bot."""

from flows.engine.capability import Capability, Listener, Message, Verb
from flows.engine.contributions import ToDo
from flows.engine.events import PeopleMerged
from flows.engine.forms import conversation
from flows.rescheduling import giving_back, moving, to_do
from flows.rescheduling.forms import GIVE_BACK, LINK, MOVE, PLACE
from flows.sessions.session_news import MoveProposal
from storage.dialogues import requesters

CAPABILITY = Capability(
    name="rescheduling",
    verbs=(
        conversation.asking("session.move", "move"),
        conversation.asking("session.place", "place"),
        conversation.asking("session.link", "link"),
        conversation.asking("session.give", "give"),
        Verb("session.cancel", moving.ask_cancel, asks_first=True),
        Verb("session.drop", moving.drop),
        Verb("move.show", moving.show_asked, shows=True),
        Verb("move.take", moving.take_proposal),
        Verb("move.leave", moving.leave_proposal),
    ),
    forms=(MOVE, PLACE, LINK, GIVE_BACK),
    messages=(
        Message(MoveProposal, moving.proposal, requesters.of_session),
        Message(giving_back.GivenBack, giving_back.given_back, requesters.of_session),
    ),
    listeners=(Listener(PeopleMerged, giving_back.leave_own),),
    to_do=(ToDo(20, to_do.moves),),
)

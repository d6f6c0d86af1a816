"""What steering a search brings to the bot."""

from flows.engine.capability import Capability, Message, Verb
from flows.engine.forms import conversation
from flows.engine.views.action import Action
from flows.matching.escalation import Steer
from flows.practice_builders import steering
from flows.practice_builders.choose_form import CHOOSE

OPEN = Action("steer.open")

CAPABILITY = Capability(
    name="practice_builders",
    verbs=(
        conversation.asking("steer.choose", "choose"),
        Verb("steer.open", steering.open_requests, shows=True),
        Verb("steer.show", steering.show, shows=True),
        Verb("steer.again", steering.again),
        Verb("steer.moment", steering.ask_moment),
        Verb("steer.pass", steering.pass_on),
    ),
    forms=(CHOOSE,),
    messages=(Message(Steer, steering.card),),
    words={"open": OPEN},
)

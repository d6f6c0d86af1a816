"""What steering a search brings to the bot."""

from flows.engine.capability import Capability, Message, Verb
from flows.engine.contributions import HomeSection, MenuButton, Place
from flows.engine.forms import conversation
from flows.matching.escalation import Steer
from flows.people import permissions
from flows.practice_builders import home_section, steering
from flows.practice_builders.choose_form import CHOOSE
from flows.practice_builders.home_section import OPEN

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
    sections=(HomeSection(10, home_section.open_requests),),
    buttons=(
        MenuButton(50, "menu.open", OPEN, frozenset({Place.MENU}), concerns=lambda look: look.once(permissions.steers)),
    ),
)

"""What a person's own affairs bring to the bot: a facilitator's profile, and where somebody is reached."""

from flows.engine.capability import Capability, Command, Verb
from flows.engine.contributions import HomeSection, MenuButton, Place
from flows.engine.forms import conversation
from flows.engine.views.action import Action
from flows.people import contact_channels, facilitator_profile, permissions
from flows.people.facilitator_forms import AWAY, MOST

PROFILE, REACH = Action("profile"), Action("reach")
CHANNELS = frozenset({Place.ALWAYS, Place.FOOT})

CAPABILITY = Capability(
    name="people",
    verbs=(
        conversation.asking("profile.away", "away"),
        conversation.asking("profile.most", "most"),
        Verb("profile", lambda turn, _action: facilitator_profile.show(turn), shows=True),
        Verb("profile.pause", facilitator_profile.pause),
        Verb("away.drop", facilitator_profile.be_back),
        Verb("reach", lambda turn, _action: contact_channels.show(turn), shows=True),
        Verb("reach.prefer", contact_channels.prefer),
    ),
    forms=(AWAY, MOST),
    words={
        **dict.fromkeys(("profiel", "profile"), PROFILE),
        **dict.fromkeys(("bereik", "kanalen", "channels", "ontkoppel", "ontkoppelen", "unlink"), REACH),
    },
    commands=(Command("profile", PROFILE, 40, {"nl": "profiel", "en": "profile"}),),
    sections=(HomeSection(50, facilitator_profile.month),),
    buttons=(
        MenuButton(
            40, "menu.profile", PROFILE, frozenset({Place.MENU}), concerns=lambda look: look.once(permissions.leads)
        ),
        MenuButton(80, "reach.title", REACH, CHANNELS, concerns=contact_channels.has_several),
    ),
)

"""What the menu and the home page bring to the bot."""

from flows.engine.capability import Capability, Verb
from flows.engine.views.action import Action
from flows.home import menu

HELP = ("help", "hulp", "?")
"""The words that ask what there is to type."""

MENU, DUTCH, ENGLISH = Action("menu"), Action("language", arg="nl"), Action("language", arg="en")

CAPABILITY = Capability(
    name="home",
    verbs=(
        Verb("menu", lambda turn, _action: menu.menu(turn), shows=True),
        Verb("language", menu.speak),
        Verb("front.speak", menu.switch, quiet=True),
    ),
    words={
        **dict.fromkeys(("menu", "start", *HELP), MENU),
        **dict.fromkeys(("nl", "nederlands", "dutch"), DUTCH),
        **dict.fromkeys(("en", "engels", "english"), ENGLISH),
    },
)

"""What messages that must arrive bring to the bot: those that did not, and how long the others are kept."""

from datetime import timedelta

from flows.delivery import undelivered
from flows.engine.capability import Capability, Pruned, Verb
from flows.engine.contributions import HomeSection, MenuButton, Place
from flows.engine.views.action import Action
from storage.delivery import due, outbox

KEPT = timedelta(days=90)
"""How long what is over stays in the tables, for whoever wonders what was sent."""

CAPABILITY = Capability(
    name="delivery",
    verbs=(
        Verb("lost", lambda turn, _action: undelivered.show(turn), shows=True),
        Verb("lost.show", undelivered.show_one, shows=True),
        Verb("lost.again", undelivered.again),
        Verb("lost.aside", undelivered.put_aside),
    ),
    sections=(HomeSection(20, undelivered.section),),
    buttons=(
        MenuButton(60, "undelivered.title", Action("lost"), frozenset({Place.ALWAYS}), concerns=undelivered.concerns),
    ),
    pruned=(Pruned(outbox.prune, KEPT), Pruned(due.prune, KEPT)),
)

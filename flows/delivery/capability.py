"""What messages that must arrive bring to the bot: those that did not, and how long the others are kept."""

from datetime import timedelta

from flows.delivery import undelivered
from flows.engine.capability import Capability, Pruned, Verb
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
    pruned=(Pruned(outbox.prune, KEPT), Pruned(due.prune, KEPT)),
)

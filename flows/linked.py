"""The message that a code was used: said where it was shown, so that its owner hears of it whoever typed it.

Whoever types somebody's code is that person from then on. So it goes to the channels that the owner had before, and to
no other: there it might be read by who took the code. It names the new channel and nothing of the account there.
"""

from collections.abc import Collection

from flows import reaching
from flows.actions import Action
from flows.desk import Desk
from flows.notices import ONLY_IN, Note, tell
from flows.view import Button, View
from storage.models import Person

KIND = "linked"


def tell_owner(desk: Desk, person_id: int, before: Collection[str], new: Collection[str]) -> None:
    """Tell this person in each of the channels ``before`` that they are the same person in the ``new`` ones now."""
    for channel in sorted(before):
        note = Note(KIND, person_id, {ONLY_IN: channel, "new": sorted(new)})
        tell(desk, person_id, note, once=f"{channel}:{desk.now.isoformat()}")


def letter(desk: Desk, person: Person, note: Note) -> View:
    """What was linked, and what to do if that was somebody else."""
    t = desk.words_for(person)
    channel = t.listing(reaching.name(t, one) for one in note.args["new"])
    told = (t("linking.told", channel=channel), t("linking.told.not_you", email=desk.rules.programme_email))
    buttons = (Button(t("reach.title"), Action("reach")), Button(t("menu.title"), Action("menu")))
    return View("\n\n".join(told), title=t("linking.told.title"), buttons=buttons)

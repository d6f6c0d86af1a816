"""Taking an account and the person it was joined with apart again: by either side, or by who watches over roles.

What was the account's and still stands goes back to it, what came since stays with the account that did it, and a seat
that was given back because of the joining is not taken again.
"""

from flows.access import link_claims, link_notices
from flows.engine import schedule
from flows.engine.context import Context, Turn
from flows.engine.views.action import Action
from flows.engine.views.refusals import LinkedForGood, NotYours
from flows.engine.views.view import Button, Style, View
from flows.people import served_channels
from storage.models import JoinedAccount, Person
from storage.people import joined, merging, parting, people
from storage.people.profiles import UNREACHED


def ask(turn: Turn, action: Action) -> View:
    """What taking apart means, with the question whether to. Raises LinkedForGood and NotYours as ``part`` does."""
    one, t = _of(turn, action.id), turn.t
    name = turn.uow.get(Person, one.person_id).name
    mine = "linking.apart.ask.mine" if one.person_id == turn.me else "linking.apart.ask"
    asked = t(mine, channel=link_notices.channels(t, one.channels), name=one.name, person=name)
    going = parting.requests_going(turn.uow, one)
    text = "\n\n".join((asked, *([t("linking.apart.goes", n=going)] if going else [])))
    yes = Button(t("linking.apart.yes"), Action("link.part", one.id), Style.DANGER)
    return View(f"{text}\n\n{t('linking.apart.means')}", t("linking.apart.title.ask"), buttons=(yes, *_back(turn, one)))


def part(turn: Turn, action: Action) -> View:
    """Take them apart. Raises LinkedForGood where that was done or its time is over, NotYours for somebody else's."""
    one = _held(turn, _of(turn, action.id))
    link_claims.end_all(turn.context, one.person_id)
    for parted in parting.part(turn.uow, one, turn.now):
        if parted.account_id is not None:
            _readdress(turn.context, parted.joined.person_id, parted.account_id)
        link_notices.tell_apart(turn.context, parted.joined, parted.account_id)
        _see_who_waits(turn.context, parted.joined.person_id)
    # Who did this may be either of the two from now on, so it shows nothing of what is theirs.
    said = turn.t("linking.apart.done", channel=link_notices.channels(turn.t, one.channels))
    return View(said, turn.t("linking.apart.title"), buttons=(Button(turn.t("menu.title"), Action("menu")),))


def _see_who_waits(context: Context, person_id: int) -> None:
    """Plan to pass over the person's open offers where no channel reaches them without the account."""
    person = context.uow.get(Person, person_id)
    found = person.email is not None and served_channels.finds_people(context.uow)
    if not people.addresses(context.uow, person_id) and not found:
        schedule.plan(context, UNREACHED, person_id, context.now, once=context.now.isoformat())


def _of(turn: Turn, joined_id: int) -> JoinedAccount:
    one = turn.uow.find(JoinedAccount, joined_id)
    if one is None or one.until <= turn.now:
        raise LinkedForGood(Action("reach"), email=turn.context.rules.programme_email)
    if one.person_id != turn.me and not link_notices.watches(turn, one):
        raise NotYours
    return one


def _held(turn: Turn, one: JoinedAccount) -> JoinedAccount:
    """The joining, with its person, held until the transaction ends: the person first, as whoever joins holds them."""
    person_id = one.person_id
    merging.hold(turn.uow, person_id)
    held = joined.hold(turn.uow, one.id, turn.now)
    if held is None or held.person_id != person_id:
        raise LinkedForGood(Action("reach"), email=turn.context.rules.programme_email)
    return held


def _back(turn: Turn, one: JoinedAccount) -> tuple[Button, ...]:
    t = turn.t
    reach = (Button(t("reach.title"), Action("reach")),) if one.person_id == turn.me else ()
    return (*reach, Button(t("menu.title"), Action("menu")))


def _readdress(context: Context, before: int, after: int) -> None:
    """What did not arrive yet about what went to the account goes to it, and is never told to the other."""
    unread = parting.unread(context.uow, before)
    theirs = [letter_id for letter_id, kind, subject in unread if _is_for(context, kind, subject, after)]
    parting.readdress(context.uow, theirs, before, after)


def _is_for(context: Context, kind: str, subject: int, person_id: int) -> bool:
    """Whether a message of this kind about this goes to this person, as the one who asked for a dialogue."""
    message = context.capabilities.messages.get(kind)
    requester = message.requester if message is not None else None
    return requester is not None and requester(context.uow, subject) == person_id

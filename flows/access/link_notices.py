"""What people read once an account is joined with a person, or is taken apart from one again.

Both sides hear of it in each of their channels, whoever did it, and the programme team where a role is concerned.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flows.engine import schedule
from flows.engine.context import Context, Turn
from flows.engine.language.texts import Translator
from flows.engine.notifications import Notification, tell
from flows.engine.schedule import DueNote
from flows.engine.views.action import Action
from flows.engine.views.view import Button, Style, View
from flows.people import contact_channels
from storage.models import JoinCause, JoinedAccount, Organisation, Person
from storage.people import merging, people
from storage.programme import catalogue

ACCOUNT, OWNER, WATCHED, INVITED = "account", "owner", "watched", "invited"
"""Who reads that the two are apart again: the account, the person it was joined with, or who watches over roles.

Those read otherwise where an invitation was used, for its person is still awaited then.
"""

RULE = "link_watch"
DAILY, LAST = timedelta(days=1), timedelta(hours=1)
"""How often it is looked whether a role came since, and how long before the seven days are over for the last time."""


@dataclass(frozen=True)
class Linked(Notification, kind="linked"):
    """An account is this person's now."""


@dataclass(frozen=True)
class LinkedWatch(Notification, kind="linked_watch"):
    """To who watches over roles: the programme team, and for an invitation its organisation's builders."""


@dataclass(frozen=True)
class Apart(Notification, kind="apart"):
    """An account and a person are apart again: ``side`` is who reads so, ``channels`` are those of the account."""

    side: str
    channels: tuple[str, ...]


def tell_joined(context: Context, joined: JoinedAccount, slot: str) -> None:
    """Tell this person in each of their channels, and who watches. ``slot`` is where a question about it stands."""
    for channel in contact_channels.channels(context.uow, joined.person_id):
        tell(context, joined.person_id, Linked(joined.id, slot=slot, only_in=channel), once=channel)
    tell_watch(context, joined)


def tell_watch(context: Context, joined: JoinedAccount) -> None:
    """Tell who watches over roles in each of their channels, where one is concerned: there is a time to undo it in.

    Where none is, it is looked after daily whether the person got one since.
    """
    watchers = watching(context, joined)
    later = min(context.now + DAILY, joined.until - LAST)
    if not watchers and later > context.now:
        schedule.plan(context, RULE, joined.id, later, until=joined.until, once=context.now.isoformat())
    for person_id in watchers:
        for channel in contact_channels.channels(context.uow, person_id):
            told = LinkedWatch(joined.id, slot=_watch_slot(joined), only_in=channel)
            tell(context, person_id, told, once=f"joined:{channel}")


def watch(context: Context, due: Sequence[DueNote]) -> None:
    """Tell who watches over roles of the accounts whose person got a role since they were joined."""
    for note in due:
        joined = context.uow.find(JoinedAccount, note.subject_id)
        if joined is not None and joined.until > context.now:
            tell_watch(context, joined)


def tell_apart(context: Context, joined: JoinedAccount, account_id: int | None) -> None:
    """Tell both sides, each in all of its channels, and who watches, that the two are apart. ``joined`` is over."""
    sides = [(joined.person_id, OWNER), *([(account_id, ACCOUNT)] if account_id is not None else [])]
    once = f"{joined.id}"
    for person_id, side in sides:
        for channel in contact_channels.channels(context.uow, person_id):
            told = Apart(joined.person_id, side, tuple(joined.channels), only_in=channel)
            tell(context, person_id, told, once=f"{once}:{channel}")
    for person_id in watching(context, joined):
        invited = joined.cause is JoinCause.INVITATION and account_id is None
        side = INVITED if invited else WATCHED
        for channel in contact_channels.channels(context.uow, person_id):
            told = Apart(joined.person_id, side, tuple(joined.channels), slot=_watch_slot(joined), only_in=channel)
            tell(context, person_id, told, once=f"{once}:{channel}")


def watching(context: Context, joined: JoinedAccount) -> list[int]:
    """Who watches over this joining: nobody where no role is concerned, and the person is still there."""
    person = context.uow.get(Person, joined.person_id)
    if not (joined.watched or merging.has_role(context.uow, person) or not person.active):
        return []
    team = people.programme_team(context.uow)
    return sorted({*team, *_builders(context, joined)} - {joined.person_id})


def watches(turn: Turn, joined: JoinedAccount) -> bool:
    """Whether the person whose turn it is watches over this joining."""
    return turn.person.active and turn.me in watching(turn.context, joined)


def _builders(context: Context, joined: JoinedAccount) -> list[int]:
    """The practice builders of the organisation, where an invitation was used, as far as they are active."""
    person = context.uow.get(Person, joined.person_id)
    if joined.cause is not JoinCause.INVITATION or person.unit_id is None:
        return []
    if person.programme_team or people.built_organisations(context.uow, person.id):
        # Above them or beside them: a builder could not have proposed them either.
        return []
    return people.builders_of(context.uow, _above(context, person.unit_id))


def _above(context: Context, unit_id: int) -> list[int]:
    return catalogue.path_ids(context.uow.get(Organisation, unit_id).path)


def letter(context: Context, person: Person, told: Linked) -> View | None:
    """Who the account is of now, what came of it, and the way to take them apart; nothing once that was done."""
    joined = _still(context, told.subject_id)
    if joined is None or joined.person_id != person.id:
        return None
    return done(Turn(context, person), joined)


def done(turn: Turn, joined: JoinedAccount) -> View:
    """Where this person is reached now that the account is theirs, and what to do where it should not be."""
    t = turn.t
    told = t("linking.done", channel=channels(t, joined.channels), name=joined.name, person=turn.person.name)
    mind = t("linking.not_you", until=t.moment(joined.until), email=turn.context.rules.programme_email)
    facts, where = contact_channels.show(turn).facts, Button(t("reach.title"), Action("reach"))
    buttons = (where, contact_channels.apart_button(t, joined), _menu(t))
    return View(f"{told}\n\n{mind}", t("linking.done.title"), facts, buttons, language=t.language)


def watch_letter(context: Context, person: Person, told: LinkedWatch) -> View | None:
    """The message to who watches over roles: who is where now, and the button that undoes it."""
    joined = _still(context, told.subject_id)
    if joined is None or not watches(Turn(context, person), joined):
        return None
    t, whose = context.words_for(person), context.uow.get(Person, joined.person_id)
    values = {"person": whose.name, "name": joined.name, "channel": channels(t, joined.channels)}
    text = t(f"linking.watch.{joined.cause}", until=t.moment(joined.until), **values)
    undo = Button(t("linking.watch.undo"), Action("link.apart", joined.id), Style.DANGER)
    return View(text, title=t("linking.watch.title"), buttons=(undo, _menu(t)))


def apart_letter(context: Context, person: Person, told: Apart) -> View | None:
    """The message to either side, and to who watches, that the account and the person are apart again."""
    t = context.words_for(person)
    whose = context.uow.find(Person, told.subject_id)
    if whose is None:
        return None
    name = whose.name
    text = t(f"linking.apart.{told.side}", channel=channels(t, told.channels), person=name)
    return View(text, title=t("linking.apart.title"), buttons=(_menu(t),))


def channels(t: Translator, names: Iterable[str]) -> str:
    """What people call these channels, in one phrase."""
    return t.listing(contact_channels.name(t, one) for one in names)


def _still(context: Context, joined_id: int) -> JoinedAccount | None:
    joined = context.uow.find(JoinedAccount, joined_id)
    return joined if joined is not None and joined.until > context.now else None


def _watch_slot(joined: JoinedAccount) -> str:
    return f"joined:{joined.id}"


def _menu(t: Translator) -> Button:
    return Button(t("menu.title"), Action("menu"))

"""In which channels a person is reached, and in which of them first."""

from collections.abc import Mapping

from flows.engine.context import Turn
from flows.engine.contributions import Look
from flows.engine.language.texts import Translator
from flows.engine.views.action import Action
from flows.engine.views.refusals import Gone, NotYours
from flows.engine.views.view import Button, Style, View
from flows.people import permissions, served_channels
from storage.database.unit_of_work import UnitOfWork
from storage.models import Address, JoinedAccount
from storage.people import joined, people


def show(turn: Turn) -> View:
    """Where this person is reached, with a button for each place that could be the first, and one to link another."""
    t, rows = turn.t, people.addresses(turn.uow, turn.me)
    accounts = joined.of(turn.uow, turn.me, turn.now)
    known = tuple((name(t, row.channel), _how(t, row)) for row in rows)
    lately = tuple(
        (t("linking.linked"), t("linking.lately", channel=_channels(t, one), name=one.name, until=t.short(one.until)))
        for one in accounts
    )
    prefer = (
        Button(t("reach.prefer", name=name(t, row.channel)), Action("reach.prefer", row.id))
        for row in rows
        if not row.preferred
    )
    menu = Button(t("menu.title"), Action("menu"))
    missing = {*served_channels.served(turn.uow)} - {row.channel for row in rows}
    link = links(t) if served_channels.several(turn.uow) and missing else ()
    apart = (apart_button(t, one) for one in accounts)
    # What is half written stays apart as long as an account can be taken apart.
    text = t("reach.text.lately" if accounts else "reach.text")
    return View(text, t("reach.title"), (*known, *lately), (*prefer, *link, *apart, menu))


def apart_button(t: Translator, account: JoinedAccount) -> Button:
    """The button that asks whether to take an account apart from the person it was joined with."""
    label = t("linking.take_apart", channel=_channels(t, account))
    return Button(label, Action("link.apart", account.id), Style.DANGER)


def _channels(t: Translator, account: JoinedAccount) -> str:
    return t.listing(name(t, one) for one in account.channels)


def prefer(turn: Turn, action: Action) -> View:
    """Reach this person there first. Raises Gone for a place that is gone, NotYours for somebody else's."""
    chosen = turn.uow.find(Address, action.id)
    if chosen is None:
        raise Gone(Action("reach"))
    if chosen.person_id != turn.me:
        raise NotYours
    put_first(turn.uow, turn.me, chosen.id)
    return show(turn)


def channels(uow: UnitOfWork, person_id: int) -> list[str]:
    """The channels in which this person is reached, of those that are served; of all where none of theirs is."""
    all_of_them = sorted({row.channel for row in people.addresses(uow, person_id)})
    served = served_channels.served(uow)
    return [one for one in all_of_them if one in served] or all_of_them


def put_first(uow: UnitOfWork, person_id: int, address_id: int) -> None:
    """Make this address of the person the one where messages come first."""
    for row in people.addresses(uow, person_id):
        row.preferred = row.id == address_id
    uow.flush()


def links(t: Translator) -> tuple[Button, ...]:
    """The ways to make another channel this person's too: a code for there, or the code from there."""
    return Button(t("linking.title"), Action("link")), Button(t("linking.have"), Action("link.type"))


def has_several(look: Look) -> bool:
    """Whether there is more than one channel to be reached in."""
    return len(look.once(_served)) > 1


def may_invite(look: Look) -> bool:
    """Whether this person may invite others, and there is a channel to come into by an invitation."""
    return any(look.once(_served).values()) and look.once(permissions.steers)


def _served(turn: Turn) -> Mapping[str, str]:
    return served_channels.served(turn.uow)


def fallen_back(t: Translator, view: View, preferred: str, *, shut: bool) -> View:
    """The message, saying that it comes here because the channel the person prefers did not take it.

    ``shut``: nothing reaches them there, which they can undo themselves where they blocked the bot.
    """
    key = "reach.fallen_back.shut" if shut else "reach.fallen_back"
    return view.noting(t(key, channel=name(t, preferred)))


def name(t: Translator, channel: str) -> str:
    """What people call a channel."""
    return t(f"channel.{channel}") if t.has(f"channel.{channel}") else channel


def _how(t: Translator, row: Address) -> str:
    return t("reach.shut" if not row.reachable else "reach.first" if row.preferred else "reach.else")

"""Two channels, one person: a code shown in one and typed in the other makes them the same from then on.

The code is worth something for ten minutes, once, and until it was mistyped five times; whoever mistypes five codes in
ten minutes waits that long as well. Why a code is refused is never told: nobody learns whether there is such a code.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from flows import entrances, giving_back, linked, reaching, searches
from flows.actions import Action
from flows.desk import Desk, Turn
from flows.form import Answers
from flows.stamps import as_link
from flows.view import Button, View
from storage import asked, links, merging, notes, people
from storage.models import LinkCode, Offer, OfferState, Person, Request, Search
from storage.profiles import Profile

SPAN = timedelta(minutes=10)
TRIES = 5
LENGTH, NAME = 8, 4
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Of which a code is made: no letter that can be read as a number. There are 10^12 codes of eight."""
PREFIX = "link_"
"""How the token of a link begins that carries such a code."""


def offer(turn: Turn) -> View:
    """A new code for this person, in the place of an earlier one, and what to do with it."""
    if not entrances.several(turn.uow):
        return View(turn.t("linking.nowhere"), title=turn.t("linking.title"))
    t, mine, served = turn.t, _channels(turn.desk, turn.me), entrances.served(turn.uow)
    elsewhere = [one for one in served if one not in mine]
    if not elsewhere:
        return View(
            t("linking.everywhere", channels=t.listing(reaching.name(t, one) for one in served)),
            title=t("linking.title"),
        )
    code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    until = turn.now + SPAN
    links.offer(turn.uow, LinkCode(person_id=turn.me, name=code[:NAME], code_hash=_hash(code), expires_at=until))
    shown = f"{code[:NAME]}-{code[NAME:]}"
    # Where they are already, the link would make somebody else of that channel the same as them, and help nobody.
    link = entrances.link(turn.uow, f"{PREFIX}{code}", mine)
    channel = t.listing(reaching.name(t, one) for one in elsewhere)
    said = [
        t("linking.offer", code=shown, channel=channel),
        *([t("linking.or_open", link=as_link(link))] if link else []),
        t("linking.mind"),
    ]
    facts = ((t("linking.code"), shown), (t("linking.until"), t.time(until)))
    return View("\n\n".join(said), title=t("linking.title"), facts=facts, buttons=_ways(turn))


def take(turn: Turn, code: str) -> View:
    """Make the person whose turn it is and the one whose code this is one person, and show where they are reached."""
    owner = _owner(turn.desk, f"person:{turn.me}", code)
    if isinstance(owner, str):
        return View(turn.t(owner), title=turn.t("linking.title"), buttons=_ways(turn))
    mine, theirs = (_channels(turn.desk, who) for who in (turn.me, owner))
    why = "linking.own" if owner == turn.me else "linking.same_channel" if mine & theirs else None
    if why is None and not can_join(turn.desk, turn.me, owner):
        why = "linking.two_roles"
    if why is None and not links.use(turn.uow, owner):
        why = "linking.wrong"
    if why is not None:
        return View(turn.t(why), title=turn.t("linking.title"), buttons=_ways(turn))
    first = _first(turn.desk, owner)
    one = join(turn.desk, turn.me, owner)
    assert one is not None  # that they can be was asked before the code was spent
    reaching.put_first(turn.uow, one.id, first)
    linked.tell_owner(turn.desk, one.id, theirs, mine)
    return _linked(Turn(turn.desk, one))


def answered(turn: Turn, _subject: int, answers: Answers) -> View:
    """The same for a code that was asked for."""
    return take(turn, str(answers["code"]))


def objection(turn: Turn, answers: Answers) -> str:
    """What to say to a code that is nobody's, which is counted; empty for any other, and for who has to wait."""
    owner = _owner(turn.desk, f"person:{turn.me}", str(answers["code"]))
    return turn.t(owner) if owner == "linking.wrong" else ""


def enter(desk: Desk, channel: str, address: str, profile: Profile, code: str) -> View:
    """Let a stranger in as the person whose code this is. A wrong code leaves a trace of nobody."""
    t = desk.texts.into(profile.language)
    owner = _owner(desk, _nameless(desk, channel, address), code)
    if isinstance(owner, str):
        return View(t(owner), title=t("linking.title"), language=t.language)
    person, before, first = desk.uow.get(Person, owner), _channels(desk, owner), _first(desk, owner)
    # Two accounts in one channel are two people, of whom one passed the link on.
    why = "linking.same_channel" if channel in before else None if links.use(desk.uow, owner) else "linking.wrong"
    if why is not None:
        return View(t(why), title=t("linking.title"), language=t.language)
    if people.keep_address(desk.uow, person.id, channel, address) is None:
        # Somebody who left the programme still has this address: they do not come in again by this way.
        return View(t("linking.wrong"), title=t("linking.title"), language=t.language)
    reaching.put_first(desk.uow, person.id, first)
    linked.tell_owner(desk, person.id, before, {channel})
    return _linked(Turn(desk, person))


def join(desk: Desk, one: int, other: int) -> Person | None:
    """Make two people one, and give who they are now; None, and nothing is changed, where both have a role.

    What was asked of them for their own request is not asked of them any more, and what they were to lead of it is
    led by somebody else.
    """
    ordered = _order(desk, one, other)
    if ordered is None:
        return None
    stays, goes = ordered
    merging.merge(desk.uow, stays, goes)
    _withdraw_own(desk, stays.id)
    giving_back.leave_own(desk, stays.id)
    return stays


def can_join(desk: Desk, one: int, other: int) -> bool:
    """Whether these two can be made one until the transaction ends: not where both have a role."""
    return _order(desk, one, other) is not None


def _order(desk: Desk, one: int, other: int) -> tuple[Person, Person] | None:
    held = merging.hold(desk.uow, one, other)
    return merging.order(desk.uow, *held) if len(held) == 2 else None


def _withdraw_own(desk: Desk, person_id: int) -> None:
    for offer_id, request_id, requester in asked.offers_to(desk.uow, person_id, OfferState.OPEN, OfferState.PROPOSED):
        if requester == person_id:
            desk.uow.lock(Request, request_id)
            made = desk.uow.get(Offer, offer_id)
            searches.withdraw(desk, made, OfferState.WITHDRAWN)
            searches.carry_on(desk, desk.uow.get(Search, made.search_id))


def _first(desk: Desk, owner: int) -> int:
    """The address where messages come first to whose code it is: there they stay first, whatever is linked to it."""
    return people.addresses(desk.uow, owner)[0].id


def _channels(desk: Desk, person_id: int) -> set[str]:
    return {row.channel for row in people.addresses(desk.uow, person_id)}


def _owner(desk: Desk, who: str, code: str) -> int | str:
    """Whose code this is; the key of what to say where it is nobody's, which is counted."""
    meant = "".join(sign for sign in code.upper() if sign.isalnum())
    if links.failures(desk.uow, who, desk.now, SPAN) >= TRIES:
        return "linking.too_often"
    owner = links.find(desk.uow, meant[:NAME], _hash(meant), desk.now, TRIES)
    if owner is not None and desk.uow.get(Person, owner).active:
        return owner
    links.failed(desk.uow, who, desk.now, SPAN)
    return "linking.wrong"


def _linked(turn: Turn) -> View:
    view = reaching.show(turn).noting(turn.t("linking.done"))
    return view.speaking(turn.t.language)


def _ways(turn: Turn) -> tuple[Button, ...]:
    return (*reaching.links(turn.t), Button(turn.t("menu.title"), Action("menu")))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _nameless(desk: Desk, channel: str, address: str) -> str:
    """What a stranger's mistakes are counted under for ten minutes: without the key, it tells nobody who they are."""
    key = notes.noted(desk.uow, "strangers_key")
    if key is None:
        key = secrets.token_hex(32)
        notes.note(desk.uow, "strangers_key", key)
    return hmac.new(key.encode(), f"{channel}:{address}".encode(), hashlib.sha256).hexdigest()

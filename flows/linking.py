"""Two channels, one person: a code shown in one and typed in the other makes them the same from then on.

The code is worth something for ten minutes, once, and until it was mistyped five times; whoever mistypes five codes in
ten minutes waits that long as well. Why a code is refused is never told: nobody learns whether there is such a code.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from flows import entrances, reaching, searches
from flows.actions import Action
from flows.desk import Desk, Turn
from flows.form import Answers
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
    t, code = turn.t, "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    until = turn.now + SPAN
    links.offer(turn.uow, LinkCode(person_id=turn.me, name=code[:NAME], code_hash=_hash(code), expires_at=until))
    shown = f"{code[:NAME]}-{code[NAME:]}"
    link = entrances.link(turn.uow, f"{PREFIX}{code}")
    said = [t("linking.offer", code=shown), *([t("linking.or_open", link=link)] if link else []), t("linking.mind")]
    facts = ((t("linking.code"), shown), (t("linking.until"), t.time(until)))
    return View("\n\n".join(said), title=t("linking.title"), facts=facts, buttons=_ways(turn))


def take(turn: Turn, code: str) -> View:
    """Make the person whose turn it is and the one whose code this is one person, and show where they are reached."""
    owner = _owner(turn.desk, f"person:{turn.me}", code)
    if isinstance(owner, str):
        return View(turn.t(owner), title=turn.t("linking.title"), buttons=_ways(turn))
    why = _obstacle(turn, owner)
    if why is None and not links.use(turn.uow, owner):
        why = "linking.wrong"
    if why is not None:
        return View(turn.t(why), title=turn.t("linking.title"), buttons=_ways(turn))
    one = join(turn.desk, turn.me, owner)
    if one is None:
        return View(turn.t("linking.two_roles"), title=turn.t("linking.title"), buttons=_ways(turn))
    return _linked(Turn(turn.desk, one))


def answered(turn: Turn, _subject: int, answers: Answers) -> View:
    """The same for a code that was asked for."""
    return take(turn, str(answers["code"]))


def enter(desk: Desk, channel: str, address: str, profile: Profile, code: str) -> View:
    """Let a stranger in as the person whose code this is. A wrong code leaves a trace of nobody."""
    t = desk.texts.into(profile.language)
    owner = _owner(desk, _nameless(desk, channel, address), code)
    if isinstance(owner, str) or not links.use(desk.uow, owner):
        return View(
            t(owner if isinstance(owner, str) else "linking.wrong"), title=t("linking.title"), language=t.language
        )
    person = desk.uow.get(Person, owner)
    if people.keep_address(desk.uow, person.id, channel, address) is None:
        # Somebody who left the programme still has this address: they do not come in again by this way.
        return View(t("linking.wrong"), title=t("linking.title"), language=t.language)
    return _linked(Turn(desk, person))


def join(desk: Desk, one: int, other: int) -> Person | None:
    """Make two people one, and give who they are now; None, and nothing is changed, where both have a role.

    What was asked of them for their own request is not asked of them any more.
    """
    held = merging.hold(desk.uow, one, other)
    ordered = merging.order(desk.uow, *held) if len(held) == 2 else None
    if ordered is None:
        return None
    stays, goes = ordered
    merging.merge(desk.uow, stays, goes)
    _withdraw_own(desk, stays.id)
    return stays


def _withdraw_own(desk: Desk, person_id: int) -> None:
    for offer_id, request_id, requester in asked.offers_to(desk.uow, person_id, OfferState.OPEN, OfferState.PROPOSED):
        if requester == person_id:
            desk.uow.lock(Request, request_id)
            made = desk.uow.get(Offer, offer_id)
            searches.withdraw(desk, made, OfferState.WITHDRAWN)
            searches.carry_on(desk, desk.uow.get(Search, made.search_id))


def _obstacle(turn: Turn, owner: int) -> str | None:
    """Why the right code does not help here, as the key of a text; None where it does."""
    if owner == turn.me:
        return "linking.own"
    mine, theirs = ({row.channel for row in people.addresses(turn.uow, who)} for who in (turn.me, owner))
    return "linking.same_channel" if mine & theirs else None


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

"""Two channels, one person: a code shown in one and used in the other, and confirmed on both sides.

The code is worth something for ten minutes, once, and until it was mistyped five times; whoever mistypes five codes in
ten minutes waits that long as well. Why a code is refused is never told: nobody learns whether there is such a code.
Who uses one is shown whose it is and what joining means, and says that they are that person. Then the side that
showed it is asked (``flows.access.link_claims``). Until both said yes nothing is joined.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from flows.access import joining, link_claims
from flows.engine.context import Context, Turn
from flows.engine.forms.choices import Choices
from flows.engine.forms.conversation_form import ConversationForm
from flows.engine.forms.definition import Answers, Field, Form, Kind, Page
from flows.engine.language.markup import as_link
from flows.engine.language.texts import Translator
from flows.engine.views.action import Action
from flows.engine.views.view import Button, View
from flows.people import contact_channels, served_channels
from storage.database import key_values
from storage.models import LinkClaim, LinkCode, Person
from storage.people import joined, link_codes, names, people, profiles
from storage.people.profiles import Profile

SPAN = timedelta(minutes=10)
TRIES = 5
LENGTH, NAME = 8, 4
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""The signs of a code: no letter that can be read as a number. There are 10^12 codes of eight."""
PREFIX = "link_"
"""How the token of a link begins that carries such a code."""


def offer(turn: Turn) -> View:
    """A new code for this person, in the place of an earlier one, and what to do with it."""
    if not served_channels.several(turn.uow):
        return View(turn.t("linking.nowhere"), title=turn.t("linking.title"))
    t, mine, served = turn.t, _channels(turn.context, turn.me), served_channels.served(turn.uow)
    elsewhere = [one for one in served if one not in mine]
    if not elsewhere:
        return View(
            t("linking.everywhere", channels=t.listing(contact_channels.name(t, one) for one in served)),
            title=t("linking.title"),
        )
    if joining.is_open(turn.context, turn.me):
        return not_yet(turn)
    waiting = link_codes.claim_of(turn.uow, turn.me)
    if waiting is not None:
        link_claims.end(turn.context, waiting, link_claims.REPLACED)
    code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    until = turn.now + SPAN
    link_codes.offer(turn.uow, LinkCode(person_id=turn.me, name=code[:NAME], code_hash=_hash(code), expires_at=until))
    shown = f"{code[:NAME]}-{code[NAME:]}"
    # Where they are already, the link would make somebody else of that channel the same as them, and help nobody.
    link = served_channels.link(turn.uow, f"{PREFIX}{code}", mine)
    channel = t.listing(contact_channels.name(t, one) for one in elsewhere)
    said = [
        t("linking.offer", code=shown, channel=channel),
        *([t("linking.or_open", link=as_link(link))] if link else []),
        t("linking.mind"),
    ]
    facts = ((t("linking.code"), shown), (t("linking.until"), t.time(until)))
    buttons = (Button(t("linking.new"), Action("link")), Button(t("menu.title"), Action("menu")))
    return View("\n\n".join(said), title=t("linking.title"), facts=facts, buttons=buttons)


def take(turn: Turn, code: str) -> View:
    """Whose code this is and what joining means, with the question whether they are that person. Joins nothing."""
    found = _joinable(turn, code)
    if isinstance(found, str):
        return _refused(turn, found)
    return _are_you(turn.context, turn.t, found.person_id, code, "linking.ask")


def claim(turn: Turn, code: str) -> View:
    """The person whose turn it is says that this code is theirs: now the side that showed it is asked."""
    found = _joinable(turn, code)
    if isinstance(found, str):
        return _refused(turn, found)
    here = people.addresses(turn.uow, turn.me)[0]
    wanted = LinkClaim(
        owner_id=found.person_id,
        claimant_id=turn.me,
        channel=here.channel,
        address=here.address,
        name=turn.person.name,
        expires_at=found.expires_at,
    )
    asked = _ask(turn.context, turn.t, wanted)
    return asked or _refused(turn, "linking.wrong")


def answered(turn: Turn, _subject: int, answers: Answers) -> View:
    """The same as ``take`` for a code that was asked for."""
    return take(turn, str(answers["code"]))


def objection(turn: Turn, answers: Answers) -> str:
    """What to say to a code that is nobody's, which is counted; empty for any other, and for who has to wait."""
    owner = _owner(turn.context, f"person:{turn.me}", str(answers["code"]))
    return turn.t(owner) if owner == "linking.wrong" else ""


CODE = ConversationForm(
    name="code",
    form=lambda _turn, _subject: Form("code", 1, (Page("code", (Field("code", Kind.TEXT, high=100),)),)),
    options=lambda _turn, _subject: Choices({}),
    guard=lambda _turn, _subject: None,
    finish=answered,
    objection=objection,
)
"""Typing the code that another channel showed. Anybody may."""


def not_me(turn: Turn) -> View:
    """The answer to who is not whose code it is: nothing happened, and they stay who they are."""
    return View(turn.t("linking.not_me.said"), title=turn.t("linking.title"), buttons=_ways(turn))


def stay_out(t: Translator) -> View:
    """The same for somebody whom the programme does not know."""
    return View(t("linking.not_me.said"), title=t("linking.title"), language=t.language)


def enter(context: Context, channel: str, address: str, profile: Profile, code: str, *, sure: bool = False) -> View:
    """What a stranger gets to see who brings a code: whose it is, and once they are ``sure`` to be that, what is next.

    Until they say so nothing is kept of them; then their address and name, until the other side has answered or the
    code is over. A wrong code leaves a trace of nobody.
    """
    t = context.texts.into(profile.language)
    found = _owner(context, _nameless(context, channel, address), code)
    why = found if isinstance(found, str) else _stranger_objection(context, channel, address, found.person_id)
    if why is not None:
        return View(t(why), title=t("linking.title"), language=t.language)
    assert isinstance(found, LinkCode)
    if not sure:
        return _are_you(context, t, found.person_id, code, "linking.ask.stranger").speaking(t.language)
    wanted = LinkClaim(
        owner_id=found.person_id,
        channel=channel,
        address=address,
        name=names.cleaned(profile.name) or address,
        language=profile.language,
        expires_at=found.expires_at,
    )
    asked = _ask(context, t, wanted)
    return (asked or View(t("linking.wrong"), title=t("linking.title"))).speaking(t.language)


def _stranger_objection(context: Context, channel: str, address: str, owner: int) -> str | None:
    if channel in _channels(context, owner):
        # Two accounts in one channel are two people, of whom one passed the link on.
        return "linking.same_channel"
    if joining.is_open(context, owner):
        return "linking.wrong"
    # Somebody who left the programme still has this address: they do not come in again by this way.
    return "linking.wrong" if profiles.is_known(context.uow, channel, address) else None


def _are_you(context: Context, t: Translator, owner: int, code: str, key: str) -> View:
    """The question whether they are whose code it is, with all that joining means. The buttons carry the code."""
    name = context.uow.get(Person, owner).name
    there = t.listing(contact_channels.name(t, one) for one in contact_channels.channels(context.uow, owner))
    leads = people.facilitator(context.uow, owner) is not None
    means = (t("linking.means", name=name), *([t("linking.means.seat")] if leads else []))
    text = "\n\n".join((t(key, name=name, channel=there), *means))
    yes = Button(t("linking.me"), Action("link.sure", arg=_meant(code)))
    return View(text, title=t("linking.title"), buttons=(yes, Button(t("linking.not_me"), Action("link.not"))))


def _ask(context: Context, t: Translator, wanted: LinkClaim) -> View | None:
    """Ask the side that showed the code, and say so; None where somebody else used it a moment earlier."""
    if not link_codes.claim(context.uow, wanted):
        return None
    link_claims.ask(context, wanted)
    there = t.listing(contact_channels.name(t, one) for one in contact_channels.channels(context.uow, wanted.owner_id))
    until = t.time(wanted.expires_at)
    return View(t("linking.waits", channel=there, until=until), title=t("linking.title"))


def not_yet(turn: Turn) -> View:
    """The answer to who links once more while an account can still be taken apart from them: from when they can."""
    return _refused(turn, "linking.wait")


def _refused(turn: Turn, why: str) -> View:
    # Where it is the other one's account that can be taken apart, it can for a week at the most.
    until = max((one.until for one in joined.of(turn.uow, turn.me, turn.now)), default=turn.now + joined.SPAN)
    text = turn.t(why, email=turn.context.rules.programme_email, until=turn.t.moment(until))
    return View(text, title=turn.t("linking.title"), buttons=_ways(turn, why))


def _channels(context: Context, person_id: int) -> list[str]:
    return sorted({row.channel for row in people.addresses(context.uow, person_id)})


def _joinable(turn: Turn, code: str) -> LinkCode | str:
    """The code, where its owner and this person may be joined; else the key of why not."""
    found = _owner(turn.context, f"person:{turn.me}", code)
    return found if isinstance(found, str) else joining.objection(turn.context, turn.me, found.person_id) or found


def _owner(context: Context, who: str, code: str) -> LinkCode | str:
    """The code that this is; the key of what to say where it is nobody's, which is counted unless it only is over."""
    meant = _meant(code)
    if link_codes.failures(context.uow, who, context.now, SPAN) >= TRIES:
        return "linking.too_often"
    found = link_codes.find(context.uow, meant[:NAME], _hash(meant), context.now, TRIES)
    if found is not None and context.uow.get(Person, found.person_id).active:
        return found
    if not link_codes.is_over(context.uow, meant[:NAME], _hash(meant), context.now):
        link_codes.failed(context.uow, who, context.now, SPAN)
    return "linking.wrong"


def _meant(code: str) -> str:
    """The signs of a code, however they are written; no more of them than a button can carry."""
    return "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())[: 2 * LENGTH]


def _ways(turn: Turn, why: str = "") -> tuple[Button, ...]:
    """How to go on: to try the code again where it was wrong; for who is to show one, the way to that alone."""
    show, have = contact_channels.links(turn.t)
    ways = {"linking.wrong": (have, show), "linking.wrong_way": (show,)}.get(why, (show, have))
    return (*ways, Button(turn.t("menu.title"), Action("menu")))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _nameless(context: Context, channel: str, address: str) -> str:
    """What a stranger's mistakes are counted under for ten minutes: without the key, it tells nobody who they are."""
    key = key_values.noted(context.uow, "strangers_key")
    if key is None:
        key = secrets.token_hex(32)
        key_values.note(context.uow, "strangers_key", key)
    return hmac.new(key.encode(), f"{channel}:{address}".encode(), hashlib.sha256).hexdigest()

"""Somebody used a person's code: the side that showed it sees who came, and is the last to say whether that is them.

Until they say so nothing is joined. Without an answer it is over when the code's ten minutes are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.access import joining, link_notices
from flows.engine import schedule
from flows.engine.context import Context, Turn
from flows.engine.language.texts import Translator
from flows.engine.notifications import Notification, tell
from flows.engine.schedule import DueNote
from flows.engine.views.action import Action
from flows.engine.views.refusals import LinkOver, NotYours
from flows.engine.views.view import Button, View
from flows.people import contact_channels
from storage.models import JoinCause, JoinedAccount, LinkClaim, Person
from storage.people import link_codes, people
from storage.people.joined import Account

RULE = "link_over"
DENIED, LATE, REPLACED, OVERTAKEN = "denied", "late", "replaced", "overtaken"
"""Why nothing came of it: the other side said no, or did not answer in time, or asked for a new code."""


@dataclass(frozen=True)
class LinkClaimed(Notification, kind="link_claim"):
    """Somebody used this person's code; once that is over, ``why`` nothing came of it."""

    why: str = ""


@dataclass(frozen=True)
class LinkEnded(Notification, kind="link_ended"):
    """The code that this person used led to nothing."""

    why: str = ""


def ask(context: Context, claim: LinkClaim) -> None:
    """Ask the side that showed the code, in each of its channels, whether that was them; it is over in time."""
    for channel in contact_channels.channels(context.uow, claim.owner_id):
        tell(context, claim.owner_id, LinkClaimed(claim.id, slot=slot(claim), only_in=channel), once=channel)
    schedule.plan(context, RULE, claim.id, claim.expires_at, once="over")


def slot(claim: LinkClaim) -> str:
    """Where the question stands in the chats of who is asked."""
    return f"link:{claim.id}"


def card(context: Context, person: Person, told: LinkClaimed) -> View | None:
    """Who came with the code, and the two answers; in the place of an earlier one, that it is over."""
    t = context.words_for(person)
    if told.over:
        menu = Button(t("menu.title"), Action("menu"))
        return View(_over(context, t, told.why), title=t("linking.claim.title"), buttons=(menu,))
    claim = context.uow.find(LinkClaim, told.subject_id)
    if claim is None or claim.expires_at <= context.now:
        return None
    came = t("linking.claim", name=claim.name, channel=contact_channels.name(t, claim.channel))
    known = t("linking.claim.known" if claim.claimant_id else "linking.claim.stranger", name=claim.name)
    leads = claim.claimant_id is not None and people.facilitator(context.uow, person.id) is not None
    means = (t("linking.means.seat"),) if leads else ()
    until = t("linking.claim.until", until=t.time(claim.expires_at))
    buttons = (
        Button(t("linking.me"), Action("link.join", claim.id)),
        Button(t("linking.not_me"), Action("link.deny", claim.id)),
    )
    return View("\n\n".join((came, known, *means, until)), title=t("linking.claim.title"), buttons=buttons)


def _over(context: Context, t: Translator, why: str) -> str:
    return t(f"linking.over.{why}", email=context.rules.programme_email)


def confirm(turn: Turn, action: Action) -> View:
    """The side that showed the code says that who came is them: from now on they are one.

    Raises NotYours for another's, LinkOver where it is over or cannot be any more.
    """
    claim = _open(turn, action.id)
    # What is kept of a claim goes with the two becoming one, and it is used from here on.
    turn.uow.delete(claim)
    turn.uow.flush()
    made = _joined(turn, claim)
    if made is None:
        raise LinkOver(Action("reach"))
    schedule.forget(turn.context, claim.id, RULE)
    link_notices.tell_joined(turn.context, made, slot(claim))
    # The question in the chat becomes what came of it, and says the rest.
    t = turn.context.words_for(turn.uow.get(Person, made.person_id))
    reach = Button(t("reach.title"), Action("reach"))
    return View(t("linking.joined"), t("linking.done.title"), buttons=(reach,), language=t.language)


def _joined(turn: Turn, claim: LinkClaim) -> JoinedAccount | None:
    first = people.addresses(turn.uow, turn.me)[0].id
    if claim.claimant_id is None:
        account = Account(claim.name, (claim.channel,), JoinCause.CODE, joining.is_watched(turn.context, turn.me))
        made = joining.come_in(turn.context, turn.me, account, claim.address)
    elif joining.objection(turn.context, claim.claimant_id, turn.me) is None:
        end_all(turn.context, turn.me, claim.claimant_id)
        made = joining.join(turn.context, turn.me, claim.claimant_id)
    else:
        return None
    if made is not None:
        # Where messages come first to whose code it is, they do so still.
        contact_channels.put_first(turn.uow, made.person_id, first)
    return made


def deny(turn: Turn, action: Action) -> View:
    """The side that showed the code says that who came is somebody else: nothing is joined, and the code is spent."""
    claim = _open(turn, action.id)
    end(turn.context, claim, DENIED)
    t = turn.t
    return View(_over(turn.context, t, DENIED), t("linking.title"), buttons=(Button(t("menu.title"), Action("menu")),))


def _open(turn: Turn, claim_id: int) -> LinkClaim:
    claim = link_codes.hold_claim(turn.uow, claim_id)
    if claim is not None and claim.owner_id != turn.me:
        raise NotYours
    if claim is None or claim.expires_at <= turn.now:
        raise LinkOver(Action("reach"))
    return claim


def end(context: Context, claim: LinkClaim, why: str) -> None:
    """End the claim without linking: delete it, close the owner's question, and tell a claimant who is known."""
    schedule.forget(context, claim.id, RULE)
    for channel in contact_channels.channels(context.uow, claim.owner_id):
        over = LinkClaimed(claim.id, why, slot=slot(claim), over=True, only_in=channel)
        tell(context, claim.owner_id, over, once=f"over:{channel}")
    _tell_claimant(context, claim, why)
    context.uow.delete(claim)
    context.uow.flush()


def end_all(context: Context, *person_ids: int) -> None:
    """End every claim of these people: who they are has changed since."""
    for claim in link_codes.claims_with(context.uow, person_ids):
        end(context, claim, OVERTAKEN)


def _tell_claimant(context: Context, claim: LinkClaim, why: str) -> None:
    if claim.claimant_id is not None:
        tell(context, claim.claimant_id, LinkEnded(claim.id, why, only_in=claim.channel), once=why)


def ended(context: Context, person: Person, _told: LinkEnded) -> View:
    """The message to who used a code that nothing was linked, and how to try again."""
    t = context.words_for(person)
    return View(t("linking.ended"), title=t("linking.title"), buttons=contact_channels.links(t))


def run_out(context: Context, due: Sequence[DueNote]) -> None:
    """The ten minutes of these are over: nothing is joined, and nothing is kept of who came."""
    for note in due:
        claim = link_codes.hold_claim(context.uow, note.subject_id)
        if claim is not None:
            end(context, claim, LATE)

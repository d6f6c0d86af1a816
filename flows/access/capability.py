"""What coming in, and linking two accounts of one person, bring to the bot."""

import re
from datetime import timedelta

from flows.access import arrivals, invitations, link_claims, link_notices, linking, unlinking, vouching, welcome
from flows.access.invitation_form import INVITE
from flows.access.linking import CODE
from flows.engine.capability import Capability, Command, Message, Phrase, Pruned, Verb
from flows.engine.contributions import MenuButton, Place
from flows.engine.forms import conversation
from flows.engine.schedule import Rule
from flows.engine.views.action import Action
from flows.people import contact_channels
from storage.people import invitations as stored
from storage.people import joined, link_codes

KEPT_INVITATIONS = timedelta(days=90)
"""How long an invitation that is over stays, for whoever wonders who was invited."""

KEPT_TRIES = timedelta(days=1)
"""How long mistyped codes are counted at the most; what they are counted for is over in minutes."""

LINK_AND_CODE = re.compile(r"(?:link|koppel(?:en)?)\s+([a-z0-9]{4})[\s-]*([a-z0-9]{4})", re.ASCII)
"""The word and the code that another channel showed."""

LINK, INVITATIONS = Action("link"), Action("invites")

CAPABILITY = Capability(
    name="access",
    verbs=(
        conversation.asking("link.type", "code"),
        Verb("link", lambda turn, _action: linking.offer(turn)),
        Verb("link.take", lambda turn, action: linking.take(turn, action.arg)),
        Verb("link.sure", lambda turn, action: linking.claim(turn, action.arg)),
        Verb("link.not", lambda turn, _action: linking.not_me(turn)),
        Verb("link.join", link_claims.confirm),
        Verb("link.deny", link_claims.deny),
        Verb("link.apart", unlinking.ask, asks_first=True),
        Verb("link.part", unlinking.part),
        conversation.asking("invite", "invite"),
        Verb("invites", lambda turn, _action: invitations.show(turn), shows=True),
        Verb("invite.drop", invitations.drop),
        Verb("invite.me", arrivals.be),
        Verb("invite.other", lambda turn, _action: welcome.somebody_else(turn)),
        Verb("invite.show", vouching.show, shows=True),
        Verb("invite.vouch", vouching.vouch),
        Verb("invite.reject", vouching.reject),
        Verb("invite.retract", vouching.retract),
    ),
    forms=(INVITE, CODE),
    messages=(
        Message(link_claims.LinkClaimed, link_claims.card),
        Message(link_claims.LinkEnded, link_claims.ended),
        Message(link_notices.Linked, link_notices.letter),
        Message(link_notices.LinkedWatch, link_notices.watch_letter),
        Message(link_notices.Apart, link_notices.apart_letter),
        Message(vouching.Vouch, vouching.card),
        Message(vouching.Vouched, vouching.result),
    ),
    rules={
        link_claims.RULE: Rule(link_claims.run_out),
        link_notices.RULE: Rule(link_notices.watch),
        vouching.RULE: Rule(vouching.run_out),
    },
    words={
        **dict.fromkeys(("link", "koppel", "koppelen"), LINK),
        **dict.fromkeys(("uitnodigen", "uitnodiging", "uitnodigingen", "invite", "invitations"), INVITATIONS),
    },
    phrases=(Phrase(LINK_AND_CODE, "link.take"),),
    commands=(
        Command("link", LINK, 50, alone={"nl": "link", "en": "link"}),
        Command("invitations", INVITATIONS, 60),
    ),
    buttons=(
        MenuButton(
            70,
            "invite.title",
            INVITATIONS,
            frozenset({Place.ALWAYS, Place.FOOT}),
            concerns=contact_channels.may_invite,
        ),
    ),
    pruned=(
        Pruned(stored.prune, KEPT_INVITATIONS),
        Pruned(link_codes.prune, KEPT_TRIES),
        Pruned(joined.prune, timedelta()),
    ),
)

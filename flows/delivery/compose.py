"""The words of every message that must arrive, composed at delivery: as things then stand, for who reads it."""

from collections.abc import Callable, Mapping

from flows.access import link_claims, link_notices, vouching
from flows.engine.context import Desk
from flows.engine.forms import kept_drafts
from flows.engine.notifications import OVER, Note
from flows.engine.views.view import View
from flows.matching import promises
from flows.offers import offers, other_time
from flows.practice_builders import other_moment, steering
from flows.reminders import reminders
from flows.requests import lapsed, requests
from flows.rescheduling import giving_back, moving
from flows.series import follow_up, messages, team_channel
from flows.sessions import sessions
from storage.delivery import message_slots
from storage.models import Person

Composer = Callable[[Desk, Person, Note], View | None]
"""Gives the message for this person, or None when it makes no sense any more."""

COMPOSERS: Mapping[str, Composer] = {
    kept_drafts.KIND: kept_drafts.message,
    "offer": offers.card,
    "offer_over": offers.over,
    "proposal": other_time.card,
    "proposal_left": other_time.left,
    "one_of_two": requests.one_of_two,
    "promise_late": promises.late,
    "lapsed": lapsed.letter,
    link_claims.KIND: link_claims.card,
    link_claims.ENDED: link_claims.ended,
    link_notices.KIND: link_notices.letter,
    link_notices.WATCH: link_notices.watch_letter,
    link_notices.APART: link_notices.apart_letter,
    vouching.ASKED: vouching.card,
    vouching.ANSWERED: vouching.result,
    other_moment.KIND: other_moment.asked,
    "steer": steering.card,
    "session_planned": sessions.on_calendar,
    "session_moved": sessions.on_calendar,
    "session_cancelled": sessions.off_calendar,
    "move_proposal": moving.proposal,
    "seat_lost": sessions.seat_lost,
    "move_left": sessions.told,
    "move_overtaken": sessions.told,
    "given_back": giving_back.given_back,
    "held": sessions.told,
    "not_held": sessions.told,
    "unreported": sessions.told,
    "series_proposed": messages.card,
    "series_waits": messages.card,
    "series_planned": messages.planned,
    "series_placed": messages.placed,
    follow_up.OFFER: follow_up.offer_card,
    follow_up.END: follow_up.end_card,
    team_channel.KIND: team_channel.reminder,
    "remind_week": reminders.reminder,
    "remind_day": reminders.reminder,
    "remind_hour": reminders.reminder,
    "report": reminders.report_asked,
    "report_again": reminders.report_asked,
    "prompt": reminders.reflection,
}
"""Who composes a message of this kind."""


def compose(desk: Desk, person: Person, note: Note) -> View | None:
    """The message as it is now, or None when it makes no sense any more. Says so when it comes late."""
    if (slot := note.args.get(OVER)) and not message_slots.holders(desk.uow, [person.id], slot):
        return None
    view = COMPOSERS[note.kind](desk, person, note)
    if view is None:
        return None
    t = desk.words_for(person)
    return (view.noting(t("message.late")) if note.args.get("late") else view).speaking(t.language)

"""What is told is read back from the outbox as it was written, whichever version wrote it."""

import json
from dataclasses import MISSING, fields
from typing import Any

import pytest

from flows.access.link_claims import LinkClaimed
from flows.access.link_notices import Apart
from flows.access.vouching import Vouch, Vouched
from flows.capabilities import CAPABILITIES
from flows.engine.forms.kept_drafts import HalfDone
from flows.engine.notifications import Note, Notification, letter
from flows.matching.escalation import Steer
from flows.matching.open_offers import Offered
from flows.matching.promises import PromiseLate
from flows.reminders.reminders import InADay
from flows.reports.report import ReportAsked
from flows.rescheduling.giving_back import GivenBack
from flows.series.messages import SeriesPlaced, SeriesProposed
from flows.series.team_channel import RoomReminder
from flows.sessions.session_news import SessionMoved

SAMPLES: dict[Any, Any] = {int: 3, str: "word", tuple[str, ...]: ("slack", "telegram")}


def kept(told: Notification) -> Note:
    """What comes out of the outbox where this was put in."""
    row = letter(1, told, "once")
    return Note(row.kind, row.subject_id, json.loads(json.dumps(row.args)), row.slot)


@pytest.mark.parametrize("kind", sorted(CAPABILITIES.messages))
def test_every_kind_of_message_is_read_back_as_it_was_written(kind: str) -> None:
    told_of = CAPABILITIES.messages[kind].type
    facts = [SAMPLES[one.type] for one in fields(told_of) if one.default is MISSING and one.name != "subject_id"]
    plain, full = told_of(7, *facts), told_of(7, *facts, slot="card:7", over=True, late=True, only_in="slack")
    for told in (plain, full):
        assert told_of.read(kept(told)) == told
        assert (kept(told).kind, kept(told).slot) == (kind, told.slot)


OLDER: list[tuple[dict[str, Any], Notification]] = [
    ({}, SeriesProposed(7, slot="s")),
    ({"count": 4}, SeriesProposed(7, 4, slot="s")),
    ({"first": 2}, SeriesPlaced(7, 2, slot="s")),
    ({}, PromiseLate(7, "nears", slot="s")),
    ({"step": "last"}, PromiseLate(7, "last", slot="s")),
    ({"changed": ["fact.where"]}, Offered(7, ("fact.where",), slot="s")),
    ({"changed": True}, Offered(7, True, slot="s")),
    ({"handed_on": 0, "nudge": True}, Steer(7, 0, nudge=True, slot="s")),
    ({"was_kept_once": 1}, Steer(7, slot="s")),
    ({"version": 3, "late": False}, InADay(7, 3, slot="s")),
    ({"version": 3, "late": True}, RoomReminder(7, 3, late=True, slot="s")),
    ({"before": ""}, SessionMoved(7, slot="s")),
    ({"before": "2026-12-08T14:00:00+00:00"}, SessionMoved(7, "2026-12-08T14:00:00+00:00", slot="s")),
    ({"late": True}, ReportAsked(7, late=True, slot="s")),
    ({"over": "s"}, ReportAsked(7, over=True, slot="s")),
    ({"reason": "own"}, GivenBack(7, "own", slot="s")),
    ({"became": "sent", "form": "away", "subject": 0}, HalfDone(7, "sent", "away", 0, slot="s")),
    ({"only_in": "slack"}, LinkClaimed(7, only_in="slack", slot="s")),
    ({"only_in": "slack", "over": "s", "why": "late"}, LinkClaimed(7, "late", over=True, only_in="slack", slot="s")),
    ({"side": "owner", "channels": ["slack"]}, Apart(7, "owner", ("slack",), slot="s")),
    ({"over": "s", "became": "no", "by": 3, "invited": 4}, Vouch(7, "no", 3, 4, over=True, slot="s")),
    ({"became": "yes"}, Vouched(7, "yes", slot="s")),
]
"""What the version before kept of a message in slot "s" about 7, and what that is now."""


@pytest.mark.parametrize(("args", "told"), OLDER)
def test_a_message_of_an_older_version_is_read_as_what_it_was(args: dict[str, Any], told: Notification) -> None:
    assert type(told).read(Note(told.kind, 7, args, "s")) == told

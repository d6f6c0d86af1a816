"""A facilitator's own affairs: this month against their capacity, pausing, being away."""

from datetime import date

from flows import diary, roles
from flows.actions import Action
from flows.desk import Turn
from flows.form import Answers
from flows.view import Button, View
from storage import people
from storage.models import Away, Facilitator


def show(turn: Turn) -> View:
    """How full this month is, when the person is away, and how to change that."""
    profile, t = roles.profile_of(turn), turn.t
    taken = diary.in_month(turn.desk, turn.me, turn.now)
    shown = (
        (t("facilitator.month"), t("facilitator.load", taken=taken, most=profile.capacity)),
        (t("facilitator.away"), _away(turn, profile) or t("facilitator.never_away")),
    )
    state = "active" if profile.active else "paused"
    toggle = Button(t(f"facilitator.do.{state}"), Action("profile.pause", arg="off" if profile.active else "on"))
    away = Button(t("facilitator.be_away"), Action("profile.away"))
    return View(t(f"facilitator.is.{state}"), title=t("menu.profile"), facts=shown, buttons=(toggle, away))


def _away(turn: Turn, profile: Facilitator) -> str:
    today = turn.now.astimezone(turn.desk.rules.zone).date()
    periods = [p for p in people.away_periods(turn.uow, profile.person_id) if p.last_day >= today]
    t = turn.t
    return t.listing(t("fact.window", first=t.day(p.first_day), last=t.day(p.last_day)) for p in periods)


def pause(turn: Turn, action: Action) -> View:
    """Take no new offers for now, or take them again. What is planned stays."""
    profile = turn.uow.lock(Facilitator, roles.profile_of(turn).person_id)
    wanted = action.arg == "on"
    if wanted and not profile.active:
        profile.back_on = turn.now.astimezone(turn.desk.rules.zone).date()
    profile.active = wanted
    return show(turn)


def be_away(turn: Turn, _subject: int, answers: Answers) -> View:
    """Not asked for these days."""
    first, last = (date.fromisoformat(answers[name]) for name in ("first_day", "last_day"))
    turn.uow.add(Away(facilitator_id=roles.profile_of(turn).person_id, first_day=first, last_day=last))
    return show(turn)

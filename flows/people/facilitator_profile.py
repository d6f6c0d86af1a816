"""A facilitator's own affairs: how many sessions a month, pausing, being away and being back."""

from collections.abc import Sequence
from datetime import date

from flows.engine.context import Turn
from flows.engine.contributions import Look
from flows.engine.forms.definition import Answers
from flows.engine.language.texts import Translator
from flows.engine.views.action import Action
from flows.engine.views.refusals import Gone, NotYours
from flows.engine.views.view import Button, Entry, Section, View
from flows.people import availability, permissions
from storage.models import Away, Facilitator
from storage.people import people

MOST = 5
"""How many absences have a button; the others get theirs when these are over or taken away."""


def show(turn: Turn) -> View:
    """How full this month is, when the person is away, and how to change that."""
    profile, t = permissions.profile_of(turn), turn.t
    taken = availability.in_month(turn.context, turn.me, turn.now)
    absences = _absences(turn, profile)
    shown = (
        (t("facilitator.month"), t("facilitator.load", taken=taken, most=profile.capacity)),
        (t("facilitator.away"), t.listing(_days(t, one) for one in absences) or t("facilitator.never_away")),
    )
    state = "active" if profile.active else "paused"
    toggle = Button(t(f"facilitator.do.{state}"), Action("profile.pause", arg="off" if profile.active else "on"))
    away = Button(t("facilitator.be_away"), Action("profile.away"))
    most = Button(t("facilitator.change_most"), Action("profile.most"))
    back = (_back_button(t, one) for one in absences[:MOST])
    return View(t(f"facilitator.is.{state}"), title=t("menu.profile"), facts=shown, buttons=(toggle, away, most, *back))


def month(look: Look) -> Section | None:
    """This month against the facilitator's capacity, with pausing and being away; None for who is no facilitator."""
    if not look.once(permissions.leads):
        return None
    shown = show(look.turn)
    (label, load), *others = shown.facts
    note = "\n".join([shown.text, *(f"{name}: {value}" for name, value in others)])
    return Section(shown.title, (Entry(f"{label}: {load}", note, shown.buttons),))


def _back_button(t: Translator, away: Away) -> Button:
    return Button(
        t("facilitator.be_back", days=_short(t, away)), Action("away.drop", away.id, arg=away.first_day.isoformat())
    )


def _absences(turn: Turn, profile: Facilitator) -> Sequence[Away]:
    """The stretches of days away that are not over, in order."""
    today = turn.now.astimezone(turn.context.rules.zone).date()
    return [one for one in people.away_periods(turn.uow, profile.person_id) if one.last_day >= today]


def _days(t: Translator, away: Away) -> str:
    if away.first_day == away.last_day:
        return t.day(away.first_day)
    return t("fact.window", first=t.day(away.first_day), last=t.day(away.last_day))


def _short(t: Translator, away: Away) -> str:
    first, last = t.short_day(away.first_day), t.short_day(away.last_day)
    return first if away.first_day == away.last_day else t("facilitator.be_back.from_to", first=first, last=last)


def pause(turn: Turn, action: Action) -> View:
    """Take no new offers for now, or take them again. What is planned stays."""
    profile = turn.uow.lock(Facilitator, permissions.profile_of(turn).person_id)
    wanted = action.arg == "on"
    if wanted and not profile.active:
        profile.back_on = turn.now.astimezone(turn.context.rules.zone).date()
    profile.active = wanted
    return show(turn)


def be_back(turn: Turn, action: Action) -> View:
    """Delete one of the person's absences. Raises Gone if it was deleted before, NotYours if it is somebody else's."""
    away = turn.uow.find(Away, action.id)
    # SQLite may give a later absence the number of one that was taken away.
    if away is None or away.first_day.isoformat() != action.arg:
        raise Gone(shows=Action("profile"))
    if away.facilitator_id != permissions.profile_of(turn).person_id:
        raise NotYours
    turn.uow.delete(away)
    turn.uow.flush()
    return show(turn)


def be_away(turn: Turn, _subject: int, answers: Answers) -> View:
    """Add an absence on these days to the person's profile."""
    first, last = (date.fromisoformat(answers[name]) for name in ("first_day", "last_day"))
    turn.uow.add(Away(facilitator_id=permissions.profile_of(turn).person_id, first_day=first, last_day=last))
    return show(turn)


def capacity(turn: Turn, _subject: int) -> Answers:
    """How many sessions a month the person takes as yet, as an answer."""
    return {"most": permissions.profile_of(turn).capacity}


def set_capacity(turn: Turn, _subject: int, answers: Answers) -> View:
    """Set how many sessions a month the person is asked for. What is planned stays."""
    profile = turn.uow.lock(Facilitator, permissions.profile_of(turn).person_id)
    profile.capacity = int(answers["most"])
    return show(turn)

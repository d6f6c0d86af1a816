"""A day or a moment that somebody typed: what it may mean, to be shown back in full before it counts."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from flows.engine.forms.dates import wall
from flows.engine.forms.definition import Kind
from flows.engine.language.markup import unmarked
from flows.engine.language.texts import Translator
from flows.engine.typed_dates.meanings import (
    Day,
    Hint,
    Impossible,
    Meaning,
    Moment,
    NotUnderstood,
    Outcome,
    Past,
    SeveralMeanings,
    Understood,
    Wanted,
    written,
)
from flows.engine.typed_dates.understanding import understand
from flows.engine.views.view import FormField
from handlers.telegram.rendering.question_actions import Op
from handlers.telegram.rendering.question_state import Offer, QuestionState


def heard(field: FormField, words: str, look: QuestionState, t: Translator, now: datetime) -> QuestionState:
    """How a question about a day or a moment looks after these words; ``now`` is aware. Answers nothing.

    One meaning is asked to be confirmed, several to be chosen from; of a moment without a time, the time is asked.
    """
    asked = QuestionState(field=field.name, day=look.day)
    outcome = _understood(field, words, look, t, now)
    match outcome:
        case Understood(Day(day)) if look.day:
            return _on_another_day(field, day, words, asked, t)
        case Understood(meaning):
            return _offering(field, (meaning,), asked, t)
        case SeveralMeanings(meanings):
            return _offering(field, meanings, asked, t)
        case unclear:
            return _remark(field, unclear, asked, t)


def _remark(
    field: FormField, outcome: Past | Impossible | NotUnderstood, asked: QuestionState, t: Translator
) -> QuestionState:
    """The question once more, with why the words gave no answer."""
    match outcome:
        case Past(meaning):
            return replace(asked, note=t("asked.past", when=written(meaning, t)))
        case Impossible(why):
            return replace(asked, note=t(f"asked.impossible.{why}"))
        case NotUnderstood(Hint.NEEDS_DAY, _word):
            # They name another week or month than that of the day chosen before: which day of it is asked.
            return QuestionState(field=field.name, note=t("asked.hint.needs_day"))
        case NotUnderstood(hint, word):
            return replace(asked, note=t(f"asked.hint.{hint}", word=word))


def _understood(field: FormField, words: str, look: QuestionState, t: Translator, now: datetime) -> Outcome:
    wanted = Wanted.DAY if field.kind is Kind.DATE else (Wanted.TIME if look.day else Wanted.MOMENT)
    outcome = understand(words, now=now, zone=t.zone, language=t.language, wanted=wanted)
    if wanted is Wanted.TIME and isinstance(outcome, NotUnderstood):
        outcome = understand(words, now=now, zone=t.zone, language=t.language, wanted=Wanted.MOMENT)
    return outcome


def _on_another_day(field: FormField, day: date, words: str, look: QuestionState, t: Translator) -> QuestionState:
    """A day typed where a time was asked. Seen from the day chosen before it may be another: then both are offered."""
    chosen = date.fromisoformat(look.day)
    then = datetime.combine(chosen, time(), t.zone)
    outcome = understand(words, now=then, zone=t.zone, language=t.language, wanted=Wanted.MOMENT)
    week = [outcome.meaning.day] if isinstance(outcome, Understood) and isinstance(outcome.meaning, Day) else []
    near = [other for other in week if other - chosen < timedelta(days=7)]
    return _offering(field, tuple(map(Day, dict.fromkeys((day, *near)))), look, t)


def _offering(field: FormField, meanings: tuple[Meaning, ...], look: QuestionState, t: Translator) -> QuestionState:
    if field.kind is Kind.MOMENT and len(meanings) == 1 and isinstance(meanings[0], Day):
        return replace(look, day=meanings[0].day.isoformat())
    offers = tuple(offer for meaning in meanings if (offer := _offer(field, meaning, look, t)))
    return replace(look, offers=offers) if offers else replace(look, note=t("asked.hint.needs_day"))


def _offer(field: FormField, meaning: Meaning, look: QuestionState, t: Translator) -> Offer | None:
    if field.kind is Kind.DATE:
        day = _day(meaning, t)
        return Offer(t.day(day), Op.ANSWER, day.isoformat()) if day else None
    if isinstance(meaning, Day):
        return Offer(t.day(meaning.day), Op.DAY, meaning.day.isoformat())
    if isinstance(meaning, Moment):
        return Offer(unmarked(t.moment(meaning.at)), Op.ANSWER, wall(meaning.at, t.zone))
    return _at(look.day, meaning.time, t) if look.day else None


def _day(meaning: Meaning, t: Translator) -> date | None:
    if isinstance(meaning, Moment):
        return meaning.at.astimezone(t.zone).date()
    return meaning.day if isinstance(meaning, Day) else None


def _at(day: str, at: time, t: Translator) -> Offer:
    moment = datetime.combine(date.fromisoformat(day), at, t.zone)
    return Offer(unmarked(t.moment(moment)), Op.ANSWER, moment.replace(tzinfo=None).isoformat(timespec="minutes"))

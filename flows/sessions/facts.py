"""A request and a session as facts to read, each with no more than its reader's role allows."""

from collections.abc import Iterable, Mapping

from flows.engine.calendars import recurrence
from flows.engine.context import Context
from flows.engine.language.markup import as_link
from flows.engine.language.texts import Translator
from flows.programme.places import town
from storage.dialogues import requests, sessions
from storage.models import (
    DialogueForm,
    DialogueSession,
    OrganisationKind,
    Person,
    Request,
    SeriesTemplate,
    SeriesWish,
    Urgency,
    WishedMoment,
)
from storage.programme import catalogue

Fact = tuple[str, str]


DECIDING = (
    "fact.organisation",
    "fact.topics",
    "fact.form",
    "fact.participants",
    "fact.where",
    "fact.length",
    "fact.language",
    "fact.occasion",
    "fact.series",
)
"""The keys of the facts that ``to_decide`` gives, in their order."""


def to_decide(context: Context, t: Translator, request: Request, session: DialogueSession) -> tuple[Fact, ...]:
    """What a facilitator needs to say yes or no: not who asks, not the unit, not the street, not the context."""
    return _asked(context, t, request, session, t("where.online") if session.online else nearby(t, session))


def _asked(context: Context, t: Translator, request: Request, session: DialogueSession, where: str) -> tuple[Fact, ...]:
    told = (
        around(context, t, request.organisation_id),
        topics(context, t, request),
        form(context, t, request),
        t("fact.people", n=request.participants),
        where,
        t("fact.minutes", n=session.minutes),
        t(f"language.{request.language}"),
        t(f"occasion.{request.occasion}"),
        series(context, t, request),
    )
    return tuple((t(key), value) for key, value in zip(DECIDING, told, strict=True))


def changed(before: tuple[Fact, ...], after: tuple[Fact, ...]) -> list[str]:
    """The keys of the facts to decide by that are others than before."""
    return [key for key, old, new in zip(DECIDING, before, after, strict=True) if old != new]


def series(context: Context, t: Translator, request: Request) -> str:
    """Whether a series is to follow, and how much of somebody's time it asks for."""
    if request.series_wish is not SeriesWish.YES or not request.template_id:
        return t(f"follow_up.{request.series_wish}")
    name = context.uow.get(SeriesTemplate, request.template_id).name(t.language)
    told = {"name": name, "count": request.series_count, "rhythm": rhythm(t, request.rhythm)}
    if request.series_until is not None:
        return t("fact.series_until", until=t.day(request.series_until), **told)
    return t("fact.series_of", **told)


def rhythm(t: Translator, stored: str) -> str:
    """A stored rhythm in words, as in "every 3 weeks" or "second Tuesday of the month"."""
    parsed = recurrence.parse(stored)
    if isinstance(parsed, recurrence.EveryWeeks):
        return t("rhythm.weeks", n=parsed.n)
    return t("fact.monthly", nth=t(f"nth.{parsed.nth}").lower(), weekday=t.weekday(parsed.weekday))


def to_steer(context: Context, t: Translator, request: Request, session: DialogueSession) -> tuple[Fact, ...]:
    """What a practice builder or the programme team sees: who asks and for whom too, but not the confidential note."""
    requester = context.uow.get(Person, request.requester_id)
    unit, whole = _unit(context, t, request), around(context, t, request.organisation_id)
    return (
        *(((t("fact.urgency"), t("urgency.acute")),) if request.urgency is Urgency.ACUTE else ()),
        (t("fact.requester"), requester.name),
        *(((t("fact.unit"), unit),) if unit != whole else ()),
        (t("fact.when"), t.moment(session.starts_at))
        if session.starts_at
        else (t("fact.moments"), wishes(context, t, request)),
        *_asked(context, t, request, session, t("where.online") if session.online else session.place),
        (t("fact.origin"), t(f"origin.{request.origin}")),
    )


def _unit(context: Context, t: Translator, request: Request) -> str:
    return catalogue.path(context.uow, request.organisation_id)[-1].name(t.language)


def to_requester(context: Context, t: Translator, request: Request) -> tuple[Fact, ...]:
    """The requester's own request."""
    return (
        (t("fact.unit"), _unit(context, t, request)),
        (t("fact.topics"), topics(context, t, request)),
        (t("fact.form"), form(context, t, request)),
        (t("fact.participants"), t("fact.people", n=request.participants)),
        (t("fact.moments"), wishes(context, t, request)),
        (t("fact.series"), series(context, t, request)),
    )


def of_session(context: Context, t: Translator, session: DialogueSession, *, for_facilitator: bool) -> tuple[Fact, ...]:
    """A session on the calendar, with who the other side is. The context goes to those who accepted, only."""
    request = context.uow.get(Request, session.request_id)
    found: list[Fact] = [
        (t("fact.when"), t.moment(session.starts_at) if session.starts_at else t("fact.no_time_yet")),
        (t("fact.length"), t("fact.minutes", n=session.minutes)),
        (t("fact.where"), t("fact.no_link") if session.online and not session.link else where(t, session)),
    ]
    if theme := theme_of(context, t, session):
        found.append((t("fact.theme"), theme))
    found.append((t("fact.topics"), topics(context, t, request)))
    found.append((t("fact.form"), form(context, t, request)))
    found.append((t("fact.facilitators"), names(context, t, sessions.facilitators(context.uow, session.id))))
    found += _other_side(context, t, request) if for_facilitator else []
    return tuple(found)


def _other_side(context: Context, t: Translator, request: Request) -> Iterable[Fact]:
    yield t("fact.requester"), names(context, t, [request.requester_id])
    unit = _unit(context, t, request)
    whole = around(context, t, request.organisation_id)
    yield t("fact.unit"), unit if unit == whole else f"{unit}, {whole}"
    yield t("fact.participants"), t("fact.people", n=request.participants)
    if request.confidential_note:
        yield t("fact.context"), request.confidential_note


def names(context: Context, t: Translator, person_ids: list[int]) -> str:
    """People by name, with the address to write to where it is known."""
    found = [context.uow.get(Person, person_id) for person_id in person_ids]
    shown = [f"{person.name} ({person.email})" if person.email else person.name for person in found]
    return t.listing(shown) if shown else t("fact.nobody_yet")


def around(context: Context, t: Translator, organisation_id: int) -> str:
    """The ministry or agency a unit belongs to: near enough to decide, too far to recognise a team."""
    path = catalogue.path(context.uow, organisation_id)
    larger = [node for node in path if node.kind in (OrganisationKind.MINISTRY, OrganisationKind.AGENCY)]
    return (larger or path)[-1].name(t.language)


def topics(context: Context, t: Translator, request: Request) -> str:
    """The topics of a request, in words."""
    return t.listing(topic.name(t.language) for topic in requests.topics(context.uow, request.id))


def topics_of(context: Context, t: Translator, found: Iterable[Request]) -> Mapping[int, str]:
    """The topics in words, of every request at once, by its id."""
    named = requests.topics_of(context.uow, {request.id for request in found})
    return {request_id: t.listing(topic.name(t.language) for topic in topics) for request_id, topics in named.items()}


def form(context: Context, t: Translator, request: Request) -> str:
    """The dialogue form asked for, or that advice is wanted."""
    return context.uow.get(DialogueForm, request.form_id).name(t.language) if request.form_id else t("fact.form_open")


def nearby(t: Translator, session: DialogueSession) -> str:
    """The town of a session on site: near enough to decide, and no address to turn up at."""
    return town(session.place) or t("where.site")


def where(t: Translator, session: DialogueSession) -> str:
    """The place, or that it is online and with which link."""
    if not session.online:
        return session.place
    return t("fact.online_at", link=as_link(session.link)) if session.link else t("where.online")


def wishes(context: Context, t: Translator, request: Request) -> str:
    """The moments that suit the team, in words."""
    return t.listing(_wish(context, t, moment) for moment in requests.moments(context.uow, request.id))


def _wish(context: Context, t: Translator, moment: WishedMoment) -> str:
    if moment.until is None:
        return t.moment(moment.starts_at)
    # Days are the programme's, wherever the reader is; ``until`` is the midnight after the last one.
    zone = context.rules.zone
    first = moment.starts_at.astimezone(zone).date()
    last = moment.until.astimezone(zone).date().toordinal() - 1
    return t("fact.window", first=t.day(first), last=t.day(type(first).fromordinal(last)))


def theme_of(context: Context, t: Translator, session: DialogueSession) -> str:
    """What the template says this session of the series is about; empty where it says nothing."""
    series = sessions.series_of(context.uow, session.request_id) if session.series_id else None
    found = catalogue.template_session(context.uow, series.template_id if series else None, session.position)
    return found.theme(t.language) if found else ""

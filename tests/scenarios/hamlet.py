"""The smallest programme in which everything can happen: a handful of organisations and a dozen people."""

from datetime import date

from sqlmodel import SQLModel

from storage.database.unit_of_work import Store, UnitOfWork
from storage.models import (
    Address,
    DialogueForm,
    Facilitator,
    FacilitatorForm,
    FacilitatorLanguage,
    FacilitatorPlace,
    FacilitatorTopic,
    Level,
    Organisation,
    OrganisationKind,
    Person,
    PracticeBuilder,
    SeriesTemplate,
    TemplateSession,
    Topic,
    TopicKind,
    WeeklyHours,
)

CHANNEL = "memory"
ASKER, OTHER_ASKER, BUILDER, TEAM = 1, 2, 3, 4
FIRST_FACILITATOR = 11
LEVELS = (
    Level.EXPERIENCED, Level.TRAINED, Level.TRAINED, Level.IN_TRAINING,
    Level.EXPERIENCED, Level.TRAINED, Level.IN_TRAINING, Level.TRAINED,
)  # fmt: skip
CAPACITIES = (1, 2, 3, 2, 1, 2, 3, 8)
FACILITATORS = tuple(range(FIRST_FACILITATOR, FIRST_FACILITATOR + len(LEVELS)))
EVERYBODY = (ASKER, OTHER_ASKER, BUILDER, TEAM, *FACILITATORS)
_UNITS = {"rijk": 1, "bzk": 2, "bzk-a": 3, "bzk-b": 4, "szw": 5, "szw-a": 6}


def invent(store: Store, today: date) -> None:
    """Fill an empty database. The other asker leads dialogues as well, as colleagues do."""
    with store.begin() as uow:
        _catalogue(uow)
        _people(uow)
        for number, person_id in enumerate((*FACILITATORS, OTHER_ASKER)):
            _facilitator(uow, person_id, number % len(LEVELS), today)


def _add(uow: UnitOfWork, *rows: SQLModel) -> None:
    for row in rows:
        uow.add(row)


def _catalogue(uow: UnitOfWork) -> None:
    kinds = OrganisationKind
    tree = (
        ("rijk", None, kinds.GOVERNMENT), ("bzk", "rijk", kinds.MINISTRY), ("bzk-a", "bzk", kinds.UNIT),
        ("bzk-b", "bzk", kinds.UNIT), ("szw", "rijk", kinds.MINISTRY), ("szw-a", "szw", kinds.UNIT),
    )  # fmt: skip
    paths = {"": "/"}
    for code, parent, kind in tree:
        paths[code] = f"{paths[parent or '']}{_UNITS[code]}/"
        above = _UNITS[parent] if parent else None
        uow.add(
            Organisation(
                id=_UNITS[code],
                code=code,
                abbreviation=code.upper(),
                kind=kind,
                parent_id=above,
                path=paths[code],
                name_nl=f"Dienst {code}",
                name_en=f"Service {code}",
            )
        )
    for number, parent_id in ((1, None), (2, 1), (3, 1)):
        uow.add(
            Topic(
                id=number,
                code=f"t{number}",
                kind=TopicKind.WORK,
                parent_id=parent_id,
                name_nl=f"Thema {number}",
                name_en=f"Topic {number}",
            )
        )
    _add(
        uow,
        DialogueForm(id=1, code="film", minutes=120, group_min=4, group_max=8, name_nl="Film", name_en="Film"),
        DialogueForm(id=2, code="beraad", minutes=90, group_min=4, group_max=400, name_nl="Beraad", name_en="Moral"),
        SeriesTemplate(id=1, code="reflectie", sessions_min=3, sessions_max=5, name_nl="Reflectie", name_en="Reflect"),
        SeriesTemplate(id=2, code="kort", sessions_min=3, sessions_max=3, minutes=60, name_nl="Kort", name_en="Short"),
        TemplateSession(template_id=2, position=1, theme_nl="Een", theme_en="One", prompt_nl="Wat?", prompt_en="What?"),
    )


def _people(uow: UnitOfWork) -> None:
    _person(uow, ASKER, "bzk-a")
    _person(uow, OTHER_ASKER, "szw-a")
    _person(uow, BUILDER, "bzk")
    _person(uow, TEAM, "rijk", team=True)
    for number, person_id in enumerate(FACILITATORS):
        _person(uow, person_id, ("bzk-b", "szw", "bzk", "szw-a")[number % 4])
    uow.add(PracticeBuilder(person_id=BUILDER, organisation_id=_UNITS["bzk"]))


def _person(uow: UnitOfWork, person_id: int, unit: str, *, team: bool = False) -> None:
    uow.add(
        Person(
            id=person_id,
            name=f"Persoon {person_id}",
            email=f"p{person_id}@example.org",
            programme_team=team,
            unit_id=_UNITS[unit],
            language="en" if person_id % 5 == 0 else "nl",
        )
    )
    uow.add(Address(person_id=person_id, channel=CHANNEL, address=str(person_id), preferred=True))


def _facilitator(uow: UnitOfWork, person_id: int, number: int, today: date) -> None:
    joined = date(today.year - 1, 1, 1)
    uow.add(Facilitator(person_id=person_id, level=LEVELS[number], capacity=CAPACITIES[number], joined_on=joined))
    opens = 9 * 60 if number % 2 else 8 * 60
    _add(
        uow,
        *(FacilitatorForm(form_id=form, facilitator_id=person_id) for form in (1, 2)),
        *(FacilitatorLanguage(language=language, facilitator_id=person_id) for language in ("nl", "en")),
        FacilitatorTopic(topic_id=1, facilitator_id=person_id),
        FacilitatorTopic(topic_id=2 + number % 2, facilitator_id=person_id),
        FacilitatorPlace(facilitator_id=person_id, place="Den Haag"),
        *(WeeklyHours(facilitator_id=person_id, weekday=day, opens=opens, closes=17 * 60) for day in range(5)),
    )

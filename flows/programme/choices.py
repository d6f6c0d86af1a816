"""The organisations and topics of the programme, as people choose from them."""

from enum import StrEnum

from flows.engine.context import Turn
from flows.engine.forms.definition import Choice
from flows.engine.language.texts import Translator
from storage.models import (
    Organisation,
    OrganisationKind,
    Topic,
)
from storage.programme import catalogue

TOPICS_AT_MOST = 5


def worded(t: Translator, prefix: str, words: type[StrEnum]) -> list[Choice]:
    """The members of an enum as choices, in their order."""
    return [Choice(word.value, t(f"{prefix}.{word.value}")) for word in words]


def organisation_choices(turn: Turn) -> list[Choice]:
    """Everything below the national government, each with its ministry or agency so that like names stay apart.

    What is within the person's own ministry or agency comes first.
    """
    every = {node.id: node for node in catalogue.organisations(turn.uow)}
    nodes = [node for node in every.values() if node.kind is not OrganisationKind.GOVERNMENT]
    own = every.get(turn.person.unit_id) if turn.person.unit_id else None
    if own is not None:
        nodes.sort(key=lambda node: not node.path.startswith(own.path))
    return [_organisation_choice(turn.t, node, every) for node in nodes]


def _organisation_choice(t: Translator, node: Organisation, every: dict[int, Organisation]) -> Choice:
    parents = [every[i] for i in catalogue.path_ids(node.path)[:-1] if i in every]
    above = [p.abbreviation or p.name(t.language) for p in parents if p.kind is not OrganisationKind.GOVERNMENT]
    label = node.name(t.language) + (f" ({node.abbreviation})" if node.abbreviation else "")
    return Choice(str(node.id), " · ".join([label, *reversed(above)]), terms=f"{node.abbreviation} {node.code}")


def topic_choices(turn: Turn) -> list[Choice]:
    """The topic tree, each topic with what it belongs to; both languages can be typed to find one."""
    every = {topic.id: topic for topic in catalogue.topics(turn.uow)}
    return [_topic_choice(turn.t, topic, every) for topic in every.values()]


def _topic_choice(t: Translator, topic: Topic, every: dict[int, Topic]) -> Choice:
    parent = every.get(topic.parent_id) if topic.parent_id else None
    label = topic.name(t.language) + (f" · {parent.name(t.language)}" if parent else "")
    return Choice(str(topic.id), label, terms=topic.name_en if t.language == "nl" else topic.name_nl)

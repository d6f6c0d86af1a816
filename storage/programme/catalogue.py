"""Reading the programme's catalogue: organisations, topics, dialogue forms, series templates."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from sqlalchemy import bindparam
from sqlmodel import col, select

from storage.database.prepared import Prepared, one_of, these
from storage.database.unit_of_work import UnitOfWork
from storage.models import DialogueForm, Organisation, Pool, PoolMember, SeriesTemplate, TemplateSession, Topic


def organisations(uow: UnitOfWork) -> Sequence[Organisation]:
    """All organisations, each below its parent, those of one parent in the order they were brought in."""
    return sorted(uow.db.exec(select(Organisation)).all(), key=lambda one: path_ids(one.path))


_PART = Prepared(select(Organisation.id).where(Organisation.parent_id == bindparam("whole")).limit(1))


def has_parts(uow: UnitOfWork, organisation_id: int) -> bool:
    """Whether there are organisations within this one."""
    return uow.first(_PART, whole=organisation_id) is not None


def path(uow: UnitOfWork, organisation_id: int) -> list[Organisation]:
    """The organisations from the root down to this one. Raises LookupError where there is none."""
    ids = path_ids(uow.get(Organisation, organisation_id).path)
    given = these(ids)
    found = {node.id: node for node in uow.ask(_organisations(len(given)), **given)}
    return [found[node_id] for node_id in ids]


@cache
def _organisations(many: int) -> Prepared[Organisation]:
    return Prepared(select(Organisation).where(col(Organisation.id).in_(one_of(many))))


def path_ids(stored: str) -> list[int]:
    """The ids in a stored path, from the root down."""
    return [int(part) for part in stored.split("/") if part]


def pools_of(uow: UnitOfWork, organisation_ids: Iterable[int]) -> list[tuple[Pool, frozenset[int]]]:
    """The pools any of these organisations belongs to, each with all its members' ids."""
    own = select(PoolMember.pool_id).where(col(PoolMember.organisation_id).in_(list(organisation_ids)))
    found: list[tuple[Pool, frozenset[int]]] = []
    for pool in uow.db.exec(select(Pool).where(col(Pool.id).in_(own)).order_by(Pool.code)):
        members = uow.db.exec(select(PoolMember.organisation_id).where(PoolMember.pool_id == pool.id))
        found.append((pool, frozenset(members)))
    return found


def topics(uow: UnitOfWork) -> Sequence[Topic]:
    """All topics."""
    return uow.db.exec(select(Topic).order_by(col(Topic.id))).all()


def forms(uow: UnitOfWork) -> Sequence[DialogueForm]:
    """All dialogue forms."""
    return uow.db.exec(select(DialogueForm).order_by(col(DialogueForm.id))).all()


def templates(uow: UnitOfWork) -> Sequence[SeriesTemplate]:
    """All series templates."""
    return uow.db.exec(select(SeriesTemplate).order_by(col(SeriesTemplate.id))).all()


def template_session(uow: UnitOfWork, template_id: int | None, position: int) -> TemplateSession | None:
    """What the template says of the session at this position, or None where it says nothing."""
    return uow.db.get(TemplateSession, (template_id, position)) if template_id is not None else None


def topic_chains(uow: UnitOfWork, topic_ids: Iterable[int]) -> tuple[tuple[int, ...], ...]:
    """For each topic the chain from it up to the root of the tree."""
    parents = {topic.id: topic.parent_id for topic in topics(uow)}
    return tuple(_upwards(topic_id, parents) for topic_id in topic_ids)


def _upwards(topic_id: int, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    above = parents.get(topic_id)
    return (topic_id,) if above is None else (topic_id, *_upwards(above, parents))

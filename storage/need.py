"""What is needed of whoever is to lead a session: the question that matching answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from storage.models import Organisation, OrganisationKind, Origin, PoolMember, SeatRole, Topic
from storage.unit_of_work import UnitOfWork

_OWN_KINDS = (OrganisationKind.MINISTRY, OrganisationKind.AGENCY)


@dataclass(frozen=True)
class Window:
    """Aware UTC. Without ``until`` exactly this moment; with it, any start from which the session ends by then."""

    starts_at: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or (self.until is not None and self.until.tzinfo is None):
            raise ValueError("a window needs a time zone")


@dataclass(frozen=True)
class Home:
    """Where the asking organisation stands.

    ``path`` holds the ids from the root down to it. ``own`` are the ministry and agency it belongs to, ``pooled`` the
    organisations that share a pool with any of its ancestors; both count for everything below them.
    """

    path: tuple[int, ...]
    is_unit: bool
    own: frozenset[int] = frozenset()
    pooled: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Need:
    """One session that seeks facilitators, told completely: matching knows nothing else.

    ``form_id`` is None for "advise me". ``topics`` holds for each topic asked the chain from it up to the root.
    ``seats`` are the roles still free, ``already`` who sits in this session or was asked in this search.
    ``now`` is aware UTC, ``zone`` where people plan; ``travel_margin`` is kept free around sessions elsewhere.
    """

    home: Home
    requester_id: int
    requester_unit_id: int | None
    form_id: int | None
    language: str
    topics: tuple[tuple[int, ...], ...]
    windows: tuple[Window, ...]
    minutes: int
    online: bool
    place: str
    origin: Origin
    seats: frozenset[SeatRole]
    already: frozenset[int]
    now: datetime
    zone: ZoneInfo
    travel_margin: timedelta

    @property
    def length(self) -> timedelta:
        """How long the session takes."""
        return timedelta(minutes=self.minutes)

    def ends_of(self, window: Window) -> datetime:
        """The latest end that ``window`` leaves."""
        return window.until or window.starts_at + self.length


def home_of(uow: UnitOfWork, organisation_id: int) -> Home:
    """Where this organisation stands. Raises LookupError where there is no such organisation."""
    path = path_ids(uow.get(Organisation, organisation_id).path)
    ancestors = {row.id: row.kind for row in uow.db.exec(select(Organisation).where(col(Organisation.id).in_(path)))}
    own = frozenset(node for node in path if ancestors[node] in _OWN_KINDS)
    return Home(path, ancestors[organisation_id] == OrganisationKind.UNIT, own, _pooled(uow, path))


def path_ids(path: str) -> tuple[int, ...]:
    """``/1/4/9/`` as (1, 4, 9)."""
    return tuple(map(int, path.strip("/").split("/"))) if path.strip("/") else ()


def _pooled(uow: UnitOfWork, path: Iterable[int]) -> frozenset[int]:
    shared = select(PoolMember.pool_id).where(col(PoolMember.organisation_id).in_(tuple(path)))
    members = select(PoolMember.organisation_id).where(col(PoolMember.pool_id).in_(shared))
    return frozenset(uow.db.exec(members)).difference(path)


def topic_chains(uow: UnitOfWork, topic_ids: Iterable[int]) -> tuple[tuple[int, ...], ...]:
    """For each topic the chain from it up to the root, in the order asked."""
    parents: Mapping[int | None, int | None] = {row.id: row.parent_id for row in uow.db.exec(select(Topic))}
    return tuple(_upwards(topic, parents) for topic in topic_ids)


def _upwards(topic: int, parents: Mapping[int | None, int | None]) -> tuple[int, ...]:
    chain = [topic]
    while (parent := parents.get(chain[-1])) is not None and parent not in chain:
        chain.append(parent)
    return tuple(chain)

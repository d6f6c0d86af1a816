"""When a channel last confirmed that a full member of what is served uses an address."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select, update

from storage.database.bulk_statements import count
from storage.database.prepared import Prepared
from storage.database.unit_of_work import UnitOfWork
from storage.models import Address

_CONFIRMED_AT = Prepared(
    select(Address.membership_confirmed_at).where(
        Address.channel == bindparam("channel"), Address.address == bindparam("address")
    )
)


def confirmed_at(uow: UnitOfWork, channel: str, address: str) -> datetime | None:
    """When the channel last confirmed it; None where that has yet to be asked, or nobody is known at this address."""
    return uow.first(_CONFIRMED_AT, channel=channel, address=address)


def set_confirmed_at(uow: UnitOfWork, channel: str, address: str, at: datetime | None) -> None:
    """Keep that the channel confirmed it at this instant, or with None that it has to be asked again."""
    here = (col(Address.channel) == channel, col(Address.address) == address)
    uow.flush()
    count(uow, update(Address).where(*here).values(membership_confirmed_at=at))

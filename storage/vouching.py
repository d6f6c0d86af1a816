"""Whether a channel said lately that a full member of what is served uses an address."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select, update

from storage.models import Address
from storage.prepared import Prepared
from storage.statements import count
from storage.unit_of_work import UnitOfWork

_VOUCHED_AT = Prepared(
    select(Address.vouched_at).where(Address.channel == bindparam("channel"), Address.address == bindparam("address"))
)


def vouched_at(uow: UnitOfWork, channel: str, address: str) -> datetime | None:
    """When the channel last said so of this address; None where that has yet to be asked, or nobody is known at it."""
    return uow.first(_VOUCHED_AT, channel=channel, address=address)


def set_vouched_at(uow: UnitOfWork, channel: str, address: str, at: datetime | None) -> None:
    """Keep that the channel said so at this instant; None: it has to be asked again before anything else is done."""
    here = (col(Address.channel) == channel, col(Address.address) == address)
    uow.flush()
    count(uow, update(Address).where(*here).values(vouched_at=at))

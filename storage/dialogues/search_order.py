"""Searches for one session, one after another."""

from sqlmodel import col, select

from storage.database.unit_of_work import UnitOfWork
from storage.models import Search


def search_after(uow: UnitOfWork, search: Search) -> Search | None:
    """The search that came next for the same session, or None."""
    query = select(Search).where(Search.session_id == search.session_id, col(Search.id) > search.id)
    return uow.db.exec(query.order_by(col(Search.id))).first()

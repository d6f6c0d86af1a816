"""Borrowing the box of conversation cards: an invented subject, with a table of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, col, select

from flows.engine import schedule
from flows.engine.context import Context, Turn
from flows.engine.contributions import Look, Waiting
from flows.engine.forms.definition import Answers
from flows.engine.notifications import Notification, tell
from flows.engine.schedule import DueNote
from flows.engine.views.action import Action
from flows.engine.views.refusals import Gone, NotYours
from flows.engine.views.view import Button, Entry, Section, Style, View
from storage.database.unit_of_work import UnitOfWork
from storage.models import Person
from storage.models.columns import UtcDateTime

OVER = "loan_over"
BORROW, MINE = Action("loan"), Action("loans")


@dataclass(frozen=True)
class Lent(Notification, kind="loan_lent"):
    """The cards are somebody's for now."""


@dataclass(frozen=True)
class Over(Notification, kind=OVER):
    """The cards have to come back."""


class _Apart(SQLModel, registry=registry()):
    """Tables that stand apart from those of the bot."""


class Loan(_Apart, table=True):
    """Somebody has the cards ``until`` then, or brought them back."""

    __tablename__: ClassVar[str] = "loan"
    id: int = Field(default=None, primary_key=True)
    person_id: int
    team: str
    until: datetime = Field(sa_type=UtcDateTime)
    returned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def borrow(turn: Turn, _subject: int, answers: Answers) -> View:
    """Lend the cards for so many days."""
    until = turn.now + timedelta(days=int(answers["days"]))
    loan = turn.uow.add(Loan(person_id=turn.me, team=answers["team"], until=until))
    turn.uow.flush()
    schedule.plan(turn.context, OVER, loan.id, until, once="over")
    tell(turn.context, turn.me, Lent(loan.id), once="lent")
    return _shown(turn.context, turn.person, loan)


def show(turn: Turn, action: Action) -> View:
    """How a loan stands, for who borrowed."""
    return _shown(turn.context, turn.person, _mine(turn, action.id))


def bring_back(turn: Turn, action: Action) -> View:
    """The cards are back."""
    loan = _mine(turn, action.id)
    loan.returned_at = turn.now
    schedule.forget(turn.context, loan.id, OVER)
    return _shown(turn.context, turn.person, loan)


def mine(turn: Turn, _action: Action) -> View:
    """What this person has borrowed."""
    found = _out(turn)
    ways = (Button(loan.team, Action("loan.show", loan.id)) for loan in found)
    return View("" if found else turn.t("loan.none"), turn.t("loan.mine"), buttons=tuple(ways))


def _shown(context: Context, person: Person, loan: Loan) -> View:
    t = context.words_for(person)
    if loan.returned_at is not None:
        return View(t("loan.returned"), t("loan.mine"))
    back = Button(t("loan.bring_back"), Action("loan.return", loan.id), Style.PRIMARY)
    return View(t("loan.until", moment=t.moment(loan.until), team=loan.team), t("loan.mine"), buttons=(back,))


def _mine(turn: Turn, loan_id: int) -> Loan:
    loan = turn.uow.find(Loan, loan_id)
    if loan is None:
        raise Gone
    if loan.person_id != turn.me:
        raise NotYours
    return loan


def _out(turn: Turn) -> Sequence[Loan]:
    query = select(Loan).where(Loan.person_id == turn.me, col(Loan.returned_at).is_(None)).order_by(col(Loan.until))
    return turn.uow.db.exec(query).all()


def lent_message(context: Context, person: Person, note: Lent) -> View | None:
    """The message that the cards are somebody's for now."""
    return _shown(context, person, context.uow.get(Loan, note.subject_id))


def remind(context: Context, due: Sequence[DueNote]) -> None:
    """The cards have to come back: who has them hears it."""
    for note in due:
        loan = context.uow.get(Loan, note.subject_id)
        tell(context, loan.person_id, Over(loan.id), once="over")


def over_message(context: Context, person: Person, note: Over) -> View | None:
    """The message that the cards have to come back; none once they did."""
    loan = context.uow.get(Loan, note.subject_id)
    view = _shown(context, person, loan)
    return view.noting(context.words_for(person)("loan.over")) if loan.returned_at is None else None


def section(look: Look) -> Section | None:
    """What this person has borrowed, on the home page."""
    t = look.turn.t
    entries = [
        Entry(loan.team, t.moment(loan.until), (Button(t("loan.see"), Action("loan.show", loan.id)),))
        for loan in look.once(_out)
    ]
    return Section(t("loan.mine"), tuple(entries)) if entries else None


def to_bring_back(look: Look, most: int) -> Iterator[Waiting]:
    """The loans whose time is over."""
    turn, t = look.turn, look.turn.t
    for loan in look.once(_out)[:most]:
        if loan.until <= turn.now:
            entry = Entry(t("loan.waits", team=loan.team), t("loan.over"))
            yield Waiting(partial(replace, entry), Button(entry.text, Action("loan.show", loan.id)))


def prune(uow: UnitOfWork, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` loans that were brought back before this instant; gives how many."""
    old = uow.db.exec(select(Loan).where(col(Loan.returned_at) < before).limit(limit)).all()
    for loan in old:
        uow.delete(loan)
    return len(old)

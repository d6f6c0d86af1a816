"""Where a rule works: with the storage, the time, the programme's rules and the words. And whose turn it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flows.engine.language.texts import Texts, Translator
from flows.engine.policy import Rules
from storage.database.unit_of_work import UnitOfWork
from storage.models import Person

if TYPE_CHECKING:  # a capability is made of what works with a context
    from flows.engine.capability import Registry
    from flows.engine.events import DomainEvent


@dataclass(frozen=True)
class Context:
    """One unit of work at the instant ``now`` (aware, UTC)."""

    uow: UnitOfWork
    now: datetime
    rules: Rules
    texts: Texts
    capabilities: "Registry"

    def publish(self, event: "DomainEvent") -> None:
        """Have whoever listens to this domain event do their part in this unit of work, and fail with it."""
        self.capabilities.publish(self, event)

    def words_for(self, person: Person) -> Translator:
        """The words in this person's language, with moments in their time zone."""
        return self.texts.into(person.language, person.zone)


@dataclass(frozen=True)
class Turn:
    """A person who does something, now."""

    context: Context
    person: Person

    @property
    def uow(self) -> UnitOfWork:
        """The unit of work of this turn."""
        return self.context.uow

    @property
    def now(self) -> datetime:
        """The instant of this turn."""
        return self.context.now

    @property
    def me(self) -> int:
        """The person's id."""
        return self.person.id

    @property
    def t(self) -> Translator:
        """The words in the person's language."""
        return self.context.words_for(self.person)

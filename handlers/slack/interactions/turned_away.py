"""What somebody reads whom the bot does not serve: what the matter is, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flows.engine.language.texts import Texts
from flows.engine.views.view import HomePage, View
from handlers.inbound.results import Answered, Repeat
from handlers.slack.events.once import Once
from handlers.slack.interactions.accounts import Kind, Standing

SENTENCES: Mapping[Kind, str] = MappingProxyType(
    {Kind.GUEST: "slack.guest", Kind.EXTERNAL: "slack.external", Kind.NOBODY: "error.not_known_here"}
)


@dataclass(frozen=True)
class TurnedAway(View):
    """The answer to somebody whom the bot does not serve. Outside of a window they get it once."""


class Sentences:
    """The sentence for each kind of account that is not served. ``email`` is the programme team's address."""

    def __init__(self, texts: Texts, email: str, once: Once) -> None:
        self._texts, self._email, self._once = texts, email, once

    async def answer_once(self, event_id: str, standing: Standing) -> Answered | Repeat:
        """The answer to what such a person does; a repeat where Slack brought it before, to whichever process.

        The number of the event is all that is kept, so that of two processes that are brought it one answers.
        """
        return Answered(self.answer(standing)) if await self._once.do(event_id) else Repeat()

    def answer(self, standing: Standing) -> TurnedAway:
        """The sentence for somebody who stands so."""
        t = self._texts.into(standing.language)
        return TurnedAway(t(SENTENCES[standing.kind], email=self._email), language=t.language)

    def front(self, standing: Standing) -> HomePage:
        """Their home tab: the sentence, and nothing to press."""
        return HomePage(self.answer(standing).text, primary=None, sections=(), buttons=())

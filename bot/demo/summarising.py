"""The gist of a story's messages: of each what is new in it, for somebody who was told the ones before."""

import re
from collections.abc import Sequence

from flows.engine.language.texts import Translator

_SENTENCE = re.compile(r"(?<=[.?])\s+")
_NUMBER = re.compile(r"\d")

EACH_SESSION = ("fact.where",)
"""The facts that are told of every session, though they stay as they were. Any other is told once."""

Facts = tuple[tuple[str, str], ...]


class Gist:
    """What was told so far, and what the next message adds to it."""

    def __init__(self, t: Translator) -> None:
        self._when = t("fact.when")
        self._each_session = {t(key) for key in EACH_SESSION}
        self._session = ""
        self._sentences: set[tuple[str, str]] = set()
        self._announced: set[str] = set()
        self._facts: set[tuple[str, str]] = set()
        self._steps: set[tuple[str, ...]] = set()

    def steps(self, *steps: str) -> tuple[str, ...]:
        """What somebody does one after another; another time only how they begin."""
        known = steps in self._steps
        self._steps.add(steps)
        return steps[:1] if known else steps

    def lead(self, text: str, readers: Sequence[str], *, choice: bool) -> str:
        """The first sentence and those of its paragraph that name a number, where one of the readers has not had them.

        Where they have a choice, also what they are asked.
        """
        paragraph, *others = text.split("\n\n")
        first, *following = _SENTENCE.split(paragraph)
        said = [first, *(one for one in following if _NUMBER.search(one) or (choice and one.endswith("?")))]
        new = [one for one in said if any((reader, one) not in self._sentences for reader in readers)]
        self._sentences |= {(reader, one) for reader in readers for one in said}
        lead = " ".join(map(self._shorter, new))
        # A paragraph that ends in a colon announces what the message is about.
        return f"{lead} {others[0]}" if lead.endswith(":") and others else lead

    def facts(self, messages: Sequence[Facts], lead: str) -> list[tuple[str, str]]:
        """The facts that everybody here gets to see, but what the lead says, or earlier messages said."""
        first, *others = messages
        shared = [fact for fact in first if all(fact in facts for facts in others)]
        self._turn_to(dict(shared).get(self._when, self._session))
        new = [(label, value) for label, value in shared if value not in lead and self._is_new(label, value)]
        self._facts |= set(shared)
        return new

    def _turn_to(self, session: str) -> None:
        if session != self._session:
            self._session = session
            self._facts = {(label, value) for label, value in self._facts if label not in self._each_session}

    def _is_new(self, label: str, value: str) -> bool:
        if any(_begin_alike(value, known) for name, known in self._facts if name == label):
            return False
        told = [known for _, known in self._facts if " " in known]
        return label in self._each_session or bool(_left(value, told))

    def _shorter(self, sentence: str) -> str:
        """The sentence without what follows its colon, where that was announced before, as by an earlier reminder."""
        words, colon, announced = sentence.partition(": ")
        if colon and announced in self._announced:
            return f"{words}."
        self._announced.add(announced)
        return sentence


def _begin_alike(value: str, known: str) -> bool:
    return known.startswith(value) or value.startswith(f"{known} ")


def _left(value: str, told: Sequence[str]) -> str:
    """What no fact said before: a line may be put together from two that were, or be part of one."""
    if " " in value and any(value in known for known in told):
        return ""
    rest = value
    for known in told:
        rest = rest.replace(known, "")
    return rest if rest == value or len(rest.split()) > 1 else ""

"""The choices of a field, and finding one by typing.

What begins with the typed words comes first, then what sounds like them; abbreviations people use ("BZK") count as much
as names. Spelling mistakes are forgiven by rapidfuzz.
"""

from collections.abc import Callable, Mapping, Sequence

from rapidfuzz import fuzz, process, utils

from flows.engine.forms.definition import Answers, Choice

Source = Callable[[], Sequence[Choice]]
LISTED = 100
"""How many choices every channel can list at once; longer lists are searched."""
CLOSE_ENOUGH = 60
"""The rapidfuzz score (0 to 100) from which a choice still counts as meant; below it, noise begins."""


class Choices:
    """Named lists of choices, each read when it is first asked for. Implements ``definition.Options``."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._read: dict[str, Sequence[Choice]] = {}

    def _all(self, source: str) -> Sequence[Choice]:
        if source not in self._read:
            self._read[source] = self._sources[source]()
        return self._read[source]

    def search(self, source: str, query: str, answers: Answers, limit: int) -> Sequence[Choice]:
        """The choices that fit ``query``, best first; all, in their order, for an empty one."""
        return ranked(self._all(source), query)[:limit]

    def find(self, source: str, value: str, answers: Answers) -> Choice | None:
        """The choice with this value, or None."""
        return next((choice for choice in self._all(source) if choice.value == value), None)


def ranked(choices: Sequence[Choice], query: str) -> list[Choice]:
    """``choices`` that fit the typed ``query``: a word that begins so first, then what looks alike."""
    wanted = utils.default_process(query)
    if not wanted:
        return list(choices)
    texts = [utils.default_process(f"{choice.terms} {choice.label}") for choice in choices]
    exact = [i for i, choice in enumerate(choices) if wanted in map(utils.default_process, choice.terms.split())]
    begins = [i for i, text in enumerate(texts) if f" {text}".find(f" {wanted}") >= 0]
    alike = process.extract(wanted, texts, scorer=fuzz.WRatio, score_cutoff=CLOSE_ENOUGH, limit=len(texts))
    order = dict.fromkeys([*exact, *begins, *(index for _text, _score, index in alike)])
    return [choices[i] for i in order]

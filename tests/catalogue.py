"""Do the words fit the code? ``python -m tests.catalogue`` (make catalogue) tells, and so does a test.

A text's key stands in the code as it is ("offer.title"), or is put together ("offer.is.{state}"). A key of the
second sort is used where it fits the fixed parts, if what stands in the gaps occurs as a word in the code as well.
"""

import ast
import re
import string
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.pofile import read_po

from flows.capabilities import CAPABILITIES
from flows.engine.language.texts import CATALOGUES, LANGUAGES
from storage.models import DeclineReason, Occasion, Origin, SeriesWish, Urgency

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "handlers", "flows", "storage/programme")
"""Where keys stand."""

LISTS = ("storage/models",)
"""Where further words stand that keys are put together from: states, kinds, reasons."""

KEY = re.compile(r"[a-z][a-z_]*(\.[a-z0-9_-]+)+")
FILE = re.compile(r".*\.(csv|ics|db|po|py|html|css|js|toml|example|env|md)")
GAP = "([a-z0-9_-]+(?:[.][a-z0-9_-]+)*?)"
ELSEWHERE = re.compile(r"(chat|conversations|files|users|views|handlers)\..*")
"""Words with dots that others made: the methods of Slack's Web API, and our own modules."""

ACTIONS = re.compile(r"_?act(ion)?", re.IGNORECASE)
"""Calls that make a button's action: their first word is a verb, not a key."""

TRANSLATORS = re.compile(r"(.*\.)?(t|words|texts?)")
"""Calls that give a text, as they stand in the code: t(…), turn.t(…), words(…)."""

CHOSEN: Mapping[str, Iterable[object]] = {
    "decline": DeclineReason,
    "follow_up": SeriesWish,
    "language": LANGUAGES,
    "occasion": Occasion,
    "origin": Origin,
    "urgency": Urgency,
    "weekday": range(5),
}
"""Families of which people can choose any member."""

ALWAYS = frozenset(
    {f"{family}.{member}" for family, members in CHOSEN.items() for member in members} | set(CAPABILITIES.text_keys())
)
"""Keys that are put together in the code, and that must all have a text."""


@dataclass
class Uses:
    """The keys in the code, with one place of each; ``words`` is everything that can stand in a gap."""

    literal: dict[str, str] = field(default_factory=dict)
    built: dict[re.Pattern[str], str] = field(default_factory=dict)
    given: dict[str, list[tuple[str, frozenset[str]]]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    built_words: set[re.Pattern[str]] = field(default_factory=set)

    def uses(self, key: str) -> bool:
        """Whether any place in the code can ask for this text."""
        return key in self.literal or any(self._fits(pattern, key) for pattern in self.built)

    def _fits(self, pattern: re.Pattern[str], key: str) -> bool:
        found = pattern.fullmatch(key)
        return found is not None and all(map(self._occurs, found.groups()))

    def _occurs(self, gap: str) -> bool:
        known = gap in self.words or gap.lstrip("-").isdigit()
        return known or any(pattern.fullmatch(gap) for pattern in self.built_words)


Texts = str | Sequence[str | None] | None
Words = dict[str, tuple[str, ...]]


def in_code(folders: Iterable[Path], lists: Iterable[Path] = ()) -> Uses:
    """What the Python files below ``folders`` ask for; those below ``lists`` only have words in them."""
    uses = Uses()
    for _, tree in _parsed(lists):
        uses.words.update(word for word, _ in _words_in(tree))
    for path, tree in _parsed(folders):
        skipped = set(_not_keys(tree))
        for word, node in _words_in(tree):
            uses.words.add(word)
            if node not in skipped and _may_be_key(word):
                uses.literal.setdefault(word, f"{path.name}:{node.lineno}")
        for part in ast.walk(tree):
            if isinstance(part, ast.JoinedStr) and part not in skipped:
                _note_built(uses, part, f"{path.name}:{part.lineno}")
            elif isinstance(part, ast.Call):
                _note_values(uses, part, path.name)
    return uses


def _may_be_key(word: str) -> bool:
    return bool(KEY.fullmatch(word)) and not (FILE.fullmatch(word) or ELSEWHERE.fullmatch(word))


def _words_in(tree: ast.Module) -> Iterator[tuple[str, ast.Constant]]:
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return ((node.value, node) for node in constants if isinstance(node.value, str))


def _parsed(folders: Iterable[Path]) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(file for folder in folders for file in folder.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def _not_keys(tree: ast.Module) -> Iterator[ast.expr]:
    """Words with dots that are something else: a button's verb, the action of a log line, the parts of an f-string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from node.values
        elif isinstance(node, ast.Call) and ACTIONS.fullmatch(ast.unparse(node.func).rpartition(".")[2]):
            yield from node.args[:1]
        elif isinstance(node, ast.Compare):
            yield from node.comparators
        elif isinstance(node, ast.Dict):
            yield from (key for key in node.keys if key is not None)
            pairs = zip(node.keys, node.values, strict=True)
            yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "action")


def _note_built(uses: Uses, node: ast.JoinedStr, place: str) -> None:
    """Remember the shape of a key, or of a word in one, that is put together here."""
    fixed = [
        part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "" for part in node.values
    ]
    whole, shape = "".join(fixed), "".join(re.escape(part) if part else GAP for part in fixed)
    if re.fullmatch("[a-z]+_|_[a-z]+", whole):
        uses.built_words.add(re.compile(shape))
    elif re.fullmatch(r"(?=.*\.)(?=.*[a-z])[a-z0-9_.]+", whole) and not FILE.fullmatch(whole):
        uses.built.setdefault(re.compile(shape), place)


def _note_values(uses: Uses, node: ast.Call, file: str) -> None:
    """Remember which values a call fills a text in with, and the family that a table of choices is made from."""
    first = node.args[0] if node.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        family = node.args[1] if len(node.args) > 1 else None
        if ast.unparse(node.func) == "worded" and isinstance(family, ast.Constant):
            uses.built[re.compile(f"{family.value!s}[.]{GAP}")] = f"{file}:{node.lineno}"
    elif TRANSLATORS.fullmatch(ast.unparse(node.func)) and all(word.arg for word in node.keywords):
        names = frozenset(word.arg or "" for word in node.keywords)
        uses.given.setdefault(first.value, []).append((f"{file}:{node.lineno}", names))


def load(folder: Path) -> tuple[dict[str, Words], list[str]]:
    """The texts by language and key, and what is wrong with the files as such."""
    words: dict[str, Words] = {}
    wrong: list[str] = []
    for language in LANGUAGES:
        words[language] = {}
        for path in sorted((folder / language).glob("*.po")):
            with path.open("rb") as lines:
                catalogue = read_po(lines, locale=language)
            place = f"{language}/{path.name}"
            wrong += [f"{place}: {message.id} is marked fuzzy" for message in catalogue if message.id and message.fuzzy]
            for message in (message for message in catalogue if message.id):
                key = _forms(message.id)[0]
                wrong += [f"{place}: {key} stands twice"] if key in words[language] else []
                words[language][key] = _forms(message.string)
    return words, wrong


def _forms(text: Texts) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(form or "" for form in text or ())


def faults(uses: Uses, words: Mapping[str, Words], always: Iterable[str]) -> list[str]:
    """Everything about these texts that a reader of the bot's words would stumble over, one sentence each."""
    return [
        *_missing(uses, words, always),
        *_unused(uses, words),
        *_empty(words),
        *_differing(words),
        *_unfilled(uses, words),
    ]


def _missing(uses: Uses, words: Mapping[str, Words], always: Iterable[str]) -> Iterator[str]:
    for key, place in {**dict.fromkeys(sorted(always), "chosen by people"), **uses.literal}.items():
        absent = [language for language, texts in words.items() if key not in texts]
        # A button's verb may be called as the text on it, but need not.
        if absent and (key not in CAPABILITIES.verbs or len(absent) < len(words)):
            yield f"{key} ({place}) has no text in {' and '.join(absent)}"
    every = set().union(*words.values())
    for pattern, place in uses.built.items():
        if not any(pattern.fullmatch(key) for key in every):
            shape = pattern.pattern.replace(GAP, "...").replace("\\", "")
            yield f"{shape} ({place}) fits no text at all"
    for language, texts in words.items():
        yield from (f"{key} has no text in {language}" for key in sorted(every - set(texts) - set(uses.literal)))


def _unused(uses: Uses, words: Mapping[str, Words]) -> Iterator[str]:
    for key in sorted(set().union(*words.values())):
        if not uses.uses(key):
            yield f"{key} is used nowhere"


def _empty(words: Mapping[str, Words]) -> Iterator[str]:
    for language, texts in words.items():
        for key, forms in texts.items():
            if not forms or not all(form.strip() for form in forms):
                yield f"{key} is empty in {language}"


def _differing(words: Mapping[str, Words]) -> Iterator[str]:
    for key in sorted(set.intersection(*(set(texts) for texts in words.values()))):
        gaps = {language: _gaps(texts[key]) for language, texts in words.items()}
        if len(set(gaps.values())) > 1:
            told = ", ".join(f"{language} {sorted(names)}" for language, names in gaps.items())
            yield f"{key} has other gaps in each language: {told}"


def _gaps(forms: Iterable[str]) -> frozenset[str]:
    return frozenset(name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name is not None)


def _unfilled(uses: Uses, words: Mapping[str, Words]) -> Iterator[str]:
    for key, calls in uses.given.items():
        wanted = _gaps(next((texts[key] for texts in words.values() if key in texts), ()))
        for place, given in calls:
            if wanted - given:
                yield f"{key} ({place}) is not given {sorted(wanted - given)}"


def check() -> list[str]:
    """Everything that is wrong between this project's code and its texts."""
    words, wrong = load(CATALOGUES)
    return [
        *wrong,
        *faults(in_code([ROOT / room for room in ROOMS], [ROOT / room for room in LISTS]), words, ALWAYS),
    ]


def main() -> None:
    """Tell what is wrong, and end with status 1 if anything is."""
    found = check()
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    if found:
        sys.exit(1)
    words, _ = load(CATALOGUES)
    sys.stdout.write(f"{len(words[LANGUAGES[0]])} texts in {' and '.join(LANGUAGES)}, all used and none missing.\n")


if __name__ == "__main__":
    main()

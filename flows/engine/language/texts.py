"""Every word the bot says, by key, in Dutch and English; dates and numbers as the language writes them.

The words stand in ``catalogues/<language>/<subject>.po``. A text's key is its ``msgid``; what is filled in stands
between braces. A text with plural forms chooses by the value ``n``.
"""

import gettext
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from flows.engine.language.markup import Size, stamped

CATALOGUES = Path(__file__).parents[2] / "catalogues"
LANGUAGES = ("nl", "en")
_A_MONDAY = date(2026, 1, 5)
_LOCALES = {"nl": Locale.parse("nl_NL"), "en": Locale.parse("en_GB")}


# What many people read on one day is worked out once. All of it is short.
@lru_cache(maxsize=4096)
def _date(day: date, pattern: str, locale: Locale) -> str:
    return format_date(day, pattern, locale=locale)


@lru_cache(maxsize=4096, typed=True)
def _number(number: float, locale: Locale) -> str:
    return format_decimal(number, locale=locale)


@dataclass(frozen=True)
class _Catalogue:
    words: dict[str, tuple[str, ...]]
    plural: Callable[[int], int]

    @classmethod
    def load(cls, folders: Iterable[Path]) -> "_Catalogue":
        words: dict[str, tuple[str, ...]] = {}
        plural: Callable[[int], int] = gettext.c2py("n != 1")
        for path in sorted(path for folder in folders for path in folder.glob("*.po")):
            with path.open("rb") as lines:
                catalogue = read_po(lines, locale=path.parent.name)
            for message in catalogue:
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    text = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
                    if key in words:
                        raise ValueError(f"text {key} stands twice, again in {path.name}")
                    words[key] = text
        return cls(words, plural)


class Translator:
    """The words in one language. ``t("offer.open", n=2)`` gives the text; raises KeyError for a key there is not."""

    def __init__(self, language: str, catalogue: _Catalogue, zone: ZoneInfo) -> None:
        self.language = language
        self.zone = zone
        self._locale = _LOCALES[language]
        self._catalogue = catalogue

    def __call__(self, key: str, **values: object) -> str:
        forms = self._catalogue.words[key]
        n = values.get("n")
        text = forms[self._catalogue.plural(n)] if len(forms) > 1 and isinstance(n, int) else forms[0]
        return text.format(**{name: self._shown(value) for name, value in values.items()}) if values else text

    def _shown(self, value: object) -> object:
        return self.number(value) if isinstance(value, int | float) else value

    def has(self, key: str) -> bool:
        """Whether there is a text with this key."""
        return key in self._catalogue.words

    def moment(self, moment: datetime) -> str:
        """Day and time in local time, as in "dinsdag 8 december 2026 om 14:00", marked as ``markup`` says."""
        local = moment.astimezone(self.zone)
        return stamped(
            Size.LONG, self.language, moment, f"{self.day(local.date())} {self('date.at')} {self._clock(local)}"
        )

    def day(self, day: date) -> str:
        """A day in full, as in "dinsdag 8 december 2026"."""
        return _date(day, "EEEE d MMMM y", self._locale)

    def short_day(self, day: date) -> str:
        """A day for a button, as in "8 dec"; the year is told elsewhere."""
        return _date(day, "d MMM", self._locale)

    def month(self, day: date) -> str:
        """The month of a day, as in "december 2026"."""
        return _date(day, "LLLL y", self._locale)

    def weekday(self, number: int) -> str:
        """A day of the week, from Monday = 0, as it stands in a sentence."""
        return _date(_A_MONDAY + timedelta(days=number), "EEEE", self._locale)

    def short(self, moment: datetime) -> str:
        """Day and time for a button, as in "di 8 dec 14:00", marked too."""
        local = moment.astimezone(self.zone)
        words = f"{_date(local.date(), 'EEE d MMM', self._locale)} {self._clock(local)}"
        return stamped(Size.SHORT, self.language, moment, words)

    def time(self, moment: datetime) -> str:
        """The local time of day, as in "14:00", marked too."""
        return stamped(Size.TIME, self.language, moment, self._clock(moment.astimezone(self.zone)))

    def _clock(self, local: datetime) -> str:
        return f"{local:%H:%M}"

    def number(self, number: float) -> str:
        """A number with the language's signs."""
        return _number(number, self._locale)

    def listing(self, words: Iterable[str]) -> str:
        """Several things in one sentence, as in "a, b en c"."""
        return format_list(list(words), locale=self._locale)


class TextMissing(Exception):
    """A text that is needed stands in no catalogue, is empty, or there in one language only; says which."""


class Texts:
    """All catalogues. ``default`` is the programme's language, for people who chose none.

    ``folders`` hold a folder for each language. Raises ValueError for a text that stands twice, and TextMissing for one
    that is not there in every language.
    """

    def __init__(self, default: str, zone: ZoneInfo, folders: Sequence[Path] = (CATALOGUES,)) -> None:
        self.default = default
        self._zone = zone
        self._catalogues = {
            language: _Catalogue.load([folder / language for folder in folders]) for language in LANGUAGES
        }
        self.require(key for catalogue in self._catalogues.values() for key in catalogue.words)
        self._translators: dict[tuple[str, str | None], Translator] = {}

    def require(self, keys: Iterable[str]) -> None:
        """Raise TextMissing unless there is a text for each of these keys in every language."""
        for key in keys:
            for language, catalogue in self._catalogues.items():
                forms = catalogue.words.get(key)
                if not forms or not all(form.strip() for form in forms):
                    raise TextMissing(f"there is no text {key} in {language}")

    def into(self, language: str | None, zone: str | None = None) -> Translator:
        """The translator for a person's language and IANA time zone, or the programme's where the bot knows neither."""
        spoken = language if language in self._catalogues else self.default
        made = self._translators.get((spoken, zone))
        if made is None:
            made = Translator(spoken, self._catalogues[spoken], _zone(zone) or self._zone)
            self._translators[spoken, zone] = made
        return made


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (LookupError, ValueError, OSError):  # Not the name of a zone, or not one that this computer knows.
        return None

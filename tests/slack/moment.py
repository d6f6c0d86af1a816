"""How Slack writes ``<!date^…>`` for whoever reads it: in their zone and language."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

_TOKEN = re.compile(r"\{(\w+)\}")
_NEAR = {
    "nl": {-1: "gisteren", 0: "vandaag", 1: "morgen"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}


def shown(unix: int, pattern: str, locale: str, zone: str, now: float) -> str | None:
    """The pattern with its tokens filled in; None where Slack would show the fallback instead."""
    tokens = _TOKEN.findall(pattern)
    if not tokens or any(token not in _WORDS for token in tokens):
        return None
    place = ZoneInfo(zone)
    moment, today = datetime.fromtimestamp(unix, place), datetime.fromtimestamp(now, place).date()
    language = locale.replace("-", "_")
    return _TOKEN.sub(lambda found: _WORDS[found[1]](moment, today, language), pattern)


Words = Callable[[datetime, date, str], str]


def _day(size: str) -> Words:
    return lambda moment, today, locale: format_date(moment.date(), size, locale)


def _near(size: str) -> Words:
    def words(moment: datetime, today: date, locale: str) -> str:
        days = (moment.date() - today) // timedelta(days=1)
        return _NEAR.get(locale[:2], {}).get(days) or format_date(moment.date(), size, locale)

    return words


def _clock(size: str) -> Words:
    return lambda moment, today, locale: format_time(moment.timetz(), size, locale=locale)


def _ago(moment: datetime, today: date, locale: str) -> str:
    days = (moment.date() - today) // timedelta(days=1)
    return f"in {days} days" if days > 0 else f"{-days} days ago"


_WORDS: dict[str, Words] = {
    "date_num": _day("yyyy-MM-dd"),
    "date_slash": _day("dd/MM/yyyy"),
    "date_long_full": _day("long"),
    "day_divider_pretty": _near("full"),
    "date": _day("long"),
    "date_short": _day("medium"),
    "date_long": _day("full"),
    "date_pretty": _near("long"),
    "date_short_pretty": _near("medium"),
    "date_long_pretty": _near("full"),
    "time": _clock("short"),
    "time_secs": _clock("medium"),
    "ago": _ago,
}

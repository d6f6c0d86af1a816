"""Signs of which nothing is seen, and which can therefore make two texts look the same that are not."""

import re

JOINERS = "\u200c\u200d"
"""Zero width non-joiner and joiner: not seen themselves, but in some scripts what is beside them looks different."""

# Unicode's property Default_Ignorable_Code_Point, where it says more than the category Cf.
_IGNORABLE = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff"
)
# The category Cf, without the Arabic signs in it that are seen.
_FORMAT = "\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a"
# The category Cc, without the white space in it.
_CONTROL = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_INVISIBLE = re.compile(f"[{_CONTROL}{_IGNORABLE}{_FORMAT}]")


def without_invisible(text: str, kept: str = "") -> str:
    """The text without the signs of which nothing is seen, those in ``kept`` excepted. White space stays."""
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub(lambda found: found[0] if found[0] in kept else "", text)

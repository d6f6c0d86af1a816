"""QR codes, to come in with a phone: as a picture for a chat or a poster, and in letters for a terminal."""

from io import BytesIO, StringIO

import segno

from flows.engine.views.view import Attachment

_SCALE = 8
"""Pixels of the smallest square: some 400 in all for a link of eighty letters."""


def picture(link: str, name: str) -> Attachment:
    """The link as a PNG picture to be sent; ``name`` is that of the file."""
    return Attachment(name, "image/png", png(link))


def png(link: str) -> bytes:
    """The link as a PNG picture."""
    made = BytesIO()
    segno.make_qr(link).save(made, kind="png", scale=_SCALE)
    return made.getvalue()


def lines(link: str) -> str:
    """The link in blocks that a terminal shows, to be pointed a phone at."""
    made = StringIO()
    segno.make_qr(link).terminal(out=made, compact=True)
    return made.getvalue()

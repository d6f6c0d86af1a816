"""Files: what the bot uploads, and what people send it."""

import itertools
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How a picture begins that Telegram takes as a photo: PNG and JPEG."""


@dataclass(frozen=True)
class Upload:
    """A file on its way in."""

    name: str
    content: bytes
    mime: str = "application/octet-stream"

    @property
    def is_picture(self) -> bool:
        """Whether it can be sent as a photo."""
        return self.content.startswith(IMAGES)


@dataclass(frozen=True)
class Stored:
    """A file that Telegram keeps. ``id`` is what a bot knows it by, ``path`` where it is fetched."""

    id: str
    path: str
    name: str
    content: bytes
    mime: str

    @property
    def about(self) -> Json:
        """What every description of a file says."""
        return {"file_id": self.id, "file_unique_id": self.id[-8:], "file_size": len(self.content)}

    @property
    def as_document(self) -> Json:
        """The file as a ``Document``."""
        return {**self.about, "file_name": self.name, "mime_type": self.mime}

    @property
    def as_photo(self) -> list[Json]:
        """The file as a list of one ``PhotoSize``; a PNG says itself how large it is."""
        png = self.content.startswith(IMAGES[0]) and len(self.content) >= 24
        sides = (int.from_bytes(self.content[at : at + 4], "big") if png else 100 for at in (16, 20))
        return [{**self.about, **dict(zip(("width", "height"), sides, strict=True))}]


class Files:
    """Everything that was ever sent, by its id."""

    def __init__(self) -> None:
        self.kept: dict[str, Stored] = {}
        self._numbers = itertools.count(1)

    def keep(self, upload: Upload) -> Stored:
        """Take a file in."""
        number = next(self._numbers)
        stored = Stored(f"BQACAgQAAx{number:08d}", f"documents/file_{number}", upload.name, upload.content, upload.mime)
        self.kept[stored.id] = stored
        return stored

    def at(self, path: str) -> Stored | None:
        """The file that is fetched there."""
        return next((one for one in self.kept.values() if one.path == path), None)

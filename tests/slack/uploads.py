"""Files that the app uploads: first an address to send them to, then where they are shared."""

import itertools
from dataclasses import dataclass
from typing import Any

from tests.slack.refusal import Refused


@dataclass
class Upload:
    """One file on its way: what was promised of it, and what arrived."""

    id: str
    name: str
    length: int
    alt_text: str = ""
    content: bytes | None = None
    title: str = ""
    shared: bool = False

    def as_json(self) -> dict[str, Any]:
        """The file object of messages and answers."""
        kind = self.name.rpartition(".")[2]
        size = len(self.content or b"")
        return {"id": self.id, "name": self.name, "title": self.title or self.name, "filetype": kind, "size": size}


class Uploads:
    """All files of the workspace."""

    def __init__(self) -> None:
        self.files: dict[str, Upload] = {}
        self._numbers = itertools.count(1)

    def expect(self, name: str, length: int, alt_text: str = "") -> Upload:
        """Make room for a file."""
        upload = Upload(f"F0{next(self._numbers):07d}", name, length, alt_text)
        self.files[upload.id] = upload
        return upload

    def receive(self, name: str, content: bytes) -> bool:
        """Take in what was sent; False when it is not the file that was announced."""
        upload = self.files.get(name)
        if upload is None or upload.length != len(content):
            return False
        upload.content = content
        return True

    def complete(self, name: str, title: str | None) -> Upload:
        """A file that has arrived and was not shared before; refuses any other."""
        upload = self.files.get(name)
        if upload is None or upload.content is None or upload.shared:
            raise Refused("file_not_found")
        upload.shared, upload.title = True, title or upload.name
        return upload

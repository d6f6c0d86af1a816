"""The page's own files, read once; there is nothing else to serve."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parent / "page"
# Not asked of the machine: what it says of .js differs, and a browser runs no script of another type.
_MIMES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


@dataclass(frozen=True)
class File:
    mime: str
    content: bytes


FILES: Mapping[str, File] = {
    path.name: File(_MIMES[path.suffix], path.read_bytes()) for path in PAGE.iterdir() if path.suffix in _MIMES
}
"""The files by name."""

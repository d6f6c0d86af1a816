"""A line to PostgreSQL that can go silent: nothing is lost or hung up, and nothing gets through any more."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from sqlalchemy.engine import URL, make_url


class Line:
    """Carries bytes to and fro between ``url`` and the database at ``far``, until it is silent."""

    def __init__(self, far: URL) -> None:
        self._far = far
        self._open = threading.Event()
        self._open.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = [self._door]
        here, port = self._door.getsockname()
        self.url = far.set(host=here, port=port, query={}).render_as_string(hide_password=False)
        threading.Thread(target=self._take, daemon=True).start()

    def fall_silent(self) -> None:
        """Let nothing through from now on, new connections included."""
        self._open.clear()

    def close(self) -> None:
        """Hang up."""
        self._open.set()
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = self._connected()
                self._ends += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _connected(self) -> socket.socket:
        folder = self._far.query.get("host")
        if folder is None:
            return socket.create_connection((self._far.host or "127.0.0.1", self._far.port or 5432))
        found = socket.socket(socket.AF_UNIX)
        found.connect(f"{folder}/.s.PGSQL.{self._far.query.get('port') or self._far.port or 5432}")
        return found

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while carried := source.recv(65_536):
                self._open.wait()
                target.sendall(carried)
            target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A line to the database at this address."""
    line = Line(make_url(url))
    try:
        yield line
    finally:
        line.close()

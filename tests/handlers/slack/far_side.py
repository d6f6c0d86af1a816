"""A far side that answers as told: as Slack does, or as something that is not Slack at all does."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BOT_TOKEN = "xoxb-1234567890-abcdefghij"
APP_TOKEN = "xapp-1-A012345-abcdefghij"
OWN = {"ok": True, "team_id": "T0000001", "enterprise_id": None, "is_enterprise_install": False}
OPENED = {"ok": True, "url": "wss://127.0.0.1/link"}


@dataclass(frozen=True)
class Answer:
    body: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    after: float = 0

    def written(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


def refused(error: str) -> Answer:
    return Answer({"ok": False, "error": error})


def granted(*scopes: str, **about: object) -> Answer:
    return Answer(OWN | about, headers={"X-OAuth-Scopes": ",".join(scopes)})


class Far(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A caller who did not wait for the answer is no fault."""


@contextmanager
def answering(**answers: Answer) -> Iterator[str]:
    """A far side that gives one answer to each method, named with underscores; gives its address."""
    closing = threading.Event()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = answers[self.path.rpartition("/")[2].replace(".", "_")]
            closing.wait(answer.after)
            body = answer.written()
            self.send_response(answer.status)
            for name, text in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name in the standard library
            """Say nothing on the terminal."""

    server = Far(("127.0.0.1", 0), Door)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api"
    finally:
        closing.set()
        server.shutdown()
        serving.join()
        server.server_close()

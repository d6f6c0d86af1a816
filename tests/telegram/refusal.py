"""What the stand-in answers when Telegram would say no."""

from typing import Any

CODES = {
    "Bad Request": 400,
    "Unauthorized": 401,
    "Forbidden": 403,
    "Not Found": 404,
    "Conflict": 409,
    "Too Many Requests": 429,
    "Internal Server Error": 500,
    "Bad Gateway": 502,
}
"""The words with which every refusal begins, and the HTTP status that goes with them."""


class Refused(Exception):
    """A call that Telegram answers with ``ok: false``.

    ``description`` is Telegram's whole sentence, such as "Forbidden: bot was blocked by the user"; its first words
    decide the status. ``parameters`` are what else a program may act on: ``retry_after``, ``migrate_to_chat_id``.
    """

    def __init__(self, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.description = description
        self.parameters = parameters

    @property
    def code(self) -> int:
        """The HTTP status, which is also the ``error_code``. Fails for a sentence that Telegram would not say."""
        return CODES[self.description.partition(":")[0]]

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body


def bad(words: str) -> Refused:
    """A request that is wrong by itself, or wrong by now."""
    return Refused(f"Bad Request: {words}")


def too_many(seconds: int) -> Refused:
    """Too much at once: again after so many seconds."""
    return Refused(f"Too Many Requests: retry after {seconds}", retry_after=seconds)

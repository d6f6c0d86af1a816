"""What the stand-in answers when Slack would say no."""

from typing import Any


class Refused(Exception):
    """A call that Slack answers with ``ok: false``.

    ``error`` is Slack's own short name for it; ``extra`` is put beside it in the answer (``needed``, ``provided``,
    ``response_metadata`` …).
    """

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(f"{error} {extra}" if extra else error)
        self.error = error
        self.extra = extra

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"ok": False, "error": self.error, **self.extra}


def explained(error: str, faults: list[str]) -> Refused:
    """A refusal that says, with JSON pointers, what is wrong where: as for blocks and views."""
    notes = [f"[ERROR] {fault}" for fault in faults]
    return Refused(error, errors=faults, response_metadata={"messages": notes})

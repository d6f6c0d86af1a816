"""The log of the library, kept silent: it would quote the token in the addresses that it tells of."""

import logging

_TALKERS = ("httpx", "httpcore", "telegram")


def silence() -> None:
    """Have the library, and what it calls over, say nothing. What is worth telling is told by us."""
    for name in _TALKERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)

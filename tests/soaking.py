"""How long a long proof is: a sample of it in ``make test``, and all of it in ``make soak``."""

import os

SOAKING = bool(os.environ.get("DIALOOGREEKS_SOAK"))
"""Whether the whole of each long proof is run."""


def many(sample: int, whole: int) -> int:
    """How often to try: ``whole`` while soaking, else a ``sample`` of that."""
    return whole if SOAKING else sample

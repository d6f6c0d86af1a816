"""Facilitators as matching sees them, fetched for one request at a time.

The rules live in ``flows.matching.algorithm``. What stands in SQL here is an index on them: it keeps out whoever they
would turn down anyway, and counts those people by rule.
"""

from storage.dialogues.candidates.candidate import Busy, Candidate, Candidates, Lookup
from storage.dialogues.candidates.loading import load

__all__ = ["Busy", "Candidate", "Candidates", "Lookup", "load"]

"""Facilitators as matching sees them, fetched for one request at a time.

The rules live in ``flows.matching``. What stands in SQL here is an index on them: it keeps out whoever they would turn
down anyway, and counts those people by rule.
"""

from storage.candidates.candidate import Busy, Candidate, Candidates, Lookup
from storage.candidates.loading import load

__all__ = ["Busy", "Candidate", "Candidates", "Lookup", "load"]

"""Importing a programme from CSV files, and writing it back to them."""

from storage.importing.applying import Outcome, apply, import_folder, import_tables
from storage.importing.bad_lines import BadLine, DemoDatabase, NotChecked, RealProgramme, Unwelcome
from storage.importing.checking import check
from storage.importing.counts import Count, Counts, Progress
from storage.importing.exporting import Exported, export
from storage.importing.guard import is_demo
from storage.importing.reading import read_folder
from storage.importing.rows import Tables

__all__ = [
    "BadLine", "Count", "Counts", "DemoDatabase", "Exported", "NotChecked", "Outcome", "Progress", "RealProgramme",
    "Tables", "Unwelcome", "apply", "check", "export", "import_folder",
    "import_tables", "is_demo", "read_folder",
]  # fmt: skip

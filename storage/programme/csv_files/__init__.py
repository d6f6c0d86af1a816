"""Importing a programme from CSV files, and writing it back to them."""

from storage.programme.csv_files.applying import Outcome, apply, import_folder, import_tables
from storage.programme.csv_files.bad_lines import BadLine, NotChecked
from storage.programme.csv_files.checking import check
from storage.programme.csv_files.counts import Count, Counts, Progress
from storage.programme.csv_files.exporting import Exported, export
from storage.programme.csv_files.reading import read_folder
from storage.programme.csv_files.rows import Tables

__all__ = [
    "BadLine", "Count", "Counts", "Exported", "NotChecked", "Outcome", "Progress",
    "Tables", "apply", "check", "export", "import_folder",
    "import_tables", "read_folder",
]  # fmt: skip

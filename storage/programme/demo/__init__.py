"""A programme to try the bot with: real kinds of organisations, invented people."""

from pathlib import Path

from storage.programme.demo.loading import Invented, all_speak, invent
from storage.programme.demo_guard import is_demo

PROGRAMME = Path(__file__).parents[3] / "programme"
"""The demo programme's data files, for anybody to edit."""

__all__ = ["PROGRAMME", "Invented", "all_speak", "invent", "is_demo"]

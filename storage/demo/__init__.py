"""A programme to try the bot with: real kinds of organisations, invented people."""

from storage.demo.loading import Invented, invent
from storage.importing.guard import is_demo

__all__ = ["Invented", "invent", "is_demo"]

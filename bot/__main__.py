"""``python -m bot``: the same as ``dialoogreeks``."""

from bot.cli import main

main()

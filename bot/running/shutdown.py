"""What every way to serve has in common: memory set apart once all is made, and the sign to stop."""

import asyncio
import gc
import signal


def set_apart() -> None:
    """Keep what start-up made out of later collections, for it stays for good.

    Otherwise each full collection walks all of it, which holds the event loop for some 50 ms in the middle of a burst
    of reminders.
    """
    gc.collect()
    gc.freeze()


def told_to_stop() -> asyncio.Event:
    """Set by Ctrl-C and by SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, told.set)
    return told

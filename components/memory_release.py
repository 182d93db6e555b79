"""Returns free memory to the operating system: after large work glibc keeps most of it for later."""

from __future__ import annotations

import ctypes
import sys

import anyio
from anyio import to_thread

EVERY = 30.0
"""Seconds between two times; each takes some milliseconds in a thread of its own."""


async def release_memory() -> None:
    """Return free memory from time to time, until cancelled."""
    while True:
        await anyio.sleep(EVERY)
        await to_thread.run_sync(release_now)


def release_now() -> None:
    """Return free memory now; the C libraries of systems other than Linux do so on their own."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:  # of glibc alone
        trim(0)

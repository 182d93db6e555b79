"""Handing memory that is free back to the operating system: after large work glibc keeps most of it for later."""

from __future__ import annotations

import ctypes
import sys

import anyio
from anyio import to_thread

EVERY = 30.0
"""Seconds between two times; one takes some milliseconds, beside everything else."""


async def release_memory() -> None:
    """Hand free memory back from time to time, until cancelled."""
    while True:
        await anyio.sleep(EVERY)
        await to_thread.run_sync(release_now)


def release_now() -> None:
    """Hand free memory back now; the C libraries of other systems than Linux do so by themselves."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:  # of glibc alone
        trim(0)

"""Returns free memory to the operating system: after large tasks, glibc keeps most of it."""

from __future__ import annotations

import ctypes
import sys

import anyio
from anyio import to_thread

INTERVAL_SECONDS = 30.0
"""Between two releases; each takes some milliseconds in a thread of its own."""


async def release_memory() -> None:
    """Return free memory from time to time, until cancelled."""
    while True:
        await anyio.sleep(INTERVAL_SECONDS)
        await to_thread.run_sync(release_now)


def release_now() -> None:
    """Return free memory now; other systems than Linux do so on their own."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:  # only glibc has it
        trim(0)

"""Other processes as the operating system sees them, and waiting until something is true."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import psutil

NOTHING = threading.Event()
"""Other processes wake no event here, so that they are looked at from time to time."""


def wait_until(true: Callable[[], bool], timeout: float = 120.0, every: float = 0.02) -> None:
    """Poll until something is true.

    Raises:
        TimeoutError: it did not happen in `timeout` seconds.
    """
    for _ in range(int(timeout / every)):
        if true():
            return
        NOTHING.wait(every)
    raise TimeoutError(f"It did not happen within {timeout:.0f} s.")


def working_on(folder: Path) -> set[int]:
    """The processes other than this one whose command line names a folder, such as the trainers of a store."""
    told = ((process.pid, process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"]))
    return {pid for pid, words in told if any(str(folder) in word for word in words)} - {os.getpid()}


def memory(pid: int) -> float:
    """The megabytes that a process holds in memory; 0 once it is gone."""
    try:
        return float(psutil.Process(pid).memory_info().rss) / 2**20
    except psutil.NoSuchProcess:
        return 0.0


def open_files() -> int:
    """File descriptors that this process has open; sockets and pipes count."""
    return int(psutil.Process().num_fds())

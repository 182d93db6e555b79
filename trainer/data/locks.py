"""Large pieces of work on data, one at a time in the whole process.

Thirty people who bring large tables at once must not fill the memory with thirty that are half read: each waits until
the one before is done. Whoever asks for something small never waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Protocol

from trainer.data.progress import report
from trainer.data.wording import WORDING

LARGE_BYTES = 2_000_000
"""Of a file, from which on only one is worked on at a time: some 10,000 texts, a third of a second."""
WAIT_REPORT_SECONDS = 0.3
"""Between two reports to somebody who waits."""


class Lock(Protocol):
    """What is used of a lock."""

    def acquire(self, blocking: bool = ..., timeout: float = ...) -> bool: ...

    def release(self) -> None: ...


_large = RLock()


@contextmanager
def one_at_a_time(size: int) -> Iterator[None]:
    """Work on a file of so many bytes; if it is large, nothing else large is worked on meanwhile."""
    if size < LARGE_BYTES:
        yield
        return
    with waited_for(_large):
        yield


@contextmanager
def waited_for(lock: Lock) -> Iterator[None]:
    """Hold a lock; whoever waits is told so, and can be interrupted."""
    while not lock.acquire(timeout=WAIT_REPORT_SECONDS):
        report(WORDING.message("waiting"))
    try:
        yield
    finally:
        lock.release()

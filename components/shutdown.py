"""Ending the server: Ctrl-C and SIGTERM end it with exit status 0, after the runs have saved their state.

A server that cannot start ends with a message and exit status 2.

Uvicorn catches these signals and shuts down, but once done it raises them again, so that `streamlit run` ended with
"Aborted!" and status 1, or as killed by SIGTERM. A server that is told to end by its own flag raises nothing.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn, Protocol, runtime_checkable

GRACE_SECONDS = 2
"""For responses in progress: a browser that has stopped reading must not hold up the end."""
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]


@runtime_checkable
class _Server(Protocol):
    """What is used of `uvicorn.Server`."""

    config: Any
    should_exit: bool


def end_on_signals(hurry: Callable[[], object]) -> None:
    """Let the signals that end the running server end it in order. Call this when the server starts.

    If no server handles the signals (a test, a thread that is not the main one), nothing is changed. At its end, the
    server itself restores the handlers that it found.

    Args:
        hurry: called in a thread of its own at a second signal, which asks not to wait for the saving.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # Python lets only the main thread set signal handlers
    for number in SIGNALS:
        server = getattr(signal.getsignal(number), "__self__", None)  # its handler is a method of the server
        if isinstance(server, _Server):
            signal.signal(number, _handler(server, hurry))


def refuse_to_start(why: str) -> NoReturn:
    """End this process, in which the server is just starting, with exit status 2 and a message on standard error.

    The process ends at once: Starlette would print an exception with its traceback, and uvicorn would end with status
    3. Nothing has been started yet that would have to be ended.
    """
    sys.stdout.flush()
    print(why, file=sys.stderr, flush=True)  # noqa: T201 - for whoever has started it, in a terminal
    os._exit(2)


def _handler(server: _Server, hurry: Callable[[], object]) -> Callable[[int, FrameType | None], None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        if not server.should_exit:
            server.config.timeout_graceful_shutdown = GRACE_SECONDS
            server.should_exit = True
        else:
            # Not in this thread: it may hold a lock that `hurry` needs.
            threading.Thread(target=hurry, name="hurry").start()

    return handle

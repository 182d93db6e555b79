"""Ending the server: Ctrl-C and SIGTERM end it calmly, with exit status 0, after the runs have saved what they have.

A server that cannot start ends with a sentence and exit status 2.

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

GRACE = 2
"""Seconds for answers that are still being given: a browser that has fallen asleep over a file must not hold us up."""
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]


@runtime_checkable
class _Server(Protocol):
    """What is used of `uvicorn.Server`."""

    config: Any
    should_exit: bool


def end_calmly(hurry: Callable[[], object]) -> None:
    """Have the signals that end the running server end it without a fuss. To be called when the server starts up.

    Where no server has caught the signals (a test, a thread that is not the main one) nothing is changed. What is
    changed the server undoes itself: at its end it puts back the handlers of before its start.

    Args:
        hurry: called, in a thread of its own, at a second signal: somebody does not want to wait for the saving.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # Python lets only the main thread choose who hears of signals
    for number in SIGNALS:
        server = getattr(signal.getsignal(number), "__self__", None)  # its handler is a method of the server
        if isinstance(server, _Server):
            signal.signal(number, _handler(server, hurry))


def refuse_to_start(why: str) -> NoReturn:
    """End this process, in which the server is just starting up, with exit status 2 and a sentence on standard error.

    At once and from here: whatever is raised while a server starts up, Starlette prints with its traceback, and uvicorn
    makes it status 3. Nothing has been begun yet that would have to be ended.
    """
    sys.stdout.flush()
    print(why, file=sys.stderr, flush=True)  # noqa: T201 - for whoever has started it, in a terminal
    os._exit(2)


def _handler(server: _Server, hurry: Callable[[], object]) -> Callable[[int, FrameType | None], None]:
    def handle(_number: int, _frame: FrameType | None) -> None:
        if not server.should_exit:
            server.config.timeout_graceful_shutdown = GRACE
            server.should_exit = True
        else:
            # Not here: this very thread may hold a lock that hurrying needs.
            threading.Thread(target=hurry, name="hurry").start()

    return handle

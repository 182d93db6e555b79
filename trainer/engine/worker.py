"""Runs fits and tests, each in a background thread of its own. Lives in the trainer process (or the command line)."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from filelock import Timeout

from trainer.engine.turns import Ticket, Turns
from trainer.fit.control import Control, FitEndedError, Wish
from trainer.fit.evaluate import test
from trainer.fit.run import train
from trainer.recipe.spec import RecipeError
from trainer.runs.events import Phase, RunState, StateChanged
from trainer.runs.log import LogWriter
from trainer.runs.store import Store

LOG = logging.getLogger(__name__)
DETAILS_FILE = "error.txt"
STATES_AFTER: dict[str | None, RunState] = {
    None: RunState.FINISHED,
    "stop": RunState.STOPPED,
    "interrupt": RunState.INTERRUPTED,
}


class Worker:
    """Starts, stops and awaits the runs of one store. Safe to call from any thread."""

    def __init__(self, store: Store, turns: Turns | None = None) -> None:
        self._store, self._turns = store, turns or Turns()
        self._lock = threading.Lock()
        self._active: dict[str, tuple[threading.Event, Control]] = {}

    def train(self, run: str) -> None:
        """Begin a run that has been created in the store; a run that is going on already goes on."""
        self._begin(run, self._train)

    def test(self, run: str) -> None:
        """Open the test set of a run that is over."""
        self._begin(run, self._test)

    def end(self, run: str, wish: Wish) -> None:
        """Ask a run to end, in whatever it is busy with; one that is not active is left as it is."""
        with self._lock:
            active = self._active.get(run)
        if active is not None:
            active[1].end(wish)
            self._turns.wake()

    def pause(self, run: str) -> None:
        """Ask a run to hold still, which gives its turn to others; one that is not active is left as it is."""
        with self._lock:
            active = self._active.get(run)
        if active is not None:
            active[1].pause()

    def resume(self, run: str) -> None:
        """Let a run that holds still go on."""
        with self._lock:
            active = self._active.get(run)
        if active is not None:
            active[1].resume()

    def join(self, run: str, timeout: float | None = None) -> bool:
        """Wait until a run is no longer active; False if it still is after `timeout` seconds."""
        with self._lock:
            active = self._active.get(run)
        if active is None:
            return True
        # An event, not the thread: Ctrl-C during `Thread.join` makes Python 3.11 and 3.12 believe that it has ended.
        return active[0].wait(timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Interrupt everything and give it `timeout` seconds in all to save what it has."""
        with self._lock:
            runs = list(self._active)
        for run in runs:
            self.end(run, "interrupt")
        deadline = time.monotonic() + timeout
        for run in runs:
            if not self.join(run, max(0.0, deadline - time.monotonic())):
                LOG.warning("Run %s did not end within %.0f s and is left behind.", run, timeout)

    def _begin(self, run: str, work: Callable[[str, Control, Ticket], None]) -> None:
        with self._lock:
            if run in self._active:
                return
            # The ticket asks the control whether its owner has given up; the control offers the ticket's turn.
            ticket = self._turns.ticket(lambda: control.ending)
            control = Control(ticket)
            over = threading.Event()
            thread = threading.Thread(target=self._guard, args=(run, work, control, ticket, over), name=f"fit-{run}")
            self._active[run] = (over, control)
            thread.start()

    def _guard(
        self,
        run: str,
        work: Callable[[str, Control, Ticket], None],
        control: Control,
        ticket: Ticket,
        over: threading.Event,
    ) -> None:
        try:
            with self._store.lock(run).acquire(timeout=5):
                work(run, control, ticket)
        except Timeout:
            LOG.warning("Run %s is held by another trainer; it is left to that one.", run)
        except Exception:
            LOG.exception("Run %s could not be recorded.", run)
        finally:
            ticket.leave()
            with self._lock:
                del self._active[run]
            over.set()

    def _train(self, run: str, control: Control, ticket: Ticket) -> None:
        folder = self._store.folder(run)
        log = LogWriter(folder / "events.jsonl")
        try:
            log.write(StateChanged(state=RunState.QUEUED))
            log.write(_final_state(lambda: self._fit(run, folder, log, control, ticket), folder))
            log.sync()
        finally:
            log.close()

    def _fit(self, run: str, folder: Path, log: LogWriter, control: Control, ticket: Ticket) -> StateChanged:
        if not ticket.take():
            return StateChanged(state=STATES_AFTER[control.wish], reason="Ended before it began.")
        log.write(StateChanged(state=RunState.RUNNING))
        control.on_hold = lambda held: log.write(StateChanged(state=RunState.PAUSED if held else RunState.RUNNING))
        outcome = train(self._store.recipe(run), folder, log.write, control)
        return StateChanged(state=STATES_AFTER[outcome.wish], reason=outcome.reason)

    def _test(self, run: str, control: Control, ticket: Ticket) -> None:
        folder = self._store.folder(run)
        history = self._store.read(run).history
        log = LogWriter(folder / "events.jsonl")
        try:
            if history.weights is None:
                log.write(
                    Phase(
                        name="test_failed", text="This run has kept no weights, so it cannot be tested. Train it again."
                    )
                )
                return
            log.write(Phase(name="testing"))
            if not ticket.take():
                raise FitEndedError
            log.write(test(self._store.recipe(run), folder, history.weights, len(history.tests) + 1, control))
        except FitEndedError:
            log.write(Phase(name="test_failed", text="The test was stopped before its end."))
        except Exception as error:  # noqa: BLE001 - the person waiting for the test has to be told
            log.write(Phase(name="test_failed", text=_in_words(error, folder)))
        finally:
            log.close()


def _final_state(fit: Callable[[], StateChanged], folder: Path) -> StateChanged:
    """A final state is always written, whatever happens inside Keras or a callback."""
    try:
        return fit()
    except Exception as error:  # noqa: BLE001 - any failure at all has to end in a recorded state
        return StateChanged(state=RunState.FAILED, reason=_in_words(error, folder))


def _in_words(error: Exception, folder: Path) -> str:
    """The error as a sentence; everything else goes into a file of the run for whoever looks into it."""
    if isinstance(error, RecipeError):
        return str(error)
    (folder / DETAILS_FILE).write_text("".join(traceback.format_exception(error)), "utf-8")
    first = (str(error).strip().splitlines() or [""])[0][:200]
    if isinstance(error, MemoryError) or "OOM" in str(error) or "ResourceExhausted" in type(error).__name__:
        return "The computer's memory was not enough. Make the model or the batch smaller and train again."
    if isinstance(error, OSError):
        return (
            f"The disk did not take what the run had to save ({error.strerror or first}). Make room, then train again."
        )
    return f"Keras gave up: {type(error).__name__}: {first} The details are in the run's file {DETAILS_FILE}."

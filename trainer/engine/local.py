"""The server's side of the one trainer process: starts it, gives it orders, watches it, replaces it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO

from filelock import Timeout

from trainer import PROJECT
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState, StateChanged
from trainer.runs.log import LogWriter
from trainer.runs.store import RunNotFoundError, Store

LOG = logging.getLogger(__name__)
GONE = "The trainer stopped working. A new one has been started; train again."
RETRY = 5.0
"""Seconds until the next try where a trainer ended before it was ready: whatever is wrong will not pass at once."""


class LocalEngine:
    """One trainer process beside this one. Safe to call from any thread."""

    def __init__(self, store: Store, command: list[str] | None = None) -> None:
        """Prepare an engine for a store; nothing runs before `start`.

        Args:
            store: where runs are kept.
            command: how to start the trainer, for tests.
        """
        self.store = store
        self._command = command or [sys.executable, "-m", "trainer.engine.process", str(store.root)]
        self._lock = threading.RLock()
        self._process: subprocess.Popen[str] | None = None
        self._supervisor: threading.Thread | None = None
        self._ours: set[str] = set()
        self._closing = threading.Event()
        self.ready = threading.Event()
        """Set while a trainer can take orders at once; before that it is still loading TensorFlow."""

    def start(self) -> None:
        """Start the trainer and the thread that watches it; a second call does nothing."""
        with self._lock:
            if self._supervisor is not None:
                return
            self._spawn()
            self._supervisor = threading.Thread(target=self._supervise, name="trainer-supervisor", daemon=True)
            self._supervisor.start()

    def submit(self, recipe: Recipe) -> str:
        """Make a run of a recipe and have it trained; returns its id at once.

        Raises:
            OSError: the store does not take it.
        """
        self.start()
        with self._lock:
            run = self.store.create(recipe)
            self._ours.add(run)
            self._order("train", run)
        return run

    def stop(self, run: str) -> None:
        """Ask a run to stop at its next batch; pressing twice is the same as once."""
        self._order("stop", run)

    def pause(self, run: str) -> None:
        """Ask a run to hold still at its next batch, until `resume` or `stop`."""
        self._order("pause", run)

    def resume(self, run: str) -> None:
        """Let a paused run go on."""
        self._order("resume", run)

    def test(self, run: str) -> None:
        """Have the test set opened for a run that is over."""
        self.start()
        self._order("test", run)

    def close(self, timeout: float = 12.0) -> None:
        """End the trainer; running fits get time to save. Nothing is left behind."""
        self._closing.set()
        with self._lock:
            process, supervisor = self._process, self._supervisor
        if process is None:
            return
        self._order("close", "")
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            LOG.warning("The trainer did not end within %.0f s and is killed.", timeout)
            process.kill()
            process.wait()
        if supervisor is not None:
            supervisor.join(timeout)

    def _order(self, do: str, run: str) -> None:
        with self._lock:
            if self._process is None or self._process.stdin is None:
                return
            try:
                self._process.stdin.write(json.dumps({"do": do, "run": run}) + "\n")
                self._process.stdin.flush()
            except (BrokenPipeError, ValueError):
                # It has just died: the supervisor marks its runs and starts another.
                LOG.info("The trainer could not take the order %r.", do)

    def _spawn(self) -> None:
        with (self.store.root / "trainer.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module with our own interpreter
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=PROJECT,
                start_new_session=True,  # Ctrl-C in the terminal is for the server, which then closes the trainer
            )

    def _supervise(self) -> None:
        self._mark_left_behind()
        while True:
            process = self._process
            assert process is not None  # noqa: S101 - `start` has spawned it
            assert process.stdout is not None  # noqa: S101 - it was asked for
            self._listen(process.stdout)
            began = self.ready.is_set()
            self.ready.clear()
            code = process.wait()
            if not began:
                self._closing.wait(RETRY)
            with self._lock:
                process.stdout.close()
                if process.stdin is not None:
                    with suppress(OSError):  # orders that it did not live to read
                        process.stdin.close()
            LOG.info("The trainer ended with code %s.", code)
            if not self._respawn():
                return
            with self._lock:
                lost, self._ours = self._ours, set()
                for run in sorted(lost):
                    self._after_a_crash(run)

    def _respawn(self) -> bool:
        """Start another trainer, however long the computer refuses one; False if the engine was closed meanwhile."""
        while not self._closing.is_set():
            try:
                with self._lock:
                    self._spawn()
            except OSError as error:
                LOG.warning("No new trainer could be started (%s); trying again.", error)
                self._closing.wait(RETRY)
            else:
                LOG.warning("The trainer had ended; a new one has been started.")
                return True
        return False

    def _listen(self, answers: IO[str]) -> None:
        for line in answers:
            if line.strip() == "ready":
                self.ready.set()

    def _after_a_crash(self, run: str) -> None:
        """A run that had begun is interrupted; one that still waited is given to the new trainer."""
        try:
            snapshot = self.store.read(run)
        except RunNotFoundError:
            return  # it was over, and has been deleted since
        if snapshot.left_behind and snapshot.history.phase is not None:
            self._mark(run, GONE)
        elif snapshot.left_behind or snapshot.history.cursor < 0:
            self._ours.add(run)
            self._order("train", run)

    def _mark_left_behind(self) -> None:
        """Runs of a server that was killed: say so in their own log, once, at the next start."""
        for run in self.store.ids():
            with self._lock:  # against a run that is just being submitted
                if run in self._ours:
                    continue
                try:
                    snapshot = self.store.read(run)
                except RunNotFoundError:
                    continue  # deleted just now
                if snapshot.left_behind or (snapshot.damage is None and snapshot.history.cursor < 0):
                    self._mark(run, "Fitboard was closed or the computer went off while this run was going on.")

    def _mark(self, run: str, reason: str) -> None:
        try:
            with self.store.lock(run).acquire(blocking=False):
                log = LogWriter(self.store.log(run))
                try:
                    log.write(StateChanged(state=RunState.INTERRUPTED, reason=reason))
                finally:
                    log.close()
        except Timeout:
            LOG.info("Run %s is alive elsewhere.", run)
        except OSError as error:
            LOG.warning("Run %s could not be marked as interrupted (%s).", run, error)


_shared: LocalEngine | None = None
_shared_lock = threading.Lock()


def shared() -> LocalEngine:
    """The engine of this server on the default store: one for every page, route and session."""
    global _shared
    with _shared_lock:
        if _shared is None:
            _shared = LocalEngine(Store())
        return _shared

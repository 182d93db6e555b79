"""Reads pasted models in processes of their own, so that no text can hold up or bring down the server.

The reading itself (`trainer/keras_code`) runs nothing and has limits of its own. Should a text get around them, it
costs one process: that is killed after two seconds, and another one takes its place.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from contextlib import suppress

from trainer import PROJECT
from trainer.engine.wording import WORDING
from trainer.keras_code.limits import check_length
from trainer.keras_code.reader import ReadModel
from trainer.messages import Message
from trainer.recipe.layers import AnyLayer
from trainer.recipe.spec import RecipeError, Spec

LOG = logging.getLogger(__name__)
TIMEOUT_SECONDS = 2.0
"""How long reading one text may take."""
WAIT_SECONDS = 2.5
"""How long somebody waits for an answer, the time for others' texts included."""
START_SECONDS = 60.0
"""How long a process may take until it is ready."""
MAX_PROCESSES = 2
"""The second one is started when two texts come at once."""


class _Answer(Spec):
    """What a process says of a text. It is checked like anything that comes from outside."""

    refused: Message | str | None = None
    layers: tuple[AnyLayer, ...] = ()
    notes: tuple[Message, ...] = ()
    reads: tuple[int | None, ...] | None = None


class ReaderProcess:
    """One process that reads. Only one thread at a time may use it; any may end it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._is_ready = False
        self._process = subprocess.Popen(  # noqa: S603 - our own module with our own interpreter
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
            start_new_session=True,
        )
        self.pid = self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self) -> bool:
        """Whether it can read now; False if it has ended, or was killed because it took too long to start."""
        self._is_ready = self._is_ready or self._next_line(START_SECONDS) is not None
        return self._is_ready

    def read(self, text: str, timeout: float) -> str | None:
        """Its answer as JSON; None if it took too long, and was killed, or ended by itself."""
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        try:
            self._process.stdin.write(json.dumps({"text": text}) + "\n")
            self._process.stdin.flush()
        except OSError:
            LOG.warning("The reader process %d ended before it was asked.", self.pid)
            return None
        return self._next_line(timeout)

    def kill(self) -> None:
        """End it, whatever it does: it has nothing to save. Whoever reads from it gets None."""
        self._process.kill()

    def end(self) -> None:
        """Kill it and leave nothing of it behind; for the thread that uses it."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what it did not live to read
                    pipe.close()

    def _next_line(self, timeout: float) -> str | None:
        # Killing it ends the line that is waited for, on every system, whatever it is busy with.
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        killer = threading.Timer(timeout, self._process.kill)
        killer.start()
        try:
            return self._process.stdout.readline() or None
        finally:
            killer.cancel()


class Reader:
    """Reads texts, in the order in which they come. Safe to call from any thread."""

    def __init__(
        self, command: Sequence[str] | None = None, timeout: float = TIMEOUT_SECONDS, wait: float = WAIT_SECONDS
    ) -> None:
        """A reader; nothing runs before `start` or the first text.

        Args:
            command: how to start a process, for tests.
            timeout: seconds that one text may take.
            wait: seconds after which whoever asks is told that others are being served.
        """
        self._command = command or [sys.executable, "-m", "trainer.engine.reader_process"]
        self._timeout, self._wait = timeout, wait
        self._pool = ThreadPoolExecutor(MAX_PROCESSES, "reader")
        self._mine = threading.local()
        """The process of each thread of the pool."""
        self._lock = threading.Lock()
        self._processes: set[ReaderProcess] = set()
        self._asking: set[str] = set()
        self._is_closed = False

    def start(self) -> None:
        """Have a process ready for the first text; waits for nothing."""
        self._pool.submit(self._ready)

    def read(self, text: str, person: str | None = None) -> ReadModel:
        """Read the layers of a model.

        Args:
            text: as for `trainer.keras_code.reader.read_model`.
            person: who asks; one person's texts are read one at a time. None is nobody in particular.

        Raises:
            RecipeError: as for `read_model`; or the text takes too long, or others are being served.
        """
        check_length(text)
        with self._lock:
            if person in self._asking:
                raise RecipeError(WORDING.message("reader_waits"))
            if person is not None:
                self._asking.add(person)
        try:
            asked = self._pool.submit(self._answer, text)
        except RuntimeError:
            self._done(person)
            raise RecipeError(WORDING.message("reader_busy")) from None  # the server is being closed
        asked.add_done_callback(lambda _: self._done(person))
        try:
            found = asked.result(self._wait)
        except (NotYetError, CancelledError):
            asked.cancel()
            raise RecipeError(WORDING.message("reader_busy")) from None
        if found is None:
            raise RecipeError(WORDING.message("reading_too_long"))
        answer = _Answer.from_json(found)
        if answer.refused is not None:
            raise RecipeError(answer.refused)
        return ReadModel(answer.layers, answer.notes, answer.reads)

    def processes(self) -> list[int]:
        """The process ids of those that read, or are about to."""
        with self._lock:
            return sorted(process.pid for process in self._processes)

    def close(self) -> None:
        """End all processes; whoever waits is told so."""
        with self._lock:
            self._is_closed = True
            for process in self._processes:
                process.kill()
        self._pool.shutdown(cancel_futures=True)
        for process in self._processes:
            process.end()
        self._processes.clear()

    def _done(self, person: str | None) -> None:
        with self._lock:
            self._asking.discard(person or "")

    def _answer(self, text: str) -> str | None:
        """In a thread of the pool: what this thread's process says of a text; None if it was given up."""
        process = self._ready()
        found = None if process is None else process.read(text, self._timeout)
        if found is None and process is not None:
            LOG.warning("A pasted text of %d characters was given up after at most %g s.", len(text), self._timeout)
            self._replace(process)
        return found

    def _ready(self) -> ReaderProcess | None:
        """In a thread of the pool: its process, ready to read; None if there can be none."""
        process: ReaderProcess | None = getattr(self._mine, "process", None)
        if process is None or not process.is_alive:
            process = self._replace(process)
        return process if process is not None and process.wait_until_ready() else None

    def _replace(self, old: ReaderProcess | None) -> ReaderProcess | None:
        """In a thread of the pool: end a process, and start the next one at once, so that it is ready when needed."""
        if old is not None:
            old.end()
        with self._lock:
            if old is not None:
                self._processes.discard(old)
            new = self._mine.process = self._started()
            if new is not None:
                self._processes.add(new)
            return new

    def _started(self) -> ReaderProcess | None:
        if self._is_closed:
            return None
        try:
            return ReaderProcess(self._command)
        except OSError as error:
            LOG.warning("No reader process could be started: %s", error)
            return None


_shared = Reader()


def shared() -> Reader:
    """The reader of this server: one for all pages and sessions."""
    return _shared

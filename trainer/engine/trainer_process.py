"""The server's side of one trainer process: its pipes, its answers, its end."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from trainer import PROJECT
from trainer.engine.protocol import AnyAnswer, Close, Command, Ready, parse_answer

LOG = logging.getLogger(__name__)


class TrainerProcess:
    """A trainer process and the thread that listens to it. Safe to call from any thread."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        on_answer: Callable[[TrainerProcess, AnyAnswer], object],
        on_end: Callable[[TrainerProcess, bool], object],
    ) -> None:
        """Start the process.

        Args:
            command: how to start it.
            log: takes what it prints.
            on_answer: told of each answer, in the listening thread.
            on_end: told when it is gone, in the listening thread, and whether it had been ready before.

        Raises:
            OSError: the computer does not start it.
        """
        self.ready = threading.Event()
        """Set while it can take commands at once; before that it is still loading TensorFlow."""
        self.models_built = 0
        """Commands that made it build a model."""
        self._on_answer, self._on_end, self._writing = on_answer, on_end, threading.Lock()
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own module with our own interpreter
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                encoding="utf-8",
                errors="replace",
                cwd=PROJECT,
                start_new_session=True,  # Ctrl-C in the terminal is for the server, which then closes the trainer
            )
        self.pid = self._process.pid
        self._listener = threading.Thread(target=self._listen, name=f"trainer-{self.pid}", daemon=True)

    def listen(self) -> None:
        """Begin to listen; called once whoever is told has taken note of this process."""
        self._listener.start()

    def send(self, command: Command) -> bool:
        """Send a command; False if the process is gone: whoever watches it is told by `on_end`."""
        with self._writing:
            if self._process.stdin is None:
                return False
            try:
                self._process.stdin.write(command.to_line())
                self._process.stdin.flush()
            except (BrokenPipeError, ValueError):
                LOG.info("The trainer could not take the command %r.", command)
                return False
        self.models_built += command.builds_model
        return True

    def close(self, timeout: float) -> None:
        """End it; running fits get time to save. Nothing is left behind."""
        if self.ready.is_set():
            self.send(Close())
        else:
            self._process.kill()  # it is still loading TensorFlow, and has nothing to save
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            LOG.warning("The trainer did not end within %.0f s and is killed.", timeout)
            self._process.kill()
            self._process.wait()
        if threading.current_thread() is not self._listener:
            self._listener.join(timeout)

    def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        for line in self._process.stdout:
            # Whatever one answer does, the next one must be heard: without it no run would ever be over.
            try:
                answer = parse_answer(line)
                if isinstance(answer, Ready):
                    self.ready.set()
                self._on_answer(self, answer)
            except Exception:
                LOG.exception("This answer of the trainer could not be used: %.200r", line)
        was_ready = self.ready.is_set()
        self.ready.clear()
        code = self._process.wait()
        with self._writing:
            self._process.stdout.close()
            if self._process.stdin is not None:
                with suppress(OSError):  # commands that it did not live to read
                    self._process.stdin.close()
        LOG.info("The trainer ended with code %s.", code)
        self._on_end(self, was_ready)

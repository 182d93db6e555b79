"""A disk that refuses the writes that a test names: for the file of a log and for files of weights."""

from __future__ import annotations

import os
from collections.abc import Callable
from errno import ENOSPC
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.support.throttle import leave_nothing_out
from trainer.engine import record
from trainer.fit import checkpoint
from trainer.fit import run as fit_run
from trainer.fit.control import Control
from trainer.recipe.recipe import Recipe
from trainer.runs.history import History
from trainer.runs.log import LogWriter

Tiny = Callable[..., Recipe]
FULL = OSError(ENOSPC, os.strerror(ENOSPC))


class Disk:
    """Counts writes from 0 and refuses those that `fails` names, each after half of it has been taken."""

    def __init__(self) -> None:
        self._numbers = count()
        self._fails: Callable[[int], bool] = lambda _: False

    def takes(self) -> bool:
        return not self._fails(next(self._numbers))

    def begin(self, fails: Callable[[int], bool]) -> None:
        """Count anew, and refuse other writes."""
        self._numbers, self._fails = count(), fails

    @property
    def writes(self) -> int:
        """How many there have been."""
        return next(self._numbers)

    def carry_logs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let every event log lie on this disk."""
        begin = LogWriter.__init__

        def on_it(log: LogWriter, *arguments: Any) -> None:
            begin(log, *arguments)
            log._file = _File(log._file, self)  # type: ignore[assignment]

        monkeypatch.setattr(LogWriter, "__init__", on_it)
        monkeypatch.setattr(record, "PAUSE_SECONDS", 0.0)
        # A slow machine leaves out what costs too much of an epoch; here a run always has the same lines.
        leave_nothing_out(monkeypatch)

    def carry_weights(self, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
        """Let the weights that are written into folders of this name (a pattern) lie on this disk."""
        write = Path.write_bytes

        def on_it(path: Path, content: bytes) -> int:
            if not path.parent.match(folder) or self.takes():
                return write(path, content)
            write(path, content[: len(content) // 2])
            raise FULL

        monkeypatch.setattr(checkpoint.Path, "write_bytes", on_it)


class _File:
    """The file of a log on such a disk."""

    def __init__(self, file: Any, disk: Disk) -> None:
        self._file, self._disk = file, disk

    def write(self, line: bytes) -> int:
        return self._file.write(line if self._disk.takes() else line[: len(line) // 2])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def fit(recipe: Recipe, folder: Path) -> History:
    """Train without a worker."""
    folder.mkdir(exist_ok=True)
    history = History()
    write = lambda event: history.add([event.model_copy(update={"n": history.cursor + 1})])  # noqa: E731
    fit_run.train(recipe, folder, write, Control())
    return history


def numbers(history: History) -> list[dict[str, float]]:
    """The numbers of each epoch."""
    return [epoch.logs for epoch in history.epochs]


def one_batch(tiny: Tiny, *settings: str) -> Recipe:
    """A recipe with one batch in an epoch, so that a run always has the same lines in its log."""
    return tiny("data.limit=40", "fit.batch_size=40", *settings)

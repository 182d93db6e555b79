"""What a reading may take is counted while it goes on, and whoever no longer waits for it ends it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from tests.support.clock import Clock
from tests.support.refusals import refused
from trainer.data import budget
from trainer.data.budget import EVERY, READING, LimitError, ReadingBudget
from trainer.data.content import PIECE
from trainer.data.progress import reported_to
from trainer.data.table import Reading, is_text, read_table, readings
from trainer.messages import Message
from trainer.sources.mnist.reading import read_pictures

TASK = Message(code="test.reading")


def test_each_unit_is_counted_by_itself() -> None:
    limited = ReadingBudget({"rows": 10, "bytes": 100}, TASK)
    limited.take("rows", 10)
    limited.take("cells", 1_000_000)
    limited.take("bytes", 60)
    limited.begin("bytes")
    limited.take("bytes", 100)
    with refused("too_many_rows", LimitError, limit=10):
        limited.take("rows")


def test_a_reading_that_takes_too_long_is_refused(clock: Clock) -> None:
    limited = ReadingBudget({}, TASK, seconds=5, clock=clock)
    clock.now += 5
    limited.take("rows")
    clock.now += 0.1
    with refused("too_many_seconds", LimitError, limit=5):
        limited.take("rows")


def test_it_reports_from_time_to_time(clock: Clock) -> None:
    heard: list[tuple[Message, float | None]] = []
    with reported_to(lambda what, share: heard.append((what, share))):
        limited = ReadingBudget({}, READING, now=clock)
        limited.report(0.25)
        for _ in range(10):
            clock.now += EVERY / 2 + 0.001
            limited.tick()
    assert heard == [(READING, 0.25)] * 6


class TabClosedError(BaseException):
    """Raised where the page would say how far it is."""


@pytest.fixture
def large(tmp_path: Path) -> Callable[[str], Path]:
    """A file of each kind, of several megabytes."""
    rows = b"text,label\n" + b"".join(b'"some words, and the number %d",%d\n' % (n, n % 2) for n in range(120_000))

    def make(kind: str) -> Path:
        path = tmp_path / f"table.{kind}"
        if kind == "xlsx":
            book = openpyxl.Workbook(write_only=True)
            sheet = book.create_sheet()
            for n in range(4_000):
                sheet.append([f"some words {n}", n % 2])
            book.save(path)
        elif kind == "npz":
            some = {f"x_{part}": np.zeros((2_000, 32, 32), np.float32) for part in ("train", "test")}
            arrays: dict[str, Any] = {**some, "y_train": np.arange(2_000) % 2, "y_test": np.arange(2_000) % 2}
            np.savez_compressed(path, **arrays)
        else:
            path.write_bytes(gzip.compress(rows) if kind == "gz" else rows.decode().encode("utf-16"))
        return path

    return make


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "text": ("csv", lambda path: read_table(path, Reading(header=None, above=None))),
    "sample": ("csv", lambda path: read_table(path, Reading(sample=100))),
    "packed text": ("gz", lambda path: read_table(path, Reading(header=None, above=None))),
    "workbook": ("xlsx", lambda path: read_table(path, Reading(header=None, above=None))),
    "pictures": ("npz", read_pictures),
    "is it a text": ("gz", is_text),
    "letters": ("csv", lambda path: readings(path, "utf-16", sample=False)),
}


@pytest.mark.parametrize("case", READERS)
def test_every_reader_can_be_ended_at_each_step(
    case: str, large: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A core was busy for ever after the tab was closed that had brought a workbook."""
    monkeypatch.setattr(budget, "EVERY", 0.0)
    kind, read = READERS[case]
    path = large(kind)
    steps = 0

    def count(what: Message, share: float | None) -> None:
        nonlocal steps
        steps += 1

    with reported_to(count):
        read(path)
    size = path.stat().st_size
    assert steps >= max(1, size // PIECE), "no piece of the file without a word"

    def stop(what: Message, share: float | None) -> None:
        nonlocal steps
        steps -= 1
        if steps <= 0:
            raise TabClosedError

    for last in (1, steps // 2, steps - 1):
        steps = max(1, last)
        path.touch()  # another file, as far as what is kept is concerned
        with pytest.raises(TabClosedError), reported_to(stop):
            read(path)

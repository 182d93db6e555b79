"""How long the work of the Data page on a large table takes: `python -m benchmarks.data_loading`."""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from components.shelf import Shelf
from trainer import data
from trainer.data.columns import choose_columns
from trainer.data.doctor import findings
from trainer.data.table import Reading, read_table
from trainer.data.words import facts_of, known_words, suggested_length, telling_words
from trainer.recipe.data import TextCsv

T = TypeVar("T")


def made(rows: int, words: int) -> bytes:
    """A table of random words, the common ones commoner, as in any language."""
    chance = np.random.default_rng(1)
    known = np.array([f"word{number}" for number in range(30_000)])
    numbers = np.minimum(chance.zipf(1.3, (rows, words)), len(known)) - 1
    lines = [f'"{" ".join(known[line])}",{"spam" if line[0] % 3 else "ham"}' for line in numbers]
    return ("text,label\n" + "\n".join(lines) + "\n").encode()


def main() -> None:
    """Each step with its seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=30)
    options = parser.parse_args()
    content = made(options.rows, options.words)
    began = time.perf_counter()

    def timed(name: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = work()
        print(f"| {name} | {time.perf_counter() - start:.2f} s |")
        return result

    with tempfile.TemporaryDirectory() as folder:
        path = timed("kept under its hash", lambda: Shelf(Path(folder)).save_upload("large.csv", content))
        table = timed("read", lambda: read_table(path, Reading(header=None)))
        choice = timed("columns chosen", lambda: choose_columns(table))
        spec = TextCsv(path=str(path), text_column=choice.text, label_column=choice.label, keep_together=True)
        dataset = timed("cut into parts", lambda: data.load(spec, 1))
        print(f"| **ready to train** ({len(content) / 1e6:.1f} MB) | **{time.perf_counter() - began:.2f} s** |")
        timed("doctor", lambda: findings(spec, dataset))
        facts = timed("words counted", lambda: facts_of(dataset))
        timed("length, vocabulary, telling words", lambda: (suggested_length(facts), known_words(facts, 10_000),
                                                            [telling_words(facts, n) for n in range(2)]))  # fmt: skip
        print(f"| **all** | **{time.perf_counter() - began:.2f} s** |")
    print(f"Peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB.")


if __name__ == "__main__":
    main()

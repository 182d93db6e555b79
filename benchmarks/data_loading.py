"""How long the Data page works on a large table: `python -m benchmarks.data_loading`.

With `--people 30`, thirty people load at once, first the same table and then one each: how much memory that takes, how
long each person waits, and how soon somebody else who works on a lesson gets an answer.
"""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TypeVar

import numpy as np
import psutil

from components.library import Library
from trainer import data
from trainer.data.locks import one_at_a_time
from trainer.data.table import Reading, read_table, weight
from trainer.data.words import facts_of, known_words, suggested_length, telling_words
from trainer.sources.text_csv.columns import choose_columns
from trainer.sources.text_csv.doctor import diagnose
from trainer.sources.text_csv.spec import TextCsv

T = TypeVar("T")


def made(rows: int, words: int, seed: int = 1) -> bytes:
    """A table of random words, the common ones commoner, as in any language."""
    chance = np.random.default_rng(seed)
    known = np.array([f"word{number}" for number in range(30_000)])
    numbers = np.minimum(chance.zipf(1.3, (rows, words)), len(known)) - 1
    lines = [f'"{" ".join(known[line])}",{"spam" if line[0] % 3 else "ham"}' for line in numbers]
    return ("text,label\n" + "\n".join(lines) + "\n").encode()


def everything(path: Path) -> None:
    """What the page does with a table that is brought."""
    with one_at_a_time(weight(path)):
        table = read_table(path, Reading(header=None))
        choice = choose_columns(table)
        spec = TextCsv(path=str(path), text_column=choice.text, label_column=choice.label, keep_together=True)
        suggested_length(facts_of(data.load(spec, 1)))
    del table
    diagnose(spec, data.load(spec, 1))


def at_once(name: str, paths: list[Path]) -> None:
    """All of them load; prints the waits, the memory, and how soon somebody else gets an answer meanwhile."""
    lesson = TextCsv(path="data/reviews.csv")
    data.load(lesson, 1)
    waits: list[float] = []
    began = time.perf_counter()

    def load(path: Path) -> None:
        everything(path)
        waits.append(time.perf_counter() - began)

    threads = [Thread(target=load, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    answers, most = [], 0
    while any(thread.is_alive() for thread in threads):
        asked = time.perf_counter()
        data.load(lesson, 1)
        facts_of(data.load(lesson, 1))
        answers.append(time.perf_counter() - asked)
        most = max(most, psutil.Process().memory_info().rss)
        time.sleep(0.1)
    gc.collect()
    left = psutil.Process().memory_info().rss
    print(
        f"| {name} | {min(waits):.0f} s | {max(waits):.0f} s | {most / 1e6:.0f} MB | {left / 1e6:.0f} MB | "
        f"{1000 * statistics.median(answers):.0f} ms, at most {1000 * max(answers):.0f} ms |",
        flush=True,
    )


def people(number: int, rows: int, words: int) -> None:
    """The table of `docs/performance.md`."""
    print(
        "| | first is ready | last is ready | most memory | left | another gets an answer |\n|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{place}.csv" for place in range(number + 1)]
        for place, path in enumerate(paths):
            path.write_bytes(made(rows, words, place))
        gc.collect()
        print(f"| before | | | {psutil.Process().memory_info().rss / 1e6:.0f} MB | | |", flush=True)
        at_once(f"{number} load the same table", [paths[-1]] * number)
        at_once(f"{number} load different tables", paths[:-1])


def main() -> None:
    """Each step with its seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=30)
    parser.add_argument("--people", type=int, default=0)
    options = parser.parse_args()
    if options.people:
        people(options.people, options.rows, options.words)
        return
    content = made(options.rows, options.words)
    began = time.perf_counter()

    def timed(name: str, work: Callable[[], T]) -> T:
        start = time.perf_counter()
        result = work()
        print(f"| {name} | {time.perf_counter() - start:.2f} s |")
        return result

    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
        path = timed("kept under its hash", lambda: library.keep(library.receive("large.csv", content)))
        table = timed("read", lambda: read_table(path, Reading(header=None)))
        choice = timed("columns chosen", lambda: choose_columns(table))
        spec = TextCsv(path=str(path), text_column=choice.text, label_column=choice.label, keep_together=True)
        dataset = timed("cut into parts", lambda: data.load(spec, 1))
        print(f"| **ready to train** ({len(content) / 1e6:.1f} MB) | **{time.perf_counter() - began:.2f} s** |")
        timed("doctor", lambda: diagnose(spec, dataset))
        facts = timed("words counted", lambda: facts_of(dataset))
        timed("length, vocabulary, telling words", lambda: (suggested_length(facts), known_words(facts, 10_000),
                                                            [telling_words(facts, n) for n in range(2)]))  # fmt: skip
        print(f"| **all** | **{time.perf_counter() - began:.2f} s** |")
    print(f"Peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB.")


if __name__ == "__main__":
    main()

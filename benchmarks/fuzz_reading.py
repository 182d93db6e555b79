"""Hostile texts for the reader of pasted models: `python -m benchmarks.fuzz_reading [TEXTS] [--processes N]`.

Generates random programs from a part of Python's grammar, with hostile numbers, loops, functions and calls, and the
JSON of models with anything in any place. Each must be read, or refused in one sentence. Prints a table at the end or
at Ctrl-C. An exception, or a text that exceeds the limits, is printed with its seed and makes the exit status 1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from contextlib import suppress

from tests.support.fuzz_reading import Found, some, table

CHUNK = 500
"""Texts that a process takes at a time."""


def main() -> int:
    """Run the number of texts that is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=max(1, multiprocessing.cpu_count() - 1))
    parser.add_argument("--seed", type=int, default=0, help="of the first text; the next ones have the next numbers")
    options = parser.parse_args()
    last = options.seed + options.texts
    chunks = [range(begin, min(begin + CHUNK, last)) for begin in range(options.seed, last, CHUNK)]
    whole, began = Found(), time.monotonic()
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool, suppress(KeyboardInterrupt):
        for done, found in enumerate(pool.imap_unordered(some, chunks), start=1):
            whole.add(found)
            for fault in found.faults:
                print(fault, file=sys.stderr, flush=True)
            if done % 100 == 0:
                print(f"{done * CHUNK:,} texts, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(table(whole))
    return 1 if whole.faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""What the checksum in each line of a log costs, and which damage it detects: the same lines with and without it.

`python -m benchmarks.log_checksum` prints two tables. It takes about a minute and a few MB in a temporary folder.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.store_listing import events
from trainer.recipe.spec import NewerVersionError
from trainer.runs.events import AnyEvent, EpochEnded
from trainer.runs.log import LogReader, to_line

TIMES, ROUNDS = 20, 20
"""How often the log of a lesson is written and read at a stretch, and how often that is done."""
KINDS = (
    "reported as damaged",
    "reported as made by a newer version",
    "read with the same result",
    "read with another result, unnoticed",
)


def old_line(event: AnyEvent) -> bytes:
    """The line as versions 0.1 and 0.2 wrote it."""
    return event.model_dump_json().encode() + b"\n"


def numbered() -> list[AnyEvent]:
    """The events of a lesson's run as a writer would number them."""
    return [event.model_copy(update={"n": n, "t": n / 10}) for n, event in enumerate(events())]


def seconds(log: Path, make: Callable[[AnyEvent], bytes]) -> tuple[float, float]:
    """Of the processor, for making the lines of a log, and for reading them, each for one line."""
    told = numbered()
    began = time.process_time()
    for _ in range(TIMES):
        content = b"".join(map(make, told))
    made = time.process_time()
    log.write_bytes(content)
    before_reading = time.process_time()
    for _ in range(TIMES):
        LogReader(log).read()
    read = time.process_time()
    each = TIMES * len(told)
    return (made - began) / each, (read - before_reading) / each


def what_flips_do(log: Path, content: bytes, flips: int) -> Counter[str]:
    """One bit of the log turned over, so many times, each time in the whole one: what its readers are told."""
    log.write_bytes(content)
    whole, told = LogReader(log).read(), Counter[str]()
    for bit in np.random.default_rng(1).integers(8 * len(content), size=flips).tolist():
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        log.write_bytes(changed)
        reader = LogReader(log)
        read = reader.read()
        if reader.error is not None:
            told[KINDS[1] if isinstance(reader.error, NewerVersionError) else KINDS[0]] += 1
        elif read == whole:
            told[KINDS[2]] += 1
        else:
            told[KINDS[3]] += 1
        epochs = [event.epoch for event in read if isinstance(event, EpochEnded)]
        told["epochs with a gap"] += epochs != list(range(1, len(epochs) + 1))
    return told


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flips", type=int, default=1500, help="bits that are turned over (default: 1500)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "events.jsonl"
        # In turns, and the least of many: other work on the computer only ever adds.
        tries = [{make: seconds(log, make) for make in (old_line, to_line)} for _ in range(ROUNDS)]
        costs = {make: [min(one[make][place] for one in tries) for place in (0, 1)] for make in (old_line, to_line)}
        size = {make: len(b"".join(map(make, numbered()))) for make in (old_line, to_line)}
        print("| a line | without a checksum | with one |\n|---|---|---|")
        for place, what in enumerate(("written", "read")):
            print(f"| {what} | " + " | ".join(f"{1e6 * costs[make][place]:.1f} µs" for make in costs) + " |")
        print("| bytes of a lesson's log | " + " | ".join(f"{size[make]:,}" for make in size) + " |\n")
        found = {make: what_flips_do(log, b"".join(map(make, numbered())), options.flips) for make in costs}
        print(f"| {options.flips:,} logs with one flipped bit | without | with |\n|---|---|---|")
        for kind in (*KINDS, "epochs with a gap"):
            print(f"| {kind} | " + " | ".join(str(found[make][kind]) for make in found) + " |")


if __name__ == "__main__":
    main()

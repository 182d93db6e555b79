"""What must hold for every run folder after every test, whatever the test did."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from trainer.runs.events import TRANSITIONS, AnyEvent, Continued, EpochEnded, RunState, StateChanged
from trainer.runs.log import MAX_BYTES, LogReader
from trainer.runs.store import ID_PATTERN


def check_everything(root: Path, *, odd_logs: bool = False) -> None:
    """Look at every run folder below `root`; with `odd_logs`, what its log tells may be anything."""
    for log in sorted(root.rglob("events.jsonl")):
        if log.is_file() and log.stat().st_size <= MAX_BYTES and ID_PATTERN.fullmatch(log.parent.name):
            check_run(log.parent, odd_logs=odd_logs)


def check_run(folder: Path, *, odd_logs: bool = False) -> None:
    """Check one run folder; what a log tells counts unless it is damaged, which only a test does.

    Raises:
        AssertionError: something is as it must never be.
    """
    reader = LogReader(folder / "events.jsonl")
    events = reader.read()
    if not reader.damaged and not odd_logs:
        check_events(events)
    no_bare_nan(folder)
    stray = [str(path) for path in folder.rglob(".*")]
    assert not stray or is_held(folder), f"half-written files in a run that nobody holds: {stray}"


def check_events(events: list[AnyEvent]) -> None:
    """Numbers without gaps, no step between states that is not among the legal ones, epochs that rise one by one."""
    assert [event.n for event in events] == list(range(len(events)))
    assert [event.t for event in events] == sorted(event.t for event in events), "time never runs backwards"
    state: RunState | None = None
    epochs = 0
    for event in events:
        match event:
            case StateChanged():
                assert event.state in TRANSITIONS[state], f"from {state} to {event.state} at event {event.n}"
                state = event.state
            case Continued():
                assert event.epoch <= epochs + 1, f"goes on from epoch {event.epoch} of {epochs}"
                epochs = min(epochs, event.epoch)
            case EpochEnded():
                assert event.epoch == epochs + 1, f"epoch {event.epoch} after {epochs} at event {event.n}"
                epochs = event.epoch


def no_bare_nan(folder: Path) -> None:
    """NaN and Infinity stand in no JSON file of a run but as words; what is not JSON at all, a test has damaged."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"a bare {constant} in {folder}")

    decoder = json.JSONDecoder(parse_constant=refuse)
    for path in folder.rglob("*.json*"):
        is_read = path.is_file() and path.stat().st_size <= MAX_BYTES
        content = path.read_bytes().decode("utf-8", "replace") if is_read else ""
        for text in content.splitlines() if path.suffix == ".jsonl" else [content]:
            with suppress(ValueError, RecursionError):
                decoder.raw_decode(text.lstrip())  # below a manifest stands its hash


def is_held(folder: Path) -> bool:
    """Whether a trainer holds the run."""
    try:
        with FileLock(folder / "lock").acquire(blocking=False):
            return False
    except Timeout:
        return True

"""Every kind of damage to a run's folder, as functions that apply it to one."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

WHEN = "99999999-999999-eeeeeeeeeeeeeeee"
"""An id by its letters that is no date."""
QUEUED = {"n": 0, "t": 0, "kind": "state", "state": "running"}


def lines(*events: dict[str, Any]) -> Callable[[Path], None]:
    """A log of one state and these events, with neither checksum nor sense."""
    numbered = [QUEUED, *({"n": place, "t": place} | event for place, event in enumerate(events, start=1))]
    content = "".join(json.dumps(event) + "\n" for event in numbered)
    return lambda folder: _put(folder / "events.jsonl", content.encode())


def content(name: str, what: bytes) -> Callable[[Path], None]:
    return lambda folder: _put(folder / name, what)


def gone(name: str) -> Callable[[Path], None]:
    return lambda folder: _clear(folder / name)


def a_folder(name: str) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        _clear(folder / name)
        (folder / name / "inner").mkdir(parents=True)

    return do


def a_pipe(name: str) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        _clear(folder / name)
        os.mkfifo(folder / name)

    return do


def a_link(name: str, to: str) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        _clear(folder / name)
        (folder / name).symlink_to(to)

    return do


def gigabytes(name: str, size: int = 4_000_000_000) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        (folder / name).touch()
        os.truncate(folder / name, size)  # of holes: it takes no room on the disk

    return do


def _put(path: Path, what: bytes) -> None:
    _clear(path)
    path.write_bytes(what)


def _clear(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


PREPARED = {
    "kind": "prepared", "seconds": 1, "train": 1, "validation": 1, "test": 1, "same_rows": False, "steps": 1,
    "epochs": 1, "batch_size": 1, "parameters": 1, "class_names": ["a"],
}  # fmt: skip
EPOCH = {"kind": "epoch", "epoch": 1, "seconds": 1, "logs": {"loss": 1}}

LOGS = {
    "no log": gone("events.jsonl"),
    "log is a folder": a_folder("events.jsonl"),
    "log is a pipe": a_pipe("events.jsonl"),
    "log is a device": a_link("events.jsonl", "/dev/zero"),
    "log leads nowhere": a_link("events.jsonl", "nowhere"),
    "log leads to itself": a_link("events.jsonl", "events.jsonl"),
    "log of gigabytes": gigabytes("events.jsonl"),
    "log is not UTF-8": content("events.jsonl", b"\xff\xfe\x80\n"),
    "log of zeros": content("events.jsonl", bytes(5000) + b"\n"),
    "one endless line": content("events.jsonl", b'{"n":0,"t":0,"kind":"notice","text":"' + b"x" * 20_000_000 + b'"}\n'),
    "nested deeply": content("events.jsonl", b"[" * 200_000 + b"\n"),
    "not an object": content("events.jsonl", b"[1]\n"),
    "epoch without end": lines(EPOCH | {"epoch": 10**30}),
    "negative epoch": lines(EPOCH | {"epoch": -1}),
    "endless number": lines(EPOCH | {"n": 10**30}),
    "time that is none": lines(EPOCH | {"t": "NaN"}),
    "endless time": lines(EPOCH | {"t": "Infinity"}),
    "negative time": lines(EPOCH | {"t": -1e300}),
    "no steps": lines(PREPARED | {"steps": 0}),
    "no epochs": lines(PREPARED | {"epochs": 0}),
    "many metrics": lines(EPOCH | {"logs": {str(number): 1 for number in range(100_000)}}),
    "test without accuracy": lines(
        {"kind": "tested", "logs": {}, "rows": 1, "weights_epoch": 1, "seconds": 1, "file": "t"}
    ),
    "test far away": lines(
        {"kind": "tested", "logs": {"loss": 1, "accuracy": 1}, "rows": 1, "weights_epoch": 1, "seconds": 1,
         "file": "../../secret.npz"}
    ),
}  # fmt: skip
"""Of the log: the run is damaged, whatever else is in it."""
RECIPES = {
    "no recipe": gone("recipe.json"),
    "recipe is a folder": a_folder("recipe.json"),
    "recipe is a pipe": a_pipe("recipe.json"),
    "recipe is a device": a_link("recipe.json", "/dev/zero"),
    "recipe leads nowhere": a_link("recipe.json", "nowhere"),
    "recipe of gigabytes": gigabytes("recipe.json"),
    "recipe is not UTF-8": content("recipe.json", b"\xff\xfe\x80"),
    "recipe is not JSON": content("recipe.json", b"{"),
    "recipe is a list": content("recipe.json", b"[]"),
    "recipe is deep": content("recipe.json", b"[" * 200_000),
    "recipe of a newer version": content("recipe.json", b'{"version": 99}'),
}
LOCKS = {
    "lock is a folder": a_folder("lock"),
    "lock is a pipe": a_pipe("lock"),
    "lock leads nowhere": a_link("lock", "nowhere"),
}
HARMLESS = {
    "summary is a folder": a_folder("summary.json"),
    "summary is a pipe": a_pipe("summary.json"),
    "summary of gigabytes": gigabytes("summary.json"),
    "summary is nonsense": content("summary.json", b"\xff"),
    "owner is a folder": a_folder("owner"),
    "owner is a pipe": a_pipe("owner"),
    "owner is a device": a_link("owner", "/dev/zero"),
    "owner is not ASCII": content("owner", b"\xff"),
    "server is a pipe": a_pipe("server"),
    "server is a device": a_link("server", "/dev/zero"),
    "no weights": gone("final.weights.h5"),
    "strange files": content("\u202e\n<b>'\".txt", b"x"),
    "strange folder": a_folder("-rf *"),
}
"""What the numbers of a run do not need."""
DAMAGES = LOGS | RECIPES | LOCKS


def npz(**arrays: Any) -> bytes:
    file = BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def npy(array: Any) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


P, Y = np.full((3, 10), 0.1, np.float32), np.arange(3)
ANSWERS = {
    "none": gone("test-1.npz"),
    "a folder": a_folder("test-1.npz"),
    "a pipe": a_pipe("test-1.npz"),
    "gigabytes": gigabytes("test-1.npz"),
    "nonsense": content("test-1.npz", b"PK\x03\x04nonsense"),
    "one array": content("test-1.npz", npy(P)),
    "objects": content("test-1.npz", npz(probabilities=np.array([{}], object), y=Y, rows=Y)),
    "missing": content("test-1.npz", npz(probabilities=P, y=Y)),
    "words": content("test-1.npz", npz(probabilities=P.astype(str), y=Y, rows=Y)),
    "flat": content("test-1.npz", npz(probabilities=P[0], y=Y, rows=Y)),
    "more classes": content("test-1.npz", npz(probabilities=np.full((3, 11), 0.1, np.float32), y=Y, rows=Y)),
    "no rows": content("test-1.npz", npz(probabilities=P[:0], y=Y[:0], rows=Y[:0])),
    "other rows": content("test-1.npz", npz(probabilities=P, y=Y[:2], rows=Y)),
    "class beyond": content("test-1.npz", npz(probabilities=P, y=Y + 9, rows=Y)),
    "negative class": content("test-1.npz", npz(probabilities=P, y=Y - 1, rows=Y)),
    "a bomb": content("test-1.npz", npz(probabilities=np.zeros((600_000, 1000), bool), y=Y, rows=Y)),
}
"""Of the answers of a test."""

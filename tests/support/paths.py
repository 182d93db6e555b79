"""Paths that name no file of Fitboard's, and a watch over the paths that a disk is asked about."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

NETWORK = [
    "\\\\evil\\share\\x.csv",
    "//evil/share/x.csv",
    "\\/evil\\share\\x.csv",
    "\\\\?\\C:\\secret.csv",
    "\\\\.\\PhysicalDrive0",
    "\\\\?\\UNC\\evil\\share\\x.csv",
    "//?/C:/secret.csv",
    "\\\\evil\\share\\0123456789abcdef-mine.csv",
]
UNREADABLE = [
    "/dev/zero",
    "/proc/self/environ",
    "/sys/kernel/notes",
    "a\0b.csv",
    "data/a\nb.csv",
    "x" * 5000,
    "data/" + "é" * 200,
]
DEVICES = ["CON", "nul", "data/NUL.csv", "data/com1.csv", "data/LPT9.tar.gz", "data/aux .csv", "data/COM¹.csv", "PRN:"]
ELSEWHERE = [
    "/etc/passwd",
    "/etc/no-such-file",
    "C:\\Users\\ada\\secret.csv",
    "C:secret.csv",
    "c:/x.csv",
    "../secret.csv",
    "data/../../secret.csv",
    "data/..\\secret.csv",
    "data/reviews.csv:stream",
    "data/reviews.csv::$DATA",
    "data/reviews.csv ",
    "data/reviews.csv.",
    "data//reviews.csv",
    "data/./reviews.csv",
    "./secret.csv",
    "~/secret.csv",
    "secret.csv",
    "file:///etc/passwd",
    "http://evil.example/x.csv",
    "data",
    "data/",
    "",
]
"""What is written like a file of this computer, but is none of Fitboard's, whether it is there or not."""
NAMES = ("stat", "lstat", "open", "scandir", "listdir", "readlink", "access", "mkdir", "rename", "replace", "unlink")


@contextmanager
def watched_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths that the system is asked about meanwhile, by Python's own way to it."""
    asked: list[str] = []

    def watched(name: str) -> Any:
        real = getattr(os, name)

        def call(path: Any = ".", *more: Any, **named: Any) -> Any:
            asked.append(os.fspath(path) if not isinstance(path, int) else str(path))
            return real(path, *more, **named)

        return call

    with monkeypatch.context() as patch:
        for name in NAMES:
            patch.setattr(os, name, watched(name))
        yield asked

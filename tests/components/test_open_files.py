"""The limit of open files: raised as far as the system allows, and a word in the log where that is too few."""

from __future__ import annotations

import subprocess
import sys

import pytest
from streamlit import config

from components import open_files
from components.open_files import NEEDED, SESSION_SECONDS, WANTED, targets
from trainer import PROJECT

resource = pytest.importorskip("resource", reason="Windows has no such limit")
UNLIMITED = -1


@pytest.mark.parametrize(
    ("soft", "hard", "tried"),
    [
        (256, 1_048_576, [8192, 4096, 2048]),
        (256, UNLIMITED, [8192, 4096, 2048]),  # macOS
        (256, 4096, [4096, 2048, 1024]),
        (64, 256, [256, 128]),
        (256, 256, []),
        (20_000, 1_048_576, []),
        (6000, UNLIMITED, [8192]),
        (UNLIMITED, UNLIMITED, []),
    ],
)
def test_the_limit_is_never_lowered(soft: int, hard: int, tried: list[int]) -> None:
    assert targets(soft, hard, unlimited=UNLIMITED) == tried


def started_with(soft: int, hard: int) -> tuple[list[str], str]:
    """What a process with these limits is allowed once it has raised them: told by it and by its child; and its log."""
    script = (
        "import logging, subprocess, sys, resource\n"
        "from components.open_files import raise_limit\n"
        "logging.basicConfig(level=logging.WARNING)\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))\n"
        "print(raise_limit(), resource.getrlimit(resource.RLIMIT_NOFILE)[0], flush=True)\n"
        "ask = 'import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])'\n"
        "subprocess.run([sys.executable, '-c', ask], check=True)\n"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split(), done.stderr


@pytest.mark.processes
def test_a_process_and_its_children_get_what_is_allowed() -> None:
    allowed = min(WANTED, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    if allowed < NEEDED:
        pytest.skip("this computer allows fewer")
    assert started_with(64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]) == ([str(allowed)] * 3, "")


@pytest.mark.processes
def test_what_is_missing_is_said_once() -> None:
    counts, log = started_with(64, 256)
    assert counts == ["256"] * 3
    assert len(log.splitlines()) == 1
    assert "256" in log
    assert str(NEEDED) in log


@pytest.mark.parametrize(("limit", "kept"), [(256, SESSION_SECONDS), (NEEDED, 60), (None, 60)])
def test_closed_sessions_are_kept_more_briefly_where_few_files_may_be_open(
    monkeypatch: pytest.MonkeyPatch, limit: int | None, kept: int
) -> None:
    options = {"server.disconnectedSessionTTL": 60}
    monkeypatch.setattr(open_files, "raise_limit", lambda: limit)
    monkeypatch.setattr(config, "get_option", options.get)
    monkeypatch.setattr(config, "set_option", options.__setitem__)
    open_files.prepare()
    assert options == {"server.disconnectedSessionTTL": kept}

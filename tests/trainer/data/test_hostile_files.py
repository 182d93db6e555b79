"""Files made to fill the memory or to take for ever are refused with a sentence, and take 300 MB at most."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from trainer import PROJECT

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit the memory of a process"),
]
KINDS = ("xlsx", "gz", "csv", "npz")


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_refused_with_a_sentence_within_its_memory(kind: str) -> None:
    """A 3 KB workbook once took 6 GB, another one a core for ever; 4 MB of empty gzip archives took 75 seconds."""
    from tests.support.hostile_files import FILES, MEMORY  # cannot be loaded on Windows

    names = [name for name in FILES if name.endswith(kind)]
    command = [sys.executable, "-m", "tests.support.hostile_files", "--json", "--memory", str(MEMORY), *names]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=280)
    came = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["name"] for one in came] == names, done.stderr
    for one in came:
        assert one["refused"], one
        assert one["said"].endswith("."), one
        assert one["name"] in one["said"], one
        assert "\n" not in one["said"], one

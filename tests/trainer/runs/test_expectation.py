"""What is expected of a run: kept whole, and a file that is damaged counts as none."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainer.recipe.limits import MAX_REASON
from trainer.runs.expectation import FILE, Expectation, expected, keep, load


@pytest.mark.parametrize("found", [expected(0.9, ""), expected(None, "just so"), expected(1.0, "Ziffern\nsind leicht")])
def test_it_is_read_as_it_was_written(tmp_path: Path, found: Expectation) -> None:
    keep(tmp_path, found)
    assert load(tmp_path) == found


def test_nobody_has_to_expect_anything(tmp_path: Path) -> None:
    assert load(tmp_path) is None
    assert expected(None, " \u200e\n ").is_empty


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"accuracy": 1.5}', b'{"accuracy": "0.5"}', b'{"accuracy": NaN}', b"\xff", b" " * 9_999],
)
def test_a_damaged_file_counts_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert load(tmp_path) is None


def test_what_turns_text_round_is_left_out_and_a_long_reason_is_cut(tmp_path: Path) -> None:
    keep(tmp_path, Expectation(accuracy=0.5, why="a\u202eb"))
    assert load(tmp_path) == Expectation(accuracy=0.5, why="a b")
    assert len(expected(None, "x" * 9999).why) == MAX_REASON

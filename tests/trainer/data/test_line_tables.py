"""Tables that are written line by line: JSON lines and fastText's format; anything else of JSON is refused as such."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.refusals import refused
from trainer.data.table import Reading, read_table

Write = Callable[[str | bytes], Path]


def test_json_lines_are_a_table(write: Write) -> None:
    rows = [{"category": "SPORT", "headline": 'a, "b" and\nc', "id": 7}, {"headline": "é", "new": True, "id": None}]
    path = write("\n".join(json.dumps(row, ensure_ascii=number > 0) for number, row in enumerate(rows)) + "\n\n")
    table = read_table(path, Reading(header=None))
    assert table.columns == ("category", "headline", "id", "new")
    assert table.frame.to_numpy().tolist() == [["SPORT", 'a, "b" and\nc', "7", ""], ["", "é", "", "true"]]


def test_json_lines_are_read_packed_and_in_part(write: Write) -> None:
    lines = "".join(f'{{"text": "a text {number}", "label": {number % 2}}}\n' for number in range(300))
    path = write(gzip.compress(lines.encode()))
    assert len(read_table(path).frame) == 300
    assert len(read_table(path, Reading(sample=100)).frame) == 100


def test_what_no_text_can_hold_does_no_harm(write: Write) -> None:
    path = write('{"text": "a \\u0000 b \\ud800", "label": "x"}\n{"text": "c", "label": "y"}\n')
    assert read_table(path, Reading(sample=100)).frame["text"].to_list() == ["a   b ?", "c"]


def test_labels_of_fasttext_stand_in_a_column(write: Write) -> None:
    path = write("__label__bread how do I, well, bake\n__label__knife __label__care sharpen it\n")
    table = read_table(path, Reading(header=None))
    assert table.columns == ("label", "text")
    assert table.frame.to_numpy().tolist() == [["bread", "how do I, well, bake"], ["knife;care", "sharpen it"]]


@pytest.mark.parametrize(
    ("content", "code", "parameters"),
    [
        ('{"a": 1, "b": 2}\n' * 300 + '{"a": 1,\n', "data.json_line_wrong", {"line": 301}),
        ("__label__a b\n" * 300 + "no label\n", "data.fasttext_without_label", {"line": 301}),
        ('[{"a": 1}, {"a": 2}]\n', "data.wrong_kind", {}),
        ('{"a": [\n1, 2]}\n', "data.wrong_kind", {}),
        ('{"a": ' + "[" * 100_000 + "\n", "data.wrong_kind", {}),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    write: Write, content: str, code: str, parameters: dict[str, object]
) -> None:
    with refused(code, **parameters):
        read_table(write(content))

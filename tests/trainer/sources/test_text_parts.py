"""A table of texts as parts with classes, or a sentence says why not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.refusals import refused
from trainer.sources.text_csv.reading import load_text
from trainer.sources.text_csv.spec import TextCsv

Write = Callable[[str | bytes], Path]


def spec(path: Path, **changes: Any) -> TextCsv:
    return TextCsv(path=str(path)).with_(**changes)


SIX = "text,label\n" + "".join(f"sentence number {i},{i % 2}\n" for i in range(6))


def test_six_rows_are_not_split(write: Write) -> None:
    data = load_text(spec(write(SIX)), seed=1)
    assert data.same_rows
    assert data.validation is not None
    for part in (data.train, data.validation, data.test):
        assert part.rows.tolist() == [0, 1, 2, 3, 4, 5]
        assert part.x.tolist() == [f"sentence number {i}" for i in range(6)]
        assert part.y.tolist() == [0, 1] * 3
    facts = data.facts()
    assert (facts.train, facts.validation, facts.test, facts.same_rows) == (6, 6, 6, True)
    assert (facts.input_shape, facts.vocabulary, facts.class_names) == ((60,), 10_000, ("0", "1"))


def test_parts_hold_the_rows_they_name(write: Write) -> None:
    path = write("label,text\n" + "".join(f"{'ab'[i % 2]},text {i}\n" for i in range(100)))
    data = load_text(spec(path, max_words=50, sequence_length=7), seed=3)
    assert data.validation is not None
    for part, size in ((data.train, 70), (data.validation, 15), (data.test, 15)):
        assert len(part) == size
        assert part.x.tolist() == [f"text {row}" for row in part.rows]
        assert [data.class_names[y] for y in part.y] == ["ab"[row % 2] for row in part.rows]
        assert not part.x.flags.writeable
    assert (data.modality, data.input_shape, data.vocabulary, list(data.left_out)) == ("text", (7,), 50, [])


def test_rows_without_text_or_label_are_left_out_and_counted(write: Write) -> None:
    rows = ["good,1", " ,1", "\u00a0,0", "bad,0", "no label,", "white label,  ", ",", "NA,1", "none, 0 "]
    data = load_text(spec(write("text,label\n" + "\n".join(rows))), seed=1)
    assert [(left.code, left.parameters["count"]) for left in data.left_out] == [("text_csv.left_out_empty", 5)]
    assert data.train.rows.tolist() == [0, 3, 7, 8]
    assert data.train.x.tolist() == ["good", "bad", "NA", "none"]
    assert data.train.y.tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["10", "9", "-1", "0"], ("-1", "0", "9", "10")),
        (["10", "9", "01"], ("01", "10", "9")),
        (["001", "1", "01", "1.0"], ("001", "01", "1", "1.0")),
        (["yes", "No", "yes", "no"], ("No", "no", "yes")),
        (["NA", "None", "null"], ("NA", "None", "null")),
        (["9" * 5000, "1"], ("1", "9" * 5000)),
        (["<img onerror>", ":red[x]"], (":red[x]", "<img onerror>")),
    ],
)
def test_class_names(write: Write, labels: list[str], names: tuple[str, ...]) -> None:
    path = write("text,label\n" + "".join(f"a text,{label}\n" for label in labels))
    assert load_text(spec(path), seed=1).class_names == names


BAD_TABLES: dict[str, tuple[str, dict[str, Any], str]] = {
    "no text column": ("a,b\n1,2\n", {"text_column": "text", "label_column": "b"}, "text_csv.no_text_column"),
    "no label column": ("text,b\n1,2\n", {"label_column": "label"}, "text_csv.no_label_column"),
    "very many columns": (
        ",".join(f"c{i}" for i in range(99)) + "\n" + "," * 98 + "\n",
        {"text_column": "text", "label_column": "c1"},
        "text_csv.no_text_column",
    ),
    "the same column twice": (SIX, {"text_column": "label", "label_column": "label"}, "text_csv.same_column"),
    "one class": ("text,label\na,yes\nb,yes\n", {}, "text_csv.one_label"),
    "one class after leaving out": ("text,label\na,yes\nb,\n,no\n", {}, "text_csv.one_label"),
    "no rows that count": ("text,label\n,yes\n,no\n", {}, "text_csv.no_rows"),
    "5,000 classes": (
        "text,label\n" + "".join(f"a,{i}\n" for i in range(5_000)),
        {},
        "text_csv.too_many_labels",
    ),
    "two rows of a class": ("text,label\n" + "a,x\n" * 50 + "b,rare\n" * 2, {}, "data.class_too_rare"),
    "no test share": ("text,label\n" + "a,x\nb,y\n" * 50, {"test": 0.0}, "data.test_share_zero"),
    "long label": ("text,label\n" + "a,x\n" * 50 + "b," + "rare" * 99, {}, "data.class_too_rare"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_bad_table(case: str, write: Write) -> None:
    content, changes, code = BAD_TABLES[case]
    with refused(code):
        load_text(spec(write(content), **changes), seed=1)

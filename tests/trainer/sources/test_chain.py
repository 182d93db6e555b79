"""Any table: written, read, split, turned into numbers, one batch; or a sentence at one of these steps."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.data.table import Reading, read_table
from trainer.fit.inputs import preparation_of, rows_of, training_batches
from trainer.recipe.losses import loss_for
from trainer.recipe.spec import RecipeError
from trainer.sources.text_csv.reading import load_text
from trainer.sources.text_csv.spec import TextCsv

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
WORDS = st.lists(st.sampled_from(["good", "bad", "Film", "schön", "это", "良い", "=1", "NA"]), min_size=1, max_size=6)
ROWS = st.lists(
    st.tuples(st.one_of(CELLS, WORDS.map(" ".join)), st.sampled_from(["yes", "no", " Yes", "", "1"])),
    min_size=4,
    max_size=60,
)


MENDS = (
    "merge_labels",
    "drop_duplicates",
    "drop_conflicts",
    "keep_together",
    "plain_text",
    "hide_labels",
    "repair_letters",
)


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("chain")
    return (folder / f"{number}.csv" for number in count())


@settings(deadline=None, max_examples=30)
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    choices=st.fixed_dictionaries({name: st.booleans() for name in MENDS}),
    seed=st.integers(0, 1000),
)
def test_from_any_table_to_one_batch_or_a_sentence(
    paths: Iterator[Path],
    rows: list[tuple[str, str]],
    delimiter: Any,
    encoding: str,
    choices: dict[str, Any],
    seed: int,
) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("text", "label"), *rows])
    path = next(paths)
    path.write_bytes(file.getvalue().encode(encoding))
    assert read_table(path, Reading(delimiter=delimiter)).frame.to_numpy().tolist() == [list(row) for row in rows]
    spec = TextCsv(path=str(path), delimiter=delimiter, max_words=20, sequence_length=4, **choices)
    try:
        dataset = load_text(spec, seed)
        words = preparation_of(dataset)
    except RecipeError:
        return  # a sentence; which one, is for the tests of the steps
    parts = [part for part in (dataset.train, dataset.validation, dataset.test) if part is not None]
    assert all(set(part.y) == set(range(len(dataset.class_names))) for part in parts)
    if not dataset.same_rows:
        assert sum(map(len, parts)) + sum(int(str(left.parameters["count"])) for left in dataset.left_out) == len(rows)
    loss = loss_for("auto", (len(dataset.class_names),))
    rows_read = rows_of(dataset.train, words, loss, len(dataset.class_names))
    batch = training_batches(rows_read, 8, 1, tf.Variable(0, dtype=tf.int64))
    numbers, given_answers = next(iter(batch))
    assert numbers.shape == (min(8, len(dataset.train)), 4)
    assert int(tf.reduce_max(numbers)) < len(words.words)
    assert int(tf.reduce_min(tf.reduce_sum(numbers, axis=1))) > 0, "no text is padding alone"
    assert len(given_answers) == len(numbers)

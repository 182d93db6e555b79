"""What goes home cuts texts into words as training does: TensorFlow's operations in a SavedModel, and the tokenizer."""

from __future__ import annotations

import json
import runpy
from functools import cache
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.texts import texts
from trainer import PROJECT
from trainer.data.words import words_in
from trainer.export.companions import write_reading, write_tokenizer
from trainer.export.examples import TRAPS
from trainer.export.network_format import Reads
from trainer.export.text_reader import Characters, TextReader
from trainer.fit.inputs import Words
from trainer.fit.predict import Predictor
from trainer.recipe.data import Standardize

LENGTH = 6
RULES: list[Standardize] = ["unicode", "lower_and_strip_punctuation"]
STATED = [one["text"] for one in json.loads((PROJECT / "tests" / "vectors" / "words.json").read_text("utf-8"))]


def readable(text: str) -> str:
    """A text as TensorFlow can hold it: in UTF-8, and numpy drops zeros at its end."""
    return text.encode("utf-8", "replace").decode().rstrip("\0")


def vocabulary_of(some: list[str], rule: Standardize) -> Words:
    """A run that knows every other word of some texts."""
    known = dict.fromkeys(word for text in some for word in words_in(text, rule))
    return Words(("", "[UNK]", *list(known)[::2]), LENGTH, rule)


@pytest.mark.parametrize("rule", RULES)
def test_tensorflow_reads_texts_as_training_does(rule: Standardize) -> None:
    some = [readable(text) for text in (*TRAPS, *STATED)]
    known = vocabulary_of(some, rule)
    found = TextReader(known.words, LENGTH, rule).numbers(tf.constant(some)).numpy()
    np.testing.assert_array_equal(found, known.numbers(np.array(some, object)))
    assert found.any(axis=1).all(), "a text without a word is one unknown word"


@cache
def characters() -> Characters:
    """The tables of characters, made once; only the vocabulary is another one for each example."""
    return Characters()


@given(st.lists(texts(), min_size=30, max_size=60))
@example(
    [
        "e\u0301\u0323 e\u0323\u0301",
        "\u0345\u0301a\u0345\u0301",
        "ǰ ΐ ŉ",
        "\u1112\u1161\u11ab 한",
        "i\u0307 i\u0323\u0307",
    ]
)
def test_any_texts_have_the_same_words(some: list[str]) -> None:
    some = [readable(text) for text in some]
    known = vocabulary_of(some, "unicode")
    reader = TextReader(known.words, LENGTH, "unicode", characters())
    np.testing.assert_array_equal(reader.numbers(tf.constant(some)).numpy(), known.numbers(np.array(some, object)))


@pytest.fixture(scope="module", params=RULES)
def tokenizer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Words, dict[str, Any]]:
    """What a run knows, and the program that goes with its exports."""
    known = vocabulary_of([readable(text) for text in (*TRAPS, *STATED)], request.param)
    folder = tmp_path_factory.mktemp("export")
    write_tokenizer(known, folder)
    write_reading(Predictor(None, known, ("a", "b"), (LENGTH,), 1), folder, Reads("x", "int32"))
    return known, runpy.run_path(str(folder / "tokenizer.py"))


@given(text=texts())
def test_the_tokenizer_reads_texts_as_training_does(tokenizer: tuple[Words, dict[str, Any]], text: str) -> None:
    known, program = tokenizer
    rule = known.standardize
    assert program["words"](text) == words_in(text, rule)
    if rule == "unicode" or text == readable(text):
        np.testing.assert_array_equal(program["numbers"]([text]), known.numbers(np.array([text], object)))


def test_the_tokenizer_reads_difficult_texts(tokenizer: tuple[Words, dict[str, Any]]) -> None:
    known, program = tokenizer
    some = [readable(text) for text in (*TRAPS, *STATED)]
    np.testing.assert_array_equal(program["numbers"](some), known.numbers(np.array(some, object)))

"""What goes home cuts texts into words as training does: the layers of Keras in a file, and the tokenizer beside it."""

from __future__ import annotations

import json
import runpy
from functools import cache
from itertools import chain
from typing import Any

import keras
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
from trainer.export.text_reader import character_layer, text_reader
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


@cache
def characters() -> keras.Layer:
    """Made once; only the vocabulary is another one for each example."""
    return character_layer()


def assert_read_as_in_training(known: Words, some: list[str]) -> None:
    found = text_reader(known, characters())(tf.constant(some)).numpy()
    np.testing.assert_array_equal(found, known.numbers(np.array(some, object)))
    assert found.any(axis=1).all(), "a text without a word is one unknown word"


@pytest.mark.parametrize("rule", RULES)
def test_keras_reads_texts_as_training_does(rule: Standardize) -> None:
    some = [readable(text) for text in (*TRAPS, *STATED)]
    assert_read_as_in_training(vocabulary_of(some, rule), some)


@given(st.lists(texts(), min_size=30, max_size=60))
@example(
    [
        "e\u0301\u0323 e\u0323\u0301",
        "\u0345\u0301a\u0345\u0301",
        "ǰ ΐ ŉ ı\u0307",
        "\u1112\u1161\u11ab 한",
        "i\u0307 i\u0323\u0307 i\u0307\u0307",
        "🇩🇪🇫🇷🇩 🇩\u0301🇪 👍\u0301 映\u0301a 映\u0301\u0301",
        "a" * 300,
        "b" * 129,
    ]
)
def test_any_texts_have_the_same_words(some: list[str]) -> None:
    some = [readable(text) for text in some]
    assert_read_as_in_training(vocabulary_of(some, "unicode"), some)


@pytest.mark.parametrize("words", [(), ("A", "e\u0301", "two words", "\ud800", "-", "'", "", "zz", "é", "zz")])
def test_words_that_stand_for_nothing_keep_their_numbers(words: tuple[str, ...]) -> None:
    some = ["A a é e\u0301 two words zz - '", ""]
    assert_read_as_in_training(Words(("", "[UNK]", *words), 9, "unicode"), some)


@pytest.mark.slow
def test_every_character_is_read_as_training_does() -> None:
    some = "x xx i é ss 映 映\u0307 ก\u0307 3 ά ё \U0001f1e9\U0001f1ea"
    codes = chain(range(0xD800), range(0xE000, 0x34000), range(0xE0000, 0xE0200), range(0x34000, 0x110000, 64))
    every = [chr(code) for code in codes]
    parts = [every[begin : begin + 512] for begin in range(0, len(every), 512)]
    read = [some, *("".join(f"{one}x{one}\u0307 " for one in part) for part in parts)]
    known = Words(("", "[UNK]", *words_in(some, "unicode")), 4 * 512, "unicode")
    assert_read_as_in_training(known, read)


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

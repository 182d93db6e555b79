"""Programs that people take home read texts as the trainer does."""

from __future__ import annotations

import json
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings

from tests.support.texts import texts
from trainer import PROJECT
from trainer.data.words import words_in
from trainer.fit.inputs import learn_words
from trainer.keras_code.plain_words import standardize
from trainer.keras_code.reader import read_model
from trainer.keras_code.writer import keras_code
from trainer.recipe.data import DataFacts, Standardize
from trainer.recipe.layers import Dense, Embedding, GlobalAveragePooling1D
from trainer.recipe.recipe import Recipe
from trainer.sources.text_csv.spec import TextCsv

VECTORS = json.loads((PROJECT / "tests" / "vectors" / "words.json").read_text("utf-8"))
SAID = [
    "„Gut“ und günstig!",
    "GUT, aber don’t buy it …",
    "Привет, МИР 😀😀",
    "привет мир",
    "ΟΔΟΣ οδος",
    "映画が好き",
    "$5 gut",
]
NEW = ["gut gut gut gut gut gut gut", "?!", "", "ΟΔΌΣ МИР", "映画 $ 😀 unbekannt", "so\u00adft \ufeffgut"]


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["why"] for vector in VECTORS])
def test_the_words_are_those_of_the_trainer(vector: dict[str, Any]) -> None:
    assert standardize(vector["text"]).split() == vector["unicode"]


@settings(deadline=None, max_examples=500)
@given(text=texts("newer than Unicode 14"))
def test_the_words_of_any_text_are_those_of_the_trainer(text: str) -> None:
    assert standardize(text) == " ".join(words_in(text, "unicode"))


@pytest.mark.parametrize("rule", get_args(Standardize))
def test_a_program_makes_the_same_numbers_and_is_read_back(rule: Standardize) -> None:
    layers = (Embedding(input_dim=20, output_dim=4), GlobalAveragePooling1D(), Dense(units=1, activation="sigmoid"))
    recipe = Recipe(data=TextCsv(path="a.csv", max_words=20, sequence_length=5, standardize=rule), layers=layers)
    facts = DataFacts((5,), ("a", "b"), 8, 4, 4, 20, modality="text")
    code = keras_code(recipe, facts)
    scope: dict[str, Any] = {}
    exec(code, scope)  # noqa: S102 - what we wrote ourselves
    adapt = next(line.removeprefix("# ") for line in code.splitlines() if line.startswith("# vectorize.adapt"))
    exec(adapt, scope | {"texts": SAID})  # noqa: S102 - what we wrote ourselves
    ours = learn_words(np.array(SAID, dtype=object), 20, 5, rule)
    assert tuple(scope["vectorize"].get_vocabulary()) == ours.words
    assert scope["numbers"](SAID + NEW).tolist() == ours.numbers(np.array(SAID + NEW, dtype=object)).tolist()
    read = read_model(code)
    assert (read.layers, read.input_shape) == (layers, (5,))

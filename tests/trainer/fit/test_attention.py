"""Self-attention in a stack: a functional model that learns, keeps padding out, and is the same each time."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.support.draft_networks import assert_as_keras_computes
from tests.support.fits import evaluated, fit
from trainer import PROJECT
from trainer.fit.build import build, layers_of
from trainer.keras_code.reader import read_model
from trainer.keras_code.writer import keras_code
from trainer.recipe.check import check
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Dense, Embedding, Flatten, GlobalAveragePooling1D, Layer, MultiHeadAttention
from trainer.recipe.recipe import Recipe
from trainer.sources.mnist.spec import Mnist
from trainer.sources.text_csv.spec import TextCsv

TEXTS = DataFacts((12,), tuple("abcd"), 8, 4, 4, 30, modality="text")
LAYERS: tuple[Layer, ...] = (
    Embedding(input_dim=30),
    MultiHeadAttention(num_heads=3, key_dim=16),
    GlobalAveragePooling1D(),
    Dense(units=4, activation="softmax"),
)
RECIPE = Recipe(data=TextCsv(path="table.csv"), layers=LAYERS)


def test_the_same_seed_draws_the_same_and_each_part_its_own() -> None:
    one, same = (build(RECIPE, (12,), tokens=True).get_weights() for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    other = build(RECIPE.with_(seed=8), (12,), tokens=True).get_weights()
    assert not np.array_equal(one[1], other[1])
    attention = layers_of(build(RECIPE, (12,), tokens=True))[1]
    parts = [attention.query_dense, attention.key_dense, attention.value_dense]
    query, key, value = (np.array(part.kernel) for part in parts)
    assert query.shape == key.shape == value.shape
    assert not np.array_equal(query, key)
    assert not np.array_equal(key, value)
    assert query.std() == pytest.approx(key.std(), rel=0.2), "both from the same distribution"


def test_first_weights_of_the_bias_are_drawn_apart_too() -> None:
    drawn = MultiHeadAttention(bias_initializer="random_normal", kernel_initializer="zeros")
    (layer,) = layers_of(build(RECIPE.with_(data=Mnist(), layers=(drawn,)), (5, 4), tokens=False))
    assert not np.array_equal(layer.query_dense.bias, layer.key_dense.bias)
    assert not np.any(layer.query_dense.kernel)


def test_padding_is_neither_looked_at_nor_counted() -> None:
    model = build(RECIPE, (12,), tokens=True)
    words = np.array([[3, 4, 5] + [0] * 9])
    embedding, attention, *_ = layers_of(model)
    embedding.embeddings.assign(np.array(embedding.embeddings) * 20)  # first numbers so small look at all alike
    padded = np.array(model(words))
    x = embedding(words[:, :3])
    alone = np.array(attention(x, x))
    assert np.array(attention(embedding(words), embedding(words)))[:, :3] == pytest.approx(alone, abs=1e-5)
    embedding.embeddings.assign(np.concatenate([[[9.0] * 16], np.array(embedding.embeddings)[1:]]))
    assert np.array(model(words)) == pytest.approx(padded, abs=1e-5), "whatever stands for padding"


def test_what_one_clicks_is_what_one_would_write() -> None:
    code = keras_code(RECIPE, TEXTS)
    assert "x = keras.layers.MultiHeadAttention(num_heads=3, key_dim=16)(x, x)\n" in code
    space = {"keras": keras}
    exec(code, space)  # noqa: S102 - what we wrote ourselves
    theirs, ours = space["model"], build(RECIPE, (12,), tokens=True)
    assert isinstance(theirs, keras.Model)
    theirs.set_weights(ours.get_weights())
    words = np.random.default_rng(1).integers(0, 30, (5, 12))
    words[:, 0] = 1
    assert np.array(theirs(words)) == pytest.approx(np.array(ours(words)))
    for text in (code, ours.to_json()):
        read = read_model(text)
        assert read.layers == LAYERS
        assert read.input_shape == (12,)


def test_attention_comes_first_of_pictures() -> None:
    recipe = Recipe(data=Mnist(), layers=(MultiHeadAttention(), Flatten(), Dense(units=4, activation="softmax")))
    facts = DataFacts((8, 8, 1), tuple("abcd"), 8, 4, 4, None, modality="image")
    assert not check(recipe, facts).errors
    code = keras_code(recipe, facts)
    assert "(inputs, inputs)\n" in code
    assert read_model(code).layers == recipe.layers
    assert read_model(build(recipe, (8, 8, 1), tokens=False).to_json()).layers == recipe.layers


def test_six_sentences_are_learned_seen_and_tested(tmp_path: Path) -> None:
    """Which word is there decides, so that a model of so few sentences can learn them by heart."""
    lesson = Recipe.load(PROJECT / "recipes" / "text_lstm.json")
    recipe = lesson.with_settings(
        ["data.path=data/six_sentences.csv", "data.validation=0", "data.test=0.34", "fit.epochs=40", "callbacks=[]"]
    )
    embedding, *_, answer = recipe.layers
    recipe = recipe.with_(layers=(embedding, MultiHeadAttention(), GlobalAveragePooling1D(), answer))
    assert_as_keras_computes(recipe, tmp_path / "drafts")
    _, history = fit(recipe, tmp_path)
    losses = [epoch.logs["loss"] for epoch in history.epochs]
    assert len(losses) == 40
    assert losses[-1] < 0.8 * losses[0]
    found = evaluated(recipe, tmp_path)
    assert np.isfinite(found["loss"])


def test_keras_fails_on_rows_of_numbers() -> None:
    """We refuse them at once, and offer what makes a sequence of them."""
    inputs = keras.Input((8,))
    layer = keras.layers.MultiHeadAttention(2, 8)
    assert layer(inputs, inputs).shape == (None, 8), "Keras says that all is well"
    with pytest.raises(IndexError):
        layer(np.ones((2, 8), "float32"), np.ones((2, 8), "float32"))
    report = check(RECIPE.with_(layers=(Embedding(input_dim=30), Flatten(), *LAYERS[1:])), TEXTS)
    (problem,) = report.errors
    assert problem.message.parameters["why"].code == "recipe.reads_sequence"
    assert not check(problem.fixes[0].result, TEXTS).errors


def test_weights_of_zero_never_learn() -> None:
    """Which is why the check refuses them: all but the last bias have no gradient, and that one sees no example."""
    zeros = MultiHeadAttention(kernel_initializer="zeros")
    for layer in (zeros, zeros.with_(use_bias=False, bias_initializer="ones")):
        assert (
            check(RECIPE.with_(layers=(LAYERS[0], layer, *LAYERS[2:])), TEXTS).errors[0].code == "check.zero_attention"
        )
    (layer,) = layers_of(build(RECIPE.with_(data=Mnist(), layers=(zeros,)), (5, 4), tokens=False))
    x = np.random.default_rng(1).normal(size=(3, 5, 4)).astype("float32")
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(layer(x, x) - 1))
    *inside, last = tape.gradient(loss, layer.trainable_variables)
    assert not any(np.any(gradient) for gradient in inside)
    assert np.any(last)


def test_work_counts_each_use_of_a_weight_and_each_look() -> None:
    layer, places, features = MultiHeadAttention(num_heads=3, key_dim=5, use_bias=False), 7, 4
    assert layer.pair_count((places, features)) == 3 * 7 * 7
    made = places * features * 3 * 5  # by the query, by the key, by the value, and by what comes out
    assert layer.multiplications((places, features)) == 4 * made + 2 * 3 * 5 * 7 * 7
    assert layer.multiplications((7, 1, 4)) == layer.multiplications((7, 4)), "a picture of seven places"


def test_padding_that_is_not_marked_is_looked_at() -> None:
    recipe = RECIPE.with_(layers=(LAYERS[0].with_(mask_zero=False), *LAYERS[1:]))
    (problem,) = (one for one in check(recipe, TEXTS).diagnoses if one.code == "check.padding_attended")
    assert problem.severity == "warning"
    assert problem.fixes[0].result == RECIPE
    assert "check.padding_attended" not in {one.code for one in check(RECIPE, TEXTS).diagnoses}

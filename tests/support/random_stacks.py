"""Random stacks of layers, and the comparison with Keras of those that the check accepts."""

import keras
import numpy as np
import pytest
from hypothesis import strategies as st

from tests.support.variants import variants
from trainer.fit.build import build, compile_model, layers_of
from trainer.recipe.callbacks import Callback
from trainer.recipe.check import Report
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Layer
from trainer.recipe.losses import loss_for
from trainer.recipe.recipe import Recipe
from trainer.sources.mnist.spec import Mnist
from trainer.sources.text_csv.spec import TextCsv

PICTURES, TEXTS = Mnist(), TextCsv(path="table.csv")
LOSSES = ("auto", "categorical_crossentropy", "binary_crossentropy", "kl_divergence", "mean_squared_error")


@st.composite
def recipes(draw: st.DrawFn) -> tuple[Recipe, DataFacts]:
    text, classes = draw(st.booleans()), draw(st.integers(2, 4))
    kind = st.sampled_from(list(Layer.registry.values())).flatmap(lambda cls: st.sampled_from(variants(cls)))
    watch = st.sampled_from(list(Callback.registry.values())).flatmap(lambda cls: st.sampled_from(variants(cls)))
    recipe = Recipe(
        data=TEXTS if text else PICTURES,
        layers=tuple(draw(st.lists(kind, min_size=1, max_size=6))),
        loss=draw(st.sampled_from(LOSSES)),
        callbacks=tuple(draw(st.lists(watch, max_size=2))),
    )
    facts = DataFacts(
        input_shape=draw(st.sampled_from([(12,), (1,)] if text else [(8, 8, 1), (3, 9, 3), (1, 1, 1)])),
        class_names=tuple("abcd"[:classes]),
        train=8,
        validation=draw(st.sampled_from([0, 4])),
        test=4,
        vocabulary=30 if text else None,
        modality="text" if text else "image",
    )
    return recipe, facts


def assert_keras_agrees(recipe: Recipe, facts: DataFacts, report: Report, *, trains: bool) -> None:
    tokens = facts.modality == "text"
    model = build(recipe, facts.input_shape, tokens)
    assert [row.output_shape for row in report.rows] == [layer.output.shape[1:] for layer in layers_of(model)]
    assert [row.parameters for row in report.rows] == [layer.count_params() for layer in layers_of(model)]
    if not trains:
        return
    loss = loss_for(recipe.loss, model.output_shape[1:])
    compile_model(model, recipe, loss)
    # One step in training mode, uncompiled, which is where a layer meets numbers and not only shapes.
    chance = np.random.default_rng(1)
    x = chance.integers(1, facts.vocabulary or 255, (2, *facts.input_shape))
    output = model(x.astype("int32" if tokens else "float32"), training=True)
    assert_probabilities(np.array(output), each_for_itself=recipe.loss.startswith("binary"))
    y = np.array([0, facts.classes - 1])
    answers = {"index": y, "one_hot": np.eye(facts.classes)[y], "binary": np.minimum(y, 1)[:, None]}[loss.targets]
    assert keras.losses.get(loss.name)(answers, output).shape == (2,)


def assert_probabilities(output: np.ndarray, *, each_for_itself: bool) -> None:
    """One probability, or probabilities that add up to 1; rows that are no longer finite are not checked."""
    output = output[np.isfinite(output).all(axis=1)]
    assert ((output >= 0) & (output <= 1)).all()
    if output.shape[1] > 1 and not each_for_itself:
        assert output.sum(axis=1) == pytest.approx(1, abs=1e-3)

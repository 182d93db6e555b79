"""Every kind of layer in every format: equal to Keras, or refused with the name of the layer."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings

from tests.support.export_contract import (
    default_cases,
    exported,
    network_formats,
    network_of,
    network_of_rows,
    network_with,
)
from tests.support.random_stacks import recipes
from tools import export_table
from trainer.fit.build import build
from trainer.fit.predict import Predictor
from trainer.recipe.check import check
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Layer
from trainer.recipe.recipe import Recipe

pytestmark = pytest.mark.filterwarnings("ignore:.*does not support masking:UserWarning")
SAMPLE = ["Conv2D", "BatchNormalization", "MultiHeadAttention", "Bidirectional"]
KINDS = list(Layer.registry) if os.environ.get("FITBOARD_ALL_SETTINGS") else SAMPLE
"""All kinds take ten minutes; `python -m tools.export_table` tries their settings, too."""
STACKS = int(os.environ.get("FITBOARD_STACKS", "2"))


@pytest.fixture(scope="module")
def networks() -> dict[str, Predictor]:
    """A network with each kind of layer, and some of random stacks."""
    found = {kind: network_with(*default_cases(Layer.registry[kind])[-1]) for kind in KINDS}

    @settings(
        deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), max_examples=STACKS
    )
    @given(recipes())
    def add(case: tuple[Recipe, DataFacts]) -> None:
        recipe, facts = case
        report = check(recipe, facts)
        for _ in range(10 + len(recipe.layers)):
            if not report.errors:
                break
            recipe = report.errors[0].fixes[0].result
            report = check(recipe, facts)
        assert not report.errors
        model = build(recipe, facts.input_shape, tokens=facts.modality == "text")
        found[f"stack {len(found)}: {[one.kind for one in recipe.layers]}"] = network_of(model, facts.classes)

    add()
    return found | {"rows of numbers": network_of_rows()}


@pytest.mark.slow
@pytest.mark.processes
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", list(network_formats()))
def test_each_kind_of_layer_is_equal_or_refused(name: str, networks: dict[str, Predictor], tmp_path: Path) -> None:
    for kind, outcome in exported(networks, tmp_path, name).items():
        assert outcome.what != "different", (kind, outcome.error)
        if outcome.error is not None:
            assert outcome.error.code == "export.layer"
            assert str(outcome.error.message.parameters["kind"]) in kind


class Dense(keras.layers.Dense):
    """A layer of an operation that no other runtime has."""

    def call(self, x: Any, training: bool = False) -> Any:
        return tf.math.igamma(1.0 + keras.ops.abs(super().call(x)), 1.0)


@pytest.mark.parametrize("name", ["onnx", "litert"])
def test_a_layer_that_a_format_cannot_hold_is_named(name: str, tmp_path: Path) -> None:
    layers = [keras.layers.Dense(3), keras.layers.Dense(4), Dense(5), keras.layers.Dense(2)]
    network = Predictor(
        keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(), *layers]), None, (), (4, 4, 1), 1
    )
    outcome = exported({"odd": network}, tmp_path, name)["odd"]
    assert outcome.error is not None
    assert outcome.error.code == "export.layer"
    assert (outcome.error.message.parameters["number"], outcome.error.message.parameters["kind"]) == (4, "Dense")


def test_the_table_is_that_of_what_was_tried() -> None:
    """`python -m tools.export_table` writes it."""
    text, found = export_table.PAGE.read_text("utf-8"), json.loads(export_table.FOUND.read_text("utf-8"))
    assert export_table.page(text, found) == text
    for name in network_formats():
        assert found[name].keys() == Layer.registry.keys(), "every kind was tried in every format"
        assert not [one for tried in found[name].values() for one in tried.values() if one == "different"]

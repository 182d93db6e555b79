"""The fields of a callback are arguments of its Keras class: a wrong one fails here, not when a model is built."""

from inspect import signature
from typing import Any

import keras
import pytest

from trainer.recipe.callbacks import Callback, LearningRateScheduler

OWN_FIELDS: set[type[Any]] = {LearningRateScheduler}
"""Their fields describe a function that Keras takes instead."""


@pytest.mark.parametrize("spec", sorted(set(Callback.registry.values()) - OWN_FIELDS, key=lambda spec: spec.__name__))
def test_keras_takes_every_field(spec: type[Any]) -> None:
    taken = signature(getattr(keras.callbacks, spec.__name__)).parameters
    assert set(spec().keras_arguments()) <= set(taken)

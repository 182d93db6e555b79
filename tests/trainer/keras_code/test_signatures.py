"""The arguments of Keras's layers are those of the Keras that is installed."""

from __future__ import annotations

from tools import keras_signatures
from trainer.keras_code import signatures
from trainer.recipe.layers import Layer


def test_the_file_is_made_from_keras() -> None:
    assert signatures.PATH.read_text("utf-8") == keras_signatures.text(), "run python -m tools.keras_signatures"


def test_every_layer_is_in_it_with_all_of_its_settings() -> None:
    for name, cls in Layer.registry.items():
        assert cls.form_fields().keys() <= signatures.layers()[name].keys()

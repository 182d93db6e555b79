"""Whole programs as tutorials, books and chats write them: the layers that are read are those that Keras builds."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from tests.support.keras_programs import in_a_row, without_names
from tests.support.programs_of_books import OF_BOOKS
from tests.support.programs_of_chats import OF_CHATS
from trainer.fit.build import keras_layer
from trainer.keras_code.reader import read_model

PROGRAMS = OF_BOOKS | OF_CHATS
START = """
import keras
import numpy as np
from keras import layers
from keras.layers import Dense
from keras.models import Sequential
"""


@pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`")
@pytest.mark.parametrize("text", PROGRAMS.values(), ids=list(PROGRAMS))
def test_a_program_is_read_as_keras_builds_it(text: str) -> None:
    scope: dict[str, Any] = {"__name__": "__main__"}
    exec(START + text, scope)  # noqa: S102 - written above
    built = [value for value in scope.values() if isinstance(value, keras.Model)]
    theirs = list(in_a_row(max(built, key=lambda model: len(list(in_a_row(model))))))
    layers, notes, _ = read_model(START + text)
    assert [note.code for note in notes] == ["keras_code.compiled"] * (".compile(" in text)
    ours = [keras_layer(spec, np.random.default_rng(1)) for spec in layers]
    assert [type(layer) for layer in ours] == [type(layer) for layer in theirs]
    for one, other in zip(ours, theirs, strict=True):
        if config := other.get_build_config():  # some layers' settings tell whether they are built
            one.build_from_config(config)
    assert [without_names(one.get_config()) for one in ours] == [without_names(one.get_config()) for one in theirs]

"""Keras models that somebody brings, as layers: a `keras.Sequential([...])` in Python, or `model.to_json()`."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple

from trainer.keras_code.convert import layers_from_calls
from trainer.keras_code.json_reader import read_json
from trainer.keras_code.limits import MAX_PROGRAM, StepBudget, check_length
from trainer.keras_code.pasted_text import FENCE, other_library, program, unquoted
from trainer.keras_code.python_reader import read_python
from trainer.keras_code.source_model import InputShape, SourceModel
from trainer.keras_code.wording import message, refusal
from trainer.messages import Message
from trainer.recipe.layers import Layer
from trainer.recipe.spec import RecipeError

MAX_NOTES = 50
"""Of a model that was read; nobody reads more of them."""
_CHANNELS_FIRST = re.compile(r"""^[\w.]*set_image_d\w+\((?!\s*["'](?:channels_last|tf)["'])""", re.MULTILINE)
"""What sets the order of axes of all layers, unless it sets the one that Fitboard has."""


class ReadModel(NamedTuple):
    """A model that was read."""

    layers: tuple[Layer, ...]
    notes: tuple[Message, ...]
    """What was left out."""
    input_shape: InputShape | None = None
    """The shape of one example that the model was written for, where it says so."""


def read_model(text: str) -> ReadModel:
    """Read the layers of a model. Whatever the text is, this takes a moment and little memory, and runs nothing of it.

    Args:
        text: Python with one model, and anything around it that a chat or a notebook puts there; or JSON.

    Returns:
        the layers, and what of the model is left out.

    Raises:
        RecipeError: it is something else, holds what Fitboard does not have, or can be told only by running it.

    >>> read_model('keras.Sequential([keras.layers.Dense(10, "softmax")])').layers[0].units
    10
    >>> read_model("print('hello')")
    Traceback (most recent call last):
    trainer.recipe.spec.RecipeError: There is no Keras model in this text that can be read...
    """
    check_length(text)
    try:
        source = _source(text)
        layers, left_out = layers_from_calls(source.calls)
    except RecursionError:
        raise refusal("too_large") from None
    notes = list(dict.fromkeys([*left_out, *source.notes]))
    if len(notes) > MAX_NOTES:
        notes[MAX_NOTES:] = [message("more_left_out", count=len(notes) - MAX_NOTES)]
    return ReadModel(layers, tuple(notes), source.input_shape)


def _source(text: str) -> SourceModel:
    text = unquoted(text)
    try:
        return read_json(text) if text.lstrip("\ufeff \r\n\t").startswith("{") else _python(text)
    except RecipeError as error:
        library = other_library(text)
        raise refusal("other_library", library=library) if library else error from None


def _python(text: str) -> SourceModel:
    check_length(text, MAX_PROGRAM)
    budget = StepBudget()
    try:
        source = read_python(program(text), budget)
    except RecipeError:
        if FENCE not in text:
            raise
        with suppress(RecipeError):  # of a fence without its other half nobody knows what it fences
            return read_python(program(text, fenced=False), budget)
        raise
    if _CHANNELS_FIRST.search(text) and any(call.kind.endswith(("1D", "2D")) for call in source.calls):
        raise refusal("channels_first")
    return source

"""A recipe as the Keras script that one would write by hand."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from trainer.keras_code import signatures
from trainer.keras_code.signatures import REQUIRED, squeezed
from trainer.recipe.callbacks import Callback
from trainer.recipe.data import DataFacts, Standardize
from trainer.recipe.flow import arriving
from trainer.recipe.layers import Layer
from trainer.recipe.losses import loss_for
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import ShapeError
from trainer.recipe.spec import Kind

UNSAID = (None, False, "valid", "linear")
"""Values that go without saying where they are the default; so do those of advanced fields."""
WIDTH = 88


def keras_code(recipe: Recipe, facts: DataFacts) -> str:
    """Python that builds and compiles the recipe's model.

    It needs nothing but Keras, and builds the same layers; the first weights differ, since Fitboard gives each layer
    a seed of its own. With a model of texts comes what makes the same numbers of them.
    """
    inputs = input_code(facts)
    is_row = not any(layer.is_query_and_value for layer in recipe.layers)
    rule = recipe.data.text_rule
    return "\n".join(
        [
            *_imports(rule),
            "",
            *(_row(inputs, recipe.layers) if is_row else _chain(inputs, recipe.layers)),
            *compile_code(recipe, facts),
            *(_training(recipe) if rule is None else _texts(recipe, facts, rule)),
            "",
        ]
    )


def input_code(facts: DataFacts) -> str:
    """What takes the examples in, such as `keras.Input((28, 28, 1))`."""
    dtype = ', dtype="int32"' if facts.modality == "text" else ""
    return f"keras.Input({_tuple(facts.input_shape)}{dtype})"


def compile_code(recipe: Recipe, facts: DataFacts) -> list[str]:
    """The lines that compile the model."""
    return [
        "model.compile(",
        textwrap.indent(f"optimizer={_call(recipe.optimizer, 14)},", " " * 4),
        f'    loss="{_loss(recipe, facts)}",',
        '    metrics=["accuracy"],',
        ")",
    ]


def _imports(rule: Standardize | None) -> list[str]:
    if rule is None:
        return ["import keras"]
    return [
        *(["import re", "import unicodedata", ""] if rule == "unicode" else []),
        "import keras",
        "import numpy as np",
    ]


def _texts(recipe: Recipe, facts: DataFacts, rule: Standardize) -> list[str]:
    """How texts become numbers, and training with them."""
    return [
        "",
        *words_code(facts, rule),
        "",
        f"# vectorize.adapt({_read(rule)})",
        f"# model.fit(numbers(texts), y, batch_size={recipe.fit.batch_size}, epochs={recipe.fit.epochs})",
    ]


def _read(rule: Standardize) -> str:
    """Texts as `vectorize` takes them."""
    return "[standardize(text) for text in texts]" if rule == "unicode" else "texts"


def words_code(facts: DataFacts, rule: Standardize) -> list[str]:
    """The lines that define `numbers`, which makes numbers of texts once `vectorize` was adapted to texts."""
    is_ours = rule == "unicode"
    return [
        *([_plain_words(), ""] if is_ours else []),
        "vectorize = keras.layers.TextVectorization(",
        f"    max_tokens={facts.vocabulary},",
        *(["    standardize=None,"] if is_ours else []),
        f"    output_sequence_length={facts.input_shape[0]},",
        ")",
        "",
        "",
        "def numbers(texts):",
        f"    x = np.array(vectorize({_read(rule)}))",
        "    x[~x.any(axis=1), 0] = 1  # a text without a word is read as one unknown word",
        "    return x",
        "",
    ]


@cache
def _plain_words() -> str:
    """What `plain_words.py` defines, without its own docstring and imports."""
    source = Path(__file__).with_name("plain_words.py").read_text("utf-8")
    return source.partition("import unicodedata\n")[2].strip() + "\n"


def _training(recipe: Recipe) -> list[str]:
    """Reading the data and training, as far as the source of the data can write how it is read."""
    reading = recipe.data.reading_code()
    fit = f"model.fit(x, y, batch_size={recipe.fit.batch_size}, epochs={recipe.fit.epochs})"
    return ["", *reading, fit] if reading else [f"# {fit}"]


def layer_code(layer: Layer, taken: int = 9) -> str:
    """One layer as a call, such as `keras.layers.Dense(units=10)`, with `taken` characters beside it."""
    return _call(layer, taken)


def callback_code(callback: Callback) -> str:
    """A callback that Keras makes of its settings alone, as a call."""
    return _call(callback, 5)


def _row(inputs: str, layers: Sequence[Layer]) -> list[str]:
    """The lines of a `keras.Sequential`."""
    given = [inputs, *(layer_code(layer) for layer in layers)]
    return ["model = keras.Sequential(", "    [", *(textwrap.indent(f"{one},", " " * 8) for one in given), "    ]", ")"]


def _chain(inputs: str, layers: Sequence[Layer]) -> list[str]:
    """The lines of a functional model, which Keras wants where a layer is called with more than what arrives."""
    lines, arrives = [f"inputs = {inputs}"], "inputs"
    for layer in layers:
        given = f"({arrives}, {arrives})" if layer.is_query_and_value else f"({arrives})"
        lines.append(f"x = {layer_code(layer, len('x = ') + len(given))}{given}")
        arrives = "x"
    return [*lines, f"model = keras.Model(inputs, {arrives})"]


def _loss(recipe: Recipe, facts: DataFacts) -> str:
    try:
        return loss_for(recipe.loss, arriving(recipe.layers, facts).shape).name
    except (ShapeError, ValueError):
        return recipe.loss  # the stack does not fit yet; the problems beside the code say why


def _call(spec: Kind, taken: int) -> str:
    """A constructor's call, on lines of its own where it is too long for one that has `taken` characters already."""
    given = [f"{name}={_value(value)}" for name, value in spec.keras_arguments().items() if _is_said(spec, name, value)]
    name, inner = f"{spec.keras_module}.{spec.kind}", ", ".join(given)
    if taken + len(name) + len(inner) + 2 <= WIDTH and "\n" not in inner:
        return f"{name}({inner})"
    return f"{name}(\n" + "".join(textwrap.indent(f"{argument},\n", " " * 4) for argument in given) + ")"


def _is_said(spec: Kind, name: str, value: Any) -> bool:
    """Whether an argument is written: if it is not what Keras takes anyway, and else if it is worth seeing."""
    info = type(spec).model_fields.get(name)
    default = REQUIRED if info is None else signatures.of_class(spec.kind).get(name, info.default)
    if info is None or default is REQUIRED or not _is_default(value, default):
        return True
    extra = info.json_schema_extra
    is_advanced = isinstance(extra, dict) and bool(extra.get("advanced"))
    return value == info.default and not (is_advanced or value in UNSAID)


def _is_default(value: Any, default: Any) -> bool:
    """Whether a setting is a default of Keras, which writes both sides of everything."""
    if default is None:
        return value in (None, "linear")
    if isinstance(value, str) and isinstance(default, str):
        return squeezed(value) == squeezed(default)
    if isinstance(default, list):
        default = tuple(side[0] if isinstance(side, list) else side for side in default)
    if isinstance(value, tuple) != isinstance(default, tuple):
        value, default = (tuple(one) if isinstance(one, tuple) else (one, one) for one in (value, default))
    return bool(value == default)


def _value(value: Any) -> str:
    if isinstance(value, Kind):
        return _call(value, 12)
    if isinstance(value, tuple):
        return _tuple(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _tuple(values: tuple[Any, ...]) -> str:
    return f"({', '.join(map(_value, values))}{',' if len(values) == 1 else ''})"

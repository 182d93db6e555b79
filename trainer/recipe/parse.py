"""Keras models that somebody brings, as layers: a `keras.Sequential([...])` in Python, or `model.to_json()`.

Python is read, never run: only calls with literal arguments are understood.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from trainer.recipe.layers import Layer
from trainer.recipe.recipe import MAX_BYTES, MAX_LAYERS
from trainer.recipe.spec import Kind, RecipeError, shorten

INPUTS = {"Input", "InputLayer"}
SILENT = frozenset(
    {"name", "dtype", "trainable", "input_shape", "batch_input_shape", "batch_shape", "input_length", "seed", "module"}
    | {"registered_name", "build_config", "data_format", "implementation", "ragged", "sparse", "optional", "autocast"}
    | {"zero_output_for_mask", "return_state", "stateful", "unroll", "time_major", "use_cudnn", "reset_after"}
    | {"noise_shape", "value_range", "synchronized", "backward_layer", "lora_rank", "quantization_config"}
)
"""Arguments that say nothing about what the layer does here, or that Fitboard sets itself."""
ALIASES = {"uniform": "random_uniform", "normal": "random_normal"}
KERAS_INITIALISERS = {"Zeros", "Ones", "GlorotUniform"}
"""Those that Keras chooses by itself for weights whose beginning cannot be chosen here."""
USUAL = (None, 0, 1, 0.05, -0.05)
"""What Keras's initialisers are given where nobody says otherwise."""
NOT_KERAS = (
    "This is neither a keras.Sequential([...]) nor the JSON of model.to_json(). Paste one of the two, from its first "
    "to its last bracket."
)


class Parsed(NamedTuple):
    """The layers that were read, and a sentence for each thing that was left out."""

    layers: tuple[Layer, ...]
    notes: tuple[str, ...]


class _Call(NamedTuple):
    """A layer as it was written: its class, the arguments without and with names, and where."""

    kind: str
    plain: tuple[Any, ...]
    named: dict[str, Any]
    where: str


def parse_keras(text: str) -> Parsed:
    """Read the layers of a model.

    Raises:
        RecipeError: it is something else, or holds what Fitboard does not have; one sentence that names the place.
    """
    if len(text) > MAX_BYTES:
        raise RecipeError("This is too long for a model. Paste only the model itself.")
    calls = list(_from_json(text) if text.lstrip().startswith("{") else _from_python(text))
    if not calls:
        raise RecipeError("There are no layers in this model. Paste one with layers.")
    if len(calls) > MAX_LAYERS:
        raise RecipeError(f"This model has {len(calls)} layers, and {MAX_LAYERS} are the most. Paste a smaller one.")
    notes: list[str] = []
    layers = tuple(_layer(call, notes) for call in calls)
    return Parsed(layers, tuple(notes))


def _layer(call: _Call, notes: list[str]) -> Layer:
    tree = _tree(call, notes)
    try:
        found = Layer.family[call.kind].from_json(json.dumps(tree))
    except RecipeError as error:
        raise RecipeError(f"{call.where} ({call.kind}): {error}") from None
    assert isinstance(found, Layer)  # noqa: S101 - the family holds nothing else
    return found


def _tree(call: _Call, notes: list[str]) -> dict[str, Any]:
    """The call as the JSON of a spec, with Keras's defaults for what is not said."""
    cls = Layer.family.get(call.kind)
    if cls is None:
        raise RecipeError(f"{call.where}: Fitboard has no layer {call.kind}. Replace it or leave it out.")
    fields = cls.form_fields()
    in_order = cls.positional or tuple(fields)
    if len(call.plain) > len(in_order):
        raise RecipeError(f"{call.where} ({call.kind}) has more arguments than the layer takes. Check the brackets.")
    given = dict(zip(in_order, call.plain, strict=False)) | call.named
    if given.get("data_format") == "channels_first":
        raise RecipeError(
            f"{call.where} ({call.kind}) reads pictures with their channels first. Here the channels come last: write "
            "the model for channels_last."
        )
    tree: dict[str, Any] = {"kind": call.kind} | cls.keras_defaults
    for name, value in given.items():
        if name in fields:
            tree[name] = _json_value(cls, name, value, call.where, notes)
        elif name not in SILENT and not _is_silent(value):
            notes.append(f"{call.where} ({call.kind}): {name} is left out, since Fitboard does not have it.")
    return tree


def _json_value(cls: type[Kind], name: str, value: Any, where: str, notes: list[str]) -> Any:
    default = cls.model_fields[name].default
    nested = {kind.lower(): spec for kind, spec in _nested(cls, name).items()}
    if isinstance(value, str) and (spec := nested.get(value.lower().replace("_", ""))):
        return {"kind": spec.kind_name()}  # "l2", as Keras lets one say it
    if isinstance(value, _Call):
        if value.kind in Layer.family:
            return _tree(value._replace(where=where), notes)
        if spec := nested.get(value.kind.lower().replace("_", "")):
            return {"kind": spec.kind_name()} | value.named | dict(zip(spec.form_fields(), value.plain, strict=False))
        settings = (
            *value.plain,
            *(given for word, given in value.named.items() if word not in {"seed", "distribution"}),
        )
        if any(given not in USUAL for given in settings):
            notes.append(f"{where} ({cls.kind_name()}): the settings of {value.kind} are left out; it begins as usual.")
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", value.kind).lower()  # GlorotUniform -> glorot_uniform
    if value is None and isinstance(default, str):
        return "linear"  # what Keras calls an activation that is none
    if isinstance(value, str) and name.endswith("_initializer"):
        return ALIASES.get(value, value)
    if isinstance(value, tuple | list):
        return _sides(list(value), default, cls.model_fields[name].annotation)
    return value


def _sides(values: list[Any], default: Any, annotation: Any) -> Any:
    """Keras writes both sides of everything; here 3 stands for [3], 1 for [1, 1] and 0.1 for [-0.1, 0.1]."""
    first = values[0] if values else None
    if (
        isinstance(default, tuple)
        and values
        and all(isinstance(side, list | tuple) and len(set(side)) == 1 for side in values)
    ):
        return [side[0] for side in values]
    is_number = isinstance(default, int | float) or (default is None and "tuple" not in str(annotation))
    if not is_number or not all(isinstance(side, int | float) for side in values):
        return values
    if len(set(values)) == 1:
        return first
    return values[1] if len(values) == 2 and first == -values[1] else values


def _nested(cls: type[Kind], name: str) -> dict[str, type[Kind]]:
    """The kinds that a field can hold, by name."""
    found: dict[str, type[Kind]] = {}
    left = [cls.model_fields[name].annotation]
    while left:
        part: Any = left.pop()
        if isinstance(part, type) and issubclass(part, Kind):
            found[part.kind_name()] = part
        left += getattr(part, "__args__", ())
    return found


def _is_silent(value: Any) -> bool:
    """Whether leaving an argument out changes nothing: initialisers of Keras's own choosing among them."""
    return value is None or value is False or (isinstance(value, _Call) and value.kind in KERAS_INITIALISERS)


# From Python


def _from_python(text: str) -> Iterator[_Call]:
    try:
        tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise RecipeError(
            f"Line {line} is not Python that can be read. Check its brackets." if line else NOT_KERAS
        ) from None
    calls = sorted((node for node in ast.walk(tree) if isinstance(node, ast.Call)), key=lambda node: node.lineno)
    made = [call for call in calls if _name(call.func) == "Sequential"]
    if len(made) > 1:
        raise RecipeError("There are several keras.Sequential in this text. Paste one model at a time.")
    layers: list[ast.expr] = []
    if made and made[0].args:
        if not isinstance(made[0].args[0], ast.List | ast.Tuple):
            raise RecipeError("keras.Sequential is not given a list of layers in brackets here. Write the layers out.")
        layers += made[0].args[0].elts
    added = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "add" and call.args]
    layers += [call.args[0] for call in added] if made else []
    if not made:
        raise RecipeError(NOT_KERAS)
    number = 0
    for node in layers:
        if not isinstance(node, ast.Call):
            raise RecipeError(f"Line {node.lineno}: {ast.unparse(node)[:60]} is not a layer written out. Write it out.")
        if _name(node.func) in INPUTS:
            continue
        number += 1
        yield _call(node, f"Layer {number}")


def _call(node: ast.Call, where: str) -> _Call:
    kind = _name(node.func)
    if any(isinstance(argument, ast.Starred) for argument in node.args) or any(k.arg is None for k in node.keywords):
        raise RecipeError(f"{where} ({kind}) has arguments behind a star. Write them out.")
    named = {str(keyword.arg): _literal(keyword.value, where, kind) for keyword in node.keywords}
    return _Call(_usual(kind), tuple(_literal(argument, where, kind) for argument in node.args), named, where)


def _literal(node: ast.expr, where: str, kind: str) -> Any:
    if isinstance(node, ast.Call):
        return _call(node, where)
    if isinstance(node, ast.Attribute):
        return node.attr  # keras.activations.relu
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):  # 1. / 255, as every lesson on pictures has it
        above, below = (_literal(side, where, kind) for side in (node.left, node.right))
        if isinstance(above, int | float) and isinstance(below, int | float) and below:
            return above / below
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        text = shorten(ast.unparse(node))
        raise RecipeError(
            f"{where} ({kind}): {text} is not a number, a word or a bracket of them. Write it out."
        ) from None


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


# From JSON


def _from_json(text: str) -> Iterator[_Call]:
    try:
        model = json.loads(text)
        if model["class_name"] != "Sequential":
            raise RecipeError(
                f"This model is a {shorten(model['class_name'])}, not a Sequential one. Paste a stack of layers."
            )
        layers = model["config"]["layers"]
        found = [(str(layer["class_name"]), dict(layer["config"])) for layer in layers]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        if isinstance(error, RecipeError):
            raise
        raise RecipeError(NOT_KERAS) from None
    for number, (kind, config) in enumerate((one for one in found if one[0] not in INPUTS), start=1):
        where = f"Layer {number}"
        yield _Call(kind, (), {name: _from_config(value, where) for name, value in config.items()}, where)


def _from_config(value: Any, where: str) -> Any:
    if isinstance(value, dict) and "class_name" in value:
        config = value.get("config") or {}
        if not isinstance(config, dict):
            return str(config)
        return _Call(str(value["class_name"]), (), {name: _from_config(v, where) for name, v in config.items()}, where)
    return value


def _usual(kind: str) -> str:
    """Keras has second names for some layers, such as MaxPool2D, AvgPool1D and Convolution2D."""
    pooling = re.sub(r"(?P<sort>Max|Avg)Pool(?=[12]D$)", r"\g<sort>Pooling", kind.replace("Convolution", "Conv"))
    return pooling.replace("AvgPooling", "AveragePooling")

"""Keras models that somebody brings, as layers: a `keras.Sequential([...])` in Python, or `model.to_json()`.

Python is read, never run (`pasted/from_python.py`).
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, NamedTuple, get_args

from trainer.recipe.layers import Layer
from trainer.recipe.pasted.arguments import KERAS_DEFAULTS, OF_CLASSES, OLDER, OTHERS, RENAMED, SILENT, WORDS, not_had
from trainer.recipe.pasted.from_json import from_json
from trainer.recipe.pasted.from_python import from_python
from trainer.recipe.pasted.limits import MAX_TEXT, TOO_DEEP, TOO_LONG, parsed
from trainer.recipe.pasted.order import NEEDED, POSITIONAL
from trainer.recipe.pasted.plain import MOST_PARTS, weight
from trainer.recipe.pasted.said import of_another_library
from trainer.recipe.pasted.values import Unknown
from trainer.recipe.pasted.written import Call, Model
from trainer.recipe.recipe import MAX_LAYERS
from trainer.recipe.spec import Kind, RecipeError, clip, shorten

ALIASES = {"uniform": "randomuniform", "normal": "randomnormal", "swish": "silu", "hardswish": "hardsilu"}

MOST_NOTES = 50
"""Of a model that was read; nobody reads more of them."""


class Parsed(NamedTuple):
    """The layers that were read, and a sentence for each thing that was left out."""

    layers: tuple[Layer, ...]
    notes: tuple[str, ...]
    reads: tuple[int | None, ...] | None = None
    """The shape of one example that the model was written for, where it says so."""


def parse_keras(text: str) -> Parsed:
    """Read the layers of a model.

    Raises:
        RecipeError: it is something else, or holds what Fitboard does not have; one sentence that names the place.
    """
    check_length(text)
    try:
        return _parsed(_model(text))
    except RecursionError:
        raise RecipeError(TOO_DEEP) from None


def check_length(text: str) -> None:
    """Refuse a text that is longer than any model.

    Raises:
        RecipeError: it is; one sentence.
    """
    if len(text) > MAX_TEXT:
        raise RecipeError(TOO_LONG)


def _model(text: str) -> Model:
    text = _unquoted(text)
    try:
        return from_json(text) if text.lstrip("\ufeff \r\n\t").startswith("{") else from_python(text)
    except RecipeError as error:
        raise RecipeError(of_another_library(text) or str(error)) from None


def _parsed(model: Model) -> Parsed:
    if not model.calls and not model.made_here:
        raise RecipeError("There are no layers in this model. Paste one with layers.")
    if len(model.calls) > MAX_LAYERS:
        raise RecipeError(
            f"This model has {len(model.calls)} layers, and {MAX_LAYERS} are the most. Paste a smaller one."
        )
    notes = [f"{kind} is left out, since Fitboard turns words into numbers by itself." for kind in model.made_here]
    layers = tuple(_layer(call, f"Layer {place}", notes) for place, call in enumerate(model.calls, start=1))
    notes += [*_shared(model.calls, layers), *model.notes]
    notes = list(dict.fromkeys(notes))
    if len(notes) > MOST_NOTES:
        notes[MOST_NOTES:] = [f"{len(notes) - MOST_NOTES} more things are left out."]
    return Parsed(layers, tuple(notes), model.reads)


def _unquoted(text: str) -> str:
    """What a notebook shows of `model.to_json()`, or a program keeps of it: the JSON as a text in quotes."""
    quoted = re.fullmatch(
        r"""(?:Out ?\[\d+\]:|\w+ *=)?\s*(?P<text>(['"]{1,3})\{.*\}\2)\s*;?""", text.strip(), re.DOTALL
    )
    if quoted is None:
        return text
    try:
        (line,) = parsed(quoted["text"]).body
    except (SyntaxError, ValueError):  # RecipeError too, which is one
        return text
    value = line.value.value if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) else None
    return value if isinstance(value, str) else text


def _shared(calls: Sequence[Call], layers: Sequence[Layer]) -> Iterator[str]:
    """A layer that stands at several places learns one set of weights for all of them."""
    for place, call in enumerate(calls):
        first = next(at for at, other in enumerate(calls) if other is call)
        learns = type(layers[place]).parameter_count is not Layer.parameter_count
        if first < place and learns:
            yield (
                f"Layer {place + 1} ({call.kind}) is layer {first + 1} once more, with the same weights; here each "
                "learns its own."
            )


def _layer(call: Call, where: str, notes: list[str]) -> Layer:
    tree = _tree(call, where, notes)
    try:
        found = Layer.registry[call.kind].from_json(json.dumps(tree))
    except RecipeError as error:
        raise RecipeError(f"{where} ({call.kind}): {error}") from None
    assert isinstance(found, Layer)  # noqa: S101 - the family holds nothing else
    return found


def _tree(call: Call, where: str, notes: list[str]) -> dict[str, Any]:
    """The call as the JSON of a spec, with Keras's defaults for what is not said."""
    cls = Layer.registry.get(call.kind)
    if cls is None:
        hint = "" if call.kind in OTHERS else _perhaps(call.kind, list(Layer.registry))
        if call.kind in {"Attention", "AdditiveAttention", "GroupQueryAttention"}:
            hint = "MultiHeadAttention is the one that it has."
        hint = hint or "Replace it or leave it out."
        raise RecipeError(f"{where}: Fitboard has no layer {clip(call.kind)}. {hint}")
    where = f"{where} ({call.kind})"
    if weight(call) > MOST_PARTS:
        raise RecipeError(f"{where} is given more than can be read. Write fewer or shorter arguments.")
    given = _arguments(cls, call, where)
    tree: dict[str, Any] = {"kind": call.kind} | cls.keras_defaults
    for name, value in given.items():
        if name in cls.form_fields():
            tree |= _setting(cls, name, value, where, notes)
        elif name not in SILENT and not _is_usual(call.kind, name, value, given):
            notes.append(f"{where}: {name} is left out, since Fitboard does not have it.")
    return tree


def _arguments(cls: type[Kind], call: Call, where: str) -> dict[str, Any]:
    """All arguments by name; each is one that Keras knows."""
    fields = cls.form_fields()
    in_order = POSITIONAL[cls.kind_name()]
    if len(call.plain) > len(in_order):
        raise RecipeError(f"{where} has more arguments than the layer takes. Check the brackets.")
    given = dict(zip(in_order, call.plain, strict=False)) | call.named
    given = {RENAMED.get((call.kind, name), name): value for name, value in given.items()}
    others = not_had(call.kind)
    for name, value in given.items():
        if name == "**" or (isinstance(value, Unknown) and value.is_starred):
            raise RecipeError(f"{where} has arguments behind a star. Write them out.")
        odd = _odd(value) if name in fields else None
        if odd is not None:
            raise RecipeError(f"{where}: {odd} is not a number, a word or a bracket of them. Write it out.")
        if name not in fields and name not in SILENT and name not in others:
            now = f"In today's Keras it is called {OLDER[name]}." if name in OLDER else ""
            hint = now or _perhaps(name, [*fields, *others]) or "Leave it out."
            raise RecipeError(f"{where} has no argument {shorten(name)}. {hint}")
    if missing := [name for name in NEEDED.get(call.kind, ()) if name not in given]:
        raise RecipeError(f"{where} does not say its {' and its '.join(missing)}, which Keras needs. Add it.")
    if given.get("data_format") == "channels_first":
        raise RecipeError(
            f"{where} reads pictures with their channels first. Here the channels come last: write the model for "
            "channels_last."
        )
    return given


def _odd(value: Any) -> str | None:
    """What no setting can be in a value, as a text; None if there is nothing of the sort."""
    if not isinstance(value, Call):
        return _odd_in_json(value)
    if "**" in value.named:
        return clip(value.kind)
    given = [*value.plain, *(one for name, one in value.named.items() if name not in SILENT)]
    return next((odd for odd in map(_odd, given) if odd is not None), None)


def _odd_in_json(value: Any) -> str | None:
    """What cannot stand in JSON, such as a layer in a list, or is not known; None if there is nothing of it."""
    if value is None or isinstance(value, bool | int | float | str):
        return None
    if isinstance(value, dict) and all(one is None or isinstance(one, bool | int | float | str) for one in value):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return next((odd for odd in map(_odd_in_json, value) if odd is not None), None)
    if isinstance(value, Unknown):
        return value.text
    if isinstance(value, Call):
        return clip(value.kind)
    return shorten(str(value)) if isinstance(value, range | complex | bytes) else "something in it"


def _perhaps(word: str, known: list[str]) -> str:
    """The name that somebody may have meant, as a sentence."""
    by_small = {name.lower(): name for name in known}
    found = get_close_matches(clip(word).lower(), list(by_small), 1, 0.75)
    return f"Write {by_small[found[0]]}, if you mean that." if found else ""


def _setting(cls: type[Kind], name: str, value: Any, where: str, notes: list[str]) -> dict[str, Any]:
    """One argument as it stands in the JSON of a spec; empty if it is left out, which is noted."""
    nested = {_squeezed(kind): spec for kind, spec in _nested(cls, name).items()}
    said = value.kind if isinstance(value, Call) else value if isinstance(value, str) else ""
    spec = nested.get(_squeezed(said))
    if isinstance(value, Call) and any(issubclass(one, Layer) for one in nested.values()):
        return {name: _inner_layer(cls, [one.kind_name() for one in nested.values()], value, where, notes)}
    if isinstance(value, Call) and nested and spec is None:
        notes.append(f"{where}: {name} is left out, since Fitboard has no {clip(value.kind)}.")
        return {}
    if spec is not None and not issubclass(spec, Layer):
        return {name: _regularizer(spec, value, f"{where}: {name}")}
    if isinstance(value, Call):
        return {name: _word_of(cls, name, value, where, notes)}
    return {name: _json_value(cls, name, value, where, notes)}


def _inner_layer(cls: type[Kind], kinds: list[str], call: Call, where: str, notes: list[str]) -> dict[str, Any]:
    """The layer that Bidirectional holds."""
    if call.kind not in kinds:
        raise RecipeError(
            f"{where} takes a layer that reads a sequence step by step: {', '.join(kinds[:-1])} or {kinds[-1]}, "
            f"and not {clip(call.kind)}. Put one of these into it, or write {clip(call.kind)} without "
            f"{cls.kind_name()}."
        )
    # Bidirectional sets this for both of its layers by itself.
    named = {word: given for word, given in call.named.items() if word != "zero_output_for_mask"}
    return _tree(replace(call, named=named), where, notes)


def _regularizer(spec: type[Kind], value: Call | str, where: str) -> dict[str, Any]:
    """A regularizer, made by its class or given as its word, such as "l2"."""
    given: dict[str, Any] = {}
    if isinstance(value, Call):
        given = value.named | dict(zip(spec.form_fields(), value.plain, strict=False))
    odd = next((odd for odd in map(_odd_in_json, given.values()) if odd is not None), None)
    if odd is not None:
        raise RecipeError(f"{where}: {odd} is not a number. Write the number out.")
    return {"kind": spec.kind_name()} | spec.keras_defaults | given


def _word_of(cls: type[Kind], name: str, value: Call, where: str, notes: list[str]) -> str:
    """The word for an initializer or an activation that was made by its class."""
    before = len(notes)
    found = _choice(cls, name, value.kind, where, notes)
    if len(notes) == before and not _is_as_its_word(value):
        notes.append(f"{where}: {name} is {clip(found)} here, without the settings of {clip(value.kind)}.")
    return found


def _json_value(cls: type[Kind], name: str, value: Any, where: str, notes: list[str]) -> Any:
    """A number, a word or a bracket of them, as Fitboard writes it."""
    info = cls.model_fields[name]
    if value is None and isinstance(info.default, str):
        return "linear"  # what Keras calls an activation that is none
    if isinstance(value, str):
        return _choice(cls, name, value, where, notes)
    if isinstance(value, tuple | list):
        return _sides(list(value), info.default, str(info.annotation), where, name)
    return value


def _choice(cls: type[Kind], name: str, value: str, where: str, notes: list[str]) -> str:
    """One of the words that a field takes, however Keras lets one write it."""
    form = _squeezed(value)
    form = ALIASES.get(form, form)
    for one in _words(cls.model_fields[name].annotation):
        if _squeezed(one) == form:
            return one
    if name.endswith("_initializer"):
        notes.append(f"{where}: {name} is left out, since Fitboard has no {clip(value)}.")
        return str(cls.keras_defaults.get(name, cls.model_fields[name].default))
    return value


def _squeezed(word: str) -> str:
    """The same for `GlorotUniform` and `glorot_uniform`, `VALID` and `valid`."""
    return word.replace("_", "").lower()


def _words(annotation: Any) -> list[str]:
    """The words in a Literal, wherever it stands."""
    parts = get_args(annotation)
    return [part for part in parts if isinstance(part, str)] + [
        word for part in parts if not isinstance(part, str) for word in _words(part)
    ]


def _sides(values: list[Any], default: Any, annotation: str, where: str, name: str) -> Any:
    """Keras writes both sides of everything; here 3 stands for [3], 1 for [1, 1] and 0.1 for [-0.1, 0.1].

    Raises:
        RecipeError: the sides differ, which Fitboard does not have.
    """
    first = values[0] if values else None
    differ = RecipeError(
        f"{where}: {name} is {shorten(values)}, not the same on both sides, which Fitboard does not have. Give both "
        "sides the same number."
    )
    if isinstance(default, tuple) and values and all(isinstance(side, list | tuple) and side for side in values):
        if any(other != side[0] for side in values for other in side):
            raise differ
        return [side[0] for side in values]
    is_number = isinstance(default, int | float) or (default is None and "tuple" not in annotation)
    if not is_number or not all(isinstance(side, int | float) for side in values):
        return values
    if len(set(values)) == 1:
        return first
    if len(values) == 2 and first == -values[1]:
        return values[1]
    raise differ


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


def _is_usual(kind: str, name: str, value: Any, given: dict[str, Any]) -> bool:
    """Whether an argument that Fitboard does not have is what Keras takes anyway."""
    if name == "backward_layer" and isinstance(value, Call) and isinstance(given.get("layer"), Call):
        return _turned(value) == _turned(replace(given["layer"], named=given["layer"].named | {"go_backwards": True}))
    if name == "value_dim" and value == given.get("key_dim"):
        return True
    if name == "axis" and value == 3:  # the last one of pictures, batch and all; Keras's BatchNormalization calls it -1
        return True
    usual = not_had(kind)[name]
    if isinstance(value, Call):
        return bool(_squeezed(value.kind) == usual) and _is_as_its_word(value)
    if isinstance(value, str) and name.endswith("_initializer"):
        return bool(_squeezed(value) == usual)
    sides = value if isinstance(value, list | tuple) else [value]
    return all(side == usual or side is None for side in sides)


def _is_as_its_word(call: Call) -> bool:
    """Whether `RandomNormal(stddev=0.05)` is what "random_normal" stands for."""
    form = _squeezed(call.kind)
    usual = WORDS.get(ALIASES.get(form, form), {})
    renamed = {RENAMED.get((call.kind, name), name): value for name, value in call.named.items()}
    given = {**OF_CLASSES.get(call.kind, {}), **dict(zip(usual, call.plain, strict=False)), **renamed}
    if len(call.plain) > len(usual):
        return False
    return all(
        name in SILENT or value == usual.get(name, KERAS_DEFAULTS.get(name, ...)) for name, value in given.items()
    )


def _turned(call: Call) -> tuple[str, str]:
    """A recurrent layer without what differs between the two directions of Bidirectional."""
    named = {name: value for name, value in call.named.items() if name not in {"name", "seed"}}
    return call.kind, re.sub(r"'seed': \d+", "", repr(sorted(named.items())))

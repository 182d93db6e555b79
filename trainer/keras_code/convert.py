"""Calls as somebody wrote them -> layers of a recipe, with what Fitboard does not have left out and named."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args

from trainer.keras_code import signatures
from trainer.keras_code.signatures import REQUIRED, squeezed
from trainer.keras_code.source_model import Call
from trainer.keras_code.values import MAX_PARTS, Unknown, source_of, weight
from trainer.keras_code.wording import message, refusal
from trainer.messages import Message
from trainer.recipe.layers import Layer
from trainer.recipe.limits import MAX_LAYERS
from trainer.recipe.spec import Kind, RecipeError, clip, shorten

SILENT = frozenset(
    """
    autocast batch_input_shape batch_shape batch_size build_config data_format dtype implementation input_axes
    input_dim input_dtype input_length input_shape lora_alpha lora_rank module name optional output_axes
    quantization_config ragged registered_name seed sparse synchronized time_major unroll use_cudnn value_range
    """.split()  # noqa: SIM905 - a list literal would take a line for each
)
"""Arguments that say nothing about what the layer does here, or that Fitboard sets itself."""
KERAS_2: Mapping[str, Any] = {
    "groups": 1,
    "kernel_constraint": None,
    "kernel_initializer": "glorot_uniform",
    "kernel_regularizer": None,
    "rms_scaling": False,
    "zero_output_for_mask": False,
}
"""Settings of some layers in models of older versions of Keras, with what they meant anyway."""
KERAS_2_OPTIONAL = frozenset({"pool_size"})
"""What only Keras 3 needs to be told."""
RENAMED: Mapping[tuple[str, str], str] = {
    ("LeakyReLU", "alpha"): "negative_slope",
    ("Embedding", "embedding_initializer"): "embeddings_initializer",
}
"""Older names that Keras still takes, by kind of layer."""


def layers_from_calls(calls: Sequence[Call]) -> tuple[tuple[Layer, ...], list[Message]]:
    """The layers, and a note for each thing that was left out.

    Raises:
        RecipeError: a call is of a layer that Fitboard does not have, or with arguments that no layer takes.
    """
    if not calls:
        raise refusal("no_layers")
    if len(calls) > MAX_LAYERS:
        raise refusal("too_many_layers", count=len(calls), limit=MAX_LAYERS)
    readings = [_Reading(call, place) for place, call in enumerate(calls, start=1)]
    layers = tuple(one.layer() for one in readings)
    notes = [note for one in readings for note in one.notes]
    for place, call in enumerate(calls):
        first = next(at for at, other in enumerate(calls) if other is call)
        learns = type(layers[place]).parameter_count is not Layer.parameter_count
        if first < place and learns:
            notes.append(message("shared", place=place + 1, kind=call.kind, first=first + 1))
    return layers, notes


class _Reading:
    """One call as a layer."""

    def __init__(self, call: Call, place: int) -> None:
        self.call, self.place = call, place
        self.notes: list[Message] = []
        name = "layer" if call.line is None else "layer_in_line"
        self.where = message(name, place=place, kind=clip(call.kind), line=call.line)

    def layer(self) -> Layer:
        tree = self._tree(self.call)
        try:
            return Layer.registry[self.call.kind].from_json(json.dumps(tree))  # type: ignore[no-any-return]
        except RecipeError as error:
            raise refusal("layer_invalid", layer=self.where, problem=error.message) from None

    def _refuse(self, name: str, /, **parameters: object) -> RecipeError:
        return refusal(name, layer=self.where, **parameters)

    def _leave_out(self, name: str, /, **parameters: object) -> None:
        self.notes.append(message(name, layer=self.where, **parameters))

    def _tree(self, call: Call) -> dict[str, Any]:
        """The call as the JSON of a layer, with Keras's defaults for what is not said."""
        cls = Layer.registry.get(call.kind)
        if cls is None:
            raise refusal(
                "layer_unknown", place=self.place, kind=clip(call.kind), remedy=_meant(call.kind, list(Layer.registry))
            )
        if weight(call) > MAX_PARTS:
            raise refusal("too_large")
        given = self._arguments(cls, call)
        tree: dict[str, Any] = {"kind": call.kind, **_defaults(cls)}  # type: ignore[arg-type] # a class is hashable
        for name, value in given.items():
            if name in cls.form_fields():
                tree |= self.setting(cls, name, value)
            elif name not in SILENT and not _is_usual(call.kind, name, value, given):
                self._leave_out("argument_left_out", name=name)
        return tree

    def _arguments(self, cls: type[Kind], call: Call) -> dict[str, Any]:
        """All arguments by name; each is one that Keras knows."""
        fields, known = cls.form_fields(), signatures.layers()[call.kind]
        if len(call.plain) > len(known):
            raise self._refuse("too_many_arguments")
        given = dict(zip(known, call.plain, strict=False)) | call.named
        given = {RENAMED.get((call.kind, name), name): value for name, value in given.items()}
        for name, value in given.items():
            if name == "**" or (isinstance(value, Unknown) and value.is_starred):
                raise self._refuse("not_a_setting", text=_odd(value) or name)
        others = {*known, *signatures.base(), *KERAS_2}
        for name, value in given.items():
            odd = _odd(value) if name in fields else None
            if odd is not None:
                raise self._refuse("not_a_setting", text=odd)
            if name not in fields and name not in SILENT and name not in others:
                remedy = _meant(name, [*fields, *others], "leave_it_out")
                raise self._refuse("argument_unknown", name=shorten(name), remedy=remedy)
        needed = [name for name, default in known.items() if default is REQUIRED and name not in KERAS_2_OPTIONAL]
        if missing := [name for name in needed if name not in given]:
            raise self._refuse("arguments_missing", names=missing)
        if given.get("data_format") == "channels_first":
            raise refusal("channels_first")
        return given

    def setting(self, cls: type[Kind], name: str, value: Any) -> dict[str, Any]:
        """One argument as it stands in the JSON of a layer; empty if it is left out, which is noted."""
        nested = {squeezed(spec.kind_name()): spec for spec in _nested(cls, name)}
        said = value.kind if isinstance(value, Call) else value if isinstance(value, str) else ""
        spec = nested.get(squeezed(said))
        if isinstance(value, Call) and any(issubclass(one, Layer) for one in nested.values()):
            return {name: self._inner_layer(list(nested.values()), value)}
        if isinstance(value, Call) and nested and spec is None:
            self._leave_out("value_left_out", name=name, value=clip(value.kind))
            return {}
        if spec is not None and not issubclass(spec, Layer):
            return {name: self._regularizer(spec, value)}
        if isinstance(value, Call):
            return {name: self._word_of(cls, name, value)}
        return {name: self._json_value(cls, name, value)}

    def _inner_layer(self, kinds: list[type[Kind]], call: Call) -> dict[str, Any]:
        """The layer that Bidirectional holds."""
        names = [kind.kind_name() for kind in kinds]
        if call.kind not in names:
            raise self._refuse("inner_layer", kinds=names, kind=clip(call.kind))
        # Bidirectional sets this for both of its layers by itself.
        named = {name: given for name, given in call.named.items() if name != "zero_output_for_mask"}
        return self._tree(replace(call, named=named))

    def _regularizer(self, spec: type[Kind], value: Call | str) -> dict[str, Any]:
        """A regularizer, made by its class or given as its word, such as "l2"."""
        known = signatures.regularizers()[spec.kind_name()]
        given = value.named | dict(zip(known, value.plain, strict=False)) if isinstance(value, Call) else {}
        if odd := _odd(list(given.values())):
            raise self._refuse("not_a_setting", text=odd)
        return {"kind": spec.kind_name(), **known, **given}

    def _word_of(self, cls: type[Kind], name: str, value: Call) -> str:
        """The word for an initializer or an activation that was made by its class."""
        before = len(self.notes)
        found = self._choice(cls, name, value.kind)
        if len(self.notes) == before and not _is_as_its_word(value):
            self._leave_out("settings_left_out", name=name, value=clip(found), kind=clip(value.kind))
        return found

    def _json_value(self, cls: type[Kind], name: str, value: Any) -> Any:
        """A number, a word or a bracket of them, as Fitboard writes it."""
        info = cls.model_fields[name]
        if value is None and isinstance(info.default, str):
            return "linear"  # what Keras calls an activation that is none
        if isinstance(value, str):
            return self._choice(cls, name, value)
        if isinstance(value, tuple | list):
            return self._sides(list(value), info.default, str(info.annotation), name)
        return value

    def _choice(self, cls: type[Kind], name: str, value: str) -> str:
        """One of the words that a field takes, however Keras lets one write it."""
        for one in _words(cls.model_fields[name].annotation):
            if squeezed(one) == squeezed(value):
                return one
        if name.endswith("_initializer"):
            self._leave_out("value_left_out", name=name, value=clip(value))
            return str(signatures.layers()[cls.kind_name()][name])
        return value

    def _sides(self, values: list[Any], default: Any, annotation: str, name: str) -> Any:
        """Keras writes both sides of everything; here 3 stands for [3], 1 for [1, 1] and 0.1 for [-0.1, 0.1].

        Raises:
            RecipeError: the sides differ, which Fitboard does not have.
        """
        first = values[0] if values else None
        differ = self._refuse("sides_differ", name=name, value=shorten(values))
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


@cache
def _defaults(cls: type[Kind]) -> dict[str, Any]:
    """What Keras takes for settings of which nothing is said, as they stand in the JSON of a layer."""
    reading = _Reading(Call(cls.kind_name(), (), {}), 0)
    tree: dict[str, Any] = {}
    for name, value in signatures.layers()[cls.kind_name()].items():
        if value is not REQUIRED and name in cls.form_fields():
            tree |= reading.setting(cls, name, value)
    return tree


def _odd(value: Any, *, in_call: bool = True) -> str | None:
    """What no setting can be in a value, as a text, such as a layer in a list; None if there is nothing of the sort."""
    if value is None or isinstance(value, bool | int | float | str):
        return None
    if isinstance(value, Call) and in_call and "**" not in value.named:
        given = [*value.plain, *(one for name, one in value.named.items() if name not in SILENT)]
        return next((odd for odd in map(_odd, given) if odd is not None), None)
    if isinstance(value, Call):
        return clip(value.kind)
    if isinstance(value, dict) and all(one is None or isinstance(one, bool | int | float | str) for one in value):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return next((odd for one in value if (odd := _odd(one, in_call=False)) is not None), None)
    if isinstance(value, Unknown) and value.node is not None:
        return source_of(value.node)
    return shorten(str(value)) if isinstance(value, range | complex | bytes) else "something in it"


def _meant(word: str, known: list[str], otherwise: str = "replace_it") -> Message:
    """What to do about a name that does not exist: write the one that somebody may have meant."""
    by_small = {name.lower(): name for name in known}
    found = get_close_matches(clip(word).lower(), list(by_small), 1, 0.75)
    return message("write_instead", name=by_small[found[0]]) if found else message(otherwise)


def _words(annotation: Any) -> list[str]:
    """The words in a Literal, wherever it stands."""
    parts = get_args(annotation)
    return [part for part in parts if isinstance(part, str)] + [
        word for part in parts if not isinstance(part, str) for word in _words(part)
    ]


def _nested(cls: type[Kind], name: str) -> list[type[Kind]]:
    """The kinds that a field can hold."""
    found: list[type[Kind]] = []
    left = [cls.model_fields[name].annotation]
    while left:
        part: Any = left.pop(0)
        if isinstance(part, type) and issubclass(part, Kind):
            found += part.kinds().values()
        left += getattr(part, "__args__", ())
    return found


def _is_usual(kind: str, name: str, value: Any, given: dict[str, Any]) -> bool:
    """Whether an argument that Fitboard does not have is what Keras takes anyway."""
    if name == "backward_layer" and isinstance(value, Call) and isinstance(given.get("layer"), Call):
        return _turned(value) == _turned(replace(given["layer"], named=given["layer"].named | {"go_backwards": True}))
    if name == "value_dim" and value == given.get("key_dim"):
        return True
    usual = {**KERAS_2, **signatures.base(), **signatures.layers()[kind]}[name]
    if isinstance(value, Call):
        return squeezed(value.kind) == squeezed(str(usual)) and _is_as_its_word(value)
    if isinstance(value, str) and name.endswith("_initializer"):
        return squeezed(value) == squeezed(str(usual))
    sides, usual_sides = (one if isinstance(one, list | tuple) else [one] for one in (value, usual))
    # The channels of pictures are the axis that Keras's BatchNormalization calls -1, and older programs 3.
    return all(side is None or side in usual_sides or (name == "axis" and side == 3) for side in sides)


def _is_as_its_word(call: Call) -> bool:
    """Whether `RandomNormal(stddev=0.05)` is what "random_normal" stands for."""
    known, usual = signatures.of_class(call.kind), signatures.words().get(squeezed(call.kind), {})
    renamed = {RENAMED.get((call.kind, name), name): value for name, value in call.named.items()}
    given = {**known, **dict(zip(known, call.plain, strict=False)), **renamed}
    anyway = {**signatures.base(), **usual}
    return len(call.plain) <= len(known) and all(
        name in SILENT or value == anyway.get(name, ...) for name, value in given.items()
    )


def _turned(call: Call) -> tuple[str, str]:
    """A recurrent layer without what differs between the two directions of Bidirectional."""
    named = {name: value for name, value in call.named.items() if name not in {"name", "seed"}}
    return call.kind, re.sub(r"'seed': \d+", "", repr(sorted(named.items())))

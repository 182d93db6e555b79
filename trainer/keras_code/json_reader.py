"""The layers in the JSON of `model.to_json()`, of a Sequential model or of one whose layers stand in a single row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from trainer.keras_code.limits import check_json
from trainer.keras_code.source_model import INPUTS, MODELS, Call, SourceModel, attends, source_model, usual_name
from trainer.keras_code.wording import message, refusal
from trainer.messages import Message
from trainer.recipe.spec import RecipeError, clip

MAX_SOURCES = 10
"""Of a layer; one that reads more than attention does, with its masks, stands in no row."""


def read_json(text: str) -> SourceModel:
    """Read the layers of a model.

    Raises:
        RecipeError: it is something else, or has branches.
    """
    try:
        model = json.loads(text)
        check_json(model)
        is_compiled = any((model.get("compile_config") or {}).get(one) is not None for one in ("optimizer", "loss"))
        notes = [message("compiled")] if is_compiled else []
        return source_model(list(_layers(model, notes)), notes)
    except RecipeError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise refusal("not_keras") from None


def _layers(model: dict[str, Any], notes: list[Message]) -> Iterator[Call]:
    kind, config = model["class_name"], model["config"]
    if kind not in MODELS:
        raise ValueError(kind)
    before: str | None = None
    embedded: str | None = None
    masks: set[str] = set()
    for layer in config["layers"]:
        name, own = str(layer["class_name"]), layer.get("name", layer["config"].get("name"))
        if kind == "Sequential":
            notes += [message("attention_alone", kind=name)] if attends(name) else []
        elif name == "NotEqual" and embedded is not None and _marks_padding(layer, embedded):
            masks.add(own)
            continue
        else:
            if _reads(name, layer, masks) != ([] if before is None else [before]):
                raise refusal("branches")
            notes += _left_out(name, own, _named(layer))
            if name == "Embedding" and layer["config"].get("mask_zero"):
                embedded = before  # which is what the mask is made of
            before = own
        if name in MODELS:
            yield from (call for call in _layers(layer, notes) if call.kind not in INPUTS)
        else:
            settings = _of_attention(layer) if attends(name) else layer["config"]
            yield Call(usual_name(name), (), {word: _value(value) for word, value in dict(settings).items()})


def _reads(kind: str, layer: dict[str, Any], masks: set[str]) -> list[str]:
    """What a layer reads, once if an attention reads it twice, without the mask that Keras hands on by itself."""
    found = list(islice(_sources(layer.get("inbound_nodes", [])), MAX_SOURCES))
    for mask in islice(_sources(_named(layer).get("mask")), MAX_SOURCES):
        if mask in masks:
            found.remove(mask)
    return found[:1] if attends(kind) and len(found) in {2, 3} and len(set(found)) == 1 else found


def _marks_padding(layer: dict[str, Any], embedded: str) -> bool:
    """Whether an operation is how Keras writes down that an Embedding marks the zeros in what it reads."""
    (node,) = layer["inbound_nodes"]
    return list(_sources(node)) == [embedded] and node["args"][1:] == [0] and not node["kwargs"]


def _named(layer: dict[str, Any]) -> dict[str, Any]:
    """What a layer is called with by name, as Keras 3 or Keras 2 writes it."""
    node: Any = next(iter(layer.get("inbound_nodes") or []), {})
    if isinstance(node, dict):
        return dict(node.get("kwargs") or {})
    first = node[0] if node and isinstance(node[0], list) else node
    return dict(first[3]) if len(first) > 3 else {}


def _left_out(kind: str, own: str, named: dict[str, Any]) -> Iterator[Message]:
    """A note for each thing that a layer is called with and that Fitboard does not have.

    Raises:
        RecipeError: it would be another model without.
    """
    for word, value in named.items():
        if value is None or value is False:
            continue
        about = {"kind": kind, "name": clip(word)}
        if word == "training" or (attends(kind) and word == "use_causal_mask"):
            yield message("call_argument", **about)
        elif attends(kind) and word not in {"query", "value", "key", "return_attention_scores"}:
            raise refusal("called_with", **about)


def _of_attention(layer: dict[str, Any]) -> dict[str, Any]:
    """The settings of an attention, without what Keras works out when it builds one."""
    settings = dict(layer["config"])
    built = (layer.get("build_config") or {}).get("shapes_dict") or {}
    shape = settings.get("query_shape") or built.get("query_shape") or []
    if settings.get("attention_axes") == list(range(1, len(shape) - 1)):
        settings["attention_axes"] = None
    worked_out = {"query_shape", "key_shape", "value_shape", "softmax_robust_masking"}
    return {word: value for word, value in settings.items() if word not in worked_out}


def _sources(node: Any) -> Iterator[str]:
    """The names of the layers that a layer reads, as Keras 3 or Keras 2 writes them."""
    if isinstance(node, dict):
        if "keras_history" in node:
            yield _output(node["keras_history"])
        else:
            for part in node.values():
                yield from _sources(part)
    elif isinstance(node, list):
        if len(node) >= 3 and isinstance(node[0], str) and isinstance(node[1], int):
            yield _output(node)
            yield from _sources(node[3:])
        else:
            for part in node:
                yield from _sources(part)


def _output(source: list[Any]) -> str:
    name, _, which = source[:3]
    return f"{name}, output {which}" if which else str(name)


def _value(value: Any) -> Any:
    if isinstance(value, dict) and "class_name" in value:
        config = value.get("config") or {}
        if not isinstance(config, dict):
            return str(config)
        return Call(usual_name(str(value["class_name"])), (), {name: _value(v) for name, v in config.items()})
    return value

"""The layers in the JSON of `model.to_json()`, of a Sequential model or of one whose layers stand in a single row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from trainer.recipe.pasted.written import COMPILED, INPUTS, NOT_KERAS, TWICE, Call, Model, model_of, usual
from trainer.recipe.spec import RecipeError

BRANCHES = "The layers of this model do not stand in one row, and Fitboard's do. Paste a model without branches."


def from_json(text: str) -> Model:
    """Read the layers of a model.

    Raises:
        RecipeError: it is something else, or has branches.
    """
    try:
        model = json.loads(text)
        is_compiled = any((model.get("compile_config") or {}).get(one) is not None for one in ("optimizer", "loss"))
        return model_of(list(_layers(model)), [COMPILED] if is_compiled else [])
    except RecipeError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise RecipeError(NOT_KERAS) from None


def _layers(model: dict[str, Any]) -> Iterator[Call]:
    kind, config = model["class_name"], model["config"]
    if kind not in {"Sequential", "Functional", "Model"}:
        raise ValueError(kind)
    before = padded = None
    masks: set[str] = set()
    for layer in config["layers"]:
        name = str(layer["class_name"])
        if kind != "Sequential":
            own = layer.get("name", layer["config"].get("name"))
            sources = [source for source in _sources(layer.get("inbound_nodes", [])) if source not in masks]
            if name == "NotEqual" and padded is not None and sources == [padded]:
                masks.add(own)  # how Keras writes down that the Embedding marks the padding
                continue
            if name in TWICE and len(sources) in {2, 3} and set(sources) == {before}:
                sources = sources[:1]
                layer["config"] |= _asked(layer)
            if sources != ([] if before is None else [before]):
                raise RecipeError(BRANCHES)
            if name == "Embedding" and layer["config"].get("mask_zero"):
                padded = before
            before = own
        if name in {"Sequential", "Functional", "Model"}:
            yield from (call for call in _layers(layer) if call.kind not in INPUTS)
        else:
            yield Call(usual(name), (), {word: _value(value) for word, value in dict(layer["config"]).items()})


def _asked(layer: dict[str, Any]) -> dict[str, Any]:
    """What an attention is called with beside its inputs, and over which places it looks if not over all."""
    found: dict[str, Any] = (
        {"use_causal_mask": True} if '"use_causal_mask": true' in json.dumps(layer["inbound_nodes"]) else {}
    )
    shape = ((layer.get("build_config") or {}).get("shapes_dict") or {}).get("query_shape") or []
    if layer["config"].get("attention_axes") == list(range(1, len(shape) - 1)):
        found["attention_axes"] = None
    return found


def _sources(node: Any) -> Iterator[str]:
    """The names of the layers that a layer reads, as Keras 3 or Keras 2 writes them."""
    if isinstance(node, dict):
        if "keras_history" in node:
            yield str(node["keras_history"][0])
        else:
            for part in node.values():
                yield from _sources(part)
    elif isinstance(node, list):
        if len(node) >= 3 and isinstance(node[0], str) and isinstance(node[1], int):
            yield node[0]
        else:
            for part in node:
                yield from _sources(part)


def _value(value: Any) -> Any:
    if isinstance(value, dict) and "class_name" in value:
        config = value.get("config") or {}
        if not isinstance(config, dict):
            return str(config)
        return Call(usual(str(value["class_name"])), (), {name: _value(v) for name, v in config.items()})
    return value

"""The layers in the JSON of `model.to_json()`, of a Sequential model or of one whose layers stand in a single row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from trainer.recipe.pasted.written import COMPILED, INPUTS, NOT_KERAS, Call, Model, model_of, usual
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
    before: str | None = None
    for layer in config["layers"]:
        name = str(layer["class_name"])
        if kind != "Sequential":
            sources = list(_sources(layer.get("inbound_nodes", [])))
            if sources != ([] if before is None else [before]):
                raise RecipeError(BRANCHES)
            before = layer.get("name", layer["config"].get("name"))
        if name in {"Sequential", "Functional", "Model"}:
            yield from (call for call in _layers(layer) if call.kind not in INPUTS)
        else:
            yield Call(usual(name), (), {word: _value(value) for word, value in dict(layer["config"]).items()})


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

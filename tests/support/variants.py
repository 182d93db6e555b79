"""Specs of a kind that differ from its default in one setting each."""

import json
from functools import cache
from typing import Any

import numpy as np

from trainer.recipe.layers import Layer
from trainer.recipe.spec import RecipeError


def few_values(schema: dict[str, Any], defs: dict[str, Any]) -> list[Any]:
    """A handful of values that a field of this JSON schema takes, its limits among them."""
    if "$ref" in schema:
        return few_values(defs[schema["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in schema or "oneOf" in schema:
        return [value for part in schema.get("anyOf", schema.get("oneOf")) for value in few_values(part, defs)]
    if "const" in schema or "enum" in schema:
        return schema.get("enum", [schema.get("const")])
    match schema["type"]:
        case "null":
            return [None]
        case "boolean":
            return [True, False]
        case "integer" | "number":
            whole = schema["type"] == "integer"
            tries = [schema.get("minimum"), *((-1, 1, 2, 3, 5) if whole else (-0.5, 0.001, 0.3, 0.9, 1.0))]
            return [value for value in tries if value is not None and _within(value, schema)]
        case "array" if "prefixItems" in schema:
            return [[1, 1], [2, 2], [2, 1], [1, 3]]
        case "array":
            return [[-1], [4, -1], [2, 2, -1], [36], [1], [1, 2], [3, 1, 2]]
        case "object":
            names = {name: few_values(part, defs) for name, part in schema["properties"].items()}
            fixed = {"kind": names.pop("kind")[0]}
            return [fixed | {name: value} for name, values in names.items() for value in values]
    raise AssertionError(f"No values for {schema}: teach few_values this sort of field.")


def _within(value: float, schema: dict[str, Any]) -> bool:
    low, high = schema.get("minimum", -np.inf), schema.get("maximum", np.inf)
    return low <= value <= high and schema.get("exclusiveMinimum", -np.inf) < value < schema.get(
        "exclusiveMaximum", np.inf
    )


@cache
def variants(cls: type[Any]) -> list[Any]:
    """The default spec, and specs that differ from it in one field."""
    schema, found = cls.model_json_schema(), [cls()]
    for name in cls.form_fields():
        specs = []
        for value in few_values(schema["properties"][name], schema.get("$defs", {})):
            try:
                specs.append(cls.from_json(json.dumps({"kind": cls.kind_name(), name: value})))
            except RecipeError:
                continue  # a rule over several fields: what the spec refuses, Keras need not build
        assert any(spec != cls() for spec in specs), f"{name} takes nothing but its default"
        found += [spec for spec in specs if spec != cls()]
    return found


def each_setting(cls: type[Layer]) -> list[Layer]:
    """The variants, with one value of each setting of a layer inside: its own kind is tried with all of them."""
    found, seen = list[Layer](), set[tuple[str, str]]()
    for spec in variants(cls):
        inside = spec.inner_layer
        if inside is not spec:
            plain = type(inside)()
            setting = next((name for name in inside.form_fields() if getattr(inside, name) != getattr(plain, name)), "")
            if setting and (inside.kind, setting) in seen:
                continue
            seen.add((inside.kind, setting))
        found.append(spec)
    return found


def shaping(cls: type[Layer]) -> list[Layer]:
    """Those of them with one activation and one beginning only: none of them changes a shape or a count."""
    seen = dict[str, Layer]()
    for spec in each_setting(cls):
        tree = json.loads(spec.to_json())
        for part in (tree, tree.get("layer", {})):
            for name in [name for name in part if name.endswith(("activation", "initializer", "regularizer"))]:
                part.pop(name)
        seen.setdefault(json.dumps(tree), spec)
    return list(seen.values())

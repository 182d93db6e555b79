"""Writes `docs/recipes.md` from the spec classes; a test keeps the page up to date.

`python -m tools.recipe_reference`
"""

from __future__ import annotations

from types import NoneType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from trainer import PROJECT
from trainer.recipe.callbacks import Callback
from trainer.recipe.data import Data
from trainer.recipe.layers import Layer
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import Fit, Recipe
from trainer.recipe.spec import Kind, Spec, typical

PAGE = PROJECT / "docs" / "recipes.md"
HEAD = """# Recipes

A recipe is one JSON file that holds everything a run needs. Kinds are Keras's class names and fields its argument
names, so the Keras documentation explains them too. Made from the code by `python -m tools.recipe_reference`.

```json
{
  "version": 2,
  "name": "A small one",
  "seed": 1,
  "data": {"kind": "mnist", "limit": 2000, "validation": 0.1},
  "layers": [
    {"kind": "Flatten"},
    {"kind": "Dense", "units": 64, "activation": "relu"},
    {"kind": "Dense", "units": 10, "activation": "softmax"}
  ],
  "optimizer": {"kind": "Adam", "learning_rate": 0.001},
  "loss": "auto",
  "fit": {"epochs": 2, "batch_size": 32},
  "callbacks": []
}
```

`version` is the version of this format; it is raised where an earlier Fitboard could not read a recipe, or would
misread it. A recipe with a later one is refused in one sentence (made by a newer Fitboard), and left as it is. Version
2 added `standardize` to texts: a recipe of version 1, or without a version, reads words as Keras does
(`lower_and_strip_punctuation`), as it did when it was made.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [HEAD, "## The recipe\n", table(Recipe), "\n## `fit`\n", table(Fit)]
    families: list[tuple[str, type[Kind]]] = [
        ("`data`", Data), ("`layers`", Layer), ("`optimizer`", Optimizer), ("`callbacks`", Callback),
    ]  # fmt: skip
    for title, base in families:
        parts.append(f"\n## {title}\n")
        for name, kind in base.registry.items():
            parts += [f"\n### {name}\n", kind.sentence + "\n"]
            if kind.form_fields():
                parts.append(table(kind))
    return "\n".join(parts).rstrip() + "\n"


def table(spec: type[Spec]) -> str:
    """A spec's fields: name, what may stand there, default, what it is."""
    fields = spec.form_fields() if issubclass(spec, Kind) else dict(spec.model_fields)
    lines = ["| field | values | default | what it is |", "|---|---|---|---|"]
    for name, info in fields.items():
        words = " ".join(part for part in (info.description, effect(info), usual(info)) if part)
        lines.append(f"| `{name}` | {values(info)} | {default(info)} | {words} |")
    return "\n".join(lines) + "\n"


def effect(info: FieldInfo) -> str:
    """What making the field larger does, as its hint says."""
    extra = info.json_schema_extra
    return str(extra.get("effect", "")) if isinstance(extra, dict) else ""


def usual(info: FieldInfo) -> str:
    """From where to where its number usually goes."""
    range = typical(info)
    return "" if range is None else f"Usually {range[0]:,g} to {range[1]:,g}."


def values(info: FieldInfo) -> str:
    """What may stand in a field, in words."""
    words = kind_in_words(info.annotation)
    limits = []
    for rule in info.metadata:
        for sign, word in (("ge", "from"), ("gt", "above"), ("le", "to"), ("lt", "below")):
            if getattr(rule, sign, None) is not None:
                limits.append(f"{word} {getattr(rule, sign):,}")
    return " ".join([words, *limits])


def kind_in_words(annotation: Any) -> str:
    """A Python type as a reader of JSON would call it."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kind_in_words(inner[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner).replace("`\t`", "tab").replace("` `", "space")
    if origin is tuple:
        return "list"
    if origin is Union or (inner and NoneType in inner):
        kinds = [part for part in inner if part is not NoneType]
        if all(isinstance(part, type) and issubclass(part, Kind) for part in kinds):
            return "object"
        return " or ".join(kind_in_words(part) for part in kinds) + (" or null" if NoneType in inner else "")
    names = {int: "whole number", float: "number", bool: "true or false", str: "text"}
    return names.get(annotation, "object")


def default(info: FieldInfo) -> str:
    """The default as JSON, or that there is none."""
    value = info.default
    if value is PydanticUndefined:
        return "none: must be given"
    if isinstance(value, Kind):
        return f"`{value.kind}`"
    if isinstance(value, Spec):
        return "see below"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"`{list(value)}`"
    return f"`{value}`" if isinstance(value, str) and value.strip() else "" if isinstance(value, str) else f"{value:,}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")

"""Sentences for what cannot be followed in a pasted text."""

from __future__ import annotations

import ast
import re

from trainer.recipe.pasted.touching import MODELS, name_of
from trainer.recipe.pasted.values import source_of, where
from trainer.recipe.spec import RecipeError, shorten

_OTHERS = (
    (
        re.compile(r"^[ \t]*(?:import|from)[ \t]+torch\b|\bnn\.(?:Module|Sequential|Linear|Conv[12]d)\b", re.MULTILINE),
        "This model is written for PyTorch, and Fitboard reads Keras. Write it as keras.Sequential([...]): "
        "nn.Linear(784, 128) is Dense(128), nn.Conv2d(1, 32, 3) is Conv2D(32, 3), nn.ReLU() is ReLU(), nn.MaxPool2d(2) "
        "is MaxPooling2D(2).",
    ),
    (
        re.compile(r"\btf\.(?:compat\.v1\.)?(?:placeholder|Session|get_variable)\("),
        "This is the TensorFlow of before 2019, without layers, and Fitboard reads Keras. Write the model as "
        "keras.Sequential([...]).",
    ),
    (
        re.compile(r"\bMLP(?:Classifier|Regressor)\("),
        "This model is written for scikit-learn, and Fitboard reads Keras. Write it as keras.Sequential([...]): "
        "hidden_layer_sizes=(64, 32) is Dense(64, 'relu'), Dense(32, 'relu'), and then the Dense that answers.",
    ),
)
"""What only a text for another library holds, and what to say of one that cannot be read."""


def of_another_library(text: str) -> str | None:
    """What to say of a text that is no Keras model, but one of another library."""
    if re.search(r"^[ \t]*(?:import|from)[ \t].*\bkeras\b|\bkeras\.", text, re.MULTILINE):  # which may run on PyTorch
        return None
    if re.search(r"\bDense\(", text) and "nn." not in text:
        return None
    return next((said for pattern, said in _OTHERS if pattern.search(text)), None)


def channels_first(tree: ast.Module) -> str | None:
    """What to say of a text that puts the channels of all its pictures first; what it sets last counts."""
    names: dict[str, object] = {}
    found = None
    for line in tree.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
            names |= {target.id: line.value.value for target in line.targets if isinstance(target, ast.Name)}
        node = line.value if isinstance(line, ast.Expr) else None
        if isinstance(node, ast.Call) and name_of(node.func) in {"set_image_data_format", "set_image_dim_ordering"}:
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            value = next((getattr(one, "value", names.get(name_of(one))) for one in given), None)
            found = node if value in {"channels_first", "th"} else None
    calls = (name_of(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))
    if found is None or not any(name.endswith(("1D", "2D")) for name in calls):
        return None
    return (
        f"{where(found)}: this model reads pictures with their channels first. Here the channels come last: write the "
        "model for channels_last."
    )


def endless(line: ast.For, over: object) -> RecipeError:
    """What to say of a loop that matters and cannot be followed."""
    often = (
        "this goes round too often to be read."
        if isinstance(over, range | list | tuple)
        else f"how often this goes round, over {source_of(line.iter)}, can be told only by running it."
    )
    return RecipeError(f"{where(line.iter)}: {often} Write the layers out.")


def in_a_class(tree: ast.Module) -> str | None:
    """What to say where the model is made by a class of the text."""
    left: list[tuple[ast.AST, ast.ClassDef | None]] = [(tree, None)]
    for node, outer in left:  # which grows meanwhile: level by level
        if isinstance(node, ast.ClassDef) and any(name_of(base) in MODELS for base in node.bases):
            return (
                f"{where(node)}: the class {shorten(node.name)} is a model of its own, whose layers only running it "
                "could tell. Write them as keras.Sequential([...]), in the order in which call uses them. Or run "
                "i = keras.Input(shape of one example), then print(keras.Model(i, model.call(i)).to_json()), and paste "
                "what it prints."
            )
        if outer is not None and isinstance(node, ast.Call) and name_of(node.func) in MODELS:
            return (
                f"{where(outer)}: the model is made inside the class {shorten(outer.name)}, which is not followed "
                "here. Paste only the lines that make the model, without the class around them."
            )
        outer = outer or (node if isinstance(node, ast.ClassDef) else None)
        left += [(part, outer) for part in ast.iter_child_nodes(node)]
    return None

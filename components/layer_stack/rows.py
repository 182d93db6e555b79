"""What the stack and the palette show, as plain data. Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from trainer.i18n import _
from trainer.recipe.check import Report
from trainer.recipe.check.next_layer import what_fits
from trainer.recipe.data import DataFacts
from trainer.recipe.flow import arriving
from trainer.recipe.layers import Layer
from trainer.recipe.layers.base import Group
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import ShapeError, written
from trainer.recipe.stack import Entry, entries, model_places

GROUPS: dict[Group, str] = {
    Group.IMAGES: "pictures",
    Group.TEXT: "recurrent rnn words sentences",
    Group.DENSE: "fully connected linear hidden neuron perceptron",
    Group.SHAPE: "",
    Group.REGULARISATION: "",
    Group.NORMALISATION: "",
    Group.ACTIVATION: "",
    Group.AUGMENTATION: "",
}
"""The groups of the palette in their usual order, each with other words that people search for."""


def rows(recipe: Recipe, facts: DataFacts, report: Report) -> list[dict[str, Any]]:
    """One table row for each layer of the stack, from the input on; shares are of the whole model, 0 to 1."""
    troubled = {problem.layer for problem in report.errors}
    shapes = [facts.input_shape, *(row.output_shape for row in report.rows)]
    does = [
        row.layer.multiplications(before) if before is not None and after is not None else None
        for row, (before, after) in zip(report.rows, pairwise(shapes), strict=True)
    ]
    all_work, all_parameters = sum(one or 0 for one in does), report.parameters
    found = []
    for entry, place in zip(entries(recipe), model_places(recipe), strict=True):
        row: dict[str, Any] = {"kind": entry.layer.kind, "title": _(entry.layer.title), "note": entry.layer.summary()}
        row["answers"] = is_answer(entry)
        if place is None:
            found.append(row | {"off": True})
            continue
        shape, parameters = report.rows[place].output_shape, report.rows[place].parameters
        row |= {"trouble": place in troubled, "shape": None if shape is None else written(shape)}
        if parameters is not None:
            row |= {"parameters": parameters, "share": parameters / all_parameters if all_parameters else 0.0}
        if does[place] is not None:
            row["work"] = (does[place] or 0) / all_work if all_work else 0.0
        found.append(row)
    return found


def is_answer(entry: Entry) -> bool:
    """Whether a layer looks like the output layer of a model, after which nothing should come."""
    return entry.on and entry.layer.output_activation in {"softmax", "sigmoid"} and not entry.layer.is_recurrent


def palette(recipe: Recipe, facts: DataFacts, place: int) -> list[dict[str, Any]]:
    """Every kind of layer, by groups, with the reason if it cannot come before layer `place`."""
    why = what_fits(recipe, facts, place)
    order, usual = list(GROUPS), usual_next(recipe, facts, place)
    return [
        {
            "kind": name,
            "title": _(kind.title),
            "sentence": _(kind.sentence),
            "drawing": kind.drawing,
            "family": kind.group.name.lower(),
            "usual": usual.index(name) if name in usual and why[name] is None else None,
            "group": _(kind.group),
            "keywords": f"{GROUPS[kind.group]} {'convolution cnn' if 'Conv' in name else ''}",
            "why": None if (reason := why[name]) is None else str(reason),
        }
        for name, kind in sorted(Layer.registry.items(), key=lambda item: (order.index(item[1].group), item[0]))
    ]


def usual_next(recipe: Recipe, facts: DataFacts, place: int) -> tuple[str, ...]:
    """The kinds that most models have at a place, the most usual first; some of them may not fit there.

    Args:
        recipe: of the stack.
        facts: of its data.
        place: the new layer comes before the layer of the model at this place.
    """
    before = recipe.layers[place - 1] if place else None
    try:
        shape, words, _masked = arriving(recipe.layers[:place], facts)
    except ShapeError:
        return ()
    if words is not None:
        return ("Embedding",)
    match len(shape):
        case 3 if before is not None and not before.is_pooling and before.group is Group.IMAGES:
            return "MaxPooling2D", "Conv2D", "BatchNormalization"
        case 3:
            return "Conv2D", "Flatten", "GlobalAveragePooling2D"
        case 2:
            return "LSTM", "Conv1D", "GlobalAveragePooling1D"
        case _:
            return "Dense", "Dropout", "BatchNormalization"

"""Does the last layer answer the question that the data asks, and does the loss go with it?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from math import prod
from typing import Literal

from trainer.recipe.check.report import Mend, Problem, Row, insert, name_of, replace
from trainer.recipe.check.rows_of_numbers import row_from
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import (
    LSTM,
    Activation,
    Bidirectional,
    Dense,
    Flatten,
    GlobalAveragePooling1D,
    Layer,
    Permute,
    Reshape,
)
from trainer.recipe.losses import loss_for
from trainer.recipe.recipe import Loss, Recipe
from trainer.recipe.shapes import Shape, written
from trainer.recipe.starters import head as answer

CHANCES = {"sigmoid": "a chance between 0 and 1", "softmax": "chances that add up to 1"}


def output_problems(recipe: Recipe, facts: DataFacts, rows: list[Row]) -> Iterator[Problem]:
    """The last layer must give one probability for each class, or a single one for two classes.

    A fix of the last layer that the loss does not go with sets the loss as well, so that one press is enough.
    """
    for problem in _problems(recipe, facts, rows):
        yield dataclasses.replace(problem, mends=tuple(_with_fitting_loss(fix, facts) for fix in problem.mends))


def _with_fitting_loss(fix: Mend, facts: DataFacts) -> Mend:
    head, recipe = answer(facts.classes), fix.recipe
    last = recipe.layers[-1] if recipe.layers else None
    is_answer = isinstance(last, Dense) and (last.units, last.activation) == (head.units, head.activation)
    if not is_answer or _loss_fits(recipe.loss, head):
        return fix
    # Not `with_`: it may have more layers than a recipe may have, and is then not offered.
    return Mend(f"{fix.title}, and loss to auto", recipe.model_copy(update={"loss": "auto"}))


def _loss_fits(loss: Loss, head: Dense) -> bool:
    if head.activation == "softmax" and loss.startswith("binary"):
        return False
    try:
        loss_for(loss, (head.units,))
    except ValueError:
        return False
    return True


def _problems(recipe: Recipe, facts: DataFacts, rows: list[Row]) -> Iterator[Problem]:
    shape, last = rows[-1].output_shape, len(rows) - 1
    assert shape is not None, "without errors every shape is known"  # noqa: S101 - a promise of walk, not a check of input
    fits = _fits(shape, facts)
    answering = answering_place(rows) if fits else last
    if answering is not None and recipe.layers[answering].is_stochastic and (fits or _is_head(rows[-2:-1])):
        yield Problem(
            "error",
            f"{name_of(recipe, answering)} {'is the last layer and' if answering == last else 'comes so late that it'} "
            "would change the answer at random while training. Remove it.",
            answering,
            (Mend(f"Remove {recipe.layers[answering].kind}", replace(recipe, answering)),),
        )
        return
    if not fits or answering is None:
        yield _head_problem(recipe, facts, rows)
        return
    wanted: Literal["sigmoid", "softmax"] = "sigmoid" if shape == (1,) else "softmax"
    head = _activation(rows)
    multi_label = shape != (1,) and head == "sigmoid" and recipe.loss.startswith("binary")
    single = (rows[answering].output_shape or ())[-1:] == (1,)  # of which softmax makes nothing but 1
    if head is None or (single and wanted == "softmax"):
        yield _side_by_side(recipe, facts, rows, answering)
        return
    if head != wanted and not multi_label:
        yield _activation_problem(recipe, facts, rows, answering, head, wanted)
    if shape != (1,) and head == "softmax" and recipe.loss.startswith("binary"):
        # Keras looks behind the softmax and reads each output as a sigmoid: another model than the one shown.
        yield Problem(
            "error",
            f"The loss {recipe.loss} judges each class for itself and goes with sigmoid, but "
            f"{name_of(recipe, last)} ends with softmax. Set the loss to auto.",
            last,
            (Mend("Set loss to auto", recipe.with_(loss="auto")),),
        )
        return
    try:
        loss_for(recipe.loss, shape)
    except ValueError as error:
        yield Problem("error", str(error), None, (Mend("Set loss to auto", recipe.with_(loss="auto")),))


def _fits(shape: Shape, facts: DataFacts) -> bool:
    """Whether as many numbers leave as the answer has."""
    return shape == (facts.classes,) or (shape == (1,) and facts.classes == 2)


def answering_place(rows: list[Row]) -> int | None:
    """The place of the layer whose numbers are the answer: what only lays them out anew may come behind it."""
    for place in range(len(rows) - 1, -1, -1):
        if not isinstance(rows[place].layer, Flatten | Reshape | Permute):
            return place
    return None


def _activation(rows: list[Row]) -> str | None:
    """The activation that the answer went through; None if there is no saying.

    A softmax makes chances of each row of numbers for itself, so that there must be no more than one row.
    """
    answering = answering_place(rows)
    if answering is None or rows[answering].layer.is_stochastic:
        return None
    activation = rows[answering].layer.output_activation or "linear"
    *many, _ = rows[answering].output_shape or (1,)
    return None if activation == "softmax" and prod(many) != 1 else activation


def _is_head(rows: list[Row]) -> bool:
    """Whether the last of these layers is meant to give the answer, however many numbers it gives out."""
    layer = rows[-1].layer if rows else None
    return isinstance(layer, Dense) and layer.activation in {"softmax", "sigmoid"}


def _added(recipe: Recipe, facts: DataFacts) -> Mend:
    wanted = answer(facts.classes)
    return Mend(f"Add Dense {wanted.units} with {wanted.activation}", insert(recipe, len(recipe.layers), wanted))


def _side_by_side(recipe: Recipe, facts: DataFacts, rows: list[Row], answering: int) -> Problem:
    last, (*many, numbers) = len(rows) - 1, rows[answering].output_shape or (1,)
    mend = _added(recipe, facts)
    rows_of = f"{prod(many):,} rows of {numbers:,} chances, each of which adds up to 1"
    if numbers == 1:
        rows_of = f"a single number for each of {prod(many):,} places"
    return Problem(
        "error",
        f"{name_of(recipe, answering)} gives out {rows_of}. Laid side by side by {name_of(recipe, last)} they are not "
        f"the chances of {facts.classes} classes. {mend.title}.",
        last,
        (mend,),
    )


def _activation_problem(
    recipe: Recipe, facts: DataFacts, rows: list[Row], answering: int, head: str, wanted: Literal["sigmoid", "softmax"]
) -> Problem:
    last, layer = len(rows) - 1, recipe.layers[answering]
    if layer.reads_in_order:
        return _reader_problem(recipe, facts, answering, wanted)
    said, title = f"ends with the activation {head}", f"Set activation to {wanted}"
    if layer.group == "Activation":
        mended = replace(recipe, answering, Activation(activation=wanted))
    elif isinstance(layer, Dense):
        mended = replace(recipe, answering, layer.with_(activation=wanted))
    else:
        said, title = f"does not end with {wanted}", f"Add Activation {wanted}"
        mended = insert(recipe, last + 1, Activation(activation=wanted))
    mends = [Mend(title, mended)]
    way_out = f"{mends[0].title}."
    same_shape = last > 0 and rows[last - 1].output_shape == rows[last].output_shape
    if same_shape and last == answering and not isinstance(layer, Dense) and _activation(rows[:-1]) == wanted:
        # A second softmax behind the first would hold learning back.
        mends.insert(0, Mend(f"Remove {layer.kind}", replace(recipe, last)))
        way_out = f"Remove it: {name_of(recipe, last - 1)} gives that already."
    message = f"{name_of(recipe, answering)} {said}, but the answer must be {CHANCES[wanted]}. {way_out}"
    return Problem("error", message, answering, tuple(mends))


def _reader_problem(recipe: Recipe, facts: DataFacts, answering: int, wanted: Literal["sigmoid", "softmax"]) -> Problem:
    """A layer that reads a sequence remembers; to answer is the work of another one."""
    layer = recipe.layers[answering]
    inner = layer.layer if isinstance(layer, Bidirectional) else layer
    activation = getattr(inner, "activation", "linear")
    mend = _added(recipe, facts)
    said = f"ends with the activation {activation}, but the answer must be {CHANCES[wanted]}"
    if activation == wanted:
        way = "its two readings are joined" if isinstance(layer, Bidirectional) else "gates change the numbers"
        lost = "they no longer add up to 1" if wanted == "softmax" else "they are no such chances any more"
        said = f"cannot give the answer: behind its {activation} {way}, so that {lost}"
    return Problem("error", f"{name_of(recipe, answering)} {said}. {mend.title}.", answering, (mend,))


def _head_problem(recipe: Recipe, facts: DataFacts, rows: list[Row]) -> Problem:
    last, shape = len(rows) - 1, rows[-1].output_shape
    assert shape is not None, "as above"  # noqa: S101 - a promise of walk, not a check of input
    layer = recipe.layers[last]
    wanted = answer(facts.classes)
    gives = f"gives out {written(shape)}, but the data has {facts.classes} classes"
    if _fits(shape, facts):
        gives = "gives out the data itself, laid out anew, and no answer"
    message = (
        f"{name_of(recipe, last)} {gives}. "
        f"The last layer must be Dense with {wanted.units} {'unit' if wanted.units == 1 else 'units'} "
        f"and {wanted.activation}"
    )
    if len(shape) == 1:
        fixed = isinstance(layer, Dense) and last > 0
        title = f"Set units to {wanted.units}" if fixed else f"Add Dense {wanted.units}"
        mended = replace(recipe, last, wanted) if fixed else insert(recipe, last + 1, wanted)
        return Problem("error", message + ".", last, (Mend(title, mended),))
    # Still a picture or a sequence: it has to become a row before the head. A head that is there already stays last.
    is_head = _is_head(rows)
    place = last if is_head else last + 1
    bridges: list[Layer] = [Flatten()]
    if facts.modality == "text" and len(shape) == 2:
        bridges = [GlobalAveragePooling1D(), LSTM()]
    mends = []
    first = row_from(rows, place)
    without = replace(recipe, last)
    if last and not is_head and _activation(rows[:-1]) is not None and rows[last - 1].output_shape == (wanted.units,):
        mends.append(Mend(f"Remove {layer.kind}", without))
    for bridge in bridges:
        ends = insert(recipe, last + 1, wanted) if place > last else replace(recipe, last, wanted)
        title = f"Insert {bridge.kind} before Dense {getattr(ends.layers[first], 'units', wanted.units)}"
        title += f", and Dense {wanted.units} at the end" if first <= last and not is_head else ""
        mends.append(Mend(title, insert(ends, first, bridge)))
    if is_head and last:
        message = (
            f"{name_of(recipe, last)} reads what {name_of(recipe, last - 1)} gives out place by place and so gives out "
            f"{written(shape)}, but the data has {facts.classes} classes. The answer needs a row of numbers: insert "
            f"{bridges[0].kind} {'between the two' if first == last else f'before {name_of(recipe, first)}'}."
        )
        return Problem("error", message, last, tuple(mends))
    return Problem("error", message + f", after a {bridges[0].kind}.", last, tuple(mends))

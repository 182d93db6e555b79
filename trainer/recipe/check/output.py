"""Does the last layer answer the question that the data asks, and does the loss go with it?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from trainer.recipe.check.report import Mend, Problem, Row, insert, name_of, replace
from trainer.recipe.data import DataFacts, TextCsv
from trainer.recipe.layers import LSTM, Activation, Dense, Flatten, GlobalAveragePooling1D, Layer
from trainer.recipe.losses import head_of, loss_for
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import written
from trainer.recipe.starters import head as answer


def output_problems(recipe: Recipe, facts: DataFacts, rows: list[Row]) -> Iterator[Problem]:
    """The last layer must give one chance for each class, or a single chance for two classes."""
    shape, last = rows[-1].output_shape, len(rows) - 1
    layer = recipe.layers[last]
    assert shape is not None, "without errors every shape is known"  # noqa: S101 - a promise of _walk, not a check of input
    head = head_of(recipe)
    if layer.disturbs:
        yield Problem(
            "error",
            f"{name_of(recipe, last)} is the last layer and would change the answer at random while training. "
            "Remove it.",
            last,
            (Mend(f"Remove {layer.kind}", replace(recipe, last)),),
        )
        return
    if (
        head is None
        or len(shape) != 1
        or shape not in {(facts.classes,), (1,)}
        or (shape == (1,) and facts.classes > 2)
    ):
        yield _head_problem(recipe, facts, rows)
        return
    wanted: Literal["sigmoid", "softmax"] = "sigmoid" if shape == (1,) else "softmax"
    multi_label = shape != (1,) and head == "sigmoid" and recipe.loss.startswith("binary")
    if head != wanted and not multi_label:
        yield _activation_problem(recipe, rows, head, wanted)
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


def _activation_problem(recipe: Recipe, rows: list[Row], head: str, wanted: Literal["sigmoid", "softmax"]) -> Problem:
    last = len(rows) - 1
    layer = recipe.layers[last]
    fixed = layer.with_(activation=wanted) if isinstance(layer, Dense | Activation) else None
    if layer.group == "Activation":
        fixed = Activation(activation=wanted)
    mended = replace(recipe, last, fixed) if fixed else insert(recipe, last + 1, Activation(activation=wanted))
    mends = [Mend(f"Set activation to {wanted}", mended)]
    way_out = f"Set it to {wanted}."
    without = replace(recipe, last)
    same_shape = last > 0 and rows[last - 1].output_shape == rows[last].output_shape
    if same_shape and not isinstance(layer, Dense) and head_of(without) == wanted:
        # A second softmax behind the first would hold learning back.
        mends.insert(0, Mend(f"Remove {layer.kind}", without))
        way_out = f"Remove it: {name_of(recipe, last - 1)} gives that already."
    return Problem(
        "error",
        f"{name_of(recipe, last)} ends with the activation {head}, but the answer must be "
        f"{'a chance between 0 and 1' if wanted == 'sigmoid' else 'chances that add up to 1'}. {way_out}",
        last,
        tuple(mends),
    )


def _head_problem(recipe: Recipe, facts: DataFacts, rows: list[Row]) -> Problem:
    last, shape = len(rows) - 1, rows[-1].output_shape
    assert shape is not None, "as above"  # noqa: S101 - a promise of walk, not a check of input
    layer = recipe.layers[last]
    wanted = answer(facts.classes)
    message = (
        f"{name_of(recipe, last)} gives out {written(shape)}, but the data has {facts.classes} classes. "
        f"The last layer must be Dense with {wanted.units} {'unit' if wanted.units == 1 else 'units'} "
        f"and {wanted.activation}"
    )
    if len(shape) == 1:
        fixed = isinstance(layer, Dense) and last > 0
        title = f"Set units to {wanted.units}" if fixed else f"Add Dense {wanted.units}"
        mended = replace(recipe, last, wanted) if fixed else insert(recipe, last + 1, wanted)
        return Problem("error", message + ".", last, (Mend(title, mended),))
    # Still a picture or a sequence: it has to become a row before the head. A head that is there already stays last.
    is_head = isinstance(layer, Dense) and layer.activation in {"softmax", "sigmoid"}
    place = last if is_head else last + 1
    bridges: list[Layer] = [Flatten()]
    if isinstance(recipe.data, TextCsv) and len(shape) == 2:
        bridges = [GlobalAveragePooling1D(), LSTM()]
    mends = []
    without = replace(recipe, last)
    if last and not is_head and head_of(without) is not None and rows[last - 1].output_shape == (wanted.units,):
        mends.append(Mend(f"Remove {layer.kind}", without))
    for bridge in bridges:
        layers = (*recipe.layers[:place], bridge, wanted)
        mends.append(Mend(f"Insert {bridge.kind} before Dense {wanted.units}", recipe.with_(layers=layers)))
    if is_head and last:
        message = (
            f"{name_of(recipe, last)} reads what {name_of(recipe, last - 1)} gives out place by place and so gives out "
            f"{written(shape)}, but the data has {facts.classes} classes. The answer needs a row of numbers: insert "
            f"{bridges[0].kind} between the two."
        )
        return Problem("error", message, last, tuple(mends))
    return Problem("error", message + f", after a {bridges[0].kind}.", last, tuple(mends))

"""Does the last layer answer the question that the data asks, and does the loss go with it?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from math import prod
from typing import Literal

from trainer.messages import Message
from trainer.recipe.check.report import (
    RecipeDiagnosis,
    RecipeFix,
    Row,
    Subject,
    error,
    fix,
    name_of,
    removal,
    set_to,
    warning,
)
from trainer.recipe.check.rows_of_numbers import row_from
from trainer.recipe.check.wording import WORDING
from trainer.recipe.data import DataFacts
from trainer.recipe.diagnosis import Diagnosis, Fix, Severity
from trainer.recipe.layers import LSTM, Activation, Dense, Flatten, GlobalAveragePooling1D, Layer
from trainer.recipe.losses import FOR_AMOUNTS, LossError, loss_for
from trainer.recipe.recipe import Loss, Recipe
from trainer.recipe.shapes import Shape, shape_of
from trainer.recipe.stack import insert_layers, replace_layer
from trainer.recipe.starters import output_layer

Wanted = Literal["sigmoid", "softmax"]


def output_errors(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """The last layer must output one probability for each class, or a single one for two classes.

    A fix of the last layer that the loss does not go with sets the loss as well, so that one press is enough.
    """
    for found in _errors(subject):
        yield dataclasses.replace(found, fixes=tuple(_with_fitting_loss(one, subject.facts) for one in found.fixes))


def _with_fitting_loss(one: RecipeFix, facts: DataFacts) -> RecipeFix:
    head, recipe = output_layer(facts.classes), one.result
    last = recipe.layers[-1] if recipe.layers else None
    if last is None or not _gives_answer(last, head) or _loss_fits(recipe.loss, head):
        return one
    # Not `with_`: it may have more layers than a recipe may have, and is then not offered.
    return Fix(WORDING.message("set_loss_too", fix=one.label), recipe.model_copy(update={"loss": "auto"}))


def _gives_answer(last: Layer, head: Dense) -> bool:
    is_wide_enough = last.is_activation or (isinstance(last, Dense) and last.units == head.units)
    return is_wide_enough and last.output_activation == head.activation


def _loss_fits(loss: Loss, head: Dense) -> bool:
    if loss in FOR_AMOUNTS or (head.activation == "softmax" and loss.startswith("binary")):
        return False
    try:
        loss_for(loss, (head.units,))
    except LossError:
        return False
    return True


def _errors(subject: Subject) -> Iterator[RecipeDiagnosis]:
    recipe, rows, facts = subject
    shape = _output_of(rows)
    fits = _fits(shape, facts)
    answering = answering_place(rows) if fits else len(rows) - 1
    if answering is not None and recipe.layers[answering].is_stochastic and (fits or _is_output_layer(rows[-2:-1])):
        name = "last_is_stochastic" if answering == len(rows) - 1 else "answer_is_stochastic"
        removed = removal(recipe, answering)
        yield error(name, answering, [removed], layer=name_of(recipe, answering))
    elif not fits or answering is None:
        yield _wrong_output(subject)
    else:
        yield from _of_the_answer(subject, answering, shape)


def _of_the_answer(subject: Subject, answering: int, shape: Shape) -> Iterator[RecipeDiagnosis]:
    """Whether as many numbers as there are classes are probabilities, and the loss reads them."""
    recipe, rows, _ = subject
    last = len(rows) - 1
    wanted: Wanted = "sigmoid" if shape == (1,) else "softmax"
    head = _activation(rows)
    is_binary = shape != (1,) and recipe.loss.startswith("binary")
    single = (rows[answering].output_shape or ())[-1:] == (1,)  # of which softmax makes nothing but 1
    if head is None or (single and wanted == "softmax"):
        yield _side_by_side(subject, answering)
        return
    if head != wanted and not (head == "sigmoid" and is_binary):
        yield _wrong_activation(subject, answering, head, wanted)
    if head == "softmax" and is_binary:
        # Keras looks behind the softmax and reads each output as a sigmoid: another model than the one shown.
        told = {"loss": recipe.loss, "layer": name_of(recipe, last)}
        yield error("loss_for_single_classes", last, [_auto_loss(recipe)], **told)
        return
    try:
        loss_for(recipe.loss, shape)
    except LossError as why:
        yield Diagnosis(why.message, Severity.ERROR, None, (_auto_loss(recipe),))
    if head == wanted and recipe.loss in FOR_AMOUNTS:
        yield warning(
            "loss_for_amounts",
            last,
            [_auto_loss(recipe)],
            loss=recipe.loss,
            layer=name_of(recipe, last),
            activation=head,
        )


def _auto_loss(recipe: Recipe) -> RecipeFix:
    return fix("set_loss", recipe.with_(loss="auto"))


def _output_of(rows: list[Row]) -> Shape:
    shape = rows[-1].output_shape
    assert shape is not None, "without errors every shape is known"  # noqa: S101 - a promise of walk, not a check of input
    return shape


def _fits(shape: Shape, facts: DataFacts) -> bool:
    """Whether the model outputs as many numbers as the answer has."""
    return shape == (facts.classes,) or (shape == (1,) and facts.classes == 2)


def answering_place(rows: list[Row]) -> int | None:
    """The place of the layer whose numbers are the answer: what only rearranges them may come after it."""
    return next((place for place in range(len(rows) - 1, -1, -1) if not rows[place].layer.rearranges), None)


def _activation(rows: list[Row]) -> str | None:
    """The activation that the answer went through; None if there is no saying.

    A softmax makes probabilities of each row of numbers for itself, so that there must be no more than one row.
    """
    answering = answering_place(rows)
    if answering is None or rows[answering].layer.is_stochastic:
        return None
    activation = rows[answering].layer.output_activation or "linear"
    *many, _ = rows[answering].output_shape or (1,)
    return None if activation == "softmax" and prod(many) != 1 else activation


def _is_output_layer(rows: list[Row]) -> bool:
    """Whether the last of these layers is meant to give the answer, however many numbers it outputs."""
    layer = rows[-1].layer if rows else None
    return isinstance(layer, Dense) and layer.activation in {"softmax", "sigmoid"}


def _answer_added(subject: Subject) -> RecipeFix:
    recipe, wanted = subject.recipe, output_layer(subject.facts.classes)
    added = insert_layers(recipe, len(recipe.layers), wanted)
    return fix("add_dense_with", added, units=wanted.units, activation=wanted.activation)


def _side_by_side(subject: Subject, answering: int) -> RecipeDiagnosis:
    recipe, rows, facts = subject
    last, (*many, numbers) = len(rows) - 1, rows[answering].output_shape or (1,)
    added = _answer_added(subject)
    told = {"layer": name_of(recipe, answering), "last": name_of(recipe, last), "fix": added.label}
    counts = {"rows": prod(many), "numbers": numbers, "classes": facts.classes}
    name = "numbers_side_by_side" if numbers == 1 else "probabilities_side_by_side"
    return error(name, last, [added], **told, **counts)


def _answer_of(wanted: Wanted) -> Message:
    return WORDING.message("probability" if wanted == "sigmoid" else "probabilities")


def _wrong_activation(subject: Subject, answering: int, head: str, wanted: Wanted) -> RecipeDiagnosis:
    recipe, rows, _ = subject
    last, layer = len(rows) - 1, recipe.layers[answering]
    if layer.is_recurrent:
        return _reader_as_answer(subject, answering, wanted)
    name, activation = "wrong_activation", head
    if layer.is_activation:
        right = set_to("activation", wanted, replace_layer(recipe, answering, Activation(activation=wanted)))
    elif isinstance(layer, Dense):
        right = set_to("activation", wanted, replace_layer(recipe, answering, layer.with_(activation=wanted)))
    else:
        name, activation = "missing_activation", wanted
        right = fix("add_activation", insert_layers(recipe, last + 1, Activation(activation=wanted)), activation=wanted)
    told = {"layer": name_of(recipe, answering), "answer": _answer_of(wanted)}
    same_shape = last > 0 and rows[last - 1].output_shape == rows[last].output_shape
    if same_shape and last == answering and not isinstance(layer, Dense) and _activation(rows[:-1]) == wanted:
        # A second softmax after the first would slow learning down.
        removed = removal(recipe, last)
        return error("changed_answer", answering, [removed, right], **told, before=name_of(recipe, last - 1))
    return error(name, answering, [right], **told, activation=activation, fix=right.label)


def _reader_as_answer(subject: Subject, answering: int, wanted: Wanted) -> RecipeDiagnosis:
    """A layer that reads a sequence remembers; to answer is the work of another one."""
    recipe = subject.recipe
    layer = recipe.layers[answering]
    activation = layer.inner_layer.value_of("activation")
    added = _answer_added(subject)
    name = "wrong_activation"
    if activation == wanted:
        name = "gated_answer" if layer.inner_layer is layer else "joined_answer"
    told = {"layer": name_of(recipe, answering), "activation": activation, "answer": _answer_of(wanted)}
    return error(name, answering, [added], **told, fix=added.label)


def _wrong_output(subject: Subject) -> RecipeDiagnosis:
    recipe, rows, facts = subject
    last, shape, wanted = len(rows) - 1, _output_of(rows), output_layer(facts.classes)
    told = {
        "layer": name_of(recipe, last),
        "shape": shape_of(shape),
        "classes": facts.classes,
        "units": wanted.units,
        "activation": wanted.activation,
    }
    if len(shape) != 1:
        return _no_row(subject, told)
    name = "rearranged_data" if _fits(shape, facts) else "wrong_output"
    if isinstance(recipe.layers[last], Dense) and last > 0:
        return error(name, last, [set_to("units", wanted.units, replace_layer(recipe, last, wanted))], **told)
    return error(name, last, [fix("add_dense", insert_layers(recipe, last + 1, wanted), units=wanted.units)], **told)


def _no_row(subject: Subject, told: dict[str, object]) -> RecipeDiagnosis:
    """Still a picture or a sequence: it has to become a row before the head; one that is there already stays last."""
    recipe, rows, facts = subject
    last, wanted, is_output_layer = len(rows) - 1, output_layer(facts.classes), _is_output_layer(rows)
    first = row_from(rows, last if is_output_layer else last + 1)
    bridges: list[Layer] = [Flatten()]
    if facts.modality == "text" and len(_output_of(rows)) == 2:
        bridges = [GlobalAveragePooling1D(), LSTM()]
    fixes = []
    is_answered = last > 0 and _activation(rows[:-1]) is not None and rows[last - 1].output_shape == (wanted.units,)
    if is_answered and not is_output_layer:
        fixes.append(removal(recipe, last))
    ends = replace_layer(recipe, last, wanted) if is_output_layer else insert_layers(recipe, last + 1, wanted)
    label = "insert_before_dense_and_end" if first <= last and not is_output_layer else "insert_before_dense"
    units = getattr(ends.layers[first], "units", wanted.units)
    fixes += [
        fix(label, insert_layers(ends, first, bridge), kind=bridge.kind, units=units, end=wanted.units)
        for bridge in bridges
    ]
    bridge = bridges[0].kind
    if not is_output_layer or not last:
        return error("output_is_no_row", last, fixes, **told, bridge=bridge)
    told = {"layer": told["layer"], "before": name_of(recipe, last - 1), "bridge": bridge}
    told["shape"] = shape_of(rows[last - 1].output_shape or ())
    if first == last:
        return error("answer_needs_row", last, fixes, **told)
    return error("answer_needs_row_earlier", last, fixes, **told, first=name_of(recipe, first))

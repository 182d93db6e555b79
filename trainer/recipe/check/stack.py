"""Do the layers fit on each other? Shapes and meanings along the stack."""

from __future__ import annotations

from collections.abc import Iterator

from trainer.recipe.check.report import MOST_OF_A_RULE, Mend, Problem, Row, insert, name_of, replace
from trainer.recipe.check.ways_out import anew, ways_out
from trainer.recipe.data import DataFacts
from trainer.recipe.flow import Step, flow, word_trouble
from trainer.recipe.layers import Activation, BatchNormalization, Embedding, Softmax
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import ShapeError
from trainer.recipe.starters import starter


def rows_of(recipe: Recipe, facts: DataFacts) -> list[Row]:
    """Each layer with the shapes that arrive and leave, without a look at what is wrong with them."""
    rows = []
    for layer, (shape, _), leaves in flow(recipe.layers, facts):
        if isinstance(leaves, ShapeError):
            rows.append(Row(layer, shape, None, None))
        else:
            rows.append(Row(layer, shape, leaves.shape, layer.parameter_count(shape)))
    return rows + [Row(layer, None, None, None) for layer in recipe.layers[len(rows) :]]


def walk(recipe: Recipe, facts: DataFacts) -> tuple[list[Row], list[Problem]]:
    """`rows_of` the recipe, and why layers cannot read what arrives or make nothing of it."""
    problems: list[Problem] = []
    masked = False
    if not recipe.layers:
        begun = Mend("Begin with a small model that fits", recipe.with_(layers=starter(facts), loss="auto"))
        message = "The model has no layers yet. Add a layer, or begin with a small model."
        problems.append(Problem("error", message, None, (begun,)))
    for place, step in enumerate(flow(recipe.layers, facts)):
        if len(problems) >= MOST_OF_A_RULE:
            break
        problems += _problems_of(recipe, place, step, masked, facts)
        layer, leaves = step.layer, step.leaves
        is_row = isinstance(leaves, ShapeError) or len(leaves.shape) == 1
        # A mask has one entry for each step, so that it ends where the steps do.
        masked = layer.mask_zero if isinstance(layer, Embedding) else masked and layer.keeps_mask and not is_row
    return rows_of(recipe, facts), problems


def _problems_of(recipe: Recipe, place: int, step: Step, masked: bool, facts: DataFacts) -> Iterator[Problem]:
    """Why a layer cannot read what arrives, or makes nothing of it; `masked` if padding is marked there."""
    layer, (shape, words), leaves = step
    before = name_of(recipe, place - 1) if place else "the data"
    problem = _word_problem(recipe, place, words, facts)
    if problem is not None:
        yield problem
    if isinstance(leaves, ShapeError):
        # One reason is enough: the word problem already says why this layer cannot read what arrives.
        if problem is None:
            fixes = ways_out(recipe, place, shape, leaves, facts)
            first = f" {fixes[0].title}." if leaves.needs == "smaller" else ""
            yield Problem("error", f"{name_of(recipe, place)} cannot follow {before}: {leaves}.{first}", place, fixes)
        return
    if (why := layer.gives_constant_output(shape)) is not None:
        yield _forgetting(recipe, place, why)
    if isinstance(layer, Softmax) and masked:
        yield _masked_softmax(recipe, place, before)
    elif isinstance(layer, Softmax) and shape[-1] == 1:
        yield _softmax_layer_of_one(recipe, place, before)
    elif layer.output_activation == "softmax" and leaves.shape[-1] == 1 and place < len(recipe.layers) - 1:
        yield _softmax_of_one(recipe, place)  # at the end the answer has a word of its own on this


def _forgetting(recipe: Recipe, place: int, why: str) -> Problem:
    """Whatever arrives, the same leaves: nothing can be learned behind it."""
    layer = recipe.layers[place]
    mends = [Mend(f"Remove {layer.kind}", replace(recipe, place))]
    if layer.group == "Normalisation":
        # Of one channel only the batch and the picture around it can tell what is usual.
        mends.insert(0, Mend("Use BatchNormalization instead", replace(recipe, place, BatchNormalization())))
    return Problem(
        "error",
        f"{name_of(recipe, place)} {why}: all examples look the same behind it. {mends[0].title}.",
        place,
        tuple(mends),
    )


def _masked_softmax(recipe: Recipe, place: int, before: str) -> Problem:
    """Keras's Softmax layer takes the mask of padded steps for one of its own numbers, and fails in the first batch."""
    return Problem(
        "error",
        f"{name_of(recipe, place)} cannot follow {before}: the padding of short texts is marked there, and this layer "
        "cannot read such marks. Use an Activation layer with softmax instead.",
        place,
        (Mend("Use Activation softmax", replace(recipe, place, Activation(activation="softmax"))),),
    )


def _softmax_layer_of_one(recipe: Recipe, place: int, before: str) -> Problem:
    return Problem(
        "error",
        f"{name_of(recipe, place)} cannot follow {before}: a single number arrives, and softmax makes 1 of any single "
        "number. Remove Softmax.",
        place,
        (Mend("Remove Softmax", replace(recipe, place)),),
    )


def _softmax_of_one(recipe: Recipe, place: int) -> Problem:
    layer = recipe.layers[place]
    mend = Mend(f"Remove {layer.kind}", replace(recipe, place))
    if "activation" in type(layer).model_fields and not isinstance(layer, Activation):
        mend = Mend("Set activation to linear", replace(recipe, place, layer.with_(activation="linear")))
    return Problem(
        "error",
        f"{name_of(recipe, place)} gives out one number and sends it through softmax, which makes 1 of any single "
        f"number. {mend.title}.",
        place,
        (mend,),
    )


def _word_problem(recipe: Recipe, place: int, words: int | None, facts: DataFacts) -> Problem | None:
    """Only an Embedding can read word numbers, and only if it knows them all."""
    layer = recipe.layers[place]
    trouble = word_trouble(type(layer), words, facts)
    if words is None:
        if trouble is None:
            return None
        removed = Mend("Remove Embedding", replace(recipe, place))
        return Problem(
            "error",
            f"{name_of(recipe, place)} {trouble}. Remove it.",
            place,
            (removed, anew(recipe, facts)) if facts.modality != "text" else (removed,),
        )
    if isinstance(layer, Embedding) and layer.input_dim < words:
        mended = layer.with_(input_dim=words)
        return Problem(
            "error",
            f"{name_of(recipe, place)} knows {layer.input_dim:,} words, but the data has up to {words:,}. "
            f"Set its vocabulary to {words:,}.",
            place,
            (Mend(f"Set vocabulary to {words:,}", replace(recipe, place, mended)),),
        )
    if trouble is None:
        return None
    later = [p for p in range(place + 1, len(recipe.layers)) if isinstance(recipe.layers[p], Embedding)]
    mend = Mend("Insert Embedding", insert(recipe, place, Embedding(input_dim=words)))
    if later:
        # One that is there already only stands in the wrong place.
        moved = insert(replace(recipe, later[0]), place, recipe.layers[later[0]])
        mend = Mend(f"Move layer {later[0] + 1} (Embedding) before it", moved)
    return Problem(
        "error",
        f"{name_of(recipe, place)} {trouble}. Put an Embedding before it.",
        place,
        (mend,) if later or any(isinstance(one, Embedding) for one in recipe.layers) else (mend, anew(recipe, facts)),
    )

"""Do the layers fit on each other? Shapes and meanings along the stack."""

from __future__ import annotations

from math import isqrt

from trainer.recipe.check.report import Mend, Problem, Row, insert, name_of, replace
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import (
    Activation,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    Layer,
    Reshape,
    Softmax,
)
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, ShapeError, count, written
from trainer.recipe.starters import starter


def walk(recipe: Recipe, facts: DataFacts) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    shape: Shape | None = facts.input_shape
    vocabulary = facts.vocabulary
    masked = False
    if not recipe.layers:
        begun = Mend("Begin with a small model that fits", recipe.with_(layers=starter(facts)))
        message = "The model has no layers yet. Add a layer, or begin with a small model."
        problems.append(Problem("error", message, None, (begun,)))
    for place, layer in enumerate(recipe.layers):
        if shape is None:
            rows.append(Row(layer, None, None))
            continue
        before = name_of(recipe, place - 1) if place else "the data"
        problem = _word_problem(recipe, place, vocabulary, facts)
        if problem is not None:
            problems.append(problem)
        try:
            leaving = layer.output_shape(shape)
        except ShapeError as error:
            # One reason is enough: the word problem already says why this layer cannot read what arrives.
            if problem is None:
                message = f"{name_of(recipe, place)} cannot follow {before}: {error}."
                problems.append(Problem("error", message, place, _shape_mends(recipe, place, shape, error, facts)))
            rows.append(Row(layer, None, None))
            shape = None
            continue
        if isinstance(layer, Softmax) and masked:
            problems.append(_masked_softmax(recipe, place, before))
        elif isinstance(layer, Softmax) and shape[-1] == 1:
            problems.append(_softmax_layer_of_one(recipe, place, before))
        elif layer.output_activation == "softmax" and leaving[-1] == 1 and place < len(recipe.layers) - 1:
            problems.append(_softmax_of_one(recipe, place))  # at the end the answer has a word of its own on this
        rows.append(Row(layer, leaving, layer.parameter_count(shape)))
        shape = leaving
        # A mask has one entry for each step, so that it ends where the steps do.
        masked = layer.mask_zero if isinstance(layer, Embedding) else masked and layer.keeps_mask and len(leaving) > 1
        if layer.takes_words or not isinstance(layer, Flatten):
            vocabulary = None
    return rows, problems


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


def _word_problem(recipe: Recipe, place: int, vocabulary: int | None, facts: DataFacts) -> Problem | None:
    """Word numbers are names, not quantities: only an Embedding can read them, and only if it knows them all."""
    layer = recipe.layers[place]
    if isinstance(layer, Embedding):
        if vocabulary is None:
            what = "pictures" if facts.vocabulary is None else "numbers that are no longer word numbers"
            return Problem(
                "error",
                f"{name_of(recipe, place)} looks up word numbers, but {what} arrive. Remove it.",
                place,
                (Mend("Remove Embedding", replace(recipe, place)),),
            )
        if layer.input_dim < vocabulary:
            mended = layer.with_(input_dim=vocabulary)
            return Problem(
                "error",
                f"{name_of(recipe, place)} knows {layer.input_dim:,} words, but the data has up to {vocabulary:,}. "
                f"Set its vocabulary to {vocabulary:,}.",
                place,
                (Mend(f"Set vocabulary to {vocabulary:,}", replace(recipe, place, mended)),),
            )
        return None
    if vocabulary is None or isinstance(layer, Flatten):
        return None
    later = [p for p in range(place + 1, len(recipe.layers)) if isinstance(recipe.layers[p], Embedding)]
    mend = Mend("Insert Embedding", insert(recipe, place, Embedding(input_dim=vocabulary)))
    if later:
        # One that is there already only stands in the wrong place.
        moved = insert(replace(recipe, later[0]), place, recipe.layers[later[0]])
        mend = Mend(f"Move layer {later[0] + 1} (Embedding) before it", moved)
    return Problem(
        "error",
        f"{name_of(recipe, place)} cannot read word numbers: a word's number says nothing about its meaning. "
        "Put an Embedding before it.",
        place,
        (mend,),
    )


def _shape_mends(recipe: Recipe, place: int, shape: Shape, error: ShapeError, facts: DataFacts) -> tuple[Mend, ...]:
    layer = recipe.layers[place]
    mends = []
    before = recipe.layers[place - 1] if place else None
    every_step = before.every_step() if before is not None else None
    if error.needs == "sequence" and before is not None and every_step is not None:
        mends.append(Mend(f"Let {before.kind} give out every step", replace(recipe, place - 1, every_step)))
    for new in _bridges(shape, error.needs, facts):
        try:
            layer.output_shape(new.output_shape(shape))
        except ShapeError:
            continue
        where = f" to {written(new.target_shape)}" if isinstance(new, Reshape) else ""
        mends.append(Mend(f"Insert {new.kind}{where}", insert(recipe, place, new)))
    if error.needs == "larger" and getattr(layer, "padding", None) == "valid":
        mends.append(Mend("Set padding to same", replace(recipe, place, layer.with_(padding="same"))))
    shrinking = [earlier for earlier in range(place) if "Pooling" in recipe.layers[earlier].kind]
    if error.needs == "larger" and shrinking:
        pooling = recipe.layers[shrinking[-1]].kind
        mends.append(Mend(f"Remove layer {shrinking[-1] + 1} ({pooling})", replace(recipe, shrinking[-1])))
    if error.needs == "other":
        mends += _settings_mends(recipe, place, shape)
    mends.append(Mend(f"Remove {layer.kind}", replace(recipe, place)))
    return tuple(mends)


def _settings_mends(recipe: Recipe, place: int, shape: Shape) -> list[Mend]:
    """Single settings of the layer with which it takes what arrives."""
    layer = recipe.layers[place]
    mends: dict[str, Mend] = {}
    plain = [layer.with_(**{name: 1}) for name in ("strides", "groups") if name in type(layer).model_fields]
    for tried in [layer.fitted_to(shape), *plain]:
        changed = [name for name in type(layer).model_fields if getattr(tried, name) != getattr(layer, name)]
        try:
            tried.output_shape(shape)
        except ShapeError:
            continue
        # A row has only one order: there is nothing to permute in it.
        if len(changed) == 1 and (changed[0] != "dims" or len(shape) > 1):
            title = type(layer).model_fields[changed[0]].title or changed[0]
            value = getattr(tried, changed[0])
            words = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            mend = Mend(f"Set {title.lower()} to {words}", replace(recipe, place, tried))
            mends.setdefault(mend.title, mend)
    return list(mends.values())


def _bridges(shape: Shape, needs: str, facts: DataFacts) -> list[Layer]:
    """Layers that make of what arrives what is needed, best first."""
    if needs == "flat":
        pooling: list[Layer] = [GlobalAveragePooling1D()] if len(shape) == 2 else [GlobalAveragePooling2D()]
        return [Flatten(), *pooling]
    if needs == "sequence" and len(shape) == 3:
        return [Reshape(target_shape=(shape[0], shape[1] * shape[2]))]
    if needs != "image":
        return []
    if len(shape) == 2:
        return [Reshape(target_shape=(*shape, 1))]
    if len(shape) == 1 and len(facts.input_shape) == 3 and count(facts.input_shape) == shape[0]:
        return [Reshape(target_shape=facts.input_shape)]
    side = isqrt(count(shape))
    return [Reshape(target_shape=(side, side, 1))] if len(shape) == 1 and side * side == shape[0] and side > 3 else []

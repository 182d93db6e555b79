"""Do the layers fit on each other? Shapes and meanings along the stack."""

from __future__ import annotations

from trainer.recipe.check.report import Mend, Problem, Row, insert, name_of, replace
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Embedding, Flatten
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, ShapeError


def walk(recipe: Recipe, facts: DataFacts) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    shape: Shape | None = facts.input_shape
    vocabulary = facts.vocabulary
    if not recipe.layers:
        problems.append(Problem("error", "The model has no layers yet. Add a layer, or start from a lesson."))
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
                problems.append(Problem("error", message, place, _shape_mends(recipe, place, shape, error)))
            rows.append(Row(layer, None, None))
            shape = None
            continue
        rows.append(Row(layer, leaving, layer.parameter_count(shape)))
        shape = leaving
        if layer.takes_words or not isinstance(layer, Flatten):
            vocabulary = None
    return rows, problems


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
    embedding = Embedding(input_dim=vocabulary)
    return Problem(
        "error",
        f"{name_of(recipe, place)} cannot read word numbers: a word's number says nothing about its meaning. "
        "Put an Embedding before it.",
        place,
        (Mend("Insert Embedding", insert(recipe, place, embedding)),),
    )


def _shape_mends(recipe: Recipe, place: int, shape: Shape, error: ShapeError) -> tuple[Mend, ...]:
    layer = recipe.layers[place]
    mends = []
    before = recipe.layers[place - 1] if place else None
    every_step = before.every_step() if before is not None else None
    if error.needs == "sequence" and before is not None and every_step is not None:
        mends.append(Mend(f"Let {before.kind} give out every step", replace(recipe, place - 1, every_step)))
    if error.needs == "larger" and getattr(layer, "padding", None) == "valid":
        mends.append(Mend("Set padding to same", replace(recipe, place, layer.with_(padding="same"))))
    mends.append(Mend(f"Remove {layer.kind}", replace(recipe, place)))
    return tuple(mends)

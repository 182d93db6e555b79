"""Curves in a wrong place: an answer that is never sure, units that cannot move, numbers of which the sign is left."""

from __future__ import annotations

from collections.abc import Iterator

from trainer.recipe.check.report import Mend, Problem, Row, insert, name_of, replace
from trainer.recipe.layers import (
    BatchNormalization,
    Bidirectional,
    Dense,
    Flatten,
    Layer,
    MultiHeadAttention,
    Permute,
    Reshape,
    RMSNormalization,
    UnitNormalization,
)
from trainer.recipe.layers.base import MAX_UNITS
from trainer.recipe.recipe import Recipe

SMALL = {"sigmoid", "tanh", "softsign", "hard_sigmoid", "hard_tanh"}
"""Curves that give out nothing beyond -1 and 1."""
NEVER_NEGATIVE = {"relu", "relu6", "sigmoid", "hard_sigmoid", "softplus", "exponential"}
DEAF = {"relu", "relu6"}
"""Curves that let nothing back through where a number is exactly 0."""


def curve_problems(recipe: Recipe, rows: list[Row]) -> Iterator[Problem]:
    """What a curve, or first weights of zero, keep a model from learning."""
    if rows and rows[-1].output_shape is not None:
        yield from _answer_behind_a_curve(recipe, rows[-1].output_shape[-1])
    for place, row in enumerate(rows):
        yield from _stuck_at_zero(recipe, place, row)
        yield from _only_the_sign(recipe, place, row)


def _answer_behind_a_curve(recipe: Recipe, numbers: int) -> Iterator[Problem]:
    """A layer that only makes chances needs numbers that may be anything, and the same ones each time."""
    last, place = len(recipe.layers) - 1, len(recipe.layers) - 2
    wanted = recipe.layers[last].output_activation
    if recipe.layers[last].group != "Activation" or wanted not in {"sigmoid", "softmax"} or numbers > MAX_UNITS:
        return  # of more numbers than a layer can give out none is an answer, which has a word of its own
    while place >= 0 and (
        recipe.layers[place].is_stochastic or isinstance(recipe.layers[place], Flatten | Reshape | Permute)
    ):
        if recipe.layers[place].is_stochastic:
            mend = Mend(f"Remove {recipe.layers[place].kind}", replace(recipe, place))
            yield Problem(
                "warning",
                f"{name_of(recipe, place)} changes the numbers of the answer at random while training, just before "
                f"{name_of(recipe, last)} makes chances of them. Remove it.",
                place,
                (mend,),
            )
        place -= 1
    if place < 0:
        return
    source = recipe.layers[place]
    inner = source.layer if isinstance(source, Bidirectional) else source
    curve = getattr(inner, "activation", None) if source.reads_in_order else source.output_activation
    never_negative = curve in NEVER_NEGATIVE and not getattr(source, "negative_slope", 0)
    is_half = wanted == "sigmoid" and never_negative
    if not is_half and curve not in SMALL:
        return
    mend = _freed(recipe, place, last, curve, numbers)
    never = "the chance is never below one half" if is_half else "no chance ever comes near 1"
    kept = "never negative" if is_half else "between -1 and 1"
    yield Problem(
        "error" if is_half else "warning",
        f"{name_of(recipe, last)} makes chances of numbers that {name_of(recipe, place)} keeps {kept} by its {curve}, "
        f"so that {never}. {mend.title}.",
        last,
        (mend,),
    )


def _freed(recipe: Recipe, place: int, last: int, curve: str | None, numbers: int) -> Mend:
    source: Layer = recipe.layers[place]
    if source.reads_in_order:
        return Mend(f"Insert Dense {numbers} before it", insert(recipe, last, Dense(units=numbers)))
    if curve == recipe.layers[last].output_activation:
        return Mend(f"Remove {recipe.layers[last].kind}", replace(recipe, last))
    if source.group == "Activation":
        return Mend(f"Remove {source.kind}", replace(recipe, place))
    return Mend("Set activation to linear", replace(recipe, place, source.with_(activation="linear")))


def _stuck_at_zero(recipe: Recipe, place: int, row: Row) -> Iterator[Problem]:
    """All weights 0 give out 0, where relu lets no correction back, nor do other weights of 0 that come behind."""
    layer = row.layer
    has_bias = getattr(layer, "use_bias", True) and getattr(layer, "bias_initializer", "zeros") != "zeros"
    if getattr(layer, "kernel_initializer", None) != "zeros" or has_bias:
        return
    if isinstance(layer, MultiHeadAttention):
        yield _begins_at_zero(recipe, place, "each of them waits for another to change", "glorot_uniform")
    elif layer.output_activation in DEAF:
        yield _begins_at_zero(recipe, place, f"with {layer.output_activation} they stay so", "he_uniform")


def _begins_at_zero(recipe: Recipe, place: int, why: str, usual: str) -> Problem:
    drawn = recipe.layers[place].with_(kernel_initializer=usual)
    mend = Mend(f"Set kernel_initializer to {usual}", replace(recipe, place, drawn))
    return Problem(
        "error",
        f"{name_of(recipe, place)} begins with weights that are all 0 (kernel_initializer), and {why}: it can never "
        f"learn. {mend.title}.",
        place,
        (mend,),
    )


def _only_the_sign(recipe: Recipe, place: int, row: Row) -> Iterator[Problem]:
    """Of a row of one number that is brought to size 1, no more is left than whether it was above 0."""
    if not isinstance(row.layer, UnitNormalization | RMSNormalization) or (row.arrives or ())[-1:] != (1,):
        return
    kind = row.layer.kind
    yield Problem(
        "warning",
        f"{name_of(recipe, place)} brings each row of numbers to the same size, but each number stands alone here: "
        "only whether it is above or below 0 is left of it. Use BatchNormalization instead.",
        place,
        (
            Mend("Use BatchNormalization instead", replace(recipe, place, BatchNormalization())),
            Mend(f"Remove {kind}", replace(recipe, place)),
        ),
    )

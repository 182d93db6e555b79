"""What Keras would accept but a teacher would not, in the stack and of the learning rate."""

from __future__ import annotations

from collections.abc import Iterator

from trainer.recipe.check.output import answering_place
from trainer.recipe.check.report import Mend, Problem, Row, name_of, replace
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import (
    Bidirectional,
    Embedding,
    Flatten,
    GaussianDropout,
    Layer,
    MultiHeadAttention,
    Softmax,
)
from trainer.recipe.optimizers import Adadelta
from trainer.recipe.recipe import Recipe

HIGHEST_RATE = 1.0
"""A learning rate above this makes almost every model diverge; Adadelta, which scales it down itself, is left out."""
LOWEST_SHARE = 1 / 200
"""A learning rate below this share of the usual one hardly moves a weight in the epochs of a lesson."""


def stack_warnings(recipe: Recipe, rows: list[Row], facts: DataFacts) -> Iterator[Problem]:
    """What Keras would build, but a teacher would not."""
    last = answering_place(rows)
    last = len(rows) - 1 if last is None else last
    for place, layer in enumerate(recipe.layers):
        arrives = rows[place].arrives
        if isinstance(layer, Flatten) and arrives is not None and len(arrives) == 1:
            yield Problem(
                "warning",
                f"{name_of(recipe, place)} changes nothing, because what arrives is a row already. Remove it.",
                place,
                (Mend("Remove Flatten", replace(recipe, place)),),
            )
        first = not any(map(_minds_padding, recipe.layers[:place]))  # one mend serves all behind it
        if _minds_padding(layer) and first and _reads_padding(recipe, place):
            source = next(p for p in range(place - 1, -1, -1) if isinstance(recipe.layers[p], Embedding))
            embedding = recipe.layers[source].with_(mask_zero=True)
            yield Problem(
                "warning",
                f"{name_of(recipe, place)} {_of_padding(layer)}, because {name_of(recipe, source)} does not mark it. "
                "Switch “Skip padding” (mask_zero) on.",
                place,
                (Mend("Skip padding", replace(recipe, source, embedding)),),
            )
        rate = getattr(layer, "rate", 0.0)
        if layer.is_stochastic and rate > 0.5:
            fixed = layer.with_(rate=0.5)
            shakes = isinstance(layer, GaussianDropout)
            does = f"shakes the numbers by {rate:.0%}" if shakes else f"drops {rate:.0%} of the numbers"
            yield Problem(
                "warning",
                f"{name_of(recipe, place)} {does} (rate), so that little gets through. Half is usually the most.",
                place,
                (Mend("Set rate to 0.5", replace(recipe, place, fixed)),),
            )
        inner = layer.layer if isinstance(layer, Bidirectional) else layer
        what = "looks" if isinstance(layer, MultiHeadAttention) else "numbers"
        for name in ("dropout", "recurrent_dropout"):
            if getattr(inner, name, 0.0) > 0.5:
                half = inner.with_(**{name: 0.5})
                half = layer.with_(layer=half) if isinstance(layer, Bidirectional) else half
                yield Problem(
                    "warning",
                    f"{name_of(recipe, place)} drops {getattr(inner, name):.0%} of the {what} ({name}), so that "
                    "little gets through. Half is usually the most.",
                    place,
                    (Mend(f"Set {name} to 0.5", replace(recipe, place, half)),),
                )
        if place < last and isinstance(layer, Softmax):
            yield Problem(
                "warning",
                f"{name_of(recipe, place)} stands in the middle of the model, where it holds learning back. Remove it: "
                "softmax belongs at the end.",
                place,
                (Mend("Remove Softmax", replace(recipe, place)),),
            )
        if place < last and getattr(inner, "activation", None) == "softmax":
            curve = "tanh" if layer.reads_in_order else "relu"  # relu, step upon step, soon makes numbers too large
            calmer = inner.with_(activation=curve)
            calmer = layer.with_(layer=calmer) if isinstance(layer, Bidirectional) else calmer
            mends = [Mend(f"Set activation to {curve}", replace(recipe, place, calmer))]
            behind = recipe.layers[place + 1 :]
            if rows[place].output_shape == (facts.classes,) and not any(row.parameters for row in rows[place + 1 :]):
                # It is the answer, and what stands behind it is too much.
                bare = recipe.with_(layers=recipe.layers[: place + 1])
                mends.insert(0, Mend(f"Remove {' and '.join(one.kind for one in behind)} behind it", bare))
            yield Problem(
                "warning",
                f"{name_of(recipe, place)} has softmax in the middle of the model, where it holds learning back. "
                "softmax belongs on the last layer.",
                place,
                tuple(mends),
            )


def _minds_padding(layer: Layer) -> bool:
    return layer.reads_in_order or isinstance(layer, MultiHeadAttention)


def _of_padding(layer: Layer) -> str:
    if isinstance(layer, MultiHeadAttention):
        return "looks at the padding of short texts as if it were words"
    if isinstance(layer, Bidirectional):
        return "reads the padding of short texts too, one way last of all, which makes learning slower"
    return "reads the padding of short texts last and may learn nothing"


def _reads_padding(recipe: Recipe, place: int) -> bool:
    """Whether a sequence reader gets padded steps of an Embedding that does not mark them."""
    for before in reversed(recipe.layers[:place]):
        if isinstance(before, Embedding):
            return not before.mask_zero
        if not before.keeps_mask:
            return False  # a convolution or a pooling in between mixes the steps: masking is over there in any case
    return False


def rate_warnings(recipe: Recipe) -> Iterator[Problem]:
    """A learning rate with which the loss will hardly stay a number, or hardly change."""
    optimizer = recipe.optimizer
    rate, usual, what = optimizer.learning_rate, optimizer.usual_rate, ""
    if rate > HIGHEST_RATE and not isinstance(optimizer, Adadelta):
        what = "very high: the loss will probably jump about or stop being a number"
    elif rate < LOWEST_SHARE * usual:
        what = "very low: the model will hardly learn anything"
    if what:
        yield Problem(
            "warning",
            f"A learning rate of {rate:g} is {what}. {optimizer.kind} usually begins with {usual:g}.",
            None,
            (Mend(f"Set it to {usual:g}", recipe.with_(optimizer=optimizer.with_(learning_rate=usual))),),
        )

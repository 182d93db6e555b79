"""What Keras would accept but a teacher would not, in the stack and of the learning rate."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from trainer.recipe.check.output import answering_place
from trainer.recipe.check.report import (
    RecipeDiagnosis,
    Subject,
    fix,
    name_of,
    note,
    of_each_layer,
    removal,
    set_to,
    warning,
)
from trainer.recipe.layers import Flatten, Softmax
from trainer.recipe.recipe import Recipe
from trainer.recipe.stack import replace_layer

VERY_HIGH = 3
"""Times an optimizer's highest usual rate. Up to there, most optimizers learn digits nearly as well as with the usual
rate; at ten times the highest, hardly any still does (docs/model.md)."""
LOWEST_SHARE = 1 / 200
"""A learning rate below this share of the usual one hardly moves a weight in the epochs of a lesson."""
MAX_DROPOUT = 0.5
"""The usual limit of the share that is dropped; Srivastava et al. (2014) found it near the best inside a model."""


def stack_habits(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """What Keras would build, but a teacher would not."""
    rules = (flatten_of_a_row, unmasked_padding, high_rate, high_dropout, softmax_layer_inside, softmax_inside)
    return of_each_layer(subject, rules)


def flatten_of_a_row(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """A Flatten that changes nothing."""
    recipe, rows, _ = subject
    if isinstance(recipe.layers[place], Flatten) and len(rows[place].arrives or ()) == 1:
        fixes = [removal(recipe, place)]
        yield warning("flatten_of_a_row", place, fixes, layer=name_of(recipe, place))


def unmasked_padding(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """Padding that is read as if it were words; one fix serves all layers after it."""
    recipe = subject.recipe
    harm = recipe.layers[place].unmasked_padding
    if harm is None or any(layer.unmasked_padding for layer in recipe.layers[:place]):
        return
    source = _embedding_of(recipe, place)
    if source is None:
        return
    masking = replace_layer(recipe, source, recipe.layers[source].with_(mask_zero=True))
    told = {"layer": name_of(recipe, place), "embedding": name_of(recipe, source)}
    yield warning(f"padding_{harm}", place, [fix("skip_padding", masking)], **told)


def _embedding_of(recipe: Recipe, place: int) -> int | None:
    """The place of the Embedding whose padding arrives at a layer without being marked."""
    for before in range(place - 1, -1, -1):
        layer = recipe.layers[before]
        if layer.reads_word_numbers:
            return None if layer.marks_padding else before
        if not layer.keeps_mask:
            return None  # a convolution or a pooling in between mixes the steps: masking is over there in any case
    return None


def high_rate(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """A layer that changes most numbers at random."""
    recipe = subject.recipe
    layer = recipe.layers[place]
    rate = layer.value_of("rate") if layer.is_stochastic else None
    if rate is not None and rate > MAX_DROPOUT:
        half = set_to("rate", MAX_DROPOUT, replace_layer(recipe, place, layer.with_(rate=MAX_DROPOUT)))
        yield warning("rate_high", place, [half], layer=name_of(recipe, place), rate=rate)


def high_dropout(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """A dropout inside a layer that leaves out most numbers."""
    recipe = subject.recipe
    layer = recipe.layers[place]
    for name in layer.inner_layer.dropouts:
        rate = getattr(layer.inner_layer, name)
        if rate > MAX_DROPOUT:
            calmer = layer.with_inner_layer(layer.inner_layer.with_(**{name: MAX_DROPOUT}))
            half = set_to(name, MAX_DROPOUT, replace_layer(recipe, place, calmer))
            yield warning("dropout_high", place, [half], layer=name_of(recipe, place), setting=name, rate=rate)


def _is_inside(subject: Subject, place: int) -> bool:
    """Whether the answer comes from a later layer."""
    answering = answering_place(subject.rows)
    return place < (len(subject.rows) - 1 if answering is None else answering)


def _is_spoilt(subject: Subject, place: int) -> bool:
    """Whether a layer gives the answer, and later ones only spoil it: that is an error, which has its own fixes."""
    later = [row.layer for row in subject.rows[place + 1 :] if not row.layer.rearranges]
    spoils = all(one.is_stochastic or one.is_activation or one.is_normalization for one in later)
    return bool(later) and spoils and later[-1].output_activation != "softmax"


def softmax_layer_inside(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """A Softmax layer before the end."""
    recipe = subject.recipe
    is_inside = isinstance(recipe.layers[place], Softmax) and _is_inside(subject, place)
    if is_inside and not _is_spoilt(subject, place):
        fixes = [removal(recipe, place)]
        yield warning("softmax_layer_inside", place, fixes, layer=name_of(recipe, place))


def softmax_inside(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """The activation softmax before the end."""
    recipe, rows, facts = subject
    layer = recipe.layers[place]
    if layer.inner_layer.value_of("activation") != "softmax" or not _is_inside(subject, place):
        return
    if _is_spoilt(subject, place):
        return
    instead = "tanh" if layer.is_recurrent else "relu"  # relu, step upon step, soon makes numbers too large
    calmer = layer.with_inner_layer(layer.inner_layer.with_(activation=instead))
    fixes = [set_to("activation", instead, replace_layer(recipe, place, calmer))]
    if rows[place].output_shape == (facts.classes,) and not any(row.parameters for row in rows[place + 1 :]):
        # It is the answer, and what comes after it is too much.
        bare = recipe.with_(layers=recipe.layers[: place + 1])
        fixes = [fix("remove_after", bare, kinds=[one.kind for one in recipe.layers[place + 1 :]])]
    yield warning("softmax_inside", place, fixes, layer=name_of(recipe, place))


def learning_rate(recipe: Recipe) -> Iterator[RecipeDiagnosis]:
    """A learning rate with which the loss will hardly stay a number, or hardly change."""
    optimizer = recipe.optimizer
    rate, usual = optimizer.learning_rate, optimizer.usual_rate
    if rate > VERY_HIGH * optimizer.highest_rate:
        found, name = warning, "learning_rate_high"
    elif rate > optimizer.highest_rate and not isclose(rate, optimizer.highest_rate):
        found, name = note, "learning_rate_above_usual"
    elif rate < LOWEST_SHARE * usual:
        found, name = warning, "learning_rate_low"
    else:
        return
    changed = fix("set_rate", recipe.with_(optimizer=optimizer.with_(learning_rate=usual)), value=usual)
    yield found(name, None, [changed], rate=rate, kind=optimizer.kind, usual=usual)

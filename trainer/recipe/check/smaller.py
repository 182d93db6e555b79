"""A run that needs more memory than there is: what is said about it, and the settings with which it fits."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trainer.messages import Message
from trainer.recipe.check.fitting import rows_of, walk
from trainer.recipe.check.fixes import start_again
from trainer.recipe.check.memory import Memory, evaluating, needed, rows_at_once, shares, training
from trainer.recipe.check.report import RecipeDiagnosis, RecipeFix, Row, Subject, error, fix, name_of, set_to
from trainer.recipe.check.wording import WORDING
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Embedding, Layer, MaxPooling2D
from trainer.recipe.limits import MAX_LAYERS
from trainer.recipe.recipe import Recipe
from trainer.recipe.stack import insert_layers, replace_layer

CEILING = 16_000_000_000
"""Bytes that no run may need where nobody has looked how much there is: beyond it a classroom has no computer."""
MAX_FIXES = 3
LOWEST = {"width": 8, "batch_size": 8, "vocabulary": 1000, "sequence_length": 10}
"""A model that has to be made smaller than this in one place had better be made smaller in several."""
SMALL_BATCH = 32
"""The batch size with which all layers are made smaller, where that alone is not enough."""


@dataclass(frozen=True)
class _Adjustment:
    """A setting that makes a run smaller."""

    values: list[int]
    """What it may be set to, smallest first."""
    apply: Callable[[int], tuple[Recipe, DataFacts]]
    """The recipe with the value, and what is then to be known about its data."""
    label: Callable[[int, Recipe], RecipeFix]
    """The fix that leads to the recipe with the value."""


@dataclass(frozen=True)
class _LargestPart:
    """What takes most of the memory."""

    what: Message
    place: int | None
    """Of the layer that the diagnosis is about."""
    largest: int | None
    """The place of the layer that is made smaller."""
    by_batch: bool
    """Whether it is because of the size of the batch."""


def memory_errors(subject: Subject, memory: int | None) -> Iterator[RecipeDiagnosis]:
    """The one error of a run that needs more than `memory` bytes; with None, more than a fixed ceiling."""
    recipe, rows, facts = subject
    allowed = CEILING if memory is None else max(0, memory)
    total = needed(recipe, rows, facts)
    if total.total <= allowed:
        return
    most = _most(subject, total)
    fixes = _fixes(subject, allowed, most)
    way = fixes[0].label if fixes else WORDING.message("fewer_examples" if most.place is None else "smaller_layers")
    name = "memory_over_limit" if memory is None else "memory_not_free"
    yield error(name, most.place, fixes, needed=total.total, allowed=allowed, most=most.what, fix=way)


def _most(subject: Subject, total: Memory) -> _LargestPart:
    """What takes most of the memory: the data, a batch, a layer's weights or outputs, or validation."""
    recipe, rows, facts = subject
    by_layer = shares(recipe, rows, facts)
    largest = max(range(len(by_layer)), key=lambda place: sum(by_layer[place]), default=None)
    most = 0 if largest is None else sum(by_layer[largest])
    batch = rows_at_once(recipe, facts)
    together = evaluating(rows, facts)
    if max(together, default=0) > max(training(recipe, rows, facts), most, total.batch, total.examples):
        # Validation and test look at as many rows at once whatever the batch is.
        place = together.index(max(together))
        return _LargestPart(
            WORDING.message("for_validation", layer=name_of(recipe, place)), place, place, by_batch=False
        )
    if total.examples > max(most, total.batch) or largest is None:
        return _LargestPart(WORDING.message("for_the_data"), None, largest, by_batch=True)
    if total.batch > most:
        return _LargestPart(WORDING.message("for_the_batch", rows=batch), None, largest, by_batch=True)
    in_weights, in_batch = by_layer[largest]
    name = "for_a_layer_and_batch" if in_batch > in_weights else "for_a_layer"
    what = WORDING.message(name, layer=name_of(recipe, largest), rows=batch)
    return _LargestPart(what, largest, largest, by_batch=in_batch > in_weights)


def narrower(subject: Subject, place: int) -> RecipeFix | None:
    """A layer, or the nearest before it that has a width, with about half of it; None if the stack would not work."""
    for adjustment in _layer_adjustments(subject, place, named=True):
        if (found := _with(subject.rows, adjustment, -1)) is not None:
            return found
    return None


def shorter(subject: Subject) -> RecipeFix | None:
    """Texts with about half the words; None for other data, or where little would be left."""
    for adjustment in _length_adjustment(subject):
        return _with(subject.rows, adjustment, -1)
    return None


def pooled(subject: Subject, place: int) -> RecipeFix | None:
    """A pooling before an attention that reads a picture: of a quarter of the places, each looks at a quarter."""
    recipe, rows, facts = subject
    is_picture = recipe.layers[place].is_attention and len(rows[place].arrives or ()) == 3
    if not is_picture or len(recipe.layers) >= MAX_LAYERS:
        return None
    smaller = insert_layers(recipe, place, MaxPooling2D())
    after, problems = walk(smaller, facts)
    if problems or after[-1].output_shape != rows[-1].output_shape:
        return None
    return fix("insert_before_layer", smaller, kind="MaxPooling2D", number=place + 1)


def _fixes(subject: Subject, allowed: int, most: _LargestPart) -> list[RecipeFix]:
    """Up to three single settings with which the run fits; else one for many layers together; else a new start."""
    recipe, rows, facts = subject
    layers = [] if most.largest is None else list(_layer_adjustments(subject, most.largest))
    others = [*_batch_adjustment(subject), *_length_adjustment(subject)]
    # A smaller batch leaves the model what it is, so it comes first where it is the batch that takes the memory.
    adjustments = [*others, *layers] if most.by_batch else [*layers, *others]
    found = [one for adjustment in adjustments if (one := _largest_that_fits(rows, allowed, adjustment)) is not None]
    smaller = None if most.largest is None else pooled(subject, most.largest)
    if smaller is not None and _fits(smaller.result, facts, allowed):
        found.insert(0, smaller)
    if found:
        return found[:MAX_FIXES]
    for batch in (None, min(recipe.fit.batch_size, SMALL_BATCH)):
        one = _largest_that_fits(rows, allowed, _all_layers_adjustment(recipe, facts, batch))
        if one is not None:
            return [one]
    small = start_again(recipe, facts)
    return [small] if _fits(small.result, facts, allowed) else []


def _fits(recipe: Recipe, facts: DataFacts, allowed: int) -> bool:
    return needed(recipe, rows_of(recipe, facts), facts).total <= allowed


def _largest_that_fits(rows: list[Row], allowed: int, adjustment: _Adjustment) -> RecipeFix | None:
    """The fix with the largest value of an adjustment that fits; see `_with`."""
    fitting = bisect_left(adjustment.values, True, key=lambda value: not _fits(*adjustment.apply(value), allowed))
    return _with(rows, adjustment, fitting - 1) if fitting else None  # more never needs less


def _with(rows: list[Row], adjustment: _Adjustment, which: int) -> RecipeFix | None:
    """The fix with one value of an adjustment; None if there is none or the stack would break or answer otherwise."""
    if not adjustment.values:
        return None
    value = adjustment.values[which]
    changed, then = adjustment.apply(value)
    after = rows_of(changed, then)
    breaks = any(
        was.output_shape is not None and now.output_shape is None for was, now in zip(rows, after, strict=True)
    )
    if breaks or (rows and after[-1].output_shape != rows[-1].output_shape):
        return None
    return adjustment.label(value, changed)


def _layer_adjustments(subject: Subject, place: int, *, named: bool = False) -> Iterator[_Adjustment]:
    """The width of a layer, of the nearest one before it that has a width, and a vocabulary.

    Args:
        subject: the recipe of the layer.
        place: of the layer.
        named: whether a label names the layer itself as well, where nothing around it does.
    """
    recipe, _, facts = subject
    layer = recipe.layers[place]
    if layer.is_attention:
        yield _field_adjustment(subject, place, "num_heads", 1, named=named)
        yield _field_adjustment(subject, place, "key_dim", LOWEST["width"], named=named)
    wide = [before for before in range(place, -1, -1) if recipe.layers[before].inner_layer.width_field() is not None]
    for before in wide[:2]:
        name = str(recipe.layers[before].inner_layer.width_field())
        yield _field_adjustment(subject, before, name, LOWEST["width"], named=named or before != place)
    if isinstance(layer, Embedding) and facts.vocabulary is not None:
        yield _vocabulary_adjustment(recipe, layer, facts, facts.vocabulary, place)


def _field_adjustment(subject: Subject, place: int, name: str, lowest: int, *, named: bool) -> _Adjustment:
    """One setting of one layer."""
    recipe, _, facts = subject
    layer = recipe.layers[place]
    return _Adjustment(
        _halves(lowest, getattr(layer.inner_layer, name), layer.inner_layer.value_of("groups") or 1),
        lambda value: (replace_layer(recipe, place, _with_field(layer, name, value)), facts),
        lambda value, result: set_to(name, value, result, place if named else None),
    )


def _with_field(layer: Layer, name: str, value: int) -> Layer:
    return layer.with_inner_layer(layer.inner_layer.with_(**{name: value}))


def _vocabulary_adjustment(recipe: Recipe, layer: Embedding, facts: DataFacts, known: int, place: int) -> _Adjustment:
    """The words that an Embedding knows and, once these are fewer than the data has, the data's own."""

    def apply(value: int) -> tuple[Recipe, DataFacts]:
        changed = replace_layer(recipe, place, layer.with_(input_dim=value))
        if value >= known:
            return changed, facts
        return changed.with_(data=recipe.data.with_vocabulary(value)), dataclasses.replace(facts, vocabulary=value)

    values = _halves(LOWEST["vocabulary"], layer.input_dim)
    if known < layer.input_dim:
        values = sorted({*values, known})
    return _Adjustment(values, apply, lambda value, result: fix("set_vocabulary", result, value=value))


def _batch_adjustment(subject: Subject) -> Iterator[_Adjustment]:
    recipe, _, facts = subject
    yield _Adjustment(
        _halves(LOWEST["batch_size"], rows_at_once(recipe, facts)),
        lambda value: (recipe.with_(fit=recipe.fit.with_(batch_size=value)), facts),
        lambda value, result: set_to("batch_size", value, result),
    )


def _length_adjustment(subject: Subject) -> Iterator[_Adjustment]:
    recipe, _, facts = subject
    if len(facts.input_shape) != 1 or recipe.data.with_length(facts.input_shape[0]) is None:
        return

    def apply(value: int) -> tuple[Recipe, DataFacts]:
        changed = recipe.with_(data=recipe.data.with_length(value))
        return changed, dataclasses.replace(facts, input_shape=(value,))

    values = _halves(LOWEST["sequence_length"], facts.input_shape[0])
    yield _Adjustment(values, apply, lambda value, result: fix("set_words_per_text", result, value=value))


def _all_layers_adjustment(recipe: Recipe, facts: DataFacts, batch: int | None) -> _Adjustment:
    """The widths of all layers but the last, which gives the answer; with another batch size, if one is given."""
    if batch is not None:
        recipe = recipe.with_(fit=recipe.fit.with_(batch_size=batch))
    names = {place: name for place, layer in enumerate(recipe.layers) if (name := layer.inner_layer.width_field())}
    wide = list(names)[:-1]

    def apply(value: int) -> tuple[Recipe, DataFacts]:
        layers = list(recipe.layers)
        for place in wide:
            inner_layer = layers[place].inner_layer
            width, steps = getattr(inner_layer, names[place]), inner_layer.value_of("groups") or 1
            smaller = min(width, max(steps, value - value % steps))
            layers[place] = _with_field(layers[place], names[place], smaller)
        return recipe.with_(layers=tuple(layers)), facts

    highest = max((getattr(recipe.layers[place].inner_layer, names[place]) for place in wide), default=0)
    name = "set_every_layer" if batch is None else "set_every_layer_and_batch"
    return _Adjustment(_halves(1, highest), apply, lambda value, result: fix(name, result, value=value, batch=batch))


def _halves(lowest: int, below: int, steps: int = 1) -> list[int]:
    """The powers of two, times `steps`, from `lowest` up to less than `below`.

    >>> _halves(8, 64), _halves(1, 10, steps=3)
    ([8, 16, 32], [3, 6])
    """
    values = [steps]
    while values[-1] * 2 < below:
        values.append(values[-1] * 2)
    return [value for value in values if lowest <= value < below]

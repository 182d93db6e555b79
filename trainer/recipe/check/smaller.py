"""A run that needs more memory than there is: what is said about it, and the settings with which it fits."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trainer.recipe.check.memory import evaluating, needed, rows_at_once, shares, training
from trainer.recipe.check.report import Mend, Problem, Row, insert, name_of, replace
from trainer.recipe.check.stack import rows_of, walk
from trainer.recipe.check.ways_out import WIDTHS, anew
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Bidirectional, Embedding, Layer, MaxPooling2D, MultiHeadAttention
from trainer.recipe.recipe import MAX_LAYERS, Recipe

CEILING = 16_000_000_000
"""Bytes that no run may need where nobody has looked how much there is: beyond it a classroom has no computer."""
MOST_MENDS = 3
SENSIBLE = {"width": 8, "batch size": 8, "vocabulary": 1000, "words per text": 10}
"""A model that has to be made smaller than this in one place had better be made smaller in several."""


@dataclass(frozen=True)
class _Knob:
    """A setting that makes a run smaller."""

    title: str
    """Of the mend, with a place for the value: `Set units to {:,}`."""
    values: list[int]
    """What it may be set to, smallest first."""
    turn: Callable[[int], tuple[Recipe, DataFacts]]
    """The recipe with the value, and what is then to be known about its data."""


def memory_problems(recipe: Recipe, rows: list[Row], facts: DataFacts, memory: int | None) -> Iterator[Problem]:
    """The one problem of a run that needs more than `memory` bytes; with None, more than a fixed ceiling."""
    allowed = CEILING if memory is None else max(0, memory)
    memory_needed = needed(recipe, rows, facts)
    if memory_needed.total <= allowed:
        return
    by_layer = shares(recipe, rows, facts)
    largest = max(range(len(by_layer)), key=lambda place: sum(by_layer[place]), default=None)
    most = 0 if largest is None else sum(by_layer[largest])
    batch = f"batches of {rows_at_once(recipe, facts):,}"
    place, by_batch = largest, True
    if memory_needed.examples > max(most, memory_needed.batch) or largest is None:
        place, where = None, "the data itself"
    elif memory_needed.batch > most:
        place, where = None, f"the {batch}"
    else:
        in_weights, in_batch = by_layer[largest]
        by_batch = in_batch > in_weights
        where = name_of(recipe, largest) + (f" with {batch}" if by_batch else "")
    together = evaluating(rows, facts)
    if max(together, default=0) > max(training(recipe, rows, facts), most, memory_needed.batch, memory_needed.examples):
        # Validation and test look at as many rows at once whatever the batch is.
        place, by_batch = together.index(max(together)), False
        largest, where = place, f"{name_of(recipe, place)} while validating"
    mends = _mends(recipe, rows, facts, allowed, largest, by_batch)
    limit = (
        f"more than the {in_words(allowed)} that one run may have"
        if memory is None
        else f"but only {in_words(allowed)} are free"
    )
    way_out = "Use fewer examples, or smaller ones." if place is None else "Make the layers smaller, or remove some."
    if mends:
        way_out = f"{mends[0].title}."
    yield Problem(
        "error",
        f"Training needs about {in_words(memory_needed.total, up=True)} of memory, {limit}. Most of it is for {where}. "
        f"{way_out}",
        place,
        mends,
    )


def narrower(recipe: Recipe, rows: list[Row], facts: DataFacts, place: int) -> Mend | None:
    """A layer, or the nearest before it that has a width, with about half of it; None if the stack would not work."""
    for knob in _layer_knobs(recipe, facts, place, named=True):
        if (mend := _with(rows, knob, -1)) is not None:
            return mend
    return None


def shorter(recipe: Recipe, rows: list[Row], facts: DataFacts) -> Mend | None:
    """Texts with about half the words; None for other data, or where little would be left."""
    for knob in _length_knob(recipe, facts):
        return _with(rows, knob, -1)
    return None


def pooled(recipe: Recipe, rows: list[Row], facts: DataFacts, place: int) -> Mend | None:
    """A pooling before an attention that reads a picture: of a quarter of the places, each looks at a quarter."""
    layer, arrives = recipe.layers[place], rows[place].arrives
    is_picture = isinstance(layer, MultiHeadAttention) and arrives is not None and len(arrives) == 3
    if not is_picture or len(recipe.layers) >= MAX_LAYERS:
        return None
    mended = insert(recipe, place, MaxPooling2D())
    after, problems = walk(mended, facts)
    if problems or after[-1].output_shape != rows[-1].output_shape:
        return None
    return Mend(f"Insert MaxPooling2D before layer {place + 1}", mended)


def in_words(size: int, *, up: bool = False) -> str:
    """Bytes as `640 MB`, `1.4 GB` or `23 GB`; rounded down, or `up`, so that what is too much also reads so."""
    unit, name = (10**6, "MB") if size < 10**9 else (10**8, "GB") if size < 10**10 else (10**9, "GB")
    number = -(-size // unit) if up else size // unit
    return f"{number // 10}.{number % 10} {name}" if unit == 10**8 else f"{number:,} {name}"


def _mends(
    recipe: Recipe, rows: list[Row], facts: DataFacts, allowed: int, place: int | None, by_batch: bool
) -> tuple[Mend, ...]:
    """Up to three single settings with which the run fits; else one for many layers together; else a new beginning."""
    layers = [] if place is None else list(_layer_knobs(recipe, facts, place))
    others = list(_batch_knob(recipe, facts)) + list(_length_knob(recipe, facts))
    # A smaller batch leaves the model what it is, so it comes first where it is the batch that takes the room.
    knobs = [*others, *layers] if by_batch else [*layers, *others]
    found = [mend for knob in knobs if (mend := _largest_that_fits(rows, allowed, knob)) is not None]
    smaller = None if place is None else pooled(recipe, rows, facts, place)
    if smaller is not None and needed(smaller.recipe, rows_of(smaller.recipe, facts), facts).total <= allowed:
        found.insert(0, smaller)
    if found:
        return tuple(found[:MOST_MENDS])
    size = min(recipe.fit.batch_size, 32)
    calmer = recipe.with_(fit=recipe.fit.with_(batch_size=size))
    for knob in (_all_layers_knob(recipe, facts), _all_layers_knob(calmer, facts, f" and batch size to {size}")):
        mend = _largest_that_fits(rows, allowed, knob)
        if mend is not None:
            return (mend,)
    small = anew(recipe, facts)
    return (small,) if needed(small.recipe, rows_of(small.recipe, facts), facts).total <= allowed else ()


def _largest_that_fits(rows: list[Row], allowed: int, knob: _Knob) -> Mend | None:
    """The mend with the largest value of a knob that fits; see `_with`."""

    def is_too_much(value: int) -> bool:
        turned, then = knob.turn(value)
        return needed(turned, rows_of(turned, then), then).total > allowed

    fitting = bisect_left(knob.values, True, key=is_too_much)  # more never needs less
    if not fitting:
        return None
    return _with(rows, knob, fitting - 1)


def _with(rows: list[Row], knob: _Knob, which: int) -> Mend | None:
    """The mend with one value of a knob, if there is one and it leaves the stack as whole and its answer as it was."""
    if not knob.values:
        return None
    value = knob.values[which]
    turned, then = knob.turn(value)
    after = rows_of(turned, then)
    breaks = any(
        was.output_shape is not None and now.output_shape is None for was, now in zip(rows, after, strict=True)
    )
    if breaks or (rows and after[-1].output_shape != rows[-1].output_shape):
        return None
    return Mend(knob.title.format(value), turned)


def _layer_knobs(recipe: Recipe, facts: DataFacts, place: int, *, named: bool = False) -> Iterator[_Knob]:
    """The width of a layer, of the nearest one before it that has a width, and a vocabulary.

    Args:
        recipe: of the layer.
        facts: of its data.
        place: of the layer.
        named: whether a title names the layer itself as well, where nothing around it does.
    """
    layer = recipe.layers[place]
    if isinstance(layer, MultiHeadAttention):
        whose = f" of layer {place + 1}" if named else ""
        for title, name, lowest in (("heads", "num_heads", 1), ("numbers per head", "key_dim", SENSIBLE["width"])):

            def smaller(value: int, name: str = name, layer: Layer = layer) -> tuple[Recipe, DataFacts]:
                return replace(recipe, place, layer.with_(**{name: value})), facts

            yield _Knob(f"Set {title}{whose} to {{:,}}", _halves(lowest, getattr(layer, name)), smaller)
    wide = [before for before in range(place, -1, -1) if _width(recipe.layers[before]) is not None]
    for before in wide[:2]:
        layer = recipe.layers[before]
        name, width, steps = _width(layer) or ("", 0, 1)
        whose = "" if before == place and not named else f" of layer {before + 1}"

        def turn(value: int, before: int = before, layer: Layer = layer) -> tuple[Recipe, DataFacts]:
            return replace(recipe, before, _with_width(layer, value)), facts

        yield _Knob(f"Set {name}{whose} to {{:,}}", _halves(SENSIBLE["width"], width, steps), turn)
    if isinstance(layer, Embedding) and facts.vocabulary is not None:
        yield _vocabulary_knob(recipe, layer, facts, facts.vocabulary, place)


def _vocabulary_knob(recipe: Recipe, layer: Embedding, facts: DataFacts, known: int, place: int) -> _Knob:
    """The words that an Embedding knows and, once these are fewer than the data has, the data's own."""

    def turn(value: int) -> tuple[Recipe, DataFacts]:
        turned = replace(recipe, place, layer.with_(input_dim=value))
        if value >= known:
            return turned, facts
        return turned.with_(data=recipe.data.with_vocabulary(value)), dataclasses.replace(facts, vocabulary=value)

    values = _halves(SENSIBLE["vocabulary"], layer.input_dim)
    if known < layer.input_dim:
        values = sorted({*values, known})
    return _Knob("Set vocabulary to {:,}", values, turn)


def _batch_knob(recipe: Recipe, facts: DataFacts) -> Iterator[_Knob]:
    def turn(value: int) -> tuple[Recipe, DataFacts]:
        return recipe.with_(fit=recipe.fit.with_(batch_size=value)), facts

    yield _Knob("Set batch size to {:,}", _halves(SENSIBLE["batch size"], rows_at_once(recipe, facts)), turn)


def _length_knob(recipe: Recipe, facts: DataFacts) -> Iterator[_Knob]:
    if len(facts.input_shape) != 1 or recipe.data.with_length(facts.input_shape[0]) is None:
        return

    def turn(value: int) -> tuple[Recipe, DataFacts]:
        shorter = recipe.with_(data=recipe.data.with_length(value))
        return shorter, dataclasses.replace(facts, input_shape=(value,))

    yield _Knob("Set words per text to {:,}", _halves(SENSIBLE["words per text"], facts.input_shape[0]), turn)


def _all_layers_knob(recipe: Recipe, facts: DataFacts, rest: str = "") -> _Knob:
    """The widths of all layers but the last, which gives the answer."""
    widths = [_width(layer) for layer in recipe.layers]
    wide = [place for place, width in enumerate(widths) if width is not None][:-1]

    def turn(value: int) -> tuple[Recipe, DataFacts]:
        layers = list(recipe.layers)
        for place in wide:
            _, width, steps = widths[place] or ("", 0, 1)
            layers[place] = _with_width(layers[place], min(width, max(steps, value - value % steps)))
        return recipe.with_(layers=tuple(layers)), facts

    highest = max(((widths[place] or ("", 0, 1))[1] for place in wide), default=0)
    return _Knob(f"Set every layer to at most {{:,}}{rest}", _halves(1, highest), turn)


def _halves(lowest: int, below: int, steps: int = 1) -> list[int]:
    """The powers of two, times `steps`, from `lowest` up to less than `below`."""
    values = [steps]
    while values[-1] * 2 < below:
        values.append(values[-1] * 2)
    return [value for value in values if lowest <= value < below]


def _width(layer: Layer) -> tuple[str, int, int] | None:
    """What a layer's width is called, how large it is, and in what steps it goes; None if it has none of its own."""
    if isinstance(layer, Bidirectional):
        return _width(layer.layer)
    for name in WIDTHS:
        if name in type(layer).model_fields:
            title = type(layer).model_fields[name].title or name
            return title.lower(), getattr(layer, name), getattr(layer, "groups", 1)
    return None


def _with_width(layer: Layer, value: int) -> Layer:
    if isinstance(layer, Bidirectional):
        return layer.with_(layer=_with_width(layer.layer, value))
    name = next(name for name in WIDTHS if name in type(layer).model_fields)
    return layer.with_(**{name: value})

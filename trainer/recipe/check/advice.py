"""Stacks that Keras builds and that hardly learn: what stands in a wrong place, does nothing, or outweighs the rest."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from trainer.recipe.check.report import Mend, Problem, Row, first_few, name_of, replace
from trainer.recipe.check.stack import walk
from trainer.recipe.check.ways_out import WIDTHS
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import (
    Augmentation,
    CenterCrop,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    Layer,
    MaxPooling2D,
    Rescaling,
    Resizing,
)
from trainer.recipe.recipe import Recipe

MANY, MOST = 1_000_000, 0.9
"""A stack of so many parameters, of which one layer holds more than this share, is out of balance."""
ENOUGH = 16
"""Maps of which one number each is still a picture's worth of numbers."""
FEWER = (512, 256, 128, 64, 32)
"""Units that are offered for a layer that is too heavy, the most first."""
MUCH = 50
"""A factor above this makes pixels that go from 0 to 1 so large that learning jumps about."""
LITTLE = 0.1
"""A factor below this makes pixels that go from 0 to 1 so small that hardly anything is learned from them."""
PREPARING = (Augmentation, Rescaling, Resizing, CenterCrop)


def advice(recipe: Recipe, rows: list[Row], facts: DataFacts) -> Iterator[Problem]:
    """Warnings that need more than one layer to be seen, or the data."""
    yield from first_few(_of_each_layer(recipe, facts))
    yield from _out_of_balance(recipe, rows, facts)
    yield from _squeezed(recipe, rows, facts)


def _of_each_layer(recipe: Recipe, facts: DataFacts) -> Iterator[Problem]:
    for place, layer in enumerate(recipe.layers):
        yield from _no_curve_between(recipe, place, layer)
        yield from _same_curve_again(recipe, place, layer)
        yield from _late_augmentation(recipe, place, layer, facts)
        if isinstance(layer, Rescaling) and abs(layer.scale) > MUCH and place <= _first_reader(recipe):
            yield Problem(
                "warning",
                f"{name_of(recipe, place)} multiplies by {layer.scale:g}: these pictures go from 0 to 1 already, and "
                "so large numbers make learning jump about. Remove it.",
                place,
                (Mend("Remove Rescaling", replace(recipe, place)),),
            )
        if isinstance(layer, Rescaling) and 0 < abs(layer.scale) < LITTLE and (place or facts.modality != "text"):
            yield _too_small(recipe, place, layer)


def _first_reader(recipe: Recipe) -> int:
    """The place of the first layer behind those that only prepare pictures."""
    places = (place for place, layer in enumerate(recipe.layers) if not isinstance(layer, PREPARING))
    return next(places, len(recipe.layers))


def _too_small(recipe: Recipe, place: int, layer: Rescaling) -> Problem:
    what = f"almost nothing is left of what {name_of(recipe, place - 1)} gives out" if place else ""
    if place <= _first_reader(recipe):
        what = "these pictures go from 0 to 1 already, and almost nothing is left of them"
    return Problem(
        "warning",
        f"{name_of(recipe, place)} multiplies by {layer.scale:.3g}: {what}. Remove it.",
        place,
        (Mend("Remove Rescaling", replace(recipe, place)),),
    )


def _no_curve_between(recipe: Recipe, place: int, layer: Layer) -> Iterator[Problem]:
    """Two Dense layers in a row without a curve are no more than one."""
    following = place + 1
    while following < len(recipe.layers) and recipe.layers[following].is_stochastic:
        following += 1
    if not isinstance(layer, Dense) or layer.activation != "linear" or following >= len(recipe.layers):
        return
    if isinstance(recipe.layers[following], Dense):
        yield Problem(
            "warning",
            f"{name_of(recipe, place)} and {name_of(recipe, following)} have no activation between them, so that "
            "together they can learn no more than one layer. Set the first one's activation to relu.",
            place,
            (Mend("Set activation to relu", replace(recipe, place, layer.with_(activation="relu"))),),
        )


def _same_curve_again(recipe: Recipe, place: int, layer: Layer) -> Iterator[Problem]:
    if not place or layer.group != "Activation" or layer.output_activation in {None, "linear", "softmax"}:
        return  # softmax before the end has a warning of its own
    if recipe.layers[place - 1].output_activation == layer.output_activation:
        yield Problem(
            "warning",
            f"{name_of(recipe, place)} sends the numbers through {layer.output_activation} again, straight after "
            f"{name_of(recipe, place - 1)}. Once is enough. Remove it.",
            place,
            (Mend(f"Remove {layer.kind}", replace(recipe, place)),),
        )


def _late_augmentation(recipe: Recipe, place: int, layer: Layer, facts: DataFacts) -> Iterator[Problem]:
    first = _first_reader(recipe)
    if not isinstance(layer, Augmentation) or first >= place or facts.modality != "image":
        return
    others = [other for other in range(len(recipe.layers)) if other != place]
    order = [*others[:first], place, *others[first:]]
    moved = recipe.with_(layers=tuple(recipe.layers[p] for p in order))
    mends = [Mend(f"Remove {layer.kind}", replace(recipe, place))]
    if not walk(moved, facts)[1]:
        mends.insert(0, Mend(f"Move {layer.kind} to place {first + 1}", moved))
    yield Problem(
        "warning",
        f"{name_of(recipe, place)} changes pictures, but stands behind {name_of(recipe, first)}, where they are "
        "pictures no longer. It belongs at the beginning.",
        place,
        tuple(mends),
    )


def _heaviest(rows: list[Row]) -> int | None:
    """The place of the layer that holds nearly all of many parameters."""
    counts = [row.parameters or 0 for row in rows]
    most = max(counts, default=0)
    if len(rows) < 2 or sum(counts) < MANY or most <= MOST * sum(counts):
        return None
    return counts.index(most)


def _out_of_balance(recipe: Recipe, rows: list[Row], facts: DataFacts) -> Iterator[Problem]:
    heaviest = _heaviest(rows)
    if heaviest is None or not isinstance(recipe.layers[heaviest], Dense):
        return  # of an Embedding it is the rule
    total = sum(row.parameters or 0 for row in rows)
    share = (rows[heaviest].parameters or 0) / total
    mends = []
    before = heaviest - 1
    if before >= 0 and isinstance(recipe.layers[before], Flatten):
        ways: list[tuple[str, tuple[Layer, ...]]] = [("Insert MaxPooling2D before it", (MaxPooling2D(), Flatten()))]
        arrives = rows[before].arrives
        if arrives is not None and arrives[-1] >= ENOUGH:  # it leaves one number of each map, and no more
            ways.append(("Replace Flatten by GlobalAveragePooling2D", (GlobalAveragePooling2D(),)))
        for title, new in ways:
            mended = replace(recipe, before, *new)
            after, problems = walk(mended, facts)
            if not problems and _heaviest(after) is None:
                mends.append(Mend(title, mended))
    dense = recipe.layers[heaviest]
    fewer = [n for n in FEWER if n < dense.units] if isinstance(dense, Dense) and heaviest < len(rows) - 1 else []
    for units in fewer:
        mended = replace(recipe, heaviest, dense.with_(units=units))
        after, problems = walk(mended, facts)
        if not problems and _heaviest(after) is None:
            mends.append(Mend(f"Set units to {units}", mended))
            break
    yield Problem(
        "warning",
        f"{name_of(recipe, heaviest)} holds {share:.0%} of the {total:,} parameters, so "
        "that it trains slowly and memorises easily. Give it fewer numbers to read, or fewer units.",
        heaviest,
        tuple(mends),
    )


def _squeezed(recipe: Recipe, rows: list[Row], facts: DataFacts) -> Iterator[Problem]:
    """So few numbers are left somewhere that they can hardly tell the classes apart."""
    for place, row in enumerate(rows[:-1]):
        left = prod(row.output_shape) if row.output_shape is not None else facts.classes
        if 2 * left >= facts.classes or facts.classes < 3:
            continue
        layer = recipe.layers[place]
        ways: list[tuple[str, Recipe]] = []
        if "Pooling2D" in layer.kind:
            ways.append(("Replace it by Flatten", replace(recipe, place, Flatten())))
        for before in range(place, -1, -1):  # what has no width of its own leaves as much as the one before
            wide = next((name for name in WIDTHS if name in type(recipe.layers[before]).model_fields), None)
            if wide is not None:
                whose = "" if before == place else f" of layer {before + 1}"
                wider = replace(recipe, before, recipe.layers[before].with_(**{wide: 64}))
                ways.append((f"Set {wide}{whose} to 64", wider))
                break
        ways.append((f"Remove {layer.kind}", replace(recipe, place)))
        mends = []
        for title, mended in ways:
            after, problems = walk(mended, facts)
            left_now = (prod(one.output_shape or ()) for one in after[:-1])
            is_row = len(after[-1].output_shape or ()) == 1
            if not problems and is_row and all(2 * numbers >= facts.classes for numbers in left_now):
                mends.append(Mend(title, mended))
        yield Problem(
            "warning",
            f"{name_of(recipe, place)} leaves {left} {'number' if left == 1 else 'numbers'} of each example. That is "
            f"too little to tell {facts.classes} classes apart.",
            place,
            tuple(mends),
        )
        return

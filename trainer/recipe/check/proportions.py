"""Stacks that Keras builds and that hardly learn: what is in a wrong place, does nothing, or outweighs the rest."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from trainer.recipe.check.activations import missing_nonlinearity, repeated_activation
from trainer.recipe.check.fitting import walk
from trainer.recipe.check.report import (
    RecipeDiagnosis,
    RecipeFix,
    Row,
    Subject,
    fix,
    name_of,
    of_each_layer,
    removal,
    set_to,
    warning,
)
from trainer.recipe.layers import Dense, Flatten, GlobalAveragePooling2D, MaxPooling2D, Rescaling
from trainer.recipe.recipe import Recipe
from trainer.recipe.stack import replace_layer

MANY_PARAMETERS, HEAVY_SHARE = 1_000_000, 0.9
"""A stack of so many parameters, of which one layer holds more than this share, is out of balance."""
ENOUGH_MAPS = 16
"""Maps of which one number each is still a picture's worth of numbers."""
FEWER_UNITS = (512, 256, 128, 64, 32)
"""Units that are offered for a layer that is too heavy, the most first."""
LARGE_FACTOR = 50
"""A factor above this makes pixels that go from 0 to 1 so large that learning becomes unstable."""
SMALL_FACTOR = 0.1
"""A factor below this makes pixels that go from 0 to 1 so small that hardly anything is learned from them."""
MUCH_LARGER, MANY_UNUSED = 2, 10_000
"""An Embedding that knows more than so many times the words there are, and has so many parameters for the rest."""
WIDER = 64
"""The width that is offered to a layer that leaves too few numbers."""


def layer_warnings(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """Warnings about a layer that need those around it, or the data, to be seen."""
    rules = (
        missing_nonlinearity,
        repeated_activation,
        other_meaning,
        late_augmentation,
        rescaled_up,
        rescaled_to_nothing,
        unused_words,
    )
    return of_each_layer(subject, rules)


def proportions(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """Warnings about the whole stack: one layer that outweighs the rest, or one that lets too little through."""
    yield from one_heavy_layer(subject)
    yield from too_few_numbers(subject)


def _first_reader(recipe: Recipe) -> int:
    """The place of the first layer after those that only prepare pictures."""
    places = (place for place, layer in enumerate(recipe.layers) if not layer.prepares_images)
    return next(places, len(recipe.layers))


def late_augmentation(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """A layer that changes pictures, where they are pictures no longer."""
    recipe, _, facts = subject
    layer = recipe.layers[place]
    if not layer.is_augmentation or facts.modality != "image" or (first := _first_reader(recipe)) >= place:
        return
    if any(other_meaning(subject, place)):
        return  # wherever it is
    others = [other for other in range(len(recipe.layers)) if other != place]
    order = [*others[:first], place, *others[first:]]
    moved = recipe.with_(layers=tuple(recipe.layers[p] for p in order))
    fixes = [removal(recipe, place)]
    if not walk(moved, facts)[1]:
        fixes.insert(0, fix("move_to", moved, kind=layer.kind, number=first + 1))
    yield warning("late_augmentation", place, fixes, layer=name_of(recipe, place), first=name_of(recipe, first))


def other_meaning(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """Pictures that are mirrored or turned upside down, although they mean something else then."""
    recipe = subject.recipe
    layer = recipe.layers[place]
    upright = layer.upright
    if upright == layer or not recipe.data.is_one_way_up:
        return
    if upright is None:
        yield warning("mirrored", place, [removal(recipe, place)], layer=name_of(recipe, place))
        return
    less = set_to("factor", upright.value_of("factor"), replace_layer(recipe, place, upright))
    told = {"layer": name_of(recipe, place), "degrees": round(360 * layer.value_of("factor"))}
    yield warning("upside_down", place, [less, removal(recipe, place)], **told)


def rescaled_up(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """A factor that is meant for other data."""
    recipe = subject.recipe
    layer = recipe.layers[place]
    if isinstance(layer, Rescaling) and abs(layer.scale) > LARGE_FACTOR and place <= _first_reader(recipe):
        fixes = [removal(recipe, place)]
        yield warning("rescaled_up", place, fixes, layer=name_of(recipe, place), scale=layer.scale)


def rescaled_to_nothing(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """A factor such as 1/255, for pixels that go from 0 to 1 already."""
    recipe, _, facts = subject
    layer = recipe.layers[place]
    if not isinstance(layer, Rescaling) or not 0 < abs(layer.scale) < SMALL_FACTOR:
        return
    if not place and facts.modality == "text":
        return
    told = {"layer": name_of(recipe, place), "scale": float(f"{layer.scale:.3g}")}
    fixes = [removal(recipe, place)]
    if place <= _first_reader(recipe):
        yield warning("rescaled_to_nothing", place, fixes, **told)
    else:
        yield warning("scaled_to_nothing", place, fixes, **told, before=name_of(recipe, place - 1))


def unused_words(subject: Subject, place: int) -> Iterator[RecipeDiagnosis]:
    """An Embedding most of whose rows stand for words that the data cannot have."""
    recipe, rows, facts = subject
    layer, words = recipe.layers[place], facts.vocabulary
    known, arrives = layer.vocabulary, rows[place].arrives
    if known is None or words is None or arrives is None or known <= MUCH_LARGER * words:
        return
    parameters = layer.parameter_count(arrives)
    unused = parameters - layer.fitted_to(arrives, words).parameter_count(arrives)
    if unused >= MANY_UNUSED:
        fitted = replace_layer(recipe, place, layer.fitted_to(arrives, words))
        told = {"layer": name_of(recipe, place), "known": known, "words": words}
        fixes = [fix("set_vocabulary", fitted, value=words)]
        yield warning("vocabulary_too_large", place, fixes, **told, unused=unused, parameters=parameters)


def _heaviest(rows: list[Row]) -> int | None:
    """The place of the layer that holds nearly all of many parameters."""
    counts = [row.parameters or 0 for row in rows]
    most = max(counts, default=0)
    if len(rows) < 2 or sum(counts) < MANY_PARAMETERS or most <= HEAVY_SHARE * sum(counts):
        return None
    return counts.index(most)


def one_heavy_layer(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """A Dense layer that holds nearly all parameters; of an Embedding it is the rule."""
    recipe, rows, _ = subject
    heaviest = _heaviest(rows)
    if heaviest is None or not isinstance(recipe.layers[heaviest], Dense):
        return
    total = sum(row.parameters or 0 for row in rows)
    share = (rows[heaviest].parameters or 0) / total
    fixes = [*_fewer_inputs(subject, heaviest), *_fewer_units(subject, heaviest)]
    yield warning("one_heavy_layer", heaviest, fixes, layer=name_of(recipe, heaviest), share=share, total=total)


def _fewer_inputs(subject: Subject, heaviest: int) -> Iterator[RecipeFix]:
    recipe, rows, _ = subject
    before = heaviest - 1
    if before < 0 or not isinstance(recipe.layers[before], Flatten):
        return
    pooled = replace_layer(recipe, before, MaxPooling2D(), Flatten())
    if _is_balanced(subject, pooled):
        yield fix("insert_before", pooled, kind="MaxPooling2D")
    arrives = rows[before].arrives
    if arrives is not None and arrives[-1] >= ENOUGH_MAPS:  # it leaves one number of each map, and no more
        means = replace_layer(recipe, before, GlobalAveragePooling2D())
        if _is_balanced(subject, means):
            yield fix("replace_flatten", means, kind="GlobalAveragePooling2D")


def _fewer_units(subject: Subject, heaviest: int) -> Iterator[RecipeFix]:
    recipe, rows, _ = subject
    dense = recipe.layers[heaviest]
    if not isinstance(dense, Dense) or heaviest == len(rows) - 1:
        return
    for units in FEWER_UNITS:
        narrower = replace_layer(recipe, heaviest, dense.with_(units=units))
        if units < dense.units and _is_balanced(subject, narrower):
            yield set_to("units", units, narrower)
            return


def _is_balanced(subject: Subject, recipe: Recipe) -> bool:
    rows, problems = walk(recipe, subject.facts)
    return not problems and _heaviest(rows) is None


def too_few_numbers(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """So few numbers are left somewhere that they can hardly tell the classes apart."""
    recipe, rows, facts = subject
    if facts.classes < 3:
        return
    for place, row in enumerate(rows[:-1]):
        left = prod(row.output_shape) if row.output_shape is not None else facts.classes
        if 2 * left < facts.classes:
            fixes = [one for one in _more_numbers(subject, place) if _keeps_enough(subject, one.result)]
            told = {"layer": name_of(recipe, place), "left": left, "classes": facts.classes}
            yield warning("too_few_numbers", place, fixes, **told)
            return


def _more_numbers(subject: Subject, place: int) -> Iterator[RecipeFix]:
    """What may leave more numbers of each example."""
    recipe, rows, _ = subject
    layer = recipe.layers[place]
    if layer.is_pooling and len(rows[place].arrives or ()) == 3:
        yield fix("replace_by", replace_layer(recipe, place, Flatten()), kind="Flatten")
    for before in range(place, -1, -1):  # what has no width of its own leaves as much as the one before
        name = recipe.layers[before].width_field()
        if name is not None:
            wider = replace_layer(recipe, before, recipe.layers[before].with_(**{name: WIDER}))
            yield set_to(name, WIDER, wider, None if before == place else before)
            break
    yield removal(recipe, place)


def _keeps_enough(subject: Subject, recipe: Recipe) -> bool:
    rows, problems = walk(recipe, subject.facts)
    is_row = len(rows[-1].output_shape or ()) == 1
    left = (prod(row.output_shape or ()) for row in rows[:-1])
    return not problems and is_row and all(2 * numbers >= subject.facts.classes for numbers in left)

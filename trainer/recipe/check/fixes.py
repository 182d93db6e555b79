"""What can be done where a layer cannot read its input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from math import isqrt, prod

from trainer.recipe.check.report import RecipeFix, fix, removal, set_to
from trainer.recipe.data import DataFacts
from trainer.recipe.flow import arriving, flow
from trainer.recipe.layers import Flatten, GlobalAveragePooling1D, GlobalAveragePooling2D, Layer, Reshape
from trainer.recipe.layers.base import WIDTHS
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, ShapeError, count, shape_of
from trainer.recipe.spec import RecipeError
from trainer.recipe.stack import insert_layers, remove_layer, replace_layer
from trainer.recipe.starters import starter

GROWING = ("strides", "size", "n", "padding", "depth_multiplier", "num_heads", "kernel_size", "height", "width")
"""Fields whose larger values make the output larger, those first that do nothing else."""
NARROWEST = 8
"""A width that is smaller than this leaves too little to learn from."""


def fixes_of(recipe: Recipe, place: int, shape: Shape, error: ShapeError, facts: DataFacts) -> list[RecipeFix]:
    """Fixes for a layer that cannot read its input, the wisest first; to remove it is the last one.

    Args:
        recipe: of the stack; all layers before `place` fit.
        place: of the layer, counted from 0.
        shape: of its input.
        error: why it does not fit.
        facts: of the data.
    """
    fixes = [
        *_of_the_layer_before(recipe, place, error, facts),
        *_counterparts(recipe, place, shape),
        *_bridged(recipe, place, shape, error, facts),
    ]
    if error.needs == "larger":
        fixes += _larger_inputs(recipe, place, shape)
    if error.needs in {"other", "larger"}:
        fixes += _other_settings(recipe, place, shape)
    if error.needs == "smaller":
        fixes += _smaller_outputs(recipe, place, shape, facts)
    return [*fixes, removal(recipe, place)]


def _of_the_layer_before(recipe: Recipe, place: int, error: ShapeError, facts: DataFacts) -> Iterator[RecipeFix]:
    """What the layer before can do: output every step, or go."""
    if not place:
        return
    before = recipe.layers[place - 1]
    every_step = before.every_step()
    if error.needs == "sequence" and every_step is not None:
        yield fix("every_step", replace_layer(recipe, place - 1, every_step), kind=before.kind)
    if isinstance(before, Flatten) and recipe.layers[place].can_read(arriving(recipe.layers[: place - 1], facts).shape):
        yield fix("remove_layer", remove_layer(recipe, place - 1), number=place, kind="Flatten")


def _counterparts(recipe: Recipe, place: int, shape: Shape) -> Iterator[RecipeFix]:
    """The layer of the same sort for sequences instead of pictures, or the other way round, as alike as can be."""
    layer = recipe.layers[place]
    name = layer.kind.translate(str.maketrans("12", "21"))
    kind = Layer.registry.get(name)
    if name == layer.kind or kind is None:
        return
    other: Layer = kind(kind=name)
    for field in kind.form_fields():
        value = layer.value_of(field)
        if value is None:
            continue
        # What is given for each side of a picture is one number along a sequence; the other way it stands for both.
        with suppress(RecipeError):
            other = other.with_(**{field: value[0] if isinstance(value, tuple) and "1D" in name else value})
    if other.can_read(shape):
        yield fix("use_instead", replace_layer(recipe, place, other), kind=name)


def _bridged(recipe: Recipe, place: int, shape: Shape, error: ShapeError, facts: DataFacts) -> Iterator[RecipeFix]:
    """A layer put in before, which makes of the input what is needed."""
    for new in _bridges(shape, error.needs, facts):
        if not new.can_read(shape) or not recipe.layers[place].can_read(new.output_shape(shape)):
            continue
        inserted = insert_layers(recipe, place, new)
        if isinstance(new, Reshape):
            yield fix("insert_reshape", inserted, shape=shape_of(new.target_shape))
        else:
            yield fix("insert", inserted, kind=new.kind)


def _larger_inputs(recipe: Recipe, place: int, shape: Shape) -> list[RecipeFix]:
    """What leaves more to a window that is larger than its input."""
    layer = recipe.layers[place]
    poolings = [earlier for earlier in range(place) if recipe.layers[earlier].is_pooling]
    fixes = [
        fix("remove_layer", remove_layer(recipe, earlier), number=earlier + 1, kind=recipe.layers[earlier].kind)
        for earlier in poolings[-1:]
    ]
    if layer.value_of("padding") == "valid":
        padded = layer.with_(padding="same")
        same = set_to("padding", "same", replace_layer(recipe, place, padded))
        # In a picture of one place nothing is left to see: then an earlier pooling is one too many.
        is_speck = padded.can_read(shape) and prod(padded.output_shape(shape)[:-1]) == 1
        fixes = [*fixes, same] if is_speck else [same, *fixes]
    return fixes


def _other_settings(recipe: Recipe, place: int, shape: Shape) -> list[RecipeFix]:
    """Single settings of the layer with which it reads its input."""
    layer = recipe.layers[place]
    fixes: dict[Recipe, RecipeFix] = {}
    plain = [layer.with_(**{name: 1}) for name in ("strides", "groups") if name in type(layer).model_fields]
    for tried in [layer.fitted_to(shape), *plain]:
        changed = _changed(layer, tried)
        # A row has only one order: there is nothing to permute in it.
        if tried.can_read(shape) and len(changed) == 1 and (changed[0] != "dims" or len(shape) > 1):
            one = _set(recipe, place, tried)
            fixes.setdefault(one.result, one)
    return list(fixes.values())


def _smaller_outputs(recipe: Recipe, place: int, shape: Shape, facts: DataFacts) -> list[RecipeFix]:
    """Each single setting of the layer that leaves few enough numbers, as large as can be.

    Where another layer outputs too many even then, a new start comes first: one fix instead of a hundred.
    """
    layer = recipe.layers[place]
    is_answer = place == len(recipe.layers) - 1  # its width is the number of classes
    names = [name for name in (*GROWING, *(() if is_answer else WIDTHS)) if name in type(layer).model_fields]
    found = (_halved(layer, name, shape, NARROWEST if name in WIDTHS else 1) for name in names)
    fixes = [_set(recipe, place, smaller) for smaller in found if smaller is not None]
    if not fixes or is_too_large(fixes[0].result, facts):
        fixes.insert(0, start_again(recipe, facts))
    return fixes


def _halved(layer: Layer, name: str, shape: Shape, lowest: int) -> Layer | None:
    """The layer with a field halved until it reads its input; None if even `lowest` is too much."""
    value = getattr(layer, name)
    sides = value if isinstance(value, tuple) else (value,)
    while all(isinstance(side, int) for side in sides) and max(sides) >= 2 * lowest:
        sides = tuple(max(side // 2, min(side, lowest)) for side in sides)
        smaller = layer.with_(**{name: sides if isinstance(value, tuple) else sides[0]})
        if smaller.can_read(shape):
            return smaller
    return None


def is_too_large(recipe: Recipe, facts: DataFacts) -> bool:
    """Whether some layer would output more than can be held."""
    return any(
        isinstance(step.leaves, ShapeError) and step.leaves.needs == "smaller" for step in flow(recipe.layers, facts)
    )


def _changed(layer: Layer, other: Layer) -> list[str]:
    return [name for name in type(layer).model_fields if getattr(other, name) != getattr(layer, name)]


def _set(recipe: Recipe, place: int, changed: Layer) -> RecipeFix:
    """A fix that changes one setting of a layer, named after it."""
    name = _changed(recipe.layers[place], changed)[0]
    return set_to(name, getattr(changed, name), replace_layer(recipe, place, changed))


def start_again(recipe: Recipe, facts: DataFacts) -> RecipeFix:
    """A small model that fits the data: one fix where the layers as they are would need many."""
    return fix("start_again", recipe.with_(layers=starter(facts), loss="auto"))


def _bridges(shape: Shape, needs: str, facts: DataFacts) -> list[Layer]:
    """Layers that make of an input what is needed, best first."""
    if needs == "flat":
        pooling: list[Layer] = [GlobalAveragePooling1D()] if len(shape) == 2 else [GlobalAveragePooling2D()]
        return [Flatten(), *pooling]
    if needs == "sequence" and len(shape) == 3:
        return _reshape(shape[0], shape[1] * shape[2])
    if needs != "image" or facts.modality != "image":
        return []  # words are no pixels: what reads pictures has no sense there
    if len(shape) == 2:
        return _reshape(*shape, 1)
    if len(shape) == 1 and len(facts.input_shape) == 3 and count(facts.input_shape) == shape[0]:
        return _reshape(*facts.input_shape)
    side = isqrt(count(shape))
    return _reshape(side, side, 1) if len(shape) == 1 and side * side == shape[0] and side > 3 else []


def _reshape(*sides: int) -> list[Layer]:
    """A Reshape to these sides; none where a side is larger than it may be set to."""
    with suppress(RecipeError):
        return [Reshape().with_(target_shape=sides)]
    return []

"""Editing the stack of a recipe, the only module that does so.

A layer is named in two ways. An *entry* is its position in the whole stack, layers that are turned off included: that
is what the Model page shows. A *place* is its position among the layers of the model, `recipe.layers`: that is what a
check and the coach talk about. Both are counted from 0; functions for entries end in `_entry`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from trainer.recipe.callbacks import Callback
from trainer.recipe.layers import Layer
from trainer.recipe.limits import MAX_LAYERS
from trainer.recipe.recipe import DisabledLayer, Recipe


class Entry(NamedTuple):
    """A layer of the whole stack; `on` is False if the model skips it."""

    layer: Layer
    on: bool = True


def entries(recipe: Recipe) -> tuple[Entry, ...]:
    """The whole stack, from the input on."""
    found = []
    for place in range(len(recipe.layers) + 1):
        last = place == len(recipe.layers)
        found += [
            Entry(off.layer, on=False) for off in recipe.aside if off.before == place or (last and off.before > place)
        ]
        if not last:
            found.append(Entry(recipe.layers[place]))
    return tuple(found)


def with_entries(recipe: Recipe, stack: Sequence[Entry]) -> Recipe:
    """The recipe with this stack.

    Raises:
        RecipeError: there are too many layers.
    """
    layers: list[Layer] = []
    off = []
    for entry in stack:
        if entry.on:
            layers.append(entry.layer)
        else:
            off.append(DisabledLayer(before=len(layers), layer=entry.layer))
    return recipe.with_(layers=tuple(layers), aside=tuple(off))


def model_places(recipe: Recipe) -> tuple[int | None, ...]:
    """For each entry its place among the layers of the model; None for one that is turned off."""
    found: list[int | None] = []
    place = 0
    for entry in entries(recipe):
        found.append(place if entry.on else None)
        place += entry.on
    return tuple(found)


def insert_entry(recipe: Recipe, at: int, *new: Layer) -> Recipe:
    """With layers put in before entry `at`."""
    stack = entries(recipe)
    return with_entries(recipe, (*stack[:at], *map(Entry, new), *stack[at:]))


def replace_entry(recipe: Recipe, at: int, new: Layer) -> Recipe:
    """With another layer as entry `at`, on or off as that was."""
    stack = entries(recipe)
    return with_entries(recipe, (*stack[:at], Entry(new, stack[at].on), *stack[at + 1 :]))


def move_entry(recipe: Recipe, at: int, to: int) -> Recipe:
    """With entry `at` taken out and put in so that it stands at `to`."""
    stack = list(entries(recipe))
    stack.insert(to, stack.pop(at))
    return with_entries(recipe, stack)


def duplicate_entry(recipe: Recipe, at: int) -> Recipe:
    """With a copy of entry `at` after it."""
    stack = entries(recipe)
    return with_entries(recipe, (*stack[: at + 1], *stack[at:]))


def remove_entry(recipe: Recipe, at: int) -> Recipe:
    """Without entry `at`."""
    stack = entries(recipe)
    return with_entries(recipe, (*stack[:at], *stack[at + 1 :]))


def toggle_entry(recipe: Recipe, at: int) -> Recipe:
    """With entry `at` turned off, or on again."""
    stack = entries(recipe)
    return with_entries(recipe, (*stack[:at], Entry(stack[at].layer, not stack[at].on), *stack[at + 1 :]))


def same_places(before: Recipe, after: Recipe) -> bool:
    """Whether each layer stands where it stood: nothing but the settings of at most one of them has changed."""
    pairs = list(zip(entries(before), entries(after), strict=False))
    changed = [(old, new) for old, new in pairs if old.layer != new.layer]
    return (
        len(entries(before)) == len(entries(after))
        and len(changed) <= 1
        and all(o.layer.kind == n.layer.kind for o, n in changed)
    )


def insert_layers(recipe: Recipe, place: int, *new: Layer) -> Recipe:
    """With layers put in before the model's layer at `place`, as `replace_layer` makes it."""
    return _with_layers(recipe, (*recipe.layers[:place], *new, *recipe.layers[place:]), place, len(new))


def replace_layer(recipe: Recipe, place: int, *new: Layer) -> Recipe:
    """With the model's layer at `place` replaced by any number of layers.

    The result may have more layers than a recipe may have: a check tries many recipes out, and offers only valid ones.
    """
    layers = (*recipe.layers[:place], *new, *recipe.layers[place + 1 :])
    return _with_layers(recipe, layers, place, len(new) - 1)


def remove_layer(recipe: Recipe, place: int) -> Recipe:
    """Without the model's layer at `place`."""
    return replace_layer(recipe, place)


def _with_layers(recipe: Recipe, layers: tuple[Layer, ...], place: int, more: int) -> Recipe:
    """The recipe with these layers, of which `more` stand after `place`; those that are turned off stay between them.

    All parts are checked already: a check makes hundreds of recipes, and to check each again takes most of its time.
    """
    changed: dict[str, Any] = {"layers": layers}
    if more and recipe.aside:
        changed["aside"] = tuple(
            DisabledLayer.model_construct(before=min(off.before + more, MAX_LAYERS), layer=off.layer)
            if off.before > place
            else off
            for off in recipe.aside
        )
    return recipe.model_copy(update=changed)


def replace_callback(recipe: Recipe, index: int, *new: Callback) -> Recipe:
    """With the callback at `index` replaced, or removed if nothing is given."""
    return recipe.with_(callbacks=(*recipe.callbacks[:index], *new, *recipe.callbacks[index + 1 :]))

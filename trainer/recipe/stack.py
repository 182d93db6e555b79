"""Editing the stack of a recipe: all layers in their order, those that are switched off for a try among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trainer.recipe.layers import Layer
from trainer.recipe.recipe import DisabledLayer, Recipe


class Entry(NamedTuple):
    """A layer as it stands in the stack; `on` is False if it is left out of the model."""

    layer: Layer
    on: bool = True


def entries(recipe: Recipe) -> tuple[Entry, ...]:
    """The whole stack, from the data upwards."""
    found = []
    for place in range(len(recipe.layers) + 1):
        last = place == len(recipe.layers)
        found += [
            Entry(aside.layer, on=False)
            for aside in recipe.aside
            if aside.before == place or (last and aside.before > place)
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
    aside = []
    for entry in stack:
        if entry.on:
            layers.append(entry.layer)
        else:
            aside.append(DisabledLayer(before=len(layers), layer=entry.layer))
    return recipe.with_(layers=tuple(layers), aside=tuple(aside))


def places(recipe: Recipe) -> tuple[int | None, ...]:
    """For each entry its place among the layers of the model, from 0; None for one that is switched off."""
    found: list[int | None] = []
    place = 0
    for entry in entries(recipe):
        found.append(place if entry.on else None)
        place += entry.on
    return tuple(found)


def inserted(recipe: Recipe, at: int, *new: Layer) -> Recipe:
    """With layers put in before entry `at`."""
    stack = entries(recipe)
    return with_entries(recipe, (*stack[:at], *map(Entry, new), *stack[at:]))


def replaced(recipe: Recipe, at: int, new: Layer) -> Recipe:
    """With another layer as entry `at`, on or off as that was."""
    stack = entries(recipe)
    return with_entries(recipe, (*stack[:at], Entry(new, stack[at].on), *stack[at + 1 :]))


def moved(recipe: Recipe, at: int, to: int) -> Recipe:
    """With entry `at` taken out and put in so that it stands at `to`."""
    stack = list(entries(recipe))
    stack.insert(to, stack.pop(at))
    return with_entries(recipe, stack)


def duplicated(recipe: Recipe, at: int) -> Recipe:
    """With entry `at` a second time behind itself."""
    stack = entries(recipe)
    return with_entries(recipe, (*stack[: at + 1], *stack[at:]))


def removed(recipe: Recipe, at: int) -> Recipe:
    """Without entry `at`."""
    stack = entries(recipe)
    return with_entries(recipe, (*stack[:at], *stack[at + 1 :]))


def switched(recipe: Recipe, at: int) -> Recipe:
    """With entry `at` switched off, or on again."""
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

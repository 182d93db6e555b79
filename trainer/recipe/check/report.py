"""What a check finds: the rows of the stack, the problems, and the ways out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from trainer.recipe.layers import Layer
from trainer.recipe.recipe import MAX_LAYERS, DisabledLayer, Recipe
from trainer.recipe.shapes import Shape

MOST_OF_A_RULE = 10
"""Problems that one rule names in one look. In a stack of 200 layers that are all wrong nobody reads more, and each
costs time; the next come once these are fixed."""


@dataclass(frozen=True)
class Mend:
    """A one-click way out: what the button says, and the recipe that it leads to."""

    title: str
    recipe: Recipe


@dataclass(frozen=True)
class Problem:
    """Something that keeps a recipe from working (`error`) or from working well (`warning`)."""

    level: Literal["error", "warning"]
    message: str
    layer: int | None = None
    """The place in the stack, counted from 0; None if it is not about one layer."""
    mends: tuple[Mend, ...] = ()


@dataclass(frozen=True)
class Row:
    """One layer of the stack as it works: None where an earlier layer keeps it from being known."""

    layer: Layer
    arrives: Shape | None
    output_shape: Shape | None
    parameters: int | None


@dataclass(frozen=True)
class Report:
    """What `check` found."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def parameters(self) -> int:
        """All parameters of the layers whose shape is known."""
        return sum(row.parameters or 0 for row in self.rows)


def first_few(problems: Iterable[Problem]) -> Iterator[Problem]:
    """What one rule finds, as far as it is shown; the rest is not worked out."""
    return islice(problems, MOST_OF_A_RULE)


def name_of(recipe: Recipe, place: int) -> str:
    """How a message calls a layer: `Layer 3 (Dense)`."""
    return f"Layer {place + 1} ({recipe.layers[place].kind})"


def insert(recipe: Recipe, place: int, *new: Layer) -> Recipe:
    """The recipe with layers put in before `place`, as `replace` makes it."""
    return _with_layers(recipe, (*recipe.layers[:place], *new, *recipe.layers[place:]), place, len(new))


def replace(recipe: Recipe, place: int, *new: Layer) -> Recipe:
    """The recipe with the layer at `place` replaced, or removed if nothing is given.

    It may have more layers than a recipe may have: a check tries many recipes out, and offers only those that may be.
    """
    layers = (*recipe.layers[:place], *new, *recipe.layers[place + 1 :])
    return _with_layers(recipe, layers, place, len(new) - 1)


def _with_layers(recipe: Recipe, layers: tuple[Layer, ...], place: int, more: int) -> Recipe:
    """The recipe with these layers, of which `more` stand after `place`; those that are switched off stay between them.

    All parts are checked already: a check makes hundreds of recipes, and to check each again takes most of its time.
    """
    changed: dict[str, Any] = {"layers": layers}
    if more and recipe.aside:
        changed["aside"] = tuple(
            DisabledLayer.model_construct(before=min(aside.before + more, MAX_LAYERS), layer=aside.layer)
            if aside.before > place
            else aside
            for aside in recipe.aside
        )
    return recipe.model_copy(update=changed)

"""What a check finds: the rows of the stack, the problems, and the ways out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trainer.recipe.layers import Layer
from trainer.recipe.recipe import Aside, Recipe
from trainer.recipe.shapes import Shape


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


def name_of(recipe: Recipe, place: int) -> str:
    """How a message calls a layer: `Layer 3 (Dense)`."""
    return f"Layer {place + 1} ({recipe.layers[place].kind})"


def insert(recipe: Recipe, place: int, *new: Layer) -> Recipe:
    """The recipe with layers put in before `place`."""
    layers = (*recipe.layers[:place], *new, *recipe.layers[place:])
    return recipe.with_(layers=layers, aside=_aside(recipe, place, len(new)))


def replace(recipe: Recipe, place: int, *new: Layer) -> Recipe:
    """The recipe with the layer at `place` replaced, or removed if nothing is given."""
    layers = (*recipe.layers[:place], *new, *recipe.layers[place + 1 :])
    return recipe.with_(layers=layers, aside=_aside(recipe, place, len(new) - 1))


def _aside(recipe: Recipe, place: int, more: int) -> tuple[Aside, ...]:
    """The layers that are switched off, between the layers where they were, if `more` of these stand behind `place`."""
    return tuple(aside.with_(before=aside.before + more) if aside.before > place else aside for aside in recipe.aside)

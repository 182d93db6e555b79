"""What a check finds: the rows of the stack, and the diagnoses with their fixes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from trainer.messages import Message
from trainer.recipe.check.wording import WORDING
from trainer.recipe.data import DataFacts
from trainer.recipe.diagnosis import Diagnosis, Fix, Severity
from trainer.recipe.layers import Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.recipe.stack import remove_layer
from trainer.recipe.wording import WORDING as RECIPE_WORDING

MAX_OF_A_RULE = 10
"""Diagnoses that one rule makes in one check. In a stack of 200 layers that are all wrong nobody reads more, and each
costs time; the next come once these are fixed."""

RecipeDiagnosis = Diagnosis[Recipe]
"""Each fix leads to a whole recipe."""
RecipeFix = Fix[Recipe]


@dataclass(frozen=True)
class Row:
    """One layer of the stack as it works: None where an earlier layer keeps it from being known."""

    layer: Layer
    arrives: Shape | None
    output_shape: Shape | None
    parameters: int | None
    is_masked: bool = False
    """Whether the padding of short texts is marked in its input."""


@dataclass(frozen=True)
class Report:
    """What `check` found."""

    rows: tuple[Row, ...]
    diagnoses: tuple[RecipeDiagnosis, ...]

    @property
    def errors(self) -> tuple[RecipeDiagnosis, ...]:
        return tuple(found for found in self.diagnoses if found.severity is Severity.ERROR)

    @property
    def parameters(self) -> int:
        """All parameters of the layers whose shape is known."""
        return sum(row.parameters or 0 for row in self.rows)


class Subject(NamedTuple):
    """What a rule looks at."""

    recipe: Recipe
    rows: list[Row]
    facts: DataFacts


Rule = Callable[[Subject, int], Iterator[RecipeDiagnosis]]
"""What one rule finds about the layer at one place."""


def of_each_layer(subject: Subject, rules: Sequence[Rule]) -> Iterator[RecipeDiagnosis]:
    """What these rules find, layer by layer, as far as it is shown."""
    places = range(len(subject.recipe.layers))
    return first_few(found for place in places for rule in rules for found in rule(subject, place))


def first_few(found: Iterable[RecipeDiagnosis]) -> Iterator[RecipeDiagnosis]:
    """What one rule finds, as far as it is shown; the rest is not worked out."""
    return islice(found, MAX_OF_A_RULE)


def error(name: str, layer: int | None, fixes: Iterable[RecipeFix], /, **parameters: object) -> RecipeDiagnosis:
    """Something that keeps a recipe from working.

    Args:
        name: of the wording.
        layer: its place in the stack, from 0; None if it is not about one layer.
        fixes: the best first.
        **parameters: of the wording.
    """
    return Diagnosis(WORDING.message(name, **parameters), Severity.ERROR, layer, tuple(fixes))


def warning(name: str, layer: int | None, fixes: Iterable[RecipeFix], /, **parameters: object) -> RecipeDiagnosis:
    """Something that keeps a recipe from working well; arguments as for `error`."""
    return Diagnosis(WORDING.message(name, **parameters), Severity.WARNING, layer, tuple(fixes))


def note(name: str, layer: int | None, fixes: Iterable[RecipeFix], /, **parameters: object) -> RecipeDiagnosis:
    """Something that is worth knowing; arguments as for `error`."""
    return Diagnosis(WORDING.message(name, **parameters), Severity.NOTE, layer, tuple(fixes))


def fix(name: str, result: Recipe, /, **parameters: object) -> RecipeFix:
    """A fix with the label `name`."""
    return Fix(WORDING.message(name, **parameters), result)


def removal(recipe: Recipe, place: int) -> RecipeFix:
    """A fix that removes a layer."""
    return fix("remove", remove_layer(recipe, place), kind=recipe.layers[place].kind)


def set_to(setting: str, value: object, result: Recipe, layer: int | None = None) -> RecipeFix:
    """A fix that changes one setting.

    Args:
        setting: its Keras name.
        value: the new one.
        result: the recipe with it.
        layer: whose setting it is, where nothing around the button says so.
    """
    shown = RECIPE_WORDING.message("value", value=value) if isinstance(value, int | float) else value
    if isinstance(value, tuple):
        shown = ", ".join(map(str, value))
    if layer is None:
        return fix("set", result, setting=setting, value=shown)
    return fix("set_of_layer", result, setting=setting, value=shown, number=layer + 1)


def name_of(recipe: Recipe, place: int) -> Message:
    """How a message calls a layer: `Layer 3 (Dense)`."""
    return RECIPE_WORDING.message("layer", number=place + 1, kind=recipe.layers[place].kind)

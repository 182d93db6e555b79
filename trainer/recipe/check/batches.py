"""Does the batch size go with the data and the layers?"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from trainer.recipe.check.report import RecipeDiagnosis, RecipeFix, Subject, fix, name_of, set_to, warning
from trainer.recipe.layers import LayerNormalization
from trainer.recipe.recipe import Fit, Recipe

USUAL_BATCH: int = Fit().batch_size
FEW_STEPS = 2
STEPS = 5
"""An epoch should change the weights at least so often."""


def batch_diagnoses(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """Warnings about the batch size."""
    yield from batch_of_one(subject)
    yield from few_steps(subject)


def batch_of_one(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """A layer that compares the examples of a batch, where each batch is a single one."""
    recipe, rows, facts = subject
    place = next((place for place, layer in enumerate(recipe.layers) if layer.compares_batch), None)
    if place is None or recipe.fit.batch_size > 1:
        return
    fixes = [_sized(recipe, min(USUAL_BATCH, _several_steps(facts.train)))] if facts.train >= 2 * STEPS else []
    alone = tuple(LayerNormalization() if layer.compares_batch else layer for layer in recipe.layers)
    arriving = (row.arrives for row in rows if row.layer.compares_batch)
    if all(shape is not None and not LayerNormalization().gives_constant_output(shape) for shape in arriving):
        fixes.append(fix("use_instead", recipe.with_(layers=alone), kind="LayerNormalization"))
    yield warning("batch_of_one", place, fixes, layer=name_of(recipe, place))


def few_steps(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """Nearly all training examples in one batch, so that an epoch is a single step, or two."""
    recipe, _, facts = subject
    batch, smaller = recipe.fit.batch_size, _several_steps(facts.train)
    steps = ceil(facts.train / batch)
    if steps <= FEW_STEPS and ceil(facts.train / smaller) > steps:
        told = {"batch": batch, "rows": facts.train, "changes": steps * recipe.fit.epochs}
        yield warning("one_step" if steps == 1 else "two_steps", None, [_sized(recipe, smaller)], **told)


def _several_steps(rows: int) -> int:
    """The largest power of 2 with which an epoch has several steps; 2 if none has.

    >>> _several_steps(22), _several_steps(100), _several_steps(3)
    (4, 16, 2)
    """
    size = 2
    while 2 * size * STEPS <= rows:
        size *= 2
    return size


def _sized(recipe: Recipe, size: int) -> RecipeFix:
    return set_to("batch_size", size, recipe.with_(fit=recipe.fit.with_(batch_size=size)))

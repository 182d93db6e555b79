"""Does a run fit in memory? Worked out from shapes alone, in whole numbers, before anything is built.

What the numbers below stand for was measured with `python -m benchmarks.memory_estimate`: the estimate lies between
0.8 and 2 times what a fit really takes beyond a trainer that has done a tiny fit before. What the trainer itself takes,
some 500 MB for TensorFlow, is not counted. What a layer keeps of a batch stands on its class (`saved_count`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from trainer.recipe.callbacks import EarlyStopping
from trainer.recipe.check.report import Row
from trainer.recipe.data import DataFacts, Modality
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, count

FLOAT = 4
"""Bytes of a number."""
EVALUATION_BATCH = 256
"""Rows that validation and test compute together: the size changes no result, and larger ones are faster."""
BATCHES = 6
"""Batches in memory at once: the one that is learned from, the one that is dealt, and four that are kept ready."""
READING: dict[Modality, int] = {"image": 2, "text": 20, "table": 12}
"""Bytes for each pixel, word number or number of the data: the file's and TensorFlow's copy of a picture; words are
numbered in portions of long numbers, which lie in memory twice before they become short ones; rows of numbers are there
as they were read and standardised, and once more in TensorFlow."""


@dataclass(frozen=True)
class Memory:
    """What a run takes, in bytes, beyond the trainer itself."""

    weights: int
    gradients: int
    """Of all weights, with what the optimizer computes beside them."""
    optimizer: int
    """What the optimizer remembers."""
    activations: int
    """What the layers output for a batch and keep for the way back."""
    copies: int
    """Of weights and optimizer, as far as saving them takes more than training has given back by then."""
    batch: int
    """The batches that are ready."""
    examples: int
    """The data itself."""

    @property
    def total(self) -> int:
        return sum(getattr(self, field.name) for field in fields(self))


def needed(recipe: Recipe, rows: list[Row], facts: DataFacts) -> Memory:
    """What a run of the recipe takes. Layers whose shape is not known count as nothing.

    Args:
        recipe: what is to be trained.
        rows: its stack, as `walk` found it.
        facts: of its data.
    """
    weights = FLOAT * sum(row.parameters or 0 for row in rows)
    slots = recipe.optimizer.slot_count()
    gradients = weights * _gradient_copies(recipe.optimizer)
    activations = max(training(recipe, rows, facts), *evaluating(rows, facts), 0)
    # Saving copies weights and optimizer, and packs the larger of the two twice; the gradients are gone by then.
    saving = weights * (1 + slots + 2 * max(1, slots))
    copies = max(0, saving - gradients - activations)
    if any(isinstance(callback, EarlyStopping) and callback.restore_best_weights for callback in recipe.callbacks):
        copies += weights
    numbers, at_once = count(facts.input_shape), rows_at_once(recipe, facts)
    return Memory(
        weights=weights,
        gradients=gradients,
        optimizer=weights * slots,
        activations=activations,
        copies=copies,
        batch=FLOAT * numbers * min(BATCHES * at_once, facts.train + at_once),  # there are no more than the rows fill
        examples=READING[facts.modality] * (facts.train + facts.validation + facts.test) * numbers,
    )


def rows_at_once(recipe: Recipe, facts: DataFacts) -> int:
    """How many rows a batch really has: never more than there are."""
    return min(recipe.fit.batch_size, facts.train)


def shares(recipe: Recipe, rows: list[Row], facts: DataFacts) -> list[tuple[int, int]]:
    """For each layer, the bytes that its weights take while training, and those of what it keeps of a batch."""
    copies = 1 + _gradient_copies(recipe.optimizer) + recipe.optimizer.slot_count()
    batch = FLOAT * rows_at_once(recipe, facts)
    return [
        (FLOAT * copies * (row.parameters or 0), batch * row.layer.saved_count(shape, output))
        for row, shape, output in _known(rows)
    ]


def _gradient_copies(optimizer: Optimizer) -> int:
    """The gradients themselves and one number beside each; three where they are weighed against what is remembered."""
    return 4 if optimizer.slot_count() else 2


def training(recipe: Recipe, rows: list[Row], facts: DataFacts) -> int:
    """Bytes of all that is kept for the way back and, at the widest place, what comes back: some of it twice."""
    kept = widest = 0
    for row, shape, output in _known(rows):
        kept += row.layer.saved_count(shape, output)
        widest = max(widest, 3 * (count(shape) + count(output)) // 2 + row.layer.workspace_count(shape))
    return FLOAT * rows_at_once(recipe, facts) * (kept + widest)


def evaluating(rows: list[Row], facts: DataFacts) -> list[int]:
    """For each layer the bytes that validation or a test takes; nothing is kept then, so that the most counts."""
    at_once = min(EVALUATION_BATCH, max(facts.validation, facts.test))
    return [
        FLOAT * at_once * (2 * (count(shape) + count(output)) + row.layer.workspace_count(shape))
        for row, shape, output in _known(rows)
    ]


def _known(rows: list[Row]) -> list[tuple[Row, Shape, Shape]]:
    """Each layer with the shapes of its input and output, up to the first that does not work."""
    return [
        (row, row.arrives, row.output_shape) for row in rows if row.arrives is not None and row.output_shape is not None
    ]

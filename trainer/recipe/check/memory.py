"""Does a run fit in memory? Worked out from shapes alone, in whole numbers, before anything is built.

What the numbers below stand for was measured with `python -m benchmarks.memory_estimate`: the estimate lies between
0.8 and 2 times what a fit really takes beyond a trainer that has done a tiny fit before. What the trainer itself takes,
some 500 MB for TensorFlow, is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from trainer.recipe.callbacks import EarlyStopping
from trainer.recipe.check.report import Row
from trainer.recipe.data import DataFacts, Modality
from trainer.recipe.layers import Bidirectional, Flatten, Layer, MultiHeadAttention, Recurrent, Reshape, Separable
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, count

FLOAT = 4
"""Bytes of a number."""
EVALUATION_BATCH = 256
"""Rows that validation and test look at together (`trainer.fit.inputs`, where a test holds it)."""
BATCHES = 6
"""Batches in memory at once: the one that is learned from, the one that is dealt, and four that are kept ready."""
READING: dict[Modality, int] = {"image": 2, "text": 20, "table": 12}
"""Bytes for each pixel, word number or number of the data: the file's and TensorFlow's copy of a picture; words are
numbered in portions of long numbers, which lie in memory twice before they become short ones; rows of numbers are there
as they were read and standardised, and once more in TensorFlow."""
KEPT_BY_ACTIVATION = {
    "softmax": 1, "softplus": 1, "exponential": 1, "celu": 1, "hard_tanh": 1, "hard_sigmoid": 1, "softsign": 2,
    "log_sigmoid": 2, "silu": 2, "hard_silu": 3, "mish": 3, "gelu": 3,
}  # fmt: skip
"""How many numbers a curve keeps for the way back beside each that it gives out; the others need none."""
KEPT_BY_STEP = {"LSTM": 12, "GRU": 12, "SimpleRNN": 4}
"""How many numbers a recurrent layer keeps for each unit and step: gates, states, and what they were made of."""

KEPT_BY_LOOK = {"plain": 1.5, "dropout": 1.0, "picture": 1.0}
"""How many numbers an attention keeps for each look of one place at another; more with dropout, and on pictures."""
PASSING_BY_LOOK = 2
"""How many more there are for each look while the layer is at work, forwards or backwards."""
KEPT_BY_PLACE = 10
"""How many numbers an attention keeps for each of its heads' numbers at each place."""


@dataclass(frozen=True)
class Memory:
    """What a run takes, in bytes, beyond the trainer itself."""

    weights: int
    gradients: int
    """Of all weights, with what the optimizer works out beside them."""
    optimizer: int
    """What the optimizer remembers."""
    activations: int
    """What the layers give out for a batch and keep for the way back."""
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
    reading = READING[facts.modality]
    return Memory(
        weights=weights,
        gradients=gradients,
        optimizer=weights * slots,
        activations=activations,
        copies=copies,
        batch=FLOAT * numbers * min(BATCHES * at_once, facts.train + at_once),  # there are no more than the rows fill
        examples=reading * (facts.train + facts.validation + facts.test) * numbers,
    )


def rows_at_once(recipe: Recipe, facts: DataFacts) -> int:
    """How many rows a batch really has: never more than there are."""
    return min(recipe.fit.batch_size, facts.train)


def shares(recipe: Recipe, rows: list[Row], facts: DataFacts) -> list[tuple[int, int]]:
    """For each layer, the bytes that its weights take while training, and those of what it keeps of a batch."""
    copies = 1 + _gradient_copies(recipe.optimizer) + recipe.optimizer.slot_count()
    batch = FLOAT * rows_at_once(recipe, facts)
    found = []
    for row, arriving, leaving in _known(rows):
        found.append((FLOAT * copies * (row.parameters or 0), batch * _kept(row.layer, arriving, leaving)))
    return found


def _gradient_copies(optimizer: Optimizer) -> int:
    """The gradients themselves and one number beside each; three where they are weighed against what is remembered."""
    return 4 if optimizer.slot_count() else 2


def training(recipe: Recipe, rows: list[Row], facts: DataFacts) -> int:
    """Bytes of all that is kept for the way back and, at the widest place, what comes back: some of it twice."""
    kept = widest = 0
    for row, arriving, leaving in _known(rows):
        kept += _kept(row.layer, arriving, leaving)
        widest = max(widest, 3 * (count(arriving) + count(leaving)) // 2 + _passing(row.layer, arriving))
    return FLOAT * rows_at_once(recipe, facts) * (kept + widest)


def evaluating(rows: list[Row], facts: DataFacts) -> list[int]:
    """For each layer the bytes that validation or a test takes; nothing is kept then, so that the most counts."""
    at_once = min(EVALUATION_BATCH, max(facts.validation, facts.test))
    return [
        FLOAT * at_once * (2 * (count(arriving) + count(leaving)) + _passing(row.layer, arriving))
        for row, arriving, leaving in _known(rows)
    ]


def _passing(layer: Layer, arriving: Shape) -> int:
    """Numbers that a layer has of one example, beside what arrives and leaves, only while it is at work."""
    return PASSING_BY_LOOK * layer.looks(arriving) if isinstance(layer, MultiHeadAttention) else 0


def _known(rows: list[Row]) -> list[tuple[Row, Shape, Shape]]:
    """Each layer with the shapes that arrive and leave, up to the first that does not work."""
    return [
        (row, row.arrives, row.output_shape) for row in rows if row.arrives is not None and row.output_shape is not None
    ]


def _kept(layer: Layer, arriving: Shape, leaving: Shape) -> int:
    """Numbers that a layer keeps of one example until the gradients have come back."""
    if isinstance(layer, Flatten | Reshape):
        return 0  # the same numbers, read in another order
    if isinstance(layer, Bidirectional):
        return 2 * _kept(layer.layer, arriving, layer.layer.output_shape(arriving)) + count(leaving)
    if isinstance(layer, Recurrent):
        by_step = layer.units * KEPT_BY_STEP.get(layer.kind, max(KEPT_BY_STEP.values()))
        if layer.recurrent_dropout:
            by_step *= 2  # one state with all its numbers, one with some of them set to zero
        return arriving[0] * by_step + 2 * count(arriving) + count(leaving)
    if isinstance(layer, MultiHeadAttention):
        by_look = KEPT_BY_LOOK["plain"] + KEPT_BY_LOOK["dropout"] * (layer.dropout > 0)
        by_look += KEPT_BY_LOOK["picture"] * (len(arriving) == 3)
        by_place = KEPT_BY_PLACE * layer.num_heads * layer.key_dim
        return round(by_look * layer.looks(arriving)) + by_place * count(arriving[:-1]) + count(leaving)
    kept = count(leaving) * (1 + KEPT_BY_ACTIVATION.get(layer.output_activation or "", 0))
    if isinstance(layer, Separable):
        kept += count(layer.between(arriving))
    if getattr(layer, "groups", 1) > 1:
        kept += count(arriving) + count(leaving)  # each group is cut out and put back
    return kept

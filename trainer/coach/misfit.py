"""A setting that does not go with the data or the answer, where the curves show that it does harm.

What does not fit is known to the check of a recipe; here it is only asked, once a run has learned badly.
"""

from __future__ import annotations

from trainer.coach import changes
from trainer.coach import thresholds as at
from trainer.coach.advice import Advice
from trainer.coach.evidence import Evidence
from trainer.coach.telling import epochs_of, percent, say
from trainer.recipe.check.habits import stack_warnings
from trainer.recipe.check.stack import walk
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Embedding
from trainer.recipe.shapes import Shape

PICTURE = (28, 28, 1)
NOT_FOR_CLASSES = {"mean_squared_error", "mean_absolute_error", "huber", "log_cosh"}
"""Losses for amounts. Behind a softmax or sigmoid their gradient vanishes just where the model is most wrong
(Goodfellow et al., Deep Learning, 2016, section 6.2.1.2)."""


def misfit(seen: Evidence) -> Advice | None:
    """The check's warning, or a loss for amounts, as the likely cause of a run that has learned badly."""
    quality = seen.quality
    is_poor = seen.is_at_chance or (quality is not None and quality < at.POOR and seen.is_over)
    if not is_poor or not seen.accuracy:
        return None
    where = seen.span(0)
    result = f"After {epochs_of(seen)} the training accuracy is only {percent(seen.accuracy[-1])}"
    if seen.recipe.loss in NOT_FOR_CLASSES:
        return say(
            "misfit",
            f"{result}, with the loss {seen.recipe.loss}.",
            "likely",
            "This loss is made for amounts; for classes it hardly pushes a model that is surely wrong.",
            "Take the loss that goes with the last layer (auto: crossentropy).",
            changes.Change("Set loss to auto", seen.recipe.with_(loss="auto")),
            "loss",
            where,
        )
    facts = _facts(seen)
    if facts is None:
        return None
    rows, problems = walk(seen.recipe, facts)
    if any(problem.level == "error" for problem in problems):
        return None  # the guess at the data's shape was wrong: the run itself has shown that the stack works
    for warning in stack_warnings(seen.recipe, rows, facts):
        if warning.mends and not warning.mends[0].title.startswith("Remove Flatten"):
            mend = warning.mends[0]
            return say(
                "misfit",
                f"{result}.",
                "likely",
                warning.message.split(". ")[0].rstrip(".") + ".",
                f"Change that one setting: {mend.title[0].lower()}{mend.title[1:]}.",
                changes.Change(mend.title, mend.recipe),
                "accuracy",
                where,
            )
    return None


def _facts(seen: Evidence) -> DataFacts | None:
    """What the check has to know of the data, from what the run's record tells; None before it is prepared."""
    prepared, source = seen.history.prepared, seen.recipe.data
    if prepared is None:
        return None
    # Old runs do not say it: other pictures may have other sides; the walk tells.
    shape: Shape = prepared.input_shape or source.example_shape or PICTURE
    vocabulary = source.vocabulary
    if vocabulary is not None:
        known = [layer.input_dim for layer in seen.recipe.layers if isinstance(layer, Embedding)]
        vocabulary = min([vocabulary, *known[:1]])
    return DataFacts(
        shape, prepared.class_names, prepared.train, prepared.validation, prepared.test, vocabulary, prepared.same_rows,
        modality=source.modality,
    )  # fmt: skip

"""A setting that does not go with the data or the answer, where the curves show that it does harm.

What does not fit is known to the check of a recipe; here it is only asked, once a run has learned badly.
"""

from __future__ import annotations

from trainer.coach import changes
from trainer.coach import thresholds as at
from trainer.coach.advice import Advice, Page
from trainer.coach.evidence import Evidence
from trainer.coach.wording import WORDING
from trainer.recipe.check.fitting import rows_of
from trainer.recipe.check.habits import high_dropout, high_rate, softmax_inside, softmax_layer_inside, unmasked_padding
from trainer.recipe.check.report import Row, Subject, of_each_layer
from trainer.recipe.check.sequences import dropped_mask
from trainer.recipe.data import DataFacts

HARMFUL = (unmasked_padding, high_rate, high_dropout, softmax_layer_inside, softmax_inside)
"""Rules of the check whose warnings can be the cause; a Flatten that changes nothing harms nobody."""
NOT_FOR_CLASSES = {"mean_squared_error", "mean_absolute_error", "huber", "log_cosh"}
"""Losses for amounts. After a softmax or sigmoid their gradient vanishes just where the model is most wrong
(Goodfellow et al., Deep Learning, 2016, section 6.2.1.2)."""


def misfit(seen: Evidence) -> Advice | None:
    """The check's warning, or a loss for amounts, as the likely cause of a run that has learned badly."""
    if not seen.is_poor:
        return None
    reached = {"epochs": len(seen.loss), "accuracy": seen.accuracy[-1]}
    if seen.recipe.loss in NOT_FOR_CLASSES:
        return Advice(
            message=WORDING.message("misfit"),
            fixes=changes.auto_loss(seen.recipe),
            seen=WORDING.message("seen_poor_with_loss", **reached, loss=seen.recipe.loss),
            meaning=WORDING.message("means_loss_for_amounts"),
            suggestion=WORDING.message("try_auto_loss"),
            page=Page.TRAIN,
            metric="loss",
            span=seen.span(0),
        )
    if (advice := _mask_dropped(seen)) is not None:
        return advice
    found = next((one for one in of_each_layer(_subject(seen), HARMFUL) if one.fixes), None)
    if found is None:
        return None
    return Advice(
        message=WORDING.message("misfit"),
        fixes=found.fixes[:1],
        seen=WORDING.message("seen_poor", **reached),
        meaning=found.message,
        suggestion=WORDING.message("try_fix", fix=found.fixes[0].label),
        page=Page.MODEL,
        metric="accuracy",
        span=seen.span(0),
    )


def _mask_dropped(seen: Evidence) -> Advice | None:
    """A layer that takes padding for words although the Embedding marks it, where most of its input is padding."""
    texts = seen.texts
    if texts is None or texts.padding < at.MOSTLY_PADDING or not seen.is_behind_a_count:
        return None
    found = next(dropped_mask(_subject(seen)), None)
    if found is None or not at.TOO_LOW < seen.rate_ratio < at.FAR_TOO_HIGH:
        return None
    return Advice(
        message=WORDING.message("misfit"),
        layer=found.layer,
        fixes=changes.read_words(seen.recipe, texts.length_wanted),
        seen=WORDING.message("seen_padding", share=texts.padding, told=texts.told_read),
        meaning=found.message,
        suggestion=WORDING.message("try_fewer_words"),
        page=Page.DATA,
        metric="accuracy",
        span=seen.span(0),
    )


def _subject(seen: Evidence) -> Subject:
    """What the check has to know, from the run's record; older records do not say what shape pictures have."""
    prepared, recipe = seen.history.prepared, seen.recipe
    names = () if prepared is None else prepared.class_names
    shape = (prepared.input_shape if prepared is not None else None) or recipe.data.example_shape
    facts = DataFacts(tuple(shape or ()), names, 0, 0, 0, modality=recipe.data.modality)
    if shape is None:
        return Subject(recipe, [Row(layer, None, None, None) for layer in recipe.layers], facts)
    return Subject(recipe, rows_of(recipe, facts), facts)

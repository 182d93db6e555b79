"""Does it learn at all, and fast enough? Rules about the training numbers, after the data has been asked."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite
from statistics import fmean

from trainer.coach import changes
from trainer.coach import thresholds as at
from trainer.coach.advice import Advice, Page
from trainer.coach.data import data
from trainer.coach.evidence import Evidence, Series
from trainer.coach.misfit import misfit
from trainer.coach.wording import WORDING
from trainer.messages import Message
from trainer.recipe.check.habits import MAX_DROPOUT
from trainer.recipe.layers import Dropout
from trainer.recipe.optimizers import SGD


def learning(seen: Evidence) -> Advice | None:
    """The likeliest cause of poor training, if there is one."""
    if (advice := diverged(seen)) is not None:
        return advice
    if len(seen.loss) < at.FEWEST_EPOCHS:
        return None
    rules = (
        data, misfit, rate_too_high, rate_too_low, batch_too_large, few_steps, stuck, too_few_epochs, underfitting,
        plateau,
    )  # fmt: skip
    for rule in rules:
        if (advice := rule(seen)) is not None:
            return advice
    return None


def diverged(seen: Evidence) -> Advice | None:
    """The loss stopped being a number."""
    history = seen.history
    bad = [event for event in history.epochs if not isfinite(event.logs.get("loss", 0.0))]
    if not bad and not history.has_diverged:
        return None
    epoch = bad[0].epoch if bad else (history.batches or history.epochs)[-1].epoch
    optimizer = seen.recipe.optimizer
    return Advice(
        message=WORDING.message("diverged"),
        fixes=changes.set_rate(seen.recipe, optimizer.calmer_rate),
        seen=WORDING.message("seen_nan", epoch=epoch),
        meaning=WORDING.message("means_steps_exploded", rate=optimizer.learning_rate),
        suggestion=WORDING.message("try_much_lower_rate"),
        page=Page.TRAIN,
        metric="loss",
        span=(max(0.0, epoch - 1.0), float(epoch)),
    )


def rate_too_high(seen: Evidence) -> Advice | None:
    """The training loss rises, jumps about, or stays worse than guessing."""
    optimizer, ratio = seen.recipe.optimizer, seen.rate_ratio
    rate = optimizer.learning_rate
    late, lowest = fmean(seen.loss[-2:]), min(seen.loss)
    guess = seen.guessing_loss
    is_worse = guess is not None and late > at.WORSE_THAN_GUESSING * guess and ratio > 1
    is_jumping = seen.rises >= at.RISES and seen.share_of_rises > 0 and ratio > 1 / at.USUAL
    is_far = ratio >= at.FAR_TOO_HIGH
    is_dead = seen.is_at_chance and is_far
    hovers = is_far and len(seen.loss) >= at.FLAT_EPOCHS and seen.share_of_rises >= at.HOVERS and late > at.DONE
    if not (is_worse or is_jumping or is_dead or hovers):
        return None
    losses = {"loss": late, "lowest": lowest}
    if is_worse and guess is not None:
        told = WORDING.message("seen_worse_than_guessing", epochs=len(seen.loss), loss=late, guess=guess)
    elif is_jumping:
        told = WORDING.message("seen_jumping", **losses, rises=sum_of_rises(seen))
    elif hovers and not is_dead:
        told = WORDING.message("seen_hovering", **losses)
    else:
        told = WORDING.message("seen_no_better_than_majority", epochs=len(seen.loss))
    means = "means_rate_usual" if 0.95 < ratio < 1.05 else "means_rate_high"
    return Advice(
        message=WORDING.message("learning_rate_too_high"),
        fixes=changes.set_rate(seen.recipe, optimizer.usual_rate if ratio > at.USUAL else rate / 5),
        seen=told,
        meaning=WORDING.message(means, rate=rate, ratio=ratio, optimizer=optimizer.kind),
        suggestion=WORDING.message("try_lower_rate"),
        page=Page.TRAIN,
        metric="loss",
        span=seen.span(0),
    )


def sum_of_rises(seen: Evidence) -> float:
    """By how much the training loss went up, all rises together."""
    return sum(max(0.0, now - was) for was, now in pairwise(seen.loss))


def rate_too_low(seen: Evidence) -> Advice | None:
    """The loss creeps, with a rate far below the usual one."""
    if not seen.did_all_epochs or seen.rate_ratio > at.TOO_LOW or (seen.quality or 0.0) >= at.GOOD:
        return None
    moved = 1 - seen.loss[-1] / seen.loss[0] if seen.loss[0] > 0 else 0.0
    if moved < -at.FLAT or (seen.fall < at.FLAT and not _is_near_start(seen)):
        return None
    optimizer = seen.recipe.optimizer
    rate, usual = optimizer.learning_rate, optimizer.usual_rate
    return Advice(
        message=WORDING.message("learning_rate_too_low"),
        fixes=changes.set_rate(seen.recipe, min(usual, rate * 100)),
        seen=WORDING.message("seen_creeping", epochs=len(seen.loss), first=seen.loss[0], last=seen.loss[-1]),
        meaning=WORDING.message("means_rate_low", rate=rate, usual=usual, optimizer=optimizer.kind),
        suggestion=WORDING.message("try_higher_rate"),
        page=Page.TRAIN,
        metric="loss",
        span=seen.span(0),
    )


def _is_near_start(seen: Evidence) -> bool:
    """Whether most of the way still lies ahead: the loss is above half of guessing's."""
    guess = seen.guessing_loss
    return guess is None or seen.loss[-1] > guess / 2


def batch_too_large(seen: Evidence) -> Advice | None:
    """Hardly any steps an epoch, and not done when the epochs were."""
    prepared, size = seen.history.prepared, seen.recipe.fit.batch_size
    if prepared is None or not seen.did_all_epochs or prepared.steps > at.FEW_STEPS or size <= at.USUAL_BATCH:
        return None
    if (seen.quality or 0.0) >= at.GOOD or not (seen.fall >= at.FALLS or seen.is_at_chance or _is_near_start(seen)):
        return None
    steps = prepared.steps * len(seen.loss)
    return Advice(
        message=WORDING.message("batch_too_large"),
        fixes=changes.smaller_batch(seen.recipe, at.USUAL_BATCH),
        seen=WORDING.message("seen_few_steps", batch=size, rows=prepared.train, steps=steps, loss=seen.loss[-1]),
        meaning=WORDING.message("means_few_steps"),
        suggestion=WORDING.message("try_smaller_batch"),
        page=Page.TRAIN,
        metric="loss",
        span=seen.span(0),
    )


def few_steps(seen: Evidence) -> Advice | None:
    """So few batches in all that the model is still near its random start."""
    prepared = seen.history.prepared
    if prepared is None or not seen.did_all_epochs or not seen.is_poor or seen.guessing_loss is None:
        return None
    steps = prepared.steps * len(seen.loss)
    if steps >= at.FEW_STEPS_IN_ALL or not _is_near_start(seen):
        return None
    return Advice(
        message=WORDING.message("few_steps"),
        fixes=changes.more_epochs(seen.recipe, min(at.MOST_EPOCHS, -(-at.ENOUGH_STEPS // prepared.steps))),
        seen=WORDING.message("seen_few_steps_in_all", rows=prepared.train, steps=steps, loss=seen.loss[-1]),
        meaning=WORDING.message("means_near_start"),
        suggestion=WORDING.message("try_more_steps"),
        page=Page.TRAIN,
        metric="loss",
        span=seen.span(0),
    )


def stuck(seen: Evidence) -> Advice | None:
    """No better than always giving the most common answer."""
    if not seen.is_at_chance or (not seen.is_over and seen.rate_ratio <= at.TOO_LOW):
        return None  # with a low rate it may just be slow: the end will tell
    prepared = seen.history.prepared
    share = prepared.majority if prepared is not None else None
    late, which = seen.accuracy[-at.STUCK_EPOCHS :], "training"
    if share is not None and fmean(late) > share + at.STUCK_SLACK and seen.val_accuracy:
        # Training creeps upwards, and validation does not follow.
        late, which = seen.val_accuracy[-at.STUCK_EPOCHS :], "validation"
        share = prepared.val_majority if prepared is not None else None
    is_uneven = share is not None and seen.classes > 1 and share > at.UNEVEN / seen.classes
    told = {"epochs": at.STUCK_EPOCHS, "accuracy": fmean(late), "share": share}
    how = "stayed" if max(late) - min(late) <= at.STAYED else "mean"
    if isinstance(seen.recipe.optimizer, SGD):
        suggestion, fixes = "try_adaptive", changes.plain_adam(seen.recipe)
    else:
        # More epochs alone were tried on such runs and helped none of them.
        suggestion = "try_larger_steps_or_rows" if is_uneven else "try_larger_steps"
        fixes = changes.set_rate(seen.recipe, seen.recipe.optimizer.learning_rate * at.BOLDER)
    return Advice(
        message=WORDING.message("stuck_at_majority"),
        fixes=fixes,
        seen=WORDING.message(f"seen_{which}_{how}" + ("" if share is None else "_at"), **told),
        meaning=_why_stuck(seen, is_uneven=is_uneven),
        suggestion=WORDING.message(suggestion),
        page=Page.TRAIN,
        metric="accuracy",
        span=seen.span(-at.STUCK_EPOCHS),
    )


def _why_stuck(seen: Evidence, *, is_uneven: bool) -> Message:
    """What it may mean that only the most common answer is given."""
    texts = seen.texts
    if texts is not None and seen.is_behind_a_count and texts.told_whole - texts.told_read <= at.HARDLY_LOST:
        return WORDING.message("means_words_would_do", share=texts.told_read)
    return WORDING.message("means_uneven_classes" if is_uneven else "means_found_nothing")


def too_few_epochs(seen: Evidence) -> Advice | None:
    """It was still getting better when the epochs were done."""
    if not seen.did_all_epochs or seen.fall < at.CLEARLY_FALLS or seen.quality is None or seen.quality >= at.GOOD:
        return None
    values = seen.val_accuracy if seen.has_fair_validation and seen.val_accuracy else seen.accuracy
    gained, guess = (values[-1] - values[-3]) / 2, seen.guessing_loss
    # Accuracy may rest while the loss still comes down from near its start: the answers only become surer.
    is_early = guess is not None and seen.loss[-1] > guess / 2 and seen.val_fall >= at.CLEARLY_FALLS
    if (gained < at.GAINS and not is_early) or (seen.has_fair_validation and seen.val_fall < at.FALLS):
        return None
    told = "seen_still_falling_validation" if values is seen.val_accuracy else "seen_still_falling"
    return Advice(
        message=WORDING.message("too_few_epochs"),
        fixes=changes.more_epochs(seen.recipe, max(3 * seen.wanted, 10)),
        seen=WORDING.message(told, fall=seen.fall, points=100 * gained),
        meaning=WORDING.message("means_not_done"),
        suggestion=WORDING.message("try_more_epochs"),
        page=Page.TRAIN,
        metric="loss",
        span=seen.span(-3),
    )


def underfitting(seen: Evidence) -> Advice | None:
    """It stands still at a poor training accuracy: the model cannot hold the task."""
    if not seen.is_finished or seen.quality is None or not seen.accuracy or seen.was_stopped_early:
        return None
    if seen.quality >= at.POOR or seen.fall >= at.CLEARLY_FALLS:
        return None
    strongest = max((layer.rate for layer in seen.recipe.layers if isinstance(layer, Dropout)), default=0.0)
    if strongest >= MAX_DROPOUT:
        fixes, suggestion = changes.less_dropout(seen.recipe), "try_less_dropout"
        meaning = WORDING.message("means_much_dropout", rate=strongest)
    elif seen.can_memorise:
        return None  # it has more parameters than rows: that it does not learn must have another reason
    else:
        fixes, suggestion = changes.wider(seen.recipe), "try_larger_model"
        meaning = WORDING.message("means_too_small")
    return Advice(
        message=WORDING.message("underfitting"),
        fixes=fixes,
        seen=WORDING.message("seen_standing_still", accuracy=seen.accuracy[-1], fall=max(seen.fall, 0.0)),
        meaning=meaning,
        suggestion=WORDING.message(suggestion),
        page=Page.MODEL,
        metric="accuracy",
        span=seen.span(-min(3, len(seen.loss))),
    )


def plateau(seen: Evidence) -> Advice | None:
    """Neither training nor validation gets anywhere, and the result is not good."""
    epochs, quality = at.FLAT_EPOCHS, seen.quality
    if not seen.is_finished or len(seen.loss) < epochs + at.FEWEST_EPOCHS or quality is None or quality >= at.GOOD:
        return None
    if seen.rate_ratio < 1 / at.USUAL or seen.loss[-1] < at.DONE or not is_flat(seen.loss):
        return None
    if seen.has_fair_validation and not is_flat(seen.val_loss):
        return None
    late, hovers = seen.loss[-epochs:], seen.share_of_rises >= at.HOVERS
    larger = () if hovers or seen.can_memorise else changes.wider(seen.recipe)
    return Advice(
        message=WORDING.message("plateau"),
        fixes=larger or changes.lower_on_plateau(seen.recipe),
        seen=WORDING.message("seen_flat", epochs=epochs, first=late[0], last=late[-1]),
        meaning=WORDING.message("means_all_it_can" if larger else "means_cannot_settle"),
        suggestion=WORDING.message("try_more_to_learn_with" if larger else "try_falling_rate"),
        page=Page.MODEL if larger else Page.TRAIN,
        metric="loss",
        span=seen.span(-epochs),
    )


def is_flat(values: Series) -> bool:
    """Whether a curve has fallen by next to nothing over its last epochs; two at each end are taken together."""
    late = values[-at.FLAT_EPOCHS :]
    before, after = fmean(late[:2]), fmean(late[-2:])
    return after >= before * (1 - at.FLAT) ** (len(late) - 2)

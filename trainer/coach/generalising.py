"""Does what it has learned hold for other rows? Rules that set the validation curve against the training curve."""

from __future__ import annotations

from statistics import fmean

from trainer.coach import changes
from trainer.coach import thresholds as at
from trainer.coach.advice import Advice, Page
from trainer.coach.evidence import Evidence
from trainer.coach.wording import WORDING
from trainer.messages import Message
from trainer.recipe.diagnosis import Severity
from trainer.recipe.layers import BatchNormalization


def generalising(seen: Evidence) -> list[Advice]:
    """What the validation curve shows, most important first."""
    if not seen.has_fair_validation or len(seen.loss) < at.FEWEST_EPOCHS or seen.is_at_chance:
        return []
    if not seen.is_over and seen.is_validation_at_chance(at.STUCK_EPOCHS):
        return []  # it may only have begun, or never begin: the end will tell
    first = too_few_rows(seen) or overfitting(seen)
    return [advice for advice in (first, noisy(seen), better(seen)) if advice is not None]


def gap(seen: Evidence) -> float:
    """By how much training accuracy exceeds validation accuracy, mean of the last two epochs; 0 unless clearly."""
    if not seen.accuracy or not seen.val_accuracy or seen.is_norm_warming_up:
        return 0.0
    trained, watched = fmean(seen.accuracy[-2:]), fmean(seen.val_accuracy[-2:])
    found = trained - watched
    return found if found >= max(at.GAP, at.GAP_ERRORS * seen.error_of(watched, seen.rows[1])) else 0.0


def rise(seen: Evidence) -> float:
    """How far the validation loss has risen above its lowest, as a share of it, while the training loss fell; or 0."""
    best = min(range(len(seen.val_loss)), key=seen.val_loss.__getitem__)
    after = seen.val_loss[best + 1 :]
    lowest = seen.val_loss[best]
    if len(after) < at.EPOCHS_AFTER_BEST or lowest <= 0 or seen.is_norm_warming_up:
        return 0.0
    late = fmean(after[-at.EPOCHS_AFTER_BEST :])
    learned_on = seen.loss[-1] < (1 - at.LEARNED_ON) * seen.loss[best]
    least = at.RISE_AFTER_BEST * (1 + at.ROWS_FOR_A_RISE / max(seen.rows[1], 1))
    is_rising = late - lowest >= max(at.LEAST_RISE, least * lowest) and late > seen.loss[-1]
    return late / lowest - 1 if learned_on and is_rising and min(after[-at.EPOCHS_AFTER_BEST :]) > lowest else 0.0


def memorises(seen: Evidence) -> bool:
    """Whether the training loss has come to next to nothing beside the validation loss."""
    trained, watched = seen.loss[-1], fmean(seen.val_loss[-2:])
    return not seen.is_norm_warming_up and trained <= at.MEMORISED * watched and watched - trained >= at.APART


def too_few_rows(seen: Evidence) -> Advice | None:
    """So few training rows for each class that the model knows them and little else."""
    train, _ = seen.rows
    apart = gap(seen)
    if not seen.classes or train / seen.classes >= at.FEW_ROWS or not (apart or rise(seen) or memorises(seen)):
        return None
    fixes = changes.more_pictures(seen.recipe)
    rows = {"rows": train, "each": round(train / seen.classes)}
    if apart:
        accuracy = fmean(seen.accuracy[-2:])
        told = WORDING.message("seen_few_rows_apart", **rows, accuracy=accuracy, points=100 * apart)
    else:
        told = WORDING.message("seen_few_rows", **rows, loss=seen.loss[-1], val_loss=seen.val_loss[-1])
    return Advice(
        message=WORDING.message("too_few_rows"),
        fixes=fixes,
        seen=told,
        meaning=WORDING.message("means_few_rows"),
        suggestion=WORDING.message("try_more_pictures" if fixes else "try_more_rows_per_class"),
        page=Page.DATA,
        metric="accuracy" if apart else "loss",
        span=seen.span(0),
    )


def overfitting(seen: Evidence) -> Advice | None:
    """Validation gets worse, or stays far behind, while training gets better."""
    up, apart = rise(seen), gap(seen)
    if up and seen.keeps_best:
        up = 0.0  # the best epoch's weights are kept: what comes after it does no harm
    if not up and (not apart or _still_gains(seen)):
        return None
    best = min(range(len(seen.val_loss)), key=seen.val_loss.__getitem__)
    stop = changes.stop_at_best(seen.recipe, seen.wanted) if up else ()
    # Where the best epoch lies far back, going back to it is most likely to help; else the model itself has to change.
    is_far_back = best + 1 <= at.BEST_FAR_BACK * len(seen.loss) and not _got_more_right(seen, best)
    fixes = (stop if is_far_back else ()) or changes.more_dropout(seen.recipe) or stop
    suggestion = "try_smaller_model" if not fixes else "try_stop_at_best" if fixes == stop else "try_dropout"
    return Advice(
        message=WORDING.message("overfitting"),
        fixes=fixes,
        seen=_of_rise(seen, best) if up else _of_gap(seen),
        meaning=WORDING.message("means_memorising"),
        suggestion=WORDING.message(suggestion),
        page=Page.TRAIN if fixes and fixes == stop else Page.MODEL,
        metric="loss" if up else "accuracy",
        span=seen.span(best if up else 0),
    )


def _still_gains(seen: Evidence) -> bool:
    """Whether validation is not poor and was still getting better at the end: the gap does no harm yet."""
    return seen.val_fall >= at.FALLS and seen.quality is not None and seen.quality >= at.POOR


def _of_rise(seen: Evidence, best: int) -> Message:
    losses = {"lowest": seen.val_loss[best], "last": seen.val_loss[-1], "loss": seen.loss[-1]}
    return WORDING.message("seen_rising", epoch=seen.epochs[best], **losses)


def _of_gap(seen: Evidence) -> Message:
    accuracy, val_accuracy = fmean(seen.accuracy[-2:]), fmean(seen.val_accuracy[-2:])
    return WORDING.message("seen_gap", accuracy=accuracy, val_accuracy=val_accuracy)


def _got_more_right(seen: Evidence, best: int) -> bool:
    """Whether more answers are right now than in the epoch of the lowest validation loss.

    Then the loss rises because the model is ever more confident in its mistakes: going back would lose right answers.
    """
    return bool(seen.val_accuracy) and fmean(seen.val_accuracy[-3:]) > seen.val_accuracy[best] + at.MORE_RIGHT


def noisy(seen: Evidence) -> Advice | None:
    """So few validation rows that their numbers jump."""
    if not seen.val_accuracy or len(seen.val_accuracy) <= at.FEWEST_EPOCHS:
        return None
    rows = seen.rows[1]
    level = fmean(seen.val_accuracy[-3:])
    error = seen.error_of(level, rows)
    if error < at.NOISY_ERROR or (seen.jump < at.NOISY_JUMP and rows >= at.FEWEST_VALIDATION):
        return None
    fixes = changes.more_validation(seen.recipe, 0.2)
    each = {"rows": rows, "points": 100 / rows}
    return Advice(
        message=WORDING.message("noisy_validation"),
        fixes=fixes,
        seen=(
            WORDING.message("seen_shaky_jumps", **each, jump=100 * seen.jump)
            if seen.jump
            else WORDING.message("seen_shaky", **each)
        ),
        meaning=WORDING.message("means_chance", points=round(200 * error)),
        suggestion=WORDING.message("try_more_validation" if fixes else "try_more_rows"),
        page=Page.DATA,
        metric="accuracy",
        span=seen.span(len(seen.val_accuracy) // 2),
    )


def better(seen: Evidence) -> Advice | None:
    """Validation numbers better than training numbers: surprising, and mostly harmless."""
    if not seen.accuracy or not seen.val_accuracy:
        return None
    last = range(-at.FEWEST_EPOCHS, 0)
    ahead = [seen.val_accuracy[place] - seen.accuracy[place] for place in last]
    lower = [1 - seen.val_loss[place] / seen.loss[place] if seen.loss[place] > 0 else 0.0 for place in last]
    if min(ahead) <= 0 or min(lower) <= 0 or (fmean(ahead) < at.BETTER_ACCURACY and fmean(lower) < at.BETTER_LOSS):
        return None
    if any(layer.drops for layer in seen.recipe.layers):
        why = "means_dropout_is_off"
    elif any(isinstance(layer, BatchNormalization) for layer in seen.recipe.layers):
        why = "means_batch_norm"
    else:
        return None
    accuracy, val_accuracy = fmean(seen.accuracy[-3:]), fmean(seen.val_accuracy[-3:])
    return Advice(
        message=WORDING.message("validation_better"),
        severity=Severity.NOTE,
        seen=WORDING.message("seen_validation_ahead", accuracy=accuracy, val_accuracy=val_accuracy),
        meaning=WORDING.message(why),
        suggestion=WORDING.message("try_nothing"),
        page=None,
        metric="accuracy",
        span=seen.span(-3),
    )

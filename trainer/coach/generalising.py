"""Does what it has learned hold for other rows? Rules that set the validation curve against the training curve."""

from __future__ import annotations

from statistics import fmean

from trainer.coach import changes
from trainer.coach import thresholds as at
from trainer.coach.advice import Advice, Sure
from trainer.coach.evidence import Evidence
from trainer.coach.telling import percent, say
from trainer.recipe.layers import BatchNormalization, Bidirectional, Dropout, MultiHeadAttention, Recurrent


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


def knows_by_heart(seen: Evidence) -> bool:
    """Whether the training loss has come to next to nothing beside the validation loss."""
    trained, watched = seen.loss[-1], fmean(seen.val_loss[-2:])
    return not seen.is_norm_warming_up and trained <= at.BY_HEART * watched and watched - trained >= at.APART


def too_few_rows(seen: Evidence) -> Advice | None:
    """So few training rows for each class that the model knows them and little else."""
    train, _ = seen.rows
    apart = gap(seen)
    if not seen.classes or train / seen.classes >= at.FEW_ROWS or not (apart or rise(seen) or knows_by_heart(seen)):
        return None
    change = changes.more_pictures(seen.recipe)
    numbers = (
        f", {100 * apart:.1f} points above validation accuracy"
        if apart
        else f", with a loss of {seen.loss[-1]:.2f} against {seen.val_loss[-1]:.2f} in validation"
    )
    return say(
        "too_few_rows",
        f"From {train} training rows, about {train / seen.classes:.0f} for each class, training accuracy has come to "
        f"{percent(fmean(seen.accuracy[-2:])) if seen.accuracy else 'its best'}{numbers}.",
        "quite sure" if apart >= at.CLEAR_GAP else "likely",
        "There are so few examples that the model can remember each one instead of learning what they share.",
        "Use more pictures." if change else "Collect more rows for each class.",
        change,
        "accuracy" if apart else "loss",
        seen.span(0),
    )


def overfitting(seen: Evidence) -> Advice | None:
    """Validation gets worse, or stays far behind, while training gets better."""
    up, apart = rise(seen), gap(seen)
    if up and seen.keeps_best:
        up = 0.0  # the best epoch's weights are kept: what comes after it does no harm
    if not up and not apart:
        return None
    best = min(range(len(seen.val_loss)), key=seen.val_loss.__getitem__)
    sure: Sure = "likely"
    if apart >= at.CLEAR_GAP or (up >= at.CLEAR_RISE and len(seen.val_loss) - 1 - best > at.EPOCHS_AFTER_BEST):
        sure = "quite sure"
    stop = changes.stop_at_best(seen.recipe, seen.wanted) if up else None
    # Where the best epoch lies far back, going back to it is the surest gain; else the model itself has to change.
    is_far_back = best + 1 <= at.BEST_FAR_BACK * len(seen.loss) and not _got_more_right(seen, best)
    change = (stop if is_far_back else None) or changes.more_dropout(seen.recipe) or stop
    is_stop = change is not None and change.action == "Add EarlyStopping"
    if up:
        what = (
            f"Validation loss was lowest in epoch {seen.epochs[best]} ({seen.val_loss[best]:.3f}) and has risen to "
            f"{seen.val_loss[-1]:.3f}, while training loss went on falling to {seen.loss[-1]:.3f}."
        )
    else:
        what = (
            f"Training accuracy is {percent(fmean(seen.accuracy[-2:]))}, but validation accuracy only "
            f"{percent(fmean(seen.val_accuracy[-2:]))}."
        )
    if is_stop:
        hope = "Stop when validation no longer gets better, and go back to the best epoch (EarlyStopping)."
    elif change is not None:
        hope = "Make it harder to remember single rows: switch some numbers off at random while it trains (Dropout)."
    else:
        hope = "Use a smaller model or more rows."
    return say(
        "overfitting",
        what,
        sure,
        "The model learns its training rows by heart (overfitting) instead of what they have in common.",
        hope,
        change,
        "loss" if up else "accuracy",
        seen.span(best if up else 0),
    )


def _got_more_right(seen: Evidence, best: int) -> bool:
    """Whether more answers are right now than in the epoch of the lowest validation loss.

    Then the loss rises because the model is ever surer of its mistakes, and going back would lose right answers.
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
    change = changes.more_validation(seen.recipe, 0.2)
    jumps = f"; from one epoch to the next it typically jumps by {100 * seen.jump:.1f}" if seen.jump else ""
    return say(
        "noisy_validation",
        f"Validation accuracy stands on {rows} rows, so each row counts for {100 / rows:.1f} points{jumps}.",
        "quite sure",
        f"With so few rows, differences below about {200 * error:.0f} points are chance.",
        "Keep a larger share of the rows for validation." if change else "Collect more rows.",
        change,
        "accuracy",
        seen.span(len(seen.val_accuracy) // 2),
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
    if any(_drops(layer) for layer in seen.recipe.layers):
        sure: Sure = "quite sure"
        why = "Dropout makes training harder and is off while validating, so the two are not measured alike: harmless."
    elif any(isinstance(layer, BatchNormalization) for layer in seen.recipe.layers):
        sure = "likely"
        why = "BatchNormalization works with other means while training than while validating: mostly harmless."
    else:
        return None
    return say(
        "validation_better",
        f"Validation accuracy is {percent(fmean(seen.val_accuracy[-3:]))}, above the training accuracy of "
        f"{percent(fmean(seen.accuracy[-3:]))}.",
        sure,
        why,
        "Nothing has to be changed; training numbers are means over an epoch in which the model was still learning.",
        None,
        "accuracy",
        seen.span(-3),
    )


def _drops(layer: object) -> bool:
    """Whether a layer leaves numbers out while training."""
    if isinstance(layer, Bidirectional):
        layer = layer.layer
    if isinstance(layer, Recurrent):
        return layer.dropout > 0 or layer.recurrent_dropout > 0
    if isinstance(layer, MultiHeadAttention):
        return layer.dropout > 0
    return isinstance(layer, Dropout) and layer.rate > 0

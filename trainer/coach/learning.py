"""Does it learn at all, and fast enough? Rules about the training numbers, likeliest cause first."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite
from statistics import fmean

from trainer.coach import changes
from trainer.coach import thresholds as at
from trainer.coach.advice import Advice, Sure
from trainer.coach.evidence import Evidence, Series
from trainer.coach.misfit import misfit
from trainer.coach.telling import epochs_of, number, percent, say
from trainer.recipe.layers import Dropout
from trainer.recipe.optimizers import SGD


def learning(seen: Evidence) -> Advice | None:
    """The likeliest cause of poor training, if there is one."""
    if (advice := diverged(seen)) is not None:
        return advice
    if len(seen.loss) < at.FEWEST_EPOCHS:
        return None
    for rule in (misfit, rate_too_high, rate_too_low, batch_too_large, stuck, too_few_epochs, underfitting, plateau):
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
    rate = seen.recipe.optimizer.learning_rate
    return say(
        "diverged",
        f"In epoch {epoch} the loss stopped being a number (NaN or infinity).",
        "quite sure",
        f"The steps, with a learning rate (learning_rate) of {number(rate)}, were so large that the weights ran away.",
        "Train again with a much lower learning rate.",
        changes.set_rate(seen.recipe, seen.recipe.optimizer.calmer_rate),
        "loss",
        (max(0.0, epoch - 1.0), float(epoch)),
    )


def rate_too_high(seen: Evidence) -> Advice | None:
    """The training loss rises, jumps about, or stays worse than guessing."""
    ratio, rate = seen.rate_ratio, seen.recipe.optimizer.learning_rate
    late, lowest = fmean(seen.loss[-2:]), min(seen.loss)
    guess = seen.guessing_loss
    is_worse = guess is not None and late > at.WORSE_THAN_GUESSING * guess and ratio > 1
    is_jumping = seen.rises >= at.RISES and seen.share_of_rises > 0 and ratio > 1 / at.USUAL
    is_far = ratio >= at.FAR_TOO_HIGH
    is_dead = seen.is_at_chance and is_far
    hovers = is_far and len(seen.loss) >= at.FLAT_EPOCHS and seen.share_of_rises >= at.HOVERS and late > at.DONE
    if not (is_worse or is_jumping or is_dead or hovers):
        return None
    if is_worse and guess is not None:
        what = f"After {epochs_of(seen)} the training loss is {late:.2f}, worse than the {guess:.2f} of pure guessing."
    elif is_jumping:
        what = (
            f"The training loss jumps instead of falling: it has gone up by {sum_of_rises(seen):.2f} in all, and is "
            f"{late:.2f} after a lowest of {lowest:.2f}."
        )
    elif hovers and not is_dead:
        what = f"In later epochs the training loss goes up and down; it is {late:.3f}, after a lowest of {lowest:.3f}."
    else:
        what = f"After {epochs_of(seen)} the model is right no more often than if it always gave the commonest answer."
    lower = seen.recipe.optimizer.usual_rate if ratio > at.USUAL else rate / 5
    sure: Sure = "quite sure" if is_far and (is_worse or is_jumping) else "likely"
    return say(
        "learning_rate_too_high",
        what,
        sure if ratio > at.USUAL else "perhaps",
        f"The learning rate (learning_rate) of {number(rate)} is {times(ratio)} what {seen.recipe.optimizer.kind} "
        "usually begins with: each step may jump over the valley it looks for.",
        "Make the steps smaller with a lower learning rate.",
        changes.set_rate(seen.recipe, lower),
        "loss",
        seen.span(0),
    )


def sum_of_rises(seen: Evidence) -> float:
    """By how much the training loss went up, all rises together."""
    return sum(max(0.0, now - was) for was, now in pairwise(seen.loss))


def times(ratio: float) -> str:
    """`100 times`; `just` for a rate that is the usual one."""
    return f"{number(ratio)} times" if ratio >= 1.05 or ratio <= 0.95 else "just"


def rate_too_low(seen: Evidence) -> Advice | None:
    """The loss creeps, with a rate far below the usual one."""
    if not seen.did_all_epochs or seen.rate_ratio > at.TOO_LOW or (seen.quality or 0.0) >= at.GOOD:
        return None
    if seen.loss[-1] >= seen.loss[0] or (seen.fall < at.FLAT and not _is_near_start(seen)):
        return None
    rate = seen.recipe.optimizer.learning_rate
    usual = seen.recipe.optimizer.usual_rate
    return say(
        "learning_rate_too_low",
        f"In {epochs_of(seen)} the training loss only crept from {seen.loss[0]:.3f} to {seen.loss[-1]:.3f}.",
        "quite sure" if seen.rate_ratio <= at.TOO_LOW / 2 else "likely",
        f"The learning rate (learning_rate) of {number(rate)} is far below the {number(usual)} that "
        f"{seen.recipe.optimizer.kind} usually begins with, so each step is tiny.",
        "Take larger steps with a higher learning rate.",
        changes.set_rate(seen.recipe, min(usual, rate * 100)),
        "loss",
        seen.span(0),
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
    return say(
        "batch_too_large",
        f"With batches of {size:,} from {prepared.train:,} training rows the weights changed only "
        f"{prepared.steps * len(seen.loss)} times in all, and the training loss was still {seen.loss[-1]:.2f}.",
        "likely",
        "The model changes once for each batch (batch_size), so large batches leave it few chances to learn.",
        "Make the batches smaller, so that there are more steps in an epoch.",
        changes.smaller_batch(seen.recipe, at.USUAL_BATCH),
        "loss",
        seen.span(0),
    )


def stuck(seen: Evidence) -> Advice | None:
    """No better than always giving the commonest answer."""
    if not seen.is_at_chance or (not seen.is_over and seen.rate_ratio <= at.TOO_LOW):
        return None  # with a low rate it may just be slow: the end will tell
    prepared = seen.history.prepared
    share = prepared.majority if prepared is not None else None
    last = slice(-at.STUCK_EPOCHS, None)
    late, which = fmean(seen.accuracy[last]), "training"
    if share is not None and late > share + at.STUCK_SLACK and seen.val_accuracy:
        # Training creeps upwards, and validation does not follow.
        late, which = fmean(seen.val_accuracy[last]), "validation"
        share = prepared.val_majority if prepared is not None else None
    uneven = share is not None and seen.classes > 1 and share > at.UNEVEN / seen.classes
    known = "" if share is None else f", and the commonest answer alone is right for {percent(share)}"
    if uneven:
        meaning = "One class is so common that always giving it makes the loss low: the model may have stopped there."
        hope = "Take larger steps; better still, collect more rows of the rare classes."
    else:
        meaning = "The model has found nothing in the examples that tells the classes apart."
        hope = "Take larger steps; if nothing moves, try other layers or look at the data."
    if isinstance(seen.recipe.optimizer, SGD):
        hope, change = "Try an optimizer that finds its own step sizes.", changes.plain_adam(seen.recipe)
    else:
        # More epochs alone were tried on such runs and helped none of them.
        change = changes.set_rate(seen.recipe, seen.recipe.optimizer.learning_rate * at.BOLDER)
    return say(
        "stuck_at_majority",
        f"For the last {at.STUCK_EPOCHS} epochs the {which} accuracy stayed at {percent(late)}{known}.",
        "quite sure" if share is not None and len(seen.accuracy) > at.STUCK_EPOCHS else "likely",
        meaning,
        hope,
        change,
        "accuracy",
        seen.span(-at.STUCK_EPOCHS),
    )


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
    return say(
        "too_few_epochs",
        f"In the last epochs the training loss still fell by {percent(seen.fall)} an epoch, and "
        f"{'validation ' if values is seen.val_accuracy else ''}accuracy changed by {100 * gained:+.1f} points.",
        "quite sure" if gained >= 2 * at.GAINS else "likely",
        "The model was still learning when its epochs (epochs) were over.",
        "Train it for more epochs.",
        changes.more_epochs(seen.recipe, max(3 * seen.wanted, 10)),
        "loss",
        seen.span(-3),
    )


def underfitting(seen: Evidence) -> Advice | None:
    """It stands still at a poor training accuracy: the model cannot hold the task."""
    if not seen.is_finished or seen.quality is None or not seen.accuracy or seen.was_stopped_early:
        return None
    if seen.quality >= at.POOR or seen.fall >= at.CLEARLY_FALLS:
        return None
    reached = seen.accuracy[-1]
    strongest = max((layer.rate for layer in seen.recipe.layers if isinstance(layer, Dropout)), default=0.0)
    if strongest >= changes.MOST_DROPOUT:
        change = changes.less_dropout(seen.recipe)
        meaning = f"Dropout sets {percent(strongest)} of the numbers to zero in each step, so little gets through."
        hope = "Drop less."
    elif seen.can_memorise:
        return None  # it has more parameters than rows: that it does not learn must have another reason
    else:
        change = changes.wider(seen.recipe)
        meaning = "The model may be too small for the task: it cannot even hold what it was shown."
        hope = "Give it more units (units), filters (filters) or a further layer."
    return say(
        "underfitting",
        f"Training accuracy stands at {percent(reached)} and the training loss hardly falls any more "
        f"({percent(max(seen.fall, 0.0))} an epoch).",
        "likely",
        meaning,
        hope,
        change,
        "accuracy",
        seen.span(-min(3, len(seen.loss))),
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
    larger = None if hovers or seen.can_memorise else changes.wider(seen.recipe)
    if larger is not None:
        meaning, hope = "The model may do no more than this with what it has.", "Give it more to learn with."
    else:
        meaning = "The steps may be too large for the last bit of the way, so that it cannot settle."
        hope = "Let the learning rate fall by itself when progress stops (ReduceLROnPlateau)."
    return say(
        "plateau",
        f"Over the last {epochs} epochs the training loss went from {late[0]:.3f} to {late[-1]:.3f}: it gets nowhere.",
        "likely" if hovers else "perhaps",
        meaning,
        hope,
        larger or changes.lower_on_plateau(seen.recipe),
        "loss",
        seen.span(-epochs),
    )


def is_flat(values: Series) -> bool:
    """Whether a curve has fallen by next to nothing over its last epochs; two at each end are taken together."""
    late = values[-at.FLAT_EPOCHS :]
    before, after = fmean(late[:2]), fmean(late[-2:])
    return after >= before * (1 - at.FLAT) ** (len(late) - 2)

"""Was the end the right one? EarlyStopping that did not wait long enough."""

from __future__ import annotations

from trainer.coach import changes
from trainer.coach import thresholds as at
from trainer.coach.advice import Advice
from trainer.coach.evidence import Evidence
from trainer.coach.telling import percent, say


def stopped_too_early(seen: Evidence) -> Advice | None:
    """EarlyStopping ended a run that was still learning."""
    stopper = seen.stopper
    if stopper is None or not seen.was_stopped_early or len(seen.loss) < 2:
        return None
    if stopper.baseline is not None or stopper.patience > at.EAGER_PATIENCE or 2 * len(seen.loss) > seen.wanted:
        return None
    if seen.fall < at.FALLS or (seen.quality or 0.0) >= at.GOOD:
        return None
    if seen.val_loss and seen.val_loss[-1] > 1.05 * min(seen.val_loss):
        return None
    return say(
        "early_stopping_too_eager",
        f"EarlyStopping ended the run after {len(seen.loss)} of {seen.wanted} epochs, while the training loss still "
        f"fell by {percent(seen.fall)} an epoch.",
        "likely" if stopper.patience else "quite sure",
        f"With a patience (patience) of {stopper.patience}, {'one epoch' if stopper.patience < 2 else 'two epochs'} "
        f"without a better {stopper.monitor} ended it, and such an epoch may be chance.",
        "Let it wait for more epochs before it stops.",
        changes.more_patience(seen.recipe, 5),
        "loss",
        seen.span(0),
    )

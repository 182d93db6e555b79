"""Was the end the right one? EarlyStopping that did not wait long enough."""

from __future__ import annotations

from trainer.coach import changes
from trainer.coach import thresholds as at
from trainer.coach.advice import Advice, Page
from trainer.coach.evidence import Evidence
from trainer.coach.wording import WORDING


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
    patience = stopper.patience
    return Advice(
        message=WORDING.message("early_stopping_too_eager"),
        fixes=changes.more_patience(seen.recipe, 5),
        seen=WORDING.message("seen_stopped", epochs=len(seen.loss), wanted=seen.wanted, fall=seen.fall),
        meaning=WORDING.message("means_impatient", patience=patience, waited=max(1, patience), metric=stopper.monitor),
        suggestion=WORDING.message("try_more_patience"),
        page=Page.TRAIN,
        metric="loss",
        span=seen.span(0),
    )

"""Which weights are in a model or were tested, in words: the same ones wherever it is said."""

from __future__ import annotations

from trainer.messages import Message
from trainer.runs.events import Tested, WeightsKept
from trainer.runs.wording import WORDING


def which_weights(of: WeightsKept | Tested) -> Message:
    """Which weights were kept, or tested, as a name that can stand behind a colon or in brackets.

    >>> from trainer.runs.events import WeightsKept
    >>> str(which_weights(WeightsKept(epoch=2, file="final.weights.h5", reason="")))
    'epoch 2'
    >>> str(which_weights(WeightsKept(epoch=2, inside_epoch=3, file="final.weights.h5", reason="")))
    'stopped in epoch 3'
    """
    if of.inside_epoch is not None:
        return WORDING.message("which_inside", epoch=of.inside_epoch)
    epoch = of.epoch if isinstance(of, WeightsKept) else of.weights_epoch
    return WORDING.message("which_epoch", epoch=epoch) if epoch else WORDING.message("which_untrained")

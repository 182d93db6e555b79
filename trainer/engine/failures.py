"""What went wrong inside a fit, as a sentence for the person who started it."""

from __future__ import annotations

import logging
import os
import traceback
from errno import ENOSPC
from pathlib import Path

from trainer.fit.checkpoint_manager import DamagedStateError
from trainer.paths import without_folders
from trainer.recipe.spec import RecipeError

LOG = logging.getLogger(__name__)
DETAILS_FILE = "error.txt"


def in_words(error: Exception, folder: Path) -> str:
    """The error as a sentence; everything else goes into a file of the run for whoever looks into it.

    The sentence is shown to others than this computer's owner, so it names no folder of theirs; the file, which no page
    hands out, does.
    """
    return without_folders(_in_words(error, folder))


def _in_words(error: Exception, folder: Path) -> str:
    if isinstance(error, RecipeError | DamagedStateError):
        return str(error)
    details = f" The details are in the run's file {DETAILS_FILE}."
    try:
        (folder / DETAILS_FILE).write_text("".join(traceback.format_exception(error)), "utf-8")
    except OSError as refused:
        LOG.exception("The details of a failed run could not be written (%s).", refused, exc_info=error)
        details = ""
    first = (str(error).strip().splitlines() or [""])[0][:200]
    # First: TensorFlow says ResourceExhausted of a full disk as well.
    if isinstance(error, OSError) or os.strerror(ENOSPC) in str(error):
        words = getattr(error, "strerror", None) or first
        return f"The disk did not take what the run had to save ({words}). Make room, then train again."
    if isinstance(error, MemoryError) or "OOM" in str(error) or "ResourceExhausted" in type(error).__name__:
        return "The computer's memory was not enough. Make the model or the batch smaller and train again."
    return f"Keras gave up: {type(error).__name__}: {first}{details}"

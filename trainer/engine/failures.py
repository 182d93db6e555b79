"""What went wrong inside a fit, for the person who started it."""

from __future__ import annotations

import logging
import os
import traceback
from errno import ENOSPC
from pathlib import Path

from trainer.messages import Message, MessageError, Parameter
from trainer.paths import without_folders
from trainer.runs.wording import WORDING

LOG = logging.getLogger(__name__)
DETAILS_FILE = "error.txt"


def describe_error(error: Exception, folder: Path) -> Message | str:
    """What to tell of an error; the traceback goes into a file of the run, unless the error explains itself.

    It is shown to others than this computer's owner, so it names no folder of theirs; the file, which no page hands
    out, does.

    Args:
        error: whatever a fit raised.
        folder: of the run.
    """
    if isinstance(error, MessageError):
        return _without_folders(error.message)
    has_details = _write_details(error, folder)
    first = (str(error).strip().splitlines() or [""])[0][:200]
    # First: TensorFlow says ResourceExhausted of a full disk as well.
    if isinstance(error, OSError) or os.strerror(ENOSPC) in str(error):
        message = WORDING.message("disk_refused_run", error=getattr(error, "strerror", None) or first)
    elif isinstance(error, MemoryError) or "OOM" in str(error) or "ResourceExhausted" in type(error).__name__:
        message = WORDING.message("out_of_memory")
    elif has_details:
        message = WORDING.message("keras_error", kind=type(error).__name__, text=first, file=DETAILS_FILE)
    else:
        message = WORDING.message("keras_error_without_details", kind=type(error).__name__, text=first)
    return _without_folders(message)


def _write_details(error: Exception, folder: Path) -> bool:
    """Write the traceback into the run's folder; False if the disk does not take it."""
    try:
        (folder / DETAILS_FILE).write_text("".join(traceback.format_exception(error)), "utf-8")
    except OSError as refused:
        LOG.exception("The details of a failed run could not be written (%s).", refused, exc_info=error)
        return False
    return True


def _without_folders(message: Message | str) -> Message | str:
    if isinstance(message, str):
        return without_folders(message)
    parameters = {name: _parameter_without_folders(value) for name, value in message.parameters.items()}
    return message.model_copy(update={"parameters": parameters})


def _parameter_without_folders(value: Parameter) -> Parameter:
    if isinstance(value, Message | str):
        return _without_folders(value)
    if isinstance(value, list):
        return [_without_folders(one) if isinstance(one, Message | str) else one for one in value]
    return value

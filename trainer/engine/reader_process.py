"""The reader process: reads pasted models, one after the other, and can be killed whatever it is doing.

Started by `trainer.engine.reader` as `python -m trainer.engine.reader_process`. It says `{"say": "ready"}` once; then
each line of its standard input is a request, `{"text": ...}`, and answered by a line: `layers`, `notes` and `reads` of
`trainer.keras_code.reader.ReadModel`, or `refused`, a message. It ends when its standard input does, because its server
has gone, at the latest some seconds later.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import secrets
import signal
import sys
from collections.abc import Callable
from typing import Any

from trainer.engine.memory import limit_this_process
from trainer.engine.wording import WORDING
from trainer.keras_code.reader import ReadModel, read_model
from trainer.messages import Message
from trainer.recipe.spec import RecipeError

LOG = logging.getLogger(__name__)
MAX_MEMORY = 512 * 2**20
"""Bytes that reading may take beyond what the process began with; the largest real texts take some 60 million."""
OVERDUE_SECONDS = 6.0
"""After how long the process ends itself in the middle of a text: the server, which kills it sooner, is gone."""


def main() -> None:
    """Read until standard input ends."""
    # Whatever prints, or warns, must not stand between the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the server, which then closes this
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    limit_this_process(MAX_MEMORY)
    answers.write(json.dumps({"say": "ready"}) + "\n")
    for line in sys.stdin:
        # Python's own watchdog waits for no lock: it ends the process also in the middle of a call into C.
        faulthandler.dump_traceback_later(OVERDUE_SECONDS, exit=True)
        found = answer(json.loads(line)["text"])
        faulthandler.cancel_dump_traceback_later()
        answers.write(json.dumps(found) + "\n")


def answer(text: str, read: Callable[[str], ReadModel] = read_model) -> dict[str, Any]:
    """What is said of a text; `read` reads it."""
    try:
        layers, notes, reads = read(text)
    except RecipeError as error:
        return {"refused": _as_json(error.message)}
    except MemoryError:
        LOG.warning("A pasted text of %d characters was refused: it needed too much memory.", len(text))
        return {"refused": _as_json(WORDING.message("reading_out_of_memory"))}
    except Exception:
        reference = secrets.token_hex(4)
        LOG.exception("A pasted text could not be read (reference %s).", reference)
        return {"refused": _as_json(WORDING.message("reading_failed", reference=reference))}
    return {
        "layers": [layer.model_dump(mode="json") for layer in layers],
        "notes": [_as_json(note) for note in notes],
        "reads": reads,
    }


def _as_json(message: Message | str) -> Any:
    return message if isinstance(message, str) else message.model_dump(mode="json")


if __name__ == "__main__":
    main()

"""What a person calls a run and notes about it: `caption.json` in the run's folder, beside its log.

The recipe of a run is never changed, so the name that it was started with stays in there. A caption that is missing or
damaged is an empty one: the run then has the name of its recipe.
"""

from __future__ import annotations

import logging
import unicodedata
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from trainer.messages import MessageError
from trainer.recipe.limits import MAX_NOTE, MAX_RUN_NAME
from trainer.runs.files import require_file, write_whole
from trainer.runs.wording import WORDING

LOG = logging.getLogger(__name__)
FILE = "caption.json"
MAX_BYTES = 8 * (MAX_NOTE + MAX_RUN_NAME)
"""Of a file that is read; what is written has at most 6 bytes a character."""
_TURNS_TEXT_ROUND = {*"\u200e\u200f\u061c", *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))}
"""Characters that nobody sees and that change the direction of what follows, also of words that are not the run's."""


class CaptionError(MessageError, ValueError):
    """A name or a note is longer than it may be."""


class Caption(BaseModel):
    """A run's own name and note."""

    model_config = ConfigDict(frozen=True, strict=True)

    name: str = ""
    """Empty: the run is called as its recipe."""
    note: str = ""

    def with_(self, name: str | None = None, note: str | None = None) -> Caption:
        """A copy with another name or note, without spaces around them and without characters that nobody sees.

        Args:
            name: on one line; None leaves it as it is.
            note: in any number of lines; None leaves it as it is.

        Raises:
            CaptionError: one of them is too long.

        >>> Caption(note="kept").with_(name=" A\\n better   name ")
        Caption(name='A better name', note='kept')
        """
        name = self.name if name is None else " ".join(visible(name).split())
        note = self.note if note is None else "\n".join(map(visible, note.splitlines())).strip()
        for text, most, code in ((name, MAX_RUN_NAME, "name_too_long"), (note, MAX_NOTE, "note_too_long")):
            if len(text) > most:
                raise CaptionError(WORDING.message(code, most=most))
        return Caption(name=name, note=note)


def load(folder: Path) -> Caption:
    """The caption in a run's folder."""
    path = folder / FILE
    try:
        status = require_file(path, MAX_BYTES)
        return _loaded(path, (status.st_mtime_ns, status.st_ino, status.st_size))
    except FileNotFoundError:
        return Caption()
    except (OSError, ValueError) as error:
        LOG.debug("%s is ignored: %s", path, error)
        return Caption()


@lru_cache(maxsize=4096)  # more than a large store holds: going round in a smaller one would find nothing
def _loaded(path: Path, stamp: tuple[int, int, int]) -> Caption:
    found = Caption.model_validate_json(path.read_bytes())
    return Caption().with_(found.name, found.note)  # whoever wrote the file


def keep(folder: Path, caption: Caption) -> None:
    """Write the caption of a run, or remove it if it is empty.

    Raises:
        OSError: the disk does not take it, or the folder is gone.
    """
    if caption == Caption():
        (folder / FILE).unlink(missing_ok=True)
    else:
        write_whole(folder / FILE, caption.model_dump_json().encode())


def visible(text: str) -> str:
    """A line of text without the characters that nobody sees: control signs, and what turns the direction of a text."""
    return "".join(
        " " if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} or sign in _TURNS_TEXT_ROUND else sign
        for sign in text
    )

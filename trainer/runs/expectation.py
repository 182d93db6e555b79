"""What somebody expected of a run before it was trained: `expectation.json` in its folder, written once.

Nobody has to expect anything. A file that is missing or damaged counts as none.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from trainer.recipe.limits import MAX_REASON
from trainer.runs.caption import visible
from trainer.runs.files import read_file, write_whole

LOG = logging.getLogger(__name__)
FILE = "expectation.json"
MAX_BYTES = 8 * MAX_REASON


class Expectation(BaseModel):
    """A test accuracy that somebody expects, and why."""

    model_config = ConfigDict(frozen=True, strict=True)

    accuracy: Annotated[float, Field(ge=0, le=1)] | None = None
    """A share, 0 to 1."""
    why: Annotated[str, Field(max_length=MAX_REASON)] = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is expected.

        >>> Expectation().is_empty, Expectation(accuracy=0.9).is_empty
        (True, False)
        """
        return self.accuracy is None and not self.why


def expected(accuracy: float | None, why: str) -> Expectation:
    """What somebody has written down, without characters that nobody sees.

    Args:
        accuracy: a share, 0 to 1.
        why: in any number of lines; what is longer than may be is cut off.

    >>> expected(0.95, "  digits are\\neasy ")
    Expectation(accuracy=0.95, why='digits are\\neasy')
    """
    return Expectation(accuracy=accuracy, why="\n".join(map(visible, why.splitlines())).strip()[:MAX_REASON])


def load(folder: Path) -> Expectation | None:
    """What was expected of the run in a folder."""
    path = folder / FILE
    try:
        found = Expectation.model_validate_json(read_file(path, MAX_BYTES))
        return expected(found.accuracy, found.why)  # whoever wrote the file
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        LOG.debug("%s is ignored: %s", path, error)
        return None


def keep(folder: Path, expectation: Expectation) -> None:
    """Write it into the folder of a run that has just been made.

    Raises:
        OSError: the disk does not take it, or the folder is gone.
    """
    write_whole(folder / FILE, expectation.model_dump_json().encode())

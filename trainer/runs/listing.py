"""A list of runs for a terminal: one line a run, with a short id that every command takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from trainer import formats
from trainer.i18n import _
from trainer.runs.store import Run
from trainer.runs.wording import WORDING

SHORTEST, NARROWEST = 5, 20
"""Characters of a short id, and columns of a terminal that a name gets at least."""
RANDOM_PART = 16
"""Where the random part of an id begins, after its date and time."""


def short_ids(ids: Collection[str]) -> dict[str, str]:
    """The beginning of each id's random part, equally long for all and long enough to tell them apart.

    >>> list(short_ids(["20261130-070857-abcdefghijklmnop", "20261130-070858-abcdefxhijklmnop"]).values())
    ['abcdefg', 'abcdefx']
    """
    for length in range(SHORTEST, RANDOM_PART):
        short = {run_id: run_id[RANDOM_PART : RANDOM_PART + length] for run_id in ids}
        if len(set(short.values())) == len(short):
            return short
    return {run_id: run_id for run_id in ids}


def fits(run_id: str, beginning: str) -> bool:
    """Whether a run is meant by the beginning of its id, or of the id's random part.

    >>> fits("20261130-070857-abcdefghijklmnop", "abcd"), fits("20261130-070857-abcdefghijklmnop", "2026")
    (True, True)
    """
    return run_id.startswith(beginning) or run_id.startswith(beginning, RANDOM_PART)


def lines(runs: Sequence[Run], width: int) -> Iterator[str]:
    """The list with a line of headings; a name that does not fit goes on below itself, at a space.

    Args:
        runs: in the order in which they are listed.
        width: of the terminal, in characters.
    """
    short = short_ids([run.id for run in runs])
    rows = [(_("Run"), _("State"), _("Epochs"), _("Val acc"), _("Test acc"), _("Name"))]
    rows += [(short[run.id], *_numbers(run), title(run)) for run in runs]
    widths = [max(map(cell_len, column)) for column in zip(*(row[:-1] for row in rows), strict=True)]
    before = sum(widths) + 2 * len(widths)
    room = max(width - before, NARROWEST)
    for *cells, name in rows:
        parts = [cell + " " * (wide - cell_len(cell)) for cell, wide in zip(cells, widths, strict=True)]
        first, *more = _wrapped(name, room)
        yield "  ".join([*parts, first])
        yield from (" " * before + line for line in more)


def _numbers(run: Run) -> tuple[str, str, str, str]:
    """State, epochs, and the accuracies of the epoch that the run is judged by."""
    history, scored = run.history, run.history.scored_epoch
    epochs = formats.number(len(history.epochs))
    if scored is not None and scored is not history.epochs[-1]:
        epochs = _("{epoch} of {epochs}").format(epoch=formats.number(scored.epoch), epochs=epochs)
    validation = scored.logs.get("val_accuracy") if scored is not None else None
    tested = history.test_of_weights
    accuracy = None if tested is None else tested.logs["accuracy"]
    return _state(run.state), epochs, _percent(validation), _percent(accuracy)


def title(run: Run) -> str:
    """What a run is called in a terminal; of one that cannot be read to its end, why."""
    has_name = run.recipe is not None or run.caption.name
    return printable(f"{run.title} ({run.condition})" if has_name and run.damage is not None else run.title)


def printable(text: str) -> str:
    """A text without what would move a terminal's cursor or change its colours.

    >>> printable("a \\x1b[31m\\nb")
    'a [31m b'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


@lru_cache
def _state(state: str) -> str:
    return str(WORDING.message(f"state_{state}"))


@lru_cache(maxsize=1024)
def _percent(share: float | None) -> str:
    return "" if share is None else formats.percent(share)


def _wrapped(text: str, width: int) -> list[str]:
    if cell_len(text) <= width:
        return [text]
    return [line.plain.rstrip() for line in Text(text).wrap(Console(width=width), width)]

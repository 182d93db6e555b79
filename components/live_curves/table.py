"""A run's epochs as a CSV that a spreadsheet may open: one row an epoch, numbers as they were written. Pure."""

from __future__ import annotations

import csv
from io import StringIO
from math import isfinite

from trainer.data.spreadsheet import safe_text
from trainer.runs.history import History


def epochs_csv(history: History) -> str:
    """The table, with a byte order mark before it, without which Excel takes UTF-8 for something else.

    A value that is not a number is an empty cell. A name that a spreadsheet would take for a formula gets an apostrophe
    before it.
    """
    names = list(dict.fromkeys(name for epoch in history.epochs for name in epoch.logs))
    text = StringIO(newline="")
    table = csv.writer(text)
    table.writerow(["epoch", "seconds", *map(safe_text, names)])
    for epoch in history.epochs:
        values = [epoch.logs.get(name) for name in names]
        cells = ["" if value is None or not isfinite(value) else repr(value) for value in values]
        table.writerow([epoch.epoch, epoch.seconds, *cells])
    return "\ufeff" + text.getvalue()

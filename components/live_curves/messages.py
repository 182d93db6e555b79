"""A run's events -> the short JSON messages that its live chart draws. Pure: no clock, no file, no socket.

A message is one object. `n` is the number of the last event in it: the reader's cursor. The curves come as `all`, which
replaces what is drawn, or as `add`, which continues it: `{metric: {kind: [[x, ...], [y, ...], [t, ...]]}}` with the
kinds `batch`, `epoch` and `val`, x in epochs (1.5 is half-way through the second), null as a gap, t in seconds since
training began. `all` also has the kind `mean` if `batch` had to be thinned. `learning_rate` is a metric of the kind
`epoch`. `marks` are moments, in the same way: `[name, x, t, seconds]`. `answers` holds what the model answers to a few
validation examples: in `epochs` those that are new, or with `all` those of all epochs, as `[epoch, [class, ...],
[confidence, ...]]`; `checksum` says which examples they are, `truth` their classes, `names` the names of classes, and
`kept` the epoch of the weights of a run that is over. `s` holds what is shown in words and numbers beside the curves
(see `status.py`), only those fields that changed; in a connection's first message, all of them.
"""

from __future__ import annotations

import json
from typing import Any

from components.live_curves.feed import Feed, Version
from components.live_curves.lines import SENT_POINTS
from components.live_curves.status import Status, changed
from trainer.i18n import language

DRAWN_POINTS = 2000
"""When a reader has drawn more points of a curve than this, it gets all curves again, thinned."""


class Reader:
    """What one reader has been sent, and what to send it next. Readers at the same position share a message."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._told: Status = {}
        self._cursor = -1
        self._seen: Version | None = None
        self._drawn = 0

    def first(self, since: int = -1) -> str:
        """The message that opens a connection, for a reader that has everything up to event `since` (-1: nothing)."""
        self._told, self._cursor, self._seen = {}, since, None
        longest = self._feed.longest()
        # A cursor from beyond the end means another log under the same name; a long curve may have been thinned by
        # its reader: both begin again.
        whole = since < 0 or since > self._feed.cursor or longest > SENT_POINTS or since < self._feed.cut
        self._drawn = longest
        return self._message(whole=whole)

    def news(self) -> str | None:
        """A message with all that is new since the last one; None if nothing is."""
        if self._feed.version == self._seen:
            return None
        self._drawn += self._feed.most_after(self._cursor)
        return self._message(whole=self._drawn > DRAWN_POINTS or self._cursor < self._feed.cut)

    def _message(self, *, whole: bool) -> str:
        if whole:
            self._drawn = min(self._feed.longest(), SENT_POINTS)
        # Readers that have been sent the same so far are sent the same now.
        asked = ("message", language(), self._seen, self._cursor, whole)
        text: str = self._feed.once(asked, lambda: self._written(whole=whole))
        self._told, self._cursor, self._seen = self._feed.status(), self._feed.cursor, self._feed.version
        return text

    def _written(self, *, whole: bool) -> str:
        message: dict[str, Any] = {"n": self._feed.cursor}
        if whole:
            message["all"] = self._feed.whole()
        elif fresh := self._feed.after(self._cursor):
            message["add"] = fresh
        if marks := self._feed.marks_after(-1 if whole else self._cursor):
            message["marks"] = marks
        if (answers := self._feed.answers_after(-1 if whole else self._cursor)) is not None:
            message["answers"] = answers
        if entries := changed(self._told, self._feed.status()):
            message["s"] = entries
        return json.dumps(message, separators=(",", ":"), allow_nan=False)


class StepReader:
    """What a reader without curves has been sent: of the words only the state, the phase and the epoch, as they change.

    While a run trains that is a message an epoch, and not ten a second.
    """

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._told: Status = {}

    def first(self, since: int = -1) -> str:
        """The message that opens a connection; there is nothing that a reader could have already."""
        del since
        self._told = {}
        return self.news() or "{}"

    def news(self) -> str | None:
        """A message with what has changed; None if nothing has."""
        status = self._feed.status()
        now: Status = {name: status.get(name) for name in ("state", "phase", "epoch")}
        entries, self._told = changed(self._told, now), now
        return json.dumps({"n": self._feed.cursor, "s": entries}, separators=(",", ":")) if entries else None

"""One run's log, followed once for all the browsers that watch it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from math import inf
from pathlib import Path
from time import monotonic

import anyio
from anyio.to_thread import run_sync

from components.live_curves.feed import Feed
from components.live_curves.messages import Reader, StepReader
from components.wording import WORDING
from trainer.messages import MessageError
from trainer.recipe.spec import NewerVersionError, RecipeError
from trainer.runs.files import require_file
from trainer.runs.log import MAX_BYTES, LogReader
from trainer.runs.store import Store

ALIVE_CHECK_SECONDS = 2.0
"""Between two checks whether the trainer is still there."""
MAX_INLINE_BYTES = 65536
"""Up to this size, news is read in the event loop; more is read in a thread, so that no other page waits."""

MAX_WATCHERS_PER_RUN, MAX_WATCHERS = 200, 1000
"""How many browsers may watch one run, and all runs together: several classes, each pupil with several tabs."""

_channels: dict[tuple[Path, str], Channel] = {}


class TooManyWatchersError(MessageError):
    """Nobody else can watch at the moment."""


class Channel:
    """A run's log and what it adds up to; used only from the server's event loop."""

    def __init__(self, store: Store, run_id: str) -> None:
        self.feed = _feed_of(store, run_id)
        self.watchers = 0
        self._run_id, self._store, self._log = run_id, store, store.log(run_id)
        self._reader = LogReader(self._log)
        self._size, self._checked = 0, -inf
        # While a thread reads, nobody is told of half of it.
        self._lock = anyio.Lock(fast_acquire=True)

    async def first(self, reader: Reader | StepReader, since: int) -> str:
        """The message that opens a connection; see `Reader.first`.

        Raises:
            FileNotFoundError: the run was deleted.
        """
        async with self._lock:
            await self._refresh()
            return reader.first(since)

    async def news(self, reader: Reader | StepReader) -> str | None:
        """What is new to a reader; None if nothing is.

        Raises:
            FileNotFoundError: the run was deleted.
        """
        async with self._lock:
            await self._refresh()
            return reader.news()

    async def _refresh(self) -> None:
        """Read what has been added to the log since the last time."""
        size = require_file(self._log, MAX_BYTES).st_size
        if grown := abs(size - self._size):
            self._size = size
            if grown < MAX_INLINE_BYTES:
                self._read()
            else:
                await run_sync(self._read)
        # If the trainer of a run is gone, this is checked again only when something is added: checking takes the run's
        # lock for a moment, and a trainer that wants to resume it should find it free.
        is_due = monotonic() - self._checked > ALIVE_CHECK_SECONDS if self.feed.alive else bool(grown)
        if self.feed.is_open and is_due:
            self._checked = monotonic()
            await run_sync(self._check)

    def _read(self) -> None:
        self.feed.add(self._reader.read())
        self.feed.damaged, self.feed.newer = self._reader.damaged, isinstance(self._reader.error, NewerVersionError)

    def _check(self) -> None:
        """Find out whether a trainer still holds the run, as long as its log does not say that it ended."""
        alive = self._store.is_alive(self._run_id)
        if not alive:
            self._read()  # it may have ended between the two checks
        self.feed.alive = alive


def _feed_of(store: Store, run_id: str) -> Feed:
    """What is known of a run before its log is read."""
    try:
        recipe = store.recipe(run_id)
    except (RecipeError, OSError):  # its page says so
        return Feed()
    return Feed(recipe.fit.epochs)


@asynccontextmanager
async def watched(run_id: str) -> AsyncIterator[Channel]:
    """The channel of a run, shared by all who watch it at once.

    Raises:
        RunNotFoundError: there is no such run.
        TooManyWatchersError: the limit of watchers is reached.
    """
    store = await run_sync(partial(Store, make=False))
    place = (store.root, run_id)
    channel = _channels.get(place) or Channel(store, run_id)
    if channel.watchers >= MAX_WATCHERS_PER_RUN or watchers() >= MAX_WATCHERS:
        raise TooManyWatchersError(WORDING.message("too_many_watchers"))
    _channels[place] = channel
    channel.watchers += 1
    try:
        yield channel
    finally:
        channel.watchers -= 1
        if not channel.watchers:
            _channels.pop(place, None)


def watchers() -> int:
    """How many browsers watch, all runs together."""
    return sum(channel.watchers for channel in _channels.values())

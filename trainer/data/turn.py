"""Slow work on data: large pieces one at a time in the whole process, results kept for a while, and how far it is.

Thirty people who bring large tables at once must not fill the memory with thirty that are half read: each waits for its
turn, and of what has been read only the latest few are kept. Who asks for what is kept, or for something small, never
waits.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock, RLock
from typing import Generic, TypeVar

from trainer.recipe.spec import RecipeError

T = TypeVar("T")
LARGE = 2_000_000
"""Bytes of a file from which on work on it takes turns: some 10,000 texts, a third of a second."""
PATIENCE = 0.3
"""Seconds between two words to somebody who waits."""
ROOM = 1_500_000_000
"""Bytes of files, unpacked, of which results of one sort are kept."""
MOST_REFUSED = 100
"""Sentences about broken files that are kept."""
WAITING = "Others read large tables just now, yours comes as soon as they are done"
Tell = Callable[[str, float | None], object]
"""Told what is being done, and how much of it is, from 0 to 1; None where that is not known."""

_turn = RLock()
_listener: ContextVar[Tell | None] = ContextVar("listener", default=None)


@contextmanager
def told(tell: Tell) -> Iterator[None]:
    """Within this, `tell` hears of slow work that this thread does; if it raises, the work is broken off."""
    token = _listener.set(tell)
    try:
        yield
    finally:
        _listener.reset(token)


def reached(what: str, share: float | None = None) -> None:
    """Say how far some work is, to whoever listens."""
    tell = _listener.get()
    if tell is not None:
        tell(what, share)


@contextmanager
def turn(size: int) -> Iterator[None]:
    """Work on a file of so many bytes; if it is large, nothing else large goes on meanwhile."""
    if size < LARGE:
        yield
        return
    while not _turn.acquire(timeout=PATIENCE):
        reached(WAITING)
    try:
        yield
    finally:
        _turn.release()


class Kept(Generic[T]):
    """The latest few results of some slow work. Safe from several threads, which share what is made once."""

    def __init__(self, most: int) -> None:
        """Keep at most so many, and of large ones fewer: of more than `ROOM` bytes together, the latest alone."""
        self._most = most
        self._sizes: dict[Hashable, int] = {}
        self._found: OrderedDict[Hashable, T] = OrderedDict()
        self._refused: OrderedDict[Hashable, RecipeError] = OrderedDict()
        self._making: dict[Hashable, RLock] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._found)

    def get(self, key: Hashable, size: int, make: Callable[[], T]) -> T:
        """What is kept under a key, or else made now.

        Args:
            key: all that the result depends on.
            size: of the file that it is made of, in bytes.
            make: makes it; whatever it raises is passed on. A `RecipeError`, which says what is wrong with the file, is
                kept as well, so that a broken file is not read again at each click.
        """
        with self._lock:
            found = self._look(key)
            if found is not None:
                return found
            making = self._making.setdefault(key, RLock())
        with turn(size), making:
            with self._lock:
                found = self._look(key)  # somebody else may have made it meanwhile
                if found is not None:
                    return found
            try:
                made = make()
                with self._lock:
                    self._found[key], self._sizes[key] = made, size
                    while len(self._found) > self._most or (len(self._found) > 1 and sum(self._sizes.values()) > ROOM):
                        del self._sizes[self._found.popitem(last=False)[0]]
            except RecipeError as error:
                # What the computer could not do just now may go well the next time.
                if not isinstance(error.__cause__, OSError | MemoryError):
                    with self._lock:
                        self._refused[key] = error
                        while len(self._refused) > MOST_REFUSED:
                            self._refused.popitem(last=False)
                raise
            finally:
                with self._lock:
                    self._making.pop(key, None)
            return made

    def _look(self, key: Hashable) -> T | None:
        if key in self._found:
            self._found.move_to_end(key)
            return self._found[key]
        if key in self._refused:
            error = self._refused[key]
            raise type(error)(*error.args)  # a new one: each collects the places that it has passed
        return None

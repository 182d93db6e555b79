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
from functools import partial
from threading import Lock, RLock
from typing import Generic, Protocol, TypeVar

from trainer.recipe.spec import RecipeError

T = TypeVar("T")
LARGE = 2_000_000
"""Bytes of a file from which on work on it takes turns: some 10,000 texts, a third of a second."""
PATIENCE = 0.3
"""Seconds between two words to somebody who waits."""
ROOM = 64_000_000
"""Bytes of files, unpacked, of which results of one sort are kept: all sorts together then take some 250 MB at most,
and MNIST, 55 MB of them, stays."""
MOST_REFUSED = 100
"""Sentences about broken files that are kept."""
WAITING = "Other large tables are being read first; yours follows"
Tell = Callable[[str, float | None], object]
"""Told what is being done, and how much of it is, from 0 to 1; None where that is not known."""


class _Lock(Protocol):
    """What is used of a lock."""

    def acquire(self, blocking: bool = ..., timeout: float = ...) -> bool: ...

    def release(self) -> None: ...


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
    with _waited_for(_turn):
        yield


@contextmanager
def _waited_for(lock: _Lock) -> Iterator[None]:
    """Hold a lock; whoever waits for it hears so, and can be called away."""
    while not lock.acquire(timeout=PATIENCE):
        reached(WAITING)
    try:
        yield
    finally:
        lock.release()


class Kept(Generic[T]):
    """The latest few results of some slow work. Safe from several threads, which share what is made once."""

    def __init__(self, most: int) -> None:
        """Keep at most so many, and of large ones fewer: of more than `ROOM` bytes together, the latest alone."""
        self._most = most
        self._found: OrderedDict[Hashable, tuple[T, Hashable, int]] = OrderedDict()
        """The results, each with what its memory belongs to, and how many bytes that is."""
        self._refused: OrderedDict[Hashable, Callable[[], RecipeError]] = OrderedDict()
        self._making: dict[Hashable, _Lock] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._found)

    def get(self, key: Hashable, size: int, make: Callable[[], T], shared: Hashable = None) -> T:
        """What is kept under a key, or else made now.

        Args:
            key: all that the result depends on. It is kept as well: what is large belongs into a weak reference.
            size: of the file that it is made of, in bytes.
            make: makes it; whatever it raises is passed on. A `RecipeError`, which says what is wrong with the file, is
                kept as well, so that a broken file is not read again at each click.
            shared: results with the same word hold the same memory, so that their size counts once.
        """
        with self._lock:
            found = self._look(key)
            if found is not None:
                return found
            making = self._making.setdefault(key, RLock())
        with turn(size), _waited_for(making):
            with self._lock:
                found = self._look(key)  # somebody else may have made it meanwhile
                if found is not None:
                    return found
            try:
                made = make()
                with self._lock:
                    self._keep(key, made, key if shared is None else shared, size)
            except RecipeError as error:
                # What the computer could not do just now may go well the next time.
                if not isinstance(error.__cause__, OSError | MemoryError):
                    with self._lock:
                        self._refuse(key, error)
                raise
            finally:
                with self._lock:
                    self._making.pop(key, None)
            return made

    def _keep(self, key: Hashable, made: T, owner: Hashable, size: int) -> None:
        self._found[key] = made, owner, size
        while len(self._found) > self._most or (len(self._found) > 1 and self._size() > ROOM):
            self._found.popitem(last=False)

    def _size(self) -> int:
        return sum({owner: size for _, owner, size in self._found.values()}.values())

    def _refuse(self, key: Hashable, error: RecipeError) -> None:
        # Not the error itself: its traceback holds all that was at hand when the file was read, hundreds of megabytes.
        self._refused[key] = partial(type(error), *error.args)
        while len(self._refused) > MOST_REFUSED:
            self._refused.popitem(last=False)

    def _look(self, key: Hashable) -> T | None:
        if key in self._found:
            self._found.move_to_end(key)
            return self._found[key][0]
        if key in self._refused:
            raise self._refused[key]()
        return None

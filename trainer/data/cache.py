"""The latest few results of slow work on data; what is large is made one at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial
from threading import Lock as ThreadLock
from threading import RLock
from typing import Generic, TypeVar

from trainer.data.locks import Lock, one_at_a_time, waited_for
from trainer.recipe.spec import RecipeError

T = TypeVar("T")
CACHE_BYTES = 64_000_000
"""Bytes of files, unpacked, of which results of one sort are kept: all sorts together then take some 250 MB at most,
and MNIST, 55 MB of them, stays."""
MAX_ERRORS = 100
"""Errors about broken files that are kept."""


class Cache(Generic[T]):
    """The latest few results of some slow work. Safe from several threads, which share what is made once."""

    def __init__(self, most: int) -> None:
        """Keep at most so many, and of large ones fewer: of more than `CACHE_BYTES` together, the latest alone."""
        self._most = most
        self._found: OrderedDict[Hashable, tuple[T, Hashable, int]] = OrderedDict()
        """The results, each with what its memory belongs to, and how many bytes that is."""
        self._refused: OrderedDict[Hashable, Callable[[], RecipeError]] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = ThreadLock()

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
        with one_at_a_time(size), waited_for(making):
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

    def known(self, key: Hashable) -> T | None:
        """What is kept under a key, at once; None if it would have to be made.

        Raises:
            RecipeError: the file is known to be broken.
        """
        with self._lock:
            return self._look(key)

    def _keep(self, key: Hashable, made: T, owner: Hashable, size: int) -> None:
        self._found[key] = made, owner, size
        while len(self._found) > self._most or (len(self._found) > 1 and self._size() > CACHE_BYTES):
            self._found.popitem(last=False)

    def _size(self) -> int:
        return sum({owner: size for _, owner, size in self._found.values()}.values())

    def _refuse(self, key: Hashable, error: RecipeError) -> None:
        # Not the error itself: its traceback holds all that was at hand when the file was read, hundreds of megabytes.
        self._refused[key] = partial(type(error), *error.args)
        while len(self._refused) > MAX_ERRORS:
            self._refused.popitem(last=False)

    def _look(self, key: Hashable) -> T | None:
        if key in self._found:
            self._found.move_to_end(key)
            return self._found[key][0]
        if key in self._refused:
            raise self._refused[key]()
        return None

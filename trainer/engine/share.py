"""One fit's way to the memory that all share: it passes its turn on while it waits for some."""

from __future__ import annotations

from collections.abc import Callable

from trainer.engine.room import Room
from trainer.engine.turns import Ticket
from trainer.fit.control import Control, FitEndedError
from trainer.runs.events import Waiting


class Share:
    """What `trainer.fit.control.Room` asks for, for one run."""

    def __init__(
        self, room: Room, run: str, control: Control, ticket: Ticket, say: Callable[[Waiting], object]
    ) -> None:
        """A run's way to a room; `say` is told if it has to wait."""
        self._room, self._run, self._control, self._ticket, self._say = room, run, control, ticket, say
        self.needs = 0
        """Bytes that were asked for."""

    def limit(self) -> int:
        """Bytes that the run may need at most."""
        return self._room.limit()

    def take(self, needed: int) -> None:
        """Set so many bytes aside; waits while other runs have too much.

        Raises:
            FitEndedError: the run is to end.
        """
        waited, self.needs = False, needed

        def full(taken: int, there_is: int) -> None:
            nonlocal waited
            waited = True
            reason = (
                f"Waits for memory: it needs about {_gigabytes(needed)}, and other runs have {_gigabytes(taken)} of "
                f"{_gigabytes(there_is)}. It goes on as soon as they end; or stop it and make it smaller."
            )
            self._say(Waiting(before=0, seconds=None, reason=reason))
            self._ticket.leave()  # the others have to compute, so that they end

        self._room.take(self._run, needed, lambda: self._control.ending, full)
        if waited and not self._ticket.take():
            raise FitEndedError


def _gigabytes(size: int) -> str:
    """Bytes for people: `1.5 GB`, `120 MB`."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(size / 1e6, 1):.0f} MB"

"""Which server is responsible for a run before a trainer holds it: a second one on the same folder leaves it alone.

A run that was ordered while its server's trainer still loads TensorFlow is held by nobody yet. So the run says in a
small file which server it waits for, and each server holds a lock of its own as long as it lives: that, and no clock
and no process number, tells whether the run still has somebody who will train it. One open file a server, however many
runs wait.
"""

from __future__ import annotations

import logging
import re
import secrets
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from trainer.runs.files import read_word, write_whole

LOG = logging.getLogger(__name__)
FILE = "server"
"""In a run's folder; holds the name of the server that is responsible for the run."""
_NAME = re.compile(r"[0-9a-f]{16}")


class Server:
    """One server on a folder of runs. Safe to call from any thread."""

    def __init__(self, root: Path) -> None:
        self.name = secrets.token_hex(8)
        self._folder = root / "servers"
        self._lock = FileLock(self._folder / self.name, thread_local=False)

    def begin(self) -> None:
        """Let others see that this server lives, and remove what servers that were killed have left.

        Raises:
            OSError: the disk does not take it; others then cannot tell whose this server's runs are.
        """
        try:
            self._take_lock()
        except FileNotFoundError:
            self._take_lock()  # the last server before has just removed the folder
        for other in self._folder.iterdir():
            if other.name != self.name:
                with suppress(OSError), FileLock(other, thread_local=False).acquire(blocking=False):
                    other.unlink()

    def _take_lock(self) -> None:
        self._folder.mkdir(exist_ok=True)
        self._lock.acquire(timeout=5)  # another one that begins may just be looking whether it is left over

    def end(self) -> None:
        """Say that this server is gone."""
        with suppress(OSError):
            (self._folder / self.name).unlink(missing_ok=True)
        self._lock.release(force=True)
        with suppress(OSError):
            self._folder.rmdir()  # the last one

    def take(self, folder: Path) -> None:
        """Note in a run's folder that this server is responsible for it; without the note it works as well, alone."""
        try:
            write_whole(folder / FILE, self.name.encode())
        except OSError as error:
            LOG.warning("Another server on this folder will not know whose run %s is (%s).", folder.name, error)

    def is_others(self, folder: Path) -> bool:
        """Whether another server, which is still running, is responsible for a run."""
        name = read_word(folder / FILE)  # none: made from the command line, or by a version that did not say
        return name is not None and name != self.name and _NAME.fullmatch(name) is not None and self._is_alive(name)

    def _is_alive(self, name: str) -> bool:
        path = self._folder / name
        if not path.is_file():
            return False
        try:
            with FileLock(path, thread_local=False).acquire(blocking=False):
                return False
        except (Timeout, OSError):
            return True  # what cannot be asked about is left alone

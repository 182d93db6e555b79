"""Watches every socket of the processes that a test starts: which names they resolve, and where they connect."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path
from typing import Any

SITECUSTOMIZE = """
import json, os, sys

WATCHED = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname",
           "socket.gethostbyaddr", "socket.getnameinfo"}
LOG = os.open(os.environ["SOCKET_AUDIT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def note(event, arguments):
    if event in WATCHED:
        words = [a if isinstance(a, (str, int, tuple, type(None))) else type(a).__name__ for a in arguments]
        os.write(LOG, (json.dumps([event, *words], default=repr) + "\\n").encode())

os.write(LOG, (json.dumps(["started", *sys.orig_argv]) + "\\n").encode())
sys.addaudithook(note)
"""
"""Python runs it at the start of every process that inherits the environment, before anything else."""


class SocketAudit:
    """What the processes with this environment do with sockets."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "sockets.jsonl"
        (folder / "sitecustomize.py").write_text(SITECUSTOMIZE)
        self.environment = {"PYTHONPATH": str(folder), "SOCKET_AUDIT": str(self._log)}

    def events(self) -> list[list[Any]]:
        """Name and arguments of each event, in order."""
        return [json.loads(line) for line in self._log.read_text("utf-8").splitlines()]

    def commands(self) -> list[str]:
        """The command lines of the processes that were watched."""
        return [" ".join(words) for name, *words in self.events() if name == "started"]

    def to_the_outside(self) -> list[list[Any]]:
        """Each look-up of a name, and each connection that is not to this computer."""
        return [event for event in self.events() if event[0] != "started" and not _stays_here(event)]


def _stays_here(event: list[Any]) -> bool:
    name, *arguments = event
    target = arguments[0] if name.startswith("socket.get") else arguments[1]  # a look-up has no socket before it
    if isinstance(target, str) and not name.startswith("socket.get"):
        return True  # the path of a Unix socket
    host = target[0] if isinstance(target, list) else target
    try:
        return host is None or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # a name

"""Raises the limit of open files: sockets, event loops of sessions and logs all count against it.

macOS starts programs with 256, Linux often with 1,024. Streamlit keeps each session, with three open files, for a while
after its tab was closed, so that a class that reloads its pages a few times uses up 256.
"""

from __future__ import annotations

import logging
import sys

from streamlit import config

LOG = logging.getLogger(__name__)

WANTED = 8192
"""The limit to ask for; a process that may have more keeps its own."""
NEEDED = 1024
"""Enough for a class: 128 closed sessions with 3 open files each, and 100 open tabs with 6 each."""
SESSION_SECONDS = 20
"""How long Streamlit keeps a closed session where there are fewer than `NEEDED`."""


def prepare() -> None:
    """Raise the limit, or keep closed sessions for less long if it stays too low. Call before the server is built."""
    limit = raise_limit()
    if limit is not None and limit < NEEDED:
        kept = min(SESSION_SECONDS, config.get_option("server.disconnectedSessionTTL"))
        config.set_option("server.disconnectedSessionTTL", kept)


def raise_limit() -> int | None:
    """Let this process, and the trainers that it starts, have as many open files as the system allows, up to `WANTED`.

    If the limit stays too low, the log says what to do.

    Returns:
        The limit; None if there is none, as on Windows.
    """
    if sys.platform == "win32":
        return None
    import resource  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in targets(soft, hard, unlimited=resource.RLIM_INFINITY):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):  # macOS has a second limit, kern.maxfilesperproc, which cannot be asked for
            continue
        soft = wanted
        break
    if soft == resource.RLIM_INFINITY:
        return None
    if soft < NEEDED:
        LOG.warning(
            "Fitboard may have only %d files and connections open at once; a class needs about %d. Once they are used "
            "up, pages stay empty. Have the administrator raise the hard limit of open files, on Linux in "
            "/etc/security/limits.conf or with LimitNOFILE= in the systemd service, and start Fitboard again.",
            soft,
            NEEDED,
        )
    return soft


def targets(soft: int, hard: int, unlimited: int) -> list[int]:
    """The limits to try, the best first: between the current limit and the allowed one.

    Args:
        soft: the limit as it is.
        hard: the most that this process may set.
        unlimited: the number that stands for no limit.
    """
    if soft == unlimited:
        return []
    most = WANTED if hard == unlimited else min(WANTED, hard)
    return [wanted for wanted in (most, most // 2, most // 4) if wanted > soft]

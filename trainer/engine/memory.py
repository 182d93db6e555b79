"""How much memory is free for a run, as the operating system, a container and the teacher see it."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from trainer.engine.wording import WORDING
from trainer.recipe.spec import RecipeError, shorten

LOG = logging.getLogger(__name__)
CAP = "FITBOARD_MEMORY_MB"
SHARE = 0.9
CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")
V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
V2 = ("memory.max", "memory.current", "inactive_file")
"""The two generations of control groups: the files of the limit and of what is used, and what is given back at need."""


class SettingError(RecipeError):
    """A setting from the environment is wrong; told to the person who set it."""


def for_a_run() -> int:
    """Bytes that a run may plan with: most of what is free; the rest is for what an estimate forgets.

    Raises:
        SettingError: as for `available`.
    """
    return int(SHARE * available())


def available(environ: Mapping[str, str] = os.environ, cgroups: Path = CGROUPS, membership: Path = MEMBERSHIP) -> int:
    """Bytes that can still be taken: what the computer has free, at most what a container leaves, at most the cap.

    The cap is `FITBOARD_MEMORY_MB`, in millions of bytes: the most that a run may need, however much there is.

    Args:
        environ: the environment.
        cgroups: where control groups are mounted; only Linux has them.
        membership: which control groups this process is in.

    Raises:
        SettingError: the cap is not a whole number of megabytes.
    """
    limits = [psutil.virtual_memory().available, *_left_in_cgroups(cgroups, membership)]
    cap = environ.get(CAP, "").strip()
    if cap:
        limits.append(_megabytes(cap))
    return max(0, min(limits))


def limit_this_process(more: int) -> None:
    """Have the system refuse this process memory, as a `MemoryError`, once it has taken so many bytes more than now.

    Only Linux counts a process's memory so that this can be told; elsewhere nothing is limited.
    """
    if sys.platform != "linux":
        return
    import resource

    try:
        with open("/proc/self/status", encoding="ascii") as status:
            used = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (used + more, hard))
    except (OSError, ValueError, StopIteration) as error:
        LOG.warning("The memory of this process is not limited: %s", error)


def _megabytes(text: str) -> int:
    if not re.fullmatch("0*[1-9][0-9]{0,11}", text):
        raise SettingError(WORDING.message("memory_setting", name=CAP, value=shorten(text)))
    return int(text) * 10**6


def _left_in_cgroups(cgroups: Path, membership: Path) -> Iterator[int]:
    """What each group that this process is in leaves it, the groups around it included."""
    try:
        lines = membership.read_text("utf-8").splitlines()
    except OSError:  # not Linux
        return
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and "memory" not in controllers.split(","):
            continue
        root, names = (cgroups / "memory", V1) if controllers else (cgroups, V2)
        # Inside a container the path may be the one outside, of which nothing is to be seen; its own group is the root.
        inner = root / path.lstrip("/")
        for group in (inner, *inner.parents):
            if group.is_relative_to(root):
                yield from _left(group, *names)


def _left(group: Path, limit: str, used: str, reclaimable: str) -> Iterator[int]:
    """What one group leaves; nothing where it has no limit. Files that are only read again at need do not count."""
    try:
        most = (group / limit).read_text("utf-8").strip()
        if most == "max":
            return
        taken = int((group / used).read_text("utf-8"))
        notes = dict(
            line.split()[:2] for line in (group / "memory.stat").read_text("utf-8").splitlines() if " " in line
        )
        yield int(most) - taken + int(notes.get(reclaimable, 0))
    except OSError:  # no such group, none that looks after memory, or one that may not be seen: no limit is known
        return

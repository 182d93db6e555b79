"""How many fits compute at the same time, and with how many threads.

TensorFlow splits an operation among its *intra-op* threads, and runs operations that do not need one another at once in
its *inter-op* threads. The small models of learners gain nothing by splitting: on two cores an epoch takes 0.6 to 1.1
times as long without it, and two fits at once 0.3 to 1.0 times as long each as one alone (`benchmarks/threads.py`,
`docs/performance.md`). Only two cores were measured; with more, the lanes share them.
"""

from __future__ import annotations

import logging
import os
from typing import NamedTuple

import psutil
import tensorflow as tf

LOG = logging.getLogger(__name__)


class Threads(NamedTuple):
    """What a process computes with."""

    lanes: int
    """Fits that compute at the same time."""
    intra_op: int
    """Threads that an operation is split among; 0 leaves that to TensorFlow."""


def suited_to(cores: int, accelerators: int) -> Threads:
    """The threads for a computer with so many cores and accelerators.

    An accelerator computes one fit at a time, as nobody has measured two.

    >>> suited_to(2, accelerators=0), suited_to(8, accelerators=0)
    (Threads(lanes=2, intra_op=1), Threads(lanes=2, intra_op=4))
    >>> suited_to(1, accelerators=0) == suited_to(8, accelerators=1) == Threads(lanes=1, intra_op=0)
    True
    """
    if accelerators or cores < 2:
        return Threads(lanes=1, intra_op=0)
    return Threads(lanes=2, intra_op=cores // 2)


def use_threads() -> int:
    """Let TensorFlow use the threads that suit this computer, and return how many lanes there are.

    Called once in a process, before anything is computed: after that TensorFlow does not change its threads any more.
    """
    accelerators = sum(device.device_type != "CPU" for device in tf.config.list_physical_devices())
    chosen = suited_to(_cores(), accelerators)
    try:
        tf.config.threading.set_intra_op_parallelism_threads(chosen.intra_op)
    except RuntimeError:
        LOG.info("TensorFlow has computed before, and keeps the threads that it has.")
    return chosen.lanes


def _cores() -> int:
    """Cores that this process may use."""
    process = psutil.Process()
    return len(process.cpu_affinity()) if hasattr(process, "cpu_affinity") else os.cpu_count() or 1

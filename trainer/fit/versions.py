"""The versions of what computes a fit here; after a change of them the same recipe may give slightly other numbers."""

from __future__ import annotations

import platform
from functools import cache

import keras
import numpy as np
import tensorflow as tf

from trainer import fitboard_version
from trainer.runs.versions import Versions


@cache
def versions() -> Versions:
    """Of Fitboard, Keras, TensorFlow, NumPy and Python, and the system and processor they run on."""
    return {
        "fitboard": fitboard_version(),
        "keras": keras.__version__,
        "tensorflow": tf.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}".strip(),
    }

"""Versions of what a run was computed with, for its readers. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from trainer.messages import Message
from trainer.runs.wording import WORDING

Versions = dict[str, str]
"""What a version is of (`keras`) -> the version. A later Fitboard may name more."""
NAMES = {
    "fitboard": "Fitboard",
    "keras": "Keras",
    "tensorflow": "TensorFlow",
    "numpy": "NumPy",
    "python": "Python",
    "platform": "",
}
COMPARED = ("fitboard", "keras", "tensorflow", "numpy", "platform")
"""What may change numbers."""


def version_names(versions: Mapping[str, str]) -> list[str]:
    """What was used, each with its version.

    >>> version_names({"keras": "3.15.1", "python": "3.11.7", "platform": "Linux x86_64"})
    ['Keras 3.15.1', 'Python 3.11.7', 'Linux x86_64']
    """
    return [f"{NAMES[name]} {versions[name]}".strip() for name in NAMES if name in versions]


def difference(before: Mapping[str, str], now: Mapping[str, str]) -> Message | None:
    """What to tell of a run that continues with other versions; None if they are the same or not known."""
    other = [name for name in COMPARED if name in before and name in now and before[name] != now[name]]
    if not other:
        return None
    then, going = (version_names({name: versions[name] for name in other}) for versions in (before, now))
    return WORDING.message("other_versions", before=then, now=going)

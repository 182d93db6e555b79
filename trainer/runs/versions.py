"""Versions of what a run was computed with, for its readers: in words, and what differs between two of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

Versions = dict[str, str]
"""What a version is of (`keras`) -> the version. A later Fitboard may name more."""
NAMES = {
    "fitboard": "Fitboard",
    "keras": "Keras",
    "tensorflow": "TensorFlow",
    "numpy": "NumPy",
    "python": "Python",
    "platform": "on",
}
COMPARED = ("fitboard", "keras", "tensorflow", "numpy", "platform")
"""What may change numbers."""


def in_words(versions: Mapping[str, str]) -> str:
    """Such as `Fitboard 0.2.0, Keras 3.15.1, TensorFlow 2.21.0, NumPy 2.4.0, Python 3.11.7, on Linux x86_64`."""
    return ", ".join(f"{NAMES[name]} {versions[name]}" for name in NAMES if name in versions)


def difference(before: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    """A sentence for a run that continues with other versions than before; None if they are the same or not known."""
    other = [name for name in COMPARED if name in before and name in now and before[name] != now[name]]
    if not other:
        return None
    was, going = (in_words({name: versions[name] for name in other}) for versions in (before, now))
    return (
        f"This run began with {was} and continues with {going}: its numbers may differ slightly from those of a run "
        "that was never interrupted."
    )

"""How often each kind of advice was right on recorded runs; made by `python -m tools.coach_verdicts`."""

from __future__ import annotations

COUNTED: dict[str, tuple[int, int]] = {}
"""For each kind, on how many runs it was right, and on how many it was given."""

"""How often each kind of advice was right on all recorded runs; made by `python -m tools.coach_verdicts`."""

from __future__ import annotations

COUNTED: dict[str, tuple[int, int]] = {
    "diverged": (3, 3),
    "contradictions": (13, 13),
    "texts_cut": (18, 18),
    "words_unknown": (18, 18),
    "labels_unrelated": (17, 17),
    "misfit": (20, 20),
    "learning_rate_too_high": (17, 18),
    "stuck_at_majority": (4, 4),
    "learning_rate_too_low": (12, 12),
    "early_stopping_too_eager": (4, 4),
    "batch_too_large": (5, 5),
    "few_steps": (11, 11),
    "too_few_epochs": (3, 3),
    "too_few_rows": (11, 11),
    "overfitting": (11, 12),
    "underfitting": (6, 6),
    "plateau": (2, 2),
    "noisy_validation": (19, 20),
    "validation_better": (3, 3),
}
"""For each kind, on how many runs it was right, and on how many it was given."""

"""How often each kind of advice was right on all recorded runs; made by `python -m tools.coach_verdicts`."""

from __future__ import annotations

COUNTED: dict[str, tuple[int, int]] = {
    "diverged": (3, 3),
    "contradictions": (15, 15),
    "texts_cut": (21, 21),
    "words_unknown": (24, 24),
    "labels_unrelated": (23, 23),
    "misfit": (24, 24),
    "learning_rate_too_high": (19, 20),
    "stuck_at_majority": (4, 4),
    "learning_rate_too_low": (14, 14),
    "early_stopping_too_eager": (4, 4),
    "batch_too_large": (5, 5),
    "few_steps": (15, 15),
    "too_few_epochs": (3, 3),
    "too_few_rows": (12, 12),
    "overfitting": (11, 14),
    "underfitting": (6, 6),
    "plateau": (2, 2),
    "noisy_validation": (20, 21),
    "validation_better": (3, 3),
}
"""For each kind, on how many runs it was right, and on how many it was given."""

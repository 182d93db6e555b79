"""How often each kind of advice was right on all recorded runs; made by `python -m tools.coach_verdicts`."""

from __future__ import annotations

COUNTED: dict[str, tuple[int, int]] = {
    "diverged": (3, 3),
    "contradictions": (9, 9),
    "texts_cut": (12, 12),
    "words_unknown": (12, 12),
    "labels_unrelated": (11, 11),
    "misfit": (16, 16),
    "learning_rate_too_high": (15, 16),
    "stuck_at_majority": (4, 4),
    "learning_rate_too_low": (10, 10),
    "early_stopping_too_eager": (4, 4),
    "batch_too_large": (5, 5),
    "few_steps": (5, 5),
    "too_few_epochs": (3, 3),
    "too_few_rows": (11, 11),
    "overfitting": (11, 12),
    "underfitting": (6, 6),
    "plateau": (2, 2),
    "noisy_validation": (18, 19),
    "validation_better": (3, 3),
}
"""For each kind, on how many runs it was right, and on how many it was given."""

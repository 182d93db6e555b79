"""Fits that leave nothing out for the sake of their speed."""

import math

import pytest


def leave_nothing_out(patch: pytest.MonkeyPatch) -> None:
    """Let fits of this process keep and answer after each epoch, however short, and however slow the computer."""
    patch.setattr("trainer.fit.throttle.MIN_INTERVAL", 0.0)
    patch.setattr("trainer.fit.throttle.MAX_COST", math.inf)

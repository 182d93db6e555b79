"""The wording of what the engine tells beside the logs of runs."""

from __future__ import annotations

from tests.support.wording import check_wording
from trainer.engine.wording import WORDING


def test_wording(update_wording: bool) -> None:
    check_wording(WORDING, update=update_wording)

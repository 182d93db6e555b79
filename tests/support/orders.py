"""The commands that a stand-in for the trainer has noted."""

import json
from pathlib import Path


def noted(orders: Path) -> list[tuple[str, str]]:
    """Each command, and the run or the question that it is about."""
    lines = orders.read_text().splitlines() if orders.exists() else []
    return [(told["do"], told.get("run_id") or told.get("question_id", "")) for told in map(json.loads, lines)]

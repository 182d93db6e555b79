"""The orders that a stand-in for the trainer has noted."""

import json
from pathlib import Path


def noted(orders: Path) -> list[tuple[str, str]]:
    lines = orders.read_text().splitlines() if orders.exists() else []
    return [(order["do"], order["run"]) for order in map(json.loads, lines)]

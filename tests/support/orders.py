"""What a trainer that only notes its orders down was told."""

import json
from pathlib import Path


def noted(orders: Path) -> list[tuple[str, str]]:
    lines = orders.read_text().splitlines() if orders.exists() else []
    return [(order["do"], order["run"]) for order in map(json.loads, lines)]

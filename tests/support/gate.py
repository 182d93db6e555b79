"""Holds a worker's thread in the middle of a step until a test lets it continue."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

PATIENCE = 120.0


class Gate:
    """Holds whoever comes in the middle of a step; lets everybody pass once it is open."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def hold(self) -> None:
        self.reached.set()
        assert self.open.wait(PATIENCE)

    def before(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def held(*arguments: Any, **more: Any) -> Any:
            self.hold()
            return step(*arguments, **more)

        return held

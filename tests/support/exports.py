"""What tests of exports on a page share: something that stands for the work, and waiting for its end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trainer.export.equality import Equality
from trainer.export.job import Exported
from trainer.export.orders import Order, State
from trainer.export.wording import WORDING
from trainer.i18n import language
from trainer.runs.store import Store

EQUAL = Equality(rows=10, largest_difference=1e-7, answers_that_differ=0, compared="test", traps=2)


class Maker:
    """Stands for `job.export`: writes a file or a folder once it may, or raises what it is told to."""

    def __init__(self) -> None:
        self.may_end, self.begun = threading.Event(), threading.Event()
        self.may_end.set()
        self.error: Exception | None = None
        self.calls: list[str] = []
        self.languages: list[str] = []

    def __call__(
        self,
        store: Store,
        run_id: str,
        format: str,
        out: Path,
        which: Any,
        *,
        tell: Callable[[Any], object],
        check: Callable[[], object],
        scratch: Path,
    ) -> Exported:
        self.calls.append(run_id)
        self.languages.append(language())
        out.mkdir()
        (scratch / "left by a library").write_text("x")
        tell(WORDING.message("running", done=5, rows=10))
        self.begun.set()
        while not self.may_end.wait(0.01):
            check()
        if self.error is not None:
            raise self.error
        path = out / "a-network-onnx"
        if format == "onnx":
            path.mkdir()
            (path / "network.onnx").write_bytes(bytes(3_000_000))
        else:
            path = out / "a-network.py"
            path.write_text("print()")
        return Exported(run_id, format, 2, False, path, 7, EQUAL if format == "onnx" else None)


def over(order: Order) -> State:
    """Wait for the end of an order."""
    assert order.ended.wait(120)
    return order.state

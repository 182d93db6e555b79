"""A school day in short: a worn trainer is replaced between two runs, and the server is left as it was.

`python -m benchmarks.school_day` does it at length.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import pytest

from tests.support.processes import open_files, wait_until, working_on
from tests.support.school_day import School
from trainer.engine import local
from trainer.engine.local import LocalEngine
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState
from trainer.runs.store import Store

pytestmark = [pytest.mark.processes, pytest.mark.slow]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file descriptors to count")
def test_a_worn_trainer_is_replaced_and_nothing_grows(
    store: Store, tiny: Callable[..., Recipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "MAX_MODELS", 3)
    threads, files = set(threading.enumerate()), open_files()
    engine = LocalEngine(store)
    engine.start()
    try:
        assert engine.ready.wait(120)
        school = School(engine)
        school.lesson(tiny(), runs=3, polls=20)
        school.lesson(tiny(), runs=3, polls=20)  # by the worn one, while a fresh one loads TensorFlow
        school.wait_until_renewed()
        assert engine.ready.is_set(), "nobody has to wait for the fresh one"
        school.lesson(tiny(), runs=2, polls=20)
    finally:
        engine.close()
    assert len(school.day.trainers) == 2
    assert [run.state for run in store.list()] == [RunState.FINISHED] * 8
    assert [wait.renewing for wait in school.day.waits] == [False] * 3 + [True] * 3 + [False] * 2
    assert working_on(store.root) == set()
    wait_until(lambda: set(threading.enumerate()) <= threads)
    assert open_files() <= files

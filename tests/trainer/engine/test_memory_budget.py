"""Memory shared by many fits: too much is refused, what others have is waited for, who outgrows it fails alone."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from trainer import PROJECT
from trainer.engine.memory_budget import MemoryBudget
from trainer.engine.protocol import Train
from trainer.engine.worker import Worker
from trainer.fit.control import FitEndedError
from trainer.messages import Message
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState, Waiting
from trainer.runs.log import LogReader
from trainer.runs.store import Store

Tiny = Callable[..., Recipe]
PATIENCE = 60.0


def never() -> bool:
    return False


def test_what_is_taken_is_not_given_twice() -> None:
    memory, entered = MemoryBudget(lambda: 60), threading.Event()
    assert memory.try_reserve("first", 40)
    assert memory.limit() == 100, "what runs hold already is no longer free, but theirs together"

    assert not memory.try_reserve("second", 70)
    assert memory.reserved == 40

    def second() -> None:
        memory.reserve("second", 70, never)
        entered.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert not entered.wait(0.05)
    memory.release("first")
    assert entered.wait(PATIENCE)
    thread.join(PATIENCE)
    memory.release("second")
    assert memory.try_reserve("third", 1000)  # alone: whether it fits has been checked before


def test_who_gives_up_waits_no_longer() -> None:
    memory, tired = MemoryBudget(lambda: 0), threading.Event()
    assert memory.try_reserve("first", 40)

    def asked() -> bool:
        try:
            return tired.is_set()
        finally:
            tired.set()

    with pytest.raises(FitEndedError):
        memory.reserve("second", 40, asked)
    memory.release("first")
    with pytest.raises(FitEndedError):
        memory.reserve("second", 40, tired.is_set)


def test_a_run_that_needs_more_than_there_is_is_refused_in_words(store: Store, tiny: Tiny) -> None:
    worker, run = Worker(store, memory=MemoryBudget(lambda: 2_000)), store.create(tiny())
    worker.begin(Train(run_id=run))
    assert worker.join(run, PATIENCE)
    read = store.read(run)
    assert (read.state, read.history.prepared) == (RunState.FAILED, None)
    assert "memory" in str(read.history.reason).lower()


@pytest.mark.slow
def test_a_run_waits_for_memory_says_so_and_goes_on(store: Store, tiny: Tiny) -> None:
    """Two runs that fit one after the other, but not together: the second waits without holding the turn."""
    recipe = tiny("fit.epochs=15")
    from trainer import data
    from trainer.recipe.check import check, needed

    facts = data.facts(recipe.data, recipe.seed)
    size = needed(recipe, list(check(recipe, facts).rows), facts).total

    class Small(MemoryBudget):
        def limit(self) -> int:
            return int(1.5 * size)

    worker = Worker(store, memory=Small())
    runs = [store.create(recipe) for _ in range(2)]
    for run in runs:
        worker.begin(Train(run_id=run))
    assert all(worker.join(run, 2 * PATIENCE) for run in runs)
    assert [store.read(run).state for run in runs] == [RunState.FINISHED] * 2
    reasons = [
        event.reason
        for run in runs
        for event in LogReader(store.log(run)).read()
        if isinstance(event, Waiting) and event.reason
    ]
    assert len(reasons) == 1
    assert isinstance(reasons[0], Message)
    assert reasons[0].code == "runs.waiting_for_memory"
    assert [epoch.logs for epoch in store.read(runs[0]).history.epochs] == [
        epoch.logs for epoch in store.read(runs[1]).history.epochs
    ]


OUTGROWS = """
import sys
from pathlib import Path
from trainer.engine.protocol import Train
from trainer.engine.worker import Worker
from trainer.engine import memory_budget
from trainer.fit.build import warm_up
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Store

warm_up()
memory_budget.available, memory_budget.HEADROOM = lambda: 300 * 2**20, 0
memory_budget.cap_this_process()
store = Store(Path(sys.argv[1]))
worker = Worker(store, memory=memory_budget.MemoryBudget(lambda: 10**12))  # the estimate is wrong
small, large = Recipe.load(Path(sys.argv[2])), Recipe.load(Path(sys.argv[3]))
going, outgrowing = store.create(small), store.create(large)
worker.begin(Train(run_id=going))
worker.begin(Train(run_id=outgrowing))
worker.join(outgrowing)
worker.join(going)
print(store.read(going).state, store.read(outgrowing).state, store.read(outgrowing).history.reason)
"""


@pytest.mark.processes
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can cap a process")
def test_one_that_outgrows_its_limit_fails_alone(store: Store, tiny: Tiny) -> None:
    dense = '{{"kind": "Dense", "units": {}, "activation": "{}"}}'
    layers = [dense.format(100_000, "relu"), dense.format(1000, "relu"), dense.format(3, "softmax")]
    recipes = [tiny("fit.epochs=30"), tiny(f'layers=[{{"kind": "Flatten"}}, {", ".join(layers)}]')]
    paths = []
    for number, recipe in enumerate(recipes):
        path = store.root / f"{number}.json"
        path.write_text(recipe.to_json(), "utf-8")
        paths.append(str(path))
    command = [sys.executable, "-c", OUTGROWS, str(store.root), *paths]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1].startswith("finished failed The computer's memory was not enough"), done.stdout

"""Stop, pause and resume between two batches."""

import threading
from collections.abc import Callable

import pytest

from tests.support.processes import wait_until
from trainer.engine.protocol import Train
from trainer.engine.worker import Worker
from trainer.fit.control import Control, FitEndedError
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState
from trainer.runs.store import Store

Tiny = Callable[..., Recipe]


class NotedTurn:
    """A turn that notes what is done with it."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def yield_(self) -> None:
        self.done.append("yield")

    def leave(self) -> None:
        self.done.append("leave")

    def take(self) -> bool:
        self.done.append("take")
        return True


def test_a_pause_gives_the_turn_up_and_takes_it_again() -> None:
    turn = NotedTurn()
    control, held, noted = Control(turn), threading.Event(), []
    control.on_hold = lambda is_held: (noted.append(is_held), held.set())
    control.pause()
    thread = threading.Thread(target=control.boundary)
    thread.start()
    assert held.wait(60)
    assert noted == [True]
    control.resume()
    thread.join(60)
    assert not thread.is_alive()
    assert (noted, turn.done) == ([True, False], ["leave", "take", "yield"])


def test_stop_ends_a_pause_at_once() -> None:
    control, held = Control(), threading.Event()
    control.on_hold = lambda _: held.set()
    control.pause()
    threading.Thread(target=lambda: (held.wait(60), control.end("stop"))).start()
    with pytest.raises(FitEndedError):
        control.boundary()
    control.pause()
    with pytest.raises(FitEndedError):
        control.boundary()  # what has ended cannot be paused any more


@pytest.mark.slow
def test_a_paused_run_lets_others_by_and_ends_as_if_nothing_had_been(store: Store, tiny: Tiny) -> None:
    recipe = tiny("fit.epochs=20", "data.limit=60")
    worker = Worker(store)
    paused, alone = store.create(recipe), store.create(recipe.with_settings(["fit.epochs=3"]))
    worker.begin(Train(run_id=paused))
    wait_until(lambda: len(store.read(paused).history.epochs) > 2)
    worker.pause(paused)
    wait_until(lambda: store.read(paused).state is RunState.PAUSED)
    epochs = len(store.read(paused).history.epochs)
    worker.begin(Train(run_id=alone))
    assert worker.join(alone, 60)
    assert store.read(alone).state is RunState.FINISHED
    assert len(store.read(paused).history.epochs) == epochs
    worker.resume(paused)
    assert worker.join(paused, 120)
    whole = store.create(recipe)
    worker.begin(Train(run_id=whole))
    assert worker.join(whole, 120)
    first, second = store.read(paused).history, store.read(whole).history
    assert (first.state, len(first.epochs)) == (RunState.FINISHED, 20)
    assert first.epochs[-1].logs == second.epochs[-1].logs
    assert first.seconds_paused > 0
    assert first.seconds_of_training < first.seconds - first.seconds_paused


def test_stop_while_paused_keeps_the_weights(store: Store, tiny: Tiny) -> None:
    worker = Worker(store)
    run = store.create(tiny("fit.epochs=10000"))
    worker.begin(Train(run_id=run))
    wait_until(lambda: bool(store.read(run).history.epochs))
    worker.pause(run)
    wait_until(lambda: store.read(run).state is RunState.PAUSED)
    worker.end(run, "stop")
    assert worker.join(run, 60)
    assert store.read(run).state is RunState.STOPPED
    assert store.read(run).history.weights is not None

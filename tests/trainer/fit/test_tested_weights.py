"""Which weights are in the model, and so are tested, after every kind of ending of a run.

Each case says which they ought to be. Then the score of the test is computed once more by Keras, from the file of the
epoch that the run says it has tested.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.support.fits import Tiny
from trainer.fit.build import compile_model
from trainer.fit.control import Control, StopReason
from trainer.fit.evaluate import evaluate, select_weights
from trainer.fit.graph_weights import graph_weights, weights_bytes
from trainer.fit.inputs import evaluation_batches, rows_of
from trainer.fit.run import Start, prepare, train
from trainer.recipe.callbacks import EarlyStopping, LearningRateScheduler, ModelCheckpoint
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded, Phase, RunState, StateChanged
from trainer.runs.events import Tested as Opened
from trainer.runs.history import History
from trainer.runs.kept_epochs import kept_epochs, of_model, read_epoch

pytestmark = pytest.mark.slow

When = Callable[[AnyEvent], bool]
STATES: dict[StopReason | None, RunState] = {
    None: RunState.FINISHED,
    "stop": RunState.STOPPED,
    "interrupt": RunState.INTERRUPTED,
    "diverged": RunState.FAILED,
}


class Run:
    """A run without a worker: its folder, and what its log adds up to."""

    def __init__(self, recipe: Recipe, folder: Path) -> None:
        self.recipe, self.folder, self.history, self.control = recipe, folder, History(), Control()
        folder.mkdir()

    def write(self, event: AnyEvent) -> None:
        self.history.add([event.model_copy(update={"n": self.history.cursor + 1})])

    def train(
        self,
        epochs: int,
        why: Any = None,
        *,
        end: When = lambda _: False,
        reason: StopReason = "stop",
        listen: Callable[[AnyEvent], object] = lambda _: None,
    ) -> Run:
        """Train to so many epochs, or until an event after which it is to end."""
        control = Control()

        def write(event: AnyEvent) -> None:
            self.write(event)
            listen(event)
            if end(event):
                control.end(reason)

        recipe = self.recipe.with_(fit=self.recipe.fit.with_(epochs=epochs))
        outcome = train(recipe, self.folder, write, control, Start(why, len(self.history.epochs)))
        self.write(StateChanged(state=STATES[outcome.stop_reason], reason=outcome.reason))
        return self

    def select(self, which: Any) -> Run:
        self.write(select_weights(self.recipe, self.folder, which, Control()))
        return self

    def open_test(self) -> Opened:
        assert self.history.weights is not None
        tested = evaluate(self.recipe, self.folder, self.history.weights, len(self.history.tests) + 1, Control())
        self.write(tested)
        return tested

    def best(self, metric: str, up_to: int | None = None) -> int:
        """The epoch with the best value, the first of several, as Keras chooses it."""
        values = [epoch.logs[metric] for epoch in self.history.epochs][:up_to]
        return 1 + values.index((max if metric.endswith("accuracy") else min)(values))

    @property
    def done(self) -> int:
        return len(self.history.epochs)


def score(recipe: Recipe, folder: Path, place: int) -> dict[str, float]:
    """What Keras's own `evaluate` says of the weights that are kept as those of an epoch, on the test rows."""
    ready = prepare(recipe, kept_in=folder)
    content, at = read_epoch(folder, place), 0
    for variable in graph_weights(ready.model):
        count = int(np.prod(variable.shape))
        variable.assign(np.frombuffer(content, "<f4", count, at).reshape(variable.shape))
        at += 4 * count
    assert at == len(content)
    assert content == weights_bytes([variable.numpy() for variable in graph_weights(ready.model)])
    compile_model(ready.model, recipe, ready.loss)
    rows = rows_of(ready.dataset.test, ready.preparation, ready.loss, len(ready.dataset.class_names))
    return dict(ready.model.evaluate(evaluation_batches(rows), verbose=0, return_dict=True))


def batch_of(epoch: int) -> When:
    return lambda event: isinstance(event, BatchSeen) and event.epoch == epoch


def end_of(epoch: int) -> When:
    return lambda event: isinstance(event, EpochEnded) and event.epoch == epoch


def first_batch(event: AnyEvent) -> bool:
    return isinstance(event, Phase) and event.name == "training"


class Expected(NamedTuple):
    """The weights that ought to be in the model."""

    epoch: int
    code: str
    inside: int | None = None


def finished(run: Run) -> Expected:
    run.train(4)
    return Expected(4, "weights_of_the_end")


def finished_in_one_epoch(run: Run) -> Expected:
    run.train(1)
    return Expected(1, "weights_of_the_end")


def stopped_early_best_restored(run: Run) -> Expected:
    run.train(40)
    assert run.done < 40
    best = run.best("val_accuracy")
    assert best < run.done
    return Expected(best, "weights_of_callback")


def stopped_early_best_not_restored(run: Run) -> Expected:
    run.train(40)
    assert run.done < 40
    return Expected(run.done, "weights_of_the_end")


def not_stopped_early_best_restored(run: Run) -> Expected:
    run.train(5)
    assert run.done == 5
    return Expected(run.best("val_accuracy"), "weights_of_callback")


def best_saved(run: Run) -> Expected:
    run.train(6)
    return Expected(run.best("val_accuracy"), "weights_of_callback")


def stopped_inside(run: Run) -> Expected:
    run.train(5, end=batch_of(3))
    return Expected(2, "weights_inside_epoch", 3)


def stopped_inside_the_first(run: Run) -> Expected:
    run.train(5, end=first_batch)
    assert run.done == 0
    return Expected(0, "weights_inside_epoch", 1)


def stopped_right_after_an_epoch(run: Run) -> Expected:
    """The next boundary comes after the first batches of the next epoch, of which no point has been written."""
    run.train(5, end=end_of(2))
    return Expected(2, "weights_inside_epoch", 3)


def stopped_inside_best_restored(run: Run) -> Expected:
    run.train(40, end=batch_of(4))
    return Expected(run.best("val_accuracy"), "weights_of_callback")


def closed_inside(run: Run) -> Expected:
    run.train(5, end=batch_of(2), reason="interrupt")
    return Expected(1, "weights_inside_epoch", 2)


def diverged_at_once(run: Run) -> Expected:
    run.recipe = run.recipe.with_settings(["optimizer.learning_rate=1e38"])
    run.train(5)
    assert run.history.state is RunState.FAILED
    return Expected(0, "weights_before_training")


def diverged_later(run: Run) -> Expected:
    with pytest.MonkeyPatch.context() as patch:

        def explode(event: AnyEvent) -> None:
            if isinstance(event, EpochEnded) and event.epoch == 2:
                patch.setattr(LearningRateScheduler, "rate", lambda *_: 1e38)

        run.train(6, listen=explode)
    assert run.history.state is RunState.FAILED
    return Expected(2, "weights_before_divergence")


def resumed(run: Run) -> Expected:
    run.train(5, end=batch_of(3))
    run.train(5, "resume")
    assert run.done == 5
    return Expected(5, "weights_of_the_end")


def resumed_and_stopped_again(run: Run) -> Expected:
    run.train(5, end=batch_of(2))
    run.train(5, "resume", end=batch_of(4))
    return Expected(3, "weights_inside_epoch", 4)


def resumed_where_it_had_stopped_early(run: Run) -> Expected:
    run.train(40)
    done, best = run.done, run.best("val_accuracy")
    run.train(40, "resume")
    assert run.done == done
    return Expected(best, "weights_of_callback")


def trained_longer(run: Run) -> Expected:
    run.train(2)
    run.train(5, "further")
    return Expected(5, "weights_of_the_end")


def trained_longer_from_the_last_not_the_best(run: Run) -> Expected:
    run.train(40)
    before = run.done
    run.train(before + 2, "further")
    return Expected(run.best("val_accuracy"), "weights_of_callback")


def trained_longer_after_the_best_was_selected(run: Run) -> Expected:
    run.train(4).select("best").train(6, "further")
    return Expected(6, "weights_of_the_end")


def best_selected(run: Run) -> Expected:
    """Its fourth epoch and those after it are worse: it then learns away from the answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LearningRateScheduler, "rate", lambda _, epoch, *more: 0.01 if epoch < 3 else -0.05)
        run.train(6)
    run.select("best")
    assert run.best("val_loss") == 3
    return Expected(3, "weights_best_selected")


def last_selected(run: Run) -> Expected:
    run.train(40).select("last")
    return Expected(run.done, "weights_last_selected")


def best_selected_after_a_stop_inside(run: Run) -> Expected:
    run.train(5, end=batch_of(3)).select("best")
    return Expected(run.best("val_loss"), "weights_best_selected")


def last_selected_after_a_stop_inside(run: Run) -> Expected:
    """The same number of epochs as before, but other weights."""
    run.train(5, end=batch_of(3))
    inside = run.open_test()
    run.select("last")
    assert run.history.test_of_weights is None, "those were other weights"
    assert inside.inside_epoch == 3
    return Expected(2, "weights_last_selected")


EARLY, NOT_RESTORED = (
    EarlyStopping(monitor="val_accuracy", patience=2, restore_best_weights=restore) for restore in (True, False)
)
LATE = LearningRateScheduler(schedule="step_decay", factor=0.5, every=1)
CASES: dict[Callable[[Run], Expected], tuple[Any, ...]] = {
    finished: (),
    finished_in_one_epoch: (),
    stopped_early_best_restored: (EARLY,),
    stopped_early_best_not_restored: (NOT_RESTORED,),
    not_stopped_early_best_restored: (EARLY.with_(patience=30),),
    best_saved: (ModelCheckpoint(monitor="val_accuracy", save_best_only=True),),
    stopped_inside: (),
    stopped_inside_the_first: (),
    stopped_right_after_an_epoch: (),
    stopped_inside_best_restored: (EARLY.with_(patience=30),),
    closed_inside: (),
    diverged_at_once: (),
    diverged_later: (LATE,),
    resumed: (),
    resumed_and_stopped_again: (),
    resumed_where_it_had_stopped_early: (EARLY,),
    trained_longer: (),
    trained_longer_from_the_last_not_the_best: (EARLY,),
    trained_longer_after_the_best_was_selected: (),
    best_selected: (LATE,),
    last_selected: (EARLY,),
    best_selected_after_a_stop_inside: (),
    last_selected_after_a_stop_inside: (),
}


class Killed(BaseException):
    """Takes the trainer away."""


def test_killed_after_a_resume_the_weights_from_before_are_still_there_and_still_tested(
    tiny: Tiny, tmp_path: Path
) -> None:
    """They are no longer among the kept epochs, and no other epoch is taken for them."""
    run = Run(tiny("fit.epochs=5"), tmp_path / "run")
    run.train(5, end=batch_of(3))
    before = run.open_test()

    def kill(event: AnyEvent) -> None:
        if end_of(4)(event):
            raise Killed

    with pytest.raises(Killed):
        run.train(5, "resume", listen=kill)
    run.write(StateChanged(state=RunState.INTERRUPTED))
    after = run.open_test()
    assert (after.logs, after.weights_epoch, after.inside_epoch) == (before.logs, 2, 3)
    assert of_model(kept_epochs(run.folder), run.history.weights) is None
    run.train(5, "resume")
    kept = of_model(kept_epochs(run.folder), run.history.weights)
    assert kept is not None
    assert kept.epoch == 5
    assert run.open_test().logs["loss"] == pytest.approx(score(run.recipe, run.folder, 5)["loss"], rel=1e-4)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_the_weights_that_are_tested_are_those_that_the_run_names(
    tiny: Tiny, tmp_path: Path, case: Callable[[Run], Expected]
) -> None:
    run = Run(tiny("fit.epochs=5").with_(callbacks=CASES[case]), tmp_path / "run")
    expected = case(run)
    weights, tested = run.history.weights, run.open_test()
    assert weights is not None
    assert weights.reason.code == f"runs.{expected.code}"
    assert (weights.epoch, weights.inside_epoch) == (expected.epoch, expected.inside)
    assert (tested.weights_epoch, tested.inside_epoch) == (expected.epoch, expected.inside)
    assert run.history.test_of_weights is not None
    assert run.history.kept_epoch == (expected.epoch if expected.inside is None else None)
    if expected.inside is None and expected.epoch:
        scored = run.history.scored_epoch
        assert scored is not None
        assert scored.epoch == expected.epoch

    kept = {one.epoch: one for one in kept_epochs(run.folder)}
    assert of_model(list(kept.values()), weights) == kept[weights.place]
    again = score(run.recipe, run.folder, weights.place)
    assert tested.logs["accuracy"] == pytest.approx(again["accuracy"], abs=1e-6)
    assert tested.logs["loss"] == pytest.approx(again["loss"], rel=1e-4)
    others = [score(run.recipe, run.folder, place)["loss"] for place in kept if place != weights.place]
    assert all(other != pytest.approx(tested.logs["loss"], rel=1e-6) for other in others), "no other epoch scores so"

    last = {0, expected.epoch if run.history.has_diverged else run.done}
    best = {run.history.best_epoch} - {None}
    assert last | best <= kept.keys(), "the first, the best and the last are kept as well"
    assert all(one.inside or one.epoch <= run.done for one in kept.values()), "nothing is kept of other epochs"
    assert weights.best_epoch == run.history.best_epoch

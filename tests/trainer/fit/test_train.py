"""Real fits on tiny data: how they end, what they keep, and what each callback and loss does in them."""

import csv
import os
import threading
from pathlib import Path
from typing import Any, get_args

import keras
import numpy as np
import pytest

from tests.support.fits import Tiny, evaluated, fit, kept
from trainer import data
from trainer.fit.checkpoint import save_weights
from trainer.fit.control import Control
from trainer.fit.ending import WEIGHTS_FILE
from trainer.fit.evaluate import evaluate as open_test
from trainer.recipe.callbacks import (
    Callback,
    CSVLogger,
    EarlyStopping,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
)
from trainer.recipe.check import check
from trainer.recipe.recipe import Loss
from trainer.recipe.spec import RecipeError
from trainer.runs import kept_epochs
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded
from trainer.runs.saved_state import FOLDER
from trainer.runs.wording import WORDING


def test_all_epochs(tiny: Tiny, tmp_path: Path) -> None:
    recipe = tiny("fit.epochs=4")
    outcome, history = fit(recipe, tmp_path)
    assert outcome.stop_reason is None
    assert outcome.reason == WORDING.message("finished", epochs=4)
    assert [epoch.epoch for epoch in history.epochs] == [1, 2, 3, 4]
    assert set(history.epochs[0].logs) == {"loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"}
    assert history.prepared is not None
    assert (history.prepared.train, history.prepared.validation, history.prepared.test) == (96, 24, 30)
    assert history.prepared.steps == 6
    assert (history.prepared.majority, history.prepared.val_majority) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert history.prepared.parameters == check(recipe, data.facts(recipe.data, recipe.seed)).parameters
    assert [batch.step for batch in history.batches if batch.step == 6] == [6] * 4, "the last batch of each epoch"
    assert history.weights is not None
    assert history.weights.epoch == 4
    assert history.epochs[3].logs["loss"] < history.epochs[0].logs["loss"]
    assert set(os.listdir(tmp_path)) == {WEIGHTS_FILE, FOLDER, kept_epochs.FOLDER}


def test_without_validation(tiny: Tiny, tmp_path: Path) -> None:
    _, history = fit(tiny("data.validation=0"), tmp_path)
    assert set(history.epochs[0].logs) == {"loss", "accuracy", "learning_rate"}


def test_early_stopping_goes_back_to_the_best(tiny: Tiny, tmp_path: Path) -> None:
    stop = EarlyStopping(min_delta=100.0, patience=2)
    outcome, history = fit(tiny("fit.epochs=50").with_(callbacks=(stop,)), tmp_path)
    assert (outcome.stop_reason, len(history.epochs)) == (None, 3)
    assert (outcome.reason.code, outcome.reason.parameters["best"]) == ("runs.early_stopping", 1)
    assert history.weights is not None
    assert history.weights.epoch == 1
    first, other = tmp_path / "first", tmp_path / "other"
    first.mkdir()
    other.mkdir()
    fit(tiny("fit.epochs=1"), first)
    one, best = kept(tiny(), first).model.get_weights(), kept(tiny(), tmp_path).model.get_weights()
    for expected, found in zip(one, best, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_early_stopping_that_never_watched_names_the_last_epoch(tiny: Tiny, tmp_path: Path) -> None:
    """It said that the weights were those of epoch 1, because Keras's `best_epoch` is 0 until there is one."""
    late = EarlyStopping(start_from_epoch=10)
    _, history = fit(tiny("fit.epochs=3").with_(callbacks=(late,)), tmp_path)
    assert history.weights is not None
    assert history.weights.epoch == 3


def test_checkpoint_is_what_is_kept(tiny: Tiny, tmp_path: Path) -> None:
    worse = LearningRateScheduler(schedule="linear_warmup", every=1)
    recipe = tiny("fit.epochs=3").with_(callbacks=(ModelCheckpoint(monitor="val_accuracy"), worse))
    _, history = fit(recipe, tmp_path)
    accuracy = [epoch.logs["val_accuracy"] for epoch in history.epochs]
    assert history.weights is not None
    assert history.weights.epoch == accuracy.index(max(accuracy)) + 1
    assert "ModelCheckpoint" in str(history.weights.reason)


def test_stop_from_another_thread(tiny: Tiny, tmp_path: Path) -> None:
    control, begun = Control(), threading.Event()

    def press() -> None:
        assert begun.wait(60)
        control.end("stop")

    presser = threading.Thread(target=press)
    presser.start()
    outcome, history = fit(
        tiny("fit.epochs=10000"), tmp_path, lambda event: begun.set() if isinstance(event, BatchSeen) else None, control
    )
    presser.join(60)
    assert outcome.stop_reason == "stop"
    assert outcome.reason.code == "runs.stopped_after"
    assert len(history.epochs) < 10_000
    assert history.weights is not None
    assert history.weights.epoch == len(history.epochs)
    assert np.isfinite(kept(tiny(), tmp_path).model.get_weights()[0]).all()


@pytest.mark.parametrize("when", ["before", "first batch"])
def test_stop_early(tiny: Tiny, tmp_path: Path, when: str) -> None:
    control = Control()

    def listen(event: AnyEvent) -> None:
        if when == "before" or isinstance(event, BatchSeen):
            control.end("interrupt")

    outcome, history = fit(tiny(), tmp_path, listen, control)
    assert outcome.stop_reason == "interrupt"
    assert (len(history.epochs), len(history.batches)) == (0, 0 if when == "before" else 1)
    if when == "before":  # nothing has been learned: there is nothing to keep
        assert (history.weights, os.listdir(tmp_path)) == (None, [])
        assert outcome.reason == WORDING.message("closed_before_first_batch")
        return
    assert history.weights is not None
    assert history.weights.epoch == 0
    assert kept(tiny(), tmp_path)


@pytest.mark.parametrize("callbacks", ["[]", '[{"kind": "TerminateOnNaN"}]', '[{"kind": "EarlyStopping"}]'])
def test_diverging_is_noticed_and_keeps_finite_weights(tiny: Tiny, tmp_path: Path, callbacks: str) -> None:
    recipe = tiny("fit.epochs=50", f"callbacks={callbacks}", "optimizer.learning_rate=1e38")
    outcome, history = fit(recipe, tmp_path)
    assert (outcome.stop_reason, len(history.epochs) < 50) == ("diverged", True)
    assert outcome.reason.code == "runs.diverged"
    assert outcome.reason.parameters["rate"] == 0.001, "a rate that works, not a tenth of one that never could"
    assert history.weights is not None
    assert history.weights.epoch == 0
    assert all(np.isfinite(array).all() for array in kept(recipe, tmp_path).model.get_weights())


def test_diverging_later_keeps_the_last_finite_epoch(tiny: Tiny, tmp_path: Path) -> None:
    """Two epochs at rate 0.01, then it explodes: what is kept are the weights of epoch 2."""
    late = LearningRateScheduler(schedule="step_decay", factor=0.5, every=1)
    calm = tiny("fit.epochs=2").with_(callbacks=(late,))
    recipe = tiny("fit.epochs=6").with_(callbacks=(late,))

    def explode(event: AnyEvent) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 2:
            rate.append(LearningRateScheduler.rate)
            LearningRateScheduler.rate = lambda *_: 1e38  # type: ignore[method-assign]

    rate: list[Any] = []
    try:
        outcome, history = fit(recipe, tmp_path, explode)
    finally:
        LearningRateScheduler.rate = rate[0]  # type: ignore[method-assign]
    assert outcome.stop_reason == "diverged"
    assert history.weights is not None
    assert (history.weights.epoch, history.weights.best_epoch) == (2, 2)
    calmer = tmp_path / "calm"
    calmer.mkdir()
    fit(calm, calmer)
    expected, found = (kept(r, f).model.get_weights() for r, f in ((calm, calmer), (recipe, tmp_path)))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


@pytest.mark.parametrize("cls", Callback.registry.values(), ids=list(Callback.registry))
def test_callback_alone(tiny: Tiny, tmp_path: Path, cls: type[Callback]) -> None:
    outcome, history = fit(tiny("data.limit=40").with_(callbacks=(cls(),)), tmp_path)  # type: ignore[call-arg]  # each kind has its own
    assert outcome.stop_reason is None
    assert len(history.epochs) == 2
    made = {"ModelCheckpoint": {"checkpoints"}, "CSVLogger": {"training.csv"}, "TensorBoard": {"tensorboard"}}
    assert set(os.listdir(tmp_path)) == {WEIGHTS_FILE, FOLDER, kept_epochs.FOLDER} | made.get(cls.kind_name(), set())


@pytest.mark.parametrize(
    ("plan", "rates"),
    [
        ({"schedule": "step_decay", "factor": 0.5, "every": 2}, [0.01, 0.01, 0.005, 0.005]),
        ({"schedule": "exponential_decay", "factor": 0.5}, [0.01, 0.005, 0.0025, 0.00125]),
        ({"schedule": "cosine_decay"}, [0.01, 0.00853553, 0.005, 0.001464466]),
        ({"schedule": "linear_warmup", "every": 4}, [0.0025, 0.005, 0.0075, 0.01]),
    ],
)
def test_schedules(plan: dict[str, Any], rates: list[float]) -> None:
    spec = LearningRateScheduler(**plan)
    assert [spec.rate(epoch, 4, 0.01) for epoch in range(4)] == pytest.approx(rates)


def test_schedule_reaches_the_curve(tiny: Tiny, tmp_path: Path) -> None:
    recipe = tiny("fit.epochs=3", "data.limit=40").with_(callbacks=(LearningRateScheduler(factor=0.5),))
    _, history = fit(recipe, tmp_path)
    assert history.epoch_curve("learning_rate").y == pytest.approx([0.01, 0.005, 0.0025])


@pytest.mark.slow
@pytest.mark.parametrize("loss", get_args(Loss))
def test_every_loss(tiny: Tiny, texts: Tiny, tmp_path: Path, loss: str) -> None:
    ran = 0
    for recipe in (tiny("data.limit=40", "fit.epochs=1", f"loss={loss}"), texts(f"loss={loss}")):
        if check(recipe, data.facts(recipe.data, recipe.seed)).errors:
            continue
        outcome, history = fit(recipe, tmp_path)
        assert outcome.stop_reason is None
        assert history.weights is not None
        tested = open_test(recipe, tmp_path, history.weights, 1, Control())
        assert np.isfinite([history.epochs[0].logs["loss"], tested.logs["loss"]]).all()
        assert tested.logs == pytest.approx(evaluated(recipe, tmp_path), rel=1e-4)
        ran += 1
    assert ran, "no head goes with this loss"


def test_model_that_cannot_work_is_refused(tiny: Tiny, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="Layer 1"):
        fit(tiny('layers.0={"kind": "LSTM"}'), tmp_path)
    assert os.listdir(tmp_path) == []
    assert keras.backend.backend() == "tensorflow"


def test_the_rate_of_an_epoch_is_the_one_it_was_trained_with(tiny: Tiny, tmp_path: Path) -> None:
    """ReduceLROnPlateau lowers the rate at an epoch's end: the record showed it one epoch too early."""
    watch = ReduceLROnPlateau(monitor="loss", patience=1, factor=0.5, min_delta=100.0)
    _, history = fit(tiny("fit.epochs=4").with_(callbacks=(watch, CSVLogger())), tmp_path)
    with (tmp_path / "training.csv").open(newline="") as file:
        written = [float(row["learning_rate"]) for row in csv.DictReader(file)]
    assert [epoch.logs["learning_rate"] for epoch in history.epochs] == pytest.approx(written)
    assert written[-1] < written[0]


def test_the_test_loss_counts_far_misses_as_keras_does(tiny: Tiny, tmp_path: Path) -> None:
    """Chances that had been cut to 1e-7 and up made every miss look near: the loss was half of Keras's."""
    recipe = tiny("fit.epochs=1", "optimizer.learning_rate=0.0001")
    _, history = fit(recipe, tmp_path)
    assert history.weights is not None
    ready = kept(recipe, tmp_path)
    ready.model.layers[-1].set_weights([200 * weights for weights in ready.model.layers[-1].get_weights()])
    save_weights(ready.model, tmp_path / WEIGHTS_FILE)
    with pytest.raises(RecipeError, match="damaged"):
        open_test(recipe, tmp_path, history.weights, 1, Control())
    known = history.weights.model_copy(update={"sha256": None})  # as in runs of versions without hashes
    tested = open_test(recipe, tmp_path, known, 1, Control())
    assert tested.logs["loss"] > 17, "a miss cut at 1e-7 counts 16 at most"
    assert tested.logs == pytest.approx(evaluated(recipe, tmp_path), rel=1e-4)


def test_a_folder_with_braces_in_its_name_keeps_checkpoints(tiny: Tiny, tmp_path: Path) -> None:
    folder = tmp_path / "a{b}c{epoch}"
    folder.mkdir()
    fit(tiny().with_(callbacks=(ModelCheckpoint(),)), folder)
    assert (folder / "checkpoints" / "best.weights.h5").exists()

"""The answers that a fit writes for people who watch it learn."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from tests.support.clock import Clock
from tests.support.fits import fit, kept
from tests.support.throttle import leave_nothing_out
from trainer.data.validation_sample import ValidationSample, validation_sample
from trainer.fit import run as run_module
from trainer.fit.answers import AnswerReporter, answered, class_scores
from trainer.fit.control import Control
from trainer.fit.inputs import examples
from trainer.fit.run import Start, train
from trainer.fit.throttle import MAX_COST, MIN_INTERVAL
from trainer.recipe.callbacks import EarlyStopping
from trainer.recipe.layers import (
    GRU,
    LSTM,
    BatchNormalization,
    Bidirectional,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Layer,
)
from trainer.recipe.recipe import Recipe
from trainer.runs.events import Answered, AnyEvent, BatchSeen, EpochEnded

SAMPLE = ValidationSample(np.array([4, 5, 6]), np.array([40, 50, 60]), np.array([0, 1, 1]), "00000000")


def test_scores_become_an_event() -> None:
    found = answered(SAMPLE, np.array([[0.25, 0.75], [0.1236, 0.8764], [np.nan, 0.5]]), 3)
    assert (found.epoch, found.rows, found.truth) == (3, (40, 50, 60), (0, 1, 1))
    assert found.answers == (1, 1, None)
    assert found.confidences == (0.75, 0.876, None)


def test_outputs_that_are_no_probabilities_have_no_confidence() -> None:
    found = answered(SAMPLE, np.array([[-1.0, 3.0], [0.5, 0.2], [0.0, 1.0]]), 1)
    assert found.answers == (1, 0, 1)
    assert found.confidences == (None, None, None)


def test_one_unit_and_several_classes() -> None:
    assert class_scores(np.array([[0.3], [0.5], [0.7]])).argmax(axis=1).tolist() == [0, 0, 1]
    assert class_scores(np.eye(3)).tolist() == np.eye(3).tolist()


class Model:
    """A model whose answers take some time."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.clock, self.seconds, self.stop_training = clock, seconds, False

    def __call__(self) -> Any:
        self.clock.now += self.seconds
        return SimpleNamespace(numpy=lambda: np.full((3, 2), 0.5))


def reporter(clock: Clock, seconds: float, written: list[Answered], done: int = 0) -> AnswerReporter:
    model = Model(clock, seconds)
    inputs: Any = SimpleNamespace(take=lambda places: places)
    made = AnswerReporter(keras.Sequential(), SAMPLE, inputs, written.append, 1000, done, clock)
    made._predict = partial(model)
    made.set_model(model)
    return made


def epochs_answered(seconds: float, each: float, count: int = 1000) -> tuple[list[int], float]:
    """The epochs after which there were answers, and the share of the time that they took.

    Args:
        seconds: that the model needs for its answers.
        each: seconds of an epoch.
        count: epochs.
    """
    clock, written = Clock(), list[Answered]()
    made = reporter(clock, seconds, written)
    made.on_train_begin()
    for epoch in range(count):
        clock.now += each
        made.on_epoch_end(epoch)
    return [one.epoch for one in written], seconds * (len(written) + 1) / (clock() - 100)


def test_after_each_epoch_of_some_length() -> None:
    epochs, cost = epochs_answered(0.002, 1.0)
    assert epochs == list(range(1001))
    assert cost < MAX_COST


@pytest.mark.parametrize(("seconds", "each"), [(0.001, 0.003), (0.02, 0.005), (0.5, 1.0), (0.0, 0.001)])
def test_short_epochs_are_left_out(seconds: float, each: float) -> None:
    epochs, cost = epochs_answered(seconds, each)
    assert epochs[0] == 0
    assert epochs[-1] == 1000, "the last epoch always has answers"
    assert cost < MAX_COST + 3 * seconds / (1000 * each), "beside those before training and after the last epoch"
    assert len(epochs) <= 3 + 1000 * each / MIN_INTERVAL * 1.2


def test_when_a_callback_stops_the_fit_the_last_epoch_has_answers() -> None:
    clock, written = Clock(), list[Answered]()
    made = reporter(clock, 0.001, written)
    made.on_train_begin()
    made.on_epoch_end(0)
    made.model.stop_training = True
    made.on_epoch_end(1)
    assert [one.epoch for one in written] == [0, 2]


def test_a_fit_that_continues_has_no_guesses_before_it() -> None:
    clock, written = Clock(), list[Answered]()
    made = reporter(clock, 0.001, written, done=3)
    made.on_train_begin()
    clock.now += 1
    made.on_epoch_end(3)
    assert [one.epoch for one in written] == [4]


NOISE = Layer.registry["GaussianNoise"](stddev=0.2)
RANDOM = (Conv2D(filters=4), NOISE, Dropout(rate=0.3), BatchNormalization(), Flatten())
WORDS, SWITCH = Embedding(input_dim=50, output_dim=4, mask_zero=True), Dense(units=1, activation="sigmoid")
OUTPUT = Dense(units=3, activation="softmax")


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers after each epoch, however short."""
    leave_nothing_out(monkeypatch)


@pytest.mark.slow
@pytest.mark.usefixtures("always")
@pytest.mark.parametrize(
    ("kind", "layers"),
    [
        ("tiny", (*RANDOM, OUTPUT)),
        ("texts", ()),
        ("texts", (WORDS, LSTM(units=3, dropout=0.2, recurrent_dropout=0.2), SWITCH)),
        ("texts", (WORDS, Bidirectional(layer=GRU(units=2, dropout=0.3)), Dropout(rate=0.5), SWITCH)),
    ],
    ids=["pictures", "pooled", "LSTM", "GRU"],
)
def test_losses_are_the_same_to_the_last_digit(
    kind: str,
    layers: tuple[Layer, ...],
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make: Callable[..., Recipe] = request.getfixturevalue(kind)
    recipe = make("fit.epochs=3")
    recipe = recipe.with_(layers=layers) if layers else recipe
    losses: list[list[Any]] = []
    for name in ("with", "without"):
        events: list[AnyEvent] = []
        (tmp_path / name).mkdir()
        fit(recipe, tmp_path / name, events.append)
        losses.append([event.logs for event in events if isinstance(event, EpochEnded)])
        told = [event.epoch for event in events if isinstance(event, Answered)]
        assert told == ([0, 1, 2, 3] if name == "with" else [])
        monkeypatch.setattr(run_module, "validation_sample", lambda dataset, seed: None)
    assert losses[0] == losses[1]


def check_answers(found: Answered, recipe: Recipe, folder: Path) -> None:
    """Compare answers with what Keras's own `predict` says with the weights that a run has kept."""
    ready = kept(recipe, folder)
    sample, part = validation_sample(ready.dataset, recipe.seed), ready.dataset.validation
    assert sample is not None
    assert part is not None
    assert found.checksum == sample.checksum
    assert found.truth == tuple(sample.truth.tolist())
    scores = class_scores(ready.model.predict(examples(part, ready.preparation).take(sample.places), verbose=0))
    assert found.answers == tuple(scores.argmax(axis=1).tolist())
    assert found.confidences == pytest.approx(scores.max(axis=1), abs=6e-4)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["tiny", "texts"])
def test_answers_are_those_of_the_model(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    make: Callable[..., Recipe] = request.getfixturevalue(kind)
    recipe = make("fit.epochs=3")
    _, history = fit(recipe, tmp_path)
    assert history.answers[-1].epoch == 3
    check_answers(history.answers[-1], recipe, tmp_path)


@pytest.mark.slow
def test_no_answers_without_validation(tiny: Callable[..., Recipe], tmp_path: Path) -> None:
    _, history = fit(tiny("data.validation=0"), tmp_path)
    assert len(history.epochs) == 2
    assert history.answers == []


@pytest.mark.slow
@pytest.mark.usefixtures("always")
def test_a_resumed_run_has_the_answers_of_one_that_was_never_stopped(
    tiny: Callable[..., Recipe], tmp_path: Path
) -> None:
    recipe = tiny("fit.epochs=4")
    events: list[AnyEvent] = []
    control = Control()

    def stop_in_the_third(event: AnyEvent) -> None:
        events.append(event)
        if isinstance(event, BatchSeen) and event.epoch == 3:
            control.end("stop")

    for name in ("whole", "parts"):
        (tmp_path / name).mkdir()
    _, whole = fit(recipe, tmp_path / "whole")
    fit(recipe, tmp_path / "parts", stop_in_the_third, control)
    assert [event.epoch for event in events if isinstance(event, Answered)] == [0, 1, 2]
    train(recipe, tmp_path / "parts", events.append, Control(), Start("resume", 2))
    told = [event for event in events if isinstance(event, Answered)]
    assert [one.model_dump(exclude={"n", "t"}) for one in told] == [
        one.model_dump(exclude={"n", "t"}) for one in whole.answers
    ]


@pytest.mark.slow
def test_the_weights_that_are_kept_have_answers(
    tiny: Callable[..., Recipe], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.fit.throttle.MIN_INTERVAL", 1e9)  # only the first and the last epoch
    stopping = EarlyStopping(monitor="val_accuracy", patience=2, restore_best_weights=True)
    recipe = tiny("fit.epochs=30").with_(callbacks=(stopping,))
    _, history = fit(recipe, tmp_path)
    weights = history.weights
    assert weights is not None
    assert 0 < weights.epoch < history.epochs[-1].epoch
    assert [one.epoch for one in history.answers] == [0, weights.epoch, history.epochs[-1].epoch]
    check_answers(history.answers[1], recipe, tmp_path)

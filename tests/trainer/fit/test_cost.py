"""What is measured before training, with real tiny models: it says something sensible and changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trainer.fit import build
from trainer.fit import cost as module
from trainer.fit.batch_timer import MAX_TIMED_SECONDS, MIN_EXECUTIONS, TIMED_SECONDS, BatchTimer, TimingDoneError
from trainer.fit.control import Control, FitEndedError
from trainer.fit.cost import measure
from trainer.fit.execution import compiled_from, execution_config
from trainer.fit.run import train
from trainer.fit.shared_graphs import SHARED
from trainer.recipe.cost import Cost
from trainer.recipe.layers import LSTM, BatchNormalization, Conv2D, Dense, Dropout, Embedding, Flatten
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.events import AnyEvent, EpochEnded

pytestmark = pytest.mark.slow

Tiny = Callable[..., Recipe]
LAYERS = (Conv2D(filters=4), Dropout(rate=0.3), BatchNormalization(), Flatten(), Dense(units=3, activation="softmax"))


class Ticking:
    """A clock that is a tenth of a second later each time somebody looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.1
        return self.now


def losses(recipe: Recipe, folder: Path) -> list[float]:
    found: list[float] = []

    def write(event: AnyEvent) -> None:
        if isinstance(event, EpochEnded):
            found.extend((event.logs["loss"], event.logs["val_loss"]))

    folder.mkdir()
    train(recipe, folder, write, Control())
    return found


@pytest.mark.parametrize("settings", [(), ("data.validation=0",), ("data.limit=20",), ("fit.batch_size=1000",)])
def test_the_cost_of_pictures(tiny: Tiny, settings: tuple[str, ...]) -> None:
    found = measure(tiny(*settings), Control(), clock=Ticking())
    assert min(found.first, found.once, found.training) > 0
    assert (found.validation > 0) == ("data.validation=0" not in settings)
    assert found.saving > 0
    assert found.compiled_from is None


def test_the_cost_of_texts(texts: Tiny) -> None:
    found = measure(texts(), Control(), clock=Ticking())
    assert min(found.first, found.training, found.validation) > 0
    assert found.compiled_from is None


def test_a_model_is_compiled_where_its_fit_would_do_it(texts: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled, function = [], build.tf.function

    def spy(*arguments: Any, **more: Any) -> Any:
        if more.get("jit_compile"):
            compiled.append(True)
        return function(*arguments, **more)

    monkeypatch.setattr(build.tf, "function", spy)
    layers = (Embedding(input_dim=50, mask_zero=True), LSTM(units=3), Dense(units=1, activation="sigmoid"))
    short = measure(texts().with_(layers=layers), Control(), clock=Ticking())
    epochs = short.compiled_from
    assert epochs is not None, "in some thousand epochs it would pay off"
    assert 1_000 < epochs < 10_000
    assert (short.is_for(epochs - 1), short.is_for(epochs)) == (True, False)
    long = measure(texts(f"fit.epochs={epochs}").with_(layers=layers), Control(), clock=Ticking())
    assert (long.compiled_from, long.is_for(epochs - 1), long.is_for(epochs)) == (epochs, False, True)
    assert compiled == [True], "and only where it is asked for"


def test_a_batch_that_takes_seconds_is_timed_with_fewer_rows(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe, real, sizes = tiny(), module.training_loop, []

    def loop(model: Any, timed: Recipe, *more: Any) -> Any:
        sizes.append(timed.fit.batch_size)
        return real(model, timed, *more)

    monkeypatch.setattr(module, "training_loop", loop)
    plain = measure(recipe, Control(), clock=Ticking())
    monkeypatch.setattr(module, "MAX_BATCH_SECONDS", module.seconds_per_batch(recipe, (6, 6, 1)) / 4)
    scaled = measure(recipe, Control(), clock=Ticking())
    assert sizes == [16, 16, 4, 4], "each for the training and for the validation rows"
    assert scaled.training == pytest.approx(plain.training), "four batches of a quarter, each counted four times"
    assert scaled.validation > 0
    assert scaled.spread > plain.spread


def test_from_how_many_epochs_on_a_fit_is_compiled() -> None:
    tree = '{"data": {"kind": "text_csv", "path": "a.csv"}, "fit": {"batch_size": 32}}'
    recipe = Recipe.from_json(tree).with_(layers=(Embedding(input_dim=50), LSTM(units=8), Dense(units=1)))
    epochs = compiled_from(recipe, (60,), 1_680)
    assert epochs is not None
    assert [execution_config(recipe, (60,), 1_680, n).jit_compile for n in (epochs - 1, epochs)] == [False, True]
    assert compiled_from(recipe.with_(layers=(Flatten(), Dense(units=1))), (60,), 1_680) is None


def test_a_fit_in_the_same_process_finds_the_graphs(tiny: Tiny) -> None:
    recipe = tiny().with_(layers=LAYERS)
    elsewhere = measure(recipe, Control(), clock=Ticking())
    held = set(SHARED.keys)
    here = measure(recipe, Control(), clock=Ticking(), same_process=True)
    assert here.first < elsewhere.first
    assert here.once < elsewhere.once
    assert (here.training, here.validation) == (elsewhere.training, elsewhere.validation)
    assert set(SHARED.keys) == held, "that it makes none is no guess"


def test_recipe_that_cannot_work(tiny: Tiny) -> None:
    with pytest.raises(RecipeError, match="LSTM"):
        measure(tiny('layers=[{"kind": "LSTM"}]'), Control())


def test_nobody_wants_to_know_any_more(tiny: Tiny) -> None:
    control = Control()
    control.end("stop")
    with pytest.raises(FitEndedError):
        measure(tiny(), control)


def test_losses_after_and_beside_a_question_are_those_without(tiny: Tiny, tmp_path: Path) -> None:
    recipe = tiny("fit.epochs=3").with_(layers=LAYERS)
    alone = losses(recipe, tmp_path / "alone")
    measure(recipe, Control(), clock=Ticking())
    assert losses(recipe, tmp_path / "after") == pytest.approx(alone, rel=1e-5)
    found: list[Cost] = []
    beside = threading.Thread(target=lambda: found.append(measure(recipe, Control())))
    beside.start()
    together = losses(recipe, tmp_path / "beside")
    beside.join(60)
    assert together == pytest.approx(alone, rel=1e-5)
    assert found


def watch(clock: Any, batches: int, seconds: float, stretch: int) -> BatchTimer:
    """A timer after it has seen enough executions of `stretch` batches, each so many seconds, the first twice."""
    timer = BatchTimer(Control(), batches, clock)
    clock.now += seconds
    for epoch in range(1_000):
        timer.on_epoch_begin(epoch)
        for batch in range(stretch - 1, batches + stretch - 1, stretch):
            clock.now += seconds
            try:
                timer.on_train_batch_end(batch, {"loss": 1.0})
            except TimingDoneError:
                return timer
    raise AssertionError("It has never had enough.")


def test_a_timer_within_one_epoch(clock: Any) -> None:
    found = watch(clock, batches=1_000, seconds=0.25, stretch=5)
    assert found.first == 0.5
    assert len(found.laps) == TIMED_SECONDS / 0.25
    assert (found.per_batch(), found.per_epoch()) == (0.05, 50.0)


def test_a_timer_over_many_epochs(clock: Any) -> None:
    found = watch(clock, batches=7, seconds=0.0625, stretch=5)
    assert found.spent == TIMED_SECONDS
    assert found.per_batch() == 0.0125, "the shorter last stretch tells less"
    assert found.per_epoch() == 0.125


def test_a_timer_has_patience_with_slow_models(clock: Any) -> None:
    assert len(watch(clock, batches=1_000, seconds=MAX_TIMED_SECONDS / 2, stretch=1).laps) == 2 < MIN_EXECUTIONS
    assert len(watch(clock, batches=1_000, seconds=TIMED_SECONDS / 2, stretch=1).laps) == MIN_EXECUTIONS


def test_a_timer_leaves_out_the_turns_of_others(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def long_turn(_: Control) -> None:
        clock.now += 100

    monkeypatch.setattr(Control, "boundary", long_turn)
    assert watch(clock, batches=1_000, seconds=0.25, stretch=1).per_batch() == 0.25

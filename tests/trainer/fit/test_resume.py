"""A fit that goes on where it was, after a crash, a stop or its end: the numbers of an undisturbed one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.resume import Crash, Journal, at_batch_of, at_end_of, same
from trainer.fit.run import Start
from trainer.recipe.callbacks import CSVLogger, EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from trainer.recipe.layers import LSTM, BatchNormalization, Dense, Dropout, Embedding, Flatten
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import Recipe
from trainer.runs.events import Continued

pytestmark = pytest.mark.slow

Tiny = Callable[..., Recipe]
RANDOM = (Flatten(), Dense(units=8, activation="relu"), BatchNormalization(), Dropout(rate=0.3))
HEAD = (Dense(units=3, activation="softmax"),)


CALLBACKS = {
    "none": (),
    "all": (
        ModelCheckpoint(),
        EarlyStopping(patience=3, monitor="val_accuracy"),
        ReduceLROnPlateau(patience=1, min_delta=0.5, cooldown=1),
        CSVLogger(),
    ),
    "schedule": (LearningRateScheduler(factor=0.7),),
}


@pytest.mark.parametrize("callbacks", CALLBACKS.values(), ids=list(CALLBACKS))
@pytest.mark.parametrize("crash", [at_batch_of(1), at_batch_of(3), at_end_of(3)], ids=["first", "middle", "between"])
def test_killed_and_resumed_is_as_if_nothing_had_been(tiny: Tiny, tmp_path: Path, callbacks: Any, crash: Crash) -> None:
    recipe = tiny("fit.epochs=5").with_(layers=(*RANDOM, *HEAD), callbacks=callbacks)
    whole = Journal(tmp_path / "run")
    expected, killed = whole.fit(recipe, crash=crash)
    known = len(killed.history.epochs)
    outcome = killed.go_on(recipe)
    assert outcome.reason == expected.reason
    same(killed, whole)
    went_on = next(event for event in killed.events if isinstance(event, Continued))
    assert went_on.epoch >= known, "no epoch that was told is done again"
    if (table := whole.folder / "training.csv").exists():
        mine, theirs = (path.read_text().splitlines() for path in (killed.folder / "training.csv", table))
        assert [row.partition(",")[0] for row in mine] == [row.partition(",")[0] for row in theirs]
    assert killed.history.weights is not None
    assert whole.history.weights is not None
    assert killed.history.weights.epoch == whole.history.weights.epoch
    assert killed.history.weights.best_epoch == whole.history.weights.best_epoch


@pytest.mark.parametrize("kind", Optimizer.registry.values(), ids=list(Optimizer.registry))
def test_every_optimizer_goes_on(tiny: Tiny, tmp_path: Path, kind: type[Optimizer]) -> None:
    recipe = tiny("fit.epochs=3", "data.limit=60").with_(optimizer=kind())  # type: ignore[call-arg]  # each kind has its own
    whole = Journal(tmp_path / "run")
    _, killed = whole.fit(recipe, crash=at_batch_of(3))
    killed.go_on(recipe)
    same(killed, whole)


def test_texts_go_on(texts: Tiny, tmp_path: Path) -> None:
    layers = (
        Embedding(input_dim=50, output_dim=4, mask_zero=True),
        LSTM(units=3, dropout=0.2),
        Dense(units=1, activation="sigmoid"),
    )
    recipe = texts("fit.epochs=2").with_(layers=layers)
    whole = Journal(tmp_path / "run")
    _, killed = whole.fit(recipe, crash=at_batch_of(2))
    killed.go_on(recipe)
    same(killed, whole)


def test_killed_twice(tiny: Tiny, tmp_path: Path) -> None:
    recipe = tiny("fit.epochs=6").with_(layers=(*RANDOM, *HEAD))
    whole = Journal(tmp_path / "run")
    _, killed = whole.fit(recipe, crash=at_batch_of(3))
    _, again = killed.fit(recipe, Start("resume", 2), crash=at_batch_of(5))
    again.go_on(recipe)
    same(again, whole)


def test_killed_after_early_stopping_had_decided(tiny: Tiny, tmp_path: Path) -> None:
    recipe = tiny("fit.epochs=50").with_(callbacks=(EarlyStopping(min_delta=100.0, patience=2),))
    whole = Journal(tmp_path / "run")
    expected, killed = whole.fit(recipe, crash=lambda event: event.kind == "weights")
    assert len(killed.history.epochs) == 3
    assert killed.go_on(recipe).reason == expected.reason
    same(killed, whole)


def test_three_epochs_and_two_more_are_five(tiny: Tiny, tmp_path: Path) -> None:
    recipe = tiny("fit.epochs=5").with_(layers=(*RANDOM, *HEAD))
    further, whole = Journal(tmp_path / "further"), Journal(tmp_path / "whole")
    further.fit(recipe.with_settings(["fit.epochs=3"]))
    assert further.go_on(recipe, "further").reason == whole.fit(recipe)[0].reason
    same(further, whole)
    assert further.history.epochs_wanted == 5
    assert further.history.progress == 1.0


def test_trained_further_after_early_stopping_waits_anew(tiny: Tiny, tmp_path: Path) -> None:
    journal, stop = Journal(tmp_path / "run"), EarlyStopping(min_delta=100.0, patience=2)
    recipe = tiny("fit.epochs=50").with_(callbacks=(stop,))
    journal.fit(recipe)
    assert len(journal.history.epochs) == 3
    journal.go_on(recipe, "further")
    assert len(journal.history.epochs) == 5
    assert journal.history.weights is not None
    assert journal.history.weights.epoch == 1, "the best weights are still those of the first epoch"

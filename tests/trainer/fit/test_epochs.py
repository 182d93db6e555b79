"""The weights of a fit's epochs as they are kept: the right ones, of the right epochs, at no cost for the fit."""

from __future__ import annotations

import os
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from tests.support.clock import Clock
from tests.support.fits import fit
from tests.support.resume import Crash, Journal, at_batch_of, at_end_of
from tests.support.throttle import leave_nothing_out
from trainer.engine.left_behind import remove_leftovers
from trainer.fit import checkpoint_manager, epoch_keeper
from trainer.fit.control import Control
from trainer.fit.epoch_keeper import EpochKeeper
from trainer.fit.graph_weights import graph_weights, model_bytes
from trainer.fit.run import Start
from trainer.fit.throttle import MAX_COST, MIN_INTERVAL
from trainer.recipe.callbacks import EarlyStopping
from trainer.recipe.layers import (
    GRU,
    LSTM,
    BatchNormalization,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Layer,
)
from trainer.recipe.recipe import Recipe
from trainer.runs import kept_epochs as module
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded, Notice
from trainer.runs.files import write_whole
from trainer.runs.kept_epochs import FOLDER, KeptEpochs, kept_epochs, read_epoch

Tiny = Callable[..., Recipe]
RANDOM = (Flatten(), Dense(units=8, activation="relu"), BatchNormalization(), Dropout(rate=0.3))
HEAD = (Dense(units=3, activation="softmax"),)


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each epoch is kept, however short."""
    leave_nothing_out(monkeypatch)


def epochs(folder: Path) -> list[int]:
    return [one.epoch for one in kept_epochs(folder)]


def contents(folder: Path) -> dict[int, bytes]:
    return {epoch: read_epoch(folder, epoch) for epoch in epochs(folder)}


def same(first: Path, second: Path) -> None:
    mine, theirs = contents(first), contents(second)
    assert mine.keys() == theirs.keys()
    for epoch, content in mine.items():
        found, expected = (np.frombuffer(one, "<f4") for one in (content, theirs[epoch]))
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_the_order_of_the_weights() -> None:
    """Those that are trained and those that are not, of wrapped layers too; no seeds, and no matter what is frozen."""
    model = keras.Sequential(
        [
            keras.Input((4,), dtype="int32"),
            keras.layers.Embedding(9, 3, mask_zero=True),
            keras.layers.Bidirectional(keras.layers.LSTM(2, dropout=0.2)),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(3),
        ]
    )
    shapes = [tuple(variable.shape) for variable in graph_weights(model)]
    lstm = [(3, 8), (2, 8), (8,)]
    assert shapes == [(9, 3), *lstm, *lstm, (4,), (4,), (4,), (4,), (4, 3), (3,)]
    content = model_bytes(model)
    assert len(content) == 4 * model.count_params()
    model.layers[2].trainable = False
    assert model_bytes(model) == content
    table = model.layers[0].embeddings.numpy()
    np.testing.assert_array_equal(np.frombuffer(content, "<f4", 27).reshape(9, 3), table)


@pytest.mark.slow
@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("settings", [(), ("data.validation=0",)], ids=["validation", "none"])
def test_each_epoch_is_kept_as_it_was(tiny: Tiny, tmp_path: Path, settings: tuple[str, ...]) -> None:
    """A run of so many epochs ends with the weights that a longer one had then; before an event stands, it is kept."""
    recipe = tiny("fit.epochs=3", *settings).with_(layers=(*RANDOM, *HEAD))
    told: list[tuple[str, list[int]]] = []

    def listen(event: AnyEvent) -> None:
        if event.kind in {"prepared", "epoch"}:
            told.append((event.kind, epochs(tmp_path / "long")))

    for name in ("long", "short"):
        (tmp_path / name).mkdir()
    fit(recipe, tmp_path / "long", listen)
    assert told == [("prepared", [0]), ("epoch", [0, 1]), ("epoch", [0, 1, 2]), ("epoch", [0, 1, 2, 3])]
    fit(recipe.with_settings(["fit.epochs=2"]), tmp_path / "short")
    long, short = contents(tmp_path / "long"), contents(tmp_path / "short")
    assert len(set(long.values())) == 4
    for epoch in range(3):
        found, expected = (np.frombuffer(one[epoch], "<f4") for one in (long, short))
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


NOISE = Layer.registry["GaussianNoise"](stddev=0.2)
WORDS, SWITCH = Embedding(input_dim=50, output_dim=4, mask_zero=True), Dense(units=1, activation="sigmoid")


@pytest.mark.slow
@pytest.mark.usefixtures("always")
@pytest.mark.parametrize(
    ("kind", "layers"),
    [
        ("tiny", (NOISE, *RANDOM, *HEAD)),
        ("texts", (WORDS, LSTM(units=3, dropout=0.2, recurrent_dropout=0.2), SWITCH)),
        ("texts", (WORDS, Bidirectional(layer=GRU(units=2, dropout=0.3)), Dropout(rate=0.5), SWITCH)),
    ],
    ids=["pictures", "LSTM", "GRU"],
)
def test_losses_are_the_same_to_the_last_digit(
    kind: str,
    layers: tuple[Layer, ...],
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make: Tiny = request.getfixturevalue(kind)
    recipe = make("fit.epochs=3").with_(layers=layers)
    losses: list[list[Any]] = []
    for name in ("with", "without"):
        (tmp_path / name).mkdir()
        _, history = fit(recipe, tmp_path / name)
        losses.append([epoch.logs for epoch in history.epochs])
        assert epochs(tmp_path / name) == ([0, 1, 2, 3] if name == "with" else [])
        monkeypatch.setattr(KeptEpochs, "put", lambda *_, **__: None)
    assert losses[0] == losses[1]


def kept_of_many(monkeypatch: pytest.MonkeyPatch, folder: Path, seconds: float, each: float) -> tuple[list[int], float]:
    """Which of 1,000 epochs are kept, and the share of the time that it took.

    Args:
        monkeypatch: of the test.
        folder: of the run.
        seconds: that keeping one takes.
        each: seconds of an epoch.
    """
    clock, told, written = Clock(), list[Notice](), list[int]()

    class Slow(KeptEpochs):
        def put(self, epoch: int, content: bytes, wanted: Any = (), *, inside: bool = False) -> None:
            clock.now += seconds
            written.append(epoch)

    monkeypatch.setattr(epoch_keeper, "KeptEpochs", Slow)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    saver: Any = SimpleNamespace(model=model, has_told=False)
    keeper = EpochKeeper(saver, folder, told.append, clock)
    for epoch in range(1, 1001):
        clock.now += each
        keeper.keep(epoch, None)
    assert not told
    return written, seconds * len(written) / (clock() - 100)


@pytest.mark.parametrize(("seconds", "each"), [(0.001, 0.003), (0.02, 0.005), (0.5, 1.0), (0.0, 0.001)])
def test_of_short_epochs_some_are_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seconds: float, each: float
) -> None:
    written, cost = kept_of_many(monkeypatch, tmp_path, seconds, each)
    assert cost < MAX_COST + 2 * seconds / (1000 * each)
    assert 1 < len(written) <= 3 + 1000 * each / MIN_INTERVAL * 1.2


def test_of_longer_epochs_all_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written, cost = kept_of_many(monkeypatch, tmp_path, 0.004, 1.0)
    assert written == list(range(1, 1001))
    assert cost < MAX_COST


@pytest.mark.slow
def test_the_first_the_best_and_the_last_of_the_shortest_epochs(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.fit.throttle.MIN_INTERVAL", 1e9)
    stopping = EarlyStopping(monitor="val_accuracy", patience=2, restore_best_weights=True)
    _, history = fit(tiny("fit.epochs=30").with_(callbacks=(stopping,)), tmp_path)
    weights, last = history.weights, history.epochs[-1].epoch
    assert weights is not None
    assert 1 < weights.epoch < last
    assert epochs(tmp_path) == [0, 1, weights.epoch, last], "the very first epoch comes a long time after nothing"


@pytest.mark.slow
@pytest.mark.usefixtures("always")
def test_beyond_the_budget_the_first_the_best_and_the_last_stay(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUDGET", 5 * 1292)
    _, history = fit(tiny("fit.epochs=12", "optimizer.learning_rate=0.3"), tmp_path)
    found = epochs(tmp_path)
    assert len(found) == 5
    assert {0, history.best_epoch, 12} <= set(found)
    assert sum(path.stat().st_size for path in (tmp_path / FOLDER).glob("*.bin")) <= 5 * 1292


@pytest.mark.slow
@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("crash", [at_batch_of(1), at_batch_of(3), at_end_of(3)], ids=["first", "middle", "between"])
def test_killed_and_resumed_has_the_epochs_of_one_that_never_was(tiny: Tiny, tmp_path: Path, crash: Crash) -> None:
    recipe, whole = tiny("fit.epochs=4").with_(layers=(*RANDOM, *HEAD)), Journal(tmp_path / "run")
    _, killed = whole.fit(recipe, crash=crash)
    assert contents(killed.folder), "what had been kept is whole"
    killed.go_on(recipe)
    assert epochs(killed.folder) == [0, 1, 2, 3, 4]
    same(killed.folder, whole.folder)


@pytest.mark.slow
@pytest.mark.usefixtures("always")
def test_trained_longer_has_the_epochs_before_too(tiny: Tiny, tmp_path: Path) -> None:
    recipe = tiny("fit.epochs=5").with_(layers=(*RANDOM, *HEAD))
    further, whole = Journal(tmp_path / "further"), Journal(tmp_path / "whole")
    further.fit(recipe.with_settings(["fit.epochs=2"]))
    further.go_on(recipe, "further")
    whole.fit(recipe)
    same(further.folder, whole.folder)


@pytest.mark.slow
@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("damage", ["gone", "list", "one"])
def test_a_run_without_kept_epochs_keeps_them_from_where_it_continues(tiny: Tiny, tmp_path: Path, damage: str) -> None:
    """As a run of an older version does; untrained it is known again in any case."""
    recipe, journal = tiny("fit.epochs=5"), Journal(tmp_path / "run")
    journal.fit(recipe.with_settings(["fit.epochs=3"]))
    untrained, folder = read_epoch(journal.folder, 0), journal.folder / FOLDER
    if damage == "gone":
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
    else:
        (folder / ("epochs.json" if damage == "list" else "00001.bin")).write_bytes(b"?")
    journal.go_on(recipe, "further")
    assert epochs(journal.folder) == ([0, 2, 3, 4, 5] if damage == "one" else [0, 3, 4, 5])
    assert contents(journal.folder)[0] == untrained
    assert len(list(folder.glob("*.bin"))) == len(epochs(journal.folder))


@pytest.mark.usefixtures("always")
def test_a_disk_that_is_full_for_a_moment_costs_epochs_and_mixes_none_up(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, journal, write, refusals = tiny("fit.epochs=3"), Journal(tmp_path / "run"), module.write_whole, iter([1])
    journal.fit(recipe.with_settings(["fit.epochs=2"]))
    untrained = read_epoch(journal.folder, 0)

    def full(path: Path, content: bytes) -> None:
        if next(refusals, None) is not None:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        write(path, content)

    monkeypatch.setattr(module, "write_whole", full)
    journal.go_on(recipe, "further")
    assert epochs(journal.folder) == [0, 2, 3]
    assert read_epoch(journal.folder, 0) == untrained


def test_which_weights_are_in_the_model_is_recorded_before_more_is_written(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, recorded = Journal(tmp_path / "run"), list[bool]()
    monkeypatch.setattr(EpochKeeper, "finish", lambda _, kept: recorded.append(journal.history.weights is not None))
    journal.fit(tiny("fit.epochs=1"))
    assert recorded == [True]


@pytest.mark.slow
@pytest.mark.usefixtures("always")
def test_what_was_stopped_inside_an_epoch_is_kept_until_that_is_trained_again(tiny: Tiny, tmp_path: Path) -> None:
    recipe, journal, control = tiny("fit.epochs=3"), Journal(tmp_path / "run"), Control()

    def stop(event: AnyEvent) -> None:
        journal.history.add([event.model_copy(update={"n": journal.history.cursor + 1})])
        if isinstance(event, BatchSeen) and event.epoch == 2:
            control.end("stop")

    fit(recipe, journal.folder, stop, control)
    assert [(one.epoch, one.inside) for one in kept_epochs(journal.folder)] == [(0, False), (1, False), (2, True)]
    journal.fit(recipe, Start("resume", 1))
    assert [(one.epoch, one.inside) for one in kept_epochs(journal.folder)] == [(epoch, False) for epoch in range(4)]
    whole = Journal(tmp_path / "whole")
    whole.fit(recipe)
    same(journal.folder, whole.folder)


@pytest.mark.slow
@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("from_", [0, 1, 2, 5])
def test_a_full_disk_stops_no_training_and_is_told_once(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, from_: int
) -> None:
    """Every write from the n-th on is refused; what had been kept by then is whole."""
    recipe, write, left = tiny("fit.epochs=3", "data.limit=60"), module.write_whole, iter(range(from_))
    (tmp_path / "whole").mkdir()
    _, whole = fit(recipe, tmp_path / "whole")

    def full(path: Path, content: bytes) -> None:
        if next(left, None) is None:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        write(path, content)

    monkeypatch.setattr(module, "write_whole", full)
    (tmp_path / "full").mkdir()
    events: list[AnyEvent] = []
    fit(recipe, tmp_path / "full", events.append)
    logs = [event.logs for event in events if isinstance(event, EpochEnded)]
    assert logs == [epoch.logs for epoch in whole.epochs]
    told = [event.text.code for event in events if isinstance(event, Notice) and not isinstance(event.text, str)]
    assert told == ["runs.disk_refused_epoch"]
    assert epochs(tmp_path / "full") == list(range(from_ // 2)), "each is a file and the list"
    assert contents(tmp_path / "full") == {
        epoch: content for epoch, content in contents(tmp_path / "whole").items() if epoch < from_ // 2
    }


@pytest.mark.slow
@pytest.mark.usefixtures("always")
def test_of_a_full_disk_the_more_important_is_told(tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes, **more: Any) -> None:
        if path.parent.name in {FOLDER, "state"} and "00000" not in path.name and path.name != module.INDEX:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        write_whole(path, content, **more)

    monkeypatch.setattr(module, "write_whole", full)
    monkeypatch.setattr(checkpoint_manager, "write_whole", full)
    _, history = fit(tiny("fit.epochs=2"), tmp_path)
    assert [one.text.code for one in history.notices if not isinstance(one.text, str)] == ["runs.disk_refused_state"]
    assert epochs(tmp_path) == [0]


def test_what_a_killed_trainer_left_half_written_is_removed(tmp_path: Path) -> None:
    KeptEpochs(tmp_path).put(0, b"1234")
    (tmp_path / FOLDER / ".00001.bin.x1").write_bytes(b"12")
    remove_leftovers(tmp_path)
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == ["00000.bin", "epochs.json"]

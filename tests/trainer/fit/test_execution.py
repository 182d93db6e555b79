"""How a fit is run so that it is fast: batches at a stretch, compiled where it pays; the same numbers either way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from trainer import PROJECT
from trainer.fit import build
from trainer.fit import run as fit_run
from trainer.fit.control import Control
from trainer.fit.execution import (
    COMPILING_SECONDS,
    MAX_STEPS_PER_EXECUTION,
    MIN_GAIN_RATIO,
    Surroundings,
    execution_config,
    gains_in_one_thread,
)
from trainer.messages import Message
from trainer.recipe.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    Layer,
    SimpleRNN,
)
from trainer.recipe.recipe import Recipe
from trainer.runs.events import ExecutionConfig
from trainer.runs.history import History
from trainer.sources.text_csv.spec import TextCsv

Tiny = Callable[..., Recipe]
LESSONS = sorted((PROJECT / "recipes").glob("*.json"))
CNN = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")
PICTURE, ROWS = (28, 28, 1), 54_000
YES = Dense(units=1, activation="sigmoid")


@pytest.mark.parametrize(
    ("layer", "shape", "products"),
    [
        (Dense(units=10, use_bias=False), (784,), 7840),
        (Conv2D(filters=4, use_bias=False), (28, 28, 3), 26 * 26 * 4 * 27),
        (LSTM(units=8, use_bias=False), (5, 4), 5 * 4 * (4 + 8) * 8),
        (Embedding(input_dim=100, output_dim=16), (60,), 960),
        (Flatten(), (3, 4), 12),
    ],
)
def test_work(layer: Layer, shape: tuple[int, ...], products: int) -> None:
    assert layer.multiplications(shape) == products


def parts(chosen: ExecutionConfig) -> tuple[Message, Message]:
    """Why so many batches, and why compiled or not."""
    assert isinstance(chosen.why, Message)
    steps, compiling = (chosen.why.parameters[name] for name in ("steps", "compiling"))
    assert isinstance(steps, Message)
    assert isinstance(compiling, Message)
    return steps, compiling


def codes(chosen: ExecutionConfig) -> tuple[str, str]:
    steps, compiling = parts(chosen)
    return steps.code, compiling.code


def test_heavier_models_run_fewer_batches_at_a_stretch() -> None:
    light = CNN.with_(layers=(Flatten(), Dense(units=10, activation="softmax")))
    heavy = CNN.with_settings(["layers.0.filters=256", "layers.2.filters=512", "fit.batch_size=256"])
    found = [execution_config(recipe, PICTURE, ROWS, 10) for recipe in (light, CNN, heavy)]
    stretches = [one.steps_per_execution for one in found]
    assert stretches == sorted(stretches, reverse=True)
    assert stretches[0] <= MAX_STEPS_PER_EXECUTION
    assert stretches[-1] == 1
    assert codes(found[0]) == ("runs.batches_by_time", "runs.not_compiled")
    assert codes(found[-1]) == ("runs.one_batch", "runs.not_compiled")
    by_keras = execution_config(light, PICTURE, ROWS, 10, Surroundings(accelerators=1))
    assert codes(by_keras) == ("runs.several_batches", "runs.not_compiled")
    few = execution_config(light, PICTURE, 3 * light.fit.batch_size, 10)
    assert few.steps_per_execution == 3, "an execution is never longer than an epoch"


def reading(*layers: Layer, batch_size: int = 32) -> Recipe:
    """A recipe that reads texts."""
    tree = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")
    first = Embedding(input_dim=100, output_dim=8)
    return tree.with_(layers=(first, *layers, YES), fit=tree.fit.with_(batch_size=batch_size))


LONG = 100
"""Words of a text."""
READERS = [LSTM(units=8), GRU(units=8), SimpleRNN(units=8), Bidirectional(layer=LSTM(units=8))]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.kind)
def test_compiled_where_it_pays_back(reader: Layer) -> None:
    """More epochs or rows make it worth its seconds, and what is chosen is what is said."""
    recipe, was = reading(reader), False
    for epochs in (1, 2, 5, 10, 100):
        chosen = execution_config(recipe, (LONG,), 2000, epochs)
        assert chosen.jit_compile >= was, "more to do never makes it worth less"
        assert codes(chosen)[1] == ("runs.compiled" if chosen.jit_compile else "runs.not_compiled_gain")
        was = chosen.jit_compile
    assert was
    assert not execution_config(recipe, (LONG,), 200, 1).jit_compile, "two seconds of work are not compiled for four"
    assert not execution_config(recipe, (LONG,), 31, 100_000).jit_compile, "only whole batches are, and there is none"


def test_compiling_gains_more_than_it_takes() -> None:
    """At the point where it begins: as many seconds as it says, and half as many again."""
    recipe = reading(LSTM(units=8))
    epochs = next(n for n in range(1, 1000) if execution_config(recipe, (LONG,), 2000, n).jit_compile)
    why = parts(execution_config(recipe, (LONG,), 2000, epochs))[1].parameters
    assert why["cost"] == COMPILING_SECONDS
    gain = why["gain"]
    assert isinstance(gain, float)
    assert gain >= MIN_GAIN_RATIO * COMPILING_SECONDS
    two = execution_config(reading(LSTM(units=8, return_sequences=True), LSTM(units=8)), (LONG,), 2000, epochs)
    assert two.jit_compile, "two readers take twice as long and gain twice as much"
    faster = execution_config(recipe, (LONG,), 2000, epochs).steps_per_execution
    assert faster >= execution_config(recipe, (LONG,), 2000, 1).steps_per_execution


def test_what_would_take_gigabytes_is_not_compiled() -> None:
    """XLA held the weights of an LSTM of 512 units once for each of 500 steps: 2 GB that no estimate knew of."""
    recipe = Recipe.load(PROJECT / "recipes" / "text_lstm.json").with_settings(["fit.epochs=50"])
    small, large = (recipe.with_settings([f"layers.1.units={units}"]) for units in (32, 512))
    assert execution_config(small, (500,), 4000, 50).jit_compile
    chosen = execution_config(large, (500,), 4000, 50)
    assert not chosen.jit_compile
    assert codes(chosen)[1] == "runs.not_compiled_memory"


def test_nothing_else_is_ever_compiled() -> None:
    for recipe, shape in ((CNN, PICTURE), (reading(GlobalAveragePooling1D()), (LONG,))):
        chosen = execution_config(recipe, shape, 10**7, 10_000)
        assert not chosen.jit_compile
        assert codes(chosen)[1] == "runs.not_compiled"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_why_is_a_sentence(lesson: Path) -> None:
    recipe = Recipe.load(lesson)
    shape = (recipe.data.sequence_length,) if isinstance(recipe.data, TextCsv) else PICTURE
    for epochs in (1, 1000):
        chosen = execution_config(recipe, shape, 2000, epochs)
        why = str(chosen.why)
        assert not why[0].islower()
        assert why.endswith(".")
        assert "_" not in why
        assert "None" not in why
        assert 1 <= chosen.steps_per_execution <= MAX_STEPS_PER_EXECUTION


def fitted(recipe: Recipe, folder: Path, chosen: ExecutionConfig, monkeypatch: pytest.MonkeyPatch) -> History:
    monkeypatch.setattr(fit_run, "execution_config", lambda *_: chosen)
    history = History()
    write = lambda event: history.add([event.model_copy(update={"n": history.cursor + 1})])  # noqa: E731
    fit_run.train(recipe, folder, write, Control())
    assert history.prepared is not None
    assert history.prepared.execution == chosen, "its reader can see it"
    return history


def choice(at_a_stretch: int, compiled: bool = False, loop: Literal["lean", "keras"] = "lean") -> ExecutionConfig:
    return ExecutionConfig(steps_per_execution=at_a_stretch, jit_compile=compiled, loop=loop, why="Because.")


@pytest.mark.slow
@pytest.mark.parametrize("at_a_stretch", [2, 4, 5])
def test_the_numbers_do_not_depend_on_the_stretch(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_a_stretch: int
) -> None:
    """96 rows in batches of 20 are five batches, the last of 16: a stretch of 2 or 4 reaches beyond the end."""
    recipe = tiny("fit.epochs=3", "fit.batch_size=20")
    alone = fitted(recipe, tmp_path, choice(1), monkeypatch)
    together = fitted(recipe, tmp_path, choice(at_a_stretch, loop="keras"), monkeypatch)
    assert [epoch.logs for epoch in together.epochs] == [epoch.logs for epoch in alone.epochs]
    assert {seen.epoch: seen.step for seen in together.batches} == {1: 5, 2: 5, 3: 5}
    assert together.progress == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("reader", [READERS[0], READERS[1], READERS[3]], ids=lambda reader: reader.kind)
def test_the_numbers_do_not_depend_on_compiling(
    texts: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: Layer
) -> None:
    """To the fifth digit, with a short last batch, which is not compiled, and with validation, which is not either."""
    layers = (Embedding(input_dim=50, output_dim=4, mask_zero=True), reader, YES)
    recipe = texts("fit.epochs=3", "fit.batch_size=10", "data.validation=0.2").with_(layers=layers)
    compiled: list[Any] = []
    function = build.tf.function

    def spy(*arguments: Any, **more: Any) -> Any:
        if more.get("jit_compile"):
            compiled.append(arguments)
        return function(*arguments, **more)

    monkeypatch.setattr(build.tf, "function", spy)
    plain = fitted(recipe, tmp_path, choice(2), monkeypatch)
    assert compiled == []
    assert plain.prepared is not None
    assert plain.prepared.train % recipe.fit.batch_size, "the last batch is a short one"
    assert plain.prepared.validation
    fast = fitted(recipe, tmp_path, choice(2, compiled=True), monkeypatch)
    assert len(compiled) == 1
    assert len(fast.epochs) == 3
    for one, other in zip(fast.epochs, plain.epochs, strict=True):
        assert one.logs == pytest.approx(other.logs, rel=1e-5)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.kind)
def test_only_small_readers_run_in_one_thread(reader: Layer) -> None:
    """A wide layer, a large batch and convolutions are faster in several threads."""
    inner = "layers.1.layer" if isinstance(reader, Bidirectional) else "layers.1"
    small, wide = reading(reader), reading(reader).with_settings([f"{inner}.units=512"])
    large = reading(reader, batch_size=32_768)
    beside = reading(Conv1D(filters=512, kernel_size=9, padding="same"), Conv1D(filters=512, kernel_size=9), reader)
    assert [gains_in_one_thread(one, (LONG,)) for one in (small, wide, large, beside)] == [True, False, False, False]
    assert not gains_in_one_thread(CNN, PICTURE)
    chosen = [execution_config(small, (LONG,), 2000, epochs) for epochs in (1, 1000)]
    assert [one.one_thread for one in chosen] == [True, False], "what is compiled has no small steps any more"
    assert not execution_config(small, (LONG,), 2000, 1, Surroundings(accelerators=1)).one_thread


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.kind)
def test_the_last_batch_has_a_graph_of_its_own_where_that_pays_back(reader: Layer) -> None:
    epochs = (1, 2, 5, 10, 20, 50, 1000)
    found = [execution_config(reading(reader), (LONG,), 500, number) for number in epochs]
    assert not found[0].known_sizes, "a second of work gains less than the graph takes"
    assert any(one.known_sizes for one in found)
    assert [one.known_sizes for one in found if one.jit_compile] == [False] * sum(one.jit_compile for one in found)
    wide = execution_config(reading(LSTM(units=192)), (LONG,), 500, 1000)
    assert (wide.known_sizes, wide.one_thread, wide.jit_compile) == (True, False, False), "compiled it is no faster"
    assert codes(wide)[1] == "runs.not_compiled_gain"
    assert not execution_config(CNN, PICTURE, ROWS, 1000).known_sizes, "only steps spend their time on sizes"

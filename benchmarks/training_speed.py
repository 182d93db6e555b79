"""Fitboard's trainer with a live reader, compared with a plain Keras script on the same data, seeds and stacks.

`python -m benchmarks.training_speed --sms sms_spam.csv` prints the table of `docs/performance.md` and takes about
fifteen minutes on two cores. The plain script is what a textbook has: NumPy arrays and `model.fit`, with no callback
but a clock. The two sides take turns, each in a process of its own; Fitboard's is a trainer that has just started,
with a reader on its log, and trains each model twice: the second run finds the graphs of the first. `--only NAME` takes
one model; `--rounds N` repeats the comparison N times.

`--loops` compares our two loops instead, Keras's own and the lean one (`trainer/fit/lean_loop.py`), in turns in one
process, and counts the processor's time as well, which other work on the computer changes less.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from trainer import PROJECT
from trainer.engine.local import LocalEngine
from trainer.recipe.recipe import Recipe
from trainer.runs.log import LogReader
from trainer.runs.store import Store

WORDS = ("data.validation=0", "layers.0.mask_zero=true")
POOLED = (
    'layers=[{"kind": "Embedding", "input_dim": 10000, "output_dim": 16}, {"kind": "GlobalAveragePooling1D"}, '
    '{"kind": "Dense", "units": 16, "activation": "relu"}, {"kind": "Dense", "units": 1, "activation": "sigmoid"}]'
)
MLP = (
    'layers=[{"kind": "Flatten"}, {"kind": "Dense", "units": 128, "activation": "relu"}, '
    '{"kind": "Dense", "units": 10, "activation": "softmax"}]'
)
TWO_WAYS = (
    'layers=[{"kind": "Embedding", "input_dim": 10000, "output_dim": 16, "mask_zero": true}, '
    '{"kind": "Bidirectional", "layer": {"kind": "GRU", "units": 16}}, '
    '{"kind": "Dense", "units": 1, "activation": "sigmoid"}]'
)


@dataclass(frozen=True)
class Model:
    """Something to train on both sides."""

    title: str
    recipe: str
    settings: tuple[str, ...]
    goal: float = 1.0
    """How many times faster an epoch shall be."""
    needs_sms: bool = False


MODELS = {
    "cnn": Model("CNN on MNIST", "mnist_cnn", ("data.validation=0", "fit.epochs=3"), 1.3),
    "mlp": Model("MLP on MNIST", "mnist_cnn", ("data.validation=0", "fit.epochs=5", MLP), 2.0),
    "pooled": Model("Embedding + pooling, SMS", "text_lstm", (WORDS[0], "fit.epochs=10", POOLED), 2.0, needs_sms=True),
    "lstm": Model("Embedding + LSTM, SMS, 10 epochs", "text_lstm", (*WORDS, "fit.epochs=10"), 2.0, needs_sms=True),
    "lesson2": Model("Lesson 2 (LSTM, reviews, 6 epochs)", "text_lstm", WORDS),
    "gru": Model("Bidirectional GRU, reviews", "text_lstm", ("data.validation=0", "fit.epochs=6", TWO_WAYS)),
    "small": Model("CNN on 2,000 digits", "mnist_cnn", ("data.validation=0", "data.limit=2000", "fit.epochs=3")),
    "tiny": Model(
        "Six sentences, 10 epochs", "text_lstm", (*WORDS, "data.path=data/six_sentences.csv", "fit.epochs=10")
    ),
}


def recipe_of(model: Model, sms: Path | None) -> Recipe:
    """The recipe that both sides train."""
    table = (f"data.path={sms.resolve()}",) if model.needs_sms and sms else ()
    return Recipe.load(PROJECT / "recipes" / f"{model.recipe}.json").with_settings([*model.settings, *table])


def plain(path: Path, *, same_batches: bool) -> dict[str, Any]:
    """What the textbook script does; called in a process of its own.

    Args:
        path: of the recipe.
        same_batches: deal the rows in the order that our trainer deals them, and split operations among as many
            threads, to compare losses instead of seconds.
    """
    from trainer.fit.build import build, optimizer  # TensorFlow before numpy and pandas

    import keras  # isort: skip
    import numpy as np
    import tensorflow as tf

    from trainer import data
    from trainer.fit.inputs import encoded_targets, preparation_of
    from trainer.fit.threads import use_threads
    from trainer.recipe.losses import loss_for

    if same_batches:
        use_threads()
    recipe = Recipe.load(path)
    dataset = data.load(recipe.data, recipe.seed)
    words = preparation_of(dataset)
    x = dataset.train.x.astype("float32") / 255 if words is None else words.numbers(dataset.train.x)
    model = build(recipe, dataset.input_shape, tokens=dataset.modality == "text")
    loss = loss_for(recipe.loss, model.output_shape[1:])
    y = encoded_targets(dataset.train.y, loss, len(dataset.class_names))
    model.compile(optimizer=optimizer(recipe), loss=loss.name, metrics=["accuracy"])
    seconds: list[float] = []
    losses: list[float] = []

    class Clock(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.began = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            seconds.append(time.perf_counter() - self.began)
            losses.append(float(logs["loss"]))

    began = time.perf_counter()
    if same_batches:
        for epoch in range(recipe.fit.epochs):
            seed = tf.constant([recipe.seed, epoch], tf.int64)
            order = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=seed).numpy()
            mixed = np.ascontiguousarray(x[order])
            model.fit(mixed, y[order], batch_size=recipe.fit.batch_size, shuffle=False, verbose=0, callbacks=[Clock()])
    else:
        keras.utils.set_random_seed(recipe.seed)
        model.fit(
            x, y, batch_size=recipe.fit.batch_size, epochs=recipe.fit.epochs, verbose=0, callbacks=[Clock()]
        )  # fmt: skip
    return {"epochs": seconds, "losses": losses, "total": time.perf_counter() - began}


def ours(engine: LocalEngine, recipe: Recipe) -> dict[str, Any]:
    """The same in our trainer, watched as the live chart watches it: ten looks at the log a second."""
    began = time.perf_counter()
    run = engine.submit(recipe)
    reader, first, over, pause = LogReader(engine.store.log(run)), None, False, threading.Event()
    while not over:
        pause.wait(0.1)
        for event in reader.read():
            if event.kind == "batch" and first is None:
                first = time.perf_counter() - began
            over = over or (event.kind == "state" and event.state.is_over)
    history = engine.store.read(run).history
    if history.reason is None or history.state != "finished" or history.prepared is None:
        raise RuntimeError(f"The run ended as {history.state}: {history.reason}")
    return {
        "epochs": [epoch.seconds for epoch in history.epochs],
        "losses": [epoch.logs["loss"] for epoch in history.epochs],
        "total": history.seconds_of_training,
        "first": first,
        "pace": history.prepared.execution,
    }


def in_loop(recipe: Recipe, loop: str, folder: Path) -> dict[str, Any]:
    """A fit in one of our loops, in this process: seconds, and seconds of the processor."""
    from trainer.fit import run as fit_run
    from trainer.fit import training_loop
    from trainer.fit.control import Control
    from trainer.fit.execution import Surroundings

    found: dict[str, Any] = {"epochs": [], "losses": [], "first": None}
    began, busy = time.perf_counter(), time.process_time()

    def write(event: Any) -> None:
        if event.kind == "batch" and found["first"] is None:
            found["first"] = time.perf_counter() - began
        elif event.kind == "epoch":
            found["epochs"].append(event.seconds)
            found["losses"].append(event.logs["loss"])

    # Keras's loop is left to fits that it has been told to cut short; here it is told so, and cuts nothing.
    # Each fit makes its graphs by itself, as Keras's does.
    with (
        patch.object(fit_run, "surroundings", lambda: Surroundings(is_capped=loop == "keras")),
        patch.object(fit_run, "stack_of", lambda *_, **__: None),
        patch.object(training_loop, "stack_of", lambda *_, **__: None),
    ):
        fit_run.train(recipe, folder, write, Control())
    return found | {"total": time.perf_counter() - began, "busy": time.process_time() - busy}


def measure_loops(model: Model, recipe: Recipe, folder: Path, rounds: int) -> str:
    """One line of the table of loops."""
    from trainer import data
    from trainer.fit.build import warm_up
    from trainer.fit.threads import use_threads

    use_threads()
    data.load(recipe.data, recipe.seed)
    warm_up()
    fits: dict[str, list[dict[str, Any]]] = {"keras": [], "lean": []}
    for number in range(rounds):
        for loop, found in fits.items():
            place = folder / f"{model.recipe}-{loop}-{number}"
            place.mkdir()
            found.append(in_loop(recipe, loop, place))
            shutil.rmtree(place)
    keras, lean = fits["keras"], fits["lean"]
    cells = [model.title]
    for name in ("first", "epochs", "total", "busy"):
        values = [median(_one_number(fit[name]) for fit in side) for side in (keras, lean)]
        cells.append(f"{values[0]:.2f} / {values[1]:.2f} s: **{values[0] / values[1]:.2f}x**")
    apart = max(abs(a - b) / max(abs(a), 1e-9) for a, b in zip(keras[0]["losses"], lean[0]["losses"], strict=True))
    return "| " + " | ".join([*cells, f"{apart:.0e}"]) + " |"


def _one_number(value: float | list[float]) -> float:
    """Seconds; of epochs the median without the first."""
    return median(value[1:] or value) if isinstance(value, list) else value


def script(path: Path, how: str) -> dict[str, Any]:
    """The plain script, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.training_speed", how, str(path)]
    done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


@contextmanager
def warm_trainer(folder: Path) -> Iterator[LocalEngine]:
    """A trainer that has just been started and is ready, and has no graphs yet."""
    with tempfile.TemporaryDirectory(dir=folder) as runs:
        engine = LocalEngine(Store(Path(runs)))
        engine.start()
        try:
            engine.ready.wait(120)
            yield engine
        finally:
            engine.close()


def measure(model: Model, recipe: Recipe, folder: Path, rounds: int) -> str:
    """One line of the table."""
    path = folder / "recipe.json"
    path.write_text(recipe.to_json(), "utf-8")
    theirs, mine, again = [], [], []
    for _ in range(rounds):
        theirs.append(script(path, "--plain"))
        with warm_trainer(folder) as engine:
            mine.append(ours(engine, recipe))
            again.append(ours(engine, recipe))
    same = script(path, "--same")["losses"]
    # The first epoch holds what happens once (building graphs, compiling); it counts in the total.
    epoch = [median(median(side["epochs"][1:] or side["epochs"]) for side in sides) for sides in (theirs, mine)]
    total = [median(side["total"] for side in sides) for sides in (theirs, mine)]
    apart = max(abs(a - b) / max(abs(a), 1e-9) for a, b in zip(same, mine[0]["losses"], strict=True))
    pace = mine[0]["pace"]
    cells = [
        model.title,
        f"{epoch[0]:.2f} s",
        f"{epoch[1]:.2f} s",
        f"**{epoch[0] / epoch[1]:.1f}x**",
        f"{total[0]:.1f} s",
        f"{total[1]:.1f} s",
        f"**{total[0] / total[1]:.1f}x**",
        f"{median(side['first'] for side in mine):.1f}, {median(side['first'] for side in again):.1f} s",
        f"{same[-1]:.5g} / {mine[0]['losses'][-1]:.5g} ({apart:.0e})",
        f"{pace.steps_per_execution}{', compiled' if pace.jit_compile else ''}",
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Print the table, line by line as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sms", type=Path, help="the SMS Spam set, a CSV with the columns label and text")
    parser.add_argument("--only", action="append", choices=list(MODELS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--loops", action="store_true", help="compare Keras's loop and the lean one")
    parser.add_argument("--plain", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--same", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plain or options.same:
        print(json.dumps(plain(options.plain or options.same, same_batches=bool(options.same))))
        return
    if options.loops:
        print("| model | first point: Keras's loop / lean | epoch | all | processor, all | losses apart |")
        print("|---" * 6 + "|", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            for name in options.only or MODELS:
                if not MODELS[name].needs_sms or options.sms:
                    recipe = recipe_of(MODELS[name], options.sms)
                    print(measure_loops(MODELS[name], recipe, Path(folder), options.rounds), flush=True)
        return
    print("| model | epoch, plain | ours | faster | all, plain | ours | faster | first point, again "
          "| last loss, plain / ours (largest difference) | batches per execution |")  # fmt: skip
    print("|---" * 10 + "|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only or MODELS:
            if not MODELS[name].needs_sms or options.sms:
                recipe = recipe_of(MODELS[name], options.sms)
                print(measure(MODELS[name], recipe, Path(folder), options.rounds), flush=True)


if __name__ == "__main__":
    main()

"""The lean loop against Keras's own: the same numbers for all that trains, and callbacks are told the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator
from itertools import count
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from trainer.fit.build import build, compile_model
from trainer.fit.control import FitEndedError
from trainer.fit.execution import Surroundings, execution_config, obstacle_to_lean_loop
from trainer.fit.inputs import Examples, Rows
from trainer.fit.lean_loop import LeanLoop
from trainer.fit.shared_graphs import SHARED, stack_of
from trainer.fit.training_loop import KerasLoop, Loop, fit, surroundings
from trainer.messages import Message
from trainer.recipe.layers import Augmentation, Layer
from trainer.recipe.losses import loss_for
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import Recipe
from trainer.runs.events import ExecutionConfig

BATCH, ROWS, VALIDATION = 4, 10, 300
"""Two batches and a shorter one; validation has one of 256 and one of 44."""
RNG = np.random.default_rng(1)
POOLS = {
    "pictures": RNG.integers(0, 256, (VALIDATION, 12, 12, 1), np.uint8),
    "words": RNG.integers(1, 9, (VALIDATION, 12), np.int32) * (np.arange(12) < RNG.integers(1, 13, (VALIDATION, 1))),
    "numbers": RNG.normal(size=(VALIDATION, 5)).astype(np.float32),
}
STACKS: dict[str, tuple[str, str]] = {
    "maps": (
        "pictures",
        "Conv2D SeparableConv2D DepthwiseConv2D Conv2DTranspose ZeroPadding2D BatchNormalization Cropping2D "
        "UpSampling2D AveragePooling2D MaxPooling2D SpatialDropout2D GlobalAveragePooling2D",
    ),
    "disturbed pictures": (
        "pictures",
        " ".join(kind for kind, cls in Layer.registry.items() if issubclass(cls, Augmentation))
        + " Rescaling Resizing CenterCrop GlobalMaxPooling2D",
    ),
    "rows of values": (
        "words",
        "Embedding Conv1D SeparableConv1D DepthwiseConv1D Conv1DTranspose ZeroPadding1D Cropping1D UpSampling1D "
        "MaxPooling1D AveragePooling1D SpatialDropout1D LayerNormalization GroupNormalization RMSNormalization "
        "UnitNormalization GlobalMaxPooling1D RepeatVector Permute Reshape Flatten",
    ),
    "quantities": (
        "numbers",
        "Dense Activation ReLU LeakyReLU PReLU ELU Softmax Dropout AlphaDropout GaussianDropout GaussianNoise",
    ),
    "masked words": ("words", "Embedding MultiHeadAttention LSTM GRU SimpleRNN Bidirectional GlobalAveragePooling1D"),
}
VALIDATED = ("maps", "quantities")
"""Where validation is compared as well: running means, and what acts in training alone."""
SETTINGS: dict[str, dict[str, Any]] = {
    "Embedding": {"input_dim": 9, "output_dim": 4, "mask_zero": True},
    "MultiHeadAttention": {"num_heads": 2, "key_dim": 2, "dropout": 0.2},
    "GroupNormalization": {"groups": 2},
    "Resizing": {"height": 10, "width": 10},
    "CenterCrop": {"height": 8, "width": 8},
    "RepeatVector": {"n": 3},
    "Permute": {"dims": [2, 1]},
    "Reshape": {"target_shape": [-1]},
    "Bidirectional": {"layer": {"kind": "SimpleRNN", "units": 3, "return_sequences": True}},
    **{kind: {"units": 3, "return_sequences": True, "dropout": 0.2} for kind in ("LSTM", "GRU")},
    "SimpleRNN": {"units": 3, "return_sequences": True, "dropout": 0.2},
    **{kind: {"filters": 4} for kind in Layer.registry if "Conv" in kind and "Depthwise" not in kind},
}
DENSE = [{"kind": "Dense", "units": 6, "activation": "relu", "kernel_regularizer": {"kind": "L2"}}]
ANSWER = {"kind": "Dense", "units": 3, "activation": "softmax"}


def recipe(layers: list[dict[str, Any]], optimizer: dict[str, Any] | None = None) -> Recipe:
    tree = {"data": {"kind": "mnist"}, "fit": {"batch_size": BATCH}, "optimizer": optimizer or {"kind": "Adam"}}
    return Recipe.from_json(json.dumps({**tree, "layers": [*layers, ANSWER]}))


def rows(pool: str, number: int) -> Rows:
    x = Examples(tf.constant(POOLS[pool]), tf.range(number))
    return Rows(x, tf.constant(np.arange(number, dtype=np.int32) % 3))


SECONDS: Iterator[int] = count()
CLOCKS: dict[str, Callable[[], float]] = {
    "one batch a call": lambda: float(next(SECONDS)),
    "all batches in a call": lambda: 0.0,
}


def fitted(
    kind: str,
    spec: Recipe,
    pool: str,
    *heard: keras.callbacks.Callback,
    stretch: int = 1,
    validates: bool = True,
    small_steps: bool = False,
    clock: str = "all batches in a call",
    stack: Hashable | None = None,
    jit_compile: bool = False,
) -> tuple[dict[str, list[float]], list[Any]]:
    """Losses and metrics of two epochs, and all that the fit has left in model and optimizer."""
    model = build(spec, POOLS[pool].shape[1:], tokens=pool == "words")
    choice = loss_for(spec.loss, model.output_shape[1:])
    execution = ExecutionConfig(
        steps_per_execution=stretch, jit_compile=jit_compile, one_thread=small_steps, known_sizes=small_steps, why=""
    )
    compile_model(model, spec, choice, execution)
    listed = keras.callbacks.CallbackList(list(heard), add_history=True, model=model)
    training, validation = rows(pool, ROWS), rows(pool, VALIDATION) if validates else None
    loop: Loop = KerasLoop(model, training, validation, BATCH, spec.seed)
    if kind == "lean":
        loop = LeanLoop(model, training, validation, BATCH, spec.seed, execution, stack, CLOCKS[clock])
    fit(loop, listed, range(2))
    return model.history.history, [variable.numpy() for variable in (*model.variables, *model.optimizer.variables)]


def assert_same(spec: Recipe, pool: str, *, validates: bool = True, small_steps: bool = False) -> None:
    theirs, kept = fitted("keras", spec, pool, stretch=2, validates=validates)
    ours, left = fitted("lean", spec, pool, validates=validates, small_steps=small_steps)
    assert set(ours) == {"loss", "accuracy"} | ({"val_loss", "val_accuracy"} if validates else set())
    assert np.isfinite(ours["loss"]).all()
    for name, values in theirs.items():
        assert ours[name] == pytest.approx(values, rel=1e-5), name
    for mine, other in zip(left, kept, strict=True):
        if mine.dtype.kind == "f":  # all but the states of what draws at random, one of which Keras seeds by chance
            np.testing.assert_allclose(mine, other, rtol=1e-3, atol=1e-5)


def test_no_kind_of_layer_is_left_out() -> None:
    assert {kind for _, kinds in STACKS.values() for kind in kinds.split()} == set(Layer.registry)


@pytest.mark.slow
@pytest.mark.parametrize("name", STACKS)
@pytest.mark.filterwarnings("ignore:.*does not support masking:UserWarning")
def test_every_layer_learns_the_same(name: str) -> None:
    """With a shorter last batch, masks, running means and penalties; what is random is drawn in the same order."""
    pool, kinds = STACKS[name]
    layers = [{"kind": kind, **SETTINGS.get(kind, {})} for kind in kinds.split()]
    assert_same(recipe(layers), pool, validates=name in VALIDATED)


@pytest.mark.slow
@pytest.mark.parametrize("kind", Optimizer.registry)
def test_every_optimizer_learns_the_same(kind: str) -> None:
    assert_same(recipe([], {"kind": kind, "clipnorm": 0.5, "weight_decay": 0.01}), "numbers", validates=False)


def test_small_steps_learn_the_same_to_the_fifth_digit() -> None:
    """In one thread, and with a graph for the last batch alone."""
    layers = [{"kind": "Embedding", **SETTINGS["Embedding"]}, {"kind": "LSTM", "units": 3, "dropout": 0.2}]
    assert_same(recipe(layers), "words", small_steps=True)


def assert_shared(spec: Recipe, pool: str, *, jit_compile: bool = False) -> None:
    """Another seed and learning rate learn with the graphs of the first as they do with graphs of their own."""
    other = spec.with_settings(["seed=7", "optimizer.learning_rate=0.003"])
    stack, held = stack_of(spec), set(SHARED.keys)
    assert stack_of(other) == stack
    fitted("lean", spec, pool, stack=(stack, "test"), jit_compile=jit_compile)
    made = set(SHARED.keys) - held
    assert len(made) == 2, "training and validation, neither of which holds anything of its model"
    ours, left = fitted("lean", other, pool, stack=(stack, "test"), jit_compile=jit_compile)
    assert set(SHARED.keys) - held == made
    alone, kept = fitted("lean", other, pool, jit_compile=jit_compile)
    assert ours == alone
    for mine, theirs in zip(left, kept, strict=True):
        if mine.dtype.kind == "f":
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.slow
@pytest.mark.parametrize("name", STACKS)
@pytest.mark.filterwarnings("ignore:.*does not support masking:UserWarning")
def test_every_layer_shares_its_graphs(name: str) -> None:
    pool, kinds = STACKS[name]
    assert_shared(recipe([{"kind": kind, **SETTINGS.get(kind, {})} for kind in kinds.split()]), pool)


@pytest.mark.slow
@pytest.mark.parametrize("kind", Optimizer.registry)
def test_every_optimizer_shares_its_graphs(kind: str) -> None:
    assert_shared(recipe([], {"kind": kind, "clipnorm": 0.5, "weight_decay": 0.01}), "numbers")


@pytest.mark.slow
def test_what_is_compiled_is_shared() -> None:
    layers = [{"kind": "Embedding", **SETTINGS["Embedding"]}, {"kind": "LSTM", "units": 3}]
    assert_shared(recipe(layers), "words", jit_compile=True)


class Heard(keras.callbacks.Callback):
    """Writes down all that Keras tells its callbacks."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[Any, ...]] = []
        for moment in [name for name in dir(self) if name.startswith("on_") and "predict" not in name]:
            setattr(self, moment, self._listener(moment))

    def _listener(self, moment: str) -> Any:
        def listen(*arguments: Any, logs: dict[str, Any] | None = None) -> None:
            *numbers, logs = arguments if arguments and not isinstance(arguments[-1], int) else (*arguments, logs)
            self.said.append((moment, *numbers, {name: pytest.approx(value) for name, value in (logs or {}).items()}))

        return listen


def test_callbacks_are_told_the_same() -> None:
    """Where each call has one batch: the same moments in the same order, with the same numbers."""
    heard = {kind: Heard() for kind in ("keras", "lean")}
    fitted("keras", recipe(DENSE), "numbers", heard["keras"])
    fitted("lean", recipe(DENSE), "numbers", heard["lean"], clock="one batch a call")
    moments = [(moment, *numbers) for moment, *numbers, _ in heard["lean"].said]
    assert moments.count(("on_train_batch_end", 2)) == moments.count(("on_test_batch_end", 1)) == 2
    assert [one[:-1] for one in heard["lean"].said] == [one[:-1] for one in heard["keras"].said]
    for (moment, *_, mine), (*_, theirs) in zip(heard["lean"].said, heard["keras"].said, strict=True):
        assert {name: value.expected for name, value in mine.items()} == theirs, moment


def test_fast_batches_share_a_call_and_slow_ones_do_not() -> None:
    heard = Heard()
    shared, _ = fitted("lean", recipe(DENSE), "numbers", heard, clock="all batches in a call")
    ends = [said[1] for said in heard.said if said[0] == "on_train_batch_end"]
    assert ends == [0, 1, 2, 2], "the first call makes the graph, the second is timed, and then all three go together"
    alone, _ = fitted("lean", recipe(DENSE), "numbers", clock="one batch a call")
    assert shared == alone


class Ends(keras.callbacks.Callback):
    """Ends a fit in its second epoch: as Stop does, or as EarlyStopping does."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.how, self.epoch, self.is_over = how, 0, False

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if self.epoch == 1 and self.how == "raise":
            raise FitEndedError
        if self.epoch == 1:
            self.model.stop_training = True

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self.is_over = True


@pytest.mark.parametrize("kind", ["keras", "lean"])
def test_a_fit_ends_at_a_boundary(kind: str) -> None:
    stopping, raising, heard, clock = Ends("stop"), Ends("raise"), Heard(), "one batch a call"
    fitted(kind, recipe(DENSE), "numbers", heard, stopping, clock=clock)
    assert [said[1] for said in heard.said if said[0] == "on_train_batch_end"] == [0, 1, 2, 0]
    with pytest.raises(FitEndedError):
        fitted(kind, recipe(DENSE), "numbers", raising, clock=clock)
    assert stopping.is_over
    assert raising.is_over


@pytest.mark.parametrize(
    ("where", "code"),
    [
        (Surroundings(), None),
        (Surroundings(accelerators=1), "runs.keras_loop_accelerator"),
        (Surroundings(accelerators=2, has_strategy=True), "runs.keras_loop_distributed"),
        (Surroundings(is_eager=True), "runs.keras_loop_eager"),
        (Surroundings(is_capped=True), "runs.keras_loop_capped"),
    ],
)
def test_what_the_lean_loop_cannot_do_is_left_to_keras(where: Surroundings, code: str | None) -> None:
    obstacle = obstacle_to_lean_loop(where)
    assert (obstacle and obstacle.code) == code
    chosen = execution_config(recipe(DENSE), (5,), ROWS, 2, where)
    assert chosen.loop == ("lean" if code is None else "keras")
    assert isinstance(chosen.why, Message)
    assert chosen.why.parameters.get("obstacle") == obstacle


def test_what_is_asked_of_this_process() -> None:
    threads = tf.config.threading.get_intra_op_parallelism_threads()
    here = Surroundings(accelerators=len(tf.config.list_physical_devices("GPU")), intra_op_threads=threads)
    assert surroundings() == here
    assert execution_config(recipe(DENSE), (5,), ROWS, 2, here).intra_op_threads == threads
    tf.config.run_functions_eagerly(True)
    try:
        assert surroundings().is_eager
    finally:
        tf.config.run_functions_eagerly(False)

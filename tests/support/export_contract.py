"""Exports of many small networks at once, run by one fresh process a runtime: what each format makes of each layer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import keras
import numpy as np
from numpy.typing import NDArray

from tests.support.layer_cases import WORDS, cases, other_weights, stack
from trainer.data.numbers import Scaling
from trainer.export.companions import write_reading, write_tokenizer
from trainer.export.comparison import compare
from trainer.export.equality import ExportError
from trainer.export.examples import as_read
from trainer.export.format import formats
from trainer.export.network_format import NetworkFormat
from trainer.export.proof import RUNNER
from trainer.fit.inputs import Words
from trainer.fit.predict import Predictor
from trainer.recipe.layers import Dense, Flatten, Layer
from trainer.recipe.shapes import Shape

K = TypeVar("K")
NOTES = {"class_names": ["a", "b"], "run": "none", "epoch": 1}
VOCABULARY = ("", "[UNK]", *(f"w{number}" for number in range(2, WORDS)))
ROWS = 4


class Outcome(NamedTuple):
    """What a format has made of a network."""

    what: Literal["equal", "refused", "different"]
    at_once: int | None = None
    """How many examples it takes at once; None for any number."""
    error: ExportError | None = None


def network_formats() -> dict[str, NetworkFormat]:
    """The formats that hold a network."""
    return {name: one for name, one in formats().items() if isinstance(one, NetworkFormat)}


def network_of(model: keras.Model, classes: int) -> Predictor:
    """A model with what it takes to ask it about pictures or texts."""
    shape, words = model.inputs[0].shape[1:], model.inputs[0].dtype == "int32"
    # By the rule of Keras, whose layer is small; whole runs are exported with ours.
    known = Words(VOCABULARY, shape[0], "lower_and_strip_punctuation") if words else None
    return Predictor(model, known, tuple("abcd"[:classes]), shape, 1)


def network_of_rows() -> Predictor:
    """A network that reads rows of numbers, some of which are large and hardly differ, as years do."""
    model = stack([Dense(units=4, activation="relu"), Dense(units=3, activation="softmax")], (3,))
    other_weights(model)
    return replace(network_of(model, 3), preparation=Scaling((2020.0, 0.5, -1e6), (0.25, 0.1, 3.0)))


def network_with(specs: list[Layer], shape: Shape) -> Predictor:
    """A small network that answers one of three classes, with some layers at its beginning."""
    leaves = shape
    for one in specs:
        leaves = one.output_shape(leaves)
    ends: list[Layer] = [*([Flatten()] if len(leaves) > 1 else []), Dense(units=3, activation="softmax")]
    model = stack([*specs, *ends], shape)
    other_weights(model)
    return network_of(model, 3)


def default_cases(cls: type[Layer]) -> list[tuple[list[Layer], Shape]]:
    """Stacks with a kind of layer in its usual settings: alone, and behind words with padding where it can be."""
    found = cases(cls())  # type: ignore[call-arg]  # each kind has its own
    return list({id(one): one for one in (found[0], found[-1])}.values())


def exported(networks: Mapping[K, Predictor], folder: Path, name: str) -> dict[K, Outcome]:
    """What becomes of networks in a format.

    Args:
        networks: by whatever tells them apart.
        folder: an empty one.
        name: of the format.
    """
    format, found, made = network_formats()[name], dict[K, Outcome](), dict[K, _Made]()
    for number, (key, network) in enumerate(networks.items()):
        place, asked = folder / str(number), folder / f"asked-{number}"
        place.mkdir()
        asked.mkdir()
        try:
            reads = format.save(network, place, "network", NOTES)
        except ExportError as error:
            found[key] = Outcome("refused", error=error)
            continue
        write_reading(network, place, reads)
        if isinstance(network.preparation, Words) and not reads.is_text:
            write_tokenizer(network.preparation, place)
        _ask(network, asked)
        made[key] = _Made(network, place, asked, reads.at_once)
    waiting = list(made.values())
    while waiting:
        places = [str(path) for one in waiting for path in (one.place, one.asked)]
        subprocess.run([sys.executable, "-I", "-B", str(RUNNER), name, *places], capture_output=True)
        # It ends at the first that does not run: whatever comes behind it still waits.
        done = next((place for place, one in enumerate(waiting) if not one.scores.exists()), len(waiting))
        waiting = waiting[done + 1 :]
    return found | {key: _compared(one) for key, one in made.items()}


class _Made(NamedTuple):
    network: Predictor
    place: Path
    asked: Path
    at_once: int | None

    @property
    def scores(self) -> Path:
        return self.asked / "scores.npy"


def _given(network: Predictor) -> NDArray[Any]:
    chance = np.random.default_rng(3)
    match network.preparation:
        case Words():
            counts = range(0, ROWS * 3, 3)
            words = [" ".join(f"W{one}" for one in chance.integers(2, WORDS + 3, count)) for count in counts]
            return np.array([*words, "!!!"], object)
        case Scaling() as scaling:
            rows: NDArray[Any] = chance.normal(scaling.mean, scaling.deviation, (ROWS, len(scaling.mean)))
            return rows
        case _:
            return chance.integers(0, 256, (ROWS, *network.input_shape), np.uint8)


def _ask(network: Predictor, asked: Path) -> None:
    given = _given(network)
    if not isinstance(network.preparation, Words):
        np.save(asked / "x.npy", given)
    else:
        (asked / "texts.json").write_text(json.dumps(given.tolist()), "utf-8")


def _compared(made: _Made) -> Outcome:
    given = _given(made.network)
    if (made.asked / "numbers.npy").exists():
        given = np.array([*given, ""], object)  # padding alone
    if not made.scores.exists():
        return Outcome("different", made.at_once, ExportError("It does not run by itself."))
    try:
        compare(np.load(made.scores), made.network.scores(as_read(made.network, given)), "made_up", 0)
    except ExportError as error:
        return Outcome("different", made.at_once, error)
    return Outcome("equal", made.at_once)

"""Exports of many small networks at once, run by one fresh process a runtime: what each format makes of each layer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from tests.support.layer_cases import LENGTH, WORDS, cases, other_weights, stack
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

NOTES = {"class_names": ["a", "b", "c"], "run": "none", "epoch": 1}
VOCABULARY = Words(("", "[UNK]", *(f"w{number}" for number in range(2, WORDS))), LENGTH, "unicode")
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


def network_with(specs: list[Layer], shape: Shape) -> Predictor:
    """A small network that answers one of three classes, with some layers at its beginning."""
    reads_words = specs[0].reads_word_numbers
    leaves = shape
    for one in specs:
        leaves = one.output_shape(leaves)
    ends: list[Layer] = [*([Flatten()] if len(leaves) > 1 else []), Dense(units=3, activation="softmax")]
    model = stack([*specs, *ends], shape)
    other_weights(model)
    return Predictor(model, VOCABULARY if reads_words else None, ("a", "b", "c"), shape, 1)


def default_cases(cls: type[Layer]) -> list[Predictor]:
    """Networks with a kind of layer in its usual settings: alone, and behind words with padding where it can be."""
    found = cases(cls())  # type: ignore[call-arg]  # each kind has its own
    return [network_with(specs, shape) for specs, shape in {id(one): one for one in (found[0], found[-1])}.values()]


def exported(
    networks: Mapping[str, Predictor], folder: Path, names: Iterable[str] | None = None
) -> dict[tuple[str, str], Outcome]:
    """What becomes of networks in formats, by network and format.

    Args:
        networks: by name.
        folder: an empty one.
        names: of the formats; None for all.
    """
    found: dict[tuple[str, str], Outcome] = {}
    for name in names or network_formats():
        made: dict[str, tuple[Path, Path, int | None]] = {}
        for key, network in networks.items():
            place, asked = folder / name / str(len(made)), folder / f"{name}-asked" / str(len(made))
            place.mkdir(parents=True)
            asked.mkdir(parents=True)
            try:
                reads = network_formats()[name].save(network, place, "network", NOTES)
            except ExportError as error:
                found[key, name] = Outcome("refused", error=error)
                place.rmdir()
                continue
            write_reading(network, place, reads)
            if network.preparation is not None and not reads.is_text:
                write_tokenizer(VOCABULARY, place)
            _ask(network, asked)
            made[key] = place, asked, reads.at_once
        places = [str(path) for place, asked, _ in made.values() for path in (place, asked)]
        if places:
            subprocess.run([sys.executable, "-I", "-B", str(RUNNER), name, *places], check=True, capture_output=True)
        for key, (_, asked, at_once) in made.items():
            found[key, name] = _compared(networks[key], asked, at_once)
    return found


def _given(network: Predictor) -> np.ndarray:
    chance = np.random.default_rng(3)
    if network.preparation is None:
        return chance.integers(0, 256, (ROWS, *network.input_shape), np.uint8)
    words = [" ".join(f"W{one}" for one in chance.integers(2, WORDS + 3, count)) for count in range(0, ROWS * 3, 3)]
    return np.array([*words, "!!!"], object)


def _ask(network: Predictor, asked: Path) -> None:
    given = _given(network)
    if network.preparation is None:
        np.save(asked / "x.npy", given)
    else:
        (asked / "texts.json").write_text(json.dumps(given.tolist()), "utf-8")


def _compared(network: Predictor, asked: Path, at_once: int | None) -> Outcome:
    given = _given(network)
    if (asked / "numbers.npy").exists():
        given = np.array([*given, ""], object)  # padding alone
    try:
        compare(np.load(asked / "scores.npy"), network.scores(as_read(network, given)), "made_up", 0)
    except ExportError as error:
        return Outcome("different", at_once, error)
    return Outcome("equal", at_once)

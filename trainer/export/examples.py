"""The examples on which an export is compared with its network: rows of the data, and traps."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer import data
from trainer.data.dataset import Dataset, Part
from trainer.data.numbers import Scaling
from trainer.export.equality import MAX_ROWS, Compared
from trainer.export.exported_run import ExportedRun
from trainer.fit.checkpoint_manager import CheckpointManager, DamagedStateError
from trainer.fit.inputs import Words
from trainer.fit.predict import Predictor
from trainer.fit.state_saver import state_fingerprint
from trainer.recipe.spec import RecipeError
from trainer.runs.saved_state import FOLDER

LOG = logging.getLogger(__name__)
MADE_UP = 500
"""Rows that are made up where the data are not there any more."""
TRAPS = (
    "", " ", "!!!", "?! … “”", "\t\n\r", "\u00a0\u2003", "\u200b\ufeff", "unheard-of-word", "'", "don’t DON'T dont",
    "ПРИВЕТ Привет привет", "ÄPFEL Äpfel A\u0308pfel „äpfel“", "STRASSE Straße straße ẞ", "ΟΔΟΣ οδος ὈΔΌΣ",
    "IŞIK ışık İSTANBUL istanbul i\u0307", "映画 映画 が好き", "ประเทศไทย", "한국어 \u1112\u1161\u11ab", "हिन्दी में",
    "مرحبا بالعالم", "שלום עולם", "👍🏽 👩‍👩‍👧 🇩🇪🇫🇷", "ﬁne ŉ ǰ ΐ", "e\u0301\u0323 ẹ\u0301", "3.50 € 10% #tag @name",
    "a\u0085b c\u2028d", "=1+1", "<b>bold</b>", "a\x1cb",
)  # fmt: skip
"""Texts that readers of words get wrong."""


@dataclass(frozen=True)
class Asked:
    """Examples as their source gives them and as the network reads them."""

    given: NDArray[Any]
    """Pictures (n, height, width, channels) uint8, texts (n,) object, or rows of numbers (n, features)."""
    read: NDArray[Any]
    """What the network gets of them, (n, ...)."""
    compared: Compared
    traps: int
    """How many of them, at the end, are made up to be difficult."""


def examples(run: ExportedRun, network: Predictor) -> Asked:
    """The examples for a run: every row of the test if it was opened, else of validation; and traps."""
    chance = np.random.default_rng(run.recipe.seed)
    compared, given = _rows(run)
    if given is None:
        given = _made_up(network, chance)
    traps = _traps(network, chance)
    both = np.concatenate([given, traps.astype(given.dtype)])
    return Asked(both, as_read(network, both), compared, len(traps))


def as_read(network: Predictor, given: NDArray[Any]) -> NDArray[Any]:
    """What the network gets of examples, as in training."""
    if network.preparation is not None:
        numbers: NDArray[Any] = network.preparation.numbers(given)
        return numbers
    pixels: NDArray[Any] = given.astype(np.float32) / np.float32(255)
    return pixels


def _rows(run: ExportedRun) -> tuple[Compared, NDArray[Any] | None]:
    try:
        dataset = data.load(run.recipe.data, run.recipe.seed)
    except RecipeError as error:
        LOG.info("The data of %s cannot be read: %s", run.id, error)
        return "made_up", None
    if dataset.input_shape != run.facts.input_shape or _has_changed(run, dataset):
        return "made_up", None
    compared, part = _part(run, dataset)
    numbers = np.unique(np.linspace(0, len(part) - 1, min(len(part), MAX_ROWS)).round().astype(int))
    if dataset.modality == "text":
        return compared, np.array([str(part[one]) for one in numbers], object)
    return compared, np.stack([part[one] for one in numbers])


def _part(run: ExportedRun, dataset: Dataset) -> tuple[Compared, Part]:
    if run.is_tested:
        return "test", dataset.test
    if dataset.validation is not None and len(dataset.validation):
        return "validation", dataset.validation
    return "training", dataset.train


def _has_changed(run: ExportedRun, dataset: Dataset) -> bool:
    """Whether other data lie where those of the run were, as far as its saved states tell."""
    if (len(dataset.train), len(dataset.test)) != (run.facts.train, run.facts.test):
        return True
    if dataset.class_names != run.class_names:
        return True
    checkpoints = CheckpointManager(run.folder / FOLDER, run.folder.name, state_fingerprint(run.recipe, dataset))
    try:
        checkpoints.newest()
    except (DamagedStateError, RecipeError) as error:
        LOG.info("The saved state of %s does not fit its data: %s", run.id, error)
        return True
    return False


def _made_up(network: Predictor, chance: np.random.Generator) -> NDArray[Any]:
    match network.preparation:
        case Words() as known:
            lengths = chance.integers(0, 2 * known.sequence_length, MADE_UP)
            return np.array([_text(known, length, chance) for length in lengths], object)
        case Scaling() as scaling:
            spread = chance.normal(0, 2, (MADE_UP, len(scaling.mean)))
            rows: NDArray[Any] = np.array(scaling.mean) + spread * np.array(scaling.deviation)
            return rows
        case _:
            return chance.integers(0, 256, (MADE_UP, *network.input_shape), np.uint8)


def _text(known: Words, length: int, chance: np.random.Generator) -> str:
    """A text of some known words and one in ten that is not."""
    words = known.words[2:] or ("a",)
    picked = [words[one] if chance.random() < 0.9 else f"zq{one}x" for one in chance.integers(0, len(words), length)]
    return " ".join(picked)


def _traps(network: Predictor, chance: np.random.Generator) -> NDArray[Any]:
    match network.preparation:
        case Words() as known:
            long = _text(known, 3 * known.sequence_length + 5, chance)
            return np.array([*TRAPS, long, long.upper()], object)
        case Scaling() as scaling:
            mean, spread = np.array(scaling.mean), np.array(scaling.deviation)
            return np.stack([mean, np.zeros_like(mean), mean - 10 * spread, mean + 10 * spread])
        case _:
            shape = network.input_shape
            black, noise = np.zeros(shape, np.uint8), chance.integers(0, 256, shape, np.uint8)
            half = black.copy()
            half[: shape[0] // 2] = 255
            return np.stack([black, np.full(shape, 255, np.uint8), noise, half])

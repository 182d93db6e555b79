"""The files that go with a network: what it reads and answers, how equal it is, and what cuts texts into words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from trainer import fitboard_version
from trainer.data.numbers import Scaling
from trainer.data.words import TABLE
from trainer.export import readme
from trainer.export.equality import Equality
from trainer.export.examples import Asked
from trainer.export.exported_run import ExportedRun
from trainer.export.format import Format
from trainer.export.network_format import Reads
from trainer.export.proof import Proof
from trainer.fit.inputs import Words
from trainer.fit.predict import Predictor

STANDALONE = Path(__file__).with_name("standalone")
CLEANING = ("repair_letters", "plain_text", "hide_labels", "hide_words", "fold_case", "split_characters",
            "every_character")  # fmt: skip
"""Fields of a recipe's data that change texts before they are cut into words."""
DESCRIPTION, README, VECTORS = "network.json", "README.txt", "vectors.json"


def write_reading(network: Predictor, place: Path, reads: Reads) -> None:
    """Write of `network.json` what the export takes: what runs it reads that, before anything else is known.

    Args:
        network: what is exported.
        place: the folder of the export.
        reads: what it takes.
    """
    _write(place, {"reads": _reading(network, reads)})


def _reading(network: Predictor, reads: Reads) -> dict[str, Any]:
    known = network.preparation
    what = "pictures" if known is None else "rows of numbers"
    if isinstance(known, Words):
        what = "texts" if reads.is_text else "word numbers"
    found: dict[str, Any] = {
        "what": what,
        "dtype": reads.dtype,
        "shape": [] if reads.is_text else list(network.input_shape),
    }
    if isinstance(known, Words):
        found |= {"length": known.sequence_length, "standardize": known.standardize}
    if isinstance(known, Scaling) and not reads.scales:
        found |= {"mean": list(known.mean), "deviation": list(known.deviation)}
    return found | {"at_once": reads.at_once}


def _write(place: Path, description: dict[str, Any]) -> None:
    _write_text(place / DESCRIPTION, json.dumps(description, indent=2, ensure_ascii=False) + "\n")


def _write_text(path: Path, text: str) -> None:
    """Names and texts may hold half a surrogate pair, which no file can."""
    path.write_bytes(text.encode("utf-8", "replace"))


def _description(
    run: ExportedRun, network: Predictor, format: Format, reads: Reads, equality: Equality
) -> dict[str, Any]:
    """What there is to know of an export, for programs."""
    return {
        "format": format.name,
        "file": reads.file,
        "reads": _reading(network, reads) | ({"cleaning": found} if (found := cleaning(run)) else {}),
        "class_names": list(run.class_names),
        "run": {"id": run.id, "name": run.title, "epoch": run.epoch, "inside_epoch": run.inside},
        "made_by": f"Fitboard {fitboard_version()}",
        "trained_with": dict(run.history.versions[-1]) if run.history.versions else {},
        "equality": equality.model_dump(),
    }


def cleaning(run: ExportedRun) -> dict[str, Any]:
    """What a recipe has done to texts before they are cut into words, which no export does."""
    by_rule = {"fold_case", "split_characters"} if run.text_rule == "unicode" else set()  # what that rule does anyway
    found = {name: getattr(run.recipe.data, name, None) for name in CLEANING if name not in by_rule}
    return {name: value for name, value in found.items() if value}


def write_tokenizer(known: Words, place: Path) -> None:
    """Write what makes word numbers of texts: a small program, the vocabulary, and the table of characters.

    Args:
        known: of the network.
        place: the folder of the export.
    """
    (place / "vocabulary.txt").write_bytes("\n".join(known.words).encode("utf-8", "replace"))
    shutil.copyfile(STANDALONE / "tokenizer.py", place / "tokenizer.py")
    shutil.copyfile(TABLE, place / TABLE.name)


def write_companions(
    run: ExportedRun, network: Predictor, format: Format, place: Path, reads: Reads, asked: Asked, proof: Proof
) -> None:
    """Write the equality into an export, and for texts some of them with what the export makes of them.

    Args:
        run: what is exported.
        network: its network.
        format: of the export.
        place: the folder of the export.
        reads: what the export takes.
        asked: the examples of the proof.
        proof: that it is equal.
    """
    _write(place, _description(run, network, format, reads, proof.equality))
    if isinstance(network.preparation, Words):
        vectors = [
            {
                "text": str(asked.given[one]).encode("utf-8", "replace").decode(),
                "numbers": asked.read[one].tolist(),
                "scores": [float(score) for score in proof.scores[one]],
            }
            for one in range(max(0, len(asked.given) - asked.traps - 10), len(asked.given))
        ]
        _write_text(place / VECTORS, json.dumps(vectors, ensure_ascii=False, indent=1) + "\n")
    cleaned = [run.recipe.data.field_title(name) for name in cleaning(run)]
    _write_text(place / README, readme.text(run, format.name, reads, proof.equality, cleaned))

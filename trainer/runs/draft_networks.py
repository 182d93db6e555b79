"""The networks of drafts, for whoever looks at what their layers make of an example before anything is trained.

A cache beside the runs: `draft-networks/KEY/` holds the graph and its description as a run's folder does, and the
weights before training as its one epoch. The key says all that these depend on. The trainer makes them
(`trainer/fit/graph.py`) and removes those that were used longest ago.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from trainer import fitboard_version
from trainer.messages import MessageError
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.runs.kept_epochs import KeptEpoch, kept_epoch
from trainer.runs.network import Network, RefusedNetwork, kept_network

FOLDER = "draft-networks"
MOST, MOST_BYTES = 100, 300_000_000
"""How many are kept at most, and how many bytes of them; the one that was used last always is."""
_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class DraftNetwork:
    """A network that can be computed as it is before training."""

    key: str
    network: Network
    weights: KeptEpoch


def key_of(recipe: Recipe, input_shape: Shape) -> str:
    """The same word for drafts that begin to train with the same network.

    Args:
        recipe: the draft.
        input_shape: of one example.
    """
    tree = {
        "layers": [layer.model_dump(mode="json") for layer in recipe.layers],
        "seed": recipe.seed,
        "shape": input_shape,
        "modality": recipe.data.modality,
        "versions": _versions(),
    }
    return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()[:32]


@cache
def _versions() -> list[str]:
    """Of whatever draws the first weights."""
    return [fitboard_version(), version("keras"), version("tensorflow")]


def folder_of(root: Path, key: str) -> Path:
    """Where the network of a draft lies, or will.

    Args:
        root: the folder of runs.
        key: of the draft.

    Raises:
        FileNotFoundError: that is no key.
    """
    if not _KEY.fullmatch(key):
        raise FileNotFoundError(key)
    return root / FOLDER / key


def kept_draft(root: Path, key: str) -> DraftNetwork | RefusedNetwork | None:
    """What the trainer has made of a draft; None if that has to be made (again). It then counts as used just now.

    Args:
        root: the folder of runs.
        key: of the draft.
    """
    folder = folder_of(root, key)
    found = kept_network(folder)
    if found is None:
        return None
    with suppress(OSError):  # a folder that cannot be written keeps what it has
        os.utime(folder)
    if isinstance(found, RefusedNetwork):
        return found
    try:
        return DraftNetwork(key, found, kept_epoch(folder, 0))
    except MessageError:
        return None  # its weights are gone


def make_room(root: Path) -> None:
    """Remove the networks that were used longest ago, until there are few enough.

    Args:
        root: the folder of runs.
    """
    size = 0
    for place, folder in enumerate(sorted((root / FOLDER).iterdir(), key=_last_used, reverse=True)):
        size += sum(map(_bytes, folder.rglob("*")))
        if place and (place >= MOST or size > MOST_BYTES):
            shutil.rmtree(folder, ignore_errors=True)  # what stays is removed by the next one


def _last_used(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0  # another trainer has just removed it


def _bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0

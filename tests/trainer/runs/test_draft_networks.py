"""The cache of the networks of drafts: what they are known by, and which of them go."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from trainer.recipe.recipe import Recipe
from trainer.runs import draft_networks
from trainer.runs.draft_networks import DraftNetwork, folder_of, kept_draft, key_of, make_room
from trainer.runs.kept_epochs import KeptEpochs
from trainer.runs.network import Network, NetworkInput, keep_network

Tiny = Callable[..., Recipe]
GRAPH = b"a graph"
NETWORK = Network(
    input=NetworkInput(dtype="float32", shape=(4,)),
    layers=(),
    weights=(),
    bytes=8,
    sha256=sha256(GRAPH).hexdigest(),
)


def keep(root: Path, key: str, used: int) -> Path:
    """A network that was used at some time."""
    folder = folder_of(root, key)
    folder.mkdir(parents=True)
    KeptEpochs(folder).put(0, b"weights!")
    keep_network(folder, NETWORK, GRAPH)
    os.utime(folder, (used, used))
    return folder


def keys(root: Path) -> set[str]:
    return {one.name for one in (root / draft_networks.FOLDER).iterdir()}


def test_drafts_that_begin_alike_share_a_network(tiny: Tiny) -> None:
    shape = (6, 6, 1)
    alike = {
        key_of(tiny(*change), shape) for change in ((), ("name=Another",), ("fit.epochs=9",), ("fit.batch_size=8",))
    }
    assert len(alike) == 1
    others = {key_of(tiny(change), shape) for change in ("seed=2", "layers.1.units=4")} | {key_of(tiny(), (5, 5, 1))}
    assert len(others | alike) == 4


def test_those_that_were_used_longest_ago_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft_networks, "MOST", 3)
    for place in range(4):
        keep(tmp_path, f"{place:032x}", used=100 + place)
    assert isinstance(kept_draft(tmp_path, f"{0:032x}"), DraftNetwork), "used just now"
    make_room(tmp_path)
    assert keys(tmp_path) == {f"{place:032x}" for place in (0, 2, 3)}
    monkeypatch.setattr(draft_networks, "MOST_BYTES", 1)
    make_room(tmp_path)
    assert keys(tmp_path) == {f"{0:032x}"}, "the one that somebody looks at stays, however large it is"


def test_a_network_without_its_weights_is_made_again(tmp_path: Path) -> None:
    folder = keep(tmp_path, "a" * 32, used=100)
    (folder / "epochs" / "epochs.json").unlink()
    assert kept_draft(tmp_path, "a" * 32) is None
    assert kept_draft(tmp_path, "b" * 32) is None
    for key in ("../runs", "A" * 32, ""):
        with pytest.raises(FileNotFoundError):
            folder_of(tmp_path, key)

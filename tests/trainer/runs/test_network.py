"""The graph of a run in its folder: whole or made again, and given without a trainer once it lies there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from tests.support.histories import prepared
from trainer.engine.costs import Measuring
from trainer.engine.local import LocalEngine
from trainer.engine.wording import WORDING as ENGINE
from trainer.recipe.recipe import Recipe
from trainer.runs.log import LogWriter
from trainer.runs.network import (
    DESCRIPTION,
    FOLDER,
    GRAPH,
    Network,
    NetworkInput,
    NetworkLayer,
    NetworkWeight,
    RefusedNetwork,
    keep_network,
    kept_network,
    read_graph,
)
from trainer.runs.store import RunNotFoundError, Store, new_id
from trainer.runs.wording import WORDING

Tiny = Callable[..., Recipe]
CONTENT = b"a graph"
NETWORK = Network(
    input=NetworkInput(dtype="float32", shape=(6, 6, 1)),
    layers=(NetworkLayer(kind="Flatten", name="layer_1", output="layer_0", shape=(36,)),),
    weights=(NetworkWeight(name="kernel", layer=1, shape=(36, 8), offset=0, length=1152),),
    bytes=1152,
    sha256=hashlib.sha256(CONTENT).hexdigest(),
)
REFUSED = RefusedNetwork(refused=WORDING.message("network_layer_unknown", number=2, kind="Unheard"))


@pytest.fixture
def run(store: Store, tiny: Tiny) -> str:
    return store.create(tiny())


def test_what_was_kept_is_found(store: Store, run: str) -> None:
    folder = store.folder(run)
    assert kept_network(folder) is None
    keep_network(folder, NETWORK, CONTENT)
    assert kept_network(folder) == NETWORK
    assert read_graph(folder) == CONTENT
    keep_network(folder, REFUSED)
    assert kept_network(folder) == REFUSED


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version":1}', b'{"version":2,"refused":null}', b"\xff"])
def test_a_damaged_description_is_made_again(store: Store, run: str, content: bytes) -> None:
    folder = store.folder(run)
    keep_network(folder, NETWORK, CONTENT)
    (folder / FOLDER / DESCRIPTION).write_bytes(content)
    assert kept_network(folder) is None


def test_a_graph_that_is_not_the_described_one_is_made_again(store: Store, run: str) -> None:
    folder = store.folder(run)
    keep_network(folder, NETWORK, CONTENT)
    (folder / FOLDER / GRAPH).write_bytes(CONTENT[:-1])
    assert kept_network(folder) is None
    (folder / FOLDER / GRAPH).unlink()
    assert kept_network(folder) is None


def test_an_engine_gives_what_lies_there_without_a_trainer(store: Store, run: str) -> None:
    engine = LocalEngine(store, ["no such program"])
    keep_network(store.folder(run), NETWORK, CONTENT)
    assert engine.network(run) == NETWORK
    keep_network(store.folder(run), REFUSED)
    assert engine.network(run) == REFUSED.refused
    with pytest.raises(RunNotFoundError):
        engine.network(new_id())


def test_before_it_has_begun_a_run_has_no_network(store: Store, run: str) -> None:
    assert LocalEngine(store, ["no such program"]).network(run) == WORDING.message("network_not_begun")


@pytest.mark.processes
def test_an_engine_has_it_made(stand_in: LocalEngine, tiny: Tiny) -> None:
    run = stand_in.store.create(tiny())
    log = LogWriter(stand_in.store.log(run))
    log.write(prepared())
    log.close()
    stand_in.start()
    assert stand_in.ready.wait(60)
    assert stand_in.network(run) == Measuring(ENGINE.message("making_network"))
    keep_network(stand_in.store.folder(run), NETWORK, CONTENT)
    assert stand_in.network(run) == NETWORK

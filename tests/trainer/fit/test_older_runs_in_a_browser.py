"""Runs of earlier versions kept no epochs: the weights in their model become the one that a browser can show."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.support.folders import GOLDEN
from trainer.fit.build import build
from trainer.fit.control import Control
from trainer.fit.graph import make_network, run_graph
from trainer.runs.kept_epochs import kept_epochs, read_epoch
from trainer.runs.network import Network, read_graph
from trainer.runs.store import Run, Store, lock_of

OLDER = sorted(path.parent.relative_to(GOLDEN).as_posix() for path in GOLDEN.glob("*/*/final.weights.h5"))


class Plenty:
    """As much memory as is asked for."""

    def limit(self) -> int:
        """No bound."""
        return 2**40

    def take(self, needed: int) -> None:
        """It is there."""


@pytest.fixture(params=OLDER)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Run, Path]:
    source = GOLDEN / request.param
    folder = tmp_path / source.name
    shutil.copytree(source, folder)
    return Store(tmp_path).read(folder.name), folder


@pytest.mark.odd_logs
def test_the_weights_of_an_older_run_are_kept_as_its_one_epoch(older: tuple[Run, Path]) -> None:
    run, folder = older
    assert run.recipe is not None
    assert run.history.weights is not None
    assert kept_epochs(folder) == []
    network = make_network(run.recipe, None, folder, Control(), Plenty(), run.history.weights)
    assert isinstance(network, Network)
    assert [one.epoch for one in kept_epochs(folder)] == [run.history.weights.place]
    model = build(run.recipe, network.input.shape, tokens=network.input.dtype == "int32")
    model.load_weights(folder / run.history.weights.file)
    x = np.random.default_rng(3).integers(0, 2, (4, *network.input.shape)).astype(network.input.dtype)
    found = run_graph(read_graph(folder), read_epoch(folder, run.history.weights.place), x)[-1]
    np.testing.assert_allclose(found, model.predict(x, verbose=0), atol=1e-5)


@pytest.mark.odd_logs
def test_damaged_weights_are_not_kept(older: tuple[Run, Path]) -> None:
    run, folder = older
    assert run.recipe is not None
    assert run.history.weights is not None
    weights = folder / run.history.weights.file
    weights.write_bytes(weights.read_bytes()[:-100])
    assert isinstance(make_network(run.recipe, None, folder, Control(), Plenty(), run.history.weights), Network)
    assert kept_epochs(folder) == []


@pytest.mark.odd_logs
def test_a_run_that_a_trainer_has_is_left_to_it(older: tuple[Run, Path]) -> None:
    run, folder = older
    assert run.recipe is not None
    with lock_of(folder):
        assert isinstance(make_network(run.recipe, None, folder, Control(), Plenty(), run.history.weights), Network)
    assert kept_epochs(folder) == []

"""The network of a draft computes for an example what Keras's layers do, with the weights before training."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.draft_networks import AnyMemory, assert_as_keras_computes
from trainer import PROJECT
from trainer.engine.local import LocalEngine
from trainer.fit import graph
from trainer.fit.control import Control
from trainer.fit.graph import make_draft_network
from trainer.messages import Message
from trainer.recipe.recipe import Recipe
from trainer.runs.draft_networks import kept_draft, key_of
from trainer.runs.network import RefusedNetwork
from trainer.runs.store import Store

SENTENCES = ["data.path=data/six_sentences.csv", "data.validation=0"]
DRAFTS = {
    "mnist_cnn": ["data.limit=200"],
    "text_lstm": [*SENTENCES, "data.standardize=unicode"],
    "text_lstm, as in Keras": [*SENTENCES, "data.standardize=lower_and_strip_punctuation"],
}


def draft(name: str) -> Recipe:
    return Recipe.load(PROJECT / "recipes" / f"{name.partition(',')[0]}.json").with_settings(DRAFTS[name])


@pytest.mark.parametrize("name", DRAFTS)
def test_an_example_goes_through_as_through_keras(name: str, tmp_path: Path) -> None:
    assert_as_keras_computes(draft(name), tmp_path)


def test_a_draft_too_large_for_a_browser_is_refused_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = draft("mnist_cnn")
    monkeypatch.setattr(graph, "MAX_WEIGHTS", 100)
    refused = make_draft_network(recipe, (28, 28, 1), tmp_path, Control(), AnyMemory())
    assert isinstance(refused, Message)
    assert refused.code == "runs.draft_too_large"
    assert kept_draft(tmp_path, key_of(recipe, (28, 28, 1))) == RefusedNetwork(refused=refused)
    assert LocalEngine(Store(tmp_path)).draft_network(recipe, (28, 28, 1), "me") == refused

"""The validation examples that a page gives to the browser, where it may."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from components import answer_examples as examples_module
from components import workspace
from components.answer_examples import (
    _LOADING,
    MAX_SIDE,
    MAX_TEXT,
    AnswerExamples,
    answer_examples,
    is_loading,
    thumbnail,
)
from trainer import data
from trainer.data.validation_sample import validation_sample
from trainer.recipe.data import Data
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState
from trainer.runs.history import History
from trainer.runs.store import Run

ID = "20260101-000000-aaaaaaaaaaaaaaaa"


def run_of(recipe: Recipe | None) -> Run:
    return Run(ID, recipe, History())


def read(recipe: Recipe) -> AnswerExamples:
    """What the page gives once the data are in memory."""
    data.load(recipe.data, recipe.seed)
    return answer_examples(run_of(recipe))


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "may_read_data_of", lambda run: True)


@pytest.mark.usefixtures("allowed")
def test_pictures(tiny: Callable[..., Recipe]) -> None:
    recipe = tiny()
    dataset = data.load(recipe.data, recipe.seed)
    sample, part = validation_sample(dataset, recipe.seed), dataset.validation
    found = read(recipe)
    assert sample is not None
    assert part is not None
    assert found["checksum"] == sample.checksum
    shown = [pixels(item["picture"]) for item in found["items"]]
    assert len(shown) == 12
    assert all(np.array_equal(one, part[place][:, :, 0]) for one, place in zip(shown, sample.places, strict=True))


def pixels(address: str) -> NDArray[Any]:
    kind, _, content = address.partition(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(BytesIO(b64decode(content))))


def test_a_large_picture_is_made_smaller_and_keeps_its_colours() -> None:
    large = np.zeros((64, 48, 3), np.uint8)
    large[:, :, 1] = 200
    small = pixels(thumbnail(large))
    assert small.shape == (MAX_SIDE, 24, 3)
    assert (small == [0, 200, 0]).all()


@pytest.mark.usefixtures("allowed")
def test_texts(texts: Callable[..., Recipe], tmp_path: Path) -> None:
    rows = [f"word{n} {'good ' * (300 if n % 2 else 1)},{n % 2}" for n in range(80)]
    path = tmp_path / "long.csv"
    path.write_text("text,label\n" + "\n".join(rows) + "\n", "utf-8")
    recipe = texts(f"data.path={json.dumps(str(path))}")
    found = read(recipe)
    lengths = [len(item["text"]) for item in found["items"]]
    assert len(lengths) == 12
    assert max(lengths) == MAX_TEXT
    assert min(lengths) < 20


@pytest.mark.usefixtures("allowed")
def test_what_is_gone_or_cannot_be_known_is_said(tiny: Callable[..., Recipe], tmp_path: Path) -> None:
    gone = tiny(f"data.path={json.dumps(str(tmp_path / 'gone.npz'))}")
    for run in (run_of(gone), run_of(None)):
        found = answer_examples(run)
        assert (found["checksum"], found["items"]) == ("", [])
        assert found["why_not"]


def test_what_this_person_may_not_read_is_not_given(
    tiny: Callable[..., Recipe], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "may_read_data_of", lambda run: False)
    assert read(tiny())["items"] == []


@pytest.mark.usefixtures("allowed")
def test_without_validation_there_is_nothing_to_show(tiny: Callable[..., Recipe]) -> None:
    found = read(tiny("data.validation=0"))
    assert found["items"] == []
    assert not is_loading(found)


@pytest.mark.usefixtures("allowed")
def test_data_that_are_not_in_memory_are_read_in_the_background(
    tiny: Callable[..., Recipe], digits: Path, tmp_path: Path
) -> None:
    path = tmp_path / "new.npz"
    path.write_bytes(digits.read_bytes())
    run = run_of(tiny(f"data.path={json.dumps(str(path))}"))
    assert is_loading(answer_examples(run))
    for thread in list(_LOADING.values()):
        thread.join(60)
    found = answer_examples(run)
    assert len(found["items"]) == 12
    assert not _LOADING


@pytest.mark.usefixtures("allowed")
def test_tabs_that_ask_at_once_read_in_no_page_run(
    tiny: Callable[..., Recipe], digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shared.npz"
    path.write_bytes(digits.read_bytes())
    run = run_of(tiny(f"data.path={json.dumps(str(path))}"))
    start = Thread.start
    others: list[AnswerExamples] = []

    def start_slowly(thread: Thread) -> None:
        if thread is not other:
            start(other)
            other.join(0.2)  # it would be through by now, had it not to wait
        start(thread)

    def read_late(spec: Data, seed: int) -> None:
        other.join(60)  # so that what was read cannot be there already when the other one asks
        load(spec, seed)

    load = examples_module._load
    other = Thread(target=lambda: others.append(answer_examples(run)))
    monkeypatch.setattr(Thread, "start", start_slowly)
    monkeypatch.setattr(examples_module, "_load", read_late)
    assert is_loading(answer_examples(run))
    other.join(60)
    assert [is_loading(one) for one in others] == [True]
    for thread in list(_LOADING.values()):
        thread.join(60)
    assert answer_examples(run)["items"]


@pytest.mark.usefixtures("allowed")
def test_the_sample_is_chosen_once(tiny: Callable[..., Recipe], monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = tiny("seed=4711")
    first = read(recipe)
    monkeypatch.setattr(examples_module, "validation_sample", None)
    assert answer_examples(run_of(recipe)) is first


@pytest.mark.usefixtures("allowed")
def test_a_run_from_before_answers_reads_no_data(tiny: Callable[..., Recipe], tmp_path: Path) -> None:
    old = Run(ID, tiny(f"data.path={json.dumps(str(tmp_path / 'x.npz'))}"), History(state=RunState.FINISHED))
    assert answer_examples(old)["items"] == []
    assert not _LOADING

"""Each opening of a test set, across runs, and what a second one does to the worth of its score."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import pytest

from tests.support.histories import TEXT, prepared, recipe
from trainer.recipe.recipe import Recipe
from trainer.runs import events
from trainer.runs.events import RunState, StateChanged
from trainer.runs.log import LogWriter
from trainer.runs.openings import Opening, flattery, models, openings, worth
from trainer.runs.store import Store

TEXTS = recipe(3, data={"kind": "text_csv", "path": "data/reviews.csv"}, layers=TEXT)
ENDED = (StateChanged(state=RunState.QUEUED), StateChanged(state=RunState.RUNNING), prepared())
FASTER = {"kind": "Adam", "learning_rate": 0.01}


def opened(
    store: Store,
    of: Recipe,
    *when: int,
    epochs: tuple[int, ...] = (),
    accuracy: float = 0.9,
    inside: int | None = None,
) -> str:
    """A run whose test set was opened at these seconds of 1970, with the weights of these epochs."""
    run = store.create(of)
    log = LogWriter(store.log(run))
    for event in (*ENDED, StateChanged(state=RunState.FINISHED)):
        log.write(event)
    for number, moment in enumerate(when, start=1):
        file = store.folder(run) / f"test-{number}.npz"
        file.write_bytes(b"answers")
        os.utime(file, (moment, moment))
        epoch = epochs[number - 1] if epochs else 3
        logs = {"loss": 0.1, "accuracy": accuracy}
        log.write(
            events.Tested(logs=logs, rows=1000, weights_epoch=epoch, inside_epoch=inside, seconds=1, file=file.name)
        )
    log.close()
    return run


def told(store: Store, of: Recipe) -> list[Opening]:
    return openings(store, store.ids(), of)


def test_openings_of_several_runs_stand_in_the_order_of_their_times(store: Store) -> None:
    late = opened(store, recipe(3), 300)
    early = opened(store, recipe(3, optimizer=FASTER), 100, 500)
    opened(store, recipe(3))  # never tested
    found = told(store, recipe(3))
    assert [one.run.id for one in found] == [early, late, early]
    assert [one.at for one in found] == [datetime.fromtimestamp(second, UTC) for second in (100, 300, 500)]


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"seed": 9}, True),  # MNIST has test pictures of its own
        ({"fit.epochs": 9, "data.limit": 900}, True),
        ({"data.validation": 0.3}, True),
        ({"data.path": "data/own.npz"}, False),
    ],
)
def test_which_pictures_are_tested(store: Store, change: dict[str, Any], is_same: bool) -> None:
    opened(store, recipe(3), 100)
    other = recipe(3).with_settings([f"{place}={value}" for place, value in change.items()])
    assert len(told(store, other)) == is_same


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ("data.sequence_length=30", True),
        ("data.max_words=500", True),
        ("fit.epochs=9", True),
        ("seed=9", False),  # other rows are set aside for the test
        ("data.label_column=stars", False),
        ("data.path=data/six_sentences.csv", False),
    ],
)
def test_which_texts_are_tested(store: Store, change: str, is_same: bool) -> None:
    opened(store, TEXTS, 100)
    assert len(told(store, TEXTS.with_settings([change]))) == is_same


def test_a_model_is_a_recipe_and_an_epoch_not_a_run(store: Store) -> None:
    opened(store, recipe(3), 100)
    opened(store, recipe(3, name="The same once more"), 200)
    assert models(told(store, recipe(3))) == 1
    opened(store, recipe(3), 300, 400, epochs=(3, 2))
    assert models(told(store, recipe(3))) == 2, "other weights of the same run"
    opened(store, recipe(3, optimizer=FASTER), 500)
    assert models(told(store, recipe(3))) == 3


def test_each_stop_inside_an_epoch_is_a_model_of_its_own(store: Store) -> None:
    opened(store, recipe(3), 100, 200, inside=4)
    opened(store, recipe(3), 300, inside=4)
    assert models(told(store, recipe(3))) == 3


def test_what_the_openings_do_to_the_score(store: Store) -> None:
    assert worth(told(store, recipe(3))) is None
    codes = []
    for of in (recipe(3), recipe(3), recipe(3, optimizer=FASTER)):
        opened(store, of, 100)
        said = worth(told(store, recipe(3)))
        codes.append(None if said is None else said.code)
    assert codes == ["runs.opened_once", "runs.opened_for_same", "runs.opened_for_several"]
    assert said is not None
    assert said.parameters == {"count": 3, "models": 2, "rows": 1000, "points": 0.6}


def test_the_best_of_equally_good_models_is_flattered_by_about_that_much() -> None:
    draw = np.random.default_rng(1)
    for count in (2, 5, 20):
        scores = draw.binomial(1000, 0.9, (20_000, count)) / 1000
        assert flattery(0.9, 1000, count) == pytest.approx(mean(scores.max(axis=1) - 0.9), abs=0.0005)


def test_an_opening_whose_answers_are_gone_has_no_time(store: Store, tmp_path: Path) -> None:
    run = opened(store, recipe(3), 100, 200)
    (store.folder(run) / "test-2.npz").unlink()
    found = told(store, recipe(3))
    assert {one.tested.file: one.at is None for one in found} == {"test-1.npz": False, "test-2.npz": True}


def test_what_cannot_be_read_has_not_opened_it(store: Store) -> None:
    run = opened(store, recipe(3), 100)
    (store.folder(run) / "recipe.json").write_text("{")
    opened(store, recipe(3), 200)
    assert len(told(store, recipe(3))) == 1
    assert openings(store, ["20260101-000000-aaaaaaaaaaaaaaaa"], recipe(3)) == []

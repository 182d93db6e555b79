"""The list of runs without a page: what it keeps of a run, what it finds, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from components.run_table import entries as module
from components.run_table.entries import (
    MAX_POINTS,
    Entry,
    Group,
    Order,
    View,
    arrange,
    before,
    entry_of,
    group_of,
    read_entry,
)
from components.run_table.sparkline import sparkline
from tests.support.histories import MLP, TEXT, history, recipe
from tests.support.pages import finished_run, record
from trainer.recipe.recipe import Recipe
from trainer.runs.caption import Caption
from trainer.runs.events import RunState, StateChanged, WeightsKept
from trainer.runs.events import Tested as Opened
from trainer.runs.history import Curve, History
from trainer.runs.store import Run, RunNotFoundError, Store
from trainer.runs.wording import WORDING

_numbers = count(10)
TEXTS = recipe(3, data={"kind": "text_csv", "path": "data/reviews.csv"}, layers=TEXT)


def made(
    name: str = "A run",
    accuracy: float | None = 0.9,
    *,
    note: str = "",
    of: Recipe | None = None,
    state: RunState = RunState.FINISHED,
    test: float | None = None,
    seconds: float = 10.0,
    **fields: Any,
) -> Entry:
    """An entry; each one made is newer than those before."""
    folded = history([0.5, 0.3], [0.8, 0.85], [0.4, 0.3], [] if accuracy is None else [0.5, accuracy], state=state)
    folded.weights = WeightsKept(epoch=2, file="w", reason="end")
    folded.training_began, folded.training_ended, folded.seconds = 0.0, seconds, seconds
    if test is not None:
        folded.tests = [Opened(logs={"loss": 1, "accuracy": test}, rows=9, weights_epoch=2, seconds=1, file="t.npz")]
    run_id = f"20260101-0000{next(_numbers)}-aaaaaaaaaaaaaaaa"
    return entry_of(Run(run_id, of or recipe(3), folded, caption=Caption(name=name, note=note), **fields))


def names(found: list[Entry]) -> list[str]:
    return [entry.run.title for entry in found]


def data_name(recipe: Recipe) -> str:
    return "MNIST" if recipe.data.path is None else Path(recipe.data.path).name


def wanted(entries: list[Entry], **view: Any) -> list[str]:
    return names(arrange(entries, View(**view), data_name))


ROWS = [
    made("Texts", 0.7, of=TEXTS, state=RunState.STOPPED, test=0.99, seconds=3.0),
    made("Broken", None, damage=WORDING.message("log_damaged")),
    made("Noted", 0.8, note="Dropout was\ntoo strong", test=0.5, seconds=20.0),
    made("Plain", 0.95),
    made("Going on", 0.1, state=RunState.RUNNING),
][::-1]
"""Newest first, as the store lists them."""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["Going on", "Plain", "Noted", "Broken", "Texts"]),
        ("  plain ", ["Plain"]),
        ("too STRONG", ["Noted"]),
        ("strong plain", []),
        ("embedding", ["Texts"]),
        ("adam reviews", ["Texts"]),
        ("mnist dense noted", ["Noted"]),
        ("my model texts", ["Texts"]),
        (".*", []),
    ],
)
def test_a_search_looks_through_name_note_model_and_data(text: str, found: list[str]) -> None:
    assert wanted(ROWS, text=text) == found


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (Order.NEWEST, ["Going on", "Plain", "Noted", "Broken", "Texts"]),
        (Order.VALIDATION, ["Plain", "Noted", "Texts", "Going on", "Broken"]),
        (Order.TEST, ["Texts", "Noted", "Going on", "Plain", "Broken"]),
        (Order.FASTEST, ["Texts", "Going on", "Plain", "Broken", "Noted"]),
    ],
)
def test_what_has_no_score_comes_last_and_equal_ones_stay_newest_first(order: Order, found: list[str]) -> None:
    assert wanted(ROWS, order=order) == found


def test_filters_and_search_go_together() -> None:
    assert wanted(ROWS, group=Group.IN_PROGRESS) == ["Going on"]
    assert wanted(ROWS, group=Group.FAILED) == ["Broken"]
    assert wanted(ROWS, group=Group.FINISHED) == ["Plain", "Noted"]
    assert wanted(ROWS, data=("text_csv", "data/reviews.csv")) == ["Texts"]
    assert wanted(ROWS, data=("mnist", None), group=Group.FINISHED, text="strong") == ["Noted"]
    assert wanted(ROWS, data=("text_csv", "data/gone.csv")) == []


def test_every_state_has_a_group() -> None:
    groups = {group_of(Run("", None, History(state=state))) for state in RunState}
    assert groups == set(Group)


def test_the_run_before_is_the_next_older_one_on_the_same_data() -> None:
    old, texts, few, new = (
        made(),
        made(of=TEXTS),
        made(of=recipe(3, data={"kind": "mnist", "limit": 900, "validation": 0.2})),
        made(of=recipe(3, layers=MLP[1:])),
    )
    entries = [new, few, texts, old]
    assert before(entries, new) is few
    assert before(entries, few) is old
    assert before(entries, texts) is before(entries, old) is None
    unreadable = entry_of(Run("29991231-000000-aaaaaaaaaaaaaaaa", None, History()))
    assert before([unreadable, *entries], unreadable) is None


def test_an_entry_has_the_numbers_of_the_kept_weights_and_few_points() -> None:
    values = [0.5 + place / 1000 for place in range(400)]
    folded = history(values, values, values, values)
    folded.weights = WeightsKept(epoch=123, file="w", reason="best")
    entry = entry_of(Run("20260101-000000-aaaaaaaaaaaaaaaa", recipe(400), folded))
    assert (entry.score("val_accuracy"), entry.kept, entry.epochs) == (values[122], 123.0, 400)
    assert len(entry.curve.x) <= MAX_POINTS + 2
    assert {1.0, 123.0, 400.0} <= set(entry.curve.x)
    assert len(entry.run.history.epochs) == 1
    assert len(folded.epochs) == 400, "the run itself keeps what it has"


def test_without_validation_rows_the_training_curve_is_drawn() -> None:
    assert made(accuracy=None).curve.y == [0.8, 0.85]


def test_a_curve_that_hardly_moves_looks_as_if_it_hardly_moved() -> None:
    """Noise of a tenth of a point must not fill the height."""

    def height(curve: Curve) -> float:
        drawn = sparkline(curve, None).split("points%3D%22")[1].split("%22")[0].replace("%2C", ",").split("%20")
        ups = [float(point.split(",")[1]) for point in drawn]
        return max(ups) - min(ups)

    assert height(Curve([1.0, 2.0, 3.0], [0.97, 0.971, 0.97])) < 1
    assert height(Curve([1.0, 2.0, 3.0], [0.1, 0.5, 0.9])) > 20


def test_a_single_epoch_is_a_dot_and_no_epoch_no_picture() -> None:
    assert "circle" in sparkline(Curve([1.0], [0.5]), None)
    assert sparkline(Curve([], []), None) == ""
    assert "circle" not in sparkline(Curve([1.0, 2.0], [0.5, 0.6]), None), "it still trains: nothing is kept yet"


@pytest.fixture
def run(store: Store, tiny: Callable[..., Recipe]) -> str:
    module._remembered.clear()
    return finished_run(store, tiny())


def reads(monkeypatch: pytest.MonkeyPatch, store: Store) -> list[str]:
    read, asked = store.read_summary, []

    def noted(run_id: str) -> Run:
        asked.append(run_id)
        return read(run_id)

    monkeypatch.setattr(store, "read_summary", noted)
    return asked


def test_a_run_that_is_over_is_read_once(store: Store, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store.read_summary(run)  # which writes its summary, and so changes the folder
    asked = reads(monkeypatch, store)
    assert {id(read_entry(store, run)) for _ in range(3)} == {id(read_entry(store, run))}
    assert asked == [run]


@pytest.mark.odd_logs
def test_what_changes_a_run_is_seen_at_once(store: Store, run: str) -> None:
    store.read_summary(run)
    read_entry(store, run)
    store.describe(run, name="Named")
    assert read_entry(store, run).run.title == "Named"
    record(store, run, Opened(logs={"loss": 1, "accuracy": 0.7}, rows=9, weights_epoch=2, seconds=1, file="t.npz"))
    assert read_entry(store, run).test_accuracy == 0.7
    record(store, run, StateChanged(state=RunState.QUEUED))
    with store.lock(run):
        assert group_of(read_entry(store, run).run) is Group.IN_PROGRESS
    assert read_entry(store, run).run.state is RunState.INTERRUPTED, "its trainer is gone, and no file has changed"
    (store.folder(run) / "recipe.json").unlink()
    assert read_entry(store, run).run.damage is not None
    store.delete(run)
    with pytest.raises(RunNotFoundError):
        read_entry(store, run)


def test_memory_is_bounded(store: Store, tiny: Callable[..., Recipe], monkeypatch: pytest.MonkeyPatch) -> None:
    module._remembered.clear()
    monkeypatch.setattr(module, "MAX_REMEMBERED", 2)
    for run_id in [finished_run(store, tiny()) for _ in range(4)]:
        store.read_summary(run_id)
        read_entry(store, run_id)
    assert len(module._remembered) == 2


def test_sorting_by_a_score_opens_no_file_again(store: Store, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store.read_summary(run)
    read_entry(store, run)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("a file was read"))
    assert names(arrange([read_entry(store, run)], View(order=Order.TEST, text="run"), data_name)) == ["A run"]

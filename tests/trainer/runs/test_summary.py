"""Summaries of logs: as good as reading the log, and passed over wherever they may not be."""

import json
import os
from collections.abc import Callable
from dataclasses import fields, replace
from errno import EROFS
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest

from tests.support.pages import record
from trainer.recipe.recipe import Recipe
from trainer.runs import files, summary
from trainer.runs import store as store_module
from trainer.runs.events import (
    ActionFailed,
    Answered,
    BatchSeen,
    Continued,
    EpochEnded,
    Event,
    Notice,
    Phase,
    Prepared,
    RunState,
    StateChanged,
    Waiting,
    Watch,
    WeightsKept,
)
from trainer.runs.events import Tested as Opened
from trainer.runs.history import History
from trainer.runs.log import LogReader, to_line
from trainer.runs.store import Run, RunNotFoundError, Store
from trainer.runs.wording import WORDING

pytestmark = pytest.mark.odd_logs  # only the lines that a test needs, without a run's beginning or end

EVENTS: list[Event] = [
    StateChanged(state=RunState.QUEUED),
    StateChanged(state=RunState.RUNNING),
    Phase(name="preparing", text="with “quotes”\nand a new line\u2028"),
    Prepared(
        seconds=1.5, train=40, validation=8, test=10, same_rows=False, steps=10, epochs=2, batch_size=4, parameters=99,
        class_names=("no", "<b>yes</b>"),
    ),
    Phase(name="training"),
    BatchSeen(epoch=1, step=5, logs={"loss": 0.1 + 0.2}),
    BatchSeen(epoch=1, step=10, logs={"loss": nan}),
    EpochEnded(epoch=1, seconds=1.1, logs={"loss": nan, "val_loss": inf, "mae": -inf, "accuracy": 1 / 3}),
    EpochEnded(epoch=2, seconds=1.1, logs={"loss": 5e-324, "val_loss": 1.7976931348623157e308}),
    Phase(name="saving"),
    WeightsKept(epoch=2, file="final.weights.h5", reason="r"),
]  # fmt: skip
ANSWERED = Answered(epoch=2, checksum="0badcafe", rows=(7,), truth=(1,), answers=(None,), confidences=(None,))
OVER = StateChanged(state=RunState.FINISHED, reason="Done.")
TEST = Opened(logs={"loss": inf, "accuracy": 0.25}, rows=4, weights_epoch=1, seconds=0.5, file="t")


@pytest.fixture
def recipe(tiny: Callable[..., Recipe]) -> Recipe:
    return tiny()


@pytest.fixture
def run(store: Store, recipe: Recipe) -> str:
    """A run that is over."""
    made = store.create(recipe)
    record(store, made, *EVENTS, OVER, TEST)
    return made


def beside(store: Store, run: str) -> Path:
    return store.folder(run) / summary.FILE


def told(found: Run, **changes: Any) -> str:
    """Everything about a run; as text, in which NaN equals NaN and every digit counts."""
    return repr(replace(found, history=replace(found.history, batches=[], answers=[]), **changes))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The logs that were read."""
    seen: list[Path] = []
    follow = store_module._history

    def note(path: Path) -> tuple[History, Any]:
        seen.append(path)
        return follow(path)

    monkeypatch.setattr(store_module, "_history", note)
    return seen


@pytest.mark.parametrize("state", [state for state in RunState if state.is_over])
def test_equal_to_reading_the_log(store: Store, recipe: Recipe, reads: list[Path], state: RunState) -> None:
    run = store.create(recipe)
    record(store, run, *EVENTS, ANSWERED, StateChanged(state=state, reason="Because."), TEST)
    whole, first = store.read(run), store.read_summary(run)
    reads.clear()
    second = store.read_summary(run)
    assert reads == [], "the second look needs no log"
    assert told(first) == told(second) == told(whole)
    assert first.history.batches == second.history.batches == []
    assert first.history.answers == second.history.answers == []
    assert len(store.read(run).history.answers) == 1
    assert len(whole.history.batches) == len(store.read(run).history.batches) == 2, "a chart still has all points"
    assert type(second.history) is History
    assert second.history.add([]).epoch_curve("accuracy") == whole.history.epoch_curve("accuracy")


def test_every_field_is_kept_without_naming_it(store: Store, run: str) -> None:
    """A field that is added to History comes into the summary by itself."""
    store.read_summary(run)
    kept = json.loads(beside(store, run).read_text("utf-8"), parse_constant=pytest.fail)
    assert kept["history"].keys() == {field.name for field in fields(History)} - {"batches", "answers", "timer"}


@pytest.mark.parametrize("growth", [Phase(name="testing"), TEST, StateChanged(state=RunState.RUNNING)])
def test_a_log_that_grew_is_read_again(store: Store, run: str, reads: list[Path], growth: Event) -> None:
    store.read_summary(run)
    record(store, run, growth)
    reads.clear()
    assert told(store.read_summary(run)) == told(store.read(run))
    assert len(reads) >= 2
    assert store.read_summary(run).history.cursor == len(EVENTS) + 2


def test_the_same_length_at_another_time_is_another_log(store: Store, run: str) -> None:
    store.read_summary(run)
    log = store.log(run)
    before = log.stat()
    events = [
        event.model_copy(update={"reason": "Over!"}) if event.kind == "state" and event.reason else event
        for event in LogReader(log).read()
    ]
    log.write_bytes(b"".join(map(to_line, events)))
    os.utime(log, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    store_module._FOLLOWED.clear()  # what this process follows is known by its length alone
    assert store.read_summary(run).history.reason == "Over!"


def test_a_log_that_grows_while_it_is_read_gets_no_summary(
    store: Store, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Store.read

    def read_while_it_grows(self: Store, run: str) -> Run:
        found = read(self, run)
        record(self, run, Phase(name="testing"))
        return found

    monkeypatch.setattr(Store, "read", read_while_it_grows)
    store.read_summary(run)
    assert not beside(store, run).exists()


@pytest.mark.slow
def test_truncated_at_every_byte(store: Store, run: str) -> None:
    store.read_summary(run)
    path, expected = beside(store, run), told(store.read(run))
    whole = path.read_bytes()
    for end in range(len(whole)):
        path.write_bytes(whole[:end])
        assert summary.load(store.log(run)) is None
    assert told(store.read_summary(run)) == expected
    assert path.read_bytes() == whole, "and made anew"


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: b"\xff\xfe\0 garbage",
        lambda kept: b"[" * 100_000,
        lambda kept: b"null",
        lambda kept: b"{}",
        lambda kept: json.dumps(kept | {"version": kept["version"] + 1}),
        lambda kept: json.dumps(kept | {"log": [kept["log"][0] + 1, kept["log"][1]]}),
        lambda kept: json.dumps(kept | {"log": [kept["log"][0], kept["log"][1] - 1]}),
        lambda kept: json.dumps(kept | {"history": {}}),
        lambda kept: json.dumps(kept | {"history": kept["history"] | {"state": "running"}}),
        lambda kept: json.dumps(kept | {"history": kept["history"] | {"state": "asleep"}}),
        lambda kept: json.dumps(kept | {"history": kept["history"] | {"epochs": [{"epoch": 1}]}}),
    ],
    ids=["bytes", "deep", "null", "empty", "version", "size", "time", "fields", "running", "state", "epochs"],
)
def test_a_summary_that_is_none_of_this_log_is_passed_over(
    store: Store, run: str, change: Callable[[dict[str, object]], str | bytes]
) -> None:
    store.read_summary(run)
    path, expected = beside(store, run), told(store.read(run))
    whole = path.read_bytes()
    changed = change(json.loads(whole))
    path.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
    assert summary.load(store.log(run)) is None
    assert told(store.read_summary(run)) == expected
    assert path.read_bytes() == whole


def test_a_summary_of_another_run_is_passed_over(store: Store, recipe: Recipe, run: str) -> None:
    other = store.create(recipe)
    record(store, other, StateChanged(state=RunState.STOPPED))
    store.read_summary(run)
    beside(store, other).write_bytes(beside(store, run).read_bytes())
    assert store.read_summary(other).state is RunState.STOPPED


def test_a_copied_folder_keeps_its_summary_valid(store: Store, run: str, reads: list[Path]) -> None:
    """Moving a store to another computer, times and all, must not cost a reading of every log."""
    expected = told(store.read_summary(run))
    store.root.rename(store.root.with_name("elsewhere"))
    reads.clear()
    assert told(Store(store.root.with_name("elsewhere")).read_summary(run)) == expected
    assert reads == []


@pytest.mark.parametrize("events", [[], EVENTS[:1], EVENTS, [*EVENTS, StateChanged(state=RunState.PAUSED)]])
def test_a_run_that_goes_on_gets_no_summary(store: Store, recipe: Recipe, events: list[Event]) -> None:
    run = store.create(recipe)
    with store.lock(run):
        record(store, run, *events)
        assert repr(store.read_summary(run)) == repr(store.read(run)), "with its points, which say how far it is"
        assert not beside(store, run).exists()


def test_a_run_left_behind_gets_no_summary(store: Store, recipe: Recipe) -> None:
    """Its log does not say that it is over: once a trainer takes it up again, it is not."""
    run = store.create(recipe)
    record(store, run, *EVENTS)
    assert told(store.read_summary(run)) == told(store.read(run))
    assert store.read_summary(run).left_behind
    assert not beside(store, run).exists()
    with store.lock(run):
        assert store.read_summary(run).state is RunState.RUNNING


def test_a_store_that_takes_nothing_is_listed_all_the_same(
    store: Store, run: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(EROFS, os.strerror(EROFS))

    monkeypatch.setattr(files.tempfile, "mkstemp", refuse)
    caplog.set_level("DEBUG", summary.__name__)
    before = sorted(os.listdir(store.folder(run)))
    assert [told(found) for found in store.list()] == [told(store.read(run))]
    assert sorted(os.listdir(store.folder(run))) == before
    assert "Read-only" in caplog.text


def test_a_folder_where_the_summary_should_be(store: Store, run: str) -> None:
    beside(store, run).mkdir()
    assert told(store.read_summary(run)) == told(store.read(run))
    assert not [name for name in os.listdir(store.folder(run)) if name.startswith(".")], "nothing half-written stays"


def test_damaged_runs_among_good_ones(store: Store, recipe: Recipe) -> None:
    runs = [store.create(recipe) for _ in range(8)]
    for run in runs:
        record(store, run, *EVENTS, OVER, TEST)
    store.list()  # some of the damage comes after there is a summary
    unreadable, none, gone, rubbish, cut, folder, *good = runs
    (store.folder(unreadable) / "recipe.json").write_bytes(b"\xff")
    (store.folder(none) / "recipe.json").unlink()
    store.log(gone).unlink()
    store.log(rubbish).write_bytes(store.log(rubbish).read_bytes() + b"\0\0\0\n")
    lines = store.log(cut).read_bytes().splitlines(keepends=True)
    store.log(cut).write_bytes(b"".join([*lines[:5], lines[5][9:], *lines[6:]]))
    store.log(folder).unlink()
    store.log(folder).mkdir()
    for _ in range(2):
        found = {run.id: run for run in store.list()}
        assert {run for run in runs if found[run].damage is not None} == set(runs) - set(good)
        assert [told(found[run]) for run in good] == [told(store.read(run)) for run in good]
        assert [found[run].damage for run in runs] == [store.read(run).damage for run in runs]
        assert len(found[rubbish].history.epochs) == 2, "what stands before the damage is shown"
        assert len(found[unreadable].history.epochs) == 2


@pytest.mark.slow
def test_a_log_truncated_at_every_byte_is_listed(store: Store, recipe: Recipe, run: str) -> None:
    """After each cut there is the summary of the last one, which may not be taken for the truth."""
    fine = store.create(recipe)
    record(store, fine, OVER)
    store.list()
    log, whole = store.log(run), store.log(run).read_bytes()
    ends = [at for at, byte in enumerate(whole) if byte == ord("\n")]
    for end in range(len(whole), -1, -1):
        log.write_bytes(whole[:end])
        found = {one.id: one for one in store.list()}
        assert (found[run].damage, found[fine].state) == (None, RunState.FINISHED)
        assert found[run].history.cursor == sum(at < end for at in ends) - 1
        assert told(found[run]) == told(store.read(run))


def test_a_run_deleted_while_the_list_is_made(store: Store, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = "20990101-000000-abcdefghijklmnop"
    monkeypatch.setattr(Store, "ids", lambda self: [gone, run])
    assert [found.id for found in store.list()] == [run]
    with pytest.raises(RunNotFoundError):
        store.read_summary(gone)


def test_recipes_of_a_large_store_stay_in_memory(store: Store, recipe: Recipe) -> None:
    """Going round in a memory of 1,024 recipes, a list of 2,000 runs found none of them there."""
    path = store.folder(store.create(recipe)) / "recipe.json"
    store_module._loaded.cache_clear()
    for number in [*range(2000)] * 2:
        store_module._loaded(path, number)
    assert (store_module._loaded.cache_info().hits, store_module._loaded.cache_info().misses) == (2000, 2000)
    store_module._loaded.cache_clear()


def test_a_summary_of_this_version(request: pytest.FixtureRequest) -> None:
    """Whoever changes what a log adds up to raises `summary.VERSION`, so that no older summary is used for it.

    Then `pytest --update-wording` writes `summary-<version>.json`, which is never written over.
    """
    events: list[Any] = [
        *EVENTS[:-1],
        WeightsKept(epoch=2, file="final.weights.h5", reason=WORDING.message("weights_of_the_end")),
        StateChanged(state=RunState.STOPPED, reason=WORDING.message("stopped_after", done=1, epochs=2), by="ann"),
        StateChanged(state=RunState.QUEUED),
        Continued(epoch=1, epochs=3, why="resume"),
        Notice(text="An older log has the sentence itself."),
        Waiting(before=1, seconds=0.5),
        EpochEnded(epoch=2, seconds=1.0, logs={"loss": 0.5}, watch=Watch(monitor="loss", best_epoch=2)),
        OVER,
        TEST,
        ActionFailed(action="keep", message=WORDING.message("weights_not_saved")),
    ]
    history = History().add(event.model_copy(update={"n": n, "t": float(n)}) for n, event in enumerate(events))
    found = summary.Summary(log=summary.Stamp(1, 2), history=history)
    known = Path(__file__).with_name(f"summary-{summary.VERSION}.json")
    text = found.model_dump_json(exclude={"history": {"batches", "answers", "timer"}}, indent=1) + "\n"
    if request.config.getoption("--update-wording") and not known.exists():
        known.write_text(text, "utf-8")
    assert known.read_text("utf-8") == text

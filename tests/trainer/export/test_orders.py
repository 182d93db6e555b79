"""Exports that people order: one after another, stopped, refused, kept within bounds, with nothing left behind."""

from __future__ import annotations

import os
import zipfile
from errno import ENOSPC
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support.exports import EQUAL, Maker, over
from tests.support.pages import finished_run
from trainer import PROJECT
from trainer.export import kept_exports
from trainer.export.equality import ExportError
from trainer.export.kept_exports import file_of
from trainer.export.kept_exports import kept_exports as kept_of
from trainer.export.orders import Orders, State, Wish
from trainer.export.wording import WORDING
from trainer.i18n import PSEUDO, using
from trainer.recipe.recipe import Recipe
from trainer.runs.store import EXPORTS, Store

LESSON = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
def orders(store: Store, maker: Maker) -> Orders:
    return Orders(store, maker)


def left(store: Store) -> list[str]:
    """What lies in the cache, below the folders of runs."""
    return sorted(
        file.relative_to(store.root / EXPORTS).as_posix()
        for file in (store.root / EXPORTS).rglob("*")
        if file.is_file()
    )


def test_a_made_export_is_kept_as_one_file_in_the_place_of_an_older_one(orders: Orders, store: Store) -> None:
    run = finished_run(store, LESSON)
    for _ in range(2):
        order = orders.order(Wish(run, "onnx", None), "ann")
        assert over(order) is State.MADE
        assert order.told.code == "export.equal_test"
    (kept,) = kept_of(store.root, run)
    assert kept.export.equality == EQUAL
    assert kept.export.note is None
    assert kept.export.cursor == store.read(run).history.cursor
    path, export = file_of(store.root, run, kept.key)
    assert export.file == "a-network-onnx.zip"
    with zipfile.ZipFile(path) as packed:
        assert packed.namelist() == ["a-network-onnx/network.onnx"]
        assert packed.testzip() is None
    assert len(left(store)) == 2
    store.delete(run)
    assert left(store) == []
    with pytest.raises(FileNotFoundError):
        file_of(store.root, run, kept.key)


def test_it_is_made_in_the_language_of_whoever_ordered_it(orders: Orders, store: Store, maker: Maker) -> None:
    with using(PSEUDO):
        order = orders.order(Wish(finished_run(store, LESSON), "script", None), "ann")
    assert over(order) is State.MADE
    assert maker.languages == [PSEUDO]


def test_a_stop_leaves_nothing(orders: Orders, store: Store, maker: Maker) -> None:
    maker.may_end.clear()
    first, second = finished_run(store, LESSON), finished_run(store, LESSON)
    going, waiting = orders.order(Wish(first, "onnx", None), "ann"), orders.order(Wish(second, "script", None), "bob")
    assert maker.begun.wait(120)
    assert going.told.parameters["done"] == 5
    orders.stop(waiting)
    assert waiting.state is State.STOPPED
    orders.stop(going)
    assert over(going) is State.STOPPED
    assert left(store) == []
    assert maker.calls == [first]


def test_one_at_a_time_for_each_person_and_in_all(orders: Orders, store: Store, maker: Maker) -> None:
    maker.may_end.clear()
    run, other = finished_run(store, LESSON), finished_run(store, LESSON)
    first = orders.order(Wish(run, "script", None), "ann")
    assert orders.order(Wish(run, "script", None), "ann") is first, "the same one of another tab"
    for wish in (Wish(run, "onnx", None), Wish(other, "script", None)):
        with pytest.raises(ExportError) as refusal:
            orders.order(wish, "ann")
        assert refusal.value.code == "export.one_at_a_time"
    assert orders.why_not(other, "ann") is not None
    assert orders.why_not(run, "ann") is None
    second = orders.order(Wish(run, "onnx", None), "bob")
    assert maker.begun.wait(120)
    assert second.state is State.WAITING
    maker.may_end.set()
    assert (over(first), over(second)) == (State.MADE, State.MADE)
    assert orders.of(run, "bob") is second
    assert orders.of(other, "bob") is None


def test_only_so_many_may_wait(orders: Orders, store: Store, maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.export.orders.MOST_WAITING", 1)
    maker.may_end.clear()
    run = finished_run(store, LESSON)
    orders.order(Wish(run, "script", None), "ann")
    assert maker.begun.wait(120)
    orders.order(Wish(run, "script", None), "bob")
    with pytest.raises(ExportError) as refusal:
        orders.order(Wish(run, "script", None), "eve")
    assert refusal.value.code == "export.too_many_orders"
    orders.close()
    assert left(store) == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ExportError(WORDING.message("not_written", folder="/somewhere/secret", error="full")), "export.not_taken"),
        (ExportError(WORDING.message("layer", format="ONNX", number=1, kind="GRU")), "export.layer"),
        (OSError(ENOSPC, "No space left on device"), "export.not_taken"),
        (RuntimeError("nobody expects this"), "export.failed"),
    ],
)
def test_a_refusal_is_a_sentence_without_a_folder(
    orders: Orders, store: Store, maker: Maker, error: Exception, code: str
) -> None:
    maker.error = error
    order = orders.order(Wish(finished_run(store, LESSON), "onnx", None), "ann")
    assert over(order) is State.REFUSED
    assert order.told.code == code
    assert "secret" not in str(order.told)
    assert left(store) == []


def test_a_run_that_is_deleted_ends_its_export(orders: Orders, store: Store, maker: Maker) -> None:
    maker.may_end.clear()
    run = finished_run(store, LESSON)
    order = orders.order(Wish(run, "onnx", None), "ann")
    assert maker.begun.wait(120)
    store.delete(run)
    assert over(order) is State.REFUSED
    assert left(store) == []


def test_what_a_killed_server_left_is_removed_and_what_another_one_makes_stays(orders: Orders, store: Store) -> None:
    run, gone = finished_run(store, LESSON), f"{finished_run(store, LESSON)[:-1]}7"
    for folder in (".making-killed", ".making-alive", f"{gone}/0123456789abcdef"):
        (store.root / EXPORTS / folder).mkdir(parents=True)
        (store.root / EXPORTS / folder / "lock").touch()
    assert over(orders.order(Wish(run, "script", None), "ann")) is State.MADE
    with FileLock(store.root / EXPORTS / ".making-alive" / "lock", thread_local=False):
        orders.clean_up()
        assert sorted(one.name for one in (store.root / EXPORTS).iterdir()) == sorted([".making-alive", run])
    orders.clean_up()
    assert len(kept_of(store.root, run)) == 1


def test_the_exports_that_were_used_longest_ago_go_first(
    orders: Orders, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_exports, "MOST", 2)
    runs = [finished_run(store, LESSON) for _ in range(3)]
    for number, run in enumerate(runs):
        assert over(orders.order(Wish(run, "script", None), "ann")) is State.MADE
        for kept in kept_of(store.root, run):
            os.utime(store.root / EXPORTS / run / kept.key, (number, number))
        if number == 1:  # the first is saved once more, so the second is the oldest now
            file_of(store.root, runs[0], kept_of(store.root, runs[0])[0].key)
    assert [len(kept_of(store.root, run)) for run in runs] == [1, 0, 1]


def test_a_damaged_description_is_no_export(orders: Orders, store: Store) -> None:
    run = finished_run(store, LESSON)
    assert over(orders.order(Wish(run, "script", None), "ann")) is State.MADE
    (kept,) = kept_of(store.root, run)
    description = store.root / EXPORTS / run / kept.key / "export.json"
    description.write_text(description.read_text("utf-8").replace("a-network.py", "../../other"), "utf-8")
    assert kept_of(store.root, run) == []

"""Which epochs are kept, how they lie on the disk, and what is said of those that are damaged or not there."""

import json
import os
import shutil
from collections.abc import Callable
from errno import ENOSPC
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import NewerVersionError
from trainer.runs import kept_epochs as module
from trainer.runs.events import WeightsKept
from trainer.runs.kept_epochs import (
    BUDGET,
    FOLDER,
    INDEX,
    MAX_BYTES,
    KeptEpochs,
    KeptEpochsError,
    kept_epochs,
    of_model,
    read_epoch,
    room,
    surplus,
)
from trainer.runs.store import Store


def content_of(epoch: int, size: int = 40) -> bytes:
    return bytes([epoch % 256]) * size


def come(count: int, most: int, best: int | None = None) -> list[int]:
    """Which of the epochs 0 to `count` are kept after they have come one after the other."""
    kept: list[int] = []
    for epoch in range(count + 1):
        kept.append(epoch)
        wanted = [epoch, *([best] if best is not None and best <= epoch else []), 0]
        for gone in surplus(kept, wanted, most):
            kept.remove(gone)
    return kept


@given(st.integers(0, 400), st.integers(3, 60), st.integers(0, 400))
def test_first_best_and_last_stay_and_no_more_than_fit(count: int, most: int, best: int) -> None:
    kept = come(count, most, best)
    assert len(kept) == min(most, count + 1)
    assert {0, count, min(best, count) if best <= count else 0} <= set(kept)


@given(st.integers(1, 600), st.integers(4, 60))
def test_those_between_are_spread_evenly(count: int, most: int) -> None:
    kept = come(count, most)
    widest = max(after - before for before, after in pairwise(kept))
    assert widest <= max(1, 2 * count / (most - 1)), "no gap is twice as wide as with an even spread"


@given(st.sets(st.integers(0, 500), min_size=1), st.lists(st.integers(0, 500)), st.integers(1, 30))
def test_any_epochs_in_any_order_come_to_one_choice(epochs: set[int], wanted: list[int], most: int) -> None:
    gone = surplus(epochs, wanted, most)
    assert surplus(sorted(epochs, reverse=True), wanted, most) == gone
    assert len(epochs) - len(gone) == min(most, len(epochs))
    held = [one for one in dict.fromkeys(wanted) if one in epochs][:most]
    assert not set(held) & set(gone)


def test_the_budget_holds_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUDGET", 400)
    kept = KeptEpochs(tmp_path)
    for epoch in range(50):
        kept.put(epoch, content_of(epoch), [epoch, 7, 0] if epoch >= 7 else [epoch, 0])
        files = list((tmp_path / FOLDER).glob("*.bin"))
        assert sum(path.stat().st_size for path in files) <= 400
        assert [one.file for one in kept_epochs(tmp_path)] == sorted(path.name for path in files)
    epochs = [one.epoch for one in kept_epochs(tmp_path)]
    assert len(epochs) == 10
    assert {0, 7, 49} <= set(epochs)
    assert all(read_epoch(tmp_path, epoch) == content_of(epoch) for epoch in epochs)


def test_of_large_weights_the_most_important_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUDGET", 100)
    kept = KeptEpochs(tmp_path)
    for epoch in range(5):
        kept.put(epoch, content_of(epoch), [epoch, min(epoch, 2), 0])
    assert [one.epoch for one in kept_epochs(tmp_path)] == [2, 4], "two of 40 bytes: the last and the best"
    assert room(BUDGET * 2) == 0
    assert room(MAX_BYTES) == 1


def test_weights_too_large_for_a_browser_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 39)
    KeptEpochs(tmp_path).put(0, content_of(0), [0])
    assert kept_epochs(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_what_comes_after_is_given_up_when_a_run_continues(tmp_path: Path) -> None:
    kept = KeptEpochs(tmp_path)
    for epoch in range(4):
        kept.put(epoch, content_of(epoch))
    kept.put(4, content_of(9), inside=True)
    assert [(one.epoch, one.inside) for one in kept_epochs(tmp_path)][-2:] == [(3, False), (4, True)]
    again = KeptEpochs(tmp_path)
    again.forget_after(2)
    assert [one.epoch for one in kept_epochs(tmp_path)] == [0, 1, 2]
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == [
        "00000.bin",
        "00001.bin",
        "00002.bin",
        INDEX,
    ]
    assert (2 in again, 3 in again) == (True, False)


def test_a_full_disk_leaves_no_weights_that_the_run_has_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, write = KeptEpochs(tmp_path), module.write_whole
    for epoch in range(3):
        kept.put(epoch, content_of(epoch))

    def full(*_: object) -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    monkeypatch.setattr(module, "write_whole", full)
    with pytest.raises(OSError, match="space"):
        kept.forget_after(1)
    assert [epoch for epoch in range(3) if epoch in kept] == []
    assert kept_epochs(tmp_path) == []
    monkeypatch.setattr(module, "write_whole", write)
    kept.put(2, content_of(9))
    assert [read_epoch(tmp_path, one.epoch) for one in kept_epochs(tmp_path)] == [content_of(9)]


def test_the_same_weights_are_not_written_twice(tmp_path: Path) -> None:
    kept = KeptEpochs(tmp_path)
    kept.put(1, content_of(1))
    before = (tmp_path / FOLDER / "00001.bin").stat().st_ino
    kept.put(1, content_of(1))
    assert (tmp_path / FOLDER / "00001.bin").stat().st_ino == before


def test_a_crash_leaves_at_worst_a_file_that_nothing_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, write = KeptEpochs(tmp_path), module.write_whole
    kept.put(0, content_of(0))

    def crash(path: Path, content: bytes) -> None:
        if path.name == INDEX:
            raise KeyboardInterrupt
        write(path, content)

    monkeypatch.setattr(module, "write_whole", crash)
    with pytest.raises(KeyboardInterrupt):
        kept.put(1, content_of(1))
    monkeypatch.setattr(module, "write_whole", write)
    assert [one.epoch for one in kept_epochs(tmp_path)] == [0]
    KeptEpochs(tmp_path).forget_after(0)
    assert not (tmp_path / FOLDER / "00001.bin").exists()


@pytest.mark.parametrize("refused", ["00002.bin", INDEX])
def test_a_full_disk_leaves_what_was_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str) -> None:
    kept, write = KeptEpochs(tmp_path), module.write_whole
    for epoch in range(2):
        kept.put(epoch, content_of(epoch))

    def full(path: Path, content: bytes) -> None:
        if path.name == refused:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        write(path, content)

    monkeypatch.setattr(module, "write_whole", full)
    with pytest.raises(OSError, match="space"):
        kept.put(2, content_of(2))
    assert 2 not in kept
    assert [read_epoch(tmp_path, one.epoch) for one in kept_epochs(tmp_path)] == [content_of(0), content_of(1)]
    monkeypatch.setattr(module, "write_whole", write)
    kept.put(3, content_of(3))
    assert [one.epoch for one in kept_epochs(tmp_path)] == [0, 1, 3]
    assert not (tmp_path / FOLDER / "00002.bin").exists()


def test_which_of_them_is_in_the_model(tmp_path: Path) -> None:
    kept = KeptEpochs(tmp_path)
    for epoch in range(3):
        kept.put(epoch, content_of(epoch))
    kept.put(3, content_of(9), inside=True)
    found = kept_epochs(tmp_path)
    made = {"file": "final.weights.h5", "reason": ""}
    whole, stopped = WeightsKept(epoch=2, **made), WeightsKept(epoch=2, inside_epoch=3, **made)
    assert [of_model(found, one) for one in (whole, stopped, None)] == [found[2], found[3], None]
    kept.forget_after(2)
    kept.put(3, content_of(3))
    assert of_model(kept_epochs(tmp_path), stopped) is None, "the run went on, and epoch 3 has other weights now"


def code_of(folder: Path, epoch: int) -> str:
    with pytest.raises(KeptEpochsError) as caught:
        read_epoch(folder, epoch)
    assert caught.value.message is not None
    return str(caught.value.code)


def test_a_run_of_an_older_version_has_none(tmp_path: Path) -> None:
    assert kept_epochs(tmp_path) == []
    assert code_of(tmp_path, 0) == "runs.no_kept_epochs"


def test_an_epoch_that_was_not_kept_names_the_nearest(tmp_path: Path) -> None:
    kept = KeptEpochs(tmp_path)
    for epoch in (0, 4, 9):
        kept.put(epoch, content_of(epoch))
    with pytest.raises(KeptEpochsError) as caught:
        read_epoch(tmp_path, 5)
    assert caught.value.code == "runs.epoch_not_kept"
    assert caught.value.message.parameters == {"epoch": 5, "nearest": 4}


def spoil_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def spoil_flip(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:5] + bytes([content[5] ^ 1]) + content[6:])


def spoil_longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() * 2)


def spoil_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


SPOILT = [spoil_cut, spoil_flip, spoil_longer, spoil_folder, Path.unlink]


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_a_damaged_epoch_is_said_and_the_others_are_read(tmp_path: Path, spoil: Any) -> None:
    kept = KeptEpochs(tmp_path)
    for epoch in range(3):
        kept.put(epoch, content_of(epoch))
    spoil(tmp_path / FOLDER / "00001.bin")
    assert code_of(tmp_path, 1) == "runs.kept_epoch_damaged"
    assert read_epoch(tmp_path, 2) == content_of(2)
    again = KeptEpochs(tmp_path)
    assert (1 in again) == (spoil is spoil_flip), "what has the wrong size counts as not there when a run continues"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are files on Linux and macOS alone")
@pytest.mark.parametrize("name", ["00000.bin", INDEX])
def test_a_pipe_holds_nobody_up(tmp_path: Path, name: str) -> None:
    KeptEpochs(tmp_path).put(0, content_of(0))
    (tmp_path / FOLDER / name).unlink()
    os.mkfifo(tmp_path / FOLDER / name)
    assert code_of(tmp_path, 0) in {"runs.kept_epoch_damaged", "runs.kept_epochs_damaged"}


ENTRY = {"epoch": 0, "bytes": 40, "sha256": "0" * 64}


@pytest.mark.parametrize(
    "index",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        {"version": 1, "epochs": [ENTRY, ENTRY]},
        {"version": 1, "epochs": [ENTRY | {"epoch": -1}]},
        {"version": 1, "epochs": [ENTRY | {"epoch": "../../0"}]},
        {"version": 1, "epochs": [ENTRY | {"bytes": 10**12}]},
        {"version": 1, "epochs": [ENTRY | {"sha256": "x"}]},
        {"version": 0, "epochs": []},
        b" " * 2_000_000,
    ],
    ids=range(12),
)
def test_a_damaged_list_is_said_and_written_anew(tmp_path: Path, index: Any) -> None:
    KeptEpochs(tmp_path).put(0, content_of(0))
    (tmp_path / FOLDER / INDEX).write_bytes(index if isinstance(index, bytes) else json.dumps(index).encode())
    assert code_of(tmp_path, 0) == "runs.kept_epochs_damaged"
    KeptEpochs(tmp_path).put(1, content_of(1))
    assert [one.epoch for one in kept_epochs(tmp_path)] == [1]


def test_a_list_of_a_newer_version_is_neither_read_nor_written(tmp_path: Path) -> None:
    KeptEpochs(tmp_path).put(0, content_of(0))
    (tmp_path / FOLDER / INDEX).write_text('{"version": 2}')
    for attempt in (lambda: read_epoch(tmp_path, 0), lambda: KeptEpochs(tmp_path)):
        with pytest.raises(NewerVersionError):
            attempt()
    assert (tmp_path / FOLDER / INDEX).read_text() == '{"version": 2}'


def test_a_run_is_copied_and_deleted_with_its_epochs(store: Store, tiny: Callable[..., Recipe]) -> None:
    first, second = (store.create(tiny()) for _ in range(2))
    KeptEpochs(store.folder(first)).put(0, content_of(0))
    shutil.copytree(store.folder(first) / FOLDER, store.folder(second) / FOLDER)
    left = store.root / first
    store.delete(first)
    assert not left.exists()
    assert read_epoch(store.folder(second), 0) == content_of(0)

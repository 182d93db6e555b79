"""A run's own name and note: kept beside its log, seen by everybody who reads the run, whole or not there at all."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.odd_names import ODD
from tests.support.pages import finished_run, record
from trainer.__main__ import main
from trainer.recipe.limits import MAX_NOTE, MAX_RUN_NAME
from trainer.recipe.recipe import Recipe
from trainer.runs import caption, listing
from trainer.runs.caption import Caption, CaptionError
from trainer.runs.events import RunState, StateChanged
from trainer.runs.report import report
from trainer.runs.servers import Server
from trainer.runs.store import RunNotFoundError, Store

pytestmark = pytest.mark.odd_logs


@pytest.fixture
def recipe(tiny: Callable[..., Recipe]) -> Recipe:
    return tiny("name=Recipe's name")


@pytest.fixture
def run(store: Store, recipe: Recipe) -> str:
    return finished_run(store, recipe, "Recipe's name")


def test_both_readers_and_other_stores_see_it(store: Store, run: str) -> None:
    assert store.read(run).title == "Recipe's name"
    store.describe(run, name="  Mine\n now ", note="First line\r\nsecond ")
    for reader in (store, Store(store.root)):
        for read in (reader.read, reader.read_summary):
            assert (read(run).title, read(run).caption.note) == ("Mine now", "First line\nsecond")
    assert store.recipe(run).name == "Recipe's name"
    store.describe(run, note="")
    assert store.read_summary(run).caption == Caption(name="Mine now")
    store.describe(run, name="")
    assert store.read_summary(run).title == "Recipe's name"
    assert not (store.folder(run) / caption.FILE).exists()


def test_the_command_line_shows_it(store: Store, run: str, capsys: pytest.CaptureFixture[str]) -> None:
    store.describe(run, name="A name of its own", note="Rate too high?\nTry 0.001")
    assert main(["list", "--runs", str(store.root)]) == 0
    assert "A name of its own" in capsys.readouterr().out
    assert main(["show", run, "--runs", str(store.root)]) == 0
    out = capsys.readouterr().out
    assert "A name of its own" in out
    assert "Rate too high? Try 0.001" in out
    assert main(["list", "--json", "--runs", str(store.root)]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["name"], told["note"]) == ("A name of its own", "Rate too high?\nTry 0.001")


def test_what_is_too_long_is_refused_whole(store: Store, run: str) -> None:
    store.describe(run, name="n" * MAX_RUN_NAME, note="é" * MAX_NOTE)
    for change, code in (({"name": "n" * (MAX_RUN_NAME + 1)}, "name"), ({"note": "n" * (MAX_NOTE + 1)}, "note")):
        with pytest.raises(CaptionError) as refused:
            store.describe(run, **change)
        assert refused.value.code == f"runs.{code}_too_long"
    assert store.read(run).caption == Caption(name="n" * MAX_RUN_NAME, note="é" * MAX_NOTE)


@pytest.mark.parametrize("text", [*ODD, "\x1b[31mred\x07", "a\u202eb", "half \ud800 pair", "👩‍🔬", "١٢٣ שלום"])
def test_any_text_comes_back_as_text(store: Store, run: str, text: str) -> None:
    store.describe(run, name=text[:MAX_RUN_NAME], note=text)
    found = Store(store.root).read(run)
    for kept in (found.caption.name, found.caption.note):
        assert not {"\x1b", "\x07", "\u202e", "\ud800"} & set(kept)
        kept.encode()
    json.dumps(report(found), allow_nan=False).encode()
    assert all(line.isprintable() for line in listing.lines([found], 200))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(b'{"name": "x'),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "another shape": lambda path: path.write_text('["name"]'),
    "numbers": lambda path: path.write_text('{"name": 3, "note": null}'),
    "too long": lambda path: path.write_text(json.dumps({"name": "n" * (MAX_RUN_NAME + 1)})),
    "huge": lambda path: path.write_bytes(b" " * (caption.MAX_BYTES + 1)),
    "a folder": lambda path: path.mkdir(),
    "a link to itself": lambda path: path.symlink_to(path),
    "a pipe": lambda path: os.mkfifo(path),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_one_is_an_empty_one(store: Store, run: str, what: str) -> None:
    DAMAGES[what](store.folder(run) / caption.FILE)
    for found in (store.read(run), store.read_summary(run)):
        assert (found.title, found.caption, found.damage) == ("Recipe's name", Caption(), None)
    if what != "a folder":
        store.describe(run, note="Mended")
        assert store.read(run).caption == Caption(note="Mended")


def test_a_field_of_a_later_version_is_passed_over(store: Store, run: str) -> None:
    (store.folder(run) / caption.FILE).write_text('{"name": "Later", "stars": 5}')
    assert store.read(run).title == "Later"


def test_names_and_notes_at_the_same_time_are_both_kept(store: Store, run: str) -> None:
    others = [Store(store.root) for _ in range(8)]
    start = threading.Barrier(8)

    def write(place: int) -> None:
        start.wait(60)
        for number in range(20):
            change: dict[str, Any] = {"name": f"name {number}"} if place % 2 else {"note": f"note {number}"}
            others[place].describe(run, **change)

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(write, place) for place in range(8)]:
            done.result(60)
    found = store.read(run).caption
    assert (found.name, found.note) == ("name 19", "note 19"), "every thread has written its last one"
    assert not list(store.folder(run).glob(f".{caption.FILE}*"))


def test_what_another_program_trains_can_be_named(store: Store, recipe: Recipe) -> None:
    other = Server(store.root)
    other.begin()
    run = store.create(recipe, server=other.name)
    record(store, run, StateChanged(state=RunState.QUEUED), StateChanged(state=RunState.RUNNING))
    with store.lock(run):
        store.describe(run, name="Still at it")
        assert (store.read(run).title, store.read(run).state) == ("Still at it", RunState.RUNNING)
    other.end()


def test_a_disk_that_takes_nothing_leaves_the_old_one(store: Store, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store.describe(run, name="Before")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(OSError, match="No space"):
            store.describe(run, name="After")
    assert store.read(run).title == "Before"
    assert not list(store.folder(run).glob(f".{caption.FILE}*"))


def test_a_run_that_is_gone_has_no_name(store: Store, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = store.folder(run)
    store.delete(run)
    with pytest.raises(RunNotFoundError):
        store.describe(run, name="Ghost")
    monkeypatch.setattr(store, "folder", lambda _: folder)  # deleted a moment later
    with pytest.raises(RunNotFoundError):
        store.describe(run, name="Ghost")
    assert not folder.exists()


def test_a_run_that_cannot_be_read_keeps_its_name(store: Store, run: str) -> None:
    store.describe(run, name="My best one")
    (store.folder(run) / "recipe.json").write_text("{")
    found = store.read(run)
    assert found.recipe is None
    assert found.title == "My best one"
    assert listing.title(found).startswith("My best one (")

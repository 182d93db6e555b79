"""What the pages say of a run's record: versions, what a newer Fitboard made, and a folder that takes nothing."""

from __future__ import annotations

import json
import os
from errno import EROFS
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.library import Library, lesson
from tests.support.pages import IdleEngine, button, finished_run, listed, page, told
from trainer.recipe.recipe import Recipe
from trainer.runs import files
from trainer.runs.events import Continued, Notice, RunState, StateChanged
from trainer.runs.log import LogReader, LogWriter, to_line

LESSON = lesson("mnist_cnn").recipe
NEWER = b'{"n":%d,"t":9.0,"kind":"hologram","depth":3}\n'
VERSIONS = {"fitboard": "0.2.0", "keras": "3.15.1", "tensorflow": "2.21.0", "platform": "Linux x86_64"}


def said(app: AppTest) -> str:
    found = (*app.markdown, *app.caption, *app.error, *app.warning, *app.info)
    return "\n".join(str(element.value) for element in found).replace("\\", "")


def with_versions(engine: IdleEngine, run: str, versions: dict[str, str]) -> None:
    """Let the log of a run say with what it was computed."""
    log = engine.store.log(run)
    events = [
        event.model_copy(update={"versions": versions}) if event.kind == "prepared" else event
        for event in LogReader(log).read()
    ]
    files.write_whole(log, b"".join(map(to_line, events)))  # another file, which nobody follows yet


def test_versions_are_shown_and_their_change_is_a_notice(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    assert not [one for one in page("train", run=run).expander if one.label == "How it is computed"], "an old run"
    with_versions(engine, run, VERSIONS)
    assert "Keras 3.15.1, TensorFlow 2.21.0, Linux x86_64" in said(page("train", run=run))
    prepared = engine.store.read(run).history.prepared
    assert prepared is not None
    log = LogWriter(engine.store.log(run))
    for event in (
        StateChanged(state=RunState.QUEUED),
        StateChanged(state=RunState.RUNNING),
        Continued(epoch=2, epochs=3, why="further"),
        Notice(text="This run began with Keras 3.15.1 and continues with Keras 3.16."),
        prepared.model_copy(update={"versions": VERSIONS | {"keras": "3.16"}}),
        StateChanged(state=RunState.FINISHED, reason="Done."),
    ):
        log.write(event)
    log.close()
    told = said(page("train", run=run))
    assert "began with Keras 3.15.1 and continues with Keras 3.16" in told
    assert "After it was resumed: Fitboard 0.2.0, Keras 3.16" in told


@pytest.mark.parametrize("where", ["log", "recipe"])
def test_a_run_of_a_newer_version(engine: IdleEngine, where: str) -> None:
    run = finished_run(engine.store, LESSON)
    if where == "log":
        with engine.store.log(run).open("ab") as file:
            file.write(NEWER % (engine.store.read(run).history.cursor + 1))
    else:
        recipe = engine.store.folder(run) / "recipe.json"
        recipe.write_text(recipe.read_text("utf-8").replace('"version": 2', '"version": 3'), "utf-8")
    found = engine.store.read(run)
    assert found.newer
    assert [epoch.epoch for epoch in found.history.epochs] == [1, 2], "what stands before is there"
    for name in ("train", "runs", "results"):
        app = page(name, run=run)
        told = said(app) + listed(app)
        assert "damaged" not in told
        assert "newer Fitboard" in told or name == "results"


def test_a_recipe_of_a_newer_version_is_not_opened_and_not_written_over(engine: IdleEngine) -> None:
    newer = json.loads(LESSON.to_json()) | {"version": 7, "shape": "ring"}
    drafts = Library(engine.store.root)
    drafts.save_draft("0123456789abcdef", LESSON)
    path = engine.store.root / "drafts" / "0123456789abcdef.json"
    app = page("train", draft="0123456789abcdef")
    path.write_text(json.dumps(newer), "utf-8")
    app.text_input[0].set_value("Mine").run()
    assert not app.exception
    assert json.loads(path.read_text("utf-8")) == newer, "the newer Fitboard's work is still there"
    others = [one for one in path.parent.glob("*.json") if one != path]
    assert [Recipe.load(one).name for one in others] == ["Mine"]
    assert "newer Fitboard" in said(page("start", draft=path.stem))


def test_a_folder_that_takes_nothing_any_more_is_said(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page("train", recipe="mnist_cnn")
    make = Path.mkdir

    def refuse(*_: object, **__: object) -> None:
        raise OSError(EROFS, os.strerror(EROFS))

    monkeypatch.setattr(files.tempfile, "mkstemp", refuse)
    monkeypatch.setattr(Path, "mkdir", lambda path, *a, **k: make(path, *a, **k) if path.is_dir() else refuse())
    app.text_input[0].set_value("Mine").run()
    assert told("components.not_saved", reason=os.strerror(EROFS)) in said(app)
    button(app, "Train").click().run()
    assert told("components.cannot_start", reason=os.strerror(EROFS)) in said(app)
    assert not app.exception
    assert engine.store.ids() == []
    app = page("data", recipe="text_lstm")
    uploader = next(one for one in app.file_uploader if one.label.startswith("Upload"))
    uploader.upload("mine.csv", b"text,label\nyes,1\nno,0\n", "text/csv").run()
    assert f"could not be saved ({os.strerror(EROFS)})" in said(app)
    assert not app.exception


def test_a_test_that_cannot_be_written_down_is_not_waited_for(engine: IdleEngine) -> None:
    """“The model answers the test questions …” stood there for ever."""
    run = finished_run(engine.store, LESSON)
    app = page("results", run=run)
    button(app, "Test").click().run()
    assert ("test", run) in engine.asked
    assert not app.error, "it may still come"
    engine._note_over(run)
    app.run()
    assert "Press the button again" in said(app)
    engine._problems[run] = "The disk does not let this run be recorded (Read-only file system)."
    app.run()
    assert "Read-only file system" in said(app)
    assert not app.exception

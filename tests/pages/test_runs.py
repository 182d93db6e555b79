"""The Runs page by AppTest: finding, naming, comparing and deleting runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.library import lesson
from components.run_table import entries
from tests.support.pages import IdleEngine, delete, finished_run, listed, page, record
from trainer.export.run_zip import pack
from trainer.recipe.recipe import Recipe
from trainer.runs.caption import Caption
from trainer.runs.events import RunState, StateChanged, WeightsKept
from trainer.runs.events import Tested as Opened
from trainer.runs.store import Store

LESSON = lesson("mnist_cnn").recipe
TEXTS = lesson("text_lstm").recipe


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    entries._remembered.clear()


def shown(app: AppTest) -> list[str]:
    """The runs on the page, by their buttons *Open*."""
    return [one.key.removeprefix("open ") for one in app.button if one.key and one.key.startswith("open 2")]


def with_test(engine: IdleEngine, recipe: Recipe, accuracy: float, name: str = "Tested") -> str:
    run = finished_run(engine.store, recipe, name)
    tested = Opened(logs={"loss": 0.1, "accuracy": accuracy}, rows=10, weights_epoch=2, seconds=1, file="test-1.npz")
    record(engine.store, run, tested)
    return run


def test_without_runs_there_is_one_thing_to_do(engine: IdleEngine) -> None:
    app = page("runs")
    assert sum("fb-run-ghost" in one.proto.body for one in app.get("html")) >= 1
    assert not app.checkbox
    assert not app.text_input
    app.button(key="choose a lesson").click().run()
    assert app.title[0].value == "Fitboard"


def test_a_single_run_has_nothing_to_be_sorted_or_filtered(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    app = page("runs")
    assert shown(app) == [run]
    assert not app.text_input
    assert not app.selectbox


def test_a_row_says_what_there_is_to_know(engine: IdleEngine) -> None:
    with_test(engine, LESSON, 0.7, "First")
    newer = finished_run(engine.store, LESSON.with_settings(["optimizer.learning_rate=0.01"]), "Second")
    engine.store.describe(newer, note="Ten times <b>faster</b>")
    rows = [
        one.proto.body
        for one in page("runs").get("html")
        if "fb-run-name" in one.proto.body and "<style" not in one.proto.body
    ]
    text = " ".join(listed(page("runs")).split())
    assert len(rows) == 2
    for told in ("80.0%", "70.0%", "epoch 2", "guessing 10.0%", "MNIST", "90 examples", "34,826", "<b>faster</b>"):
        assert told in text
    assert any("Learning rate 0.0" in row for row in rows), "what the newer one has instead"
    assert all('<img src="data:image/svg+xml' in row and 'alt="Validation accuracy' in row for row in rows)


def test_searching_sorting_and_filtering(engine: IdleEngine) -> None:
    low, high = with_test(engine, LESSON, 0.2, "Low"), with_test(engine, LESSON, 0.9, "High")
    texts = finished_run(engine.store, TEXTS, "Texts", ("negative", "positive"))
    app = page("runs")
    assert set(shown(app)) == {low, high, texts}
    app.selectbox(key="order of the runs").select("test").run()
    assert shown(app) == [high, low, texts]
    app.text_input(key="search the runs").set_value("lstm").run()
    assert shown(app) == [texts]
    app.selectbox(key="data of the runs").select(("mnist", None)).run()
    assert shown(app) == []
    assert not app.exception
    app.text_input(key="search the runs").set_value("").run()
    app.selectbox(key="state of the runs").select("finished").run()
    assert shown(app) == [high, low]
    app.switch_page("start_page.py").run()
    app.switch_page("runs_page.py").run()
    assert shown(app) == [high, low], "the view is still there on the way back"


def test_the_mark_beside_a_score_is_of_the_weights_in_the_model(engine: IdleEngine) -> None:
    """A test of other weights decided whether the model is better than guessing."""

    def cells() -> list[str]:
        rows = "".join(one.proto.body for one in page("runs").get("html") if "fb-run-name" in one.proto.body)
        return [part.partition("</div>")[0] for part in rows.split('<div class="fb-run-score">')[1:]]

    run = with_test(engine, LESSON, 0.05)
    validation, test = cells()
    assert ("guessing" in validation, "guessing" in test) == (False, True)
    record(engine.store, run, WeightsKept(epoch=1, file="best.weights.h5", reason="the best"))
    validation, test = cells()
    assert ("guessing" in validation, "guessing" in test) == (True, False)
    assert "5.0%" in test


def test_two_files_of_one_name_are_two_choices(engine: IdleEngine) -> None:
    names = [f"uploads/{digit * 16}-mine.csv" for digit in "ab"]
    runs = [
        finished_run(engine.store, TEXTS.with_settings([f"data.path={path}"]), class_names=("0", "1")) for path in names
    ]
    app = page("runs")
    choice = app.selectbox(key="data of the runs")
    assert len(set(choice.options)) == 3
    for path, run in zip(names, runs, strict=True):
        app.selectbox(key=choice_key(app)).select(("text_csv", path)).run()
        assert shown(app) == [run]


def choice_key(app: AppTest) -> str:
    """The key of the choice of data, which changes with what is chosen elsewhere."""
    return next(one.key for one in app.selectbox if one.key and one.key.startswith("data of the runs"))


def test_the_data_that_are_looked_for_may_be_gone(engine: IdleEngine) -> None:
    finished_run(engine.store, LESSON)
    texts = finished_run(engine.store, TEXTS, "Texts", ("negative", "positive"))
    more = finished_run(engine.store, LESSON)
    app = page("runs")
    app.selectbox(key="data of the runs").select(("text_csv", "data/reviews.csv")).run()
    assert shown(app) == [texts]
    delete(app, texts)
    assert more in shown(app)
    assert len(shown(app)) == 2


def test_a_run_gets_a_name_and_a_note(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON, "A run")
    app = page("runs")
    app.button(key=f"rename {run}").click().run()
    assert app.text_input[0].value == "A run"
    app.text_input[0].set_value("  Mine ")
    app.text_area[0].set_value("One\nTwo")
    app.button(key=f"save {run}").click().run()
    assert engine.store.read(run).caption == Caption(name="Mine", note="One\nTwo")
    assert "Mine" in listed(app)
    assert "Mine" in listed(page("runs")), "another tab sees it"
    app.button(key=f"rename {run}").click().run()
    assert (app.text_input[0].value, app.text_area[0].value) == ("Mine", "One\nTwo")
    app.text_input[0].set_value("A run")
    app.text_area[0].set_value("")
    app.button(key=f"save {run}").click().run()
    assert engine.store.read(run).caption == Caption(), "as the recipe says"
    app.button(key=f"rename {run}").click().run()
    app.button(key=f"save {run}").click().run()
    assert not (engine.store.folder(run) / "caption.json").exists()
    assert not app.error


def test_a_note_that_is_being_typed_outlives_a_run_of_the_page(engine: IdleEngine) -> None:
    """The page runs again by itself when a training ends: the dialog and its text were gone."""
    run = finished_run(engine.store, LESSON)
    app = page("runs")
    app.button(key=f"rename {run}").click().run()
    app.text_area[0].set_value("Half a sent")
    finished_run(engine.store, LESSON)
    app.run()
    assert app.text_area[0].value == "Half a sent"
    app.button(key="keep name").click().run()
    app.run()
    assert not app.text_area
    assert engine.store.read(run).caption == Caption()
    app.checkbox(key=f"select {run}").check().run()
    app.button(key="delete").click().run()
    app.run()
    assert app.button(key="delete permanently")
    app.button(key="keep runs").click().run()
    app.run()
    assert "keep runs" not in {one.key for one in app.button}


def test_a_name_and_a_note_from_two_tabs_are_both_kept(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    tabs = page("runs"), page("runs")
    for tab in tabs:
        tab.button(key=f"rename {run}").click().run()
    tabs[0].text_input[0].set_value("Named here")
    tabs[1].text_area[0].set_value("Noted there")
    for tab in tabs:
        tab.button(key=f"save {run}").click().run()
    assert engine.store.read(run).caption == Caption(name="Named here", note="Noted there")


def test_several_are_deleted_at_once_and_what_still_trains_stays(engine: IdleEngine) -> None:
    done = [finished_run(engine.store, LESSON, f"Run {number}") for number in range(3)]
    training = engine.submit(LESSON.with_(name="Training"))
    app = page("runs", run=done[0])
    app.button(key="select the page").click().run()
    assert app.session_state["workspace"].selected_runs == {*done, training}
    app.button(key="delete").click().run()
    told = "\n".join(one.value for one in app.markdown).replace("\\", "")
    assert all(name in told for name in ("Run 0", "Run 1", "Run 2", "Training"))
    assert "Still training" in told
    app.button(key="delete permanently").click().run()
    assert engine.store.ids() == [training]
    workspace = app.session_state["workspace"]
    assert (workspace.selected_runs, workspace.run_id) == ({training}, None)
    assert not app.error


def test_one_that_begins_to_train_while_the_dialog_is_open_stays(engine: IdleEngine) -> None:
    run, other = finished_run(engine.store, LESSON), finished_run(engine.store, LESSON)
    app = page("runs")
    app.button(key="select the page").click().run()
    app.button(key="delete").click().run()
    record(engine.store, run, StateChanged(state=RunState.QUEUED))
    with engine.store.lock(run):
        app.button(key="delete permanently").click().run()
        assert engine.store.ids() == [run]
        assert app.error
    assert other not in shown(app)


def test_delete_without_a_selection_says_what_to_do(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    app = page("runs")
    app.button(key="delete").click().run()
    assert app.toast
    assert engine.store.ids() == [run]


def test_a_second_press_on_the_page_clears_the_selection(engine: IdleEngine) -> None:
    for _ in range(12):
        finished_run(engine.store, LESSON)
    app = page("runs")
    app.button(key="select the page").click().run()
    assert len(app.session_state["workspace"].selected_runs) == 10
    app.pagination[0].set_value(2).run()
    assert len(shown(app)) == 2
    app.button(key="select the page").click().run()
    assert len(app.session_state["workspace"].selected_runs) == 12
    assert len(app.get("plotly_chart")) == 1, "of the newest eight"
    app.button(key="select the page").click().run()
    assert app.session_state["workspace"].selected_runs == set()


def test_the_last_page_may_be_gone(engine: IdleEngine) -> None:
    for _ in range(11):
        finished_run(engine.store, LESSON)
    app = page("runs")
    app.pagination[0].set_value(2).run()
    (last,) = shown(app)
    delete(app, last)
    assert len(shown(app)) == 10
    assert not app.pagination
    assert not app.exception


def test_a_run_is_opened_from_a_file(engine: IdleEngine, tmp_path: Path) -> None:
    away = Store(tmp_path / "away")
    packed = finished_run(away, LESSON, "<b>Theirs</b>")
    pack(away, packed, tmp_path / "run.zip")

    def bring(app: AppTest, content: bytes) -> None:
        next(one for one in app.file_uploader if one.label.startswith("A run")).set_value(
            [("run.zip", content, "application/zip")]
        )
        app.run()

    app = page("runs")
    bring(app, b"no run")
    assert len(app.error) == 1
    assert not engine.store.ids()
    bring(app, (tmp_path / "run.zip").read_bytes())
    assert not app.exception
    assert not app.error
    (run,) = engine.store.ids()
    assert shown(app) == [run]
    assert run != packed
    assert engine.store.owner(run) is not None
    row = next(one.proto.body for one in app.get("html") if "Theirs" in one.proto.body)
    assert "&lt;b&gt;Theirs" in row
    assert "opened from a file" in row
    assert not list((engine.store.root / "uploads" / "waiting").iterdir()), "nothing of the file is left"

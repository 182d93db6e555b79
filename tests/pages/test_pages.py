"""Every page by AppTest: what a person sees and can press, without a browser and without a trainer."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components.library import Library
from components.markup import md
from components.wording import WORDING
from tests.support.pages import ROUTER, IdleEngine, button, delete, finished_run, page, split_of, told
from trainer import PROJECT
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState, StateChanged
from trainer.runs.log import LogWriter

PAGES = ["start", "data", "model", "train", "results", "runs"]


@pytest.fixture
def lesson() -> Recipe:
    return Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")


@pytest.mark.parametrize("name", PAGES)
def test_each_page_shows_something_on_a_first_visit(engine: IdleEngine, name: str) -> None:
    app = page(name)
    assert app.title[0].value == ("Fitboard" if name == "start" else name.capitalize())
    assert not app.error


def test_start_offers_the_three_lessons_and_a_click_opens_one(engine: IdleEngine) -> None:
    app = page("start")
    begin = [b for b in app.button if b.label.startswith("Begin")]
    assert len(begin) == 3
    begin[1].click().run()
    assert app.title[0].value == "Data"
    assert app.session_state["workspace"].recipe.data.kind == "text_csv"


@pytest.mark.parametrize("stem", ["mnist_cnn", "text_lstm", "mnist_checkpoint_early_stopping"])
def test_a_link_opens_a_lesson(engine: IdleEngine, stem: str) -> None:
    app = page("start", recipe=stem)
    assert app.session_state["workspace"].recipe == Recipe.load(PROJECT / "recipes" / f"{stem}.json")
    assert "recipe" not in app.query_params


@pytest.mark.parametrize("stem", ["nothing", "../data/mnist", "%2e%2e", "a" * 300, "\x00", ""])
def test_a_link_to_no_lesson_says_so(engine: IdleEngine, stem: str) -> None:
    app = page("start", recipe=stem)
    assert "no lesson" in app.error[0].value


@pytest.mark.parametrize("run", ["nothing", "../runs", "20260101-000000-aaaaaaaaaaaaaaaa", "x" * 300])
def test_a_link_to_no_run_says_so(engine: IdleEngine, run: str) -> None:
    app = page("train", run=run)
    assert app.session_state["workspace"].run_id is None
    assert not app.exception


@pytest.mark.parametrize("name", PAGES)
def test_a_link_opens_a_run_on_any_page(engine: IdleEngine, lesson: Recipe, name: str) -> None:
    run = finished_run(engine.store, lesson, "Opened by its link")
    app = page(name, run=run)
    assert app.session_state["workspace"].run_id == run
    assert app.query_params["run"] in (run, [run])
    assert any("Opened by its link" in element.value for element in app.sidebar.markdown)


def test_a_link_to_a_run_on_the_start_page_leads_to_its_curves(engine: IdleEngine, lesson: Recipe) -> None:
    app = AppTest.from_file(ROUTER, default_timeout=60)
    app.query_params["run"] = finished_run(engine.store, lesson)
    app.run()
    assert app.title[0].value == "Train"
    assert any(told("runs.finished", epochs=2) in box.value.replace("\\", "") for box in app.success)


def test_an_edit_survives_a_reload_and_a_lost_session(engine: IdleEngine) -> None:
    app = page("train")
    app.number_input(key="form fit  epochs").set_value(7).run()
    draft = app.query_params["draft"]
    again = page("train", draft=draft[0] if isinstance(draft, list) else draft)
    assert again.session_state["workspace"].recipe.fit.epochs == 7
    assert again.number_input(key="form fit  epochs").value == 7


def test_undo_survives_a_reload_as_long_as_nobody_else_changed_the_draft(engine: IdleEngine) -> None:
    app = page("data", recipe="mnist_cnn")
    before = app.session_state["workspace"].recipe
    next(one for one in app.number_input if one.label.startswith("Training pictures")).set_value(500).run()
    draft = app.session_state["workspace"].draft
    again = page("data", draft=draft)
    button(again, "Undo").click().run()
    assert again.session_state["workspace"].recipe == before
    button(again, "Redo").click().run()
    assert again.session_state["workspace"].recipe.data.limit == 500
    Library(engine.store.root).save_draft(draft, before.with_(name="From elsewhere"))
    changed = page("data", draft=draft)
    other = changed.session_state["workspace"].recipe
    button(changed, "Undo").click().run()
    assert changed.session_state["workspace"].recipe == other, "these steps lead to another recipe"


def test_a_number_keeps_its_value_over_a_visit_to_another_page(engine: IdleEngine) -> None:
    """Streamlit forgets keyed widgets that are not on the page: a number set to 7 came back as the default."""
    app = page("train")
    app.number_input(key="form fit  epochs").set_value(7).run()
    app.switch_page("data_page.py").run()
    app.switch_page("train_page.py").run()
    assert app.number_input(key="form fit  epochs").value == 7


def test_train_makes_a_run_and_pause_resume_stop_are_for_it(engine: IdleEngine) -> None:
    app = page("train")
    button(app, "Train").click().run()
    assert (app.button(key="train").label, button(app, "Stop").disabled) == ("Pause", False)
    (run,) = engine.store.ids()
    assert engine.asked == [("train", run)]
    log = LogWriter(engine.store.log(run))
    with engine.store.lock(run):
        for state in (RunState.QUEUED, RunState.RUNNING):
            log.write(StateChanged(state=state))
        app.run()
        button(app, "Pause").click().run()
        assert engine.asked[-1] == ("pause", run)
        log.write(StateChanged(state=RunState.PAUSED))
        app.run()
        button(app, "Resume").click().run()
        assert engine.asked[-1] == ("resume", run)
        log.write(StateChanged(state=RunState.RUNNING))
        app.run()
        assert not button(app, "Pause").disabled
    log.close()
    button(app, "Stop").click().run()
    assert engine.asked[-1] == ("stop", run)


def test_a_second_train_in_the_same_tab_shows_the_second_run(engine: IdleEngine, lesson: Recipe) -> None:
    """The address still named the first run, which was opened again at once: the second could not be stopped."""
    app = page("train", run=finished_run(engine.store, lesson))
    first = app.session_state["workspace"].run_id
    button(app, "Train").click().run()
    second = app.session_state["workspace"].run_id
    assert second != first
    assert app.query_params["run"] in (second, [second])
    assert not button(app, "Stop").disabled
    app.switch_page("runs_page.py").run()
    assert app.session_state["workspace"].run_id == second


def test_a_lesson_begun_after_a_run_leaves_the_run_behind(engine: IdleEngine, lesson: Recipe) -> None:
    app = page("train", run=finished_run(engine.store, lesson))
    app.switch_page("start_page.py").run()
    next(b for b in app.button if b.label == "Begin lesson 2").click().run()
    assert app.session_state["workspace"].run_id is None
    assert "run" not in app.query_params


def test_two_edits_before_the_page_is_drawn_again_are_both_kept(engine: IdleEngine) -> None:
    """Each widget wrote back the spec it had been drawn with, and so undid the edit of the other."""
    app = page("train")
    app.number_input(key="form fit  epochs").set_value(7)
    app.number_input(key="form fit  batch_size").set_value(64)
    app.run()
    fit = app.session_state["workspace"].recipe.fit
    assert (fit.epochs, fit.batch_size) == (7, 64)


def test_a_selection_outlives_the_page_of_the_list(engine: IdleEngine, lesson: Recipe) -> None:
    runs = [finished_run(engine.store, lesson, f"Run {number}") for number in range(11)]
    app = page("runs")
    newest, oldest = engine.store.ids()[0], engine.store.ids()[-1]
    app.checkbox(key=f"select {newest}").check().run()
    app.pagination[0].set_value(2).run()
    app.checkbox(key=f"select {oldest}").check().run()
    assert app.session_state["workspace"].selected_runs == {newest, oldest}
    assert len(runs) == 11


def test_deleting_the_run_that_is_shown_is_no_error(engine: IdleEngine, lesson: Recipe) -> None:
    run = finished_run(engine.store, lesson)
    app = page("runs", run=run)
    delete(app, run)
    assert not app.error
    assert "run" not in app.query_params


def test_a_number_out_of_range_is_said_and_changes_nothing(engine: IdleEngine) -> None:
    app = page("train")
    app.number_input(key="form fit  batch_size").set_value(100_000).run()
    (error,) = app.error
    assert "at most 65,536" in error.value.replace("\\", "")
    assert not app.toast, "said once"
    batch_size = next(field for field in app.number_input if field.label.startswith("Batch size"))
    assert batch_size.value == 100_000, "the field keeps what was typed"
    assert app.session_state["workspace"].recipe.fit.batch_size == 32
    batch_size.set_value(64).run()
    assert not app.error
    assert app.session_state["workspace"].recipe.fit.batch_size == 64


def test_a_fraction_of_a_whole_number_is_refused_in_the_words_of_the_field(engine: IdleEngine) -> None:
    app = page("train")
    app.number_input(key="form fit  epochs").set_value(2.7).run()
    (error,) = app.error
    assert error.value.replace("\\", "") == "“Epochs” must be a whole number, but it is 2.7."
    assert app.number_input(key="form fit  epochs").value == 2.7
    app.number_input(key="form fit  batch_size").set_value(64).run()
    assert len(app.error) == 1, "until the field or the recipe changes"
    app.session_state["workspace"].recipe = app.session_state["workspace"].recipe.with_settings(["fit.epochs=9"])
    app.run()
    assert not app.error
    assert next(field for field in app.number_input if field.label == "Epochs").value == 9


def test_an_empty_name_is_refused_in_words(engine: IdleEngine) -> None:
    app = page("train")
    next(field for field in app.text_input if field.label.startswith("Name")).set_value("").run()
    (error,) = app.error
    assert "“Name”" in error.value
    assert "null" not in error.value


def test_two_tabs_on_one_draft_keep_both_edits(engine: IdleEngine) -> None:
    first = page("train")
    first.number_input(key="form fit  epochs").set_value(7).run()
    draft = first.session_state["workspace"].draft
    second = page("train", draft=draft)
    first.number_input(key="form fit  batch_size").set_value(64).run()
    second.number_input(key="form fit  epochs").set_value(9).run()
    assert second.info[0].value == md(WORDING.message("copy_beside_tab"))
    assert not second.error
    assert second.session_state["workspace"].draft != draft
    kept = page("train", draft=draft).session_state["workspace"].recipe
    assert (kept.fit.epochs, kept.fit.batch_size) == (7, 64)


def test_optimizers_and_callbacks_are_chosen_by_name(engine: IdleEngine) -> None:
    from trainer.recipe.callbacks import Callback
    from trainer.recipe.optimizers import Optimizer

    app = page("train")
    for name in Optimizer.registry:
        app.selectbox(key="optimizer").select(name).run()
        chosen = app.session_state["workspace"].recipe.optimizer
        assert (chosen.kind, chosen.learning_rate) == (name, chosen.usual_rate)
        assert not app.exception
    assert app.session_state["workspace"].recipe.fit.epochs == 5
    for kind in Callback.registry:
        app.checkbox(key=f"callback {kind}").check().run()
    assert [callback.kind for callback in app.session_state["workspace"].recipe.callbacks] == list(Callback.registry)
    assert not app.exception
    assert any("both set the learning rate" in box.value for box in app.error)
    assert not any("too late" in box.value for box in app.warning), "a new callback fits the run"
    app.checkbox(key="callback EarlyStopping").uncheck().run()
    kept = [callback.kind for callback in app.session_state["workspace"].recipe.callbacks]
    assert kept == [kind for kind in Callback.registry if kind != "EarlyStopping"]


def test_data_page_shows_text_and_its_columns(engine: IdleEngine) -> None:
    app = page("data", recipe="text_lstm")
    assert len(split_of(app)) == 3
    app.selectbox(key="table").select("data/six_sentences.csv").run()
    assert split_of(app) == ["6"]
    app.selectbox(key="text_column").select("label").run()
    assert not app.exception


def test_runs_are_listed_compared_and_deleted(engine: IdleEngine, lesson: Recipe) -> None:
    first, second = finished_run(engine.store, lesson, "One"), finished_run(engine.store, lesson, "Two")
    app = page("runs")
    app.checkbox(key=f"select {first}").check().run()
    app.checkbox(key=f"select {second}").check().run()
    assert len(app.get("plotly_chart")) == 1
    app.checkbox(key=f"select {second}").uncheck().run()
    delete(app, first)
    assert engine.store.ids() == [second]
    app.button(key=f"open {second}").click().run()
    assert app.title[0].value == "Train"


def test_an_opened_run_can_become_the_recipe_at_hand(engine: IdleEngine, lesson: Recipe) -> None:
    run = finished_run(engine.store, lesson.with_settings(["fit.epochs=9"]), "Nine")
    app = page("train")
    app.number_input(key="form fit  epochs").set_value(7).run()
    app.switch_page("runs_page.py").run()
    app.button(key=f"open {run}").click().run()
    assert app.session_state["workspace"].recipe.fit.epochs == 7  # looking at a run must not lose what one works on
    app.button(key="edit this model").click().run()
    assert app.session_state["workspace"].recipe.fit.epochs == 9
    assert app.session_state["workspace"].run_id == run


def test_names_are_shown_as_text(engine: IdleEngine, lesson: Recipe) -> None:
    name = "<img src=x onerror=alert(1)> :red[x] $\\href{javascript:1}{y}$ [a](javascript:alert(1)) **b**"
    run = finished_run(engine.store, lesson, name)
    app = page("runs", run=run)
    rows = [one.proto.body for one in app.get("html") if "onerror" in one.proto.body]
    assert rows
    assert not any("<img src=x" in row for row in rows)
    app.checkbox(key=f"select {run}").check().run()
    app.button(key="delete").click().run()
    shown = [element.value for element in (*app.markdown, *app.caption) if "onerror" in element.value]
    assert len(shown) == 2, "in the sidebar and in the dialog"
    for value in shown:
        assert "<img" not in value.replace("\\<", "")
        assert ":red[" not in value
        assert "](" not in value


def test_a_new_tab_leads_to_the_run_that_is_in_progress(engine: IdleEngine, lesson: Recipe) -> None:
    """The sidebar said “No run yet” beside twenty runs, one of them training (N16)."""
    assert not any(one.key == "open active run" for one in page("start").button)
    done = finished_run(engine.store, lesson)
    assert not any(one.key == "open active run" for one in page("start").button)
    engine.submit(lesson)
    app = page("start")
    app.button(key="open active run").click().run()
    assert app.session_state["workspace"].run_id not in {None, done}
    assert not app.exception

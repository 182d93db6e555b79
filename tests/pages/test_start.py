"""The Start page by AppTest: watching a lesson, the link that asks, the doors, drafts, and what is running."""

from __future__ import annotations

import json
import os

import pytest
from streamlit.testing.v1 import AppTest

from components import recent_work
from components.library import FEW_PICTURES, Library, lesson
from components.markup import md
from components.wording import WORDING
from tests.support.pages import ROUTER, IdleEngine, browser, finished_run, page, record
from trainer import PROJECT, data
from trainer.recipe.check import check
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState, StateChanged

LESSON = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")


def notes(app: AppTest) -> list[str]:
    return [box.value for box in app.info]


@pytest.mark.parametrize(
    ("stem", "pictures"),
    [("mnist_cnn", FEW_PICTURES), ("text_lstm", None), ("mnist_checkpoint_early_stopping", FEW_PICTURES)],
)
def test_one_click_trains_a_lesson_on_few_pictures_and_shows_it(
    engine: IdleEngine, stem: str, pictures: int | None
) -> None:
    app = page("start")
    app.button(key=f"watch {stem}").click().run()
    assert not app.exception
    assert app.title[0].value == "Train"
    (run,) = engine.store.ids()
    assert engine.asked == [("train", run)]
    tab = app.session_state["workspace"]
    assert (tab.run_id, tab.recipe.data.training_limit) == (run, pictures)
    assert engine.store.read(run).recipe == lesson(stem).quick()


def test_a_second_click_on_the_same_lesson_starts_no_second_run_and_says_nothing(engine: IdleEngine) -> None:
    app = page("start")
    app.button(key="watch mnist_cnn").click().run()
    (run,) = engine.store.ids()
    with engine.store.lock(run):
        app.switch_page("start_page.py").run()
        app.button(key="watch mnist_cnn").click().run()
        assert engine.store.ids() == [run]
        assert (app.title[0].value, app.session_state["workspace"].run_id) == ("Train", run)
        assert notes(app) == []


def test_while_another_run_trains_watching_leads_there_and_says_so(engine: IdleEngine) -> None:
    run = engine.submit(LESSON.with_(name="A long one"))
    record(engine.store, run, *(StateChanged(state=state) for state in (RunState.QUEUED, RunState.RUNNING)))
    with engine.store.lock(run):
        app = page("start")
        app.button(key="watch text_lstm").click().run()
    assert engine.store.ids() == [run]
    assert (app.title[0].value, app.session_state["workspace"].run_id) == ("Train", run)
    told = WORDING.message("watch_waits", name="A long one", lesson=lesson("text_lstm").recipe.name)
    assert md(told) in notes(app)


def test_what_others_train_holds_nobody_up(engine: IdleEngine) -> None:
    with browser("ann"):
        page("start").button(key="watch mnist_cnn").click().run()
    (anns,) = engine.store.ids()
    with browser("bob"):
        app = page("start")
        assert not any(one.key.startswith("in progress") for one in app.button)
        app.button(key="watch mnist_cnn").click().run()
    assert len(engine.store.ids()) == 2
    assert app.session_state["workspace"].run_id != anns


def test_a_link_asks_before_it_trains_and_is_asked_only_once(engine: IdleEngine) -> None:
    app = page("start", recipe="mnist_cnn", train="1")
    assert engine.store.ids() == []
    assert not app.session_state["workspace"].is_started, "nothing is opened before the answer"
    assert "train" in app.query_params, "a reload asks again as long as there is no answer"
    app.button(key="watch asked").click().run()
    assert app.title[0].value == "Train"
    assert len(engine.store.ids()) == 1
    assert not {"recipe", "train"} & set(app.query_params)
    app.run()
    assert not any(one.key == "watch asked" for one in app.button)
    assert len(engine.store.ids()) == 1


def test_a_link_that_is_declined_trains_nothing_and_is_forgotten(engine: IdleEngine) -> None:
    app = page("start", recipe="mnist_cnn", train="1")
    app.button(key="watch declined").click().run()
    assert engine.store.ids() == []
    assert app.title[0].value == "Fitboard"
    assert not {"recipe", "train"} & set(app.query_params)
    assert not any(one.key == "watch asked" for one in app.button)


@pytest.mark.parametrize("address", [{"train": "1"}, {"recipe": "mnist_cnn", "train": "0"}, {"train": ""}])
def test_an_address_that_does_not_ask_for_training_asks_nothing(engine: IdleEngine, address: dict[str, str]) -> None:
    app = page("start", **address)
    assert not any(one.key == "watch asked" for one in app.button)
    assert app.session_state["workspace"].is_started is ("recipe" in address)
    assert engine.store.ids() == []


@pytest.mark.parametrize("stem", ["nothing", "../data/mnist", "<b>", ""])
def test_a_link_that_wants_to_train_no_lesson_says_so(engine: IdleEngine, stem: str) -> None:
    app = AppTest.from_file(ROUTER, default_timeout=60)
    app.query_params["recipe"], app.query_params["train"] = stem, "1"
    app.run()
    assert [box.value for box in app.error] == [md(WORDING.message("no_such_lesson"))]
    assert not any(one.key == "watch asked" for one in app.button)
    assert not {"recipe", "train"} & set(app.query_params)


@pytest.mark.parametrize(
    ("door", "title", "kind"),
    [("texts", "Data", "text_csv"), ("pictures", "Data", "mnist"), ("empty", "Model", "mnist")],
)
def test_a_door_leads_to_where_one_goes_on(engine: IdleEngine, door: str, title: str, kind: str) -> None:
    app = page("start")
    app.button(key=f"own {door}").click().run()
    assert not app.exception
    recipe = app.session_state["workspace"].recipe
    assert (app.title[0].value, recipe.data.kind) == (title, kind)
    assert not check(recipe, data.facts(recipe.data, recipe.seed)).errors, "it can be trained as it is"
    if title == "Data":
        assert len(app.file_uploader) == 1
        assert len(notes(app)) == 1
    else:
        assert [layer.kind for layer in recipe.layers] == ["Flatten", "Dense"]


def test_a_model_of_ones_own_is_named_after_the_file_that_comes(engine: IdleEngine) -> None:
    app = page("start")
    app.button(key="own texts").click().run()
    before = app.session_state["workspace"].recipe.name
    app.selectbox(key="table").select("data/six_sentences.csv").run()
    assert (before, app.session_state["workspace"].recipe.name) == ("My texts", "six_sentences")


def test_drafts_are_told_apart_and_lead_back(engine: IdleEngine) -> None:
    library = Library(engine.store.root)
    recipes = [LESSON, LESSON.with_settings(["fit.epochs=9"]), LESSON.with_settings(["data.limit=500"])]
    for place, recipe in enumerate(recipes):
        library.save_draft(f"{place:016x}", recipe)
        os.utime(engine.store.root / "drafts" / f"{place:016x}.json", (1_000_000 + 60 * place,) * 2)
    app = page("start")
    offered = [one for one in app.button if one.key.startswith("continue ")]
    assert [int(one.key.split()[1], 16) for one in offered] == [2, 1, 0]
    assert len({one.label for one in offered}) == 3, "also for whoever only hears the buttons"
    contents = ["|".join(map(str, recent_work._contents(recipe))) for recipe in recipes]
    assert len(set(contents)) == 3
    offered[1].click().run()
    assert app.title[0].value == "Model"
    assert app.session_state["workspace"].recipe == recipes[1]


def test_only_ones_own_drafts_are_listed(engine: IdleEngine) -> None:
    with browser("ann"):
        page("start", recipe="text_lstm")
    with browser("bob"):
        assert not any(one.key.startswith("continue ") for one in page("start").button)
    with browser("ann"):
        assert sum(one.key.startswith("continue ") for one in page("start").button) == 1


def test_continuing_what_this_tab_trains_leads_to_its_curves(engine: IdleEngine) -> None:
    app = page("start")
    app.button(key="watch mnist_cnn").click().run()
    app.switch_page("start_page.py").run()
    next(one for one in app.button if one.key.startswith("continue ")).click().run()
    assert app.title[0].value == "Train"


@pytest.mark.parametrize(
    ("states", "code"),
    [([], "run_waiting"), (["running"], "run_training"), (["running", "paused"], "run_paused")],
)
def test_what_is_in_progress_is_said_and_leads_to_its_curves(engine: IdleEngine, states: list[str], code: str) -> None:
    run = engine.submit(LESSON)
    record(engine.store, run, *(StateChanged(state=RunState(state)) for state in ["queued", *states]))
    with engine.store.lock(run):
        app = page("start")
        offered = app.button(key=f"in progress {run}")
        assert offered.label == md(WORDING.message(code, name=LESSON.name))
        offered.click().run()
    assert (app.title[0].value, app.session_state["workspace"].run_id) == ("Train", run)


def test_a_run_that_is_over_is_not_running(engine: IdleEngine) -> None:
    finished_run(engine.store, LESSON)
    assert not any(one.key.startswith("in progress") for one in page("start").button)


def test_the_recording_is_of_a_whole_training_that_learned() -> None:
    recording = json.loads((PROJECT / "components" / "recorded_run" / "recording.json").read_text("utf-8"))
    curves = recording["curves"]
    for metric in ("loss", "accuracy"):
        assert curves[metric]["val"][0] == [float(epoch + 1) for epoch in range(recording["epochs"])]
    assert curves["accuracy"]["val"][1][-1] > 0.9
    assert curves["loss"]["batch"][1][0] > 10 * curves["loss"]["batch"][1][-1]

"""The steps on top of every page: what is done, what is wrong, and where Next leads."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import workspace
from components.library import lesson
from components.markup import md
from components.navigation import Page
from components.steps import Steps, StepState, steps_now
from components.wording import WORDING
from tests.support.pages import IdleEngine, button, finished_run, page, record
from trainer.runs.events import EpochEnded, RunState, StateChanged, WeightsKept


def known(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """What the steps of a tab are now."""
    monkeypatch.setattr(workspace, "current", lambda: app.session_state["workspace"])
    return steps_now()


def test_a_new_tab_has_done_nothing(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = known(page("data"), monkeypatch)
    assert steps.is_known
    assert set(steps.states.values()) == {StepState.OPEN}
    assert list(steps.locked) == [Page.TRAIN]


def test_a_lesson_has_good_data_and_a_good_model(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page("model", recipe="mnist_cnn")
    steps = known(app, monkeypatch)
    assert steps.states[Page.DATA] is steps.states[Page.MODEL] is StepState.DONE
    assert not button(app, "Next: train").disabled


def test_what_is_wrong_locks_the_next_step_and_says_so(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page("model", recipe="mnist_cnn")
    tab = app.session_state["workspace"]
    tab.recipe = tab.recipe.with_(layers=tab.recipe.layers[:4] + tab.recipe.layers[5:])
    app.run()
    assert known(app, monkeypatch).states[Page.MODEL] is StepState.WRONG
    assert button(app, "Next: train").disabled
    assert md(WORDING.message("next_model_wrong")) in [caption.value for caption in app.caption]


@pytest.mark.parametrize(
    ("name", "label", "title"),
    [("data", "Next: the model", "Model"), ("model", "Next: train", "Train"), ("train", "Next: results", "Results")],
)
def test_next_leads_through_the_work(engine: IdleEngine, name: str, label: str, title: str) -> None:
    app = page(name, recipe="mnist_cnn", run=finished_run(engine.store, lesson("mnist_cnn").recipe))
    button(app, label).click().run()
    assert [one.value for one in app.title] == [title]


def test_there_are_no_results_without_a_run(engine: IdleEngine) -> None:
    assert button(page("train", recipe="mnist_cnn"), "Next: results").disabled


def test_a_run_in_progress_and_a_finished_one(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page("train", recipe="mnist_cnn")
    app.button(key="train").click().run()
    assert known(app, monkeypatch).states[Page.TRAIN] is StepState.RUNNING
    app.session_state["workspace"].run_id = finished_run(engine.store, lesson("mnist_cnn").recipe)
    steps = known(app, monkeypatch)
    assert steps.states[Page.TRAIN] is StepState.DONE
    assert Page.TRAIN not in steps.locked


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ((StateChanged(state=RunState.INTERRUPTED),), StepState.OPEN),
        ((StateChanged(state=RunState.FAILED, reason="no memory"),), StepState.WRONG),
        (
            (
                EpochEnded(epoch=1, seconds=1, logs={"loss": float("nan")}),
                WeightsKept(epoch=1, file="final.weights.h5", reason="the end"),
                StateChanged(state=RunState.FINISHED),
            ),
            StepState.WRONG,
        ),
    ],
)
def test_training_is_done_only_where_it_left_a_model(
    engine: IdleEngine, monkeypatch: pytest.MonkeyPatch, events: tuple[Any, ...], state: StepState
) -> None:
    run = engine.store.create(lesson("mnist_cnn").recipe)
    record(engine.store, run, StateChanged(state=RunState.QUEUED), StateChanged(state=RunState.RUNNING), *events)
    assert known(page("train", run=run), monkeypatch).states[Page.TRAIN] is state

"""The Train page beside its curves: why a run stopped, what comes next, the coach, comparing with other runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.library import lesson
from components.run_ending import next_step
from components.wording import WORDING
from tests.support.pages import IdleEngine, button, finished_run, listed, page, told
from trainer.coach import advise
from trainer.coach.wording import WORDING as COACH
from trainer.recipe.difference import differences
from trainer.recipe.recipe import Recipe
from trainer.runs import events
from trainer.runs.events import EpochEnded, Prepared, RunState, StateChanged, WeightsKept
from trainer.runs.log import LogWriter
from trainer.runs.store import Store

LESSON = lesson("mnist_cnn").recipe
TESTED = events.Tested(logs={"loss": 0.3, "accuracy": 0.9}, rows=1000, weights_epoch=10, seconds=1, file="test-1.npz")


def overfitted_run(store: Store, recipe: Recipe) -> str:
    """Training loss falls all the time, validation loss rises from epoch 3 on."""
    run = store.create(recipe)
    log = LogWriter(store.log(run))
    for state in (RunState.QUEUED, RunState.RUNNING):
        log.write(StateChanged(state=state))
    log.write(
        Prepared(
            seconds=1, train=8000, validation=2000, test=1000, same_rows=False, steps=250, epochs=10, batch_size=32,
            parameters=34_826, class_names=tuple("0123456789"),
        )
    )  # fmt: skip
    for epoch in range(1, 11):
        loss, val_loss = 0.6 * 0.6**epoch, 0.30 - 0.05 * min(epoch, 3) + 0.06 * max(epoch - 3, 0)
        logs = {"loss": loss, "accuracy": 1 - loss / 3, "val_loss": val_loss, "val_accuracy": 0.93 - epoch / 1000}
        log.write(EpochEnded(epoch=epoch, seconds=1, logs=logs | {"learning_rate": 0.001}))
    log.write(WeightsKept(epoch=10, file="final.weights.h5", reason="the weights at the end of training"))
    log.write(StateChanged(state=RunState.FINISHED, reason="All 10 epochs are done."))
    log.close()
    return run


def said(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown).replace("\\", "")


def coach_shows(app: AppTest, code: str) -> bool:
    """Whether there is a card with this advice."""
    return str(COACH.message(code)) in said(app)


@pytest.fixture
def overfitted(engine: IdleEngine) -> tuple[AppTest, str]:
    run = overfitted_run(engine.store, LESSON.with_settings(["fit.epochs=10"]))
    return page("train", run=run), run


def test_the_coach_shows_what_it_sees_and_its_change_becomes_a_new_recipe(
    engine: IdleEngine, overfitted: tuple[AppTest, str]
) -> None:
    app, run = overfitted
    assert coach_shows(app, "overfitting")
    old = app.session_state["workspace"]
    tries = [b for b in app.button if str(b.key).startswith("coach")]
    tries[0].click().run()
    new = app.session_state["workspace"]
    assert len(differences(old.recipe, new.recipe)) == 1
    assert new.draft != old.draft  # the old one is untouched
    assert (new.run_id, new.reference) == (run, run)
    assert engine.store.read(run).recipe == old.recipe


def test_the_end_says_why_and_what_next(engine: IdleEngine, overfitted: tuple[AppTest, str]) -> None:
    app, _ = overfitted
    card = app.info[0].value.replace("\\", "")  # a run whose baseline is not known: neither green nor yellow
    assert "**Finished.** All 10 epochs" in card
    assert "after epoch 10" in card
    assert "**Next:** " + str(WORDING["next_coach"]).partition("{")[0] in card


def test_results_name_the_same_next_step_and_lead_to_the_coach(
    engine: IdleEngine, overfitted: tuple[AppTest, str]
) -> None:
    train, run = overfitted
    results = page("results", run=run)
    assert results.info[0].value == train.info[0].value
    assert _links_to_the_coach(results)
    assert not _links_to_the_coach(page("results", run=finished_run(engine.store, LESSON)))


def _links_to_the_coach(app: AppTest) -> bool:
    return any(getattr(link.proto, "label", "") == "Show the coach's advice" for link in app.get("page_link"))


def test_without_a_fix_the_next_step_is_the_likely_cause(engine: IdleEngine) -> None:
    run = engine.store.read(overfitted_run(engine.store, LESSON.with_settings(["fit.epochs=10"])))
    assert run.recipe is not None
    bare = [replace(piece, fixes=()) for piece in advise(run.recipe, run.history)]
    untested, tested = run, replace(run, history=replace(run.history, tests=[TESTED]))
    steps = [next_step(one, bare) for one in (untested, tested)]
    assert [step and step.code for step in steps] == ["components.next_test", "components.next_cause"]
    assert steps[1] == WORDING.message("next_cause", cause=bare[0].message)


def test_without_advice_the_next_step_is_the_test(engine: IdleEngine) -> None:
    app = page("train", run=finished_run(engine.store, LESSON))
    (card,) = [box.value.replace("\\", "") for box in app.success]
    assert f"**Next:** {told('components.next_test')}" in card


@pytest.mark.parametrize(("majority", "box"), [(0.1, "success"), (0.7, "info"), (0.8, "warning"), (None, "info")])
def test_green_only_above_the_baseline(engine: IdleEngine, majority: float | None, box: str) -> None:
    """80 % of 10 validation rows: above 10 %, perhaps above 70 %, no better than 80 %."""
    app = page("train", run=finished_run(engine.store, LESSON, majority=majority))
    assert [one.value for one in getattr(app, box) if "Finished." in one.value]


def test_another_run_is_chosen_as_the_reference_and_left_again(engine: IdleEngine) -> None:
    other = finished_run(engine.store, LESSON, "Before")
    app = page("train", run=finished_run(engine.store, LESSON, "After"))
    choice = app.selectbox(key="reference")
    assert len(choice.options) == 1
    assert choice.options[0].endswith("Before")
    choice.set_value(other).run()
    assert app.session_state["workspace"].reference == other
    engine.store.delete(other)
    app.run()
    assert app.session_state["workspace"].reference is None
    assert not app.exception


def test_two_runs_compared_in_words(engine: IdleEngine) -> None:
    first = finished_run(engine.store, LESSON, "First")
    slower = LESSON.with_(optimizer=LESSON.optimizer.with_(learning_rate=0.0001))
    second = finished_run(engine.store, slower, "Second")
    app = page("runs")
    app.checkbox(key=f"select {first}").check().run()
    assert not app.get("plotly_chart")
    app.checkbox(key=f"select {second}").check().run()
    words = listed(app)
    assert "learning_rate" in words
    older = min(first, second)  # made in the same second, they stand in no order
    assert ("0.001 → 0.0001" if older == first else "0.0001 → 0.001") in words
    assert not app.exception


def test_a_damaged_run_has_no_coach(engine: IdleEngine) -> None:
    run = overfitted_run(engine.store, LESSON.with_settings(["fit.epochs=10"]))
    path = Path(engine.store.log(run))
    path.write_bytes(path.read_bytes() + b"rubbish\n")
    app = page("train", run=run)
    assert not coach_shows(app, "overfitting")
    assert not button(app, "Train").disabled

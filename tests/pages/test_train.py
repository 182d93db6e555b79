"""The Train page beside its curves: why a run stopped, what comes next, the coach, comparing with other runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import run_ending, waiting
from components.library import lesson
from tests.support.pages import (
    IdleEngine,
    browser,
    button,
    finished_run,
    listed,
    page,
    record,
    record_test,
    token,
    told,
)
from trainer import data
from trainer.coach.wording import WORDING as COACH
from trainer.recipe.check import check
from trainer.recipe.difference import differences
from trainer.recipe.recipe import Recipe
from trainer.runs import expectation
from trainer.runs.events import BatchSeen, Continued, EpochEnded, Phase, Prepared, RunState, StateChanged, WeightsKept
from trainer.runs.log import LogWriter
from trainer.runs.store import Store

LESSON = lesson("mnist_cnn").recipe


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


def test_the_end_has_a_headline_and_says_why(engine: IdleEngine, overfitted: tuple[AppTest, str]) -> None:
    app, _ = overfitted
    assert heading(app) == told("components.headline_right_image", share=0.92)
    card = app.info[0].value.replace("\\", "")  # a run whose baseline is not known: neither green nor yellow
    assert "**Finished.** All 10 epochs" in card
    assert any("after epoch 10" in one.value for one in app.caption), "the weights, as small print"


def test_results_have_the_same_headline_and_the_same_advice_which_leads_back(
    engine: IdleEngine, overfitted: tuple[AppTest, str]
) -> None:
    train, run = overfitted
    results = page("results", run=run)
    assert heading(results) == heading(train)
    assert coach_shows(results, "overfitting")
    next(one for one in results.button if str(one.key).startswith("coach")).click().run()
    assert not [
        one for one in page("results", run=finished_run(engine.store, LESSON)).button if "coach" in str(one.key)
    ]
    assert results.title[0].value == "Train"
    assert results.session_state["workspace"].reference == run


def heading(app: AppTest) -> str:
    return app.header[0].value.replace("\\", "")


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


# The main button: one key, whose meaning changes.


def main(app: AppTest) -> Any:
    return app.button(key="train")


def labels(app: AppTest) -> list[str]:
    """The buttons beside the main one that change the run."""
    return [
        one.label for one in app.button if one.key in {"stop", "test it", "resume run", "train longer", "train again"}
    ]


def ended(engine: IdleEngine, state: RunState) -> str:
    """A run of which fewer epochs are done than were wanted."""
    run = finished_run(engine.store, LESSON)
    more = (StateChanged(state=RunState.QUEUED), Continued(epoch=2, epochs=5, why="further"), StateChanged(state=state))
    record(engine.store, run, *more)
    return run


def edit(app: AppTest) -> None:
    app.number_input(key="form fit  epochs").set_value(7).run()


def test_the_button_follows_the_run_from_train_to_test_it_and_back_to_train(engine: IdleEngine) -> None:
    app = page("train")
    assert (main(app).label, labels(app)) == ("Train", [])
    main(app).click().run()
    (run,) = engine.store.ids()
    assert (main(app).label, labels(app)) == ("Pause", ["Stop"])
    record(engine.store, run, *begun(StateChanged(state=RunState.RUNNING)))
    with engine.store.lock(run):
        main(app.run()).click().run()
        assert engine.asked[-1] == ("pause", run)
        record(engine.store, run, StateChanged(state=RunState.PAUSED))
        assert (main(app.run()).label, labels(app)) == ("Resume", ["Stop"])
        main(app).click().run()
        assert engine.asked[-1] == ("resume", run)
    record(
        engine.store,
        run,
        StateChanged(state=RunState.RUNNING),
        EpochEnded(epoch=1, seconds=1, logs={"loss": 0.9, "accuracy": 0.5, "val_loss": 0.8, "val_accuracy": 0.6}),
        WeightsKept(epoch=1, file="final.weights.h5", reason="the end"),
        StateChanged(state=RunState.FINISHED),
    )
    engine._note_over(run)
    assert (main(app.run()).label, labels(app)) == ("Test it", ["Train longer", "Train"])
    edit(app)
    assert (main(app).label, labels(app)) == ("Train", ["Test it", "Train longer"])
    main(app).click().run()
    assert len(engine.store.ids()) == 2


def begun(*events: Any) -> tuple[Any, ...]:
    """The events of a run up to its first batch."""
    prepared = Prepared(
        seconds=1, train=90, validation=10, test=10, same_rows=False, steps=3, epochs=1, batch_size=32,
        parameters=34_826, class_names=tuple("0123456789"),
    )  # fmt: skip
    return (StateChanged(state=RunState.QUEUED), *events, prepared, Phase(name="training"))


def test_test_it_tests_and_leads_to_the_results(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    app = page("train", run=run)
    main(app).click().run()
    assert engine.asked == [("test", run)]
    assert app.title[0].value == "Results"
    record_test(engine, run, LESSON, 3)
    engine._note_over(run)
    app = page("train", run=run)
    main(app).click().run()
    assert app.title[0].value == "Results", "the test is there: it leads to it"
    assert engine.asked == [("test", run)], "and does not make another one"


@pytest.mark.parametrize(
    ("state", "label", "others"),
    [
        (RunState.INTERRUPTED, "Resume", ["Train longer", "Train"]),
        (RunState.FAILED, "Resume", ["Train longer", "Train"]),
        (RunState.STOPPED, "Test it", ["Resume", "Train longer", "Train"]),
    ],
)
def test_a_run_that_ended_early_can_be_resumed_tested_or_trained_anew(
    engine: IdleEngine, state: RunState, label: str, others: list[str]
) -> None:
    run = ended(engine, state)
    app = page("train", run=run)
    assert main(app).label == label
    assert [one for one in labels(app) if one != "Test it"] == others
    button(app, "Resume").click().run()
    assert engine.asked == [("continue", run)]
    assert (main(app).label, labels(app)) == ("Pause", ["Stop"]), "it is about to continue"


def test_a_press_that_was_meant_for_what_the_button_was_before_does_nothing(engine: IdleEngine) -> None:
    app = page("train")
    drawn = main(app)
    drawn.click().run()
    (run,) = engine.store.ids()
    asked = list(engine.asked)
    record(engine.store, run, *begun(StateChanged(state=RunState.RUNNING)))
    with engine.store.lock(run):
        app.run()  # the button says Pause by now
        record(engine.store, run, StateChanged(state=RunState.FINISHED))
        engine._note_over(run)
        main(app).click().run()  # and would say Train, had the page been drawn again
    assert engine.asked == asked
    assert engine.store.ids() == [run]


def test_each_button_that_is_disabled_has_its_reason_beside_it(engine: IdleEngine) -> None:
    app = page("train", run=finished_run(engine.store, LESSON))
    broken = LESSON.with_(layers=())
    app.session_state["workspace"].recipe = broken
    app.run()
    assert main(app).disabled
    first = check(broken, data.facts(broken.data, broken.seed)).errors[0]
    assert str(first.message) in [one.value.replace("\\", "") for one in app.caption]
    with browser("somebody else"):
        (engine.store.folder(mine := finished_run(engine.store, LESSON)) / "owner").write_text(token("ann"))
        app = page("train", run=mine)
    assert button(app, "Train longer").disabled
    assert told("components.not_yours") in [one.value.replace("\\", "") for one in app.caption]


def test_a_pause_before_the_first_batch_is_said_and_can_be_taken_back(engine: IdleEngine) -> None:
    app = page("train")
    main(app).click().run()
    main(app).click().run()
    (run,) = engine.store.ids()
    assert engine.asked[-1] == ("pause", run)
    assert main(app).label == "Resume"
    assert told("components.will_pause") in [one.value.replace("\\", "") for one in app.caption]
    main(app).click().run()
    assert engine.asked[-1] == ("resume", run)
    assert main(app).label == "Pause"


def test_a_pause_counts_for_the_training_that_was_to_pause_alone(engine: IdleEngine) -> None:
    app = page("train")
    main(app).click().run()
    main(app).click().run()
    (run,) = engine.store.ids()
    assert main(app).label == "Resume"
    record(engine.store, run, StateChanged(state=RunState.QUEUED), StateChanged(state=RunState.STOPPED))
    engine._note_over(run)
    button(app.run(), "Resume").click().run()
    with engine.store.lock(run):
        record(engine.store, run, StateChanged(state=RunState.QUEUED))
        assert main(app.run()).label == "Pause", "it was the training before that was to pause"
        main(app).click().run()
        assert main(app).label == "Resume"
        record(engine.store, run, Continued(epoch=0, epochs=3, why="resume"))
        assert main(app.run()).label == "Resume", "it is the same one still"


def test_a_pause_after_the_first_batch_is_not_kept_for_later(engine: IdleEngine) -> None:
    app = page("train")
    main(app).click().run()
    (run,) = engine.store.ids()
    record(engine.store, run, *begun(StateChanged(state=RunState.RUNNING)))
    with engine.store.lock(run):
        main(app.run()).click().run()
        assert engine.asked[-1] == ("pause", run)
        record(engine.store, run, Phase(name="saving"))
        assert main(app.run()).label == "Pause"


def test_a_run_with_almost_as_many_epochs_as_there_may_be_gets_those_that_are_left(
    engine: IdleEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = finished_run(engine.store, LESSON)
    monkeypatch.setattr(run_ending, "MAX_EPOCHS", 4)
    field = page("train", run=run).number_input(key=f"more {run}")
    assert (field.value, field.max) == (2, 2)
    monkeypatch.setattr(run_ending, "MAX_EPOCHS", 2)
    assert "Train longer" not in labels(page("train", run=run))


def test_a_run_that_is_about_to_continue_is_followed_until_it_does(
    engine: IdleEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ended(engine, RunState.INTERRUPTED)
    app = page("train", run=run)
    seen: list[bool] = []

    def look() -> None:
        followed = st.session_state[waiting._FOLLOWED]
        seen.extend(one.look() == one.seen for one in followed)
        engine._note_over(run)
        seen.extend(one.look() == one.seen for one in followed)

    monkeypatch.setattr(waiting, "look_after_followed", look)
    button(app, "Resume").click().run()
    assert seen == [True, False]


def test_more_epochs_are_as_many_as_the_field_says(engine: IdleEngine) -> None:
    run = finished_run(engine.store, LESSON)
    app = page("train", run=run)
    app.number_input(key=f"more {run}").set_value(3).run()
    button(app, "Train longer").click().run()
    assert engine.asked == [("continue", run)]
    assert engine._continuations[run].command.epochs == 5


def test_what_the_coach_offers_is_offered_in_no_second_place(engine: IdleEngine) -> None:
    """A rate of 30 was warned of in the settings, in the card and by the coach, each with a button."""
    high = LESSON.with_settings(["optimizer.learning_rate=30"])
    app = page("train")
    app.session_state["workspace"].recipe = high
    assert offered(app.run()) == ["fix check.set_rate"], "before the run, where there is no coach"
    run = finished_run(engine.store, high)
    bad = {"loss": float("nan"), "accuracy": 0.1}
    record(engine.store, run, StateChanged(state=RunState.QUEUED), StateChanged(state=RunState.RUNNING),
           BatchSeen(epoch=3, step=3, logs=bad), EpochEnded(epoch=3, seconds=1, logs=bad),
           StateChanged(state=RunState.FINISHED))  # fmt: skip
    app = page("train", run=run)
    assert offered(app) == ["coach 0 diverged"]
    assert main(app).label == "Train", "there is nothing to test"
    app.button(key="coach 0 diverged").click().run()
    assert app.session_state["workspace"].recipe.optimizer.learning_rate < 1


def offered(app: AppTest) -> list[str]:
    """The buttons that change the recipe."""
    return [str(one.key) for one in app.button if str(one.key).startswith(("fix", "coach", "quicker"))]


def test_a_run_without_its_data_is_not_continued(engine: IdleEngine) -> None:
    recipe = lesson("text_lstm").recipe.with_settings(["data.path=uploads/0123456789abcdef-gone.csv"])
    run = finished_run(engine.store, recipe)
    app = page("train", run=run)
    app.button(key="train longer").click().run()
    assert "gone.csv" in app.error[0].value.replace("\\", "")
    assert not [one for one in engine.asked if one[1] == run]
    assert engine.store.read(run).state is RunState.FINISHED


def test_what_is_expected_is_kept_with_the_run_and_stands_beside_its_result(engine: IdleEngine) -> None:
    app = page("train", recipe="mnist_cnn")
    app.number_input(key="expected accuracy").set_value(95.0).run()
    app.text_area(key="expected why").set_value("digits are *easy*").run()
    button(app, "Train").click().run()
    run = app.session_state["workspace"].run_id
    kept = expectation.load(engine.store.folder(run))
    assert kept is not None
    assert (kept.accuracy, kept.why) == (0.95, "digits are *easy*")
    app.run()
    assert "expected accuracy" not in app.session_state, "the run is on, and nothing more is asked"
    other = finished_run(engine.store, LESSON)
    record_test(engine, other, LESSON, wrong=0)
    expectation.keep(engine.store.folder(other), kept)
    for name in ("results", "train"):
        app = page(name, run=other)
        assert any("95" in one.value and "100" in one.value and "easy" in one.value for one in app.caption), name


def test_a_run_without_an_expectation_says_nothing_of_one(engine: IdleEngine) -> None:
    app = page("train", recipe="mnist_cnn")
    button(app, "Train").click().run()
    assert expectation.load(engine.store.folder(app.session_state["workspace"].run_id)) is None
    app.switch_page("train_page.py").run()
    assert not any("psychology" in one.value for one in app.caption)

"""The cost on the Train page, by AppTest: when it is there, what it says, and the smaller versions."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components import cost_card
from tests.support.pages import IdleEngine, button, finished_run, page, told
from trainer import PROJECT
from trainer.engine.wording import WORDING
from trainer.recipe.callbacks import EarlyStopping
from trainer.recipe.cost import Cost, cost_key
from trainer.recipe.recipe import Recipe

MEASURING = str(WORDING.message("measuring"))
CNN = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")
SHORT = Cost(first=2.0, once=3.0, training=24.5, validation=1.0, saving=0.5)
LONG = SHORT.model_copy(update={"training": 120.0})


def said(app: AppTest) -> str:
    return " ".join(box.value for box in (*app.markdown, *app.caption)).replace("\\", "")


def test_it_is_measured_and_said(engine: IdleEngine) -> None:
    app = page("train")
    assert MEASURING in said(app)
    assert "on this computer" not in said(app)
    engine.costs[cost_key(CNN)] = SHORT
    app.run()
    assert MEASURING not in said(app)
    assert "About 2 min 10 s on this computer (26 s per epoch). First results after about 2 s." in said(app)
    assert "of memory that are free." in said(app)
    assert not any(b.key and b.key.startswith("quicker") for b in app.button)
    app.number_input(key="form fit  epochs").set_value(1).run()
    assert "About 29 s on this computer." in said(app), "epochs only multiply"
    app.number_input(key="form fit  batch_size").set_value(64).run()
    assert MEASURING in said(app), "another batch size is another measurement"


def test_the_time_of_files_that_callbacks_write_is_not_in_the_estimate(engine: IdleEngine) -> None:
    """“At most about 4 s” took 24 s with TensorBoard (N36)."""
    engine.costs[cost_key(CNN)] = SHORT
    app = page("train")
    note = told("recipe.cost_writing", names=["ModelCheckpoint", "TensorBoard"])
    assert note not in said(app)
    for kind in ("ModelCheckpoint", "CSVLogger", "TensorBoard"):
        app.checkbox(key=f"callback {kind}").check().run()
    assert note in said(app)


def test_a_long_training_offers_smaller_versions_one_after_another(engine: IdleEngine) -> None:
    engine.costs[cost_key(CNN)] = LONG
    app = page("train")
    assert [b.label.replace("\\", "") for b in app.button if b.key and b.key.startswith("quicker")] == [
        "Train for 2 epochs: about 4 min 10 s",
        "Use 20,000 pictures: about 3 min 30 s",
    ]
    assert "Trying out smaller versions" in said(app)
    narrow, calm = CNN.with_settings(["layers.2.filters=32"]), CNN.with_settings(["fit.batch_size=128"])
    engine.costs[cost_key(narrow)] = SHORT
    app.run()
    assert "Trying out smaller versions" in said(app), "the batch size is still to be measured"
    engine.costs[cost_key(calm)] = LONG
    app.run()
    assert "Trying out smaller versions" not in said(app)
    labels = [b.label.replace("\\", "") for b in app.button if b.key and b.key.startswith("quicker")]
    assert labels[2:] == ["Set filters of layer 3 to 32: about 2 min 10 s"], "what gains nothing is not offered"
    app.button(key="quicker 2").click().run()
    assert app.session_state["workspace"].recipe == narrow
    assert "About 2 min 10 s on this computer" in said(app)
    assert not app.exception


def test_why_it_cannot_be_told(engine: IdleEngine) -> None:
    engine.costs[cost_key(CNN)] = "The trainer stopped working while it tried this."
    app = page("train")
    assert "The trainer stopped working while it tried this." in said(app)
    assert MEASURING not in said(app)


def test_a_recipe_with_errors_and_a_run_that_goes_on_show_no_cost(engine: IdleEngine) -> None:
    engine.costs[cost_key(CNN)] = SHORT
    app = page("train")
    button(app, "Train").click().run()
    assert "on this computer" not in said(app)
    assert MEASURING not in said(app)
    app = page("model")
    app.session_state["workspace"].recipe = CNN.with_(layers=())
    app.switch_page("train_page.py").run()
    assert button(app, "Train").disabled
    assert "on this computer" not in said(app)
    assert MEASURING not in said(app)


def test_it_is_there_again_when_the_run_is_over(engine: IdleEngine) -> None:
    engine.costs[cost_key(CNN)] = SHORT
    app = page("train", run=finished_run(engine.store, CNN))
    assert "of memory that are free." in said(app)
    assert "About 2 min 10 s on this computer" not in said(app), "what it takes to train the same once more"
    app.number_input(key="form fit  epochs").set_value(1).run()
    assert "About 29 s on this computer" in said(app)
    assert "times as long" not in said(app)


def test_others_who_train_are_named(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.costs[cost_key(CNN)] = SHORT
    engine.submit(CNN, "somebody else")
    app = page("train")
    assert told("components.others_training", count=1, times=2) in said(app)


def test_where_the_figures_come_from() -> None:
    found = cost_card.reasons(SHORT, CNN)
    assert found.code == "components.measured"
    assert "between 1 min 50 s and 2 min 40 s" in str(found)
    stopping = CNN.with_(callbacks=(EarlyStopping(),))
    assert cost_card.reasons(SHORT, stopping).code == "components.measured_may_end_early"

"""A third source of data works everywhere from its own file alone: `tests/support/third_source.py`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.draft_networks import assert_as_keras_computes
from tests.support.fits import evaluated, fit
from tests.support.pages import IdleEngine, button, finished_run, page, record_test, split_of
from trainer import data
from trainer.__main__ import main
from trainer.data.numbers import Scaling
from trainer.fit.control import Control
from trainer.fit.evaluate import evaluate
from trainer.fit.inputs import examples, kept_preparation
from trainer.keras_code.writer import keras_code
from trainer.recipe.check import check, needed
from trainer.recipe.check.next_layer import fitted
from trainer.recipe.data import Data, DataFacts
from trainer.recipe.layers import Conv2D, Dense, Dropout, Embedding, Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.recipe.starters import output_layer_only, starter
from trainer.runs.events import WeightsKept
from trainer.runs.history import History


def recipe_on(flowers: type[Data], **settings: Any) -> Recipe:
    spec = flowers.first().with_(**settings)
    layers = starter(data.facts(spec, 1))
    return Recipe(data=spec, layers=layers).with_settings(["fit.epochs=40", "optimizer.learning_rate=0.01"])


@pytest.fixture
def recipe(flowers: type[Data]) -> Recipe:
    return recipe_on(flowers)


@pytest.fixture
def facts(recipe: Recipe) -> DataFacts:
    return data.facts(recipe.data, recipe.seed)


def test_a_recipe_holds_it_as_any_other(recipe: Recipe) -> None:
    assert Recipe.from_json(recipe.to_json()) == recipe
    with pytest.raises(RecipeError, match="rows"):
        recipe.with_settings(["data.rows=3"])


def test_check_starters_and_what_can_come_next(recipe: Recipe, facts: DataFacts) -> None:
    assert (facts.modality, facts.input_shape, facts.vocabulary) == ("table", (4,), None)
    for layers in (starter(facts), output_layer_only(facts)):
        report = check(recipe.with_(layers=layers), facts)
        assert report.diagnoses == ()
        assert all(isinstance(layer, Dense) for layer in layers)
        assert needed(recipe, list(report.rows), facts).examples == 12 * 4 * 150
    for kind, fits in ((Dense, True), (Dropout, True), (Conv2D, False), (Embedding, False)):
        layer = fitted(kind, recipe, facts, 0)
        assert (not check(recipe.with_(layers=(layer, *recipe.layers)), facts).errors) == fits
    for kind in Layer.registry.values():
        with_it = recipe.with_(layers=(fitted(kind, recipe, facts, 0), *recipe.layers))
        assert all(str(one.message) for one in check(with_it, facts).diagnoses)


def test_it_is_standardised_by_the_training_rows_alone_and_learned(recipe: Recipe, tmp_path: Path) -> None:
    _, history = fit(recipe, tmp_path)
    assert history.prepared is not None
    assert history.prepared.input_shape == (4,)
    assert evaluated(recipe, tmp_path)["accuracy"] > 0.9
    dataset = data.load(recipe.data, recipe.seed)
    scaling = kept_preparation(dataset, tmp_path)
    assert isinstance(scaling, Scaling)
    train = examples(dataset.train, scaling).take(np.arange(len(dataset.train))).numpy()
    assert train.dtype == np.float32
    assert train.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-5)
    assert train.std(axis=0) == pytest.approx(np.ones(4), abs=1e-5)
    (tmp_path / Scaling.FILE).write_text("{}", "utf-8")
    with pytest.raises(RecipeError):
        kept_preparation(dataset, tmp_path)


def test_a_column_that_never_varies_is_no_division_by_zero(flowers: type[Data], tmp_path: Path) -> None:
    recipe = recipe_on(flowers, noise=0.0).with_settings(["fit.epochs=1"])
    assert np.isfinite(last_loss(fit(recipe, tmp_path)[1]))


def last_loss(history: History) -> float:
    return history.epochs[-1].logs["loss"]


def test_a_test_and_one_example(recipe: Recipe, tmp_path: Path) -> None:
    _, history = fit(recipe, tmp_path)
    assert isinstance(history.weights, WeightsKept)
    tested = evaluate(recipe, tmp_path, history.weights, 1, Control())
    assert (tested.rows, tested.logs["accuracy"] > 0.9) == (30, True)


def test_what_each_layer_makes_of_a_row(recipe: Recipe, tmp_path: Path) -> None:
    assert_as_keras_computes(recipe, tmp_path)


def test_the_exported_code_reads_the_data_and_runs(recipe: Recipe, facts: DataFacts) -> None:
    code = keras_code(recipe.with_settings(["fit.epochs=1"]), facts)
    assert "keras.Input((4,))" in code
    assert code.rstrip().endswith("epochs=1)")
    names: dict[str, Any] = {}
    exec(compile(code, "exported.py", "exec"), names)  # noqa: S102 - it is our own, and must run
    assert names["model"].count_params() == check(recipe, facts).parameters


def test_the_command_line(recipe: Recipe, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(recipe.to_json(), "utf-8")
    assert main(["check", str(path)]) == 0
    capfd.readouterr()
    assert main(["run", str(path), "--runs", str(tmp_path / "runs"), "--set", "fit.epochs=2", "--json"]) == 0
    result = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert (result["state"], len(result["epochs"])) == ("finished", 2)
    assert 0 <= result["test"]["accuracy"] <= 1
    table = tmp_path / "measured.csv"
    table.write_text(
        "name,petal width,petal length,sepal width,sepal length\nmine,20,5.5,300,6.6\nno,,5,300,6\n", "utf-8"
    )
    ask = ["predict", result["run"], "--runs", str(tmp_path / "runs"), "--csv", str(table), "--json"]
    assert main(ask) == 0
    whole, incomplete = json.loads(capfd.readouterr().out.splitlines()[-1])["rows"]
    assert list(whole["probabilities"]) == ["setosa", "versicolor", "virginica"]
    assert whole["answer"] == max(whole["probabilities"], key=whole["probabilities"].get)
    assert (incomplete["answer"], incomplete["probabilities"]) == (None, {})
    table.write_text("petal width\n20\n", "utf-8")
    assert main(ask) == 2
    assert json.loads(capfd.readouterr().out)["problems"][0]["code"] == "engine.predict_columns_missing"


def test_the_data_page(flowers: type[Data], engine: IdleEngine) -> None:
    app = page("data", recipe="mnist_cnn")
    app.segmented_control(key="source").set_value("flowers").run()
    assert not app.exception
    assert isinstance(app.session_state["workspace"].recipe.data, flowers)
    assert split_of(app) == ["90", "30", "30"]
    assert list(app.dataframe[0].value.columns)[2:] == ["sepal length", "sepal width", "petal length", "petal width"]
    app.number_input(key="form data flowers noise").set_value(5.0).run()
    app.button(key="fix flowers.less_noise").click().run()
    assert app.session_state["workspace"].recipe.data.noise == 0.3
    app.segmented_control(key="source").set_value("text_csv").run()
    assert not app.exception


def test_the_model_and_train_pages(recipe: Recipe, engine: IdleEngine) -> None:
    for name in ("model", "train"):
        app = page(name)
        app.session_state["workspace"].recipe = recipe
        app.run()
        assert not app.exception
        assert not app.error
    button(app, "Train").click().run()
    assert [order for order, _ in engine.asked] == ["train"]


def test_the_results_page_shows_mistakes_as_rows(recipe: Recipe, engine: IdleEngine, tmp_path: Path) -> None:
    run = finished_run(engine.store, recipe, class_names=data.facts(recipe.data, 1).class_names)
    record_test(engine, run, recipe, wrong=3)
    app = page("results", run=run)
    assert not app.exception
    right, mistakes, *_of_a_cell = [one.value for one in app.dataframe if "sepal length" in one.value.columns]
    assert list(mistakes.columns)[3:] == ["sepal length", "sepal width", "petal length", "petal width"]
    assert (len(right), len(mistakes)) == (8, 3)

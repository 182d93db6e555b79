"""Recipes as JSON: what is refused and in which words, settings from the command line, old files for ever."""

import json
from pathlib import Path
from typing import Any

import pytest

from trainer import PROJECT
from trainer.recipe.check import check
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import LSTM, Bidirectional, Conv2D, Dense, Embedding, MaxPooling2D
from trainer.recipe.limits import MAX_RECIPE_BYTES, MAX_RECIPE_PARTS
from trainer.recipe.optimizers import SGD
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import NewerVersionError, RecipeError
from trainer.recipe.starters import starter
from trainer.sources.text_csv.spec import TextCsv

NOT_FOR_PUPILS = ("pydantic", "Input", "Traceback", "ValidationError", "after validation", "union", "function-", "\n")

DENSE = {"kind": "Dense"}


def text_of(**changes: Any) -> str:
    return json.dumps({"data": {"kind": "mnist"}, "layers": [DENSE], **changes})


def second(**layer: Any) -> str:
    return text_of(layers=[DENSE, layer])


@pytest.mark.parametrize("version", [0, -1, 0.5, 1.0, False, "2", "99", None, [2], {"of": 2}])
def test_a_version_that_no_fitboard_has_written_is_no_newer_one(version: object) -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe.from_json(text_of(version=version))
    assert not isinstance(caught.value, NewerVersionError)
    assert "version" in str(caught.value)


@pytest.mark.parametrize("version", ["3", "99", "2.5", "1e300", "1e999", "9" * 300])
def test_a_recipe_of_a_newer_version(version: str) -> None:
    """Said first, whatever else this version does not know in it."""
    text = text_of(shape="ring", layers=[{"kind": "Hologram"}]).replace("{", f'{{"version": {version}, ', 1)
    for content in (text, text.encode()):
        with pytest.raises(NewerVersionError, match="made by a newer Fitboard"):
            Recipe.from_json(content)


def refusal(text: str) -> str:
    with pytest.raises(RecipeError) as caught:
        Recipe.from_json(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", ["JSON"]),
        ("{", ["JSON"]),
        ('{"data": {"kind": "mnist"},}', ["JSON", "line 1"]),
        ("[" * 5000, ["JSON"]),
        ("\x89PNG\x0d\x0a", ["JSON"]),
        ("[]", ["recipe", "[]"]),
        ("null", ["recipe", "null"]),
        ("{}", ["data", "missing"]),
        (text_of(data=3), ["data", "3"]),
        (text_of(data={}), ["data", "kind"]),
        (text_of(data={"kind": "sounds"}), ["data", "sounds", "text_csv"]),
        (text_of(data={"kind": "text_csv"}), ["path", "missing"]),
        (text_of(data={"kind": "mnist", "limit": 1}), ["limit", "10", "1"]),
        (text_of(data={"kind": "mnist", "validation": 0.95}), ["validation", "0.95"]),
        (text_of(data={"kind": "mnist", "labels": 1}), ["labels", "not a field"]),
        (text_of(layers={}), ["layers"]),
        (text_of(layers=[3]), ["Layer 1", "3"]),
        (text_of(layers=[DENSE] * 201), ["layers", "200"]),
        (second(), ["Layer 2", "kind"]),
        (second(kind="Dens"), ["Layer 2", "Dens", "Dense"]),
        (second(kind=7), ["Layer 2", "7"]),
        (second(kind="Dense", units=0), ["Layer 2 (Dense)", "units", "1", "0"]),
        (second(kind="Dense", units=10**12), ["Layer 2 (Dense)", "units"]),
        (second(kind="Dense", units="many"), ["Layer 2 (Dense)", "units", "many"]),
        (second(kind="Dense", units=2.5), ["Layer 2 (Dense)", "units", "2.5"]),
        (second(kind="Dense", units=True), ["Layer 2 (Dense)", "units", "true"]),
        (second(kind="Dense", actvation="relu"), ["Layer 2 (Dense)", "actvation", "not a field"]),
        (second(kind="Dense", activation="swoosh"), ["Layer 2 (Dense)", "activation", "relu", "swoosh"]),
        (second(kind="Conv2D", kernel_size=[3, 0]), ["Layer 2 (Conv2D)", "kernel_size", "0"]),
        (second(kind="Conv2D", kernel_size=[3]), ["Layer 2 (Conv2D)", "kernel_size"]),
        (second(kind="Conv2D", kernel_size="3x3"), ["Layer 2 (Conv2D)", "kernel_size", "3x3"]),
        (second(kind="MaxPooling2D", strides=[1, 0]), ["Layer 2 (MaxPooling2D)", "strides"]),
        (second(kind="Reshape", target_shape=[]), ["Layer 2 (Reshape)", "target_shape", "at least 1"]),
        (second(kind="Dropout", rate=1), ["Layer 2 (Dropout)", "rate", "less than 1"]),
        (second(kind="Bidirectional", layer=DENSE), ["Layer 2 (Bidirectional)", "layer", "LSTM", "Dense"]),
        (second(kind="Bidirectional", layer={"kind": "GRU", "units": 0}), ["Bidirectional", "GRU", "units"]),
        (second(kind="Bidirectional", layer={"kind": "GRU", "go_backwards": True}), ["Layer 2", "go_backwards"]),
        (text_of(optimizer="Adam"), ["optimizer", "Adam"]),
        (text_of(data={"kind": "mnist", "validation": 2}), ["“data”, “validation” must be at most 0.9"]),
        (text_of(optimizer={"kind": "Adm"}), ["optimizer", "Adm", "Adam"]),
        (text_of(optimizer={"kind": "Adam", "learning_rate": -1}), ["optimizer", "learning_rate", "-1"]),
        (text_of(optimizer={"kind": "Lion", "beta_1": 0}), ["optimizer", "beta_1"]),
        (text_of().replace("[{", '[{"units": NaN,'), ["units"]),
        (text_of(loss="sadness"), ["loss", "auto", "sadness"]),
        (text_of(fit={"epochs": 0}), ["fit", "epochs", "0"]),
        (text_of(fit={"batch_size": 10**9}), ["fit", "batch_size"]),
        (text_of(callbacks=[{"kind": "EarlyStopping", "monitor": "luck"}]), ["Callback 1 (EarlyStopping)", "monitor"]),
        (text_of(callbacks=[DENSE]), ["Callback 1", "Dense"]),
        (text_of(version=0), ["version", "2", "0"]),
        (text_of(name=""), ["name"]),
        (text_of(name="x" * 101), ["name", "100"]),
        (text_of(seed=-1), ["seed", "-1"]),
        (text_of(colour="red"), ["colour", "not a field"]),
    ],
)
def test_refusal_names_the_place(text: str, places: list[str]) -> None:
    said = refusal(text)
    for place in places:
        assert place in said
    for word in NOT_FOR_PUPILS:
        assert word not in said
    assert said.endswith((".", ")", "?"))
    assert len(said) < 500


MANY = MAX_RECIPE_PARTS - 10


@pytest.mark.timeout(60)  # a generous bound against hanging: each takes less than a second
@pytest.mark.parametrize(
    "text",
    [
        " " * (MAX_RECIPE_BYTES + 1),
        "[" * (MAX_RECIPE_BYTES - 1),
        '{"a":' * (MAX_RECIPE_BYTES // 5),
        text_of(layers=[0] * MANY),
        text_of(layers=[{}] * MANY),
        text_of(layers=[0] * (MAX_RECIPE_PARTS + 1)),
        text_of(layers=[{"kind": "Dense", "units": 0}] * (MANY // 2)),
        text_of(aside=[{"layer": {"kind": "Dense", "units": 0, "x": 1}}] * (MANY // 4)),
        text_of(callbacks=[{"kind": "EarlyStopping", "monitor": "luck", "a": 1}] * (MANY // 3)),
        text_of(**{f"field {number}": 1 for number in range(MANY)}),
        text_of(**{"field" * 100_000: 1}),
        text_of(layers=[{"kind": "Reshape", "target_shape": [0] * MANY}]),
        text_of(layers=[{"kind": "Dense" * 100_000}]),
        text_of(layers=[{"kind": "Dense", "activation": "relu" * 100_000}]),
        text_of(name="x" * 900_000),
        text_of(seed="?").replace('"?"', "9" * 900_000),
        text_of(seed="?").replace('"?"', "9" * 4_200),
        text_of(seed="?").replace('"?"', "1e" + "9" * 900_000),
        text_of(layers=["?"]).replace('"?"', ",".join(["9" * 4_200] * 200)),
        text_of(name="?").replace("?", "\\ud800"),
        text_of(name="?").replace("?", "\\u0000") + "]" * 9,
    ],
    ids=range(21),
)
def test_a_hostile_recipe_is_refused_in_a_sentence(text: str) -> None:
    said = refusal(text)
    assert len(said) < 500
    for word in NOT_FOR_PUPILS:
        assert word not in said


def test_the_largest_recipe_is_read() -> None:
    layer = {"kind": "Conv2D", "kernel_regularizer": {"kind": "L1L2"}}
    whole = Recipe.from_json(text_of(layers=[layer] * 200, aside=[{"before": 0, "layer": layer}] * 200))
    text = whole.to_json()
    assert text.count(",") < MAX_RECIPE_PARTS / 5
    assert Recipe.from_json(text) == whole


def test_several_problems_are_counted() -> None:
    assert "1 more problem" in refusal(text_of(seed=-1, name=""))


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe\x00", "text file"), (b"{", "JSON"), (b" " * (MAX_RECIPE_BYTES + 1), "too large")],
)
def test_load_names_the_file(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(content)
    with pytest.raises(RecipeError, match=says) as caught:
        Recipe.load(path)
    assert str(path) in str(caught.value)


def test_load_missing_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(RecipeError) as caught:
            Recipe.load(path)
        assert str(path) in str(caught.value)


def test_load_with_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "from_windows.json"
    path.write_text(text_of(name="Grüße"), "utf-8-sig")
    assert Recipe.load(path).name == "Grüße"


BASE = Recipe.from_json(text_of(layers=[{"kind": "Conv2D"}, {"kind": "Bidirectional"}]))


@pytest.mark.parametrize(
    ("setting", "changed"),
    [
        ("fit.epochs=7", lambda r: r.fit.epochs == 7),
        ("name=5 words", lambda r: r.name == "5 words"),
        ('name="5"', lambda r: r.name == "5"),
        ("name=a=b", lambda r: r.name == "a=b"),
        ("data.path=my.npz", lambda r: r.data.path == "my.npz"),
        ("layers.0.filters=8", lambda r: r.layers[0].filters == 8),
        ("layers.0.kernel_size=5", lambda r: r.layers[0].kernel_size == (5, 5)),
        ("layers.0.kernel_size.1=5", lambda r: r.layers[0].kernel_size == (3, 5)),
        ("layers.1.layer.units=3", lambda r: r.layers[1].layer.units == 3),
        ('layers.1={"kind": "Dense", "units": 2}', lambda r: r.layers[1] == Dense(units=2)),
        ("layers=[]", lambda r: r.layers == ()),
        ('optimizer={"kind": "SGD"}', lambda r: r.optimizer == SGD()),
    ],
)
def test_settings(setting: str, changed: Any) -> None:
    after = BASE.with_settings([setting])
    assert changed(after)
    assert after != BASE


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("fit.epochs", "fit.epochs"),
        ("", "setting"),
        ("=3", "field"),
        ("fit.epoch=3", "epoch"),
        ("fit=3", "fit"),
        ("learning.rate=3", "learning"),
        ("layers.2.units=3", "2"),
        ("layers.-1.units=3", "-1"),
        ("layers.two=3", "two"),
        ("layers.=3", "layers."),
        ("name.first=3", "name"),
        ("fit.epochs.x=3", "epochs"),
        ("fit.epochs=NaN", "epochs"),
        ("fit.epochs=1e400", "epochs"),
        ("data.path=", "path"),
        ("name=" + "[" * 100_000, "name"),
        ("seed=" + "9" * 5_000, "seed"),
        ("layers." + "9" * 5_000 + ".units=3", "layers."),
        ("layers." * 5_000 + "=3", "layers."),
        ("x" * 5_000, "setting"),
    ],
)
def test_wrong_settings(setting: str, named: str) -> None:
    with pytest.raises(RecipeError) as caught:
        BASE.with_settings([setting])
    assert named in str(caught.value)
    assert len(str(caught.value)) < 500


OLD = {
    "least": '{"data": {"kind": "mnist"}}',
    "pictures": '{"version": 1, "name": "A", "seed": 3, "data": {"kind": "mnist", "limit": 500, "validation": 0.2}, '
    '"layers": [{"kind": "Conv2D", "filters": 8, "kernel_size": 3}, {"kind": "MaxPooling2D", "pool_size": [2, 2], '
    '"strides": null}], "optimizer": {"kind": "SGD", "momentum": 0.9}, "loss": "auto", '
    '"fit": {"epochs": 1, "batch_size": 64}, "callbacks": [{"kind": "EarlyStopping", "patience": 2}]}',
    "texts": '{"data": {"kind": "text_csv", "path": "a.csv"}, "layers": [{"kind": "Embedding", "input_dim": 99}, '
    '{"kind": "Bidirectional", "layer": {"kind": "LSTM", "units": 4}, "merge_mode": "sum"}]}',
}
"""Recipes as people have saved them. Nothing here may ever be changed: they have to open for ever."""


def test_old_recipes_open() -> None:
    assert Recipe.from_json(OLD["least"]).layers == ()
    pictures = Recipe.from_json(OLD["pictures"])
    assert pictures.layers == (Conv2D(filters=8, kernel_size=(3, 3)), MaxPooling2D())
    assert pictures.optimizer == SGD(momentum=0.9)
    assert pictures.callbacks[0].watches == "val_loss"
    texts = Recipe.from_json(OLD["texts"])
    assert texts.layers == (Embedding(input_dim=99), Bidirectional(layer=LSTM(units=4), merge_mode="sum"))
    assert isinstance(texts.data, TextCsv)
    assert texts.data.standardize == "lower_and_strip_punctuation", "words as they were read then"
    for text in OLD.values():
        recipe = Recipe.from_json(text)
        assert Recipe.from_json(recipe.to_json()) == recipe


def test_texts_of_recipes_by_version() -> None:
    """A recipe that could not name its rule means Keras's; a new one has ours, or the one that it names."""
    data = {"kind": "text_csv", "path": "a.csv"}

    def rule(**parts: Any) -> str | None:
        return Recipe.from_json(text_of(**parts)).data.text_rule

    assert rule(data=data) == rule(data=data, version=1) == "lower_and_strip_punctuation"
    assert rule(data=data, version=2) == TextCsv(path="a.csv").standardize == "unicode"
    assert rule(data=data | {"standardize": "unicode"}) == "unicode"
    assert rule(data=data | {"standardize": "lower_and_strip_punctuation"}, version=2) == "lower_and_strip_punctuation"
    old = Recipe.from_json(text_of(data=data))
    assert old == Recipe.from_json(old.to_json()), "it keeps its rule when it is saved again"
    assert old.with_settings(["fit.epochs=2"]).data == old.data
    assert rule(data={"kind": "mnist"}) is None


@pytest.mark.parametrize("name", ["mnist_cnn", "text_lstm", "mnist_checkpoint_early_stopping"])
def test_lessons(name: str) -> None:
    recipe = Recipe.load(PROJECT / "recipes" / f"{name}.json")
    text = isinstance(recipe.data, TextCsv)
    facts = DataFacts(
        input_shape=(60,) if text else (28, 28, 1),
        class_names=("0", "1") if text else tuple("0123456789"),
        train=100,
        validation=20,
        test=20,
        vocabulary=10_000 if text else None,
        modality="text" if text else "image",
    )
    report = check(recipe, facts)
    assert report.diagnoses == ()
    assert report.parameters == {"text_lstm": 320_000 + 4 * (32 + 32 + 1) * 32 + 33}.get(name, 34_826)
    assert recipe.about
    assert check(recipe.with_(layers=starter(facts)), facts).diagnoses == ()

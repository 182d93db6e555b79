"""What a training costs, in numbers and in messages, and the smaller versions that are offered where it is long."""

from __future__ import annotations

import pytest

from tests.support.messages import brief
from trainer import PROJECT
from trainer.recipe.callbacks import EarlyStopping
from trainer.recipe.check import check
from trainer.recipe.check.quicker import LONG_SECONDS, cheaper, is_worth_it
from trainer.recipe.cost import Cost, cost_key, describe_cost, may_end_early
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Flatten, GlobalAveragePooling1D, MultiHeadAttention
from trainer.recipe.optimizers import SGD
from trainer.recipe.recipe import Recipe

CNN = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")
LSTM = Recipe.load(PROJECT / "recipes" / "text_lstm.json")
DIGITS = DataFacts((28, 28, 1), tuple("0123456789"), train=54_000, validation=6_000, test=10_000, modality="image")
REVIEWS = DataFacts((60,), ("0", "1"), train=1_680, validation=360, test=360, vocabulary=3_000, modality="text")


def cost(training: float, compiled_from: int | None = None, *, is_compiled: bool = False) -> Cost:
    parts = {"first": 2.0, "once": 3.0, "training": training, "validation": 1.0, "saving": 0.5}
    return Cost(**parts, compiled_from=compiled_from, is_compiled=is_compiled)


def test_epochs_only_multiply() -> None:
    found = cost(24.5)
    assert (found.epoch(), found.total(1), found.total(5)) == (26.0, 29.0, 133.0)
    assert found.plausible(5) == pytest.approx((133 / 1.2, 133 * 1.2))
    assert [found.max_epochs(seconds) for seconds in (0, 28, 29, 132, 133)] == [0, 0, 1, 4, 5]


def test_a_cost_is_for_trainings_that_are_compiled_or_not_as_the_one_that_was_measured() -> None:
    assert cost(10.0).is_for(10_000)
    plain, compiled = cost(10.0, 20), cost(4.0, 20, is_compiled=True)
    assert [plain.is_for(19), plain.is_for(20)] == [True, False]
    assert [compiled.is_for(19), compiled.is_for(20)] == [False, True]


def test_a_share_of_the_rows() -> None:
    found = cost(10.0, 20).of_share(0.1)
    assert (found.training, found.validation, found.saving) == (1.0, pytest.approx(0.1), 0.5)
    assert found.compiled_from == 200, "with fewer rows it pays off later"


def test_a_cost_goes_through_json() -> None:
    found = cost(10.0, 20, is_compiled=True)
    assert Cost.model_validate(found.model_dump(mode="json")) == found


def told(found: Cost, recipe: Recipe) -> list[str]:
    return [brief(message) for message in describe_cost(found, recipe)]


def test_what_is_told() -> None:
    assert told(cost(24.5), CNN) == ["cost_of_epochs 133.0 26.0", "first_point 2.0"]
    once = CNN.with_settings(["fit.epochs=1"])
    assert told(cost(24.5), once)[0] == "cost 29.0 26.0"
    early = CNN.with_(callbacks=(EarlyStopping(),))
    assert may_end_early(early)
    assert told(cost(24.5), early)[0] == "cost_of_epochs_at_most 133.0 26.0"


def test_what_is_told_of_next_to_nothing() -> None:
    nothing = Cost(first=0.2, once=0.3, training=0.01, validation=0.01, saving=0.01)
    assert told(nothing, CNN) == ["cost_short", "first_point_soon"]
    early = CNN.with_(callbacks=(EarlyStopping(),))
    assert told(nothing, early)[0] == "cost_short"


def test_what_changes_the_time_of_an_epoch() -> None:
    same = [CNN.with_settings([setting]) for setting in ("name=B", "about=B", "seed=7", "fit.epochs=9")]
    same.append(CNN.with_(callbacks=(EarlyStopping(),)))
    assert {cost_key(recipe) for recipe in same} == {cost_key(CNN)}
    settings = (
        "data.limit=1000",
        "layers.0.filters=8",
        "fit.batch_size=64",
        "loss=auto",
        "optimizer.learning_rate=0.1",
    )
    others = [CNN.with_settings([setting]) for setting in settings] + [CNN.with_(optimizer=SGD()), LSTM]
    assert len({cost_key(recipe) for recipe in (CNN, *others)}) == len(others) + 1


def titles(recipe: Recipe, of: Cost, facts: DataFacts) -> list[str]:
    return [brief(found.label) for found in cheaper(recipe, of, check(recipe, facts).rows, facts)]


def test_a_short_training_needs_no_smaller_version() -> None:
    assert titles(CNN, cost(24.5), DIGITS) == []
    assert titles(CNN, cost((LONG_SECONDS - 3) / 5 - 1.5), DIGITS) == []


def test_smaller_versions_of_a_long_one() -> None:
    of = cost(120.0)
    assert titles(CNN, of, DIGITS) == [
        "train_epochs 2",
        "use_pictures 20000",
        "set_of_layer filters 32 3",
        "set batch_size 128",
    ]
    found = cheaper(CNN, of, check(CNN, DIGITS).rows, DIGITS)
    assert [version.result.fit.epochs for version in found] == [2, 5, 5, 5]
    assert (found[1].result.data.limit, found[2].result.layers[2].filters) == (20_000, 32)
    for version in found[:2]:
        assert version.cost is not None
        assert version.cost.total(version.result.fit.epochs) <= LONG_SECONDS
        assert is_worth_it(version, version.cost, of.total(5))
    assert [version.cost for version in found[2:]] == [None, None], "what they gain has to be measured"
    assert not any(check(version.result, DIGITS).errors for version in found)


def test_where_even_one_epoch_is_long() -> None:
    assert titles(CNN, cost(2_000.0), DIGITS)[:2] == ["use_pictures 1000", "set_of_layer filters 32 3"]
    assert titles(CNN, cost(2e9), DIGITS)[0] == "set_of_layer filters 32 3", "ten pictures teach nothing"


def test_smaller_versions_of_texts() -> None:
    assert titles(LSTM, cost(60.0), REVIEWS) == [
        "train_epochs 4",
        "set_words_per_text 32",
        "set_of_layer units 16 2",
    ]


def test_smaller_versions_of_what_looks_at_pictures() -> None:
    looks = CNN.with_(layers=(MultiHeadAttention(), Flatten(), CNN.layers[-1]))
    assert titles(looks, cost(120.0), DIGITS) == [
        "train_epochs 2",
        "use_pictures 20000",
        "insert_before_layer MaxPooling2D 1",
        "set_of_layer num_heads 1 1",
        "set batch_size 128",
    ]


def test_fewer_heads_come_before_fewer_numbers_of_the_layer_before() -> None:
    embedding, _, answer = LSTM.layers
    looks = LSTM.with_(layers=(embedding, MultiHeadAttention(num_heads=8), GlobalAveragePooling1D(), answer))
    assert titles(looks, cost(60.0), REVIEWS)[1:] == ["set_words_per_text 32", "set_of_layer num_heads 4 2"]
    one = looks.with_(layers=(embedding, MultiHeadAttention(num_heads=1, key_dim=64), *looks.layers[2:]))
    assert titles(one, cost(60.0), REVIEWS)[2] == "set_of_layer key_dim 32 2"


def test_a_smaller_version_that_is_hardly_quicker_is_not_worth_it() -> None:
    version = cheaper(CNN, cost(120.0), check(CNN, DIGITS).rows, DIGITS)[2]
    seconds = cost(120.0).total(5)
    assert not is_worth_it(version, cost(110.0), seconds)
    assert is_worth_it(version, cost(60.0), seconds)

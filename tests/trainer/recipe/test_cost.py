"""What a training costs, in numbers and in words, and the smaller versions that are offered where it is long."""

from __future__ import annotations

import pytest

from trainer import PROJECT
from trainer.recipe.callbacks import EarlyStopping
from trainer.recipe.check import check
from trainer.recipe.check.quicker import LONG, is_worth_it, quicker
from trainer.recipe.cost import Cost, about, cost_key, in_words, may_end_early
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


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than 1 s"), (0.94, "less than 1 s"), (0.96, "1 s"), (25.6, "26 s"), (59.4, "59 s"), (59.6, "1 min"),
        (64, "1 min"), (65.1, "1 min 10 s"), (130.4, "2 min 10 s"), (594, "9 min 50 s"), (596, "10 min"),
        (625, "10 min"), (3_569, "59 min"), (3_575, "1 h"), (5_100, "1 h 25 min"), (7_190, "2 h"), (40_000, "11 h"),
        (10_000_000, "2,777 h"),
    ],
)  # fmt: skip
def test_guessed_seconds_in_words(seconds: float, words: str) -> None:
    assert about(seconds) == words


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


def test_in_words() -> None:
    assert in_words(cost(24.5), CNN) == (
        "About 2 min 10 s on this computer (26 s an epoch)",
        "First point after about 2 s.",
    )
    once = CNN.with_settings(["fit.epochs=1"])
    assert in_words(cost(24.5), once)[0] == "About 29 s on this computer"
    early = CNN.with_(callbacks=(EarlyStopping(),))
    assert may_end_early(early)
    assert in_words(cost(24.5), early)[0] == "At most about 2 min 10 s on this computer (26 s an epoch)"


def test_in_words_of_next_to_nothing() -> None:
    nothing = Cost(first=0.2, once=0.3, training=0.01, validation=0.01, saving=0.01)
    assert in_words(nothing, CNN) == ("Less than 1 s on this computer", "First point after less than 1 s.")
    early = CNN.with_(callbacks=(EarlyStopping(),))
    assert in_words(nothing, early)[0] == "Less than 1 s on this computer"


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
    return [found.title for found in quicker(recipe, of, check(recipe, facts).rows, facts)]


def test_a_short_training_needs_no_smaller_version() -> None:
    assert titles(CNN, cost(24.5), DIGITS) == []
    assert titles(CNN, cost((LONG - 3) / 5 - 1.5), DIGITS) == []


def test_smaller_versions_of_a_long_one() -> None:
    of = cost(120.0)
    assert titles(CNN, of, DIGITS) == [
        "Train 2 epochs",
        "Use 20,000 pictures",
        "Set filters of layer 3 to 32",
        "Set batch size to 128",
    ]
    found = quicker(CNN, of, check(CNN, DIGITS).rows, DIGITS)
    assert [version.recipe.fit.epochs for version in found] == [2, 5, 5, 5]
    assert (found[1].recipe.data.limit, found[2].recipe.layers[2].filters) == (20_000, 32)
    for version in found[:2]:
        assert version.cost is not None
        assert version.cost.total(version.recipe.fit.epochs) <= LONG
        assert is_worth_it(version, version.cost, of.total(5))
    assert [version.cost for version in found[2:]] == [None, None], "what they gain has to be measured"
    assert not any(check(version.recipe, DIGITS).errors for version in found)


def test_where_even_one_epoch_is_long() -> None:
    assert titles(CNN, cost(2_000.0), DIGITS)[:2] == ["Use 1,000 pictures", "Set filters of layer 3 to 32"]
    assert titles(CNN, cost(2e9), DIGITS)[0] == "Set filters of layer 3 to 32", "ten pictures teach nothing"


def test_smaller_versions_of_texts() -> None:
    assert titles(LSTM, cost(60.0), REVIEWS) == [
        "Train 4 epochs",
        "Set words per text to 32",
        "Set units of layer 2 to 16",
    ]


def test_smaller_versions_of_what_looks_at_pictures() -> None:
    looks = CNN.with_(layers=(MultiHeadAttention(), Flatten(), CNN.layers[-1]))
    assert titles(looks, cost(120.0), DIGITS) == [
        "Train 2 epochs",
        "Use 20,000 pictures",
        "Insert MaxPooling2D before layer 1",
        "Set heads of layer 1 to 1",
        "Set batch size to 128",
    ]


def test_fewer_heads_come_before_fewer_numbers_of_the_layer_before() -> None:
    embedding, _, answer = LSTM.layers
    looks = LSTM.with_(layers=(embedding, MultiHeadAttention(num_heads=8), GlobalAveragePooling1D(), answer))
    assert titles(looks, cost(60.0), REVIEWS)[1:] == ["Set words per text to 32", "Set heads of layer 2 to 4"]
    one = looks.with_(layers=(embedding, MultiHeadAttention(num_heads=1, key_dim=64), *looks.layers[2:]))
    assert titles(one, cost(60.0), REVIEWS)[2] == "Set numbers per head of layer 2 to 32"


def test_a_smaller_version_that_is_hardly_quicker_is_not_worth_it() -> None:
    version = quicker(CNN, cost(120.0), check(CNN, DIGITS).rows, DIGITS)[2]
    seconds = cost(120.0).total(5)
    assert not is_worth_it(version, cost(110.0), seconds)
    assert is_worth_it(version, cost(60.0), seconds)

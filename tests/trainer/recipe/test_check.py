"""A table of stacks that cannot work or work badly: what is said, about which layer, and that the mend helps."""

from typing import Any

import pytest

from tests.support.stacks import ONE, TEN, WORDS, pictures, texts
from trainer.recipe.callbacks import Callback, EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from trainer.recipe.check import Problem, check
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import (
    GRU,
    LSTM,
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    MaxPooling1D,
    MaxPooling2D,
    RandomFlip,
    ReLU,
    RepeatVector,
    Rescaling,
    Reshape,
    SimpleRNN,
    Softmax,
    SpatialDropout2D,
)
from trainer.recipe.optimizers import Adadelta, Lion
from trainer.recipe.recipe import Fit, Recipe
from trainer.recipe.stack import entries, switched

GOOD = (Flatten(), TEN)


def watched(*callbacks: Callback, **parts: Any) -> tuple[Recipe, DataFacts]:
    return pictures(*GOOD, callbacks=callbacks, **parts)


BAD: list[tuple[str, tuple[Recipe, DataFacts], str, int | None, list[str]]] = [
    ("nothing", pictures(), "error", None, ["Begin with a small model that fits"]),
    ("no flatten", pictures(TEN), "error", 0, ["Insert Flatten before Dense 10"]),
    ("no flatten after conv", pictures(Conv2D(), TEN), "error", 1, ["Insert Flatten before Dense 10"]),
    ("no head", pictures(Conv2D(), Flatten()), "error", 1, ["Add Dense 10"]),
    ("head too small", pictures(Flatten(), Dense(units=9, activation="softmax")), "error", 1, ["Set units to 10"]),
    ("one unit, ten classes", pictures(Flatten(), ONE), "error", 1, ["Set units to 10"]),
    ("head of a hundred", texts(WORDS, LSTM(), Dense(units=100)), "error", 2, ["Set units to 1"]),
    ("no softmax", pictures(Flatten(), Dense(units=10)), "error", 1, ["Set activation to softmax"]),
    ("softmax on one unit", texts(WORDS, LSTM(), ONE.with_(activation="softmax")), "error", 2,
     ["Set activation to sigmoid"]),
    ("relu behind softmax", pictures(Flatten(), TEN, Activation()), "error", 2,
     ["Remove Activation", "Set activation to softmax"]),
    ("dropout last", pictures(Flatten(), TEN, Dropout()), "error", 2, ["Remove Dropout"]),
    ("batch norm last", pictures(Flatten(), TEN, BatchNormalization()), "error", 2,
     ["Remove BatchNormalization", "Add Activation softmax"]),
    ("dense before pooling", pictures(Flatten(), MaxPooling2D(), TEN), "error", 1,
     ["Remove layer 1 (Flatten)", "Insert Reshape to 28 × 28 × 1", "Remove MaxPooling2D"]),
    ("conv after flatten", pictures(Flatten(), Conv2D(), TEN), "error", 1,
     ["Remove layer 1 (Flatten)", "Insert Reshape to 28 × 28 × 1", "Remove Conv2D"]),
    ("conv1d on pictures", pictures(Conv1D(), Flatten(), TEN), "error", 0,
     ["Use Conv2D instead", "Insert Reshape to 28 × 28", "Remove Conv1D"]),
    ("lstm on pictures", pictures(LSTM(), TEN), "error", 0, ["Insert Reshape to 28 × 28", "Remove LSTM"]),
    ("embedding on pictures", pictures(Embedding(), Flatten(), TEN), "error", 0,
     ["Remove Embedding", "Begin anew with a small model that fits"]),
    ("global pooling of a row", pictures(Flatten(), GlobalAveragePooling2D(), TEN), "error", 1,
     ["Remove layer 1 (Flatten)", "Insert Reshape to 28 × 28 × 1", "Remove GlobalAveragePooling2D"]),
    ("window too large", pictures(Conv2D(kernel_size=(29, 29)), *GOOD), "error", 0,
     ["Set padding to same", "Remove Conv2D"]),
    ("pool too often", pictures(*[AveragePooling2D()] * 5, *GOOD), "error", 4,
     ["Remove layer 4 (AveragePooling2D)", "Set padding to same", "Remove AveragePooling2D"]),
    ("step and dilation", pictures(Conv2D(strides=(2, 2), dilation_rate=(2, 2)), *GOOD), "error", 0,
     ["Set step to 1, 1", "Remove Conv2D"]),
    ("groups that do not divide", pictures(Conv2D(groups=2), *GOOD), "error", 0,
     ["Set groups to 1", "Remove Conv2D"]),
    ("impossible reshape", pictures(Reshape(target_shape=(3, 3)), *GOOD), "error", 0,
     ["Set target shape to 28, 28", "Remove Reshape"]),
    ("two sides to work out", pictures(Reshape(target_shape=(-1, -1)), *GOOD), "error", 0,
     ["Set target shape to 28, 28", "Remove Reshape"]),
    ("conv2d on words", texts(Conv2D(), ONE), "error", 0,
     ["Insert Embedding", "Begin anew with a small model that fits"]),
    ("dense on words", texts(ONE), "error", 0,
     ["Insert Embedding", "Begin anew with a small model that fits"]),
    ("dropout on words", texts(Dropout(), WORDS, LSTM(), ONE), "error", 0, ["Move layer 2 (Embedding) before it"]),
    ("small vocabulary", texts(Embedding(input_dim=99), LSTM(), ONE), "error", 0, ["Set vocabulary to 500"]),
    ("embedding twice", texts(WORDS, WORDS, LSTM(), ONE), "error", 1, ["Remove Embedding"]),
    ("sequence at the end", texts(WORDS, ONE), "error", 1,
     ["Insert GlobalAveragePooling1D before Dense 1", "Insert LSTM before Dense 1"]),
    ("words as a picture", texts(WORDS, Reshape(target_shape=(8, 8, -1)), ONE), "error", 2,
     ["Insert Flatten before Dense 1"]),
    ("lstm after lstm", texts(WORDS, LSTM(), GRU(), ONE), "error", 2,
     ["Let LSTM give out every step", "Remove GRU"]),
    ("pool after both ways", texts(WORDS, Bidirectional(), GlobalMaxPooling1D(), ONE), "error", 2,
     ["Let Bidirectional give out every step", "Remove GlobalMaxPooling1D"]),
    ("pooling of two steps", texts(WORDS, MaxPooling1D(pool_size=41), LSTM(), ONE), "error", 1,
     ["Set padding to same", "Remove MaxPooling1D"]),
    ("sparse loss on one unit", texts(WORDS, LSTM(), ONE, loss="sparse_categorical_crossentropy"), "error", None,
     ["Set loss to auto"]),
    ("kl on one unit", texts(WORDS, LSTM(), ONE, loss="kl_divergence"), "error", None, ["Set loss to auto"]),
    ("binary loss on softmax", pictures(*GOOD, loss="binary_crossentropy"), "error", 1, ["Set loss to auto"]),
    ("far too large", pictures(Flatten(), Dense(units=100_000), Dense(units=5000), TEN), "error", 2,
     ["Set units to 2,048", "Set units of layer 2 to 65,536"]),
    ("padding read", texts(WORDS.with_(mask_zero=False), LSTM(), ONE), "warning", 1, ["Skip padding"]),
    ("padding read behind dense", texts(WORDS.with_(mask_zero=False), Dense(), SimpleRNN(), ONE), "warning", 2,
     ["Skip padding"]),
    ("drops nearly all", pictures(Flatten(), Dropout(rate=0.9), TEN), "warning", 1, ["Set rate to 0.5"]),
    ("softmax inside", pictures(Flatten(), Dense(units=9, activation="softmax"), TEN), "warning", 1,
     ["Set activation to relu"]),
    ("softmax layer inside", pictures(Flatten(), Softmax(), TEN), "warning", 1, ["Remove Softmax"]),
    ("drops whole channels", pictures(SpatialDropout2D(rate=0.8), *GOOD), "warning", 0, ["Set rate to 0.5"]),
    ("no curve between", pictures(Flatten(), Dense(), Dropout(), TEN), "warning", 1, ["Set activation to relu"]),
    ("curve twice", pictures(Flatten(), Dense(activation="relu"), ReLU(), TEN), "warning", 2, ["Remove ReLU"]),
    ("scaled twice", pictures(Rescaling(scale=1 / 255, offset=0.0), *GOOD), "warning", 0, ["Remove Rescaling"]),
    ("late augmentation", pictures(Conv2D(), RandomFlip(), *GOOD), "warning", 1,
     ["Move RandomFlip to place 1", "Remove RandomFlip"]),
    ("one layer holds all", pictures(Conv2D(), Flatten(), Dense(units=64, activation="relu"), TEN), "warning", 2,
     ["Insert MaxPooling2D before it", "Replace Flatten by GlobalAveragePooling2D", "Set units to 32"]),
    ("few maps, many units", pictures(Flatten(), Dense(units=5000, activation="relu"), TEN), "warning", 1,
     ["Set units to 512"]),
    ("hardly anything gets through", texts(WORDS, LSTM(units=8, dropout=0.8), ONE), "warning", 1,
     ["Set dropout to 0.5"]),
    ("one number left", pictures(GlobalAveragePooling2D(), TEN), "warning", 0, ["Replace it by Flatten"]),
    ("two units on the way", pictures(Flatten(), Dense(units=2, activation="relu"), TEN), "warning", 1,
     ["Set units to 64", "Remove Dense"]),
    ("softmax, then a row again", pictures(Flatten(), TEN, Flatten()), "warning", 2, ["Remove Flatten"]),
    ("softmax both ways", texts(WORDS, Bidirectional(layer=LSTM(activation="softmax")), ONE), "warning", 1,
     ["Set activation to tanh"]),
    ("hardly anything both ways", texts(WORDS, Bidirectional(layer=LSTM(dropout=0.8)), ONE), "warning", 1,
     ["Set dropout to 0.5"]),
    ("the answer as a table", pictures(Flatten(), TEN, Reshape(target_shape=(10, 1))), "error", 2,
     ["Remove Reshape", "Insert Flatten before Dense 10"]),
    ("repeat a picture", pictures(RepeatVector(), *GOOD), "error", 0,
     ["Insert Flatten", "Insert GlobalAveragePooling2D", "Remove RepeatVector"]),
    ("callback twice", watched(EarlyStopping(), EarlyStopping(patience=1)), "error", None,
     ["Remove the second EarlyStopping"]),
    ("no validation", watched(ModelCheckpoint(), validation=0), "error", None, ["Watch loss"]),
    ("no validation accuracy", watched(ReduceLROnPlateau(monitor="val_accuracy"), validation=0), "error", None,
     ["Watch accuracy"]),
    ("two set the rate", watched(LearningRateScheduler(), ReduceLROnPlateau()), "error", None,
     ["Remove ReduceLROnPlateau"]),
    ("never stops early", watched(EarlyStopping(patience=5)), "warning", None,
     ["Set patience to 2", "Train 7 epochs", "Remove EarlyStopping"]),
    ("stops at the end only", watched(EarlyStopping(patience=4)), "warning", None,
     ["Set patience to 2", "Train 6 epochs", "Remove EarlyStopping"]),
    ("begins to watch when all is over", watched(EarlyStopping(start_from_epoch=100)), "warning", None,
     ["Set start_from_epoch to 0", "Remove EarlyStopping"]),
    ("watches and waits too late", watched(EarlyStopping(start_from_epoch=9, patience=30)), "warning", None,
     ["Set patience to 2 and start_from_epoch to 0", "Train 41 epochs", "Remove EarlyStopping"]),
    ("nothing can stop early in two epochs", watched(EarlyStopping(), fit=Fit(epochs=2)), "warning", None,
     ["Train 5 epochs", "Remove EarlyStopping"]),
    ("never lowers the rate", watched(ReduceLROnPlateau()), "warning", None,
     ["Set patience to 2", "Train 12 epochs", "Remove ReduceLROnPlateau"]),
    ("never falls by a step", watched(LearningRateScheduler(schedule="step_decay")), "warning", None,
     ["Set every to 2", "Train 6 epochs", "Remove LearningRateScheduler"]),
    ("stops at the best", watched(EarlyStopping(mode="max")), "warning", None, ["Set mode to auto"]),
    ("keeps the worst", watched(ModelCheckpoint(monitor="val_accuracy", mode="min")), "warning", None,
     ["Set mode to auto"]),
    ("lowers what goes well", watched(ReduceLROnPlateau(patience=1, mode="max")), "warning", None,
     ["Set mode to auto"]),
    ("no rate left to lower", watched(ReduceLROnPlateau(patience=1, min_lr=0.01)), "warning", None,
     ["Set min_lr to 0"]),
    ("no gain is enough", watched(EarlyStopping(monitor="accuracy", min_delta=1.0)), "warning", None,
     ["Set min_delta to 0"]),
    ("a plan that changes nothing", watched(LearningRateScheduler(factor=1.0)), "warning", None,
     ["Set factor to 0.9"]),
    ("hardly learns", pictures(*GOOD, optimizer=Adadelta()), "warning", None, ["Set it to 1"]),
    ("hardly stays a number", pictures(*GOOD, optimizer=Lion(learning_rate=5)), "warning", None, ["Set it to 0.0003"]),
    ("warm only after the end", watched(LearningRateScheduler(schedule="linear_warmup", every=50)), "warning", None,
     ["Set every to 2"]),
]  # fmt: skip


def key(problem: Problem) -> tuple[str, int | None, str]:
    return problem.level, problem.layer, problem.message


@pytest.mark.parametrize(("case", "level", "layer", "mends"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_stack(case: tuple[Recipe, DataFacts], level: str, layer: int | None, mends: list[str]) -> None:
    recipe, facts = case
    problem = check(recipe, facts).problems[0]
    assert (problem.level, problem.layer) == (level, layer)
    assert [mend.title for mend in problem.mends] == mends
    assert problem.message.endswith(".")
    if layer is not None:
        assert f"Layer {layer + 1} ({recipe.layers[layer].kind})" in problem.message
    for mend in problem.mends:
        after = check(mend.recipe, facts)
        assert key(problem) not in {key(left) for left in after.problems}
        if mend is problem.mends[0] and level == "warning":
            assert after.problems == ()


@pytest.mark.parametrize(
    "case",
    [
        pictures(*GOOD),
        pictures(Flatten(), Dense(units=10), Activation(activation="softmax")),
        pictures(Reshape(target_shape=(784,)), TEN),
        pictures(Conv2D(), GlobalAveragePooling2D(), TEN),
        pictures(Conv2D(filters=10, kernel_size=(28, 28), activation="softmax"), Flatten()),
        texts(WORDS, SimpleRNN(units=3, activation="softmax"), classes=3),
        pictures(Reshape(target_shape=(28, 28)), GRU(), TEN),
        pictures(Flatten(), Dense(units=2, activation="softmax"), classes=2),
        pictures(Flatten(), ONE, classes=2, loss="mean_squared_error"),
        pictures(Flatten(), Dense(units=10, activation="sigmoid"), loss="binary_crossentropy"),
        texts(WORDS, Bidirectional(layer=GRU(return_sequences=True)), LSTM(), ONE),
        texts(WORDS, Conv1D(), GlobalMaxPooling1D(), ONE),
        texts(WORDS.with_(mask_zero=False), GlobalAveragePooling1D(), ONE),
        texts(Embedding(input_dim=9_999), LSTM(), Dense(units=3, activation="softmax"), classes=3),
        watched(EarlyStopping(patience=3, mode="min"), ModelCheckpoint(monitor="loss"), LearningRateScheduler()),
    ],
)
def test_good_stack(case: tuple[Recipe, DataFacts]) -> None:
    assert check(*case).problems == ()


def test_a_row_longer_than_any_that_can_be_set_is_refused_and_not_a_fault() -> None:
    """The mend would have been a side of 1,568,000."""
    recipe, facts = pictures(Dense(units=2000), Reshape(target_shape=(36,)), TEN)
    assert "1,568,000 numbers" in check(recipe, facts).errors[0].message


def test_rows_up_to_the_first_error() -> None:
    report = check(*pictures(Conv2D(filters=4), Conv1D(), TEN))
    assert [row.output_shape for row in report.rows] == [(26, 26, 4), None, None]
    assert [row.parameters for row in report.rows] == [40, None, None]
    assert report.parameters == 40


def test_errors_come_first() -> None:
    recipe, facts = pictures(Flatten(), Dropout(rate=0.9), Dense(units=9, activation="softmax"))
    assert [problem.level for problem in check(recipe, facts).problems] == ["error", "warning"]


def test_a_layer_that_is_missing_only_since_it_is_switched_off_can_be_switched_on_again() -> None:
    recipe, facts = pictures(Flatten(), Dense(units=32), TEN)
    for at, kind in ((0, "Flatten"), (2, "Dense")):
        first = check(switched(recipe, at), facts).problems[0].mends[0]
        assert first.title == f"Switch {kind} on again"
        assert first.recipe == recipe
    assert not check(switched(recipe, 1), facts).errors
    both = switched(switched(recipe, 0), 2)
    assert not any(mend.title.startswith("Switch") for mend in check(both, facts).problems[0].mends), "one is too few"


def test_mends_leave_what_is_switched_off_between_the_layers_where_it_was() -> None:
    recipe, facts = pictures(Dense(units=32), Dropout(), TEN)
    mend = check(switched(recipe, 1), facts).errors[0].mends[0]
    assert mend.title.startswith("Insert Flatten")
    assert [entry.layer.kind for entry in entries(mend.recipe)] == ["Flatten", "Dense", "Dropout", "Dense"]
    recipe, facts = texts(LSTM(), Dropout(), ONE)
    mend = check(switched(recipe, 1), facts).errors[0].mends[0]
    assert mend.title == "Insert Embedding"
    assert [entry.layer.kind for entry in entries(mend.recipe)] == ["Embedding", "LSTM", "Dropout", "Dense"]
    recipe, facts = pictures(Flatten(), Flatten(), Dense(units=32), Dropout(), TEN)
    mend = next(mend for mend in check(switched(recipe, 3), facts).problems[0].mends if mend.title == "Remove Flatten")
    assert [entry.layer.kind for entry in entries(mend.recipe)] == ["Flatten", "Dense", "Dropout", "Dense"]


@pytest.mark.parametrize(
    ("recipe", "facts"),
    [
        texts(WORDS, LSTM(), ONE, classes=4, loss="binary_crossentropy"),
        texts(WORDS, LSTM(), TEN, classes=2, loss="sparse_categorical_crossentropy"),
        pictures(Flatten(), ONE, classes=4, loss="binary_focal_crossentropy"),
        pictures(Flatten(), classes=2, loss="kl_divergence"),
        pictures(Flatten(), Dense(units=4), classes=4, loss="binary_crossentropy"),
    ],
)
def test_one_press_fits_layer_and_loss_to_the_classes(recipe: Recipe, facts: DataFacts) -> None:
    """Lesson 2 on a table of four classes needed a second press, for its binary loss."""
    first = check(recipe, facts).errors[0]
    assert not check(first.mends[0].recipe, facts).errors


def test_a_full_stack_with_another_loss_is_checked() -> None:
    """The fix that adds an answer to 200 layers is not offered; setting its loss as well raised."""
    recipe, facts = pictures(*[Dropout()] * 199, Flatten(), classes=4, loss="binary_crossentropy")
    assert check(recipe, facts).errors

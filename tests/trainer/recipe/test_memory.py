"""A run that cannot fit in memory is refused before it starts, with settings that fit."""

import dataclasses
import json
from math import prod

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from tests.support.messages import brief
from tests.support.random_stacks import recipes
from tests.support.variants import variants
from trainer.fit.build import optimizer
from trainer.messages import Message
from trainer.recipe.callbacks import EarlyStopping
from trainer.recipe.check import Memory, RecipeDiagnosis, check, needed
from trainer.recipe.check.fitting import walk
from trainer.recipe.check.smaller import CEILING
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import (
    GRU,
    LSTM,
    Activation,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    Layer,
    MaxPooling2D,
    MultiHeadAttention,
    SimpleRNN,
)
from trainer.recipe.layers.base import SAVED_BY_ACTIVATION
from trainer.recipe.optimizers import SGD, Adam, Optimizer
from trainer.recipe.recipe import Fit, Recipe
from trainer.sources.mnist.spec import Mnist
from trainer.sources.text_csv.spec import TextCsv

Case = tuple[Recipe, DataFacts]
GB = 10**9
TEN = Dense(units=10, activation="softmax")
ONE = Dense(units=1, activation="sigmoid")
WORDS = Embedding(input_dim=500)


def pictures(*layers: Layer, batch: int = 32, shape: tuple[int, ...] = (28, 28, 1), train: int = 54_000) -> Case:
    names = tuple("0123456789")
    facts = DataFacts(input_shape=shape, class_names=names, train=train, validation=6000, test=10_000, modality="image")
    return Recipe(data=Mnist(), layers=layers, fit=Fit(batch_size=batch)), facts


def texts(*layers: Layer, batch: int = 32, length: int = 60, words: int = 500, train: int = 10_000) -> Case:
    facts = DataFacts(
        input_shape=(length,),
        class_names=("0", "1"),
        train=train,
        validation=10,
        test=10,
        vocabulary=words,
        modality="text",
    )
    source = TextCsv(path="a.csv", max_words=words, sequence_length=length)
    return Recipe(data=source, layers=layers, fit=Fit(batch_size=batch)), facts


def then(recipe: Recipe, before: Recipe, facts: DataFacts) -> DataFacts:
    """What is known of the data once a fix has changed it: shorter texts, fewer words."""
    old, new = before.data, recipe.data
    if isinstance(old, TextCsv) and isinstance(new, TextCsv):
        if new.sequence_length != old.sequence_length:
            facts = dataclasses.replace(facts, input_shape=(new.sequence_length,))
        if new.max_words != old.max_words:
            facts = dataclasses.replace(facts, vocabulary=new.max_words)
    return facts


def need(recipe: Recipe, facts: DataFacts) -> Memory:
    return needed(recipe, walk(recipe, facts)[0], facts)


def about_memory(recipe: Recipe, facts: DataFacts, memory: int | None) -> RecipeDiagnosis | None:
    found = [problem for problem in check(recipe, facts, memory).errors if problem.code.startswith("check.memory_")]
    assert len(found) <= 1
    return found[0] if found else None


MONSTERS: list[tuple[str, Case, int | None, str, list[str]]] = [
    ("wide", pictures(Flatten(), Dense(units=100_000), Dense(units=50_000), TEN), None,
     "for_a_layer (layer 3 Dense) 32",
     ["set units 2048", "set_of_layer units 4096 2"]),
    ("wide, little memory", pictures(Flatten(), Dense(units=100_000), TEN), GB, "for_a_layer (layer 2 Dense) 32",
     ["set units 16384"]),
    ("as deep and wide as can be", pictures(Flatten(), *[Dense(units=100_000)] * 198, TEN), None,
     "for_a_layer (layer 3 Dense) 32",
     ["set_every_layer 1024 None"]),
    ("behind the picture", pictures(Conv2D(filters=4096, kernel_size=(1, 1)), Flatten(), Dense(units=9000), TEN),
     8 * GB, "for_a_layer (layer 3 Dense) 32", ["set_of_layer filters 16 1"]),
    ("many curves", pictures(*[Conv2D(filters=256, activation="gelu", padding="same")] * 20, GlobalAveragePooling2D(),
     TEN, batch=512, shape=(64, 64, 3), train=600), 8 * GB, "for_a_layer_and_batch (layer 2 Conv2D) 512",
     ["set batch_size 16"]),
    ("huge batch", pictures(Conv2D(), GlobalAveragePooling2D(), TEN, batch=65_536), 4 * GB,
     "for_a_layer_and_batch (layer 1 Conv2D) 54000", ["set batch_size 16384", "set filters 8"]),
    ("huge batch of nothing else", pictures(Flatten(), TEN, batch=65_536, shape=(64, 64, 3)), 8 * GB,
     "for_the_batch 54000", ["set batch_size 16384"]),
    ("filters in groups", pictures(Conv2D(filters=30), Conv2D(filters=3000, groups=3), GlobalAveragePooling2D(), TEN),
     GB, "for_validation (layer 2 Conv2D)", ["set filters 384"]),
    ("long LSTM", texts(WORDS, LSTM(units=512), ONE, batch=512, length=5000), 4 * GB,
     "for_a_layer_and_batch (layer 2 LSTM) 512",
     ["set batch_size 16", "set_words_per_text 256", "set units 16"]),
    ("wide LSTM", texts(WORDS, LSTM(units=100_000), ONE), 4 * GB, "for_a_layer (layer 2 LSTM) 32", ["set units 4096"]),
    ("both ways", texts(WORDS, Bidirectional(layer=GRU(units=60_000)), ONE), 4 * GB,
     "for_a_layer (layer 2 Bidirectional) 32",
     ["set units 2048"]),
    ("many steps", texts(WORDS, SimpleRNN(units=4000, return_sequences=True), Conv1D(), GlobalAveragePooling1D(), ONE,
     length=10_000, train=500), 4 * GB, "for_a_layer_and_batch (layer 2 SimpleRNN) 32",
     ["set_words_per_text 1024", "set units 256"]),
    ("huge vocabulary", texts(Embedding(input_dim=10**6, output_dim=4096), LSTM(), ONE, words=10**6), 4 * GB,
     "for_a_layer (layer 1 Embedding) 32", ["set output_dim 64", "set_vocabulary 16384"]),
    ("vocabulary for nobody", texts(Embedding(input_dim=10**6, output_dim=64), LSTM(), ONE), GB,
     "for_a_layer (layer 1 Embedding) 32", ["set output_dim 16", "set_vocabulary 262144"]),
    ("looks at a picture", pictures(MultiHeadAttention(num_heads=8), Flatten(), TEN), 4 * GB,
     "for_validation (layer 1 MultiHeadAttention)",
     ["insert_before_layer MaxPooling2D 1", "set num_heads 2"]),
    ("looks at long texts", texts(WORDS, MultiHeadAttention(), GlobalAveragePooling1D(), ONE, batch=128, length=2000),
     4 * GB, "for_a_layer_and_batch (layer 2 MultiHeadAttention) 128", ["set batch_size 16", "set_words_per_text 512"]),
    ("long texts", texts(WORDS, GlobalAveragePooling1D(), ONE, length=10_000, train=200_000), 4 * GB, "for_the_data",
     ["set_words_per_text 512"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("case", "memory", "where", "fixes"), [row[1:] for row in MONSTERS], ids=[row[0] for row in MONSTERS]
)
def test_monster(case: Case, memory: int | None, where: str, fixes: list[str]) -> None:
    recipe, facts = case
    problem = about_memory(recipe, facts, memory)
    assert problem is not None
    assert problem.message.parameters["needed"] == need(recipe, facts).total
    most = problem.message.parameters["most"]
    assert isinstance(most, Message)
    assert brief(most) == where
    assert problem.message.parameters["fix"] == problem.fixes[0].label
    assert [brief(fix.label) for fix in problem.fixes] == fixes
    for fix in problem.fixes:
        after = then(fix.result, recipe, facts)
        assert check(fix.result, after, memory).errors == ()
        assert need(fix.result, after).total > (memory or CEILING) / 8, "much smaller than it would have to be"


def test_more_than_a_field_takes() -> None:
    """The limits of the fields keep 10^12 units out of a recipe; the sums would not stumble over them either."""
    giant = Dense.model_construct(units=10**12)
    recipe, facts = pictures(Flatten(), giant, TEN)
    rows, problems = walk(recipe, facts)
    assert problems == []
    assert needed(recipe, rows, facts).weights == 4 * (785 * 10**12 + 10 * (10**12 + 1))


def test_nothing_helps() -> None:
    """Without a setting that would do, nothing is offered, and the message still says what to do."""
    recipe, facts = pictures(Flatten(), TEN)
    problem = about_memory(recipe, facts, 10**6)
    assert problem is not None
    assert (problem.layer, problem.fixes) == (None, ())
    assert problem.code == "check.memory_not_free"
    assert brief(problem.message).endswith(" 1000000 (for_the_data) (fewer_examples)")
    problem = about_memory(*pictures(Flatten(), TEN, train=100), 0)
    assert problem is not None
    recipe, facts = pictures(train=100)
    assert about_memory(recipe, facts, 0) is not None


def test_lessons_fit_anywhere() -> None:
    cnn = pictures(Conv2D(), MaxPooling2D(), Conv2D(filters=64), MaxPooling2D(), Flatten(), Dropout(), TEN)
    assert check(*cnn, 500_000_000).diagnoses == ()
    assert check(*texts(WORDS, LSTM(), ONE), 100_000_000).diagnoses == ()


def test_what_counts() -> None:
    recipe, facts = pictures(Flatten(), Dense(units=1000), TEN)
    weights = 4 * (785 * 1000 + 1001 * 10)
    adam, sgd = need(recipe, facts), need(recipe.with_(optimizer=SGD()), facts)
    assert adam.weights == sgd.weights == weights
    assert (adam.optimizer, sgd.optimizer) == (2 * weights, 0)
    assert adam.total == sum(dataclasses.astuple(adam))
    best = need(recipe.with_(callbacks=(EarlyStopping(),)), facts)
    assert best.total == adam.total + weights
    assert need(recipe.with_(optimizer=Adam(amsgrad=True)), facts).optimizer == 3 * weights
    assert need(recipe.with_(fit=Fit(batch_size=65_536)), facts) == need(
        recipe.with_(fit=Fit(batch_size=54_000)), facts
    )


ROOMY = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@ROOMY
@given(recipes(), st.integers(0, 120), st.integers(1, 65_536), st.integers(8, 10**6))
def test_refused_with_fixes_that_fit(case: Case, percent: int, batch: int, train: int) -> None:
    recipe, facts = case
    recipe, facts = recipe.with_(fit=Fit(batch_size=batch)), dataclasses.replace(facts, train=train)
    memory = need(recipe, facts).total * percent // 100
    problem = about_memory(recipe, facts, memory)
    event("fits" if problem is None else f"{len(problem.fixes)} fixes")
    assert (problem is None) == (percent >= 100 or memory == need(recipe, facts).total)
    for fix in problem.fixes if problem else ():
        after = then(fix.result, recipe, facts)
        assert need(fix.result, after).total <= memory
        assert about_memory(fix.result, after, memory) is None
        was, now = check(recipe, facts).rows, check(fix.result, after).rows
        assert now[-1].output_shape == was[-1].output_shape
        assert all(b.output_shape is not None for a, b in zip(was, now, strict=True) if a.output_shape is not None)


@pytest.mark.slow
@ROOMY
@given(recipes(), st.lists(st.integers(1, 65_536), min_size=2, max_size=2), st.integers(8, 10**6))
def test_a_larger_batch_never_needs_less(case: Case, sizes: list[int], train: int) -> None:
    recipe, facts = case
    facts = dataclasses.replace(facts, train=train)
    small, large = (need(recipe.with_(fit=Fit(batch_size=size)), facts).total for size in sorted(sizes))
    assert small <= large


@pytest.mark.slow
@ROOMY
@given(recipes(), st.data())
def test_more_units_never_need_less(case: Case, data: st.DataObject) -> None:
    recipe, facts = case
    names = {"units": 100_000, "filters": 4096, "output_dim": 4096, "input_dim": 1_000_000}
    fields = [
        (place, name) for place, layer in enumerate(recipe.layers) for name in names if name in type(layer).model_fields
    ]
    assume(fields)
    place, name = data.draw(st.sampled_from(fields))
    layer = recipe.layers[place]
    value = data.draw(st.integers(getattr(layer, name), names[name]))
    layers = (*recipe.layers[:place], layer.with_(**{name: value}), *recipe.layers[place + 1 :])
    wider = recipe.with_(layers=layers)
    known = [[row.output_shape is not None for row in walk(stack, facts)[0]] for stack in (recipe, wider)]
    assume(known[0] == known[1])  # a layer that no longer fits counts as nothing
    assert need(recipe, facts).total <= need(wider, facts).total


@pytest.mark.parametrize("cls", Optimizer.registry.values(), ids=lambda cls: cls.__name__)
def test_slots_are_what_keras_makes(cls: type[Optimizer]) -> None:
    """Of a matrix, a bias, the kernels of a convolution: one of them takes as many as we say, none takes more."""
    by_switches = {tuple(bool(getattr(spec, name)) for name in cls.form_fields()): spec for spec in variants(cls)}
    for spec in by_switches.values():
        found = []
        for shape in ((60, 50), (50,), (3, 3, 16, 16)):
            built = optimizer(Recipe(data=Mnist(), optimizer=spec))
            built.build([keras.Variable(np.zeros(shape, "float32"))])
            found.append(round(sum(prod(variable.shape) for variable in built.variables) / prod(shape)))
        assert max(found) == spec.slot_count(), (spec, found)


def test_tables_know_the_names() -> None:
    """A misspelt or new name would silently count as the default."""
    assert all(
        Activation.from_json(json.dumps({"activation": name})).activation == name for name in SAVED_BY_ACTIVATION
    )

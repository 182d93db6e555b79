"""Texts that nobody means well with: each is read, or refused in one sentence, and takes no time.

`round(123, -10**9)` on one line froze the whole server; a Dense in a Bidirectional ended in a page without a button.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.fuzz_reading import Found, is_sentence, some, table
from tests.support.hostile_texts import HOSTILE, MODEL, around, as_json, both_ways
from trainer import PROJECT
from trainer.engine import reader, reader_process
from trainer.keras_code import limits, source_model, values
from trainer.keras_code.limits import MAX_DEPTH, MAX_PROGRAM, StepBudget
from trainer.keras_code.python_reader import MAX_CALLS, MAX_LOOP
from trainer.keras_code.reader import MAX_NOTES, read_model
from trainer.recipe.layers import LSTM, Bidirectional, Dense
from trainer.recipe.limits import MAX_LAYERS, MAX_RECIPE_BYTES, MAX_RECIPE_PARTS
from trainer.recipe.spec import RecipeError

FUZZED = 2_000


def refusal(text: str) -> RecipeError | None:
    """Why a text is refused, in one sentence; None if it is read."""
    refused: RecipeError | None = None
    try:
        said: list[object] = list(read_model(text).notes)
    except RecipeError as error:
        refused, said = error, [error]
    assert all(map(is_sentence, said)), said
    " ".join(map(str, said)).encode("utf-8")  # half a surrogate pair in a sentence could not be sent to a browser
    return refused


@pytest.mark.timeout(60)  # some were never read to their end
@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    refusal(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (around("Bidirectional(Dense(3))"), "inner_layer"),
        (around("Bidirectional(Bidirectional(LSTM(3)))"), "inner_layer"),
        (as_json(both_ways({"class_name": "Dense", "config": {"units": 3}})), "inner_layer"),
        (around("Dense(3, kernel_regularizer=L2(Dense(3)))"), "not_a_setting"),
        (around("Dense({'a': Dense(3)})"), "not_a_setting"),
        ("x = 1\n" + around("Dense(0x" + "f" * 6000 + ")"), "too_large"),
        ("-" * 5_000 + "1", "too_large"),
        ("x = " + "[" * MAX_DEPTH + "]" * MAX_DEPTH + MODEL, "too_large"),
        ("#" * MAX_PROGRAM + MODEL, "too_large"),
        ("def f(n):\n  return f(n + 1)\nf(1)" + MODEL, "too_large"),
        ("row = [1]\nfor n in row:\n  row.append(n)" + MODEL, "not_followed"),
        ("for n in range(900):\n  x = [" + "n, " * 900 + "]\nm.add(Dense(n))" + MODEL, "not_followed"),
        ("".join(f"def f{n}(): return f{n + 1}(), f{n + 1}()\n" for n in range(20)) + "f0()" + MODEL, "too_large"),
    ],
)
def test_why_it_is_refused(text: str, code: str) -> None:
    refused = refusal(text)
    assert refused is not None
    assert refused.code == f"keras_code.{code}"


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("n = round(12.4)", 12),
        ("n = round(1234, -2)", 1200),
        ("n = 2 ** 10", 1024),
        ("n = int(10 ** 2.0)", 100),
        ("n = len('x' * 3 if False else 'abc')", 3),
        ("n = len(range(10**12)) // 10**11 - sum([2, 3])", 5),
        ("row = [1, 2]\nrow.extend(row)\nn = len(row)", 4),
        ("rng = default_rng(0x3034c61a9ae04ff8cb62ab8ec2c4b501)\nn = 3", 3),
        ("words = f'{7}{8:>9}'\nn = 3", 3),
        ("def f(n):\n    return 3 if n > 9 else f(n + 1)\nn = f(1)", 3),
    ],
)
def test_usual_sums_are_still_worked_out(text: str, units: int) -> None:
    assert read_model(f"{text}\nm = Sequential([Dense(n)])").layers == (Dense(units=units),)


def test_bidirectional_takes_what_it_takes() -> None:
    assert read_model(around("Bidirectional(LSTM(3))")).layers == (Bidirectional(layer=LSTM(units=3)),)


def test_a_regularizer_that_is_not_to_be_had_is_left_out() -> None:
    layers, notes, _ = read_model(around("Dense(3, kernel_regularizer=OrthogonalRegularizer())"))
    assert layers == (Dense(units=3),)
    assert (notes[0].code, notes[0].parameters["value"]) == ("keras_code.value_left_out", "OrthogonalRegularizer")


def test_of_very_many_notes_the_first_are_said() -> None:
    layers = ", ".join(f"Dense(3, bias_initializer='one', trainable=False, {name}_constraint=MaxNorm())"
                       for name in ("kernel", "bias") for _ in range(50))  # fmt: skip
    notes = read_model(f"Sequential([{layers}])").notes
    assert len(notes) == MAX_NOTES + 1
    assert notes[-1].code == "keras_code.more_left_out"


def test_the_documents_name_the_limits() -> None:
    page = (PROJECT / "docs" / "model.md").read_text("utf-8").partition("## What is read but never run")[2]
    for limit in (limits.MAX_TEXT, limits.MAX_PROGRAM, limits.MAX_NODES, limits.MAX_STEPS, MAX_CALLS, MAX_LOOP):
        assert f" {limit:,}" in page
    for limit in (
        limits.MAX_DEPTH,
        limits.MAX_BITS,
        values.MAX_RESULT_BITS,
        values.MAX_DIGITS,
        values.MAX_PARTS,
    ):
        assert f" {limit:,}" in page
    for limit in (MAX_LAYERS, source_model.MAX_AXES, MAX_RECIPE_BYTES, MAX_RECIPE_PARTS):
        assert f" {limit:,}" in page
    assert f"{reader.TIMEOUT_SECONDS:g} s" in page
    assert f"{reader.WAIT_SECONDS:g} s" in page
    assert f"{reader_process.MAX_MEMORY >> 20} MB" in page


def test_a_budget_is_spent_once() -> None:
    budget = StepBudget(10)
    budget.spend(9)
    budget.spend()
    with pytest.raises(RecipeError):
        budget.spend()


@given(st.text(max_size=300))
@settings(max_examples=200, derandomize=True)
def test_any_text(text: str) -> None:
    refusal(text)


WORDS = ["Dense", "LSTM", "class_name", "config", "layers", "units", "layer", "inbound_nodes", "name", "activation"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner),
    max_leaves=12,
)
LAYER = st.fixed_dictionaries({"class_name": JSON, "config": JSON}, optional={"inbound_nodes": JSON})


@given(st.lists(LAYER, max_size=3))
@settings(max_examples=200, derandomize=True)
def test_any_json(layers: list[object]) -> None:
    refusal(as_json(*layers))
    refusal(as_json(*layers).replace("Sequential", "Functional"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_texts_by_chance() -> None:
    """A million were read by hand: `python -m benchmarks.fuzz_reading`."""
    found: Found = some(range(FUZZED))
    assert found.faults == [], table(found)
    assert found.ends["read"] > FUZZED / 20, "the texts are not all nonsense"
    assert found.ends["refused"] > FUZZED / 20

"""Recipes at the limits of what is accepted: whatever looks at them gives an answer, in few steps, and never raises."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.fuzz_stacks import Case, any_of, fuzz, look_at_everything, press_first_fixes, specs
from tests.support.messages import brief
from tests.support.pages import IdleEngine, button, page
from trainer import PROJECT
from trainer.recipe.callbacks import Callback, EarlyStopping, ReduceLROnPlateau
from trainer.recipe.check import Report, check
from trainer.recipe.check.next_layer import fitted
from trainer.recipe.check.quicker import cheaper
from trainer.recipe.cost import Cost
from trainer.recipe.data import Data, DataFacts
from trainer.recipe.difference import differences
from trainer.recipe.layers import (
    ELU,
    LSTM,
    Activation,
    Bidirectional,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Embedding,
    Flatten,
    GlobalAveragePooling2D,
    Layer,
    LayerNormalization,
    MaxPooling2D,
    MultiHeadAttention,
    Permute,
    RandomFlip,
    Reshape,
    SimpleRNN,
    UpSampling2D,
)
from trainer.recipe.limits import MAX_EPOCHS, MAX_LAYERS
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import DisabledLayer, Fit, Recipe
from trainer.recipe.shapes import MAX_AXES, MAX_LAYER_NUMBERS, Shape, ShapeError, count
from trainer.recipe.spec import Kind, RecipeError
from trainer.sources.mnist.spec import Mnist
from trainer.sources.text_csv.spec import TextCsv

TEN = Dense(units=10, activation="softmax")
PICTURES = DataFacts((28, 28, 1), tuple("0123456789"), train=54_000, validation=6000, test=10_000, modality="image")
TEXTS = DataFacts((60,), ("0", "1"), train=900, validation=100, test=100, vocabulary=10_000, modality="text")
ENDLESS = (Conv2DTranspose(strides=(64, 64)),) * 100 + (Flatten(), TEN)
"""Accepted as a recipe; each layer enlarges a picture 64 times, so that the last would give out 10^363 numbers."""
COST = Cost(first=1.0, once=1.0, training=1.0, validation=0.1, saving=0.1)
USUAL = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
KINDS = [kind for base in (Layer, Optimizer, Callback, Data) for kind in base.registry.values()]


def pictures(*layers: Layer, off: tuple[Layer, ...] = (), before: int = 0, **parts: object) -> Case:
    aside = tuple(DisabledLayer(before=before, layer=layer) for layer in off)
    recipe = Recipe(data=Mnist(), layers=layers, aside=aside).with_(**parts)
    return Case(recipe, recipe.with_(layers=()), PICTURES, 8 * 10**9, COST)


def texts(*layers: Layer) -> Case:
    recipe = Recipe(data=TextCsv(path="a.csv"), layers=(Embedding(), *layers))
    return Case(recipe, recipe.with_(layers=()), TEXTS, 8 * 10**9, COST)


WIDE = UpSampling2D(size=(32, 32))
REGRESSIONS = {
    "numbers of four hundred digits": pictures(*ENDLESS),
    "a fix that inserts a layer into a full stack": pictures(*[Dense()] * MAX_LAYERS),
    "a fix that inserts an Activation after a full stack": pictures(
        Flatten(), *[ELU()] * (MAX_LAYERS - 2), Dense(units=10)
    ),
    "a full stack beside layers that are switched off": pictures(*[ELU()] * MAX_LAYERS, off=(Flatten(),)),
    "a layer that is switched off at the end of the longest stack": pictures(Dense(), off=(ELU(),), before=MAX_LAYERS),
    "a Reshape with larger sides than it may have": pictures(WIDE, WIDE, Conv2D(filters=4096), LSTM(), TEN),
    "more numbers to answer with than units": texts(
        Bidirectional(layer=SimpleRNN(units=100_000)), Activation(activation="softmax")
    ),
    "more axes than can be named": texts(Reshape(target_shape=(1, 2, 5, 6)), Embedding(), Permute(dims=(1, 2, 3))),
    "word numbers in ever more axes": texts(*[Embedding(output_dim=1)] * 199),
    "attention on a wide picture": pictures(
        WIDE, WIDE, WIDE, MultiHeadAttention(num_heads=64, key_dim=1024), Flatten(), TEN
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REGRESSIONS.values(), ids=list(REGRESSIONS))
def test_what_once_raised_is_a_problem_with_fixes_that_lead_to_a_good_recipe(case: Case) -> None:
    report = look_at_everything(case, len(case.recipe.layers))
    assert report.errors
    assert all(problem.fixes for problem in report.errors)
    after, _ = press_first_fixes(case, report, presses=MAX_LAYERS)
    assert not after.errors


def test_the_layer_that_is_too_large_is_named_and_one_press_is_enough() -> None:
    case = REGRESSIONS["numbers of four hundred digits"]
    [problem] = check(case.recipe, PICTURES, case.memory).errors
    assert problem.layer == 2
    assert problem.code == "check.cannot_follow"
    assert problem.message.parameters["why"].code == "recipe.output_too_large"
    assert len(str(problem.message)) < 300
    assert not check(problem.fixes[0].result, PICTURES, case.memory).errors


def test_where_one_layer_is_too_large_its_setting_is_changed_and_the_others_are_kept() -> None:
    grown = Conv2DTranspose(strides=(1024, 1024))
    recipe = Recipe(data=Mnist(), layers=(WIDE, WIDE, grown, GlobalAveragePooling2D(), TEN))
    [problem] = check(recipe, PICTURES).errors
    assert problem.layer == 2
    assert brief(problem.fixes[0].label) == "set strides 128, 128"
    assert problem.fixes[0].result.layers == (WIDE, WIDE, grown.with_(strides=(128, 128)), *recipe.layers[3:])


@settings(USUAL, max_examples=50)
@given(any_of(Layer.registry), st.lists(st.integers(1, 10**6), min_size=1, max_size=MAX_AXES))
def test_no_layer_gives_out_more_than_the_limit(layer: Layer, sides: list[int]) -> None:
    shape: Shape = tuple(sides)
    for _ in range(5):
        try:
            leaves = layer.output_shape(shape)
        except ShapeError:
            return
        assert count(leaves) <= MAX_LAYER_NUMBERS
        assert layer.parameter_count(shape) <= MAX_LAYER_NUMBERS
        assert len(leaves) <= MAX_AXES
        shape = leaves


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_of_every_kind_is_drawn(kind: type[Kind]) -> None:
    seen: set[str] = set()

    @settings(USUAL, max_examples=150)
    @given(specs(kind))
    def draw(spec: Kind) -> None:
        seen.update(
            name
            for name, info in kind.form_fields().items()
            if info.is_required() or getattr(spec, name) != info.default
        )

    draw()
    assert seen == kind.form_fields().keys()


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # else the warning hides what went wrong
def test_extreme_recipes_go_through_everything() -> None:
    """`python -m benchmarks.fuzz_stacks` tries 500 times as many."""
    counts = Counter[bool]()

    def seen(case: Case, report: Report, after: Report, pressed: int, seconds: float) -> None:
        counts[not after.errors] += 1

    fuzz(40, seen)
    assert counts[True] > 8
    assert counts[False] > 8


def calls_of(work: Callable[[], object]) -> int:
    """How many Python functions are called: a measure of work that no busy computer changes."""
    calls = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


LONG = {
    "same curve again": (ELU(),),
    "brings every number to 0": (LayerNormalization(),),
    "augmentation that comes late": (RandomFlip(), MaxPooling2D(pool_size=(1, 1))),
    "too much memory": (Dense(units=100_000),),
    "too much for any computer": (Conv2DTranspose(strides=(64, 64)),),
    "looks at pictures": (MultiHeadAttention(num_heads=64, key_dim=1024, dropout=0.9),),
}


@pytest.mark.slow
@pytest.mark.parametrize("layers", LONG.values(), ids=list(LONG))
@pytest.mark.parametrize("full", [True, False], ids=["200 layers", "198 layers"])
def test_the_longest_stack_is_checked_in_few_steps(layers: tuple[Layer, ...], full: bool) -> None:
    stack = (layers * MAX_LAYERS)[: MAX_LAYERS if full else MAX_LAYERS - 2]
    aside = tuple(DisabledLayer(before=place, layer=stack[place]) for place in range(len(stack)))
    callbacks = (EarlyStopping(patience=10_000, mode="max"), ReduceLROnPlateau(patience=10_000, min_lr=1.0)) * 10
    recipe = Recipe(data=Mnist(), layers=stack, aside=aside, callbacks=callbacks, fit=Fit(epochs=1, batch_size=65_536))
    assert calls_of(lambda: check(recipe, PICTURES, 10**9)) < 300_000
    assert calls_of(lambda: fitted(Dense, recipe, PICTURES, len(stack))) < 10_000
    other = recipe.with_(layers=tuple(reversed(stack[1:])))
    assert calls_of(lambda: differences(recipe, other)) < 600_000


def test_an_epoch_that_takes_next_to_nothing() -> None:
    quick = Cost(first=0.0, once=0.0, training=5e-324, validation=0.0, saving=0.0)
    assert quick.max_epochs(300.0) == MAX_EPOCHS
    assert Cost(first=0.0, once=400.0, training=0.0, validation=0.0, saving=0.0).max_epochs(300.0) == 0


def test_more_pictures_than_a_recipe_can_name() -> None:
    many = dataclasses.replace(PICTURES, train=10**9)
    slow = Cost(first=1.0, once=1.0, training=9000.0, validation=0.0, saving=0.0)
    recipe = Recipe(data=Mnist(path="a.npz"), layers=(Flatten(), TEN), fit=Fit(epochs=1))
    assert cheaper(recipe, slow, check(recipe, many).rows, many)


@pytest.mark.parametrize("digits", [400, 4301, 100_000])
def test_numbers_that_python_does_not_write_down(digits: int) -> None:
    recipe, many = Recipe(data=Mnist(), layers=(Flatten(), TEN)), "9" * digits
    settings = (f"layers.1.units={many}", f"layers.{many}.units=1", f"layers.{many}=1", f"fit.epochs=-{many}")
    for setting in settings:
        with pytest.raises(RecipeError):
            recipe.with_settings([setting])
    with pytest.raises(RecipeError):
        Recipe.from_json(recipe.to_json().replace('"units": 10', f'"units": {many}'))
    with pytest.raises(RecipeError) as refused:
        TEN.with_(units=10**digits)
    assert len(str(refused.value)) < 200


@pytest.fixture
def endless(digits: Path, tmp_path: Path) -> Path:
    recipe = Recipe(data=Mnist(path=str(digits), validation=0.2), layers=ENDLESS)
    path = tmp_path / "endless.json"
    path.write_text(recipe.to_json(), "utf-8")
    return path


@pytest.mark.processes
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["table", "json"])
def test_the_command_line_says_what_is_too_large(endless: Path, options: list[str]) -> None:
    command = [sys.executable, "-m", "trainer", "check", str(endless), *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=False, timeout=120)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "more than any computer can hold" in " ".join(done.stdout.split())


@pytest.mark.parametrize("name", ["model", "train"])
def test_the_pages_say_what_is_too_large_and_fix_it(engine: IdleEngine, endless: Path, name: str) -> None:
    app = page(name)
    app.session_state["workspace"].recipe = Recipe.load(endless)
    app.run()
    assert not app.exception
    assert any("Conv2DTranspose" in error.value and "any computer" in error.value for error in app.error)
    button(app, "Start again with a small model that fits").click().run()
    assert not app.exception
    assert not app.error

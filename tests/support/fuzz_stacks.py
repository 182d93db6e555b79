"""Extreme recipes through all code that looks at a recipe without training it: nothing may raise or take long.

Every kind of layer, optimizer, callback and data is drawn with each of its fields at, or next to, its limits. The
limits are read from the JSON schema of each kind, so that a new kind or field is covered as soon as it exists.
`tests/trainer/recipe/test_extreme_stacks.py` draws a few hundred, `benchmarks/fuzz_stacks.py` many more.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from math import inf, nextafter
from typing import Any, get_args
from xml.etree import ElementTree

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from components.charts import class_balance
from components.cost_card import reasons
from components.layer_stack.rows import palette, rows
from components.markup import md
from trainer import formats
from trainer.coach import advise
from trainer.keras_code.writer import keras_code
from trainer.recipe.callbacks import Callback
from trainer.recipe.check import Report, check, needed
from trainer.recipe.check.next_layer import fitted
from trainer.recipe.check.quicker import cheaper, is_worth_it
from trainer.recipe.cost import Cost, cost_key, describe_cost
from trainer.recipe.data import DataFacts
from trainer.recipe.difference import differences
from trainer.recipe.layers import Embedding, Flatten, Layer
from trainer.recipe.limits import MAX_LAYERS
from trainer.recipe.network_picture import Part, network_svg
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import DisabledLayer, Fit, Loss, Recipe
from trainer.recipe.shapes import ShapeError
from trainer.recipe.spec import Kind, RecipeError
from trainer.recipe.starters import output_layer, output_layer_only, starter
from trainer.runs.comparison import compare
from trainer.runs.curve_description import describe_curves
from trainer.runs.events import EpochEnded, Prepared, RunState
from trainer.runs.history import History
from trainer.runs.store import Run
from trainer.sources.mnist.spec import Mnist
from trainer.sources.text_csv.spec import TextCsv

MOST_CALLBACKS = 20
MOST_PRESSES = 12
"""First fixes that are pressed one after another; a stack of many bad layers needs more, which is no matter here."""
ODD_TEXTS = ("a", "<b>&amp;</b>", "$x$ :red[y] `z`", "\u202e\u0000\u2028", "e\u0301\U0001f600", "\"'\\")
"""Texts that a page, a file of XML or a line of Python may read as more than text."""
PICTURE_SIDES = (1, 2, 28, 64)
CLASSES = (1, 2, 3, 10, 1000)
ROWS = (0, 1, 100, 1000, 10_000_000)
SECONDS = (0.0, 5e-324, 1e-9, 0.4, 1e9)


def values_of(schema: dict[str, Any], defs: dict[str, Any]) -> st.SearchStrategy[Any]:
    """JSON values that a field of this JSON schema takes: its limits, what is next to them, and what lies between."""
    if "$ref" in schema:
        return values_of(defs[schema["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in schema or "oneOf" in schema:
        return st.one_of([values_of(part, defs) for part in schema.get("anyOf") or schema["oneOf"]])
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    match schema["type"]:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            low, high = _limit(schema, "minimum", "ge"), _limit(schema, "maximum", "le")
            edges = {low, low + 1, low + 2, high - 1, high} & set(range(low, high + 1))
            return st.sampled_from(sorted(edges)) | st.integers(low, high)
        case "number":
            return _numbers(schema)
        case "string":
            longest = schema.get("maxLength", 100)
            texts = [text for text in (*ODD_TEXTS, "x" * longest) if len(text) <= longest]
            return st.sampled_from(texts)
        case "array" if "prefixItems" in schema:
            return st.tuples(*(values_of(part, defs) for part in schema["prefixItems"])).map(list)
        case "array":
            least, most = _limit(schema, "minItems", "minLength"), _limit(schema, "maxItems", "maxLength")
            return st.lists(values_of(schema["items"], defs), min_size=least, max_size=most)
        case "object":
            return st.fixed_dictionaries({name: values_of(part, defs) for name, part in schema["properties"].items()})
    raise AssertionError(f"No values for {schema}: teach values_of this sort of field.")


def _limit(schema: dict[str, Any], name: str, other: str) -> int:
    """A limit of a field; pydantic writes it under the `other` name where a validator of our own comes first."""
    return int(schema[name] if name in schema else schema[other])


def _numbers(schema: dict[str, Any]) -> st.SearchStrategy[float]:
    low, high = schema.get("minimum", -inf), schema.get("maximum", inf)
    low = max(low, nextafter(schema.get("exclusiveMinimum", -inf), inf))
    high = min(high, nextafter(schema.get("exclusiveMaximum", inf), -inf))
    edges = (low, nextafter(low, inf), 5e-324, 1e-300, 1.0, nextafter(high, -inf), high)
    return st.sampled_from([edge for edge in edges if low <= edge <= high]) | st.floats(low, high)


@cache
def specs(cls: type[Kind]) -> st.SearchStrategy[Any]:
    """Specs of a kind whose fields are at their usual value or anywhere within their limits."""
    schema = cls.model_json_schema()
    fields = {name: values_of(schema["properties"][name], schema.get("$defs", {})) for name in cls.form_fields()}
    required = {name: fields.pop(name) for name, info in cls.form_fields().items() if info.is_required()}

    def made(values: dict[str, Any]) -> Any:
        try:
            return cls.from_json(json.dumps({"kind": cls.kind_name()} | values))
        except RecipeError:
            return None  # a rule over several fields: it is no recipe

    return st.fixed_dictionaries(required, optional=fields).map(made).filter(lambda spec: spec is not None)


def any_of(family: dict[str, type[Kind]]) -> st.SearchStrategy[Any]:
    """Any kind of a family."""
    return st.sampled_from(sorted(family)).flatmap(lambda name: specs(family[name]))


@st.composite
def stacks(draw: st.DrawFn, facts: DataFacts, most: int = MAX_LAYERS) -> tuple[Layer, ...]:
    """Up to `most` layers, most of them the same few again and again: only so are there long stacks that fit."""
    few = draw(st.lists(any_of(Layer.registry), min_size=1, max_size=8))
    times = st.sampled_from((1, 1, 2, 3, 10, 100, most))
    runs = draw(st.lists(st.tuples(st.sampled_from(few), times), min_size=0, max_size=8))
    layers = tuple(islice((layer for layer, count in runs for _ in range(count)), most))
    return _fitting(layers, facts) if draw(st.booleans()) else layers


def _fitting(layers: tuple[Layer, ...], facts: DataFacts) -> tuple[Layer, ...]:
    """Those of the layers that can read what arrives, from word numbers or pictures to an answer."""
    words = facts.modality == "text"
    found: tuple[Layer, ...] = (Embedding(input_dim=max(facts.vocabulary or 1, 1)),) if words else ()
    shape = found[0].output_shape(facts.input_shape) if found else facts.input_shape
    for layer in layers:
        try:
            shape, found = layer.output_shape(shape), (*found, layer)
        except ShapeError:
            continue
    return (*found, Flatten(), output_layer(facts.classes))[-MAX_LAYERS:]


@dataclass(frozen=True)
class Case:
    """A recipe with what is known of its data and what it would cost."""

    recipe: Recipe
    other: Recipe
    """One that it is compared with."""
    facts: DataFacts
    memory: int | None
    cost: Cost


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Extreme recipes, each with facts that its data could have."""
    text = draw(st.booleans())
    source = draw(specs(TextCsv if text else Mnist))
    side = st.sampled_from(PICTURE_SIDES)
    train, validation, test = draw(st.tuples(*[st.sampled_from(ROWS)] * 3))
    facts = DataFacts(
        input_shape=(source.sequence_length,) if text else (draw(side), draw(side), draw(st.sampled_from((1, 3)))),
        class_names=tuple(str(number) for number in range(draw(st.sampled_from(CLASSES)))),
        train=max(1, train),
        validation=validation,
        test=test,
        vocabulary=source.max_words if text else None,
        modality="text" if text else "image",
    )
    memory = draw(st.sampled_from((None, None, 10**9, 10**10, 10**12, 0)))
    return Case(draw(_recipes(source, facts)), draw(_recipes(source, facts)), facts, memory, draw(costs()))


FITS = values_of(Fit.model_json_schema(), {}).map(lambda values: Fit(**values))


@st.composite
def _recipes(draw: st.DrawFn, source: Mnist | TextCsv, facts: DataFacts) -> Recipe:
    off = draw(stacks(facts))[: draw(st.sampled_from((0, 0, 1, 5, MAX_LAYERS)))]
    before = draw(st.sampled_from((0, 1, MAX_LAYERS)))
    return Recipe(
        name=draw(st.sampled_from(ODD_TEXTS)),
        data=source,
        layers=draw(stacks(facts)),
        aside=tuple(DisabledLayer(before=max(place, before), layer=layer) for place, layer in enumerate(off)),
        optimizer=draw(any_of(Optimizer.registry)),
        loss=draw(st.sampled_from(get_args(Loss))),
        fit=draw(FITS),
        callbacks=tuple(draw(st.lists(any_of(Callback.registry), max_size=MOST_CALLBACKS))),
    )


def costs() -> st.SearchStrategy[Cost]:
    """Costs as a very quick and a very slow computer would measure them."""
    seconds = st.sampled_from(SECONDS)
    parts = dict.fromkeys(("first", "once", "training", "validation", "saving"), seconds)
    return st.builds(Cost, **parts, compiled_from=st.sampled_from((None, 1, 10_000)), is_compiled=st.booleans())


def look_at_everything(case: Case, place: int) -> Report:
    """All that pages and command line make of a recipe that is not trained.

    Args:
        case: the recipe and what is known of it.
        place: in the stack, at which the palette and new layers are asked for.
    """
    recipe, facts = case.recipe, case.facts
    assert Recipe.from_json(recipe.to_json()) == recipe
    report = check(recipe, facts, case.memory)
    _look_at_problems(report)
    place = min(place, len(recipe.layers))
    assert palette(recipe, facts, place)
    for kind in Layer.registry.values():
        assert isinstance(fitted(kind, recipe, facts, place), Layer)
    json.dumps(rows(recipe, facts, report), allow_nan=False)
    parts = [Part("Data", facts.input_shape), *(Part(row.layer.kind, row.output_shape) for row in report.rows)]
    ElementTree.fromstring(network_svg(parts, 1))  # noqa: S314 - it is our own
    compile(keras_code(recipe, facts), "model.py", "exec")
    _look_at_cost(case, report)
    assert (len(differences(recipe, case.other)) == 0) == (len(differences(case.other, recipe)) == 0)
    _look_at_runs(case)
    for layers in (starter(facts), output_layer_only(facts)):
        _look_at_problems(check(recipe.with_(layers=layers), facts, case.memory))
    return report


def _look_at_problems(report: Report) -> None:
    for problem in report.diagnoses:
        assert str(problem.message).endswith("."), problem.message
        assert len(md(str(problem.message))) < LONGEST, problem.message
        for fix in problem.fixes:
            assert 0 < len(str(fix.label)) < LONGEST


LONGEST = 2000
"""Characters of a sentence on the page, with the signs that keep Markdown out."""


def _look_at_cost(case: Case, report: Report) -> None:
    recipe, cost = case.recipe, case.cost
    assert needed(recipe, list(report.rows), case.facts).total >= 0
    assert all(len(str(message)) < LONGEST for message in describe_cost(cost, recipe))
    assert len(str(reasons(cost, recipe))) < LONGEST
    assert cost_key(recipe)
    if not report.errors:
        for smaller in cheaper(recipe, cost, report.rows, case.facts):
            assert isinstance(is_worth_it(smaller, cost, cost.total(recipe.fit.epochs)), bool)
            assert formats.about(cost.total(smaller.result.fit.epochs))
            check(smaller.result, case.facts, case.memory)
    class_balance(dict.fromkeys(case.facts.class_names, 1))


def _look_at_runs(case: Case) -> None:
    """Histories that such a run could leave: one that ran away, and one that stood still."""
    facts, recipe = case.facts, case.recipe
    prepared = Prepared(
        seconds=1.0, train=facts.train, validation=facts.validation, test=facts.test, same_rows=False, steps=1,
        epochs=recipe.fit.epochs, batch_size=recipe.fit.batch_size, parameters=1, class_names=facts.class_names,
        majority=1 / facts.classes, val_majority=1 / facts.classes,
    )  # fmt: skip
    runs = []
    for losses in ((1.0,) * 8, (1.0, 1e300, 5e-324, 0.0, 1e300), (1.0, inf)):
        epochs = [
            EpochEnded(
                epoch=place, seconds=1.0, logs={"loss": loss, "accuracy": 0.0, "val_loss": loss, "val_accuracy": 1.0}
            )
            for place, loss in enumerate(losses, start=1)
        ]
        runs.append(Run("", recipe, History(state=RunState.FINISHED, prepared=prepared, epochs=epochs)))
    for run in runs:
        assert all(map(str, describe_curves(run.history)))
        for advice in advise(recipe, run.history):
            assert 0 < len(f"{advice.seen} {advice.meaning} {advice.suggestion}") < LONGEST
            assert all(Recipe.from_json(fix.result.to_json()) == fix.result for fix in advice.fixes)
    assert str(compare(runs[0], Run("", case.other, runs[1].history)).sentence)


def press_first_fixes(case: Case, report: Report, presses: int = MOST_PRESSES) -> tuple[Report, int]:
    """Press the first fix of the first red problem, again and again, and look at each problem on the way."""
    for pressed in range(presses):
        if not report.errors or not report.errors[0].fixes:
            return report, pressed
        case = replace(case, recipe=report.errors[0].fixes[0].result)
        assert Recipe.from_json(case.recipe.to_json()) == case.recipe
        report = check(case.recipe, case.facts, case.memory)
        _look_at_problems(report)
        if not report.errors:
            _look_at_cost(case, report)
    return report, presses


BATCH = 20
"""Recipes that are drawn from one seed: of many, Hypothesis makes each much like one before it."""


def fuzz(examples: int, seen: Callable[[Case, Report, Report, int, float], None]) -> None:
    """Draw so many cases and tell `seen` of each: its report, the one after first fixes, how many, and CPU seconds."""

    def run(case: Case, place: int) -> None:
        began = time.process_time()
        report = look_at_everything(case, place)
        after, pressed = press_first_fixes(case, report)
        seen(case, report, after, pressed, time.process_time() - began)

    usual = settings(
        max_examples=BATCH, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    for number in range(-(-examples // BATCH)):
        seed(number)(usual(given(cases(), st.integers(0, MAX_LAYERS))(run)))()

"""Hostile texts for the reader of pasted models, one for each seed; `benchmarks/fuzz_reading.py` reads a million."""

from __future__ import annotations

import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from trainer.keras_code.limits import MAX_STEPS, MAX_TEXT, StepBudget
from trainer.keras_code.reader import read_model
from trainer.recipe.layers import Layer
from trainer.recipe.spec import RecipeError

# ruff: noqa: S311 - nothing is secret about this chance

LONGEST = 1_000
"""Characters of a sentence."""
SLOW = 2.0
"""Seconds of the processor for one text."""
NAMES: list[str] = [
    *"abcdefmnx",
    "model",
    "row",
    "cfg",
    "K",
    "keras",
    "layers",
    "self",
    "range",
    "Dense",
    "print",
    "__name__",
]
NUMBERS = [
    "0", "1", "2", "3", "10", "-1", "0.5", "1e999", "-1e308", "1e-400", "10**30", "9**9**9", "10**12", "10**13",
    "2**64", "2**-10**9", "-10**9", "0x" + "f" * 300, "9" * 4000, "9" * 5000, "0x" + "f" * 6000, "1j", "1_000",
    "True", "None", "1<<10**9", "(-8)**0.5", "1//3", "7%0", "1/0", "~5", "+True", "...", "1e12", "-0.0", "10**100",
    "0b1" + "0" * 1020, "0b1" + "0" * 1030,
]  # fmt: skip
WORDS = [
    "''", "'relu'", "'softmax'", "'same'", "'l2'", "'{'", "'\\ud800'", "b'x'", "'9'*5000", "'x'*10**9",
    "'%1000000000d'", "'ß'*900", "'a'*1000", "f'{1:1000000000}'", "f'{a!r}'", "f'{a}{b}'", "f'{10**30:,}'",
    "f'{{{a}}}'", "f\"{'x':>{10**9}}\"", "'a' 'b'", "'\\d'", "'channels_first'", "r'\\'", "'''\n'''",
]  # fmt: skip
SIGNS = ["+", "-", "*", "**", "/", "//", "%", "<<", ">>", "|", "&", "^", "@"]
TESTS = ["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not", "and", "or"]
FUNCTIONS = [
    "range", "int", "float", "bool", "len", "abs", "round", "min", "max", "sum", "list", "tuple", "dict", "sorted",
    "zip", "enumerate", "reversed", "str", "repr", "print", "unknown", "partial", "map", "iter", "next", "open",
    "eval", "pow", "set",
]  # fmt: skip
METHODS = [
    "add", "pop", "append", "extend", "insert", "remove", "clear", "reverse", "sort", "index", "count", "copy",
    "get", "items", "keys", "values", "update", "setdefault", "lower", "upper", "strip", "format", "join", "split",
    "layers", "get_layer", "compile", "fit", "summary", "build", "trainable", "load_weights", "input", "output",
    "inputs", "outputs", "call", "zfill",
]  # fmt: skip
KINDS = [
    *Layer.registry,
    "Input",
    "InputLayer",
    "Sequential",
    "Model",
    "Functional",
    "L1",
    "L2",
    "L1L2",
    "HeNormal",
    "Lambda",
]
KINDS += [
    "TimeDistributed",
    "Concatenate",
    "Add",
    "TextVectorization",
    "RandomNormal",
    "MaxPool2D",
    "Convolution2D",
    "nn.Linear",
]
ARGUMENTS = [
    "units", "activation", "filters", "kernel_size", "strides", "padding", "layer", "backward_layer",
    "kernel_regularizer", "shape", "kernel_initializer", "rate", "input_shape", "input_dim", "pool_size", "name",
    "trainable", "use_bias", "layers", "inputs", "outputs", "merge_mode", "return_sequences", "target_shape",
    "num_heads", "key_dim", "attention_axes", "axis", "training", "l2", "batch_shape", "key", "reverse", "start",
    "mask", "input_length", "data_format", "dtype", "seed", "alpha",
]  # fmt: skip
JUNK = [
    *"()[]{}\"'\\\n\t:;,.=-+*@#`~!%^&|<>?/ \x00\ufeff\xa0“”", "```", ">>> ", "In [1]: ", "Output Shape ", "Param #",
    "lambda:", "not ", "async ", "await ", "yield ", "match x:\n case ", "import torch", "f'{", "\ud800", "€",
    "\u202e", "if 1 else ",
]  # fmt: skip
WRONG: list[Any] = [
    None, True, False, 0, -1, 3, 10**30, -(10**18), 1e308, float("inf"), float("nan"), "", "relu", "x" * 3000,
    "\ud800", [], {}, [[]], [None], [3, 3], [3, "3"], {"a": 1}, {"class_name": "Dense", "config": {"units": 3}},
    {"class_name": 3, "config": []},
    {"class_name": "Bidirectional", "config": {"layer": {"class_name": "Bidirectional", "config": {}}}},
    {"class_name": "L2", "config": {"l2": {"class_name": "Dense", "config": {}}}}, ["a", 0, 0, {}],
    {"keras_history": ["a", 0, 0]},
]  # fmt: skip


class Fuzzer:
    """Writes texts by chance; the same seed writes the same text."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.left = self.chance.choice([10, 40, 120])
        """Parts that may still be nested in what is written."""
        self.hostile = self.chance.choice([0.02, 0.1, 0.4])
        """How often there is something that nobody would write."""

    def text(self) -> str:
        kind = self.chance.random()
        if kind < 0.7:
            text = self._program()
        elif kind < 0.95:
            text = self._json()
        else:
            text = "".join(self.chance.choice(JUNK) * self.chance.choice([1, 1, 3, 200]) for _ in range(20))
        if self.is_hostile():
            text = self._damaged(text)
        if self.chance.random() < 0.05:
            text = self.chance.choice(
                ["Sure!\n```python\n{}\n```\nDone.", "Out[5]: '{}'", "x = {}", '"""{}"""', "{}" * 30]
            ).replace("{}", text)
        return text[: 2 * MAX_TEXT]

    def is_hostile(self) -> bool:
        return self.chance.random() < self.hostile

    def pick(self, *written: str) -> str:
        return self.chance.choice(written)

    # Programs

    def _program(self) -> str:
        lines = [self._line("") for _ in range(self.chance.randint(1, 8))]
        if self.chance.random() < 0.7:
            lines.insert(
                0, "a, b, n, x = 3, 2, 1, 'relu'\nrow, c = [Dense(3), Flatten()], [1, 2, 3]\ncfg = {'units': 3}\n"
            )
        lines.insert(self.chance.randint(0, len(lines)), self._model())
        if self.chance.random() < 0.03:
            lines.append(self._line("") * self.chance.choice([50, 900]))
        return "".join(lines)

    def _model(self) -> str:
        return self.chance.choice(
            [
                f"m = keras.Sequential([{self.listed(self._layer)}])\n",
                f"m = Sequential()\nm.add({self._layer()})\nm.add({self._layer()})\n",
                f"i = Input(({self.expression()},))\nx = {self._layer()}(i)\nm = Model(i, {self._layer()}(x))\n",
                f"{self.listed(self._layer)}\n",
                f"row = [{self.listed(self._layer)}]\nm = Sequential(row)\n",
                "",
            ]
        )

    def _layer(self) -> str:
        prefix = self.pick("", "keras.layers.", "layers.", "tf.keras.layers.")
        if not self.is_hostile():
            usual = self.pick(
                "Dense({}, 'relu')", "Dense(units={})", "Flatten()", "Conv2D({}, 3, padding='same')", "LSTM({})",
                "Dense({}, kernel_regularizer=L2(0.1))", "Bidirectional(LSTM({}))", "Reshape(({}, 1))", "Dropout(0.5)",
            )  # fmt: skip
            return prefix + usual.format(self.pick("3", "3", "n", "a", "len(row)", "2 ** a", self.expression()))
        return f"{prefix}{self.chance.choice(KINDS)}({self.arguments()})"

    def listed(self, part: Any) -> str:
        return ", ".join(part() for _ in range(self.chance.randint(0, 4)))

    def arguments(self) -> str:
        def one() -> str:
            kind = self.chance.random()
            if kind < 0.5:
                return f"{self.chance.choice(ARGUMENTS)}={self.expression()}"
            return f"{self.pick('', '', '', '', '*', '**')}{self.expression()}"

        found = [one() for _ in range(self.chance.randint(0, 3))]
        return ", ".join(sorted(found, key=lambda text: "=" in text))

    def name(self) -> str:
        return self.chance.choice(NAMES)

    def expression(self) -> str:
        self.left -= 1
        if self.left < 0 or self.chance.random() < 0.4:
            if self.is_hostile():
                return self.chance.choice([self.chance.choice(NUMBERS), self.chance.choice(WORDS)])
            return self.chance.choice([self.name(), self.pick("0", "1", "2", "3"), self.pick("'relu'", "'a'", "True")])
        write: Callable[[], str] = self.chance.choice(
            [
                lambda: f"({self.expression()} {self.chance.choice(SIGNS)} {self.expression()})",
                lambda: f"({self.expression()} {self.chance.choice(TESTS)} {self.expression()})",
                lambda: f"{self.chance.choice(FUNCTIONS)}({self.arguments()})",
                lambda: f"{self.name()}.{self.chance.choice(METHODS)}({self.arguments()})",
                lambda: f"{self.expression()}.{self.chance.choice(METHODS)}",
                self._layer,
                self._layer,
                lambda: f"[{self.listed(self.expression)}]",
                lambda: f"({self.expression()}, {self.listed(self.expression)})",
                lambda: f"{{{self.expression()}: {self.expression()}, **{self.name()}}}",
                lambda: f"{self.name()}[{self.expression()}]",
                lambda: f"{self.name()}[{self.expression()}:{self.expression()}:{self.expression()}]",
                lambda: f"[{self.expression()} for {self.name()} in {self.expression()} for b in {self.expression()}]",
                lambda: f"({self.expression()} for {self.name()} in {self.expression()} if {self.expression()})",
                lambda: f"(lambda {self.name()}={self.expression()}: {self.expression()})",
                lambda: f"({self.expression()} if {self.expression()} else {self.expression()})",
                lambda: f"({self.name()} := {self.expression()})",
                lambda: f"[*{self.expression()}, *{self.expression()}]",
                lambda: f"{self.pick('-', 'not ', '+', '~')}{self.expression()}",
                lambda: f"f'{{{self.name()}}}{{{self.name()}:{self.pick('>9', '1000000000', '.999999999f')}}}'",
                self._long,
            ]
        )
        return write()

    def _long(self) -> str:
        """Something that is nested too deeply, or too long, if it is hostile."""
        if not self.is_hostile():
            return self.name()
        many = self.chance.choice([5, 60, 300, 5000])
        if self.chance.random() < 0.1:
            return "1; import " + ".".join([self.name()] * many)
        if self.chance.random() < 0.5:
            return self.pick("+", "**", " and ", ", ", ".", " if 1 else ", "<").join([self.name()] * many)
        opening, closing = self.chance.choice(["()", "[]", "{}", ("-", ""), ("not ", ""), ("lambda:", ""), ("f(", ")")])
        return opening * many + self.name() + closing * many

    def _line(self, indent: str) -> str:
        write: Callable[[], str] = self.chance.choice(
            [
                lambda: f"{self.name()} = {self.expression()}",
                lambda: f"{self.name()} = {self.expression()}",
                lambda: f"{self.name()}, {self.name()} = {self.expression()}",
                lambda: f"{self.name()} {self.chance.choice(SIGNS)}= {self.expression()}",
                lambda: f"{self.name()}[{self.expression()}] = {self.expression()}",
                lambda: f"{self.name()}.{self.chance.choice(METHODS)} = {self.expression()}",
                lambda: f"{self.name()}.{self.chance.choice(METHODS)}({self.arguments()})",
                lambda: f"{self.name()}.append({self.name()})",
                lambda: f"{self.name()}.extend({self.pick('zip', 'enumerate', 'reversed', 'list')}({self.name()}))",
                self.expression,
                lambda: f"m.add({self._layer()})",
                lambda: f"del {self.name()}{self.pick('', '[0]', '[-1]')}",
                lambda: f"return {self.expression()}",
                lambda: self.pick(
                    "break", "continue", "pass", "raise", "global a, b", "import keras", "from a import b as c"
                ),
                lambda: f"for {self.name()} in {self.expression()}:\n{self._body(indent)}",
                lambda: f"for {self.name()} in range({self.chance.choice(NUMBERS)}):\n{self._body(indent)}",
                lambda: f"while {self.expression()}:\n{self._body(indent)}",
                lambda: f"if {self.expression()}:\n{self._body(indent)}\n{indent}else:\n{self._body(indent)}",
                lambda: f"def {self.name()}({self.name()}=1, *args, **kw):\n{self._body(indent)}",
                lambda: f"class {self.name()}({self.pick('', 'keras.Model')}):\n{self._body(indent)}",
                lambda: f"try:\n{self._body(indent)}\n{indent}except E:\n{self._body(indent)}",
                lambda: f"with {self.expression()} as {self.name()}:\n{self._body(indent)}",
                lambda: f"{self.name()}({self.arguments()})",
            ]
        )
        return f"{indent}{write()}\n"

    def _body(self, indent: str) -> str:
        self.left -= 1
        inner = indent + " "
        if self.left < 0:
            return f"{inner}{self.name()} += {self.name()}"
        return "".join(self._line(inner) for _ in range(self.chance.randint(1, 3))).rstrip("\n")

    # JSON of models

    def _json(self) -> str:
        tree: Any = self._sequential()
        for _ in range(self.chance.randint(0, 6)):
            tree = self._mutated(tree) if self.is_hostile() else tree
        text = json.dumps(tree, ensure_ascii=self.chance.random() < 0.5)
        if self.chance.random() < 0.1:
            text = text.replace(
                "3", self.chance.choice(["9" * 4300, "1e999", "-" * 9 + "3", "[" * 900, "NaN", "3" * 99]), 2
            )
        return repr(text) if self.chance.random() < 0.1 else text

    def _sequential(self) -> dict[str, Any]:
        kind = self.chance.choice(["Sequential", "Sequential", "Functional", "Model"])
        layers = [self._json_layer(place) for place in range(self.chance.randint(1, 5))]
        if self.chance.random() < 0.1:
            layers.append(self._sequential())
        if self.chance.random() < 0.02:
            layers *= self.chance.choice([60, 500])
        return {"class_name": kind, "config": {"name": "m", "layers": layers}, "compile_config": {"loss": "mse"}}

    def _json_layer(self, place: int) -> dict[str, Any]:
        kind = self.chance.choice(KINDS if self.is_hostile() else list(Layer.registry))
        config: dict[str, Any] = {"name": f"l{place}", "trainable": True}
        spec = Layer.registry.get(kind)
        if spec is not None:
            config |= spec().model_dump(mode="json")
            config.pop("kind")
        if self.is_hostile():
            config[self.chance.choice(ARGUMENTS)] = self.chance.choice(WRONG)
        if kind == "Bidirectional":
            inner = self._json_layer(0)
            config["layer"] = inner if self.is_hostile() else {"class_name": "LSTM", "config": {"units": 3}}
        node: Any = [[[f"l{place - 1}", 0, 0, {}]]] if place else []
        if self.is_hostile():
            node = [
                {
                    "args": [{"config": {"keras_history": [f"l{place - 1}", 0, 0]}}],
                    "kwargs": {"mask": self.chance.choice(WRONG)},
                }
            ]
        return {"class_name": kind, "name": f"l{place}", "config": config, "inbound_nodes": node}

    def _mutated(self, tree: Any) -> Any:
        """The tree with something else somewhere in it."""
        if isinstance(tree, dict | list) and tree and self.chance.random() < 0.85:
            place = self.chance.choice(list(tree) if isinstance(tree, dict) else range(len(tree)))
            tree[place] = self._mutated(tree[place])
            return tree
        kind = self.chance.random()
        if kind < 0.6:
            return json.loads(json.dumps(self.chance.choice(WRONG)))
        if kind < 0.7:
            return self._json_layer(1)
        if kind < 0.8:
            return [tree] * self.chance.choice([2, 50, 500])
        for _ in range(self.chance.choice([3, 60, 120])):
            tree = self.chance.choice([[tree], {"a": tree}, {"class_name": "Dense", "config": tree}])
        return tree

    def _damaged(self, text: str) -> str:
        """The text with parts cut out, put in or repeated."""
        for _ in range(self.chance.randint(1, 3)):
            begin = self.chance.randint(0, len(text))
            end = min(len(text), begin + self.chance.choice([0, 1, 5, 40]))
            middle = self.chance.choice([self.chance.choice(JUNK), "", text[begin:end] * self.chance.choice([2, 300])])
            text = text[:begin] + middle + text[end:]
        return text


@dataclass
class Found:
    """What came of some texts."""

    ends: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    steps: int = 0
    seconds: float = 0.0
    slowest: int = -1
    """The seed of the text that took longest."""
    characters: int = 0
    memory: int = 0
    """The most that a process had, in MB."""

    def add(self, other: Found) -> None:
        self.ends += other.ends
        self.faults += other.faults
        self.steps, self.characters = max(self.steps, other.steps), max(self.characters, other.characters)
        self.memory = max(self.memory, other.memory)
        if other.seconds > self.seconds:
            self.seconds, self.slowest = other.seconds, other.slowest


def is_sentence(said: object) -> bool:
    """Whether somebody can be shown it."""
    text = str(said)
    return 0 < len(text.strip()) < LONGEST and "\n" not in text and not text.startswith("A message that")


def try_out(seed: int, found: Found) -> None:
    """Read the text of a seed, and note what comes of it."""
    text = Fuzzer(seed).text()
    began = time.process_time()
    try:
        read = read_model(text)
        again = [Layer.registry[layer.kind].from_json(layer.to_json()) for layer in read.layers]
        end = "read" if again == list(read.layers) and all(map(is_sentence, read.notes)) else f"read as {read}"
    except RecipeError as error:
        end = "refused" if is_sentence(str(error)) else f"refused with {error}"
    except Exception:  # noqa: BLE001 - each is noted, with its text, and ends the program with status 1
        end = "exception"
        found.faults.append(f"seed {seed}: {traceback.format_exc()}")
    seconds = time.process_time() - began
    if end not in {"read", "refused", "exception"} or seconds > SLOW:
        found.faults.append(f"seed {seed}: {end}, {seconds:.1f} s")
    found.ends[end if end in {"read", "refused", "exception"} else "other"] += 1
    found.characters = max(found.characters, len(text))
    if seconds > found.seconds:
        found.seconds, found.slowest = seconds, seed


def some(seeds: range) -> Found:
    """Try out the texts of some seeds, in this process."""
    found, spend = Found(), StepBudget.spend

    def counted(budget: StepBudget, steps: int = 1) -> None:
        found.steps = max(found.steps, MAX_STEPS - max(0, budget.steps - steps))
        spend(budget, steps)

    with patch.object(StepBudget, "spend", counted):
        for seed in seeds:
            try_out(seed, found)
    found.memory = _most_memory()
    return found


def _most_memory() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (2**20 if sys.platform == "darwin" else 2**10)


def table(found: Found) -> str:
    """The numbers as a table for docs/."""
    rows = {
        "texts": f"{found.ends.total():,}",
        "read": f"{found.ends['read']:,}",
        "refused in one sentence": f"{found.ends['refused']:,}",
        "exceptions": f"{found.ends['exception']:,}",
        "other faults": f"{len(found.faults) - found.ends['exception']:,}",
        "longest text": f"{found.characters:,} characters",
        f"most steps (of {MAX_STEPS:,})": f"{found.steps:,}",
        "longest time of the processor": f"{found.seconds:.2f} s (seed {found.slowest})",
        "most memory of a process, with the writing of the texts": f"{found.memory} MB",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])

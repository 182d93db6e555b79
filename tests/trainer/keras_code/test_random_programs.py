"""Random programs, read and run: whatever is read without a word is what Python and Keras make of it."""

# ruff: noqa: E501, S311 - programs of several lines in one, and nothing secret about chance

from __future__ import annotations

import random
import sys
from itertools import islice
from types import FrameType
from typing import Any

import keras
import pytest

from tests.support.keras_programs import in_a_row
from trainer.keras_code.reader import read_model
from trainer.recipe.spec import RecipeError

IMPORTS = (
    "from keras import Sequential\nfrom keras.layers import Dense, Flatten, ReLU\nfrom other import unknown, several\n"
)
START = """
m = Sequential([Dense(4)])
row, last = [Dense(3), ReLU(), Dense(5)], Dense(6)
n, k, flag, other = 2, 3, True, None
sizes = [3, 1, 2]
cfg = {'u': 3, 'v': 4}
kw = dict(units=3)
lam = lambda u: Dense(u + 1)
def mk(u=2):
    return Dense(u)
def f(n=n):
{f}
def g(to, u=2):
    m = to
{g}
"""
NUMBERS = [
    "n", "k", "2", "3", "n + 1", "len(row)", "sizes[0]", "cfg['u']", "max(n, k)", "n if k > 2 else k", "len(m.layers)",
    "sum(sizes)", "abs(-n)", "cfg.get('v', 2)", "len(cfg)",
]  # fmt: skip
ODD_NUMBERS = ["unknown()", "sizes.index(3)", "(lambda: n)()", "sorted(sizes)[0]", "last.units", "int('3')"]
TESTS = [
    "n > 2", "k == 3", "not row", "n in sizes", "m is None", "cfg.get('z')", "len(m.layers) > 2", "flag", "n < k < 5",
    "other is not None", "flag and n > 1", "not flag or k",
]  # fmt: skip
ODD_TESTS = ["unknown() > 3", "last", "m", "last == last", "several()", "row == other", "'u' in cfg"]
LOOPS = [
    "n in range(2)", "n in sizes", "last in row", "n in (1, 2, 3)", "n, k in enumerate(sizes)",
    "n, last in zip(sizes, row)", "last in m.layers", "n in range(3, 0, -1)", "n in reversed(sizes)", "word in cfg",
    "word, n in cfg.items()",
]  # fmt: skip
ODD_LOOPS = ["n in several()", "n in map(abs, sizes)", "n in iter(sizes)", "n in {1, 2}", "n, *k in [sizes]"]
LINES = [
    "m.add({layer})", "m.add({layer})", "m.add({layer})", "m.pop()", "row.append({layer})", "row.extend([{layer}])",
    "row += [{layer}]", "row = row[::-1]", "other = row", "n = {number}", "k = {number}", "n += 1", "n, k = k, n",
    "kw = {{**kw, 'units': 2}}", "m.add(Dense(**kw))", "sizes.append({number})", "sizes = sizes + [2]", "sizes += [3]",
    "[m.add(Dense(u % 5 + 1)) for u in sizes if u != 2]", "m.add({layer}) if {test} else None",
    "{test} and m.add({layer})", "f()", "f(k)", "g(m, {number})", "g(to=m)", "last = m.layers[0]", "m = Sequential(row)",
    "flag = not flag", "print(m, row)", "row = [Dense(u % 4 + 1) for u in sizes if u != 2]",
    "h = lambda v=n: m.add(Dense(v % 5 + 1))", "n = len(m.layers)", "last = row[0]",
    "cfg['u'] = {number}", "kw['units'] = 4", "other = cfg", "last = m.layers[-1]",
    "m.add(Sequential([{layer}, Dense(2)]))",
]  # fmt: skip
ODD_LINES = [
    "add = m.add", "add({layer})", "m.layers.pop()", "row.insert(0, {layer})", "row.pop()", "row.reverse()",
    "row[0] = {layer}", "other['u'] = 2", "del row[0]", "other.append({layer})", "sizes.sort()",
    "sizes.sort(key=abs)", "last = m.pop()", "more()", "globals()['n'] = 3", "other = sizes, row", "other[1].append(last)",
    "sizes, other = other, sizes", "a = row.append", "a(last)", "cfg.update(u=2)", "row, row = row, [last]",
    "swap(sizes)", "other = m", "del m", "try:\n{indent}    m.add({layer})\n{indent}finally:\n{indent}    n = 3",
    "class C:\n{indent}    m.add({layer})", "with several() as n:\n{indent}    m.add({layer})", "n = (k := n)",
    "list(map(f, sizes))", "list(map(lam, sizes))", "[n := 5 for u in sizes]", "print(list(map(f, sizes)))",
    "match n:\n{indent}    case k:\n{indent}        pass", "apply(more)", "sizes = dict(**unknown, u=3)",
    "assert m.add({layer}) is None", "m.name = unknown()", "other = [m]", "other[0].add({layer})", "import n",
]  # fmt: skip
MORE = """
def more(v=1):
    global n, k
    n, k = n + v, 2
def swap(one):
    one[0], one[-1] = one[-1], one[0]
def apply(one):
    return (lambda work: work())(one)
"""


class Writer:
    """Writes programs by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.oddity = 0.0
        """How often there is something that is not followed."""

    def pick(self, usual: list[str], odd: list[str]) -> str:
        return self.chance.choice(odd if self.chance.random() < self.oddity else usual)

    def line(self, indent: str) -> str:
        number = f"({self.pick(NUMBERS, ODD_NUMBERS)}) % 7 + 1"
        layer = self.chance.choice(
            [f"Dense({number})"] * 2 + ["ReLU()", "row[0]", "mk()", f"mk({number})", "last", "lam(3)"]
        )
        test = self.pick(TESTS, ODD_TESTS)
        return self.pick(LINES, ODD_LINES).format(number=number, layer=layer, test=test, indent=indent)

    def lines(self, indent: str, in_loop: bool = False, in_function: bool = False) -> str:
        return "".join(self._part(indent, in_loop, in_function) for _ in range(self.chance.randint(1, 3)))

    def _part(self, indent: str, in_loop: bool, in_function: bool) -> str:
        kind, inner = self.chance.random() if len(indent) < 12 else 1.0, indent + "    "
        if kind < 0.13:
            head, orelse = f"for {self.pick(LOOPS, ODD_LOOPS)}:", self.chance.random() < 0.3
            body = self.lines(inner, True, in_function)
        elif kind < 0.27:
            head, orelse = f"if {self.pick(TESTS, ODD_TESTS)}:", self.chance.random() < 0.5
            body = self.lines(inner, in_loop, in_function)
        elif kind < 0.27 + self.oddity:
            head, orelse = "while n > 1:", False
            body = f"{inner}n -= 1\n" + self.lines(inner, True, in_function)
        elif in_loop and self.chance.random() < self.oddity:
            return indent + self.chance.choice(["break\n", "continue\n"])
        elif in_function and self.chance.random() < 0.1:
            return indent + self.chance.choice(["return\n", "return n\n", "return last\n"])
        else:
            return f"{indent}{self.line(indent)}\n"
        after = f"{indent}else:\n{self.lines(inner, in_loop, in_function)}" if orelse else ""
        return f"{indent}{head}\n{body}{after}"

    def program(self) -> str:
        self.oddity = self.chance.choice([0.0, 0.0, 0.05, 0.15])
        f, g = (self.lines("    ", in_function=True) for _ in "fg")
        body = "".join(self.lines("") for _ in range(3))
        return IMPORTS + MORE + START.replace("{f}", f).replace("{g}", g) + body


def run(text: str, seed: int) -> list[tuple[str, Any]] | None:
    """The layers that Python makes of it, with chance where the text leaves it open; None if it fails."""
    chance, steps = random.Random(seed), iter(range(5_000))

    def unknown() -> int:
        return chance.randint(0, 6)

    def traced(frame: FrameType, event: str, _: object) -> Any:
        """Ends programs that go round for ever."""
        if frame.f_code.co_filename != "<string>":
            return None
        next(steps)
        return traced

    scope: dict[str, Any] = {name: getattr(keras.layers, name) for name in ("Dense", "Flatten", "ReLU")}
    scope |= {"Sequential": keras.Sequential, "unknown": unknown, "print": lambda *_: None}
    scope["several"] = lambda: list(islice(iter(unknown, -1), chance.randint(0, 2)))
    before = sys.gettrace()
    sys.settrace(traced)
    try:
        exec(text.removeprefix(IMPORTS), scope)  # noqa: S102 - written above
        made = scope["m"]
    except Exception:  # noqa: BLE001 - whatever a random program may do
        return None
    finally:
        sys.settrace(before)
    return [(type(layer).__name__, getattr(layer, "units", None)) for layer in in_a_row(made)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_what_is_read_without_a_word_is_what_python_makes_of_it(seed: int) -> None:
    writer, compared = Writer(seed), 0
    for _ in range(60):
        text = writer.program()
        try:
            layers = read_model(text).layers
        except RecipeError:
            continue
        for chance in (1, 2):
            made = run(text, chance)
            if made is not None:
                assert [(layer.kind, getattr(layer, "units", None)) for layer in layers] == made, text
                compared += 1
    assert compared > 10

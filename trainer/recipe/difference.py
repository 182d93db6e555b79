"""What differs between two recipes, in words: one sentence fragment for each setting, with the Keras name beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import Kind, Spec, shorten

Where = Literal["seed", "data", "layers", "optimizer", "loss", "fit", "callbacks"]


@dataclass(frozen=True)
class Difference:
    """One thing that is another in the new recipe than in the old one."""

    where: Where
    """The part of the recipe that it lies in."""
    text: str
    """Such as `Layer 3 (Dropout) rate 0 → 0.3`; layers are counted from 1, as in the new recipe."""


def differences(old: Recipe, new: Recipe) -> tuple[Difference, ...]:
    """All that differs, in the order of the recipe; name and description are no differences.

    There are as many the one way round as the other, and none between a recipe and itself.
    """
    return (
        *(Difference("data", text) for text in _kinds("Data", old.data, new.data)),
        *(Difference("layers", text) for text in _stacks("Layer", old.layers, new.layers)),
        *(Difference("optimizer", text) for text in _kinds("Optimizer", old.optimizer, new.optimizer)),
        *(Difference("loss", text) for text in _fields(old, new, ("loss",))),
        *(Difference("fit", text) for text in _fields(old.fit, new.fit)),
        *(Difference("callbacks", text) for text in _stacks("Callback", old.callbacks, new.callbacks)),
        *(Difference("seed", text) for text in _fields(old, new, ("seed",))),
    )


def _fields(old: Spec, new: Spec, names: Sequence[str] | None = None, before: str = "") -> Iterator[str]:
    """The differing fields of two specs of one class."""
    for name in type(new).model_fields if names is None else names:
        was, now = getattr(old, name), getattr(new, name)
        if was == now:
            continue
        if isinstance(was, Kind) and type(was) is type(now):
            yield from _fields(was, now, before=f"{before}{now.kind} ")
        else:
            yield f"{before}{_label(new, name, begins=not before)} {_value(was)} → {_value(now)}"


def _kinds(word: str, old: Kind, new: Kind) -> Iterator[str]:
    """The differences of the one optimizer, or the one source of data.

    Another kind is one difference, settings and all: a learning rate of Adam and one of SGD cannot be compared.
    """
    if type(old) is type(new):
        yield from _fields(old, new)
    else:
        yield f"{word} {_described(old, 0)} → {_described(new, 0)}"


def _is_usual(spec: Spec, name: str) -> bool:
    return bool(getattr(spec, name) == type(spec).model_fields[name].default)


def _stacks(word: str, old: Sequence[Kind], new: Sequence[Kind]) -> Iterator[str]:
    """The differences of two rows of layers or callbacks."""
    gone, come = [], []
    texts: list[tuple[float, str]] = []  # each with its place in the new row, for the order
    for was, now in _aligned(old, new):
        if now is None and was is not None:
            gone.append(was)
        elif was is None and now is not None:
            come.append(now)
        elif was is not None and now is not None:
            place = f"{word} {now + 1} ({new[now].kind}) "
            texts += [(now, text) for text in _fields(old[was], new[now], before=place)]
    for now in come:
        same = next((was for was in gone if old[was] == new[now]), None)
        if same is None:
            texts.append((now, f"{word} {now + 1} ({_described(new[now])}) added"))
        else:
            gone.remove(same)
            texts.append((now, f"{word} {same + 1} ({_described(new[now])}) moved to place {now + 1}"))
    texts += [(was - 0.5, f"{word} {was + 1} ({_described(old[was])}) removed") for was in gone]
    yield from (text for _, text in sorted(texts, key=lambda entry: entry[0]))


Pair = tuple[int | None, int | None]


def _aligned(old: Sequence[Kind], new: Sequence[Kind]) -> list[Pair]:
    """Places of the two rows that belong together; None where one row has nothing in that place.

    The cheapest way to turn the one into the other, by the usual table of edit distances. One of a kind is changed
    rather than removed and added. Among equally cheap ways the choice would depend on which row is called old; so it is
    always made the same way round.
    """
    if [item.to_json() for item in old] > [item.to_json() for item in new]:
        return [(was, now) for now, was in _aligned(new, old)]
    # costs[i][j]: of turning old[i:] into new[j:], as (how many items are touched, how many fields differ).
    rows, columns = len(old), len(new)
    costs = [
        [(float(rows - i + columns - j), rows - i + columns - j) for j in range(columns + 1)] for i in range(rows + 1)
    ]
    steps = [["remove" if i < rows else "add" for _ in range(columns + 1)] for i in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            ways = [(_plus(costs[i + 1][j], 1, 1), "remove"), (_plus(costs[i][j + 1], 1, 1), "add")]
            if type(old[i]) is type(new[j]):
                fields = _count(old[i], new[j])
                ways.insert(0, (_plus(costs[i + 1][j + 1], min(fields, 1), fields), "keep"))
            costs[i][j], steps[i][j] = min(ways, key=lambda way: way[0])
    pairs: list[Pair] = []
    i = j = 0
    while i < rows or j < columns:
        step = "add" if i == rows else "remove" if j == columns else steps[i][j]
        pairs.append((None if step == "add" else i, None if step == "remove" else j))
        i, j = i + (step != "add"), j + (step != "remove")
    return pairs


def _count(old: Spec, new: Spec) -> int:
    """How many of their fields differ, as `_fields` tells them: the texts themselves would take most of the time."""
    found = 0
    for name in type(new).model_fields:
        was, now = getattr(old, name), getattr(new, name)
        if was is not now and was != now:
            found += _count(was, now) if isinstance(was, Kind) and type(was) is type(now) else 1
    return found


def _plus(cost: tuple[float, int], items: float, fields: int) -> tuple[float, int]:
    return cost[0] + items, cost[1] + fields


def _described(item: Kind, always: int = 1) -> str:
    """`Dense, units 64, activation relu`: the first `always` fields, and all that are not at their usual value."""
    names = list(item.form_fields())
    told = [name for place, name in enumerate(names) if place < always or not _is_usual(item, name)]
    return ", ".join([item.kind, *(f"{name} {_value(getattr(item, name))}" for name in told)])


def _label(spec: Spec, name: str, *, begins: bool) -> str:
    """`Learning rate (learning_rate)`; a name that is a plain word already stands alone."""
    title = type(spec).model_fields[name].title or name
    if title.lower() == name:
        return title if begins else name
    return f"{title} ({name})"


def _value(value: Any) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case None:
            return "none"
        case float():
            short = f"{value:g}"
            return short if float(short) == value else repr(value)
        case int():
            return f"{value:,}"
        case tuple():
            return "×".join(_value(side) for side in value)
        case Kind():
            return _described(value)
    return shorten(value, 200).strip('"')

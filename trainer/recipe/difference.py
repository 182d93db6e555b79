"""What differs between two recipes: a message for each setting, with the Keras name beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from trainer.messages import Message
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import Kind, Spec, shorten
from trainer.recipe.wording import WORDING

Where = Literal["seed", "data", "layers", "optimizer", "loss", "fit", "callbacks"]


@dataclass(frozen=True)
class Difference:
    """One thing that is another in the new recipe than in the old one."""

    where: Where
    """The part of the recipe that it lies in."""
    message: Message
    """Such as `Layer 3 (Dropout): rate 0 → 0.3`; layers are counted from 1, as in the new recipe."""

    @property
    def code(self) -> str:
        """What sort of difference it is, whatever the words."""
        return self.message.code


def differences(old: Recipe, new: Recipe) -> tuple[Difference, ...]:
    """All that differs, in the order of the recipe; name and description are no differences.

    There are as many the one way round as the other, and none between a recipe and itself.
    """
    return (
        *_in("data", _kinds("data", old.data, new.data)),
        *_in("layers", _stacks("layer", old.layers, new.layers)),
        *_in("optimizer", _kinds("optimizer", old.optimizer, new.optimizer)),
        *_in("loss", _fields(old, new, ("loss",))),
        *_in("fit", _fields(old.fit, new.fit)),
        *_in("callbacks", _stacks("callback", old.callbacks, new.callbacks)),
        *_in("seed", _fields(old, new, ("seed",))),
    )


def _in(where: Where, messages: Iterator[Message]) -> Iterator[Difference]:
    return (Difference(where, message) for message in messages)


def _fields(old: Spec, new: Spec, names: Sequence[str] | None = None) -> Iterator[Message]:
    """The differing fields of two specs of one class."""
    for name in type(new).model_fields if names is None else names:
        was, now = getattr(old, name), getattr(new, name)
        if was == now:
            continue
        if isinstance(was, Kind) and type(was) is type(now):
            yield from (WORDING.message("in_kind", kind=now.kind, change=change) for change in _fields(was, now))
        else:
            yield WORDING.message("setting_changed", setting=_label(new, name), old=_value(was), new=_value(now))


def _kinds(part: str, old: Kind, new: Kind) -> Iterator[Message]:
    """The differences of the one optimizer, or the one source of data.

    Another kind is one difference, settings and all: a learning rate of Adam and one of SGD cannot be compared.
    """
    if type(old) is type(new):
        yield from _fields(old, new)
    else:
        yield WORDING.message(f"{part}_replaced", old=_described(old, 0), new=_described(new, 0))


def _is_usual(spec: Spec, name: str) -> bool:
    return bool(getattr(spec, name) == type(spec).model_fields[name].default)


def _stacks(item: str, old: Sequence[Kind], new: Sequence[Kind]) -> Iterator[Message]:
    """The differences of two rows of layers or callbacks."""
    gone, come = [], []
    found: list[tuple[float, Message]] = []  # each with its place in the new row, for the order
    for was, now in _aligned(old, new):
        if now is None and was is not None:
            gone.append(was)
        elif was is None and now is not None:
            come.append(now)
        elif was is not None and now is not None:
            place = {"number": now + 1, "kind": new[now].kind}
            changes = _fields(old[was], new[now])
            found += [(now, WORDING.message(f"in_{item}", **place, change=change)) for change in changes]
    for now in come:
        same = next((was for was in gone if old[was] == new[now]), None)
        told = _described(new[now])
        if same is None:
            found.append((now, WORDING.message(f"{item}_added", number=now + 1, item=told)))
        else:
            gone.remove(same)
            found.append((now, WORDING.message(f"{item}_moved", number=same + 1, item=told, to=now + 1)))
    for was in gone:
        found.append((was - 0.5, WORDING.message(f"{item}_removed", number=was + 1, item=_described(old[was]))))
    yield from (message for _, message in sorted(found, key=lambda entry: entry[0]))


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


def _described(item: Kind, always: int = 1) -> Message | str:
    """`Dense with units 64 and activation relu`: the first `always` fields, and all that are not at their default."""
    names = list(item.form_fields())
    told = [name for place, name in enumerate(names) if place < always or not _is_usual(item, name)]
    if not told:
        return item.kind
    settings = [WORDING.message("setting_value", name=name, value=_value(getattr(item, name))) for name in told]
    return WORDING.message("with_settings", kind=item.kind, settings=settings)


def _label(spec: Spec, name: str) -> Message:
    """`Learning rate (learning_rate)`; a title that is the same word stands alone."""
    title = type(spec).model_fields[name].title or name
    if title.lower() == name:
        return WORDING.message("field_alone", title=title)
    return WORDING.message("field_titled", title=title, name=name)


def _value(value: Any) -> Message | str:
    match value:
        case bool():
            return WORDING.message("on" if value else "off")
        case None:
            return WORDING.message("none")
        case int() | float():
            return WORDING.message("value", value=value)
        case tuple():
            return "×".join(map(str, value))
        case Kind():
            return _described(value)
    return shorten(value, 200).strip('"')

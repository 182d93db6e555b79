"""Writes the table of `docs/exports.md`: what each format makes of each kind of layer.

`python -m tools.export_table` takes ten minutes: it exports small networks with each kind in its usual settings, in
every format, and runs each export by itself. `python -m tools.export_table litert onnx` tries each setting in these
formats as well, which takes half an hour. What is found is kept in `docs/exports.json`; the table is made of that.
"""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from tests.support.export_contract import Outcome, default_cases, exported, network_formats, network_with
from tests.support.layer_cases import cases, computing
from trainer import PROJECT
from trainer.fit.predict import Predictor
from trainer.recipe.layers import Layer
from trainer.recipe.layers.base import Group

PAGE, FOUND = PROJECT / "docs" / "exports.md", PROJECT / "docs" / "exports.json"
BEGIN, END = "<!-- made by python -m tools.export_table -->", "<!-- end of what it made -->"
PORTION = 40
"""Networks that one fresh process runs."""
Network = tuple[str, str, Callable[[], Predictor]]
"""The kind of layer that is tried, its settings, and what makes a network of it."""
Tried = dict[str, dict[str, dict[str, str]]]
"""What became of each setting, by format and kind of layer."""


def changes(spec: Layer) -> dict[str, Any]:
    """Where a layer differs from the usual one."""
    mine, usual = spec.keras_arguments(), type(spec)().keras_arguments()  # type: ignore[call-arg]
    return {name: value for name, value in mine.items() if value != usual[name]}


def is_told_by_another(spec: Layer) -> bool:
    """Whether another network shows the same: what is done only in training, the activations of `Activation`, and the
    settings of a layer that another one holds.
    """
    changed = changes(spec)
    if spec.is_stochastic or spec.is_augmentation:
        return True
    if changed.keys() <= {"activation", "recurrent_activation"} and spec.kind != "Activation":
        return True
    inner = spec.inner_layer
    return inner is not spec and inner != type(inner)()  # type: ignore[call-arg]


def usual_networks() -> Iterator[Network]:
    """Each kind in its usual settings: kind, settings, network."""
    for name, cls in Layer.registry.items():
        for place, (specs, shape) in enumerate(default_cases(cls)):
            yield name, "as usual" if not place else "as usual, behind words", partial(network_with, specs, shape)


def other_networks() -> Iterator[Network]:
    """Each kind with each setting that makes it compute differently."""
    for name, cls in Layer.registry.items():
        for spec in computing(cls):
            changed = ", ".join(f"{field}={value!s:.60}" for field, value in changes(spec).items())
            for specs, shape in cases(spec)[-1:]:
                if changed and not is_told_by_another(spec):
                    yield name, changed, partial(network_with, specs, shape)


def said(outcome: Outcome) -> str:
    """An outcome in a word or two."""
    if outcome.what == "equal":
        return "equal" if outcome.at_once is None else "equal, one at a time"
    return outcome.what


def try_in(format: str, networks: Iterator[Network], found: Tried) -> None:
    """Export networks that have not been tried yet, and note what becomes of them."""
    known = found.setdefault(format, {})
    new = (one for one in networks if one[1] not in known.get(one[0], {}))
    while portion := {(kind, settings): make() for kind, settings, make in islice(new, PORTION)}:
        with tempfile.TemporaryDirectory() as folder:
            outcomes = exported(portion, Path(folder), format)
        for (kind, settings), outcome in outcomes.items():
            known.setdefault(kind, {})[settings] = said(outcome)
            if outcome.what != "equal":
                print(format, kind, settings, outcome.what, outcome.error)
        FOUND.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(format, sum(map(len, known.values())), flush=True)


def cell(tried: dict[str, str] | None) -> str:
    """What became of a kind in a format: of all its settings alike, or which ones are otherwise."""
    if not tried:
        return ""
    odd = {settings: outcome for settings, outcome in tried.items() if not outcome.startswith("equal")}
    at_once = "equal, one at a time" if "equal, one at a time" in tried.values() else "equal"
    if not odd:
        return at_once
    named = "; ".join(f"`{settings}`" for settings in list(odd)[:6]) + ("; …" if len(odd) > 6 else "")
    others = len(tried) - len(odd)
    return f"refused: {named}" + (f"; {at_once} with {others} others" if others else "")


def table(found: Tried) -> str:
    """The table, as Markdown."""
    titles = {name: one.title for name, one in network_formats().items()}
    lines = ["| layer | " + " | ".join(titles.values()) + " |", "|---" * (len(titles) + 1) + "|"]
    for group in Group:
        for name, kind in Layer.registry.items():
            if kind.group == group:
                cells = [cell(found.get(one, {}).get(name)) for one in titles]
                lines.append(f"| {name} | " + " | ".join(cells) + " |")
    counts = ", ".join(f"{titles[one]} {sum(map(len, found.get(one, {}).values()))}" for one in titles)
    return "\n".join([*lines, "", f"Networks that were exported and run by themselves for this table: {counts}."])


def page(text: str, found: Tried) -> str:
    """The page with the table in its place."""
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{table(found)}\n{END}{rest.split(END, 1)[1]}"


def main() -> None:
    """Try what is asked for, and write the table."""
    warnings.simplefilter("ignore")
    every: list[str] = sys.argv[1:]
    found: Tried = json.loads(FOUND.read_text("utf-8")) if FOUND.exists() else {}
    for format in every or network_formats():
        try_in(format, other_networks() if every else usual_networks(), found)
    PAGE.write_text(page(PAGE.read_text("utf-8"), found), "utf-8")


if __name__ == "__main__":
    main()

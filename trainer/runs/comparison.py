"""Two runs side by side, in words: what was changed, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Protocol

from trainer.recipe.difference import Difference, differences
from trainer.recipe.recipe import Recipe
from trainer.runs.history import History

SPREAD = 2.0
"""Two accuracies closer than so many standard errors may well differ by chance alone: about 19 in 20 such differences
lie within it if there is no real one (the normal approximation of the binomial)."""


class RunLike(Protocol):
    """What a comparison has to know of a run; a run of the store is one."""

    @property
    def recipe(self) -> Recipe | None: ...
    @property
    def history(self) -> History: ...


@dataclass(frozen=True)
class Comparison:
    """What differs between two runs, and what came of it."""

    sentence: str
    """Such as `Only Dropout rate 0 → 0.3 changed: validation accuracy +1.2 points (97.1 % → 98.3 %).`"""
    hint: str | None
    """How to read that, in a sentence or two; None if there is nothing to add."""
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class _Outcome:
    """The best epoch's number in two runs."""

    metric: str
    before: float
    after: float
    rows: int | None
    """Validation rows that it was taken from; None if they differ or are the training rows."""

    @property
    def text(self) -> str:
        name = (
            self.metric.replace("val_", "validation ") if self.metric.startswith("val_") else f"training {self.metric}"
        )
        if not self.metric.endswith("accuracy"):
            return f"{name} {self.after - self.before:+.3f} ({self.before:.3f} → {self.after:.3f})"
        points = 100 * (self.after - self.before)
        return f"{name} {points:+.1f} points ({self.before:.1%} → {self.after:.1%})".replace("%", " %")

    @property
    def chance(self) -> float | None:
        """How far two such accuracies may be apart by chance, as a share; None for a loss or unknown rows."""
        if not self.rows or not self.metric.endswith("accuracy"):
            return None
        # Not below one row: with every answer right, the formula would say that nothing is ever chance.
        return max(SPREAD * sqrt(sum(p * (1 - p) / self.rows for p in (self.before, self.after))), 1 / self.rows)


def compare(first: RunLike, second: RunLike) -> Comparison:
    """What differs from the first run to the second, and how the best epoch's validation numbers moved.

    The best epoch is each run's own (`History.best_epoch`): by the number that a callback watches, else the validation
    loss. Where a run has no validation rows, both are compared by their training numbers, and the hint says so.
    """
    if first.recipe is None or second.recipe is None:
        return Comparison("The recipe of one of these runs cannot be read, so nobody can tell what changed.", None, ())
    found = differences(first.recipe, second.recipe)
    outcome = _outcome(first.history, second.history)
    told = f": {outcome.text}." if outcome is not None else "."
    if not found:
        sentence = "Nothing changed" + told
    elif len(found) == 1:
        sentence = f"Only {_inside(str(found[0].message))}" + _changed(found[0]) + told
    else:
        sentence = "; ".join(str(d.message) for d in found) + told
    hints = [*_reading(found, outcome), *_unfinished(first, second), *_fallback(outcome, first, second)]
    if outcome is None:
        hints = ["One of the runs has no whole epoch yet, so there are no numbers to compare."]
    return Comparison(sentence, " ".join(hints) or None, found)


def _inside(text: str) -> str:
    """A difference within a sentence: `learning rate (learning_rate) 0.001 → 0.01`."""
    return text[0].lower() + text[1:]


def _changed(difference: Difference) -> str:
    """A verb for a difference that has none yet."""
    return "" if difference.code.endswith(("_added", "_removed", "_moved")) else " changed"


def _reading(found: tuple[Difference, ...], outcome: _Outcome | None) -> list[str]:
    if outcome is None:
        return []
    if not found:
        if outcome.before == outcome.after:
            return ["The same recipe and seed give the same numbers."]
        return [
            "The recipes are the same, so the numbers should be: one run may be unfinished, or its data has changed."
        ]
    if [difference.where for difference in found] == ["seed"]:
        return [
            "Only chance was dealt anew, so this difference is the noise: smaller differences than this mean nothing."
        ]
    if len(found) > 1:
        number = {2: "Two", 3: "Three", 4: "Four"}.get(len(found), str(len(found)))
        return [f"{number} things changed at once, so nobody can tell which one did it. Change one at a time."]
    if found[0].where == "data":
        return ["The data is another, so the two numbers come from different rows: compare them with care."]
    if outcome.chance is not None and abs(outcome.after - outcome.before) < outcome.chance:
        return [
            f"With {outcome.rows:,} validation rows, differences below about {100 * outcome.chance:.1f} points may be "
            "chance. Train both again with another seed."
        ]
    return []


def _unfinished(first: RunLike, second: RunLike) -> list[str]:
    for name, run in (("first", first), ("second", second)):
        if not run.history.state.is_over:
            return [f"The {name} run still goes on; its numbers may change."]
    return []


def _fallback(outcome: _Outcome | None, first: RunLike, second: RunLike) -> list[str]:
    if outcome is None:
        return []
    if any(run.history.prepared is not None and run.history.prepared.same_rows for run in (first, second)):
        return ["The table is so small that validation rows are the training rows: they cannot show memorising."]
    if outcome.metric.startswith("val_"):
        return []
    return ["These are training numbers, since not both runs kept rows for validation: they cannot show memorising."]


def _outcome(first: History, second: History) -> _Outcome | None:
    before, after = _best(first), _best(second)
    for metric in ("val_accuracy", "val_loss", "accuracy", "loss"):
        if isfinite(before.get(metric, float("nan"))) and isfinite(after.get(metric, float("nan"))):
            sizes = {history.prepared.validation if history.prepared else None for history in (first, second)}
            rows = sizes.pop() if len(sizes) == 1 and metric.startswith("val_") else None
            return _Outcome(metric, before[metric], after[metric], rows)
    return None


def _best(history: History) -> dict[str, float]:
    """The numbers of the best epoch; none before the first."""
    best = history.best_epoch
    return next((epoch.logs for epoch in history.epochs if epoch.epoch == best), {})

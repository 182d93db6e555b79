"""Two runs side by side: what was changed, and what came of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isfinite, sqrt

from trainer.messages import Message, Parameter
from trainer.recipe.data import AnyData
from trainer.recipe.difference import Difference, differences
from trainer.recipe.recipe import Recipe
from trainer.runs.history import History
from trainer.runs.metrics import Metric
from trainer.runs.store import Run
from trainer.runs.wording import WORDING

SPREAD = 2.0
"""Two accuracies closer than so many standard errors may well differ by chance alone: about 19 in 20 such differences
lie within it if there is no real one (the normal approximation of the binomial)."""

NONE = Message(code="recipe.none")
"""What a setting has that is empty: of which limit there is none, the old value tells."""
ANY_SIZE = 10
"""Stands for all vocabularies and lengths of texts."""
MAX_BRIEF = 2
"""How many changes a line names; the others are counted."""


@dataclass(frozen=True)
class Comparison:
    """What differs between two runs, and what came of it."""

    sentence: Message
    """What changed, and how the numbers moved."""
    hints: tuple[Message, ...]
    """How to read that, one message a sentence."""
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class _Outcome:
    """The number that two runs are judged by."""

    metric: Metric
    before: float
    after: float
    rows: tuple[int, int] | None
    """How many rows each was taken from; None where that is not known, or where they are training rows."""
    is_alike: bool = True
    """Whether both answered the same questions; else the two numbers say nothing about each other."""

    @property
    def message(self) -> Message:
        change = self.after - self.before
        way = "down" if change < 0 else "up" if change else "same"
        moved = {"metric": self.metric.label, "before": self.before, "after": self.after}
        kind = "accuracy" if self.metric.is_accuracy else "loss"
        if not self.is_alike:
            return WORDING.message(f"{kind}_of_other_data", **moved)
        if self.metric.is_accuracy:
            return WORDING.message(f"accuracy_{way}", points=round(abs(100 * change), 1), **moved)
        return WORDING.message(f"loss_{way}", change=abs(change), **moved)

    @property
    def chance(self) -> float | None:
        """How far two such accuracies may be apart by chance, as a share; None for a loss or unknown rows."""
        if not self.rows or not self.metric.is_accuracy or not self.is_alike:
            return None
        shares = (self.before, self.after)
        variance = sum(share * (1 - share) / rows for share, rows in zip(shares, self.rows, strict=True))
        # Not below one row: with every answer right, the formula would say that nothing is ever chance.
        return max(SPREAD * sqrt(variance), 1 / min(self.rows))

    @property
    def may_be_chance(self) -> bool:
        """Whether that is as far as they are apart, or farther; not of what nobody can tell it of."""
        return self.chance is not None and abs(self.after - self.before) < self.chance


def compare(first: Run, second: Run) -> Comparison:
    """What differs from the first run to the second, and how the validation numbers moved.

    They are those that each run is judged by (`History.scored_epoch`): of the epoch whose weights are in the model,
    while it trains of the last one. Where a run has no validation rows, both are compared by their training numbers,
    and a hint says so. Of other data the numbers are told, but not how far they are apart.
    """
    if first.recipe is None or second.recipe is None:
        return Comparison(WORDING.message("comparison_unreadable"), (), ())
    found = differences(first.recipe, second.recipe)
    outcome = _outcome(first, second)
    sentence = _changes(found)
    if outcome is None:
        return Comparison(sentence, (WORDING.message("nothing_to_compare"),), found)
    sentence = WORDING.message("comparison", changes=sentence, outcome=outcome.message)
    hints = (
        *_reading(found, outcome), *_tests(first, second), *_unfinished(first, second),
        *_fallback(outcome, first, second),
    )  # fmt: skip
    return Comparison(sentence, hints, found)


def learn_from_same(first: Recipe, second: Recipe) -> bool:
    """Whether two recipes learn from the same data, perhaps from another part of it."""
    return type(first.data) is type(second.data) and first.data.path == second.data.path


def are_judged_alike(first: Recipe, second: Recipe) -> bool:
    """Whether two recipes are validated on the same rows with the same right answers, if on equally many."""
    return first.seed == second.seed and _judged_on(first) == _judged_on(second)


def tested_on(recipe: Recipe) -> tuple[AnyData, int | None]:
    """What decides on which rows a recipe is tested, and with which right answers: equal for the same ones."""
    data = _judged_on(recipe)
    if data.has_own_test:
        return data.with_(validation=0.0), None
    return data, recipe.seed


def _judged_on(recipe: Recipe) -> AnyData:
    """The data without what decides only how many rows are learned from, and how texts are read."""
    data = recipe.data.with_training_limit(None) or recipe.data
    return (data.with_length(ANY_SIZE) or data).with_vocabulary(ANY_SIZE).with_text_rule("unicode")


def may_be_chance(first: Run, second: Run) -> bool:
    """Whether two runs that are judged alike may differ by chance alone, or not at all."""
    outcome = _outcome(first, second)
    return outcome is not None and outcome.may_be_chance


@lru_cache(maxsize=4096)  # two long stacks take a while, and a list shows the same pairs with every click
def brief_changes(old: Recipe, new: Recipe) -> Message:
    """What the new recipe has instead of the old one, short enough to stand beside a run's name.

    Settings are told by their plain names and new values, as in `Learning rate 0.01 and 3. Dropout: Rate 0.5`.
    """
    found = differences(old, new)
    if not found:
        return WORDING.message("brief_same")
    told: list[Message] = [_brief(difference.message) for difference in found[:MAX_BRIEF]]
    if len(found) > MAX_BRIEF:
        told.append(WORDING.message("brief_more", count=len(found) - MAX_BRIEF))
    return WORDING.message("brief", changes=told)


def _brief(difference: Message) -> Message:
    told = difference.parameters
    match difference.code, told.get("change"):
        case "recipe.setting_changed", _ if told["new"] != NONE:
            return WORDING.message("brief_setting", setting=_plain(told["setting"]), value=told["new"])
        case "recipe.in_kind", Message() as change:
            return _brief(change)
        case (("recipe.in_layer" | "recipe.in_callback"), Message() as change):
            return WORDING.message("brief_item", number=told["number"], kind=told["kind"], change=_brief(change))
    return difference


def _plain(setting: Parameter) -> Parameter:
    """What a setting is called, without its name in Keras."""
    if isinstance(setting, Message) and setting.code == "recipe.field_titled":
        return WORDING.message("brief_title", title=setting.parameters["title"])
    return setting


def _changes(found: tuple[Difference, ...]) -> Message:
    if not found:
        return WORDING.message("nothing_changed")
    return WORDING.message("changed", count=len(found), changes=[difference.message for difference in found])


def _reading(found: tuple[Difference, ...], outcome: _Outcome) -> list[Message]:
    if not found:
        return [WORDING.message("same_numbers" if outcome.before == outcome.after else "same_recipes")]
    if [difference.where for difference in found] == ["seed"]:
        return [WORDING.message("only_seed_changed")]
    if not outcome.is_alike:
        return [WORDING.message("data_changed")]
    told = [WORDING.message("several_changed")] if len(found) > 1 else []
    if outcome.rows is not None and outcome.chance is not None and outcome.may_be_chance:
        told.append(WORDING.message("may_be_chance", rows=min(outcome.rows), points=round(100 * outcome.chance, 1)))
    return told


def _tests(first: Run, second: Run) -> list[Message]:
    """Whether the two did differently in the test, if they answered the same rows."""
    tests = [run.history.test_of_weights for run in (first, second)]
    rows = {test.rows for test in tests if test is not None}
    same_rows = any(run.history.prepared is not None and run.history.prepared.same_rows for run in (first, second))
    if None in tests or len(rows) > 1 or same_rows or first.recipe is None or second.recipe is None:
        return []
    if tested_on(first.recipe) != tested_on(second.recipe):
        return []
    before, after = (test.logs["accuracy"] for test in tests if test is not None)
    count = rows.pop()
    outcome = _Outcome(Metric("accuracy"), before, after, (count, count))
    if outcome.chance is None:
        return []
    code = "tests_may_be_chance" if outcome.may_be_chance else "tests_differ"
    points = {"apart": round(100 * abs(after - before), 1), "points": round(100 * outcome.chance, 1)}
    return [WORDING.message(code, rows=count, before=before, after=after, **points)]


def _unfinished(first: Run, second: Run) -> list[Message]:
    for code, run in (("first_still_training", first), ("second_still_training", second)):
        if not run.history.state.is_over:
            return [WORDING.message(code)]
    return []


def _fallback(outcome: _Outcome, first: Run, second: Run) -> list[Message]:
    if any(run.history.prepared is not None and run.history.prepared.same_rows for run in (first, second)):
        return [WORDING.message("validated_on_training_rows")]
    return [] if outcome.metric.is_of_validation else [WORDING.message("training_numbers_compared")]


def _outcome(first: Run, second: Run) -> _Outcome | None:
    before, after = _score(first.history), _score(second.history)
    for metric in map(Metric, ("val_accuracy", "val_loss", "accuracy", "loss")):
        values = before.get(metric.name, float("nan")), after.get(metric.name, float("nan"))
        if all(map(isfinite, values)):
            return _Outcome(metric, *values, _validation_rows(metric, first, second), _answer_the_same(first, second))
    return None


def _validation_rows(metric: Metric, *runs: Run) -> tuple[int, int] | None:
    known = [run.history.prepared.validation for run in runs if run.history.prepared is not None]
    if not metric.is_of_validation or len(known) < 2 or not all(known):
        return None
    return known[0], known[1]


def _answer_the_same(first: Run, second: Run) -> bool:
    """Whether two runs are asked for the same answers to examples of the same data, perhaps to other ones of them."""
    if first.recipe is None or second.recipe is None:
        return False
    return _judged_on(first.recipe).with_(validation=0.0) == _judged_on(second.recipe).with_(validation=0.0)


def _score(history: History) -> dict[str, float]:
    """The numbers of the epoch that a run is judged by; none before the first."""
    return {} if history.scored_epoch is None else history.scored_epoch.logs

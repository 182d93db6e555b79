"""The book of costs with a fake clock, and the engine with a stand-in trainer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.orders import noted
from tests.support.processes import wait_until
from trainer import PROJECT
from trainer.engine.costs import (
    ENDED,
    FORGET_AFTER_SECONDS,
    LOADING,
    MAX_ANSWERS,
    MEASURING,
    RETRY_AFTER_SECONDS,
    SENDING,
    SETTLE_SECONDS,
    Costs,
    Measuring,
)
from trainer.engine.local import LocalEngine
from trainer.recipe.cost import Compiled, Cost
from trainer.recipe.recipe import Recipe

Tiny = Callable[..., Recipe]
COST = Cost(first=1.0, once=2.0, training=3.0, validation=0.5, saving=0.1)
PATIENCE = 60.0


class Trainer:
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def __call__(self, do: str, word: str, **more: str) -> None:
        self.asked.append((do, word))

    @property
    def last(self) -> str:
        return self.asked[-1][1]


@pytest.fixture
def trainer() -> Trainer:
    return Trainer()


@pytest.fixture
def costs(trainer: Trainer, clock: Any) -> Costs:
    return Costs(trainer, clock)


def ask(costs: Costs, clock: Any, recipe: Recipe, asker: str = "me") -> Cost | str | Measuring:
    """Ask, stand still, and ask again."""
    costs.of(recipe, asker, ready=True)
    clock.now += 2 * SETTLE_SECONDS
    return costs.of(recipe, asker, ready=True)


def answer(costs: Costs, trainer: Trainer, **more: object) -> None:
    costs.handle_answer({"say": "cost", "question": trainer.last, **more})


def test_examples_are_asked_for_beside_the_cost(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    layers = [{"shape": [28, 28, 1], "png": ""}]
    assert costs.layer_outputs(tiny(), 3, "me", ready=False) == Measuring(LOADING)
    assert costs.layer_outputs(tiny(), 3, "me", ready=True) == Measuring(SENDING)
    ask(costs, clock, tiny())
    costs.layer_outputs(tiny(), 3, "me", ready=True)
    assert [do for do, _ in trainer.asked] == ["cost", "look"], "one does not put the other aside"
    costs.handle_answer({"say": "look", "question": trainer.last, "layers": layers})
    assert costs.layer_outputs(tiny(), 3, "you", ready=True) == layers
    assert costs.layer_outputs(tiny(), 4, "me", ready=True) == Measuring(SENDING)
    assert costs.layer_outputs(tiny("seed=2"), 3, "me", ready=True) == Measuring(SENDING), "another split, other words"
    assert isinstance(costs.of(tiny(), "me", ready=True), Measuring), "the cost is still to come"


def test_an_example_that_does_not_go_through_is_tried_again_later(
    costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny
) -> None:
    costs.layer_outputs(tiny(), "words", "me", ready=True)
    clock.now += 2 * SETTLE_SECONDS
    costs.layer_outputs(tiny(), "words", "me", ready=True)
    costs.handle_answer({"say": "look", "question": trainer.last, "text": "This model reads pictures."})
    assert costs.layer_outputs(tiny(), "words", "me", ready=True) == "This model reads pictures."
    clock.now += RETRY_AFTER_SECONDS
    assert costs.layer_outputs(tiny(), "words", "me", ready=True) == Measuring(SENDING)


def test_a_table_that_was_written_anew_is_measured_anew(
    costs: Costs, trainer: Trainer, clock: Any, tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("text,label\ngood,1\n", "utf-8")
    recipe = Recipe.load(PROJECT / "recipes" / "text_lstm.json").with_settings([f"data.path={table}"])
    ask(costs, clock, recipe)
    answer(costs, trainer, cost=COST.model_dump(mode="json"))
    assert costs.of(recipe, "me", ready=True) == COST
    table.write_text("text,label\n" + "good,1\n" * 1000, "utf-8")
    assert isinstance(ask(costs, clock, recipe), Measuring)
    assert len(trainer.asked) == 2


def test_a_recipe_that_stands_still_is_measured_once(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    assert costs.of(tiny(), "me", ready=True) == Measuring(MEASURING)
    assert trainer.asked == []
    assert not costs.is_asking
    assert ask(costs, clock, tiny()) == Measuring(MEASURING)
    ask(costs, clock, tiny())
    assert [do for do, _ in trainer.asked] == ["cost"]
    asking: list[bool] = [costs.is_asking]
    costs.handle_answer({"say": "measuring", "question": trainer.last, "text": "Waits for its turn."})
    assert costs.of(tiny(), "me", ready=True) == Measuring("Waits for its turn.")
    costs.handle_answer({"say": "measuring", "question": trainer.last, "text": None})
    assert costs.of(tiny(), "me", ready=True) == Measuring(MEASURING)
    answer(costs, trainer, cost=COST.model_dump())
    asking.append(costs.is_asking)
    assert asking == [True, False]
    assert costs.of(tiny("fit.epochs=7", "name=Another"), "someone else", ready=False) == COST
    assert len(trainer.asked) == 1


def test_a_recipe_that_moves_is_not_measured(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    for units in range(4, 9):
        costs.of(tiny(f"layers.1.units={units}"), "me", ready=True)
        clock.now += SETTLE_SECONDS / 2
    assert trainer.asked == []


def test_a_newer_question_replaces_the_older_one_of_the_same_asker(
    costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny
) -> None:
    ask(costs, clock, tiny())
    first = trainer.last
    ask(costs, clock, tiny("layers.1.units=4"))
    assert [do for do, _ in trainer.asked] == ["cost", "forget", "cost"]
    assert trainer.asked[1] == ("forget", first)
    costs.handle_answer({"say": "cost", "question": first, "cost": COST.model_dump()})
    costs.handle_answer({"say": "measuring", "question": first, "text": "too late"})
    answer(costs, trainer, cost=COST.model_dump())
    assert costs.of(tiny("layers.1.units=4"), "me", ready=True) == COST
    assert isinstance(costs.of(tiny(), "me", ready=True), Measuring), "what nobody waited for is not taken"


def test_a_question_of_two_is_kept_for_the_other(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    ask(costs, clock, tiny(), "me")
    ask(costs, clock, tiny(), "you")
    ask(costs, clock, tiny("layers.1.units=4"), "me")
    assert [do for do, _ in trainer.asked] == ["cost", "cost"]


def test_who_has_gone_no_longer_waits(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    ask(costs, clock, tiny(), "gone")
    clock.now += FORGET_AFTER_SECONDS + 1
    ask(costs, clock, tiny("layers.1.units=4"), "here")
    assert [do for do, _ in trainer.asked] == ["cost", "forget", "cost"]


def test_a_trainer_that_is_still_loading(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    for _ in range(3):
        assert costs.of(tiny(), "me", ready=False) == Measuring(LOADING)
        clock.now += 2 * SETTLE_SECONDS
    assert trainer.asked == []
    assert costs.of(tiny(), "me", ready=True) == Measuring(MEASURING)
    assert len(trainer.asked) == 1, "by now it has stood still long enough"


def test_why_there_is_none_is_said_and_tried_again_later(
    costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny
) -> None:
    ask(costs, clock, tiny())
    answer(costs, trainer, text="It does not work.")
    assert ask(costs, clock, tiny()) == "It does not work."
    clock.now += RETRY_AFTER_SECONDS
    assert isinstance(ask(costs, clock, tiny()), Measuring)
    assert len(trainer.asked) == 2
    answer(costs, trainer, cost={"first": "nonsense"})
    assert "none" in str(ask(costs, clock, tiny()))


def test_compiling_that_was_not_tried_is_asked_for_with_the_epochs_that_need_it(
    costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny
) -> None:
    guessed = COST.model_copy(update={"compiled": Compiled(from_epochs=5, takes=2.0, share=0.4)})
    ask(costs, clock, tiny("fit.epochs=4"))
    answer(costs, trainer, cost=guessed.model_dump())
    assert costs.of(tiny("fit.epochs=4"), "me", ready=True) == guessed
    assert isinstance(ask(costs, clock, tiny("fit.epochs=5")), Measuring)
    assert len(trainer.asked) == 2
    final = COST.model_copy(update={"compiled": Compiled(from_epochs=5, takes=2.0, share=0.4, final=True)})
    answer(costs, trainer, cost=final.model_dump())
    assert costs.of(tiny("fit.epochs=5"), "me", ready=True) == final


def test_an_answer_that_was_forgotten_is_asked_anew(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    ask(costs, clock, tiny())
    answer(costs, trainer)
    assert isinstance(ask(costs, clock, tiny()), Measuring)
    assert len(trainer.asked) == 2


def test_a_trainer_that_dies_of_a_question_is_not_asked_again(
    costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny
) -> None:
    other = tiny("layers.1.units=4")
    ask(costs, clock, tiny(), "me")
    costs.handle_answer({"say": "measuring", "question": trainer.last, "text": None})
    ask(costs, clock, other, "you")
    costs.trainer_ended()
    assert costs.of(tiny(), "me", ready=True) == ENDED
    assert isinstance(costs.of(other, "you", ready=True), Measuring)
    assert [do for do, _ in trainer.asked] == ["cost"] * 3, "the other had not begun"


def test_what_is_trained_need_not_be_measured(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    ask(costs, clock, tiny())
    costs.drop(tiny("fit.epochs=9"))
    assert [do for do, _ in trainer.asked] == ["cost", "forget"]
    assert not costs.is_asking


def test_only_so_many_are_kept(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    recipes = [tiny(f"layers.1.units={units}") for units in range(1, MAX_ANSWERS + 2)]
    for recipe in recipes:
        ask(costs, clock, recipe)
        answer(costs, trainer, cost=COST.model_dump())
    assert costs.of(recipes[1], "you", ready=True) == COST
    assert isinstance(costs.of(recipes[0], "you", ready=True), Measuring)


@pytest.mark.processes
def test_an_engine_asks_its_trainer_and_gives_way_to_a_run(
    stand_in: LocalEngine,
    orders: Any,
    tiny: Tiny,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("trainer.engine.costs.SETTLE_SECONDS", 0.0)
    assert isinstance(stand_in.cost(tiny(), "me"), Measuring)
    assert stand_in.ready.wait(PATIENCE)
    stand_in.cost(tiny(), "me")
    run = stand_in.submit(tiny())
    assert stand_in.going == 1
    wait_until(lambda: len(noted(orders)) == 3)
    (first, question), *rest = noted(orders)
    assert (first, rest) == ("cost", [("forget", question), ("train", run)])
    assert stand_in._process is not None
    stand_in.cost(tiny("layers.1.units=4"), "me")
    wait_until(lambda: len(noted(orders)) == 4)
    word = noted(orders)[-1][1]
    stand_in._heard(stand_in._process, {"say": "cost", "question": word, "cost": COST.model_dump()})
    assert stand_in.cost(tiny("layers.1.units=4"), "me") == COST
    stand_in.close()

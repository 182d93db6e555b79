"""The book of costs with a fake clock, and the engine with a stand-in trainer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.orders import noted
from tests.support.processes import wait_until
from trainer import PROJECT
from trainer.engine.costs import FORGET_SECONDS, MAX_ANSWERS, RETRY_SECONDS, SETTLE_SECONDS, Costs, Measuring
from trainer.engine.local import LocalEngine
from trainer.engine.protocol import (
    AskNetwork,
    Command,
    DropQuestion,
    MakeDraftNetwork,
    MakeNetwork,
    MeasureCost,
    QuestionAnswered,
    QuestionWaits,
    Scores,
)
from trainer.engine.wording import WORDING
from trainer.recipe.cost import Cost
from trainer.recipe.recipe import Recipe
from trainer.runs.draft_networks import key_of
from trainer.runs.network import Network, NetworkInput

Tiny = Callable[..., Recipe]
COST = Cost(first=1.0, once=2.0, training=3.0, validation=0.5, saving=0.1)
LOADING, MEASURING = WORDING.message("starting"), WORDING.message("measuring")
MAKING, ENDED = WORDING.message("making_network"), WORDING.message("trainer_ended")
SHAPE = (6, 6, 1)
WAITS = WORDING.message("waits_for_memory")
NETWORK = Network(input=NetworkInput(dtype="float32", shape=(4,)), layers=(), weights=(), bytes=0, sha256="0")
PATIENCE = 60.0


class Trainer:
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Command] = []

    def __call__(self, command: Command) -> None:
        self.asked.append(command)

    @property
    def kinds(self) -> list[type[Command]]:
        return [type(command) for command in self.asked]

    @property
    def last(self) -> str:
        """The question that was asked last."""
        asked = self.asked[-1]
        assert isinstance(asked, MeasureCost | MakeDraftNetwork | MakeNetwork | AskNetwork)
        return asked.question_id


@pytest.fixture
def trainer() -> Trainer:
    return Trainer()


@pytest.fixture
def costs(trainer: Trainer, clock: Any) -> Costs:
    return Costs(trainer, clock)


def ask(costs: Costs, clock: Any, recipe: Recipe, asker: str = "me") -> object:
    """Ask, stand still, and ask again."""
    costs.of(recipe, asker, ready=True)
    clock.now += 2 * SETTLE_SECONDS
    return costs.of(recipe, asker, ready=True)


def answer(costs: Costs, trainer: Trainer, cost: Cost = COST) -> None:
    costs.handle_answer(QuestionAnswered(question_id=trainer.last, answer=cost))


def test_the_network_of_a_draft_is_asked_for_beside_its_cost(
    costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny
) -> None:
    def ask_network(recipe: Recipe, *, ready: bool = True) -> object:
        return costs.draft_network(key_of(recipe, SHAPE), recipe, SHAPE, "me", ready=ready)

    assert ask_network(tiny(), ready=False) == Measuring(LOADING)
    assert ask_network(tiny()) == Measuring(MAKING)
    ask(costs, clock, tiny())
    ask_network(tiny())
    assert trainer.kinds == [MeasureCost, MakeDraftNetwork], "one does not put the other aside"
    costs.handle_answer(QuestionAnswered(question_id=trainer.last, answer=ENDED))
    assert ask_network(tiny("fit.epochs=7")) == ENDED, "it would be the same network"
    assert ask_network(tiny("seed=2")) == Measuring(MAKING), "other weights"
    clock.now += RETRY_SECONDS
    assert ask_network(tiny()) == Measuring(MAKING)
    assert isinstance(costs.of(tiny(), "me", ready=True), Measuring), "the cost is still to come"


def test_a_network_is_asked_for_at_once_and_is_not_kept_here(costs: Costs, trainer: Trainer, clock: Any) -> None:
    making = Measuring(MAKING)
    assert costs.network("a run", ready=False) == Measuring(LOADING)
    assert costs.network("a run", ready=True) == making
    assert costs.network("a run", ready=True) == making
    assert trainer.kinds == [MakeNetwork], "whoever asks"
    costs.handle_answer(QuestionAnswered(question_id=trainer.last, answer=NETWORK))
    assert costs.network("a run", ready=True) == making, "it was not in the run's folder: it is made again"
    costs.handle_answer(QuestionAnswered(question_id=trainer.last, answer=ENDED))
    assert costs.network("a run", ready=True) == ENDED
    clock.now += RETRY_SECONDS
    assert costs.network("a run", ready=True) == making


def test_each_example_is_asked_about_once_for_the_same_weights(costs: Costs, trainer: Trainer) -> None:
    waits, found = Measuring(WORDING.message("asking_network")), Scores(scores=(0.25, 0.75))
    assert [costs.scores("a run", "weights", "example", ready=True) for _ in range(2)] == [waits, waits]
    assert trainer.kinds == [AskNetwork]
    costs.handle_answer(QuestionAnswered(question_id=trainer.last, answer=found))
    assert costs.scores("a run", "weights", "example", ready=True) == found
    others = [("a run", "weights", "another"), ("a run", "others", "example"), ("another", "weights", "example")]
    assert [costs.scores(*other, ready=True) for other in others] == [waits] * 3
    assert trainer.kinds == [AskNetwork] * 4


def test_a_table_that_was_written_anew_is_measured_anew(
    costs: Costs, trainer: Trainer, clock: Any, tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("text,label\ngood,1\n", "utf-8")
    recipe = Recipe.load(PROJECT / "recipes" / "text_lstm.json").with_settings([f"data.path={table}"])
    ask(costs, clock, recipe)
    answer(costs, trainer)
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
    assert trainer.kinds == [MeasureCost]
    asking: list[bool] = [costs.is_asking]
    costs.handle_answer(QuestionWaits(question_id=trainer.last, message=WAITS))
    assert costs.of(tiny(), "me", ready=True) == Measuring(WAITS)
    costs.handle_answer(QuestionWaits(question_id=trainer.last, message=None))
    assert costs.of(tiny(), "me", ready=True) == Measuring(MEASURING)
    answer(costs, trainer)
    asking.append(costs.is_asking)
    assert asking == [True, False]
    assert costs.of(tiny("fit.epochs=7", "name=Another"), "someone else", ready=False) == COST
    assert len(trainer.asked) == 1


def test_what_is_known_is_told_without_a_question(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    assert costs.known(tiny()) is None
    assert not costs.is_asking
    ask(costs, clock, tiny())
    answer(costs, trainer)
    assert costs.known(tiny()) == COST
    assert costs.known(tiny("layers.1.units=4")) is None


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
    assert trainer.kinds == [MeasureCost, DropQuestion, MeasureCost]
    assert trainer.asked[1] == DropQuestion(question_id=first)
    costs.handle_answer(QuestionAnswered(question_id=first, answer=COST))
    costs.handle_answer(QuestionWaits(question_id=first, message=WAITS))
    answer(costs, trainer)
    assert costs.of(tiny("layers.1.units=4"), "me", ready=True) == COST
    assert isinstance(costs.of(tiny(), "me", ready=True), Measuring), "what nobody waited for is not taken"


def test_a_question_of_two_is_kept_for_the_other(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    ask(costs, clock, tiny(), "me")
    ask(costs, clock, tiny(), "you")
    ask(costs, clock, tiny("layers.1.units=4"), "me")
    assert trainer.kinds == [MeasureCost, MeasureCost]


def test_who_has_gone_no_longer_waits(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    ask(costs, clock, tiny(), "gone")
    clock.now += FORGET_SECONDS + 1
    ask(costs, clock, tiny("layers.1.units=4"), "here")
    assert trainer.kinds == [MeasureCost, DropQuestion, MeasureCost]


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
    costs.handle_answer(QuestionAnswered(question_id=trainer.last, answer="It does not work."))
    assert ask(costs, clock, tiny()) == "It does not work."
    clock.now += RETRY_SECONDS
    assert isinstance(ask(costs, clock, tiny()), Measuring)
    assert len(trainer.asked) == 2


def test_both_sides_of_compiling_are_measured_and_kept(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    plain = COST.model_copy(update={"compiled_from": 5})
    ask(costs, clock, tiny("fit.epochs=4"))
    answer(costs, trainer, plain)
    assert costs.of(tiny("fit.epochs=4"), "me", ready=True) == plain
    assert isinstance(ask(costs, clock, tiny("fit.epochs=5")), Measuring)
    assert len(trainer.asked) == 2
    compiled = COST.model_copy(update={"compiled_from": 5, "is_compiled": True})
    answer(costs, trainer, compiled)
    assert costs.of(tiny("fit.epochs=5"), "me", ready=True) == compiled
    assert costs.of(tiny("fit.epochs=4"), "you", ready=True) == plain
    assert len(trainer.asked) == 2


def test_an_answer_that_was_forgotten_is_asked_anew(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    ask(costs, clock, tiny())
    costs.handle_answer(QuestionAnswered(question_id=trainer.last, answer=None))
    assert isinstance(ask(costs, clock, tiny()), Measuring)
    assert len(trainer.asked) == 2


def test_a_trainer_that_dies_of_a_question_is_not_asked_again(
    costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny
) -> None:
    other = tiny("layers.1.units=4")
    ask(costs, clock, tiny(), "me")
    costs.handle_answer(QuestionWaits(question_id=trainer.last, message=None))
    ask(costs, clock, other, "you")
    costs.trainer_ended()
    assert costs.of(tiny(), "me", ready=True) == ENDED
    assert isinstance(costs.of(other, "you", ready=True), Measuring)
    assert trainer.kinds == [MeasureCost] * 3, "the other had not begun"


def test_what_is_trained_need_not_be_measured(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    ask(costs, clock, tiny())
    costs.drop(tiny("fit.epochs=9"))
    assert trainer.kinds == [MeasureCost, DropQuestion]
    assert not costs.is_asking


def test_only_so_many_are_kept(costs: Costs, trainer: Trainer, clock: Any, tiny: Tiny) -> None:
    recipes = [tiny(f"layers.1.units={units}") for units in range(1, MAX_ANSWERS + 2)]
    for recipe in recipes:
        ask(costs, clock, recipe)
        answer(costs, trainer)
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
    assert len(stand_in.active_runs) == 1
    wait_until(lambda: len(noted(orders)) == 3)
    (first, question), *rest = noted(orders)
    assert (first, rest) == ("measure_cost", [("drop_question", question), ("train", run)])
    assert stand_in._process is not None
    stand_in.cost(tiny("layers.1.units=4"), "me")
    wait_until(lambda: len(noted(orders)) == 4)
    word = noted(orders)[-1][1]
    stand_in._handle_answer(stand_in._process, QuestionAnswered(question_id=word, answer=COST))
    assert stand_in.cost(tiny("layers.1.units=4"), "me") == COST
    stand_in.close()

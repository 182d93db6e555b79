"""The measurer without Keras: each question is answered once, in turn with fits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from trainer.engine import measurer as module
from trainer.engine.measurer import Measurer
from trainer.engine.memory_budget import MemoryBudget
from trainer.engine.scheduler import Scheduler
from trainer.fit.control import Control
from trainer.recipe.cost import Cost
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

Tiny = Callable[..., Recipe]
COST = Cost(first=1.0, once=2.0, training=3.0, validation=0.5, saving=0.1)
PATIENCE = 60.0


class Heard:
    """What a measurer says."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self._any = threading.Condition()

    def __call__(self, what: str, **more: Any) -> None:
        with self._any:
            self.said.append({"say": what, **more})
            self._any.notify_all()

    def until(self, what: str, question: str) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            fitting = [said for said in self.said if (said["say"], said["question"]) == (what, question)]
            return fitting[-1] if fitting else None

        with self._any:
            assert self._any.wait_for(lambda: found() is not None, PATIENCE)
        return found() or {}


def test_a_measurer_answers_each_question_once(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, scheduler, memory = Heard(), Scheduler(), MemoryBudget(lambda: 10**9)
    measurer = Measurer(scheduler, memory, heard)
    found: dict[str, Any] = {
        "good": COST,
        "wrong": RecipeError("No such file."),
        "bad": MemoryError(),
        "odd": ValueError(),
    }

    def measure(recipe: Recipe, *_: object) -> Cost:
        if isinstance(found[recipe.name], Exception):
            raise found[recipe.name]
        cost: Cost = found[recipe.name]
        return cost

    monkeypatch.setattr(module, "measure", measure)
    for name in found:
        measurer.measure(name, tiny(f"name={name}").to_json())
    assert heard.until("cost", "good")["cost"] == COST.model_dump()
    assert heard.until("cost", "wrong")["text"] == "No such file."
    assert "memory" in heard.until("cost", "bad")["text"]
    assert "ValueError" in heard.until("cost", "odd")["text"]
    measurer.measure("nonsense", "{}")
    assert heard.until("cost", "nonsense")["text"]
    assert sum(said["say"] == "cost" for said in heard.said) == 5
    monkeypatch.setattr(module, "outputs_of_recipe", lambda recipe, example, *_: [{"of": (recipe.name, example)}])
    measurer.layer_outputs("looks", tiny("name=mine").to_json(), 7)
    assert heard.until("look", "looks")["layers"] == [{"of": ("mine", 7)}]
    measurer.forget("good")
    measurer.close(PATIENCE)
    assert not scheduler.length


def test_a_measurer_takes_turns_and_forgets(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    heard, scheduler = Heard(), Scheduler()
    measurer = Measurer(scheduler, MemoryBudget(lambda: 10**9), heard)
    begun = threading.Event()

    def endless(_: Recipe, control: Control, __: object) -> Cost:
        begun.set()
        while True:
            control.boundary()

    monkeypatch.setattr(module, "measure", endless)
    fit = scheduler.slot(lambda: False)
    assert fit.take()
    measurer.measure("waits", tiny().to_json())
    assert "1 other is computing" in heard.until("measuring", "waits")["text"]
    measurer.forget("waits")
    assert heard.until("cost", "waits").keys() == {"say", "question"}
    fit.leave()
    measurer.measure("goes on", tiny().to_json())
    assert begun.wait(PATIENCE)
    assert heard.until("measuring", "goes on")["text"] is None
    measurer.close(PATIENCE)
    assert heard.until("cost", "goes on").keys() == {"say", "question"}
    assert not scheduler.length

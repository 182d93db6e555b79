"""The measurer without Keras: each question is answered once, in turn with fits."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Callable
from errno import ENOSPC
from typing import Any, TypeVar

import numpy as np
import pytest

from tests.support.processes import wait_until
from trainer.data.drawing import form_of
from trainer.engine import measurer as module
from trainer.engine.local import LocalEngine
from trainer.engine.measurer import Measurer
from trainer.engine.memory_budget import MemoryBudget
from trainer.engine.protocol import (
    AskNetwork,
    MakeDraftNetwork,
    MakeNetwork,
    MeasureCost,
    QuestionAnswer,
    QuestionAnswered,
    QuestionWaits,
    Scores,
    Train,
)
from trainer.engine.scheduler import Scheduler
from trainer.engine.wording import WORDING
from trainer.engine.worker import Worker
from trainer.fit import graph
from trainer.fit.control import Control
from trainer.recipe.cost import Cost
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.draft_networks import DraftNetwork
from trainer.runs.network import Network, RefusedNetwork, kept_network
from trainer.runs.store import Store, new_id

Tiny = Callable[..., Recipe]
COST = Cost(first=1.0, once=2.0, training=3.0, validation=0.5, saving=0.1)
PATIENCE = 60.0
Some = TypeVar("Some", bound=QuestionAnswer)


class Told:
    """What a measurer tells."""

    def __init__(self) -> None:
        self.said: list[QuestionAnswer] = []
        self._any = threading.Condition()

    def __call__(self, answer: QuestionAnswer) -> None:
        with self._any:
            self.said.append(answer)
            self._any.notify_all()

    def until(self, kind: type[Some], question_id: str) -> Some:
        """The last answer of a kind to a question, once there is one."""

        def found() -> list[Some]:
            return [said for said in self.said if isinstance(said, kind) and said.question_id == question_id]

        with self._any:
            assert self._any.wait_for(lambda: bool(found()), PATIENCE)
        return found()[-1]


def cost_of(question_id: str, recipe: Recipe) -> MeasureCost:
    return MeasureCost(question_id=question_id, recipe=recipe.to_json())


def test_a_measurer_answers_each_question_once(store: Store, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    told, scheduler = Told(), Scheduler()
    measurer = Measurer(store, scheduler, MemoryBudget(lambda: 10**9), told)
    found: dict[str, Any] = {
        "good": COST,
        "wrong": RecipeError("No such file."),
        "bad": MemoryError(),
        "odd": ValueError(),
    }

    def measure(recipe: Recipe, *_: object, same_process: bool) -> Cost:
        assert same_process, "fits run where their cost was measured"
        if isinstance(found[recipe.name], Exception):
            raise found[recipe.name]
        cost: Cost = found[recipe.name]
        return cost

    monkeypatch.setattr(module, "measure", measure)
    for name in found:
        measurer.begin(cost_of(name, tiny(f"name={name}")))
    assert told.until(QuestionAnswered, "good").answer == COST
    assert told.until(QuestionAnswered, "wrong").answer == "No such file."
    assert told.until(QuestionAnswered, "bad").answer == WORDING.message("out_of_memory")
    assert told.until(QuestionAnswered, "odd").answer == WORDING.message("cost_failed", error="ValueError")
    measurer.begin(MeasureCost(question_id="nonsense", recipe="{}"))
    assert told.until(QuestionAnswered, "nonsense").answer
    assert sum(not isinstance(said, QuestionWaits) for said in told.said) == 5
    measurer.drop("good")
    measurer.close(PATIENCE)
    assert not scheduler.length


def test_a_measurer_takes_turns_and_drops(store: Store, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    told, scheduler = Told(), Scheduler()
    measurer = Measurer(store, scheduler, MemoryBudget(lambda: 10**9), told)
    begun = threading.Event()

    def endless(_: Recipe, control: Control, __: object, *, same_process: bool) -> Cost:
        begun.set()
        while True:
            control.boundary()

    monkeypatch.setattr(module, "measure", endless)
    fit = scheduler.slot(lambda: False)
    assert fit.take()
    measurer.begin(cost_of("waits", tiny()))
    assert told.until(QuestionWaits, "waits").message == WORDING.message("waits_for_turn", before=1)
    measurer.drop("waits")
    assert told.until(QuestionAnswered, "waits").answer is None
    fit.leave()
    measurer.begin(cost_of("endless", tiny()))
    assert begun.wait(PATIENCE)
    assert told.until(QuestionWaits, "endless").message is None
    measurer.close(PATIENCE)
    assert told.until(QuestionAnswered, "endless").answer is None
    assert not scheduler.length


def test_networks_lie_in_the_folder_of_the_run_or_in_the_cache(
    store: Store, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told()
    measurer = Measurer(store, Scheduler(), MemoryBudget(lambda: 10**9), told)
    run = store.create(tiny())
    measurer.begin(MakeNetwork(question_id="graph", run_id=run))
    found = told.until(QuestionAnswered, "graph").answer
    assert isinstance(found, Network)
    assert kept_network(store.folder(run)) == found
    form = form_of(tiny(), (6, 6, 1))
    assert found.seen == (form.border, form.digits)
    measurer.begin(MakeDraftNetwork(question_id="draft", recipe=tiny().to_json(), input_shape=(6, 6, 1)))
    untrained = told.until(QuestionAnswered, "draft").answer
    draft = LocalEngine(store).draft_network(tiny(), (6, 6, 1), "me")
    assert isinstance(draft, DraftNetwork)
    assert draft.network == untrained
    measurer.begin(MakeNetwork(question_id="nobody", run_id=new_id()))
    assert told.until(QuestionAnswered, "nobody").answer.code == "runs.no_such_run"
    monkeypatch.setattr(graph, "MAX_WEIGHTS", 100)
    measurer.begin(MakeNetwork(question_id="large", run_id=run))
    refused = told.until(QuestionAnswered, "large").answer
    assert refused.code == "runs.network_too_large"
    assert kept_network(store.folder(run)) == RefusedNetwork(refused=refused)
    monkeypatch.setattr(graph, "make_network", lambda *_: [][1])
    measurer.begin(MakeNetwork(question_id="odd", run_id=run))
    assert told.until(QuestionAnswered, "odd").answer == WORDING.message("network_failed", error="IndexError")
    measurer.close(PATIENCE)


def test_a_network_is_asked_about_one_example_with_the_weights_of_its_run(store: Store, tiny: Tiny) -> None:
    from trainer.engine.prediction import Asked

    told = Told()
    measurer, worker = Measurer(store, Scheduler(), MemoryBudget(lambda: 10**9), told), Worker(store)
    run = store.create(tiny())
    x = np.random.default_rng(1).random((6, 6, 1), np.float32)
    asked = {"run_id": run, "example": b64encode(x.tobytes()).decode()}
    measurer.begin(AskNetwork(question_id="early", **asked))
    assert told.until(QuestionAnswered, "early").answer.code == "runs.network_not_begun"
    worker.begin(Train(run_id=run))
    assert worker.join(run, PATIENCE)
    measurer.begin(AskNetwork(question_id="scores", **asked))
    found = told.until(QuestionAnswered, "scores").answer
    assert isinstance(found, Scores)
    np.testing.assert_allclose(found.scores, Asked(store, store.read(run)).scores(x.tobytes()), atol=1e-6)
    assert sum(found.scores) == pytest.approx(1, abs=1e-5)
    measurer.begin(AskNetwork(question_id="odd", run_id=run, example="AAAA"))
    assert told.until(QuestionAnswered, "odd").answer == WORDING.message("not_an_example")


def test_a_network_that_cannot_be_written_says_why_unless_its_run_is_gone(
    store: Store, tiny: Tiny, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = Told()
    measurer = Measurer(store, Scheduler(), MemoryBudget(lambda: 10**9), told)
    run = store.create(tiny())

    def full(*_: object) -> Network:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(graph, "keep_network", full)
    measurer.begin(MakeNetwork(question_id="full", run_id=run))
    error = "No space left on device"
    assert told.until(QuestionAnswered, "full").answer == WORDING.message("network_not_written", error=error)
    measurer.begin(MakeDraftNetwork(question_id="draft", recipe=tiny().to_json(), input_shape=(6, 6, 1)))
    assert told.until(QuestionAnswered, "draft").answer == WORDING.message("network_not_written", error=error)

    def deleted(*_: object) -> Network:
        store.delete(run)
        raise FileNotFoundError

    monkeypatch.setattr(graph, "keep_network", deleted)
    measurer.begin(MakeNetwork(question_id="deleted", run_id=run))
    assert told.until(QuestionAnswered, "deleted").answer is None
    measurer.close(PATIENCE)
    assert not [record for record in caplog.records if record.exc_info], "nothing that a traceback would help with"


@pytest.mark.slow
def test_a_network_is_made_beside_a_fit_that_keeps_its_numbers(store: Store, tiny: Tiny) -> None:
    recipe, scheduler, memory, told = tiny("fit.epochs=20"), Scheduler(), MemoryBudget(), Told()
    worker, measurer = Worker(store, scheduler, memory), Measurer(store, scheduler, memory, told)
    alone, beside = store.create(recipe), store.create(recipe)
    for run in (alone, beside):
        worker.begin(Train(run_id=run))
        if run == beside:
            wait_until(lambda: bool(store.read(beside).history.epochs))
            measurer.begin(MakeNetwork(question_id="graph", run_id=beside))
            assert isinstance(told.until(QuestionAnswered, "graph").answer, Network)
        assert worker.join(run, PATIENCE)
    first, second = ([epoch.logs["loss"] for epoch in store.read(run).history.epochs] for run in (alone, beside))
    assert first == second
    measurer.close(PATIENCE)

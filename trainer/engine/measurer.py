"""The trainer's side of questions about recipes and networks; see `costs.py` for the server's side.

Each is answered in a thread of its own, which takes its turn like a fit, but computes alone: costs are timed, and what
makes graphs of ONNX is not known to be safe beside anything else.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import assert_never

from trainer.engine.memory_budget import MemoryBudget, SharedReservation
from trainer.engine.protocol import (
    AskNetwork,
    Found,
    MakeDraftNetwork,
    MakeNetwork,
    MeasureCost,
    QuestionAnswer,
    QuestionAnswered,
    QuestionWaits,
    Scores,
)
from trainer.engine.scheduler import QueuedSlot, Scheduler
from trainer.engine.warm_up import warm_up
from trainer.engine.wording import WORDING
from trainer.fit.control import Control, FitEndedError
from trainer.fit.cost import measure
from trainer.fit.threads import use_threads
from trainer.messages import Message, MessageError
from trainer.recipe.cost import Cost
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.runs.events import Text
from trainer.runs.network import Network
from trainer.runs.store import Store

LOG = logging.getLogger(__name__)
COPIES = 4
"""Of the weights, while a network is built, its weights are read, and an example is answered."""
LARGE = 100 * 2**20
"""Bytes of a model that is not left to the next collection of garbage, which stops all threads for a quarter second."""
AnyQuestion = MeasureCost | MakeDraftNetwork | MakeNetwork | AskNetwork
_FAILED = {MeasureCost: "cost_failed", AskNetwork: "asking_failed"}
"""What is told of a question on which the trainer fails, where it is not about a graph."""


@dataclass
class _Active:
    """A question that is being answered."""

    control: Control
    slot: QueuedSlot
    over: threading.Event = field(default_factory=threading.Event)


def cost_here(recipe: Recipe) -> Cost:
    """Measure a recipe in this process, for the command line.

    Raises:
        RecipeError: the data is wrong or the stack cannot work.
    """
    use_threads()
    warm_up()
    return measure(recipe, Control())


class Measurer:
    """Answers questions. Safe to call from any thread."""

    def __init__(
        self, store: Store, scheduler: Scheduler, memory: MemoryBudget, answer: Callable[[QuestionAnswer], object]
    ) -> None:
        """A measurer.

        Args:
            store: the runs that questions may be about.
            scheduler: which it shares with the fits.
            memory: which it shares with them.
            answer: takes what is to be told of a question: what it waits for, and one answer.
        """
        self._store, self._scheduler, self._memory, self._answer = store, scheduler, memory, answer
        self._lock = threading.Lock()
        self._active: dict[str, _Active] = {}

    def begin(self, question: AnyQuestion) -> None:
        """Begin to answer a question."""
        slot = self._scheduler.slot(lambda: control.is_ending, exclusive=True)
        control = Control(slot)
        active = _Active(control, slot)
        with self._lock:
            self._active[question.question_id] = active
        name = f"{question.do}-{question.question_id}"
        threading.Thread(target=self._work, args=(question, active), name=name).start()

    def drop(self, question_id: str) -> None:
        """Nobody wants the answer any more; it ends at its next step."""
        with self._lock:
            active = self._active.get(question_id)
        if active is not None:
            active.control.end("stop")
            self._scheduler.wake()
            self._memory.wake()

    def close(self, timeout: float = 2.0) -> None:
        """Drop everything; waits up to `timeout` seconds in all. There is nothing to save."""
        with self._lock:
            all_active = dict(self._active)
        for question_id in all_active:
            self.drop(question_id)
        deadline = time.monotonic() + timeout
        for active in all_active.values():
            active.over.wait(max(0.0, deadline - time.monotonic()))

    def _work(self, question: AnyQuestion, active: _Active) -> None:
        """The life of a question's thread: it always ends with one answer."""
        question_id = question.question_id
        answer: Found | Text | None = None
        try:
            answer = self._try(question, active)
        except FitEndedError:
            LOG.info("Nobody wants the answer to %s any more.", question_id)
        except MessageError as error:
            answer = error.message
        except Exception as error:
            LOG.exception("The question %s (%s) could not be answered.", question_id, question.do)
            if isinstance(error, MemoryError) or "ResourceExhausted" in type(error).__name__:
                answer = WORDING.message("out_of_memory")
            else:
                answer = WORDING.message(_FAILED.get(type(question), "network_failed"), error=type(error).__name__)
        finally:
            active.slot.leave()
            self._memory.release(question_id)
            with self._lock:
                self._active.pop(question_id, None)
            active.over.set()
            self._answer(QuestionAnswered(question_id=question_id, answer=answer))

    def _try(self, question: AnyQuestion, active: _Active) -> Found | Text:
        question_id = question.question_id

        def tell(code: str | None, **parameters: int) -> None:
            message = None if code is None else WORDING.message(code, **parameters)
            self._answer(QuestionWaits(question_id=question_id, message=message))

        if not active.slot.take(lambda before: tell("waits_for_turn", before=before)):
            raise FitEndedError
        tell(None)
        memory = SharedReservation(
            self._memory, question_id, active.control, active.slot, lambda _: tell("waits_for_memory")
        )
        try:
            match question:
                case MakeNetwork(run_id=run_id):
                    return self._network(run_id, active.control, memory)
                case MakeDraftNetwork(input_shape=shape):
                    return self._draft_network(Recipe.from_json(question.recipe), shape, active.control, memory)
                case AskNetwork(run_id=run_id, example=example):
                    return self._scores(run_id, example, active.control, memory)
                case MeasureCost():
                    return measure(Recipe.from_json(question.recipe), active.control, memory, same_process=True)
                case _:
                    assert_never(question)
        finally:
            if memory.size > LARGE:
                gc.collect()  # Keras models hold themselves: whoever looks next would find the memory still taken

    def _network(self, run_id: str, control: Control, memory: SharedReservation) -> Network | Message:
        """Make the network of a run, which then lies in the run's folder, or tell why that cannot be written."""
        from trainer.fit.graph import make_network  # loads onnx and its runtime

        run, recipe, folder = self._store.read(run_id), self._store.recipe(run_id), self._store.folder(run_id)
        prepared, kept = run.history.prepared, run.history.weights if run.damage is None else None
        shape = None if prepared is None else prepared.input_shape
        try:
            return make_network(recipe, shape, folder, control, memory, kept)
        except OSError as error:
            if not folder.exists():  # the run has been deleted meanwhile
                raise FitEndedError from error
            return _not_written(error)

    def _scores(self, run_id: str, example: str, control: Control, memory: SharedReservation) -> Scores:
        """What the network of a run answers to one example."""
        from trainer.engine.prediction import Asked  # loads pandas

        run = self._store.read(run_id)
        if run.history.weights is not None:
            size = (self._store.folder(run_id) / run.history.weights.file).stat().st_size
            memory.take(COPIES * size)
        control.boundary()
        return Scores(scores=tuple(Asked(self._store, run).scores(b64decode(example, validate=True))))

    def _draft_network(
        self, recipe: Recipe, shape: Shape, control: Control, memory: SharedReservation
    ) -> Network | Message:
        """Make the network of a recipe, which then lies in the cache, or tell why that cannot be written."""
        from trainer.fit.graph import make_draft_network

        try:
            return make_draft_network(recipe, shape, self._store.root, control, memory)
        except OSError as error:
            return _not_written(error)


def _not_written(error: OSError) -> Message:
    return WORDING.message("network_not_written", error=error.strerror or type(error).__name__)

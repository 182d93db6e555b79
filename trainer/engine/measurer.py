"""Questions about a recipe that is not trained yet: what it would cost, and what its layers make of an example.

Each is answered in a thread of its own, which takes turns like a fit.
"""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from trainer.engine.memory_budget import MemoryBudget, SharedReservation
from trainer.engine.scheduler import QueuedSlot, Scheduler
from trainer.engine.warm_up import warm_up
from trainer.fit.control import Control, FitEndedError
from trainer.fit.cost import measure
from trainer.fit.layer_outputs import outputs_of_recipe
from trainer.recipe.cost import Cost
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.events import Waiting

LOG = logging.getLogger(__name__)
LARGE = 100 * 2**20
"""Bytes of a model that is not left to the next collection of garbage, which stops all threads for a quarter second."""
Say = Callable[..., object]
Try = Callable[[Recipe, Control, SharedReservation], dict[str, Any]]
"""Does what is asked, and returns what is said of it."""


@dataclass
class _Question:
    control: Control
    slot: QueuedSlot
    over: threading.Event = field(default_factory=threading.Event)


def cost_here(recipe: Recipe) -> Cost:
    """Measure a recipe in this process, for the command line.

    Raises:
        RecipeError: the data is wrong or the stack cannot work.
    """
    warm_up()
    return measure(recipe, Control())


class Measurer:
    """Answers questions about recipes. Safe to call from any thread."""

    def __init__(self, scheduler: Scheduler, memory: MemoryBudget, say: Say) -> None:
        """A measurer.

        Args:
            scheduler: the queue that it shares with the fits.
            memory: the memory that it shares with them.
            say: `say("measuring", question=..., text=...)` tells what a question waits for, None once it has its turn;
                `say("cost", question=..., ...)` or `say("look", question=..., ...)` answers each once: `cost` as
                JSON, `layers` as fit/layer_outputs makes them, or a `text` why there is none; nothing of these if
                nobody wants to know any more.
        """
        self._scheduler, self._memory, self._say = scheduler, memory, say
        self._lock = threading.Lock()
        self._active: dict[str, _Question] = {}

    def measure(self, question: str, recipe: str) -> None:
        """Begin to measure a recipe, given as JSON; `question` is the word under which it is answered."""

        def cost(recipe: Recipe, control: Control, share: SharedReservation) -> dict[str, Any]:
            return {"cost": measure(recipe, control, share).model_dump(mode="json")}

        self._begin("cost", question, recipe, cost)

    def layer_outputs(self, question: str, recipe: str, example: int | str) -> None:
        """Begin to send a training example, by its number, or a text through the layers of a recipe."""

        def layers(recipe: Recipe, control: Control, share: SharedReservation) -> dict[str, Any]:
            return {"layers": outputs_of_recipe(recipe, example, control, share)}

        self._begin("look", question, recipe, layers)

    def forget(self, question: str) -> None:
        """Nobody wants to know any more; it ends at its next step."""
        with self._lock:
            asked = self._active.get(question)
        if asked is not None:
            asked.control.end("stop")
            self._scheduler.wake()
            self._memory.wake()

    def close(self, timeout: float = 2.0) -> None:
        """Forget everything; waits up to `timeout` seconds in all. There is nothing to save."""
        with self._lock:
            active = dict(self._active)
        for question in active:
            self.forget(question)
        deadline = time.monotonic() + timeout
        for asked in active.values():
            asked.over.wait(max(0.0, deadline - time.monotonic()))

    def _begin(self, what: str, question: str, recipe: str, act: Try) -> None:
        slot = self._scheduler.slot(lambda: control.is_ending)
        control = Control(slot)
        asked = _Question(control, slot)
        with self._lock:
            self._active[question] = asked
        arguments = (what, question, recipe, asked, act)
        threading.Thread(target=self._answer, args=arguments, name=f"{what}-{question}").start()

    def _answer(self, what: str, question: str, recipe: str, asked: _Question, act: Try) -> None:
        answer: dict[str, Any] = {}
        try:
            answer = self._tried(question, Recipe.from_json(recipe), asked, act)
        except FitEndedError:
            LOG.info("Nobody wants to know the answer to %s any more.", question)
        except RecipeError as error:
            answer = {"text": str(error)}
        except Exception as error:
            LOG.exception("A question for a %s could not be answered.", what)
            if isinstance(error, MemoryError) or "ResourceExhausted" in type(error).__name__:
                answer = {"text": "The computer's memory was not enough to try it. Make the model smaller."}
            else:
                failed = "The time could not be measured" if what == "cost" else "The example could not be sent through"
                answer = {"text": f"{failed} ({type(error).__name__}). Train shows more."}
        finally:
            asked.slot.leave()
            self._memory.release(question)
            with self._lock:
                self._active.pop(question, None)
            asked.over.set()
            self._say(what, question=question, **answer)

    def _tried(self, question: str, recipe: Recipe, asked: _Question, act: Try) -> dict[str, Any]:
        def moved(before: int) -> None:
            self._say("measuring", question=question, text=_waits(before))

        def full(waiting: Waiting) -> None:
            self._say("measuring", question=question, text="Waits until other runs leave enough memory to try it.")

        if not asked.slot.take(moved):
            raise FitEndedError
        self._say("measuring", question=question, text=None)
        share = SharedReservation(self._memory, question, asked.control, asked.slot, full)
        try:
            return act(recipe, asked.control, share)
        finally:
            if share.size > LARGE:
                gc.collect()  # Keras models hold themselves: whoever looks next would find the memory still taken


def _waits(before: int) -> str:
    return f"Waits for its turn: {before} {'other is' if before == 1 else 'others are'} computing."

"""The server's side of questions: how long would a recipe train, and what is the network of a run or of a draft?

It knows who wants to know what, what the trainer has been asked, and what it has answered.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

from trainer import data
from trainer.engine.protocol import (
    AskNetwork,
    Command,
    DropQuestion,
    MakeDraftNetwork,
    MakeNetwork,
    MeasureCost,
    QuestionAnswer,
    QuestionAnswered,
    QuestionWaits,
    Scores,
)
from trainer.engine.wording import WORDING
from trainer.messages import Message
from trainer.recipe.cost import Cost, cost_key
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.runs.events import Text
from trainer.runs.network import Network

SETTLE_SECONDS = 0.8
"""How long a recipe has to stay the same before it is measured: nobody needs the cost of half a number."""
FORGET_SECONDS = 10.0
"""After how long somebody who has not asked again no longer wants to know."""
MAX_ANSWERS = 64
"""Answers that are kept."""
RETRY_SECONDS = 60.0
"""How long a recipe that could not be measured is not tried again."""

Answer = Cost | Scores | Text
"""What is kept here. A network lies in the folder of its run, or in the cache of drafts."""
Send = Callable[[Command], object]


@dataclass(frozen=True)
class Measuring:
    """The answer is not known yet. Ask again in half a second."""

    message: Text
    """What is waited for."""

    @property
    def text(self) -> str:
        """What is waited for, in words."""
        return str(self.message)


@dataclass
class _Request:
    """What somebody wants to know."""

    key: str
    since: float
    seen: float


@dataclass
class _Question:
    """What the trainer has been asked."""

    id: str
    usual: Message
    """What is told of it while nothing holds it up."""
    message: Text
    has_begun: bool = False


class Costs:
    """The answers that are known or asked for. Not safe from several threads: the engine has a lock of its own."""

    def __init__(self, send: Send, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is known yet.

        Args:
            send: sends a command to the trainer.
            clock: seconds.
        """
        self._send, self._clock, self._numbers = send, clock, count(1)
        self._known: OrderedDict[str, tuple[Answer, float]] = OrderedDict()
        """What was answered, and until when that counts."""
        self._requests: dict[str, _Request] = {}
        self._asked: dict[str, _Question] = {}

    @property
    def is_asking(self) -> bool:
        """Whether the trainer has a question to answer."""
        return bool(self._asked)

    def of(self, recipe: Recipe, asker: str, *, ready: bool) -> Cost | Text | Measuring:
        """The cost of a recipe, why there is none, or what it waits for.

        Args:
            recipe: one that has passed its check.
            asker: whoever wants to know; what the same one wanted to know before, and nobody else, is dropped.
            ready: whether the trainer can measure.
        """
        key = _key(recipe)
        if (cost := self.known(recipe)) is not None:
            return cost
        if isinstance(failed := self._known_answer(key), Message | str):
            return failed

        def command(question_id: str) -> Command:
            return MeasureCost(question_id=question_id, recipe=recipe.to_json())

        return self._ask(key, asker, WORDING.message("measuring"), command, ready=ready)

    def known(self, recipe: Recipe) -> Cost | None:
        """The cost of a recipe, if it has been measured; nothing is asked for."""
        for is_compiled in (False, True):
            cost = self._known_answer(_with_side(_key(recipe), is_compiled=is_compiled))
            if isinstance(cost, Cost) and cost.is_for(recipe.fit.epochs):
                return cost
        return None

    def draft_network(
        self, key: str, recipe: Recipe, input_shape: Shape, asker: str, *, ready: bool
    ) -> Text | Measuring:
        """Have the network of a draft made, which then lies in the cache; why that failed, or what it waits for.

        Args:
            key: under which it will lie there.
            recipe: as for `of`.
            input_shape: of one example.
            asker: as for `of`; the same one may wait for a cost as well.
            ready: as for `of`.
        """
        if isinstance(failed := self._known_answer(key), Message | str):
            return failed

        def command(question_id: str) -> Command:
            return MakeDraftNetwork(question_id=question_id, recipe=recipe.to_json(), input_shape=input_shape)

        return self._ask(key, f"{asker} network", WORDING.message("making_network"), command, ready=ready)

    def network(self, run_id: str, *, ready: bool) -> Text | Measuring:
        """Have the network of a run made, which then lies in the run's folder; why that failed, or what it waits for.

        Args:
            run_id: a run whose network does not lie there.
            ready: as for `of`.
        """
        key = f"network:{run_id}"
        if isinstance(failed := self._known_answer(key), Message | str):
            return failed

        def command(question_id: str) -> Command:
            return MakeNetwork(question_id=question_id, run_id=run_id)

        # Whoever asks: all get the same, and nobody changes a run's network.
        return self._ask(key, key, WORDING.message("making_network"), command, ready=ready, at_once=True)

    def scores(self, run_id: str, weights: str, example: str, *, ready: bool) -> Scores | Text | Measuring:
        """What the network of a run answers to an example, why there is no answer, or what it waits for.

        Args:
            run_id: which run.
            weights: which weights are in its model: others answer otherwise.
            example: as in `AskNetwork`.
            ready: as for `of`.
        """
        key = f"ask:{sha256(f'{run_id} {weights} {example}'.encode()).hexdigest()}"
        known = self._known_answer(key)
        if isinstance(known, Scores | Message | str):
            return known

        def command(question_id: str) -> Command:
            return AskNetwork(question_id=question_id, run_id=run_id, example=example)

        return self._ask(key, key, WORDING.message("asking_network"), command, ready=ready, at_once=True)

    def handle_answer(self, answer: QuestionAnswer) -> None:
        """Take what the trainer says of a question; what nobody waits for any more is ignored."""
        key = next((key for key, asked in self._asked.items() if asked.id == answer.question_id), None)
        if key is None:
            return
        if isinstance(answer, QuestionWaits):
            asked = self._asked[key]
            asked.has_begun, asked.message = answer.message is None, answer.message or asked.usual
        elif isinstance(answer, QuestionAnswered):
            del self._asked[key]
            if isinstance(answer.answer, Cost):
                key = _with_side(key, is_compiled=answer.answer.is_compiled)
            if answer.answer is not None and not isinstance(answer.answer, Network):
                self._keep(key, answer.answer)

    def trainer_ended(self) -> None:
        """The trainer is gone. What it was trying may be why, and is not tried again soon; the rest is."""
        asked, self._asked = self._asked, {}
        for key, question in asked.items():
            if question.has_begun:
                self._keep(key, WORDING.message("trainer_ended"))

    def drop(self, recipe: Recipe) -> None:
        """A recipe is trained now, which tells more than measuring: it is not kept waiting by a question."""
        key = _key(recipe)
        self._requests = {asker: request for asker, request in self._requests.items() if request.key != key}
        self._drop_unwanted()

    def _known_answer(self, key: str) -> Answer | None:
        known = self._known.get(key)
        if known is None or self._clock() >= known[1]:
            return None
        self._known.move_to_end(key)
        return known[0]

    def _ask(
        self,
        key: str,
        asker: str,
        usual: Message,
        command: Callable[[str], Command],
        *,
        ready: bool,
        at_once: bool = False,
    ) -> Measuring:
        now, request = self._clock(), self._requests.get(asker)
        if request is None or request.key != key:
            request = self._requests[asker] = _Request(key, now, now)
        request.seen = now
        self._drop_unwanted()
        if not ready:
            return Measuring(WORDING.message("starting"))
        if key not in self._asked and now - request.since >= (0.0 if at_once else SETTLE_SECONDS):
            question = self._asked[key] = _Question(f"{key[:8]}-{next(self._numbers)}", usual, usual)
            self._send(command(question.id))
        return Measuring(self._asked[key].message if key in self._asked else usual)

    def _keep(self, key: str, answer: Answer) -> None:
        has_failed = isinstance(answer, Message | str)
        self._known[key] = answer, self._clock() + RETRY_SECONDS if has_failed else float("inf")
        self._known.move_to_end(key)
        while len(self._known) > MAX_ANSWERS:
            self._known.popitem(last=False)

    def _drop_unwanted(self) -> None:
        now = self._clock()
        self._requests = {
            asker: request for asker, request in self._requests.items() if now - request.seen <= FORGET_SECONDS
        }
        wanted = {request.key for request in self._requests.values()}
        for key in [key for key in self._asked if key not in wanted]:
            self._send(DropQuestion(question_id=self._asked.pop(key).id))


def _key(recipe: Recipe) -> str:
    """The same for recipes that cost the same; another one once the file of their data was written again."""
    return f"{cost_key(recipe)}:{data.stamp(recipe.data)}"


def _with_side(key: str, *, is_compiled: bool) -> str:
    """The key of a cost: the number of epochs, which it leaves out, decides whether the fit would be compiled."""
    return f"{key}:{'compiled' if is_compiled else 'plain'}"

"""The server's side of "what would it cost?" and "what does it make of an example?": who wants to know what, what the
trainer has been asked, and what is known."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from pydantic import ValidationError

from trainer import data
from trainer.recipe.cost import Cost, cost_key
from trainer.recipe.recipe import Recipe

SETTLE_SECONDS = 0.8
"""Seconds for which a recipe has to stand still before it is measured: nobody needs the cost of half a number."""
FORGET_AFTER_SECONDS = 10.0
"""Seconds after which somebody who has not asked again no longer wants to know."""
MAX_ANSWERS = 64
"""Answers that are kept: costs, and what layers make of an example, some 100 kB each."""
RETRY_AFTER_SECONDS = 60.0
"""Seconds for which a recipe that could not be measured is not tried again."""
LOADING = "The trainer is still starting (it loads TensorFlow). Then it looks into this."
MEASURING, SENDING = "Measuring how long this takes…", "The trainer sends the example through the layers…"
ENDED = "The trainer stopped working while it tried this. It may be too large for this computer."

Seen = list[dict[str, Any]]
"""What leaves each layer, as `trainer/fit/layer_outputs.py` makes it."""
Answer = Cost | Seen | str
Send = Callable[..., object]


@dataclass(frozen=True)
class Measuring:
    """The answer is not known yet; what is waited for, in a sentence. Ask again in half a second."""

    text: str


@dataclass
class _Request:
    """What somebody wants to know."""

    key: str
    since: float
    seen: float


@dataclass
class _Question:
    """What the trainer has been asked."""

    word: str
    usual: str
    """What is said of it while nothing holds it up."""
    text: str
    begun: bool = False


class Costs:
    """The book of costs. Not safe from several threads: the engine has a lock of its own."""

    def __init__(self, send: Send, clock: Callable[[], float] = time.monotonic) -> None:
        """An empty book.

        Args:
            send: `send("cost", word, recipe=...)`, `send("look", word, recipe=..., example=...)` and
                `send("forget", word)` reach the trainer.
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

    def of(self, recipe: Recipe, asker: str, *, ready: bool) -> Cost | str | Measuring:
        """The cost of a recipe, a sentence why there is none, or what it waits for.

        Args:
            recipe: one that has passed its check.
            asker: whoever wants to know; what the same one wanted to know before, and nobody else, is forgotten.
            ready: whether the trainer can measure.
        """
        key = _key(recipe)
        known = self._at_hand(key)
        # More epochs may be compiled, which a question with fewer has not tried.
        if isinstance(known, str) or (isinstance(known, Cost) and known.is_final(recipe.fit.epochs)):
            return known
        return self._ask("cost", key, asker, MEASURING, ready=ready, recipe=recipe)

    def layer_outputs(self, recipe: Recipe, example: int | str, asker: str, *, ready: bool) -> Seen | str | Measuring:
        """What the untrained layers of a recipe make of an example, why that is not to be had, or what it waits for.

        Args:
            recipe: as for `of`.
            example: the number of a training example, counted from 0, or a text.
            asker: as for `of`; the same one may wait for a cost as well.
            ready: as for `of`.
        """
        key = f"{_key(recipe)}:{recipe.seed}:{example!r}"  # weights and words are the seed's, a cost is not
        known = self._at_hand(key)
        if isinstance(known, str | list):
            return known
        return self._ask("look", key, f"{asker} looks", SENDING, ready=ready, recipe=recipe, example=example)

    def _at_hand(self, key: str) -> Answer | None:
        known = self._known.get(key)
        if known is None or self._clock() >= known[1]:
            return None
        self._known.move_to_end(key)
        return known[0]

    def _ask(
        self, do: str, key: str, asker: str, text: str, *, ready: bool, recipe: Recipe, **more: object
    ) -> Measuring:
        now, request = self._clock(), self._requests.get(asker)
        if request is None or request.key != key:
            request = self._requests[asker] = _Request(key, now, now)
        request.seen = now
        self._forget_what_nobody_wants()
        if not ready:
            return Measuring(LOADING)
        if key not in self._asked and now - request.since >= SETTLE_SECONDS:
            question = self._asked[key] = _Question(f"{key[:8]}-{next(self._numbers)}", text, text)
            self._send(do, question.word, recipe=recipe.to_json(), **more)
        return Measuring(self._asked[key].text if key in self._asked else text)

    def handle_answer(self, answer: dict[str, Any]) -> None:
        """Take what the trainer says of a question; what nobody waits for any more is passed over."""
        key = next((key for key, asked in self._asked.items() if asked.word == answer.get("question")), None)
        if key is None:
            return
        if answer.get("say") == "measuring":
            self._asked[key].begun = answer.get("text") is None
            self._asked[key].text = answer.get("text") or self._asked[key].usual
            return
        del self._asked[key]
        if answer.get("text") is not None:
            self._keep(key, str(answer["text"]))
        elif answer.get("layers") is not None:
            self._keep(key, answer["layers"])
        elif answer.get("cost") is not None:
            try:
                self._keep(key, Cost.model_validate(answer["cost"]))
            except ValidationError as error:
                self._keep(key, f"The trainer gave an answer that is none ({error.error_count()} errors).")

    def trainer_ended(self) -> None:
        """The trainer is gone. What it was trying may be why, and is not tried again soon; the rest is."""
        asked, self._asked = self._asked, {}
        for key, question in asked.items():
            if question.begun:
                self._keep(key, ENDED)

    def drop(self, recipe: Recipe) -> None:
        """A recipe is trained now, which tells more than measuring: its turn is not kept waiting."""
        key = _key(recipe)
        self._requests = {asker: request for asker, request in self._requests.items() if request.key != key}
        self._forget_what_nobody_wants()

    def _keep(self, key: str, answer: Answer) -> None:
        self._known[key] = answer, self._clock() + RETRY_AFTER_SECONDS if isinstance(answer, str) else float("inf")
        self._known.move_to_end(key)
        while len(self._known) > MAX_ANSWERS:
            self._known.popitem(last=False)

    def _forget_what_nobody_wants(self) -> None:
        now = self._clock()
        self._requests = {
            asker: request for asker, request in self._requests.items() if now - request.seen <= FORGET_AFTER_SECONDS
        }
        wanted = {request.key for request in self._requests.values()}
        for key in [key for key in self._asked if key not in wanted]:
            self._send("forget", self._asked.pop(key).word)


def _key(recipe: Recipe) -> str:
    """The same for recipes that cost the same; another one once the file of their data was written anew."""
    return f"{cost_key(recipe)}:{data.stamp(recipe.data)}"

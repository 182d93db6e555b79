"""The coach: a recipe and the curves of its run -> what may be wrong, how sure that is, and one change to try.

Pure: it reads numbers and returns messages and recipes. It asks the data first, then the training, and is silent when
it does not know.
"""

from __future__ import annotations

from trainer.coach.advice import KINDS, Advice, Confidence, Page
from trainer.coach.evidence import Evidence
from trainer.coach.generalising import generalising
from trainer.coach.learning import learning
from trainer.coach.stopping import stopped_too_early
from trainer.recipe.recipe import Recipe
from trainer.runs.history import History

__all__ = ["KINDS", "Advice", "Confidence", "Page", "advise"]

MAX_PIECES = 3
"""More than this nobody reads, and nobody should change at once."""
HIDES_THE_REST = {
    "diverged",
    "contradictions",
    "texts_cut",
    "words_unknown",
    "labels_unrelated",
    "learning_rate_too_high",
    "learning_rate_too_low",
    "misfit",
    "stuck_at_majority",
}
"""What makes the other numbers meaningless: they follow from it."""


def advise(recipe: Recipe, history: History) -> tuple[Advice, ...]:
    """What can be said about a run, finished or not: at most three pieces of advice, most important first.

    Args:
        recipe: what the run trains.
        history: its record so far.

    Returns:
        Nothing if all looks well, or if there is too little to tell. Each recipe in it differs from `recipe` in one
        thing.
    """
    seen = Evidence(recipe, history)
    early = stopped_too_early(seen)
    found = [] if early is None else [early]
    cause = learning(seen)
    if cause is not None and (early is None or cause.kind in HIDES_THE_REST):
        found.append(cause)
    if any(advice.kind in HIDES_THE_REST for advice in found):
        found = [advice for advice in found if advice.kind in HIDES_THE_REST]
    else:
        found += generalising(seen)
    return tuple(sorted(found, key=lambda advice: KINDS.index(advice.kind))[:MAX_PIECES])

"""Callbacks together: what clashes is said before Train; what is let through trains without a warning of Keras's."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

from trainer import data
from trainer.fit.control import Control
from trainer.fit.run import train
from trainer.recipe.callbacks import Callback, LearningRateScheduler, ReduceLROnPlateau
from trainer.recipe.check import check
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState
from trainer.runs.history import History

Tiny = Callable[..., Recipe]
KINDS = list(Callback.family.values())


def errors(recipe: Recipe) -> list[str]:
    return [problem.message for problem in check(recipe, data.facts(recipe.data, recipe.seed)).errors]


@pytest.mark.parametrize(
    "pair", list(combinations(KINDS, 2)), ids=lambda pair: " ".join(kind.kind_name() for kind in pair)
)
def test_a_pair_clashes_only_where_it_watches_what_is_not_there(tiny: Tiny, pair: tuple[type[Callback], ...]) -> None:
    callbacks = tuple(kind() for kind in pair)
    if set(pair) == {ReduceLROnPlateau, LearningRateScheduler}:
        (said,) = errors(tiny().with_(callbacks=callbacks))
        assert "both set the learning rate" in said
        return
    assert errors(tiny().with_(callbacks=callbacks)) == []
    blind = tiny("data.validation=0").with_(callbacks=callbacks)
    told = errors(blind)
    watching = [callback.kind for callback in callbacks if (callback.watches or "").startswith("val_")]
    assert len(told) == len(watching)
    assert all(kind in sentence for kind, sentence in zip(sorted(watching), sorted(told), strict=True))
    for _ in told:  # each mend takes one away, and the last leaves none
        problem = check(blind, data.facts(blind.data, blind.seed)).errors[0]
        blind = problem.mends[0].recipe
    assert errors(blind) == []


@pytest.mark.parametrize("kind", KINDS, ids=[kind.kind_name() for kind in KINDS])
def test_twice_the_same_is_a_clash(tiny: Tiny, kind: type[Callback]) -> None:
    said = errors(tiny().with_(callbacks=(kind(), kind())))
    assert any("twice" in sentence for sentence in said)


@pytest.mark.parametrize("validation", [0.2, 0])
def test_all_together_train_without_a_warning(tiny: Tiny, tmp_path: Path, validation: float) -> None:
    """Warnings are errors here: Keras's "metric is not available" would end the test."""
    plain = {"monitor": "loss"} if not validation else {}
    callbacks = tuple(
        kind(**plain) if "monitor" in kind.model_fields else kind()
        for kind in KINDS
        if kind is not LearningRateScheduler
    )
    recipe = tiny(f"data.validation={validation}", "data.limit=60").with_(callbacks=callbacks)
    assert errors(recipe) == []
    history = History()
    outcome = train(
        recipe,
        tmp_path,
        lambda event: history.add([event.model_copy(update={"n": history.cursor + 1})]),
        Control(),
    )
    assert (outcome.wish, len(history.epochs)) == (None, 2)
    assert history.state is not RunState.FAILED

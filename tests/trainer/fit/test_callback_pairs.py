"""Callbacks together: what clashes is said before Train; what is let through trains without a warning of Keras's."""

from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path
from types import SimpleNamespace

import keras
import pytest

from tests.support.messages import brief
from trainer import data
from trainer.fit.control import Control
from trainer.fit.run import train
from trainer.recipe.callbacks import Callback, EarlyStopping, LearningRateScheduler, ReduceLROnPlateau
from trainer.recipe.check import check
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState
from trainer.runs.history import History

Tiny = Callable[..., Recipe]
KINDS = list(Callback.registry.values())


def errors(recipe: Recipe) -> list[str]:
    return [brief(problem.message) for problem in check(recipe, data.facts(recipe.data, recipe.seed)).errors]


@pytest.mark.parametrize(
    "pair", list(combinations(KINDS, 2)), ids=lambda pair: " ".join(kind.kind_name() for kind in pair)
)
def test_a_pair_clashes_only_where_it_watches_what_is_not_there(tiny: Tiny, pair: tuple[type[Callback], ...]) -> None:
    callbacks = tuple(kind() for kind in pair)  # type: ignore[call-arg]  # each kind has its own
    if set(pair) == {ReduceLROnPlateau, LearningRateScheduler}:
        assert errors(tiny().with_(callbacks=callbacks)) == ["two_set_the_rate"]
        return
    assert errors(tiny().with_(callbacks=callbacks)) == []
    blind = tiny("data.validation=0").with_(callbacks=callbacks)
    told = errors(blind)
    watching = [callback.kind for callback in callbacks if (callback.watches or "").startswith("val_")]
    assert [error.partition(" val_")[0] for error in told] == [f"no_validation {kind}" for kind in watching]
    for _ in told:  # each fix takes one away, and the last leaves none
        problem = check(blind, data.facts(blind.data, blind.seed)).errors[0]
        blind = problem.fixes[0].result
    assert errors(blind) == []


@pytest.mark.parametrize("kind", KINDS, ids=[kind.kind_name() for kind in KINDS])
def test_twice_the_same_is_a_clash(tiny: Tiny, kind: type[Callback]) -> None:
    twice = (kind(), kind())  # type: ignore[call-arg]  # each kind has its own
    assert f"callback_twice {kind.kind_name()}" in errors(tiny().with_(callbacks=twice))


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
    assert (outcome.stop_reason, len(history.epochs)) == (None, 2)
    assert history.state is not RunState.FAILED


WAITING = [
    *(
        EarlyStopping(patience=p, start_from_epoch=s, baseline=b)
        for p, s, b in product(range(5), (0, 1, 3), (None, 0.5))
    ),
    *(ReduceLROnPlateau(patience=patience, cooldown=cooldown) for patience, cooldown in product(range(5), (0, 2))),
]


@pytest.mark.parametrize("spec", WAITING, ids=lambda spec: str(list(spec.keras_arguments().values())))
def test_the_first_epoch_after_which_keras_acts_is_the_one_that_the_check_goes_by(spec: Callback) -> None:
    """Of a loss that only grows, so that nothing is ever better than the first epoch."""
    stub = SimpleNamespace(
        stop_training=False, optimizer=SimpleNamespace(learning_rate=1.0), get_weights=list, set_weights=len
    )
    callback = getattr(keras.callbacks, spec.kind)(**spec.keras_arguments())
    callback.set_model(stub)
    callback.on_train_begin()
    for epoch in range(20):
        callback.on_epoch_end(epoch, {"val_loss": 1.0 + epoch})
        if stub.stop_training or stub.optimizer.learning_rate < 1:
            assert spec.acts_after() == epoch + 1
            return
    pytest.fail("it never acts")


@pytest.mark.parametrize("epochs", [3, 4, 5, 10, 100])
@pytest.mark.parametrize("late", [*WAITING, EarlyStopping(patience=999, start_from_epoch=999)], ids=str)
def test_a_callback_that_is_fitted_to_a_run_can_act_in_it(late: Callback, epochs: int) -> None:
    fitted = late.fitted_to(epochs)
    assert (fitted.acts_after() or 0) < epochs
    if (late.acts_after() or 0) < epochs:
        assert fitted == late


def test_a_new_plan_of_steps_falls_within_the_run() -> None:
    plan = LearningRateScheduler(schedule="step_decay", every=50)
    rates = {plan.fitted_to(4).rate(epoch, 4, 1.0) for epoch in range(4)}
    assert len(rates) > 1
    assert {plan.rate(epoch, plan.every, 1.0) for epoch in range(plan.acts_after() or 0)} == {1.0}

"""Do the callbacks go together, do they have what they watch, and can they act in so short a run?"""

from __future__ import annotations

from collections.abc import Iterator

from trainer.recipe.callbacks import Callback, EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from trainer.recipe.check.report import Mend, Problem
from trainer.recipe.data import DataFacts
from trainer.recipe.recipe import Recipe

MOST_EPOCHS = 100
"""A run is not made longer than this for the sake of a callback."""
LARGE_GAIN = 1.0
"""No accuracy can rise by so much, and hardly a loss falls by it in an epoch."""


def callback_problems(recipe: Recipe, facts: DataFacts) -> Iterator[Problem]:
    """Callbacks that clash, that watch what is not there, or that can do nothing of use."""
    kinds = [callback.kind for callback in recipe.callbacks]
    for place, callback in enumerate(recipe.callbacks):
        if callback.kind in kinds[:place]:
            mend = Mend(f"Remove the second {callback.kind}", _with(recipe, place))
            yield Problem("error", f"{callback.kind} is there twice. Keep one.", None, (mend,))
        watches = callback.watches
        if watches and watches.startswith("val_") and not facts.validation:
            plain = callback.with_(monitor=watches.removeprefix("val_"))
            yield Problem(
                "error",
                f"{callback.kind} watches {watches}, but no rows are kept for validation. Set a validation share "
                "on the Data page, or watch the training numbers.",
                None,
                (Mend(f"Watch {watches.removeprefix('val_')}", _with(recipe, place, plain)),),
            )
        yield from _too_late(recipe, place, callback)
        yield from _worst_for_best(recipe, place, callback)
        yield from _without_effect(recipe, place, callback)
    if LearningRateScheduler.kind_name() in kinds and ReduceLROnPlateau.kind_name() in kinds:
        places = [c for c in recipe.callbacks if not isinstance(c, ReduceLROnPlateau)]
        yield Problem(
            "error",
            "LearningRateScheduler and ReduceLROnPlateau both set the learning rate, and the plan would undo every "
            "change. Keep one.",
            None,
            (Mend("Remove ReduceLROnPlateau", recipe.with_(callbacks=tuple(places))),),
        )


def _with(recipe: Recipe, place: int, *new: Callback) -> Recipe:
    """The recipe with the callback at `place` replaced, or removed if nothing is given."""
    return recipe.with_(callbacks=(*recipe.callbacks[:place], *new, *recipe.callbacks[place + 1 :]))


def _too_late(recipe: Recipe, place: int, callback: Callback) -> Iterator[Problem]:
    """What a callback changes, it changes from some epoch on; the run may be over by then."""
    epochs, first = recipe.fit.epochs, callback.acts_after()
    if first is None or first < epochs:
        return
    mends = []
    sooner = callback.fitted_to(epochs)
    if sooner != callback:
        changed = [name for name in callback.form_fields() if getattr(sooner, name) != getattr(callback, name)]
        title = " and ".join(f"{name} to {getattr(sooner, name)}" for name in changed)
        mends.append(Mend(f"Set {title}", _with(recipe, place, sooner)))
    if first < MOST_EPOCHS:
        longer = recipe.with_(fit=recipe.fit.with_(epochs=first + 1))
        mends.append(Mend(f"Train {first + 1} epochs", longer))
    mends.append(Mend(f"Remove {callback.kind}", _with(recipe, place)))
    does = "stop training" if isinstance(callback, EarlyStopping) else "lower the learning rate"
    yield Problem(
        "warning",
        f"{callback.kind} can {does} after epoch {first:,} at the earliest, but the run is over after "
        f"{epochs:,} {'epoch' if epochs == 1 else 'epochs'}: it comes too late. {mends[0].title}.",
        None,
        tuple(mends),
    )


def _worst_for_best(recipe: Recipe, place: int, callback: Callback) -> Iterator[Problem]:
    """A loss is better when it is lower, an accuracy when it is higher; `mode` may say the opposite."""
    watches, mode = callback.watches or "", getattr(callback, "mode", "auto")
    if mode not in ({"max"} if watches.endswith("loss") else {"min"}):
        return
    match callback:
        case ModelCheckpoint():
            if not callback.save_best_only:
                return  # each epoch is kept, so that nobody asks which is better
            then = "keeps the weights of the worst epoch"
        case EarlyStopping():
            then = "stops a model that learns" + (
                ", and goes back to the worst epoch" if callback.restore_best_weights else ""
            )
        case _:
            then = "lowers the learning rate of a model that learns"
    yield Problem(
        "warning",
        f"{callback.kind} takes a {'higher' if mode == 'max' else 'lower'} {watches} for the better one "
        f"(mode {mode}), so that it {then}. Set mode to auto.",
        None,
        (Mend("Set mode to auto", _with(recipe, place, callback.with_(mode="auto"))),),
    )


def _without_effect(recipe: Recipe, place: int, callback: Callback) -> Iterator[Problem]:
    """Settings with which a callback changes nothing, or sees no progress where there is some."""
    rate = recipe.optimizer.learning_rate
    if isinstance(callback, ReduceLROnPlateau) and callback.min_lr >= rate:
        yield Problem(
            "warning",
            f"ReduceLROnPlateau never goes below a rate of {callback.min_lr:g} (min_lr), and the learning rate is "
            f"{rate:g}: it can never lower it. Set min_lr to 0.",
            None,
            (Mend("Set min_lr to 0", _with(recipe, place, callback.with_(min_lr=0.0))),),
        )
    if isinstance(callback, EarlyStopping | ReduceLROnPlateau) and callback.min_delta >= LARGE_GAIN:
        usual = type(callback).model_fields["min_delta"].default
        yield Problem(
            "warning",
            f"{callback.kind} takes a change of {callback.watches} of less than {callback.min_delta:g} (min_delta) for "
            f"no progress, and hardly an epoch changes it by so much. Set min_delta to {usual:g}.",
            None,
            (Mend(f"Set min_delta to {usual:g}", _with(recipe, place, callback.with_(min_delta=usual))),),
        )
    if not isinstance(callback, LearningRateScheduler):
        return
    if callback.schedule in {"step_decay", "exponential_decay"} and callback.factor == 1:
        usual = type(callback).model_fields["factor"].default
        yield Problem(
            "warning",
            f"LearningRateScheduler multiplies the learning rate by 1, which changes nothing. Set factor to {usual:g}.",
            None,
            (Mend(f"Set factor to {usual:g}", _with(recipe, place, callback.with_(factor=usual))),),
        )
    if callback.schedule == "linear_warmup" and callback.every > recipe.fit.epochs:
        sooner = max(1, recipe.fit.epochs // 2)
        yield Problem(
            "warning",
            f"LearningRateScheduler lets the learning rate rise for {callback.every:,} epochs, but the run has only "
            f"{recipe.fit.epochs:,}: it never comes to {rate:g}. Set every to {sooner:,}.",
            None,
            (Mend(f"Set every to {sooner:,}", _with(recipe, place, callback.with_(every=sooner))),),
        )

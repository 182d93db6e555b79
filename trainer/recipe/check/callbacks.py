"""Do the callbacks go together, do they have what they monitor, and can they act in so short a training?"""

from __future__ import annotations

from collections.abc import Iterator

from trainer.recipe.callbacks import Callback, EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from trainer.recipe.check.report import RecipeDiagnosis, RecipeFix, Subject, error, fix, set_to, warning
from trainer.recipe.check.wording import WORDING
from trainer.recipe.data import DataFacts
from trainer.recipe.diagnosis import Fix
from trainer.recipe.limits import MAX_EPOCHS
from trainer.recipe.recipe import Recipe
from trainer.recipe.stack import replace_callback

MAX_EPOCHS_OFFERED = 100
"""A training is not made longer than this for the sake of a callback."""
SMALL_GAIN = 0.001
"""Nobody tells an epoch that improves a metric by less from one that does not."""
LARGE_GAIN = 1.0
"""No accuracy can rise by so much, and hardly a loss falls by it in an epoch."""


def callback_diagnoses(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """Callbacks that clash, that monitor what is not there, or that can do nothing of use."""
    recipe, facts = subject.recipe, subject.facts
    for place, callback in enumerate(recipe.callbacks):
        yield from callback_twice(recipe, place)
        yield from no_validation(recipe, place, facts)
        yield from watches_training(recipe, place, facts)
        yield from acts_too_late(recipe, place)
        yield from wrong_direction(recipe, place)
        match callback:
            case ReduceLROnPlateau():
                yield from never_lowers(recipe, place, callback)
                yield from stops_before_lowering(recipe, place, callback)
                yield from gain_too_large(recipe, place, callback)
            case EarlyStopping():
                yield from gain_too_large(recipe, place, callback)
            case LearningRateScheduler():
                yield from schedule_without_effect(recipe, place, callback)
    kinds = {callback.kind for callback in recipe.callbacks}
    if {LearningRateScheduler.kind_name(), ReduceLROnPlateau.kind_name()} <= kinds:
        kept = tuple(one for one in recipe.callbacks if not isinstance(one, ReduceLROnPlateau))
        yield error("two_set_the_rate", None, [fix("remove", recipe.with_(callbacks=kept), kind="ReduceLROnPlateau")])


def _changed(recipe: Recipe, place: int, setting: str, value: object) -> RecipeFix:
    """A fix that changes one setting of a callback."""
    return set_to(setting, value, replace_callback(recipe, place, recipe.callbacks[place].with_(**{setting: value})))


def callback_twice(recipe: Recipe, place: int) -> Iterator[RecipeDiagnosis]:
    """A second one of a kind."""
    kind = recipe.callbacks[place].kind
    if any(before.kind == kind for before in recipe.callbacks[:place]):
        yield error(
            "callback_twice", None, [fix("remove_second", replace_callback(recipe, place), kind=kind)], callback=kind
        )


def no_validation(recipe: Recipe, place: int, facts: DataFacts) -> Iterator[RecipeDiagnosis]:
    """A metric that is not measured."""
    callback = recipe.callbacks[place]
    metric = callback.watches
    if metric and metric.startswith("val_") and not facts.validation:
        plain = metric.removeprefix("val_")
        monitored = replace_callback(recipe, place, callback.with_(monitor=plain))
        fixes = [fix("monitor", monitored, metric=plain)]
        yield error("no_validation", None, fixes, callback=callback.kind, metric=metric)


def watches_training(recipe: Recipe, place: int, facts: DataFacts) -> Iterator[RecipeDiagnosis]:
    """A metric that goes on improving while a model memorises, although rows are set aside to see that."""
    callback, metric = recipe.callbacks[place], recipe.callbacks[place].watches or ""
    if not facts.validation or metric.startswith("val_"):
        return
    match callback:
        case EarlyStopping():
            name = "stops_by_training"
        case ModelCheckpoint(save_best_only=True):
            name = "saves_by_training"
        case ReduceLROnPlateau():
            name = "lowers_by_training"
        case _:
            return
    validated = f"val_{metric}"
    monitored = replace_callback(recipe, place, callback.with_(monitor=validated))
    yield warning(name, None, [fix("monitor", monitored, metric=validated)], callback=callback.kind, metric=metric)


def acts_too_late(recipe: Recipe, place: int) -> Iterator[RecipeDiagnosis]:
    """What a callback changes, it changes from some epoch on; the training may be over by then."""
    callback, epochs = recipe.callbacks[place], recipe.fit.epochs
    first = callback.acts_after()
    if first is None or first < epochs:
        return
    if isinstance(callback, ReduceLROnPlateau) and _stopping_first(recipe, callback) is not None:
        return  # which is the nearer reason
    fixes = []
    if (sooner := callback.fitted_to(epochs)) != callback:
        fixes.append(_all_changes(callback, sooner, replace_callback(recipe, place, sooner)))
    if first < MAX_EPOCHS_OFFERED:
        longer = recipe.with_(fit=recipe.fit.with_(epochs=first + 1))
        fixes.append(fix("train_epochs", longer, epochs=first + 1))
    fixes.append(fix("remove", replace_callback(recipe, place), kind=callback.kind))
    name = "stops_too_late" if callback.may_end_training else "lowers_too_late"
    yield warning(name, None, fixes, callback=callback.kind, first=first, epochs=epochs, fix=fixes[0].label)


def _all_changes(callback: Callback, sooner: Callback, result: Recipe) -> RecipeFix:
    """A fix that names the one or two settings that it changes."""
    changed = {
        name: getattr(sooner, name)
        for name in callback.form_fields()
        if getattr(sooner, name) != getattr(callback, name)
    }
    (name, value), *more = changed.items()
    if not more:
        return set_to(name, value, result)
    ((other, then),) = more
    told = {"setting": name, "value": value, "other": other, "then": then}
    return Fix(WORDING.message("set_two", **told), result)


def wrong_direction(recipe: Recipe, place: int) -> Iterator[RecipeDiagnosis]:
    """A loss is better when it is lower, an accuracy when it is higher; `mode` may say the opposite."""
    callback = recipe.callbacks[place]
    metric, mode = callback.watches or "", getattr(callback, "mode", "auto")
    if mode not in ({"max"} if metric.endswith("loss") else {"min"}):
        return
    match callback:
        case ModelCheckpoint():
            if not callback.save_best_only:
                return  # each epoch is kept, so that nobody asks which is better
            name = "keeps_worst" if mode == "max" else "keeps_lowest"
        case EarlyStopping():
            name = "restores_worst" if callback.restore_best_weights else "stops_learning"
        case _:
            name = "lowers_while_learning"
    auto = _changed(recipe, place, "mode", "auto")
    yield warning(name, None, [auto], callback=callback.kind, metric=metric, mode=mode)


def never_lowers(recipe: Recipe, place: int, callback: ReduceLROnPlateau) -> Iterator[RecipeDiagnosis]:
    """A lowest learning rate above the one that training starts with."""
    rate = recipe.optimizer.learning_rate
    if callback.min_lr >= rate:
        zero = _changed(recipe, place, "min_lr", 0.0)
        yield warning("never_lowers", None, [zero], lowest=callback.min_lr, rate=rate)


def stops_before_lowering(recipe: Recipe, place: int, callback: ReduceLROnPlateau) -> Iterator[RecipeDiagnosis]:
    """EarlyStopping ends a training that stands still before its learning rate is lowered."""
    found = _stopping_first(recipe, callback)
    if found is None:
        return
    stopping, stopper = found
    stops, waits = max(1, stopper.patience), max(1, callback.patience)
    tries = [
        _of_callback(recipe, place, max(1, stops // 2)),
        _of_callback(recipe, stopping, min(2 * waits + 1, MAX_EPOCHS)),
        fix("remove", replace_callback(recipe, place), kind=callback.kind),
    ]
    fixes = [one for one in tries if _both_can_act(one.result)]
    told = {"waits": waits, "patience": stops, "metric": callback.monitor}
    yield warning("stops_before_lowering", None, fixes, **told)


def _stopping_first(recipe: Recipe, lowering: ReduceLROnPlateau) -> tuple[int, EarlyStopping] | None:
    """An EarlyStopping, with its place, that ends the training before, or when, the learning rate would be lowered."""
    for place, one in enumerate(recipe.callbacks):
        if (
            isinstance(one, EarlyStopping)
            and one.acts_after() < recipe.fit.epochs
            and one.monitor == lowering.monitor
            and lowering.min_delta - one.min_delta <= SMALL_GAIN  # else what is a gain to it may be none to the other
            and one.start_from_epoch + max(1, one.patience) <= max(1, lowering.patience)
        ):
            return place, one
    return None


def _both_can_act(recipe: Recipe) -> bool:
    """Whether neither EarlyStopping nor ReduceLROnPlateau is kept from acting."""
    waiting = [one for one in recipe.callbacks if isinstance(one, EarlyStopping | ReduceLROnPlateau)]
    lowering = [one for one in waiting if isinstance(one, ReduceLROnPlateau)]
    in_time = all(one.acts_after() < recipe.fit.epochs for one in waiting)
    return in_time and all(_stopping_first(recipe, one) is None for one in lowering)


def _of_callback(recipe: Recipe, place: int, patience: int) -> RecipeFix:
    """A fix that sets the patience of a callback, and names it."""
    callback = recipe.callbacks[place]
    changed = replace_callback(recipe, place, callback.with_(patience=patience))
    return fix("set_of_callback", changed, setting="patience", value=patience, kind=callback.kind)


def gain_too_large(
    recipe: Recipe, place: int, callback: EarlyStopping | ReduceLROnPlateau
) -> Iterator[RecipeDiagnosis]:
    """An improvement that no epoch can bring."""
    if callback.min_delta >= LARGE_GAIN:
        usual = type(callback).model_fields["min_delta"].default
        told = {"callback": callback.kind, "metric": callback.watches, "gain": callback.min_delta}
        yield warning("gain_too_large", None, [_changed(recipe, place, "min_delta", usual)], **told, usual=usual)


def schedule_without_effect(recipe: Recipe, place: int, callback: LearningRateScheduler) -> Iterator[RecipeDiagnosis]:
    """A schedule that changes nothing, or never comes to its end."""
    if callback.schedule in {"step_decay", "exponential_decay"} and callback.factor == 1:
        usual = type(callback).model_fields["factor"].default
        yield warning("factor_of_1", None, [_changed(recipe, place, "factor", usual)], usual=usual)
    epochs = recipe.fit.epochs
    if callback.schedule == "linear_warmup" and callback.every > epochs:
        sooner = max(1, epochs // 2)
        told = {"every": callback.every, "epochs": epochs, "rate": recipe.optimizer.learning_rate}
        yield warning("warmup_too_long", None, [_changed(recipe, place, "every", sooner)], **told, sooner=sooner)

"""Single changes of a recipe, each with the words of its button; None where the change would do nothing or break
something.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from trainer.recipe.callbacks import EarlyStopping, LearningRateScheduler, ReduceLROnPlateau
from trainer.recipe.check.report import insert, replace
from trainer.recipe.layers import Activation, Dense, Dropout, Embedding, Layer
from trainer.recipe.optimizers import Adam
from trainer.recipe.recipe import MAX_CALLBACKS, MAX_EPOCHS, MAX_LAYERS, Recipe

FIRST_DROPOUT = 0.3
MORE_DROPOUT = 0.2
MOST_DROPOUT = 0.5
"""Above this the check warns: little gets through (and Srivastava et al. 2014 found 0.5 near the best inside a
model)."""
MOST_UNITS = 1024
MNIST_ROWS = 60_000


class Change(NamedTuple):
    """A button's words, and the recipe with that one thing changed."""

    action: str
    recipe: Recipe


def set_rate(recipe: Recipe, rate: float) -> Change | None:
    """Another learning rate, in two digits."""
    rate = float(f"{rate:.1e}")
    if rate == recipe.optimizer.learning_rate or rate <= 0:
        return None
    changed = recipe.with_(optimizer=recipe.optimizer.with_(learning_rate=rate))
    return Change(f"Set the learning rate to {rate:g}", changed)


def more_dropout(recipe: Recipe) -> Change | None:
    """Dropout put in before the last Dense layer, or the last one that is there made stronger."""
    places = [place for place, layer in enumerate(recipe.layers) if isinstance(layer, Dropout)]
    if places:
        place = places[-1]
        layer = recipe.layers[place]
        assert isinstance(layer, Dropout)  # noqa: S101 - so it was chosen
        rate = round(min(MOST_DROPOUT, max(layer.rate + MORE_DROPOUT, FIRST_DROPOUT)), 2)
        if rate <= layer.rate:
            return None
        return Change(f"Set dropout to {rate:g}", replace(recipe, place, layer.with_(rate=rate)))
    head = head_place(recipe)
    if not head or len(recipe.layers) >= MAX_LAYERS:
        return None
    if any(isinstance(layer, Embedding) for layer in recipe.layers[head:]):
        return None  # in front of an Embedding there are word numbers, of which none may be set to zero
    return Change(f"Add Dropout {FIRST_DROPOUT:g}", insert(recipe, head, Dropout(rate=FIRST_DROPOUT)))


def less_dropout(recipe: Recipe) -> Change | None:
    """The strongest Dropout halved."""
    places = [place for place, layer in enumerate(recipe.layers) if isinstance(layer, Dropout)]
    if not places:
        return None
    place = max(places, key=lambda place: getattr(recipe.layers[place], "rate", 0.0))
    layer = recipe.layers[place]
    rate = round(getattr(layer, "rate", 0.0) / 2, 2)
    if rate == getattr(layer, "rate", 0.0):
        return None
    return Change(f"Set dropout to {rate:g}", replace(recipe, place, layer.with_(rate=rate)))


def head_place(recipe: Recipe) -> int | None:
    """Where the last Dense layer stands that gives the answer; None if the stack does not end with one."""
    for place in reversed(range(len(recipe.layers))):
        if isinstance(recipe.layers[place], Dense):
            return place
        if not isinstance(recipe.layers[place], Activation | Dropout):
            return None
    return None


def wider(recipe: Recipe) -> Change | None:
    """More units or filters in the narrowest layer before the answer, or a hidden layer if there is none to widen."""
    head = head_place(recipe)
    if head is None:
        return None
    found = ((place, width_of(recipe.layers[place])) for place in range(head))
    widths = {place: width for place, width in found if width is not None}
    if not widths:
        if not head or len(recipe.layers) >= MAX_LAYERS or any(isinstance(x, Embedding) for x in recipe.layers[head:]):
            return None
        return Change("Add Dense 64", insert(recipe, head, Dense(units=64, activation="relu")))
    place = min(widths, key=lambda place: widths[place][1])
    (name, width), layer = widths[place], recipe.layers[place]
    more = min(MOST_UNITS, 32 if width < 16 else 4 * width)
    groups = int(getattr(layer, "groups", 1))
    if more <= width or more % groups:
        return None
    title = f"{name} of layer {place + 1}"
    return Change(f"Set {title} to {more}", replace(recipe, place, layer.with_(**{name: more})))


def width_of(layer: Layer) -> tuple[str, int] | None:
    """What a layer's width is called, and how large it is; None if it has none of its own."""
    for name in ("units", "filters"):
        if name in type(layer).model_fields:
            return name, int(getattr(layer, name))
    return None


def more_epochs(recipe: Recipe, epochs: int) -> Change | None:
    """So many epochs in all."""
    epochs = min(epochs, MAX_EPOCHS)
    if epochs <= recipe.fit.epochs:
        return None
    return Change(f"Train {epochs} epochs", recipe.with_(fit=recipe.fit.with_(epochs=epochs)))


def smaller_batch(recipe: Recipe, size: int) -> Change | None:
    """So many rows in a batch."""
    if not 0 < size < recipe.fit.batch_size:
        return None
    return Change(f"Set the batch size to {size}", recipe.with_(fit=recipe.fit.with_(batch_size=size)))


def stop_at_best(recipe: Recipe, epochs: int) -> Change | None:
    """EarlyStopping that goes back to the best epoch, where nothing keeps it yet."""
    patience = min(5, epochs - 2)  # one more, and it could only stop at the end
    there = any(isinstance(callback, EarlyStopping) for callback in recipe.callbacks)
    if there or patience < 1 or len(recipe.callbacks) >= MAX_CALLBACKS or not recipe.data.validation:
        return None
    stopper = EarlyStopping(monitor="val_loss", patience=patience, restore_best_weights=True)
    return Change("Add EarlyStopping", recipe.with_(callbacks=(*recipe.callbacks, stopper)))


def more_patience(recipe: Recipe, patience: int) -> Change | None:
    """A longer wait of EarlyStopping."""
    patience = min(patience, recipe.fit.epochs - 2)  # one more, and it could only stop at the end
    for place, callback in enumerate(recipe.callbacks):
        if isinstance(callback, EarlyStopping) and callback.patience < patience:
            calmer = callback.with_(patience=patience)
            callbacks = (*recipe.callbacks[:place], calmer, *recipe.callbacks[place + 1 :])
            return Change(f"Set patience to {patience}", recipe.with_(callbacks=callbacks))
    return None


def lower_on_plateau(recipe: Recipe) -> Change | None:
    """ReduceLROnPlateau, where nothing else sets the rate."""
    if len(recipe.callbacks) >= MAX_CALLBACKS or any(
        isinstance(callback, LearningRateScheduler | ReduceLROnPlateau) for callback in recipe.callbacks
    ):
        return None
    monitor: Literal["val_loss", "loss"] = "val_loss" if recipe.data.validation else "loss"
    reducer = ReduceLROnPlateau(monitor=monitor, factor=0.2, patience=2)
    return Change("Add ReduceLROnPlateau", recipe.with_(callbacks=(*recipe.callbacks, reducer)))


def more_pictures(recipe: Recipe) -> Change | None:
    """More of the training pictures, where the recipe takes only some."""
    source = recipe.data
    if source.training_limit is None:
        return None
    more = source.training_limit * 5
    if source.path is not None or more >= MNIST_ROWS:
        return Change("Use all pictures", recipe.with_(data=source.with_training_limit(None)))
    return Change(f"Use {more:,} pictures", recipe.with_(data=source.with_training_limit(more)))


def more_validation(recipe: Recipe, share: float) -> Change | None:
    """A larger share of the rows for validation."""
    if not 0 < recipe.data.validation < share:
        return None
    return Change(f"Set the validation share to {share:g}", recipe.with_(data=recipe.data.with_(validation=share)))


def plain_adam(recipe: Recipe) -> Change | None:
    """Adam at its usual rate instead of another optimizer."""
    if isinstance(recipe.optimizer, Adam):
        return None
    return Change("Take Adam", recipe.with_(optimizer=Adam()))

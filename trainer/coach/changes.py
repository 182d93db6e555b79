"""Single changes of a recipe, each as a fix; an empty tuple where the change would do nothing or break something."""

from __future__ import annotations

from typing import Literal

from trainer.coach.wording import WORDING
from trainer.recipe.callbacks import EarlyStopping, LearningRateScheduler, ReduceLROnPlateau
from trainer.recipe.check.habits import MAX_DROPOUT
from trainer.recipe.diagnosis import Fix
from trainer.recipe.layers import Dense, Dropout, Layer
from trainer.recipe.limits import MAX_CALLBACKS, MAX_EPOCHS, MAX_LAYERS
from trainer.recipe.optimizers import Adam
from trainer.recipe.recipe import Recipe
from trainer.recipe.stack import insert_layers, replace_callback, replace_layer

FIRST_DROPOUT = 0.3
MORE_DROPOUT = 0.2
WIDEST = 1024
"""Units or filters that are offered at most."""
HIDDEN_UNITS = 64

Fixes = tuple[Fix[Recipe], ...]
"""One fix, or none."""


def _fix(name: str, result: Recipe, /, **parameters: object) -> Fixes:
    return (Fix(WORDING.message(name, **parameters), result),)


def set_rate(recipe: Recipe, rate: float) -> Fixes:
    """Another learning rate, in two digits; never raised to one that the check would call very high."""
    highest = max(recipe.optimizer.highest_rate, recipe.optimizer.learning_rate)
    rate = float(f"{min(rate, highest):.1e}")
    if rate == recipe.optimizer.learning_rate or rate <= 0:
        return ()
    return _fix("set_rate", recipe.with_(optimizer=recipe.optimizer.with_(learning_rate=rate)), rate=rate)


def _dropouts(recipe: Recipe) -> dict[int, Dropout]:
    return {place: layer for place, layer in enumerate(recipe.layers) if isinstance(layer, Dropout)}


def _set_dropout(recipe: Recipe, place: int, layer: Dropout, rate: float) -> Fixes:
    return _fix("set_dropout", replace_layer(recipe, place, layer.with_(rate=rate)), rate=rate)


def more_dropout(recipe: Recipe) -> Fixes:
    """Dropout put in before the last Dense layer, or the last one that is there made stronger."""
    dropouts = _dropouts(recipe)
    if dropouts:
        place, layer = max(dropouts.items(), key=lambda item: item[0])
        rate = round(min(MAX_DROPOUT, max(layer.rate + MORE_DROPOUT, FIRST_DROPOUT)), 2)
        return _set_dropout(recipe, place, layer, rate) if rate > layer.rate else ()
    head = head_place(recipe)
    # In front of an Embedding there are word numbers, of which none may be set to zero.
    if not head or not _has_room_before(recipe, head):
        return ()
    return _fix("add_dropout", insert_layers(recipe, head, Dropout(rate=FIRST_DROPOUT)), rate=FIRST_DROPOUT)


def _has_room_before(recipe: Recipe, place: int) -> bool:
    """Whether a layer that reads quantities can be put in before a place."""
    return len(recipe.layers) < MAX_LAYERS and not any(layer.reads_word_numbers for layer in recipe.layers[place:])


def less_dropout(recipe: Recipe) -> Fixes:
    """The strongest Dropout halved."""
    dropouts = _dropouts(recipe)
    if not dropouts:
        return ()
    place, layer = max(dropouts.items(), key=lambda item: item[1].rate)
    rate = round(layer.rate / 2, 2)
    return _set_dropout(recipe, place, layer, rate) if rate != layer.rate else ()


def head_place(recipe: Recipe) -> int | None:
    """Where the last Dense layer is that gives the answer; None if the stack does not end with one."""
    for place in reversed(range(len(recipe.layers))):
        layer = recipe.layers[place]
        if isinstance(layer, Dense):
            return place
        if not layer.is_activation and not layer.drops:
            return None
    return None


def wider(recipe: Recipe) -> Fixes:
    """More units or filters in the narrowest layer before the answer, or a hidden layer if there is none to widen."""
    head = head_place(recipe)
    if head is None:
        return ()
    found = ((place, width_of(recipe.layers[place])) for place in range(head))
    widths = {place: width for place, width in found if width is not None}
    if not widths:
        if not head or not _has_room_before(recipe, head):
            return ()
        hidden = insert_layers(recipe, head, Dense(units=HIDDEN_UNITS, activation="relu"))
        return _fix("add_dense", hidden, units=HIDDEN_UNITS)
    place = min(widths, key=lambda place: widths[place][1])
    (name, width), layer = widths[place], recipe.layers[place]
    more = min(WIDEST, 32 if width < 16 else 4 * width)
    groups = int(getattr(layer, "groups", 1))
    if more <= width or more % groups:
        return ()
    changed = replace_layer(recipe, place, layer.with_(**{name: more}))
    return _fix("set_width", changed, setting=name, number=place + 1, value=more)


def width_of(layer: Layer) -> tuple[str, int] | None:
    """What a layer's width is called, and how large it is; None if it has none of its own, or only looks words up."""
    name = layer.width_field()
    return None if name is None or layer.reads_word_numbers else (name, int(getattr(layer, name)))


def more_epochs(recipe: Recipe, epochs: int) -> Fixes:
    """So many epochs in all."""
    epochs = min(epochs, MAX_EPOCHS)
    if epochs <= recipe.fit.epochs:
        return ()
    return _fix("train_epochs", recipe.with_(fit=recipe.fit.with_(epochs=epochs)), epochs=epochs)


def smaller_batch(recipe: Recipe, size: int) -> Fixes:
    """So many rows in a batch."""
    if not 0 < size < recipe.fit.batch_size:
        return ()
    return _fix("set_batch", recipe.with_(fit=recipe.fit.with_(batch_size=size)), size=size)


def stop_at_best(recipe: Recipe, epochs: int) -> Fixes:
    """EarlyStopping that goes back to the best epoch, where nothing keeps it yet."""
    patience = min(5, epochs - 2)  # one more, and it could only stop at the end
    there = any(isinstance(callback, EarlyStopping) for callback in recipe.callbacks)
    if there or patience < 1 or len(recipe.callbacks) >= MAX_CALLBACKS or not recipe.data.validation:
        return ()
    stopper = EarlyStopping(monitor="val_loss", patience=patience, restore_best_weights=True)
    return _fix("add_early_stopping", recipe.with_(callbacks=(*recipe.callbacks, stopper)))


def more_patience(recipe: Recipe, patience: int) -> Fixes:
    """A longer wait of EarlyStopping."""
    patience = min(patience, recipe.fit.epochs - 2)  # one more, and it could only stop at the end
    for place, callback in enumerate(recipe.callbacks):
        if isinstance(callback, EarlyStopping) and callback.patience < patience:
            changed = replace_callback(recipe, place, callback.with_(patience=patience))
            return _fix("set_patience", changed, patience=patience)
    return ()


def lower_on_plateau(recipe: Recipe) -> Fixes:
    """ReduceLROnPlateau, where nothing else sets the rate."""
    if len(recipe.callbacks) >= MAX_CALLBACKS or any(
        isinstance(callback, LearningRateScheduler | ReduceLROnPlateau) for callback in recipe.callbacks
    ):
        return ()
    monitor: Literal["val_loss", "loss"] = "val_loss" if recipe.data.validation else "loss"
    reducer = ReduceLROnPlateau(monitor=monitor, factor=0.2, patience=2)
    return _fix("add_reduce_on_plateau", recipe.with_(callbacks=(*recipe.callbacks, reducer)))


def more_pictures(recipe: Recipe) -> Fixes:
    """More of the training pictures, where the recipe takes only some."""
    source = recipe.data
    if source.training_limit is None:
        return ()
    more, known = source.training_limit * 5, source.known_rows
    if known is None or more >= known:
        return _fix("use_all_pictures", recipe.with_(data=source.with_training_limit(None)))
    return _fix("use_pictures", recipe.with_(data=source.with_training_limit(more)), pictures=more)


def more_validation(recipe: Recipe, share: float) -> Fixes:
    """A larger share of the rows for validation."""
    if not 0 < recipe.data.validation < share:
        return ()
    return _fix("set_validation", recipe.with_(data=recipe.data.with_(validation=share)), share=share)


def read_words(recipe: Recipe, length: int) -> Fixes:
    """So many words of each text."""
    data = recipe.data.with_length(length)
    if data is None or data == recipe.data:
        return ()
    return _fix("set_length", recipe.with_(data=data), length=length)


def plain_adam(recipe: Recipe) -> Fixes:
    """Adam at its usual rate instead of another optimizer."""
    return () if isinstance(recipe.optimizer, Adam) else _fix("use_adam", recipe.with_(optimizer=Adam()))


def auto_loss(recipe: Recipe) -> Fixes:
    """The loss that goes with the last layer."""
    return _fix("set_loss", recipe.with_(loss="auto"))

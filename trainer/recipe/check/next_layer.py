"""What can be put in at a place of the stack, and with which settings."""

from __future__ import annotations

from trainer.messages import Message
from trainer.recipe.check.report import name_of
from trainer.recipe.check.wording import WORDING
from trainer.recipe.data import DataFacts
from trainer.recipe.flow import arriving, flow, word_trouble
from trainer.recipe.layers import Dense, Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, ShapeError
from trainer.recipe.starters import output_layer


def what_fits(recipe: Recipe, facts: DataFacts, place: int) -> dict[str, Message | None]:
    """For each kind of layer: None if it can read the input at a place, else why not, in a sentence.

    What comes after the place is not looked at: a new layer may well need another one after it.

    Args:
        recipe: of the stack.
        facts: of its data.
        place: the new layer comes before the layer at this place, counted from 0; `len(recipe.layers)` is the end.
    """
    try:
        shape, words, _ = arriving(recipe.layers[:place], facts)
    except ShapeError:
        unfit = sum(1 for _ in flow(recipe.layers, facts)) - 1
        return dict.fromkeys(Layer.registry, WORDING.message("unknown_input", layer=name_of(recipe, unfit)))
    return {name: _why_not(kind, shape, words, facts) for name, kind in Layer.registry.items()}


def fitted(kind: type[Layer], recipe: Recipe, facts: DataFacts, place: int) -> Layer:
    """A new layer for a place, with its defaults fitted to its input and to what follows.

    An Embedding knows the data's words, a Dense layer has relu inside the stack and gives the answer at an end without
    one, a layer that reads a sequence outputs every step where the next one needs that. Where its input is not known,
    it has its usual defaults.

    Args:
        kind: of the new layer.
        recipe: of the stack.
        facts: of its data.
        place: as for `what_fits`.
    """
    try:
        shape, words, _ = arriving(recipe.layers[:place], facts)
    except ShapeError:
        return kind(kind=kind.kind_name())
    layer = kind(kind=kind.kind_name()).fitted_to(shape, words)
    following = recipe.layers[place] if place < len(recipe.layers) else None
    if isinstance(layer, Dense):
        if following is not None:
            return layer.with_(activation="relu")
        has_answer = bool(recipe.layers) and isinstance(recipe.layers[-1], Dense)
        return layer if has_answer or len(shape) != 1 else output_layer(facts.classes)
    every_step = layer.every_step()
    if following is not None and every_step is not None and not _reads(following, layer, shape):
        return every_step if _reads(following, every_step, shape) else layer
    return layer


def _why_not(kind: type[Layer], shape: Shape, words: int | None, facts: DataFacts) -> Message | None:
    if (why := word_trouble(kind, kind.kind_name(), words, facts)) is not None:
        return why if words is None else WORDING.message("embedding_first", why=why)
    try:
        kind(kind=kind.kind_name()).fitted_to(shape, words).output_shape(shape)
    except ShapeError as error:
        return error.message
    return None


def _reads(following: Layer, layer: Layer, shape: Shape) -> bool:
    try:
        following.output_shape(layer.output_shape(shape))
    except ShapeError:
        return False
    return True

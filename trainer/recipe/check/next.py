"""What can be put in at a place of the stack, and with which settings."""

from __future__ import annotations

from trainer.recipe.check.report import name_of
from trainer.recipe.data import DataFacts
from trainer.recipe.flow import arriving, flow, word_trouble
from trainer.recipe.layers import Dense, Embedding, Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, ShapeError
from trainer.recipe.starters import head


def what_fits(recipe: Recipe, facts: DataFacts, place: int) -> dict[str, str | None]:
    """For each kind of layer: None if it can read what arrives at a place, else one sentence why not.

    What comes behind the place is not looked at: a new layer may well need another one after it.

    Args:
        recipe: of the stack.
        facts: of its data.
        place: the new layer comes before the layer at this place, counted from 0; `len(recipe.layers)` is the end.
    """
    try:
        shape, words = arriving(recipe.layers[:place], facts)
    except ShapeError:
        unfit = sum(1 for _ in flow(recipe.layers, facts)) - 1
        reason = f"{name_of(recipe, unfit)} does not fit yet, so that nobody knows what arrives here."
        return dict.fromkeys(Layer.registry, reason)
    return {name: _why_not(kind, shape, words, facts) for name, kind in Layer.registry.items()}


def fitted(kind: type[Layer], recipe: Recipe, facts: DataFacts, place: int) -> Layer:
    """A new layer for a place, with its defaults fitted to what arrives there and to what follows.

    An Embedding knows the data's words, a Dense layer has relu inside the stack and answers at an end without an
    answer, a layer that reads a sequence gives out every step where the next one needs that. Where nobody knows what
    arrives, it has its usual defaults.

    Args:
        kind: of the new layer.
        recipe: of the stack.
        facts: of its data.
        place: as for `what_fits`.
    """
    try:
        shape, words = arriving(recipe.layers[:place], facts)
    except ShapeError:
        return kind(kind=kind.kind_name())
    layer = _for(kind, shape, words)
    following = recipe.layers[place] if place < len(recipe.layers) else None
    if isinstance(layer, Dense):
        if following is not None:
            return layer.with_(activation="relu")
        has_answer = bool(recipe.layers) and isinstance(recipe.layers[-1], Dense)
        return layer if has_answer or len(shape) != 1 else head(facts.classes)
    every_step = layer.every_step()
    if following is not None and every_step is not None and not _reads(following, layer, shape):
        return every_step if _reads(following, every_step, shape) else layer
    return layer


def _for(kind: type[Layer], shape: Shape, words: int | None) -> Layer:
    if issubclass(kind, Embedding):
        return kind() if words is None else kind(input_dim=words)
    return kind(kind=kind.kind_name()).fitted_to(shape)


def _why_not(kind: type[Layer], shape: Shape, words: int | None, facts: DataFacts) -> str | None:
    if (trouble := word_trouble(kind, words, facts)) is not None:
        return f"It {trouble}." + (" An Embedding comes first." if words is not None else "")
    try:
        _for(kind, shape, words).output_shape(shape)
    except ShapeError as error:
        reason = str(error)
        if reason.startswith(f"{kind.kind_name()} "):
            return f"It{reason.removeprefix(kind.kind_name())}."
        return f"{reason[:1].upper()}{reason[1:]}."
    return None


def _reads(following: Layer, layer: Layer, shape: Shape) -> bool:
    try:
        following.output_shape(layer.output_shape(shape))
    except ShapeError:
        return False
    return True

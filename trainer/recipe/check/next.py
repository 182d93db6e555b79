"""What can be put in at a place of the stack, and with which settings."""

from __future__ import annotations

from trainer.recipe.check.report import name_of
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Dense, Embedding, Flatten, Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, ShapeError, described
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
        shape, vocabulary = _arriving(recipe, facts, place)
    except ShapeError as error:
        return dict.fromkeys(Layer.family, str(error))
    return {name: _why_not(kind, shape, vocabulary, facts) for name, kind in Layer.family.items()}


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
        shape, vocabulary = _arriving(recipe, facts, place)
    except ShapeError:
        return kind(kind=kind.kind_name())
    layer = _for(kind, shape, vocabulary)
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


def _arriving(recipe: Recipe, facts: DataFacts, place: int) -> tuple[Shape, int | None]:
    """The shape that arrives at a place, and how many words there are if it is still word numbers.

    Raises:
        ShapeError: an earlier layer does not fit itself, in a whole sentence.
    """
    shape, vocabulary = facts.input_shape, facts.vocabulary
    for earlier, layer in enumerate(recipe.layers[:place]):
        try:
            shape = layer.output_shape(shape)
        except ShapeError as error:
            message = f"{name_of(recipe, earlier)} does not fit yet, so that nobody knows what arrives here."
            raise ShapeError(message, "other") from error
        if not isinstance(layer, Flatten):
            vocabulary = None
    return shape, vocabulary


def _for(kind: type[Layer], shape: Shape, vocabulary: int | None) -> Layer:
    if issubclass(kind, Embedding):
        return kind() if vocabulary is None else kind(input_dim=vocabulary)
    return kind(kind=kind.kind_name()).fitted_to(shape)


def _why_not(kind: type[Layer], shape: Shape, vocabulary: int | None, facts: DataFacts) -> str | None:
    if kind.takes_words and vocabulary is None:
        arrives = "pictures" if facts.vocabulary is None else "numbers that are no longer word numbers"
        return f"It looks up word numbers, but {arrives} arrive."
    if vocabulary is not None and not kind.takes_words and not issubclass(kind, Flatten):
        return f"It cannot read word numbers, and {described(shape)} of that sort arrives. An Embedding comes first."
    try:
        _for(kind, shape, vocabulary).output_shape(shape)
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

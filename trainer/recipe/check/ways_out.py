"""What can be done where a layer cannot take what arrives."""

from __future__ import annotations

from contextlib import suppress
from math import isqrt, prod

from trainer.recipe.check.report import Mend, insert, replace
from trainer.recipe.data import DataFacts
from trainer.recipe.flow import arriving
from trainer.recipe.layers import Flatten, GlobalAveragePooling1D, GlobalAveragePooling2D, Layer, Reshape
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, ShapeError, count, written
from trainer.recipe.spec import RecipeError


def ways_out(recipe: Recipe, place: int, shape: Shape, error: ShapeError, facts: DataFacts) -> tuple[Mend, ...]:
    """Mends for a layer that cannot take what arrives, the wisest first; to remove it is the last one.

    Args:
        recipe: of the stack; all layers before `place` fit.
        place: of the layer, counted from 0.
        shape: what arrives there.
        error: why it does not fit.
        facts: of the data.
    """
    layer = recipe.layers[place]
    mends = []
    before = recipe.layers[place - 1] if place else None
    every_step = before.every_step() if before is not None else None
    if error.needs == "sequence" and before is not None and every_step is not None:
        mends.append(Mend(f"Let {before.kind} give out every step", replace(recipe, place - 1, every_step)))
    if isinstance(before, Flatten) and _takes(layer, arriving(recipe.layers[: place - 1], facts).shape):
        mends.append(Mend(f"Remove layer {place} (Flatten)", replace(recipe, place - 1)))
    other = _counterpart(layer)
    if other is not None and _takes(other, shape):
        mends.append(Mend(f"Use {other.kind} instead", replace(recipe, place, other)))
    for new in _bridges(shape, error.needs, facts):
        if not _takes(new, shape) or not _takes(layer, new.output_shape(shape)):
            continue
        where = f" to {written(new.target_shape)}" if isinstance(new, Reshape) else ""
        mends.append(Mend(f"Insert {new.kind}{where}", insert(recipe, place, new)))
    if error.needs == "larger":
        mends += _larger_mends(recipe, place, shape)
    if error.needs in {"other", "larger"}:
        mends += _settings_mends(recipe, place, shape)
    mends.append(Mend(f"Remove {layer.kind}", replace(recipe, place)))
    return tuple(mends)


def _larger_mends(recipe: Recipe, place: int, shape: Shape) -> list[Mend]:
    """What leaves more to a window that is larger than what arrives."""
    layer = recipe.layers[place]
    mends = [
        Mend(f"Remove layer {earlier + 1} ({recipe.layers[earlier].kind})", replace(recipe, earlier))
        for earlier in range(place)
        if "Pooling" in recipe.layers[earlier].kind
    ][-1:]
    if getattr(layer, "padding", None) == "valid":
        padded = layer.with_(padding="same")
        same = Mend("Set padding to same", replace(recipe, place, padded))
        # In a picture of one place nothing is left to see: then an earlier pooling is one too many.
        is_speck = _takes(padded, shape) and prod(padded.output_shape(shape)[:-1]) == 1
        mends = [*mends, same] if is_speck else [same, *mends]
    return mends


def _settings_mends(recipe: Recipe, place: int, shape: Shape) -> list[Mend]:
    """Single settings of the layer with which it takes what arrives."""
    layer = recipe.layers[place]
    mends: dict[str, Mend] = {}
    plain = [layer.with_(**{name: 1}) for name in ("strides", "groups") if name in type(layer).model_fields]
    for tried in [layer.fitted_to(shape), *plain]:
        changed = [name for name in type(layer).model_fields if getattr(tried, name) != getattr(layer, name)]
        # A row has only one order: there is nothing to permute in it.
        if _takes(tried, shape) and len(changed) == 1 and (changed[0] != "dims" or len(shape) > 1):
            title = type(layer).model_fields[changed[0]].title or changed[0]
            value = getattr(tried, changed[0])
            words = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            mend = Mend(f"Set {title.lower()} to {words}", replace(recipe, place, tried))
            mends.setdefault(mend.title, mend)
    return list(mends.values())


def _bridges(shape: Shape, needs: str, facts: DataFacts) -> list[Layer]:
    """Layers that make of what arrives what is needed, best first."""
    if needs == "flat":
        pooling: list[Layer] = [GlobalAveragePooling1D()] if len(shape) == 2 else [GlobalAveragePooling2D()]
        return [Flatten(), *pooling]
    if needs == "sequence" and len(shape) == 3:
        return [Reshape(target_shape=(shape[0], shape[1] * shape[2]))]
    if needs != "image" or facts.vocabulary is not None:
        return []  # words are no pixels: what reads pictures has no sense there
    if len(shape) == 2:
        return [Reshape(target_shape=(*shape, 1))]
    if len(shape) == 1 and len(facts.input_shape) == 3 and count(facts.input_shape) == shape[0]:
        return [Reshape(target_shape=facts.input_shape)]
    side = isqrt(count(shape))
    return [Reshape(target_shape=(side, side, 1))] if len(shape) == 1 and side * side == shape[0] and side > 3 else []


def _counterpart(layer: Layer) -> Layer | None:
    """The layer of the same sort for sequences instead of pictures, or the other way round, as alike as can be."""
    name = layer.kind.translate(str.maketrans("12", "21"))
    kind = Layer.family.get(name)
    if name == layer.kind or kind is None:
        return None
    other: Layer = kind(kind=name)
    for field in kind.form_fields():
        value = getattr(layer, field, None)
        if value is None:
            continue
        # What is given for each side of a picture is one number along a sequence; the other way it stands for both.
        with suppress(RecipeError):
            other = other.with_(**{field: value[0] if isinstance(value, tuple) and "1D" in name else value})
    return other


def _takes(layer: Layer, shape: Shape) -> bool:
    try:
        layer.output_shape(shape)
    except ShapeError:
        return False
    return True

"""What can be done where a layer cannot take what arrives."""

from __future__ import annotations

from contextlib import suppress
from math import isqrt, prod

from trainer.recipe.check.report import Mend, insert, replace
from trainer.recipe.data import DataFacts
from trainer.recipe.flow import arriving, flow
from trainer.recipe.layers import Flatten, GlobalAveragePooling1D, GlobalAveragePooling2D, Layer, Reshape
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, ShapeError, count, written
from trainer.recipe.spec import RecipeError
from trainer.recipe.starters import starter

GROWING = ("strides", "size", "n", "padding", "depth_multiplier", "num_heads", "kernel_size", "height", "width")
"""Fields that make more of what arrives when they are larger, those first that do nothing else."""
WIDTHS = ("units", "filters", "output_dim")
"""The fields that say how many numbers a layer gives out at each place."""
NARROWEST = 8
"""A width that is smaller than this leaves too little to learn from."""


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
    if error.needs == "smaller":
        mends += _smaller_mends(recipe, place, shape, facts)
    mends.append(Mend(f"Remove {layer.kind}", replace(recipe, place)))
    return tuple(mends)


def _larger_mends(recipe: Recipe, place: int, shape: Shape) -> list[Mend]:
    """What leaves more to a window that is larger than what arrives."""
    layer = recipe.layers[place]
    poolings = [earlier for earlier in range(place) if "Pooling" in recipe.layers[earlier].kind]
    mends = [
        Mend(f"Remove layer {earlier + 1} ({recipe.layers[earlier].kind})", replace(recipe, earlier))
        for earlier in poolings[-1:]
    ]
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
            mend = _set(recipe, place, tried)
            mends.setdefault(mend.title, mend)
    return list(mends.values())


def _smaller_mends(recipe: Recipe, place: int, shape: Shape, facts: DataFacts) -> list[Mend]:
    """Each single setting of the layer that leaves few enough numbers, as large as can be.

    Where another layer gives out too many even then, a new beginning comes first: one fix instead of a hundred.
    """
    layer = recipe.layers[place]
    is_answer = place == len(recipe.layers) - 1  # its width is the number of classes
    names = [name for name in (*GROWING, *(() if is_answer else WIDTHS)) if name in type(layer).model_fields]
    found = (_halved(layer, name, shape, NARROWEST if name in WIDTHS else 1) for name in names)
    mends = [_set(recipe, place, smaller) for smaller in found if smaller is not None]
    begun = [anew(recipe, facts)] if not mends or is_too_large(mends[0].recipe, facts) else []
    return [*begun, *mends]


def _halved(layer: Layer, name: str, shape: Shape, lowest: int) -> Layer | None:
    """The layer with a field halved until it takes what arrives; None if even `lowest` is too much."""
    value = getattr(layer, name)
    sides = value if isinstance(value, tuple) else (value,)
    while all(isinstance(side, int) for side in sides) and max(sides) >= 2 * lowest:
        sides = tuple(max(side // 2, min(side, lowest)) for side in sides)
        smaller = layer.with_(**{name: sides if isinstance(value, tuple) else sides[0]})
        if _takes(smaller, shape):
            return smaller
    return None


def is_too_large(recipe: Recipe, facts: DataFacts) -> bool:
    """Whether some layer would give out more than can be held."""
    return any(
        isinstance(step.leaves, ShapeError) and step.leaves.needs == "smaller" for step in flow(recipe.layers, facts)
    )


def _set(recipe: Recipe, place: int, changed: Layer) -> Mend:
    """A fix that changes one setting of a layer, named after it."""
    layer = recipe.layers[place]
    name = next(name for name in type(layer).model_fields if getattr(changed, name) != getattr(layer, name))
    value = getattr(changed, name)
    words = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    title = type(layer).model_fields[name].title or name
    return Mend(f"Set {title.lower()} to {words}", replace(recipe, place, changed))


def anew(recipe: Recipe, facts: DataFacts) -> Mend:
    """A small model that fits the data: one fix where the layers as they are would need many."""
    return Mend("Begin anew with a small model that fits", recipe.with_(layers=starter(facts), loss="auto"))


def _bridges(shape: Shape, needs: str, facts: DataFacts) -> list[Layer]:
    """Layers that make of what arrives what is needed, best first."""
    if needs == "flat":
        pooling: list[Layer] = [GlobalAveragePooling1D()] if len(shape) == 2 else [GlobalAveragePooling2D()]
        return [Flatten(), *pooling]
    if needs == "sequence" and len(shape) == 3:
        return _reshape(shape[0], shape[1] * shape[2])
    if needs != "image" or facts.modality != "image":
        return []  # words are no pixels: what reads pictures has no sense there
    if len(shape) == 2:
        return _reshape(*shape, 1)
    if len(shape) == 1 and len(facts.input_shape) == 3 and count(facts.input_shape) == shape[0]:
        return _reshape(*facts.input_shape)
    side = isqrt(count(shape))
    return _reshape(side, side, 1) if len(shape) == 1 and side * side == shape[0] and side > 3 else []


def _reshape(*sides: int) -> list[Layer]:
    """A Reshape to these sides; none where a side is larger than it may be set to."""
    with suppress(RecipeError):
        return [Reshape().with_(target_shape=sides)]
    return []


def _counterpart(layer: Layer) -> Layer | None:
    """The layer of the same sort for sequences instead of pictures, or the other way round, as alike as can be."""
    name = layer.kind.translate(str.maketrans("12", "21"))
    kind = Layer.registry.get(name)
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

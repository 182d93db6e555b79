"""The recipe: everything a run needs, as immutable data. The same recipe and seed give the same numbers."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field

from trainer.recipe.callbacks import AnyCallback
from trainer.recipe.data import AnyData, Data
from trainer.recipe.layers import AnyLayer, Layer
from trainer.recipe.limits import MAX_CALLBACKS, MAX_EPOCHS, MAX_LAYERS, MAX_RECIPE_BYTES, MAX_RECIPE_PARTS
from trainer.recipe.optimizers import Adam, AnyOptimizer
from trainer.recipe.spec import NewerVersionError, RecipeError, Spec, clip, newer_version, setting, shorten
from trainer.recipe.wording import WORDING

Loss = Literal[
    "auto", "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy",
    "categorical_focal_crossentropy", "binary_focal_crossentropy", "kl_divergence", "mean_squared_error",
    "mean_absolute_error", "huber", "log_cosh",
]  # fmt: skip

VERSION: Final = 2
"""Of the format: a change that the version before could not read or would misread raises it."""


class Fit(Spec):
    """How long to train, and in batches of what size."""

    epochs: Annotated[
        int,
        setting(
            "Epochs",
            "How many times the model goes through all training examples.",
            "With more epochs the model learns more, until it starts to memorise.",
            ge=1,
            le=MAX_EPOCHS,
        ),
    ] = 5
    batch_size: Annotated[
        int,
        setting(
            "Batch size",
            "How many examples the model sees before its weights change.",
            "Larger batches make epochs faster, with fewer and smoother steps.",
            ge=1,
            le=65_536,
        ),
    ] = 32


class DisabledLayer(Spec):
    """A layer that is turned off: the model skips it, and its settings are kept."""

    before: Annotated[
        int,
        setting("Before", "The layer (from 0, of those that are on) that it would come before.", ge=0, le=MAX_LAYERS),
    ]
    layer: AnyLayer


class Recipe(Spec):
    """A whole experiment: data, layers, optimizer, loss, fit and callbacks."""

    version: Literal[2] = VERSION
    name: Annotated[str, setting("Name", "What the run is called in the list.", min_length=1, max_length=100)] = (
        "My model"
    )
    about: Annotated[
        str,
        setting("About", "What the recipe is for, in a sentence or two; a lesson's card shows it.", max_length=1000),
    ] = ""
    seed: Annotated[
        int,
        setting(
            "Seed",
            "The same seed gives the same numbers again.",
            "A different seed shuffles the data and starting weights differently.",
            advanced=True,
            ge=0,
            le=2**31 - 1,
        ),
    ] = 1
    data: AnyData
    layers: Annotated[tuple[AnyLayer, ...], Field(max_length=MAX_LAYERS)] = ()
    aside: Annotated[
        tuple[DisabledLayer, ...],
        setting(
            "Switched off", "Layers that are turned off for now, and where they would stand.", max_length=MAX_LAYERS
        ),
    ] = ()
    optimizer: AnyOptimizer = Adam()
    loss: Annotated[
        Loss,
        setting(
            "Loss",
            "The quantity that training minimises; auto selects the one that fits the last layer.",
            advanced=True,
        ),
    ] = "auto"
    fit: Fit = Fit()
    callbacks: Annotated[tuple[AnyCallback, ...], Field(max_length=MAX_CALLBACKS)] = ()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a recipe from JSON text, which may be somebody's who means no good: its size is looked at first.

        Raises:
            NewerVersionError: a later version of Fitboard made it.
            RecipeError: the text is not JSON or does not fit (the message names the place), or it is larger than any
                recipe.
        """
        if len(text) > MAX_RECIPE_BYTES:
            raise RecipeError(WORDING.message("large"))
        commas = text.count(",") if isinstance(text, str) else text.count(b",")
        if commas > MAX_RECIPE_PARTS:
            raise RecipeError(WORDING.message("many_parts"))
        try:
            return super().from_json(_of_this_version(text))
        except RecipeError:
            if (version := newer_version(text, VERSION)) is not None:
                raise NewerVersionError.of("recipe", version, VERSION) from None
            raise

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a recipe file.

        Raises:
            NewerVersionError: a later version of Fitboard made it.
            RecipeError: the file is missing, too large, not JSON, or not a recipe; the message names the place.
        """
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for, without end
                raise RecipeError(WORDING.message("not_a_file", path=str(path)))
            if status.st_size > MAX_RECIPE_BYTES:
                raise RecipeError(WORDING.message("large_file", path=str(path)))
            text = path.read_text("utf-8-sig")
        except FileNotFoundError:
            raise RecipeError(WORDING.message("no_file", path=str(path))) from None
        except UnicodeDecodeError:
            raise RecipeError(WORDING.message("no_text_file", path=str(path))) from None
        except OSError as error:
            raise RecipeError(WORDING.message("unreadable", path=str(path), reason=error.strerror)) from error
        try:
            return cls.from_json(text)
        except RecipeError as error:
            raise type(error)(WORDING.message("in_file", path=str(path), why=error.message)) from error

    def with_settings(self, settings: Iterable[str]) -> Self:
        """A copy with settings such as `fit.epochs=1`, `layers.0.units=8` or `data.path=my.csv` changed.

        A value is read as JSON where it is JSON and as plain text otherwise.

        Raises:
            RecipeError: a setting has no `=`, names a place that does not exist, or does not fit.
        """
        tree = self.model_dump(mode="json")
        for change in settings:
            path, equals, text = change.partition("=")
            if not equals:
                raise RecipeError(WORDING.message("no_setting", text=clip(change)))
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                value = text
            _put(tree, path, value)
        return self.from_json(json.dumps(tree))


Layer.dependent_models += [DisabledLayer, Recipe]
Data.dependent_models.append(Recipe)


def _of_this_version(text: str | bytes) -> str | bytes:
    """A recipe of version 1, or of none, with what has become a setting since, as it was then; any other unchanged."""
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        return text  # what is wrong with it, others say
    if not isinstance(tree, dict) or type(version := tree.get("version", 1)) is not int or version != 1:
        return text
    data = tree.get("data")
    if isinstance(data, dict) and (kind := Data.registry.get(str(data.get("kind")))):
        tree["data"] = {**kind.of_version_1, **data}
    return json.dumps(tree | {"version": VERSION})


def _put(tree: Any, path: str, value: Any) -> None:
    """Set one place of a JSON tree; a field that does not exist is left to the check of the whole recipe."""
    *parents, last = path.split(".")
    place = tree
    for step in parents:
        place = _inside(place, step, path)
    if isinstance(place, list):
        _inside(place, last, path)
        place[int(last)] = value
    elif isinstance(place, dict):
        place[last] = value
    else:
        raise RecipeError(WORDING.message("place_has_no_parts", path=clip(path), value=shorten(place)))


def _inside(place: Any, step: str, path: str) -> Any:
    if isinstance(place, dict) and step in place:
        return place[step]
    if isinstance(place, list) and step in map(str, range(len(place))):
        return place[int(step)]
    raise RecipeError(WORDING.message("no_such_place", path=clip(path), step=clip(step)))

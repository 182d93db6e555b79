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
from trainer.recipe.layers import AnyLayer
from trainer.recipe.optimizers import Adam, AnyOptimizer
from trainer.recipe.spec import NewerVersionError, RecipeError, Spec, clip, newer_version, setting, shorten

Loss = Literal[
    "auto", "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy",
    "categorical_focal_crossentropy", "binary_focal_crossentropy", "kl_divergence", "mean_squared_error",
    "mean_absolute_error", "huber", "log_cosh",
]  # fmt: skip

VERSION: Final = 1
"""Of the format: a change that this version could not read or would misread raises it."""
MAX_LAYERS = 200
MAX_CALLBACKS = 20
MAX_EPOCHS = 10_000
MAX_BYTES = 1_000_000
"""A recipe is a page of text; a larger file is something else."""
MAX_PARTS = 50_000
"""Of its JSON, as its commas tell; a recipe of 200 layers, each with all its settings, has some 3,500."""


class Fit(Spec):
    """How long and in what portions to train."""

    epochs: Annotated[
        int,
        setting(
            "Epochs",
            "How often the model sees all training examples.",
            "More learns more, until it memorises.",
            ge=1,
            le=MAX_EPOCHS,
        ),
    ] = 5
    batch_size: Annotated[
        int,
        setting(
            "Batch size",
            "How many examples are seen before the weights change.",
            "Larger is faster for each epoch and learns in fewer, calmer steps.",
            ge=1,
            le=65_536,
        ),
    ] = 32


class DisabledLayer(Spec):
    """A layer that is switched off for a try: not part of the model, but not lost."""

    before: Annotated[
        int,
        setting("Before", "The layer (from 0, of those that are on) that it would come before.", ge=0, le=MAX_LAYERS),
    ]
    layer: AnyLayer


class Recipe(Spec):
    """A whole experiment: data, layers, optimizer, loss, fit and callbacks."""

    version: Literal[1] = VERSION
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
            "Another seed deals the rows and first weights anew.",
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
            "Switched off", "Layers that are left out for a try, and where they would stand.", max_length=MAX_LAYERS
        ),
    ] = ()
    optimizer: AnyOptimizer = Adam()
    loss: Annotated[
        Loss, setting("Loss", "What training makes small; auto takes the one that fits the last layer.", advanced=True)
    ] = "auto"
    fit: Fit = Fit()
    callbacks: Annotated[tuple[AnyCallback, ...], Field(max_length=MAX_CALLBACKS)] = ()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a recipe from JSON text, which may be somebody's who means no good: its size is looked at first.

        Raises:
            NewerVersionError: a later version of Fitboard made it.
            RecipeError: the text is not JSON or does not fit, said in one sentence that names the place; or it is
                larger than any recipe.
        """
        if len(text) > MAX_BYTES:
            raise RecipeError("This is too large for a recipe. Choose a recipe, a small JSON file.")
        commas = text.count(",") if isinstance(text, str) else text.count(b",")
        if commas > MAX_PARTS:
            raise RecipeError("This has more parts than a recipe can have. Choose a recipe, a small JSON file.")
        try:
            return super().from_json(text)
        except RecipeError:
            if (version := newer_version(text, VERSION)) is not None:
                raise NewerVersionError.of("recipe", version, VERSION) from None
            raise

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a recipe file.

        Raises:
            NewerVersionError: a later version of Fitboard made it.
            RecipeError: the file is missing, too large, not JSON, or not a recipe; the sentence names the place.
        """
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):  # a pipe would be waited for, without end
                raise RecipeError(f"{path} is not a file. Choose a recipe, a JSON file.")
            if status.st_size > MAX_BYTES:
                raise RecipeError(f"{path} is too large for a recipe. Choose a recipe, a small JSON file.")
            text = path.read_text("utf-8-sig")
        except FileNotFoundError:
            raise RecipeError(f"There is no file {path}. Check the path.") from None
        except UnicodeDecodeError:
            raise RecipeError(f"{path} is not a text file. Choose a recipe, a JSON file.") from None
        except OSError as error:
            raise RecipeError(f"{path} cannot be read ({error.strerror}). Choose a recipe, a JSON file.") from error
        try:
            return cls.from_json(text)
        except RecipeError as error:
            raise type(error)(f"{path}: {error}") from error

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
                raise RecipeError(f"“{clip(change)}” is not a setting. Write it as place=value, such as fit.epochs=1.")
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                value = text
            _put(tree, path, value)
        return self.from_json(json.dumps(tree))


Data.holders.append(Recipe)


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
        raise RecipeError(
            f"“{clip(path)}” is not a place in the recipe: {shorten(place)} has no parts. Check the path."
        )


def _inside(place: Any, step: str, path: str) -> Any:
    if isinstance(place, dict) and step in place:
        return place[step]
    if isinstance(place, list) and step in map(str, range(len(place))):
        return place[int(step)]
    raise RecipeError(f"“{clip(path)}” is not a place in the recipe: there is no “{clip(step)}”. Check the path.")

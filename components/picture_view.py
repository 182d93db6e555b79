"""What is in a set of pictures: samples by class, the average of each class, and a quick try with few of them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from components import source_choice, workspace
from components.controlled import controlled, selectbox
from components.deferred import defer
from components.markup import md
from trainer.data.dataset import Dataset
from trainer.data.files import find_file
from trainer.data.picture_facts import picture_facts
from trainer.formats import number
from trainer.i18n import _
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.sources.mnist.reading import read_pictures
from trainer.sources.mnist.spec import Mnist

SHOWN = 20
QUICK_PICTURES = 2_000
"""Pictures of a quick try, if there are not too many classes."""


@source_choice.chooser(Mnist)
def choose_pictures(spec: Mnist) -> Collection[str]:
    """MNIST or somebody's own pictures."""
    # A widget with nothing chosen says “Choose an option”, so that MNIST, without a path, is an empty word here.
    files = {"": Mnist.own_name} | workspace.library().pictures()
    if spec.path is not None and spec.path not in files:
        files[spec.path] = workspace.data_name(spec)
    shown = controlled("pictures", spec.path or "", _change)
    selectbox(_("Pictures"), list(files), format_func=files.__getitem__, **shown)
    source_choice.say_what_is_hidden()
    source_choice.upload(
        _("Or upload your own pictures"),
        _(
            "An .npz file with x_train, y_train, x_test, y_test, as MNIST has them; up to 64 by 64 pixels, grey or "
            "colour, up to 100 classes, and class_names if you like."
        ),
        _take,
        lambda error, path: None,
    )
    if spec.path is not None:
        source_choice.delete_button(Path(spec.path), after=lambda: _set(None))
    return {"path"}


def _change(path: str) -> None:
    defer(partial(_take_known, path or None))


def _take_known(path: str | None) -> None:
    try:
        if path is not None:
            ours = workspace.on_our_data(workspace.current().recipe.with_(data=Mnist(path=path))).data.path
            read_pictures(find_file(ours or path))
        _set(path)
    except RecipeError as error:
        workspace.current().message = str(error)


def _take(path: str) -> Path:
    """Go on with pictures that somebody brings; returns where the file is now.

    Raises:
        RecipeError: they cannot be read.
        OSError: the file has gone, or cannot be moved.
    """
    read_pictures(Path(path))
    kept = workspace.library().keep(Path(path))
    _set(str(kept))
    return kept


def _set(path: str | None) -> None:
    with workspace.changing() as tab:
        spec = Mnist(path=path, validation=tab.recipe.data.validation)
        workspace.set_recipe(workspace.on_data(tab.recipe, spec))


def quick_try(dataset: Dataset) -> None:
    """Fewer examples for a first try, by one click, and all of them again by another; where the source can do so."""
    spec = workspace.current().recipe.data
    few = max(QUICK_PICTURES, 50 * len(dataset.class_names))
    if spec.training_limit is not None:
        st.button(_("Use all pictures"), on_click=_limit, args=(None,))
    elif len(dataset.train) > 2 * few and spec.with_training_limit(few) is not None:
        st.button(
            _("Quick try with {pictures} pictures").format(pictures=number(few)),
            icon=":material/bolt:",
            on_click=_limit,
            args=(few,),
            help=_("Trains much faster; accuracy is a few per cent lower."),
        )


def _limit(limit: int | None) -> None:
    def edit() -> Recipe:
        recipe = workspace.current().recipe
        return recipe.with_(data=recipe.data.with_training_limit(limit) or recipe.data)

    workspace.try_set(edit)


def show_pictures(dataset: Dataset, spread: Sequence[int]) -> None:
    """Samples of all classes or of one, typical or the hardest; then the mean of each class."""
    names = dataset.class_names
    left, right = st.columns([1, 1])
    answer = selectbox(
        _("Class"),
        at=left,
        options=[None, *range(len(names))],
        format_func=lambda n: _("all") if n is None else names[n],
    )
    hard = selectbox(
        _("Show"),
        at=right,
        options=[False, True],
        format_func=lambda hardest: _("hardest") if hardest else _("typical"),
        help=_("The hardest pictures are those that differ most from the average of their class."),
    )
    facts = picture_facts(dataset)
    if hard:
        each = SHOWN if answer is not None else max(1, SHOWN // len(names))
        classes = range(len(names)) if answer is None else [answer]
        chosen = [int(place) for one in classes for place in facts.hardest[one][:each]][:SHOWN]
    elif answer is None:
        chosen = list(spread)[:SHOWN]
    else:
        chosen = np.flatnonzero(dataset.train.y == answer)[:SHOWN].tolist()
    labels = [names[dataset.train.y[place]] for place in chosen]
    if chosen:
        st.image(
            [picture(dataset.train[place]) for place in chosen],
            caption=[md(label) for label in labels],
            width=56,
            alt=[_("A picture of class {name}").format(name=label) for label in labels],
        )
    st.subheader(_("The average of each class"))
    st.caption(_("The average of all pictures in a class: sharp where they agree, blurry where they differ."))
    st.image(
        [picture(mean) for mean in facts.means[:SHOWN]],
        caption=[md(name) for name in names[:SHOWN]],
        width=56,
        alt=[_("The average picture of class {name}").format(name=name) for name in names[:SHOWN]],
    )


def picture(pixels: NDArray[np.uint8]) -> str:
    """Pixels (height, width, channels) as the address of a PNG that holds the picture itself, each pixel doubled,
    with a transparent edge.

    A picture served as a file of its own is gone from the server once the page changes, and a browser that was still
    fetching it complains.
    """
    large = pixels.repeat(2, axis=0).repeat(2, axis=1)
    image = Image.fromarray(large[:, :, 0] if large.shape[2] == 1 else large).convert("RGBA")
    buffer = BytesIO()
    ImageOps.expand(image, border=3, fill=(0, 0, 0, 0)).save(buffer, "PNG")  # air, so that neighbours do not touch
    return "data:image/png;base64," + b64encode(buffer.getvalue()).decode()

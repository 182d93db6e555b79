"""What is in a set of pictures: a wall of samples, and the average of each class."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st

from components import samples, source_choice, workspace
from components.controlled import controlled, segmented_control, selectbox
from components.deferred import defer
from components.markup import md
from trainer.data.dataset import Dataset
from trainer.data.files import find_file
from trainer.data.picture_facts import picture_facts
from trainer.i18n import _
from trainer.recipe.spec import RecipeError
from trainer.sources.mnist.reading import read_pictures
from trainer.sources.mnist.spec import Mnist

SHOWN = 90
"""Pictures on the wall, unless there are more classes."""


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
        _("Use your own pictures"),
        _("Upload an .npz file"),
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


def show_pictures(dataset: Dataset, spread: Sequence[int]) -> None:
    """A wall of pictures of all classes or of one, typical or the hardest."""
    names = dataset.class_names
    with st.container(horizontal=True, gap="small", key="sample controls"):
        answer = selectbox(
            _("Class"),
            [None, *range(len(names))],
            format_func=lambda number: _("all") if number is None else names[number],
            width=150,
        )
        hard = selectbox(
            _("Show"),
            [False, True],
            format_func=lambda hardest: _("hardest") if hardest else _("typical"),
            help=_("The hardest pictures are those that differ most from the average of their class."),
            width=150,
        )
        large = segmented_control(
            _("Size"),
            [False, True],
            format_func=lambda big: _("large") if big else _("small"),
            required=True,
            default=False,
        )
    chosen = _chosen(dataset, spread, answer, hard=hard)
    labels = [names[dataset.train.y[place]] for place in chosen]
    said = samples.pictures_said(len(chosen), len(dataset.train), len(set(labels)))
    st.html(samples.wall((dataset.train[place] for place in chosen), labels, said, named=large))
    st.caption(f"{md(said)}. {_('Point at one to see its class, or make all of them large.')}")


def _chosen(dataset: Dataset, spread: Sequence[int], answer: int | None, *, hard: bool) -> list[int]:
    """The places of the pictures that are shown, in the training part."""
    if hard:
        hardest = picture_facts(dataset).hardest
        if answer is not None:
            return [int(place) for place in hardest[answer]]
        each = max(1, SHOWN // len(hardest))
        return [int(place) for places in hardest for place in places[:each]]
    if answer is not None:
        return [int(place) for place in np.flatnonzero(dataset.train.y == answer)[:SHOWN]]
    return list(spread)


def show_means(dataset: Dataset) -> None:
    """The average picture of each class."""
    st.subheader(_("The average of each class"), anchor=False)
    said = _("The average of all pictures in a class: sharp where they agree, blurry where they differ.")
    st.caption(said)
    means, names = picture_facts(dataset).means[:SHOWN], dataset.class_names[:SHOWN]
    st.html(samples.wall(means, names, said, named=True))

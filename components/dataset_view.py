"""Choosing data and seeing what is in it."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from io import BytesIO

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from components import charts, forms, workspace
from components.shelf import without_hash
from components.words import md
from trainer import data
from trainer.data.columns import guess_columns
from trainer.data.dataset import Dataset, Part
from trainer.data.files import find_file
from trainer.data.table import read_table
from trainer.recipe.data import Mnist, TextCsv
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

SOURCES = {"mnist": "Pictures", "text_csv": "Texts (CSV)"}
SHOWN_PICTURES = 20
SHOWN_TEXTS = 8
SAME_ROWS = (
    "This table is too small to split, so training, validation and test use the same rows: every score tells how "
    "well the model remembers them, not how well it would do on new texts."
)


def choose_source() -> None:
    """The source of the data: pictures or a table, which file, which columns."""
    recipe = workspace.current().recipe
    workspace.seed("source", recipe.data.kind)
    st.segmented_control(
        "Kind of data",
        list(SOURCES),
        format_func=SOURCES.__getitem__,
        key="source",
        required=True,
        on_change=_change_kind,
    )
    if isinstance(recipe.data, TextCsv):
        _choose_table(recipe.data)
    forms.form(
        lambda: workspace.current().recipe.data,
        "data",
        lambda new: workspace.current().recipe.with_(data=new),
        without={"path", "text_column", "label_column"},
    )


def _change_kind() -> None:
    recipe = workspace.current().recipe
    kind = st.session_state["source"]
    if kind != recipe.data.kind:
        chosen = Mnist() if kind == "mnist" else TextCsv(path="data/reviews.csv")
        workspace.set_recipe(recipe.with_(data=chosen))


def _choose_table(spec: TextCsv) -> None:
    tables = workspace.tables()
    workspace.seed("table", spec.path)
    st.selectbox("File", list(tables), format_func=tables.__getitem__, key="table", on_change=_change_table)
    st.file_uploader(
        "Or bring your own CSV",
        type=None,
        key="upload",
        on_change=_take_upload,
        help="One column of texts, one of labels.",
    )
    try:
        columns = list(read_table(find_file(spec.path)).columns)
    except RecipeError:
        return  # said below, where the data would be shown
    for field, title in (("text_column", "Text column"), ("label_column", "Label column")):
        chosen = getattr(spec, field)
        options = columns if chosen in columns else [chosen, *columns]
        workspace.seed(field, chosen)
        st.selectbox(title, options, key=field, on_change=_change_column, args=(field,))


def _change_column(field: str) -> None:
    recipe = workspace.current().recipe
    workspace.try_set(lambda: recipe.with_(data=recipe.data.with_(**{field: st.session_state[field]})))


def _change_table() -> None:
    workspace.try_set(lambda: _with_table(st.session_state["table"]))


def _take_upload() -> None:
    uploaded = st.session_state["upload"]
    if uploaded is None:
        return
    try:
        path = workspace.shelf().save_upload(uploaded.name, uploaded.getvalue())
    except OSError as error:
        workspace.current().message = (
            f"The file could not be kept ({error.strerror}). Make room on the disk, then try again."
        )
        return
    try:
        read_table(path)
    except RecipeError as error:
        # The table at hand stays; the file itself is of no use to anybody.
        path.unlink(missing_ok=True)
        workspace.current().message = str(error).replace(path.name, uploaded.name)
        return
    workspace.try_set(lambda: _with_table(str(path)))


def _with_table(path: str) -> Recipe:
    """The recipe on another table, with the columns that look like text and label."""
    recipe = workspace.current().recipe
    text, answer = guess_columns(read_table(find_file(path)))
    return recipe.with_(data=recipe.data.with_(path=path, text_column=text, label_column=answer))


def show_dataset() -> None:
    """What is in the data: split sizes, class balance, samples."""
    recipe = workspace.current().recipe
    try:
        dataset = data.load(recipe.data, recipe.seed)
    except RecipeError as error:
        st.error(md(without_hash(str(error))), icon=":material/error:")
        return
    if dataset.same_rows:
        st.warning(SAME_ROWS, icon=":material/info:")
    if dataset.left_out:
        st.info(f"{dataset.left_out:,} rows without a text or without a label are left out.", icon=":material/info:")
    with st.container(horizontal=True):
        st.metric("Training", f"{len(dataset.train):,}", help="The examples that the model learns from.")
        st.metric("Validation", f"{len(dataset.validation or ()):,}", help="Kept aside to watch training with.")
        st.metric("Test", f"{len(dataset.test):,}", help="Kept aside for one honest test at the end.")
        st.metric("Classes", f"{len(dataset.class_names):,}", help="The different answers.")
    st.subheader("Samples")
    if dataset.kind == "images":
        _show_pictures(dataset)
    else:
        _show_texts(dataset)
    st.subheader("Class balance")
    st.caption("How many training examples each class has.")
    counts = _counts(dataset)
    st.plotly_chart(
        charts.class_balance(counts), key="balance", alt=_balance_in_words(counts), config={"displayModeBar": False}
    )


def _counts(dataset: Dataset) -> dict[str, int]:
    counted = np.bincount(dataset.train.y, minlength=len(dataset.class_names))
    return {name: int(number) for name, number in zip(dataset.class_names, counted, strict=True)}


def _balance_in_words(counts: dict[str, int]) -> str:
    commonest = Counter(counts).most_common()
    (most, high), (least, low) = commonest[0], commonest[-1]
    return f"Bars for {len(counts)} classes: most examples in {most} ({high}), fewest in {least} ({low})."


def _spread(part: Part, number: int) -> list[int]:
    """Some examples of a part, the same each time, with every class among the first ones."""
    firsts = [int(np.argmax(part.y == answer)) for answer in np.unique(part.y)]
    rest = [place for place in range(min(len(part), 200)) if place not in set(firsts)]
    return (firsts + rest)[:number]


def _show_pictures(dataset: Dataset) -> None:
    chosen = _spread(dataset.train, SHOWN_PICTURES)
    st.image(
        [picture(dataset.train[place]) for place in chosen],
        caption=[md(dataset.class_names[dataset.train.y[place]]) for place in chosen],
        width=56,
        alt=[f"A picture of class {dataset.class_names[dataset.train.y[place]]}" for place in chosen],
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


def _show_texts(dataset: Dataset) -> None:
    chosen = _spread(dataset.train, SHOWN_TEXTS)
    table = pd.DataFrame(
        {
            "label": [dataset.class_names[dataset.train.y[place]] for place in chosen],
            "text": [dataset.train[place] for place in chosen],
        }
    )
    st.dataframe(table, hide_index=True, column_config={"text": st.column_config.TextColumn(width="large")})

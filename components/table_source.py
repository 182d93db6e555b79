"""Choosing a table: which file, how it is read, which columns; and bringing one's own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from components import workspace
from components.controlled import controlled, selectbox
from components.deferred import defer
from components.library import without_hash
from components.markup import md
from components.table_reading import how_it_is_read, other_ways
from components.uploads import STATUS_HELP, take_upload
from trainer import data
from trainer.data.columns import choose_columns, look
from trainer.data.content import SAMPLE, TooLargeError
from trainer.data.files import find_file, identity
from trainer.data.table import Reading, Table, is_text, read_table, reading_of, weight
from trainer.data.turn import Kept, turn
from trainer.data.words import facts_of, suggested_vocabulary
from trainer.recipe.data import Mnist, TextCsv
from trainer.recipe.layers import Embedding
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError, shorten

FIELDS = {"path", "text_column", "label_column", "encoding", "delimiter", "quoting", "header", "above", "sample"}
"""What is chosen here and not in the form."""
KEPT = ("sequence_length", "validation", "test")
"""What stays when another table is chosen."""
_OFFERED, _REFUSED = "too large", "refused"
"""Where the session keeps an uploaded file of which only a sample can be read, and one that could not be read."""


class Waiting(NamedTuple):
    """A file that could not be read, or not as a whole."""

    path: str
    name: str
    message: str
    how: dict[str, Any]
    """How it was to be read, as for `with_table`."""


def choose_table(spec: TextCsv) -> None:
    """The file, its columns with the reasons for them, and how it is read."""
    tables = workspace.tables()

    def edit(path: str) -> None:
        defer(partial(_take_up, path, tables[path], take_table))

    selectbox("File", list(tables), format_func=tables.__getitem__, **controlled("table", spec.path, edit))
    say_what_is_hidden()
    upload(
        "Or bring your own table",
        "A column of texts, a column of labels: .csv, .tsv, .txt, .csv.gz or .xlsx.",
        take_table,
    )
    _offer_sample()
    _show_refused()
    try:
        path = find_file(spec.path)
        table = read_table(path, reading_of(spec))
    except RecipeError:
        how_it_is_read(spec, None)
        return  # what is wrong is said where the data would be shown
    for note in table.notes:
        st.caption(md(note))
    columns = list(table.columns)
    for field, title in (("text_column", "Text column"), ("label_column", "Label column")):
        chosen = getattr(spec, field)
        options = columns if chosen in columns else [chosen, *columns]
        selectbox(title, options, **controlled(field, chosen, partial(_change, field)))
        if chosen in columns:
            merged = field == "label_column" and spec.merge_labels
            st.caption(
                md(_why(table, spec, field))
                + (" Those that differ only in capitals or spaces are one." if merged else "")
            )
    how_it_is_read(spec, table)
    delete_button(path)


def say_what_is_hidden() -> None:
    """That there are files which this person does not see, and how to see them."""
    if workspace.library().hides_uploads():
        st.caption("Files of other browsers on this computer are hidden. A switch on the Runs page shows them.")


def upload(title: str, rule: str, take: Any) -> None:
    """A place for a file; emptied once it has been taken, so that the server does not hold it twice."""
    taken = st.session_state.setdefault("uploads taken", 0)
    key = f"upload {taken}"
    st.file_uploader(title, type=None, key=key, help=STATUS_HELP, on_change=_receive, args=(key, take))
    st.caption(rule)


def _receive(key: str, take: Any) -> None:
    uploaded = take_upload(key)
    if uploaded is None:
        return
    st.session_state["uploads taken"] += 1
    try:
        path = workspace.library().receive(uploaded.name, uploaded.content)
    except OSError as error:
        workspace.current().message = (
            f"The file could not be kept ({error.strerror}). Make room on the disk, then try again."
        )
        return
    defer(partial(_take_up, str(path), uploaded.name, take))


def _take_up(path: str, name: str, take: Any, **how: Any) -> None:
    """Go on with a file, or keep the data at hand and say why it cannot be."""
    _forget(_OFFERED, but=path)
    _forget(_REFUSED, but=path)
    try:
        kept = take(path, **how)
    except RecipeError as error:
        waiting = Waiting(path, name, str(error).replace(Path(path).name, name), how)
        if isinstance(error, TooLargeError):
            st.session_state[_OFFERED] = waiting
        elif take is take_table and is_text(Path(path)):
            st.session_state[_REFUSED] = waiting
        else:
            workspace.library().forget(Path(path))  # it is of no use to anybody
            goes_on = f"This page goes on with {workspace.data_name(workspace.current().recipe.data)}."
            workspace.current().message = f"{waiting.message} {goes_on}"
    except OSError as error:
        workspace.current().message = f"{name} could not be kept ({error.strerror}). Try again."
    else:
        called = without_hash(kept.name)
        if without_hash(Path(path).name) != called:
            workspace.current().note = f"{name} is here already, under the name {called}."


def delete_button(path: Path, *, chosen: bool = True) -> None:
    """Take an uploaded file away again; nothing for the files that come with Fitboard."""
    if workspace.library().may_delete(path):
        st.button(
            "Delete this file",
            key=f"delete {chosen}",
            icon=":material/delete:",
            on_click=_delete,
            args=(path, chosen),
            help="It is removed from your files, and from this computer if nobody else has uploaded it. Runs that used "
            "it keep their curves, but can no longer be tested.",
        )


def _delete(path: Path, chosen: bool) -> None:
    recipe = workspace.current().recipe
    _forget(_REFUSED)
    try:
        workspace.library().delete_upload(path)
    except OSError as error:
        workspace.current().message = f"The file could not be deleted ({error.strerror})."
        return
    if not chosen:
        return
    if isinstance(recipe.data, TextCsv):
        defer(partial(take_table, "data/reviews.csv"))
    else:
        workspace.try_set(lambda: workspace.on_data(workspace.current().recipe, Mnist()))


def _offer_sample() -> None:
    if _OFFERED in st.session_state:
        offered: Waiting = st.session_state[_OFFERED]
        st.warning(md(offered.message), icon=":material/info:")
        st.button(
            f"Use a sample of {SAMPLE:,} rows", type="primary", on_click=_again, args=(offered, {"sample": SAMPLE})
        )


def _again(waiting: Waiting, how: dict[str, Any]) -> None:
    """Try once more with a file, read otherwise."""
    defer(partial(_take_up, waiting.path, waiting.name, take_table, **(waiting.how | how)))


def take_table(path: str, **how: Any) -> Path:
    """Go on with a table; one that waits is taken among the uploads.

    Args:
        path: of the file.
        how: fields of `TextCsv` that say how it is read; what is not said is found.

    Returns:
        Where the file is now.

    Raises:
        RecipeError: it cannot be read, or has one column.
        OSError: the file has gone, or cannot be moved.
    """
    spec = fresh_spec(path, workspace.current().recipe, **how)
    # Reading took its time: whatever else has been changed meanwhile stays.
    workspace.try_set(lambda: workspace.on_data(workspace.current().recipe, spec))
    return find_file(spec.path)


def _show_refused() -> None:
    """A text that could not be read as a table: why, and other ways to read it."""
    if _REFUSED not in st.session_state:
        return
    refused: Waiting = st.session_state[_REFUSED]
    with st.container(border=True):
        st.error(md(refused.message), icon=":material/error:")
        st.caption(
            md(f"Until it can be read, this page goes on with {workspace.data_name(workspace.current().recipe.data)}.")
        )
        how = other_ways()
        with st.container(horizontal=True):
            st.button(
                "Read it so", type="primary", icon=":material/replay:", disabled=not how, on_click=_again,
                args=(refused, how), help=None if how else "Choose first how it is to be read.",
            )  # fmt: skip
            st.button("Forget this file", icon=":material/close:", on_click=_forget, args=(_REFUSED,))
            delete_button(Path(refused.path), chosen=False)


def _forget(key: str, but: str = "") -> None:
    """Think no more of a file that could not be read; one that was brought for this alone goes, unless it is `but`."""
    waiting: Waiting | None = st.session_state.pop(key, None)
    if waiting is not None and waiting.path != but:
        try:
            workspace.library().forget(Path(waiting.path))
        except OSError as error:
            workspace.current().message = f"The file could not be deleted ({error.strerror})."


def fresh_spec(path: str, recipe: Recipe, **how: Any) -> TextCsv:
    """Another table for a recipe: header and columns as found, and no choice of the last table kept.

    As for `take_table`.
    """
    file = find_file(path)
    # All of it in one turn: who waited between two steps would hold what the first has made.
    with turn(weight(file)):
        table = read_table(file, Reading(**({"header": None, "above": None} | how)))
        choice = choose_columns(table)
        kept = {name: getattr(recipe.data, name) for name in KEPT if name in type(recipe.data).model_fields}
        now = workspace.library().keep(file)
        fresh = TextCsv(
            path=path if now == file else str(now),
            text_column=choice.text,
            label_column=choice.label,
            **(how | {"header": table.header, "above": table.above}),
        )
        spec = fresh.with_(**kept, keep_together=True)
        return spec.with_(max_words=_words_worth_learning(spec, recipe))


def _words_worth_learning(spec: TextCsv, recipe: Recipe) -> int:
    """A vocabulary without the words that stand there once: they teach little but the rows that they stand in.

    No larger than what the model's Embedding has room for. Of a table that cannot be split yet nothing is known.
    """
    room = min((layer.input_dim for layer in recipe.layers if isinstance(layer, Embedding)), default=spec.max_words)
    try:
        return max(3, min(room, suggested_vocabulary(facts_of(data.load(spec, recipe.seed)))))
    except RecipeError:
        return max(3, room)


def _change(field: str, value: str) -> None:
    def edit() -> Recipe:
        recipe = workspace.current().recipe
        return recipe.with_(data=recipe.data.with_(**{field: value or None}))

    workspace.try_set(edit)


_reasons: Kept[str] = Kept(64)


def _reason(table: Table, field: str, chosen: str) -> str:
    if len(table.columns) > 1:
        choice = choose_columns(table)
        if field == "text_column" and choice.text == chosen:
            return f"Chosen by itself: {choice.why_text[0].lower()}{choice.why_text[1:]}"
        if field == "label_column" and choice.label == chosen:
            return f"Chosen by itself: {choice.why_label[0].lower()}{choice.why_label[1:]}"
    seen = look(table, chosen)
    if field == "text_column":
        return f"Chosen by you: {seen.words:,.0f} {'word' if round(seen.words) == 1 else 'words'} on average."
    answers = "answer" if seen.different == 1 else "different answers"
    return f"Chosen by you: {seen.different:,} {answers}, such as {', '.join(map(shorten, seen.example))}."


def _why(table: Table, spec: TextCsv, field: str) -> str:
    chosen = getattr(spec, field)
    key = identity(find_file(spec.path)), reading_of(spec), field, chosen
    return _reasons.get(key, 0, lambda: _reason(table, field, chosen))


def said(error: RecipeError) -> str:
    """An error about data, with the name that the file's owner knows, safe to show."""
    return md(without_hash(str(error)))

"""Choosing a table: which file, how it is read, which columns; and bringing one's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from components import workspace
from components.bound import bound
from components.shelf import without_hash
from components.words import md
from trainer import data
from trainer.data.columns import choose_columns, look
from trainer.data.dialect import DELIMITERS, QUOTINGS
from trainer.data.encoding import CHOICES, alternatives, preview
from trainer.data.files import find_file
from trainer.data.table import SAMPLE, Reading, Table, TooLargeError, content_of, read_table, reading_of, weight
from trainer.data.turn import turn
from trainer.data.words import facts_of, suggested_vocabulary
from trainer.recipe.data import TextCsv
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError, shorten

FIELDS = {"path", "text_column", "label_column", "encoding", "delimiter", "quoting", "header", "sample"}
"""What is chosen here and not in the form."""
KEPT = ("max_words", "sequence_length", "validation", "test")
"""What stays when another table is chosen."""
_OFFERED = "too large"
"""Where the session keeps an uploaded file of which only a sample can be read."""


def choose_table(spec: TextCsv) -> None:
    """The file, its columns with the reasons for them, and how it is read."""
    tables = workspace.tables()
    shown = bound("table", spec.path, lambda path: later(lambda: workspace.try_set(lambda: with_table(path))))
    st.selectbox("File", list(tables), format_func=tables.__getitem__, **shown)
    upload(
        "Or bring your own table", "A column of texts, a column of labels: .csv, .tsv, .txt, .csv.gz or .xlsx.", take
    )
    _offer_sample()
    try:
        path = find_file(spec.path)
        table = read_table(path, reading_of(spec))
    except RecipeError:
        _how_it_is_read(spec, None)
        return  # what is wrong is said where the data would be shown
    for note in table.notes:
        st.caption(md(note))
    columns = list(table.columns)
    for field, title in (("text_column", "Text column"), ("label_column", "Label column")):
        chosen = getattr(spec, field)
        options = columns if chosen in columns else [chosen, *columns]
        st.selectbox(title, options, **bound(field, chosen, partial(_change, field)))
        if chosen in columns:
            merged = field == "label_column" and spec.merge_labels
            st.caption(
                md(_why(table, spec, field))
                + (" Those that differ only in capitals or spaces are one." if merged else "")
            )
    _how_it_is_read(spec, table)
    delete_button(path)


def upload(title: str, rule: str, take: Any) -> None:
    """A place for a file; emptied once it has been taken, so that the server does not hold it twice."""
    taken = st.session_state.setdefault("uploads taken", 0)
    st.file_uploader(title, type=None, key=f"upload {taken}", on_change=_receive, args=(f"upload {taken}", take))
    st.caption(rule)


def _receive(key: str, take: Any) -> None:
    uploaded = st.session_state[key]
    if uploaded is None:
        return
    st.session_state["uploads taken"] += 1
    try:
        path = workspace.shelf().save_upload(uploaded.name, uploaded.getvalue())
    except OSError as error:
        workspace.current().message = (
            f"The file could not be kept ({error.strerror}). Make room on the disk, then try again."
        )
        return
    later(partial(_take_up, path, uploaded.name, take))


def _take_up(path: Path, name: str, take: Any) -> None:
    known = str(path) in workspace.tables()
    try:
        take(path)
    except TooLargeError as error:
        st.session_state[_OFFERED] = str(path), str(error).replace(path.name, name)
    except RecipeError as error:
        # The data at hand stays; the file itself is of no use to anybody.
        if not known or workspace.current().recipe.data.path != str(path):
            workspace.shelf().delete_upload(path)
        workspace.current().message = str(error).replace(path.name, name)


def later(work: Callable[[], object]) -> None:
    """Do something slow not while a click is answered, when nothing can be shown, but as the page's next thing."""
    at_hand = workspace.current()
    at_hand.asked.append(work)


def do_what_was_asked() -> None:
    """Called at the beginning of the page, does it in order. What a newer click breaks off is begun again."""
    asked = workspace.current().asked
    if not asked:
        return
    while asked:
        try:
            asked[0]()
        except Exception:
            asked.clear()
            raise
        asked.pop(0)
    st.rerun()


def delete_button(path: Path) -> None:
    """Take an uploaded file away again; nothing for the files that come with Fitboard."""
    if workspace.shelf().is_upload(path):
        st.button(
            "Delete this file",
            icon=":material/delete:",
            on_click=_delete,
            args=(path,),
            help="It is removed from this computer. Runs that used it keep their curves, but can no longer be tested.",
        )


def _delete(path: Path) -> None:
    recipe = workspace.current().recipe
    try:
        workspace.shelf().delete_upload(path)
    except OSError as error:
        workspace.current().message = f"The file could not be deleted ({error.strerror})."
        return
    if isinstance(recipe.data, TextCsv):
        later(lambda: workspace.try_set(lambda: with_table("data/reviews.csv")))
    else:
        workspace.try_set(lambda: recipe.with_(data=recipe.data.with_(path=None)))


def _offer_sample() -> None:
    if _OFFERED in st.session_state:
        path, message = st.session_state[_OFFERED]
        st.warning(md(message), icon=":material/info:")
        st.button(f"Use a sample of {SAMPLE:,} rows", type="primary", on_click=_take_sample, args=(path,))


def _take_sample(path: str) -> None:
    del st.session_state[_OFFERED]
    later(lambda: workspace.try_set(lambda: with_table(path, sample=SAMPLE)))


def take(path: Path) -> None:
    """Go on with an uploaded table.

    Raises:
        RecipeError: it cannot be read.
    """
    workspace.set_recipe(with_table(str(path)))
    st.session_state.pop(_OFFERED, None)


def with_table(path: str, sample: int | None = None) -> Recipe:
    """The recipe on another table: header and columns as found, and no choice of the last table kept.

    Raises:
        RecipeError: the table cannot be read, or has one column.
    """
    recipe, file = workspace.current().recipe, find_file(path)
    # All of it in one turn: who waited between two steps would hold what the first has made.
    with turn(weight(file)):
        table = read_table(file, Reading(header=None, sample=sample))
        choice = choose_columns(table)
        kept = {name: getattr(recipe.data, name) for name in KEPT if name in type(recipe.data).model_fields}
        fresh = TextCsv(
            path=path, text_column=choice.text, label_column=choice.label, header=table.header, sample=sample
        )
        spec = fresh.with_(**kept, keep_together=True)
        return recipe.with_(data=spec.with_(max_words=_words_worth_learning(spec, recipe.seed)))


def _words_worth_learning(spec: TextCsv, seed: int) -> int:
    """A vocabulary without the words that stand there once: they teach little but the rows that they stand in.

    No larger than it was, since the model's Embedding has room for no more. Of a table that cannot be split yet nothing
    is known; then it stays.
    """
    try:
        return min(spec.max_words, suggested_vocabulary(facts_of(data.load(spec, seed))))
    except RecipeError:
        return spec.max_words


def _change(field: str, value: str) -> None:
    recipe = workspace.current().recipe
    workspace.try_set(lambda: recipe.with_(data=recipe.data.with_(**{field: value or None})))


@st.cache_data(max_entries=64, show_spinner=False)
def _why_cached(path: str, stamp: float, reading: Reading, field: str, chosen: str) -> str:
    table = read_table(Path(path), reading)
    if len(table.columns) > 1:
        choice = choose_columns(table)
        if field == "text_column" and choice.text == chosen:
            return f"Chosen by itself: {choice.why_text[0].lower()}{choice.why_text[1:]}"
        if field == "label_column" and choice.label == chosen:
            return f"Chosen by itself: {choice.why_label[0].lower()}{choice.why_label[1:]}"
    seen = look(table, chosen)
    if field == "text_column":
        return f"Chosen by you: {seen.words:,.0f} {'word' if round(seen.words) == 1 else 'words'} on average."
    return f"Chosen by you: {seen.different:,} different answers, such as {', '.join(map(shorten, seen.example))}."


def _why(table: Table, spec: TextCsv, field: str) -> str:
    path = find_file(spec.path)
    return _why_cached(str(path), path.stat().st_mtime, reading_of(spec), field, getattr(spec, field))


def _how_it_is_read(spec: TextCsv, table: Table | None) -> None:
    """Letters, delimiter, quoting and header, as found, to be chosen otherwise; open where the file cannot be read."""
    with st.expander("How the file is read", expanded=table is None):
        if table is not None and table.encoding == "xlsx":
            st.caption("The first sheet of an Excel workbook.")
        else:
            _letters(spec, table)
            _choice(spec, "delimiter", "Between cells", dict(DELIMITERS), table.delimiter if table else None)
            quotings: dict[str, str] = {str(name): words for name, words in QUOTINGS.items()}
            _choice(spec, "quoting", "Around cells", quotings, table.quoting if table else None)
        shown = bound("header", spec.header, lambda header: later(partial(_change_header, header)))
        st.checkbox("The first row holds the names of the columns", **shown)


def _change_header(header: bool) -> None:
    """Without a header the columns have other names, so that they are chosen anew."""

    def changed() -> Recipe:
        recipe = workspace.current().recipe
        if not isinstance(recipe.data, TextCsv):
            return recipe
        spec = recipe.data.with_(header=header)
        choice = choose_columns(read_table(find_file(spec.path), reading_of(spec)))
        return recipe.with_(data=spec.with_(text_column=choice.text, label_column=choice.label))

    workspace.try_set(changed)


def _choice(spec: TextCsv, field: str, title: str, words: dict[str, str], found: str | None) -> None:
    by_itself = f"found: {words.get(found, found)}" if found is not None else "find it"
    st.selectbox(
        title,
        list(dict.fromkeys(["", *words, getattr(spec, field) or ""])),
        format_func=lambda name: words.get(name, name) if name else by_itself,
        **bound(field, getattr(spec, field) or "", partial(_change, field)),  # not None: it shows as “Choose an option”
    )


def _letters(spec: TextCsv, table: Table | None) -> None:
    """The encoding as readable words, and the others that the file could be read in."""
    _choice(spec, "encoding", "Letters", dict(CHOICES), table.encoding if table else None)
    if table is None:
        return
    path = find_file(spec.path)
    shown, others = _readings(str(path), path.stat().st_mtime, table.encoding, spec.sample is not None)
    if not shown:
        return
    st.caption(f"They read so: {md(shown)}")
    if others and st.toggle("These letters look wrong", key="letters wrong"):
        for name, words in others:
            st.button(f"{CHOICES[name]}: {md(words)}", key=f"letters {name}", on_click=_take_encoding, args=(name,))


@st.cache_data(max_entries=16, show_spinner=False)
def _readings(path: str, stamp: float, encoding: str, cut: bool) -> tuple[str, list[tuple[str, str]]]:
    data = content_of(Path(path), cut)
    return preview(data, encoding), alternatives(data, encoding)[:8]


def _take_encoding(name: str) -> None:
    recipe = workspace.current().recipe
    workspace.try_set(lambda: recipe.with_(data=recipe.data.with_(encoding=name)))


def said(error: RecipeError) -> str:
    """An error about data, with the name that the file's owner knows, safe to show."""
    return md(without_hash(str(error)))

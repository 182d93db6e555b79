"""Choosing a table: which file, how it is read, which columns; and bringing one's own."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from components import source_choice, workspace
from components.controlled import controlled, selectbox
from components.deferred import defer
from components.markup import md
from components.source_choice import Remedy, WaitingFile
from components.table_reading import how_it_is_read, other_ways
from trainer import data
from trainer.data.cache import Cache
from trainer.data.content import OFFERED_ROWS, TooLargeError
from trainer.data.diagnosis import DataDiagnosis
from trainer.data.files import find_file, identity
from trainer.data.locks import one_at_a_time
from trainer.data.table import Reading, Table, is_text, read_table, weight
from trainer.data.words import facts_of, suggested_length, suggested_vocabulary
from trainer.formats import number
from trainer.i18n import _
from trainer.messages import Message
from trainer.recipe.data import Data
from trainer.recipe.layers import Embedding
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.sources.text_csv.columns import choose_columns, why_chosen
from trainer.sources.text_csv.doctor import question
from trainer.sources.text_csv.reading import reading_of
from trainer.sources.text_csv.spec import TextCsv
from trainer.sources.text_csv.wording import WORDING

FIELDS = {"path", "text_column", "label_column", "encoding", "delimiter", "quoting", "header", "above", "sample"}
"""What is chosen here and not in the form."""
STAYING = ("sequence_length", "validation", "test")
"""What stays when another table is chosen."""
Column = Literal["text_column", "label_column"]
COLUMNS: tuple[Column, ...] = ("text_column", "label_column")
LONG, LONGEST = 4, 400
"""How many times too long texts may be read, and to how many words they are at most read without being asked for."""
_QUESTIONS: dict[Column, str] = {"text_column": "which_texts", "label_column": "which_label"}
DECIDED = "columns that somebody chose"
"""Where the session keeps of which files somebody has said which column holds the texts or the labels."""


@source_choice.chooser(TextCsv)
def choose_table(spec: TextCsv) -> Collection[str]:
    """The file, its columns with the reasons for them, and how it is read."""
    tables = workspace.tables()

    def edit(path: str) -> None:
        defer(partial(source_choice.take_up, path, tables[path], take_table, _remedy))

    selectbox(_("File"), list(tables), format_func=tables.__getitem__, **controlled("table", spec.path, edit))
    source_choice.say_what_is_hidden()
    source_choice.upload(
        _("Use your own table"),
        _("Upload a table"),
        _("One column with texts, one with labels: .csv, .tsv, .txt, .csv.gz or .xlsx."),
        take_table,
        _remedy,
    )
    try:
        path = find_file(spec.path)
        table = read_table(path, reading_of(spec))
    except RecipeError:
        how_it_is_read(spec, None)
        return FIELDS  # what is wrong is said where the data would be shown
    for note in table.notes:
        st.caption(md(str(note)))
    for field in COLUMNS:
        _choose_column(field, spec, table)
    how_it_is_read(spec, table)
    source_choice.delete_button(path, after=lambda: defer(partial(take_table, TextCsv.first().path)))
    return FIELDS


def _choose_column(field: Column, spec: TextCsv, table: Table) -> None:
    """A column with the reason for it; where others could be meant, the question, and a button for each."""
    columns = list(table.columns)
    chosen = getattr(spec, field) or _chosen(table, field)[0]
    options = columns if chosen in columns or chosen is None else [chosen, *columns]
    title = TextCsv.model_fields[field].title or field
    selectbox(_(title), options, **controlled(field, chosen, partial(_change, field)))
    if chosen in columns:
        st.caption(md(str(_why(table, spec, field, chosen))))
        if field == "label_column" and spec.merge_labels:
            st.caption(_("Labels that differ only in capital letters or spaces count as one."))
    best, others = _chosen(table, field)
    if others and chosen == best and not _is_decided(spec, field):
        with st.container(border=True):
            st.markdown(f":material/help: **{md(str(WORDING.message(_QUESTIONS[field])))}**")
            with st.container(horizontal=True):
                for column in ([] if best is None else [best]) + list(others):
                    key = f"choose {field} {column}"
                    st.button(md(column), key=key, on_click=_change, args=(field, column))


def questions(spec: Data) -> list[DataDiagnosis[TextCsv]]:
    """That another column could hold the labels, while nobody has said which."""
    if not isinstance(spec, TextCsv) or _is_decided(spec, "label_column"):
        return []
    try:
        choice = choose_columns(read_table(find_file(spec.path), reading_of(spec)))
    except RecipeError:
        return []
    return question(spec, choice) if choice.label is not None and choice.label == spec.label_column else []


def _is_decided(spec: TextCsv, field: Column) -> bool:
    return (spec.path, field) in st.session_state.get(DECIDED, ())


def _chosen(table: Table, field: Column) -> tuple[str | None, tuple[str, ...]]:
    """The column that would be chosen, and what could be meant instead."""
    try:
        choice = choose_columns(table)
    except RecipeError:
        return None, ()  # somebody who knows better chooses
    return (choice.text, choice.other_texts) if field == "text_column" else (choice.label, choice.other_labels)


def _remedy(error: RecipeError, path: Path) -> Remedy | None:
    """What can be done about a table that could not be read."""
    if isinstance(error, TooLargeError):
        return _offer_sample
    return _offer_other_ways if is_text(path) else None


def _offer_sample(waiting: WaitingFile) -> None:
    st.button(
        _("Use a sample of {rows} rows").format(rows=number(OFFERED_ROWS)),
        type="primary",
        on_click=_again,
        args=(waiting, {"sample": OFFERED_ROWS}),
    )


def _offer_other_ways(waiting: WaitingFile) -> None:
    """How else a text could be read as a table."""
    with st.expander(_("Read the file in another way"), icon=":material/tune:", key="other ways"):
        how = other_ways()
        st.button(
            _("Apply"), type="primary", icon=":material/replay:", disabled=not how, on_click=_again, args=(waiting, how)
        )
        if not how:
            st.caption(_("First choose above how to read the file."))


def _again(waiting: WaitingFile, how: dict[str, Any]) -> None:
    """Try once more with a file, read in another way."""
    defer(partial(source_choice.take_up, waiting.path, waiting.name, take_table, _remedy, **(waiting.how | how)))


def take_table(path: str, **how: Any) -> Path:
    """Go on with a table; one that waits is taken among the uploads.

    Args:
        path: of the file.
        how: fields of `TextCsv` that say how it is read; what is not said is detected.

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


def fresh_spec(path: str, recipe: Recipe, **how: Any) -> TextCsv:
    """Another table for a recipe: header and columns as detected, and no choice of the last table kept.

    As for `take_table`.
    """
    file = find_file(path)
    # All of it at once: who waited between two steps would hold what the first has made.
    with one_at_a_time(weight(file)):
        table = read_table(file, Reading(**({"header": None, "above": None} | how)))
        choice = choose_columns(table)
        kept = {name: getattr(recipe.data, name) for name in STAYING if name in type(recipe.data).model_fields}
        now = workspace.library().keep(file)
        fresh = TextCsv(
            path=path if now == file else str(now),
            text_column=choice.text,
            label_column=choice.label,
            **(how | {"header": table.header, "above": table.above}),
        )
        return fitted(fresh.with_(**kept, keep_together=True), recipe)


def fitted(spec: TextCsv, recipe: Recipe) -> TextCsv:
    """A table read with a vocabulary and a length that suit its texts, where these are known.

    A vocabulary without the words that occur once: they teach little but the rows that they stand in. It is no larger
    than an Embedding of the recipe that does not follow it. A length that cuts hardly any text is kept, unless it is
    several times too long.
    """
    try:
        facts = facts_of(data.load(spec, recipe.seed))
    except RecipeError:
        return spec  # nothing is known of a table that cannot be split yet
    own = [layer.input_dim for layer in recipe.layers if isinstance(layer, Embedding)]
    limits = [size for size in own if size != recipe.data.vocabulary]
    length = suggested_length(facts)
    if length <= spec.sequence_length <= LONG * length:
        length = spec.sequence_length
    size = min([suggested_vocabulary(facts), *limits])
    return spec.with_(max_words=max(3, size), sequence_length=min(length, LONGEST))


def _change(field: Column, value: str) -> None:
    path = workspace.current().recipe.data.path
    st.session_state.setdefault(DECIDED, set()).add((path, field))
    defer(partial(_take_column, path, field, value))


def _take_column(path: str | None, field: Column, value: str) -> None:
    """Read another column; vocabulary and length follow its texts."""
    recipe = workspace.current().recipe
    if recipe.data.path == path:
        changed = fitted(TextCsv.model_validate(recipe.data).with_(**{field: value or None}), recipe)
        workspace.try_set(lambda: workspace.on_data(workspace.current().recipe, changed))


_reasons: Cache[Message] = Cache(64)


def _why(table: Table, spec: TextCsv, field: Column, chosen: str) -> Message:
    decided = _is_decided(spec, field)
    key = identity(find_file(spec.path)), reading_of(spec), field, chosen, decided
    return _reasons.get(key, 0, lambda: why_chosen(table, field, chosen, decided))

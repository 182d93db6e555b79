"""How a table is read: letters, delimiter, quoting and header, as found, and to be chosen otherwise."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from components import workspace
from components.controlled import controlled, selectbox
from components.deferred import defer
from components.markup import md
from trainer.data.columns import choose_columns
from trainer.data.dialect import DELIMITERS, QUOTINGS
from trainer.data.encoding import CHOICES
from trainer.data.files import find_file, identity
from trainer.data.table import Table, read_table, reading_of, readings
from trainer.data.turn import Kept
from trainer.recipe.data import TextCsv
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

WAYS: dict[str, tuple[str, dict[str, str]]] = {
    "encoding": ("Letters", dict(CHOICES)),
    "delimiter": ("Between cells", dict(DELIMITERS)),
    "quoting": ("Around cells", {str(name): words for name, words in QUOTINGS.items()}),
}
"""Field -> its title, and what it can be with the words for it."""


def how_it_is_read(spec: TextCsv, table: Table | None) -> None:
    """Letters, delimiter, quoting and header, as found, to be chosen otherwise; open where the file cannot be read."""
    with st.expander("How the file is read", expanded=table is None):
        if table is not None and table.encoding == "xlsx":
            st.caption("The first sheet of an Excel workbook.")
        else:
            _letters(spec, table)
            _choice(spec, "delimiter", table.delimiter if table else None)
            _choice(spec, "quoting", table.quoting if table else None)
        shown = controlled("header", spec.header, lambda header: defer(partial(_read_otherwise, {"header": header})))
        st.checkbox("The first row holds the names of the columns", **shown)
        st.number_input(
            "Lines above the table",
            0,
            1000,
            help="A title, a date: what stands above the table and does not belong to it.",
            **controlled("above", spec.above, lambda above: defer(partial(_read_otherwise, {"above": int(above)}))),
        )


def other_ways() -> dict[str, Any]:
    """What somebody chooses for a file that could not be read; only what is chosen."""
    how: dict[str, Any] = {}
    for field, (title, words) in WAYS.items():
        said = ({"": "find it"} | words).__getitem__
        chosen = selectbox(title, ["", *words], format_func=said, key=f"refused {field}")
        if chosen:
            how[field] = chosen
    above = st.number_input("Lines above the table", 0, 1000, key="refused above")
    return how | ({"above": int(above)} if above else {})


def _read_otherwise(changes: dict[str, Any]) -> None:
    """Read the file in another way; where the columns have other names then, they are chosen anew."""

    def changed() -> Recipe:
        recipe = workspace.current().recipe
        if not isinstance(recipe.data, TextCsv):
            return recipe
        spec = recipe.data.with_(**changes)
        try:
            table = read_table(find_file(spec.path), reading_of(spec))
            if not {spec.text_column, spec.label_column} <= set(table.columns):
                choice = choose_columns(table)
                spec = spec.with_(text_column=choice.text, label_column=choice.label)
        except RecipeError:
            return recipe.with_(data=spec)  # what is wrong is said where the data would be shown
        return recipe.with_(data=spec)

    workspace.try_set(changed)


def _choice(spec: TextCsv, field: str, found: str | None) -> None:
    title, words = WAYS[field]
    # What would be found is known only while nothing else is chosen.
    by_itself = f"found: {words.get(found, found)}" if found is not None and not getattr(spec, field) else "find it"

    def edit(value: str) -> None:
        defer(partial(_read_otherwise, {field: value or None}))

    selectbox(
        title,
        list(dict.fromkeys(["", *words, getattr(spec, field) or ""])),
        format_func=lambda name: words.get(name, name) if name else by_itself,
        **controlled(field, getattr(spec, field) or "", edit),  # not None: it shows as “Choose an option”
    )


def _letters(spec: TextCsv, table: Table | None) -> None:
    """The encoding as readable words, and the others that the file could be read in."""
    found = None
    if table is not None:
        found = "utf-16" if table.encoding.startswith("utf-16") else table.encoding.removesuffix("-sig")
    _choice(spec, "encoding", found)
    if table is None:
        return
    path = find_file(spec.path)
    shown, others = _readings(path, table.encoding, spec.sample is not None)
    if not shown:
        return
    st.caption(f"They read so: {md(shown)}")
    if others and st.toggle("These letters look wrong", key="letters wrong"):
        for name, words in others:
            st.button(f"{CHOICES[name]}: {md(words)}", key=f"letters {name}", on_click=_take_encoding, args=(name,))


# Not in Streamlit's own cache, which does not bear that somebody who waits is told how far the reading is.
_found: Kept[tuple[str, list[tuple[str, str]]]] = Kept(16)


def _readings(path: Path, encoding: str, sample: bool) -> tuple[str, list[tuple[str, str]]]:
    def look() -> tuple[str, list[tuple[str, str]]]:
        shown, others = readings(path, encoding, sample)
        return shown, others[:8]

    return _found.get((identity(path), encoding, sample), 0, look)


def _take_encoding(name: str) -> None:
    defer(partial(_read_otherwise, {"encoding": name}))

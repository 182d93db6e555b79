"""How a table is read: encoding, separator, quotation marks and header, as detected, and to be changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from components import workspace
from components.controlled import controlled, selectbox
from components.deferred import defer
from components.markup import md
from trainer.data.cache import Cache
from trainer.data.dialect import DELIMITERS, QUOTINGS
from trainer.data.encoding import CHOICES
from trainer.data.files import find_file, identity
from trainer.data.table import Table, read_table, readings
from trainer.i18n import _
from trainer.messages import Message
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.sources.text_csv.columns import choose_columns
from trainer.sources.text_csv.reading import reading_of
from trainer.sources.text_csv.spec import TextCsv

WAYS: dict[str, Mapping[str, Message]] = {
    "encoding": CHOICES,
    "delimiter": DELIMITERS,
    "quoting": {str(name): words for name, words in QUOTINGS.items()},
}
"""What a field can be, with the words for it."""


def how_it_is_read(spec: TextCsv, table: Table | None) -> None:
    """Encoding, separator, quotation marks and header, to be changed; open where the file cannot be read."""
    with st.expander(_("How the file is read"), expanded=table is None):
        if table is not None and table.encoding == "xlsx":
            st.caption(_("The first sheet of an Excel workbook that holds a table."))
        else:
            _encoding(spec, table)
            _choice(spec, "delimiter", table.delimiter if table else None)
            _choice(spec, "quoting", table.quoting if table else None)
        shown = controlled("header", spec.header, lambda header: _read_later(spec, header=header))
        st.checkbox(_("The first row holds the column names"), **shown)
        st.number_input(
            _(_title("above")),
            0,
            1000,
            help=_("How many lines to skip, such as a title and a date."),
            **controlled("above", spec.above, lambda above: _read_later(spec, above=int(above))),
        )


def other_ways() -> dict[str, Any]:
    """What somebody chooses for a file that could not be read; only what is chosen."""
    how: dict[str, Any] = {}
    columns = st.columns(len(WAYS) + 1)
    for field, column in zip(WAYS, columns, strict=False):
        names = _names(field)
        title = _(_title(field))
        chosen = selectbox(title, list(names), at=column, format_func=names.__getitem__, key=f"refused {field}")
        if chosen:
            how[field] = chosen
    above = columns[-1].number_input(_(_title("above")), 0, 1000, key="refused above")
    return how | ({"above": int(above)} if above else {})


def _names(field: str) -> dict[str, str]:
    """What a field can be, with the words for it; empty detects it."""
    return {"": _("Detect automatically")} | {value: str(words) for value, words in WAYS[field].items()}


def _title(field: str) -> str:
    return TextCsv.model_fields[field].title or field


def _read_later(spec: TextCsv, **changes: Any) -> None:
    defer(partial(_read_otherwise, spec.path, changes))


def _read_otherwise(path: str, changes: dict[str, Any]) -> None:
    """Read a file in another way; where the columns have other names then, they are chosen again."""

    def changed() -> Recipe:
        recipe = workspace.current().recipe
        if recipe.data.path != path:
            return recipe  # other data have been chosen meanwhile
        spec = TextCsv.model_validate(recipe.data).with_(**changes)
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
    chosen = getattr(spec, field) or ""  # not None: it shows as “Choose an option”
    names = _names(field)
    names.setdefault(chosen, chosen)
    if found and not chosen:  # what would be detected is known only while nothing is chosen
        names[""] = _("Detected: {what}").format(what=names.get(found, found))
    shown = controlled(field, chosen, lambda value: _read_later(spec, **{field: value or None}))
    selectbox(_(_title(field)), list(names), format_func=names.__getitem__, **shown)


def _encoding(spec: TextCsv, table: Table | None) -> None:
    """The encoding with a preview, and the others in which the file could be read."""
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
    st.caption(_("Preview: {text}").format(text=md(shown)))
    if others and st.toggle(_("The characters look wrong"), key="characters wrong"):
        for name, words in others:
            st.button(
                f"{md(CHOICES[name])}: {md(words)}",
                key=f"encoding {name}",
                on_click=_read_later,
                args=(spec,),
                kwargs={"encoding": name},
            )


# Not in Streamlit's own cache, which does not bear that somebody who waits is told how far the reading is.
_found: Cache[tuple[str, list[tuple[str, str]]]] = Cache(16)


def _readings(path: Path, encoding: str, sample: bool) -> tuple[str, list[tuple[str, str]]]:
    def compare() -> tuple[str, list[tuple[str, str]]]:
        shown, others = readings(path, encoding, sample)
        return shown, others[:8]

    return _found.get((identity(path), encoding, sample), 0, compare)

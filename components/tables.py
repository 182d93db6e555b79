"""Tables on pages, each with a download that a spreadsheet can open safely.

Streamlit's own "Download as CSV" writes cells as they are, and copying cells pastes them as they are, so that a text
such as `=HYPERLINK(...)` would become a live formula. Both are switched off (`client.disableDataExport` in
`.streamlit/config.toml`); the download here takes their place.
"""

from __future__ import annotations

import csv
import re
from typing import Any, Literal

import pandas as pd
import streamlit as st

from components.download import download_button
from trainer.i18n import _

_SKIPPED = r"[\s\"'`´‘’‚‛“”„‟«»\x00-\x1f\x7f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
_FORMULA_SIGN = "[-=+@＝＋－＠﹦﹢﹣﹫]"
# Within a text the look ahead is bounded: 100,000 line breaks would be looked through from each of them.
_FORMULA = re.compile(
    rf"^(?=[\t\r\n])|^(?={_SKIPPED}*{_FORMULA_SIGN})|(?<=[;\t\r\n])(?={_SKIPPED}{{0,200}}{_FORMULA_SIGN})"
)


def safe_text(text: str) -> str:
    """The text of a cell with an apostrophe before whatever a spreadsheet would take for a formula.

    This is what OWASP recommends ("CSV Injection"). A text counts as a formula if it begins with = + - @ or one of
    their full-width forms, also after spaces, quotes and characters that nobody sees; or with a tab or a line break.
    The same holds after a semicolon, tab or line break within the text: a spreadsheet that splits the file there, as
    Excel does in many languages, would begin a cell with what follows.
    """
    return _FORMULA.sub("'", text)


def csv_of(table: pd.DataFrame) -> str:
    """A table as a CSV that a spreadsheet can open safely; numbers stay numbers, and texts are in quotes.

    It begins with a byte order mark, without which Excel takes UTF-8 for something else.
    """
    safe = table.map(lambda cell: safe_text(cell) if isinstance(cell, str) else cell)
    safe.columns = [safe_text(str(name)) for name in table.columns]
    text = safe.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    return "\ufeff" + text.encode("utf-8", "replace").decode("utf-8")


def show_table(
    table: pd.DataFrame,
    name: str,
    *,
    wide: str | None = None,
    height: int | Literal["auto", "content"] = "auto",
) -> None:
    """Show a table as it is, and offer it as a CSV. Every grid of Fitboard's pages is shown by this.

    Args:
        table: what to show; its index is left out.
        name: what is in it, in a word or two; the file is called after it. No other table of the page has this name.
        wide: a column of long texts that gets most of the room.
        height: in pixels, or as for `st.dataframe`.
    """
    config: dict[str, Any] | None = {wide: st.column_config.TextColumn(width="large")} if wide else None
    st.dataframe(table, hide_index=True, height=height, column_config=config)
    offer_download(table, name)


def offer_download(table: pd.DataFrame, name: str) -> None:
    """Offer a table as a CSV, whatever shows it; arguments as for `show_table`."""
    download_button(
        _("Download as CSV"),
        csv_of(table),
        f"fitboard-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.csv",
        "text/csv",
        key=f"download {name}",
        help=_(
            "Opens in any spreadsheet. Text that a spreadsheet would take for a formula gets an apostrophe in front."
        ),
    )

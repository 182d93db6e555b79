"""Tables on pages, each with a download that a spreadsheet can open safely.

Streamlit's own "Download as CSV" writes cells as they are, and copying cells pastes them as they are, so that a text
such as `=HYPERLINK(...)` would become a live formula. Both are switched off (`client.disableDataExport` in
`.streamlit/config.toml`); the download here takes their place.
"""

from __future__ import annotations

import re
from typing import Any, Literal

import pandas as pd
import streamlit as st

from components.download import download_button
from trainer.data.spreadsheet import csv_of
from trainer.i18n import _


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

"""Tables as CSV files that a spreadsheet can open safely: no cell becomes a formula."""

from __future__ import annotations

import csv
import re

import pandas as pd

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

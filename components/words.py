"""Other people's words on our pages: shown as text, never as markup."""

from __future__ import annotations

import html
import re

from trainer.paths import without_folders

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+.!:$~<>|&\"'^=@/-])")


def md(text: str) -> str:
    """Any text for a Streamlit label, message or caption, where Markdown, HTML, maths and `:red[...]` mean nothing, and
    where a path shows no folder of this computer.
    """
    return _MARKDOWN.sub(r"\\\1", without_folders(" ".join(text.split())))


def label(text: str, length: int = 40) -> str:
    """Any text for a Plotly label, shown as it is; cut to `length` characters.

    Plotly reads tags such as `<b>` and `<a href>`, and of entities only a few: `&amp;`, `&lt;` and `&gt;` among them,
    but not `&quot;`. It leaves `$...$` alone where the page has no MathJax, as Streamlit's has none.
    """
    line = " ".join(text.split())
    return html.escape(line if len(line) <= length else line[: length - 1] + "…", quote=False)


def duration(seconds: float) -> str:
    """Seconds for people: `8 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"

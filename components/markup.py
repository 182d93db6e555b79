"""Text that comes from people or files, shown as text on our pages and never as markup."""

from __future__ import annotations

import html
import re

from trainer.paths import without_folders

_NO_MARKUP = str.maketrans("[]<>`$\\*_|", "()‹›'＄/∗‗¦")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+.!:$~<>|&\"'^=@/-])")


def md(text: object) -> str:
    """Escape a text or message for a Streamlit label, message or caption.

    Markdown, HTML, formulas and `:red[...]` in it are shown as they are written, and a path shows no folder of this
    computer.

    >>> md("3 * 4 <b>")
    '3 \\\\* 4 \\\\<b\\\\>'
    """
    return _MARKDOWN.sub(r"\\\1", without_folders(" ".join(str(text).split())))


def in_html(text: object) -> str:
    """A text or message as a piece of HTML, shown as it is written; a path shows no folder of this computer.

    >>> in_html('a <b> "c"')
    'a &lt;b&gt; &quot;c&quot;'
    """
    return html.escape(without_folders(" ".join(str(text).split())))


def spoken(text: object) -> str:
    """A text for the label of a widget that shows none: it is read out as it is, without `md`'s backslashes.

    Streamlit draws such a label too, unseen, so brackets and the like are replaced by others that are no markup.

    >>> spoken("Lesson 1: <b> [x](y)")
    'Lesson 1: ‹b› (x)(y)'
    """
    return without_folders(" ".join(str(text).split())).translate(_NO_MARKUP)


def plotly_label(text: str, length: int = 40) -> str:
    """Escape a text for a Plotly label, cut to `length` characters.

    Plotly interprets tags such as `<b>` and `<a href>`, but of entities only a few: `&amp;`, `&lt;` and `&gt;` among
    them, not `&quot;`. It leaves `$...$` alone where the page has no MathJax, as is the case in Streamlit.

    >>> plotly_label("a <b> & c", 8)
    'a &lt;b&gt; &amp;…'
    """
    return html.escape(cut(text, length), quote=False)


def cut(text: str, length: int) -> str:
    """A text on one line, in at most `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"

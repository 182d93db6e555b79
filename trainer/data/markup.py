"""Leftovers of web pages in texts: seeing them, and reading the text without them."""

from __future__ import annotations

import re
from html import unescape

_BREAKS = "br|div|h[1-6]|hr|li|ol|p|table|td|th|tr|ul"
_INLINE = "a|b|em|font|i|img|span|strong|u"
_HIDDEN = "script|style"
UNSEEN = str.maketrans("", "", "\u200b\u2060\ufeff\xad")
"""Characters without width, which word processors and web pages put between letters."""
_WIDE = str.maketrans({"\xa0": " ", "\u202f": " ", "\u2007": " "})
"""Spaces at which no line may break: for Keras they are part of a word."""
_ODD = re.compile("[\xa0\u202f\u2007\u200b\u2060\ufeff\xad]")
_SIGN = r"&(?:amp|lt|gt|quot|nbsp|apos|[lr][sd]quo|hellip|[mn]dash|#\d{2,5});"
_MARKUP = re.compile(rf"</?(?:{_BREAKS}|{_INLINE}|{_HIDDEN})\b[^<>]*>|{_SIGN}", re.IGNORECASE)
_SCRIPTS = re.compile(rf"<({_HIDDEN})\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_NEW_LINE = re.compile(rf"</?(?:{_BREAKS})\b[^<>]*>", re.IGNORECASE)
_OTHER = re.compile(rf"</?(?:{_INLINE}|{_HIDDEN})\b[^<>]*>", re.IGNORECASE)
ROUNDS = 4
"""How often a code may stand for a code, as in `&amp;lt;`, which pages that were saved twice have."""


def has_markup(text: str) -> bool:
    """Whether a tag or a code of a web page, such as `<br>`, `&amp;` or a non-breaking space, stands in a text."""
    return _MARKUP.search(text) is not None or (not text.isascii() and _ODD.search(text) is not None)


def without_markup(text: str) -> str:
    """A text as a browser would show it: known tags gone, codes such as `&amp;` as the characters that they stand for.

    What only looks like a tag (`<3`, `</3`, `<grin>`, `a < b`) stays, and a text without markup stays as it is. No HTML
    parser: one takes these for damaged tags, and drops the words after them.

    >>> without_markup("good<br>old &amp; new, I <3 it")
    'good old & new, I <3 it'
    """
    for _ in range(ROUNDS):
        if not has_markup(text):
            break
        text = _OTHER.sub("", _NEW_LINE.sub(" ", _SCRIPTS.sub(" ", text)))
        text = unescape(text).translate(_WIDE).translate(UNSEEN)
    return text

"""Leftovers of web pages in texts: seeing them, and reading the text without them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BREAKS = ("br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "table", "td", "th", "tr", "ul")
_INLINE = ("a", "b", "em", "font", "i", "img", "span", "strong", "u")
_HIDDEN = ("script", "style")
_TAGS = {*_BREAKS, *_INLINE, *_HIDDEN}
_MARKUP = re.compile(
    rf"</?(?:{'|'.join(sorted(_TAGS, key=len, reverse=True))})\b[^<>]*>"
    r"|&(?:amp|lt|gt|quot|nbsp|apos|[lr][sd]quo|hellip|[mn]dash|#\d{2,5});",
    re.IGNORECASE,
)


def has_markup(text: str) -> bool:
    """Whether a tag or a sign of a web page, such as `<br>` or `&amp;`, stands in a text."""
    return _MARKUP.search(text) is not None


def without_markup(text: str) -> str:
    """A text as a browser would show it: tags gone, `&amp;` and the like as the signs that they stand for.

    What only looks like a tag (`<3`, `<grin>`, `a < b`) stays, and a text without markup stays as it is.
    """
    if not has_markup(text):
        return text
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return "".join(reader.parts).replace("\xa0", " ")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _BREAKS:
            self.parts.append(" ")
        elif tag not in _TAGS:
            self.parts.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        if tag not in _HIDDEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BREAKS:
            self.parts.append(" ")
        elif tag not in _TAGS:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)

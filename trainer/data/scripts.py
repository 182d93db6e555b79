"""The script that a text is written in."""

from __future__ import annotations

import unicodedata
from collections import Counter


def script_of(text: str) -> str | None:
    """The script of most letters, such as Latin; Japanese and Chinese are one, since they share letters.

    >>> script_of("Guten Tag"), script_of("добрый день"), script_of("42")
    ('Latin', 'Cyrillic', None)
    """
    if text.isascii():
        return "Latin" if any(letter.isalpha() for letter in text) else None
    counts = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())
    for part in ("CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH"):
        counts["Chinese or Japanese"] += counts.pop(part, 0)
    name, count = max(counts.items(), key=lambda pair: pair[1], default=("", 0))
    return (name if name == "Chinese or Japanese" else name.capitalize()) if count else None

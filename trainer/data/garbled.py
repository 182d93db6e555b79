"""Characters that were garbled before a file was saved, such as `schÃ¶n`: UTF-8 read as another encoding."""

from __future__ import annotations

import re

from ftfy import fix_encoding

_SUSPECT = re.compile(
    "[\x80-\x9f]"  # bytes of Windows-1252 that were taken for Latin-1
    "|[ÂÃÄÅĂĹĐŃ¬√ƒ≈‚–—][^\x00-\x7f]"
    "|вЂ|[\xc2-\xf4ВГДЕОПРС][\xa0-\xbfŒœŠšŽžŸƒˆ˜–—‘’‚“”„†‡•…‰‹›€™ЂЃѓЉЊЌЋЏђљњќћџЎўЈҐЁЄЇІіґёєјЅѕї]"
)
"""Quickly found, and in every garbled text: two bytes of UTF-8 as characters of the usual encodings."""


def is_garbled(text: str) -> bool:
    """Whether characters of a text are garbled and can be repaired."""
    return repaired(text) != text


def repaired(text: str) -> str:
    """A text with its characters as they once were; one that is not garbled stays as it is.

    >>> repaired("schÃ¶n"), repaired("schön")
    ('schön', 'schön')
    """
    return text if text.isascii() or not _SUSPECT.search(text) else fix_encoding(text)

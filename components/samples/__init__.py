"""Examples as people look at them, as HTML: a wall of pictures, texts to read, and how the examples are divided. Pure.

Names and texts come from files: all of them are escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from components.markup import cut
from trainer import formats
from trainer.data.picture_address import picture_address
from trainer.i18n import _, ngettext

STYLE = Path(__file__).parent / "samples.css"
LONG_TEXT = 400
"""Characters of a text that are shown at once; the rest of it unfolds."""
MAX_TEXT = 20_000
"""Characters of a text that are sent to the browser."""
MAX_NAME = 60


class Share(NamedTuple):
    """A part of the examples."""

    use: str
    """Which part it is: `learn`, `check` or `test`; its color depends on it."""
    examples: int
    words: str
    """What it is for, in plain words."""
    term: str
    """What machine learning calls it."""


def wall(pictures: Iterable[NDArray[np.uint8]], names: Sequence[str], said: str, *, named: bool) -> str:
    """Many pictures side by side.

    Args:
        pictures: pixels of each, (height, width, channels).
        names: the class of each.
        said: a sentence about all of them.
        named: whether they are large and each has its name below: a list for screen readers. Otherwise they are small,
            grow and show their names where the pointer is, and are one picture with one sentence for screen readers,
            which nobody has to walk through.
    """
    images = [f'<img src="{picture_address(pixels)}" alt="">' for pixels in pictures]
    called = [f'<span class="fb-name"><bdi translate="no">{escape(cut(name, MAX_NAME))}</bdi></span>' for name in names]
    said = escape(said, quote=True)
    if named:
        rows = "".join(f"<li>{image}{name}</li>" for image, name in zip(images, called, strict=True))
        return f'<ul class="fb-wall fb-named" role="list" aria-label="{said}">{rows}</ul>'
    rows = "".join(f"<span>{image}{name}</span>" for image, name in zip(images, called, strict=True))
    return f'<div class="fb-wall" role="img" aria-label="{said}">{rows}</div>'


def texts(rows: Iterable[tuple[int, str, str]], said: str) -> str:
    """Texts to read in full, each with its label beside it.

    Args:
        rows: the number of the row in the table, from 1, the label, and the text of each.
        said: what they are.
    """
    shown = "".join(_text(*row) for row in rows)
    return f'<ul class="fb-texts" role="list" aria-label="{escape(said, quote=True)}">{shown}</ul>'


def _text(number: int, label: str, text: str) -> str:
    row = escape(_("row {number}").format(number=formats.number(number)))
    head = f'<b dir="auto" translate="no">{escape(cut(label, MAX_NAME))}</b><small>{row}</small>'
    if len(text) <= LONG_TEXT:
        return f'<li><div>{head}</div><p dir="auto" translate="no">{escape(text)}</p></li>'
    begin = text[:LONG_TEXT].rpartition(" ")[0] or text[:LONG_TEXT]
    rest, more = text[len(begin) : MAX_TEXT], escape(_("Show all of it"))
    first = f'<summary><span dir="auto" translate="no">{escape(begin)}</span> <u>{more}</u></summary>'
    return f'<li><div>{head}</div><details>{first}<p dir="auto" translate="no">{escape(rest)}</p></details></li>'


def split_bar(shares: Sequence[Share]) -> str:
    """How the examples are divided, as one bar, with numbers and words below it."""
    bar = "".join(f'<span class="fb-{share.use}" style="flex-grow: {share.examples}"></span>' for share in shares)
    items = "".join(
        f'<li><i class="fb-{share.use}" aria-hidden="true"></i><div><strong>{formats.number(share.examples)}</strong> '
        f"<span>{escape(share.words)}</span><small>{escape(share.term)}</small></div></li>"
        for share in shares
    )
    return (
        f'<div class="fb-split"><div class="fb-split-bar" aria-hidden="true">{bar}</div>'
        f'<ul role="list">{items}</ul></div>'
    )


def skeleton(said: str) -> str:
    """What stands in place of examples that are being read."""
    tiles = "<span></span>" * 60
    return f'<div class="fb-wall fb-skeleton" role="img" aria-label="{escape(said, quote=True)}">{tiles}</div>'


def pictures_said(shown: int, total: int, classes: int) -> str:
    """How many pictures a wall has."""
    return ngettext(
        "{shown} of {total} training pictures, from {classes} class",
        "{shown} of {total} training pictures, from {classes} classes",
        classes,
    ).format(shown=formats.number(shown), total=formats.number(total), classes=formats.number(classes))

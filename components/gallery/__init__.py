"""Examples that a model was tested on, large enough to look at: what they are, its answer, and how sure it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple, assert_never

import pandas as pd
import streamlit as st

from components.download import download_button
from components.example_view import table_of_rows
from components.tables import show_table
from trainer import formats
from trainer.data.dataset import Dataset, Part
from trainer.data.picture_address import picture_address
from trainer.data.spreadsheet import csv_of
from trainer.formats import isolated
from trainer.i18n import _

_STYLE = Path(__file__).parent / "gallery.css"
LONG_TEXT = 600
"""Characters of a text that are shown at once; a press shows the rest."""


class AnsweredExample(NamedTuple):
    """One example with the answer of a model."""

    place: int
    """In its part of the dataset."""
    true: str
    """The name of its class."""
    answer: str
    """The name of the class that the model gave."""
    confidence: float
    """The probability that it gave, 0 to 1."""

    @property
    def is_right(self) -> bool:
        return self.true == self.answer


def show_examples(
    dataset: Dataset,
    part: Part,
    examples: Sequence[AnsweredExample],
    name: str,
    try_it: Callable[[AnsweredExample], str] | None = None,
) -> None:
    """Examples in cards; rows of numbers as a table.

    Args:
        dataset: that they are of.
        part: the part of it.
        examples: to show, in this order.
        name: what they are, in a word or two; no other examples of the page have this name.
        try_it: the address where one can be tried, which its card then links to; None if there is no such page.
    """
    links = [_link(one, try_it) for one in examples]
    match dataset.modality:
        case "image":
            st.html(_STYLE)
            cards = [_picture(part, one) for one in examples]
            st.html(_list("fb-pictures", examples, map(str.__add__, cards, links)))
        case "text":
            st.html(_STYLE)
            cards = [_text(str(part[one.place]), one) for one in examples]
            st.html(_list("fb-texts", examples, map(str.__add__, cards, links)))
            if not all(one.is_right for one in examples):
                texts = {_("text"): [part[one.place] for one in examples]}
                _offer(pd.DataFrame(_columns(examples) | texts), name)
        case "table":
            show_table(table_of_rows(dataset, part, [one.place for one in examples], _columns(examples)), name)
        case _:
            assert_never(dataset.modality)


def _columns(examples: Sequence[AnsweredExample]) -> dict[str, Sequence[object]]:
    return {
        _("true class"): [one.true for one in examples],
        _("answer"): [one.answer for one in examples],
        _("confidence"): [formats.percent(one.confidence) for one in examples],
    }


def _offer(table: pd.DataFrame, name: str) -> None:
    download_button(
        _("Download as CSV"),
        csv_of(table),
        f"fitboard-{name.replace(' ', '-')}.csv",
        "text/csv",
        key=f"download {name}",
        help=_("These texts as a table for a spreadsheet."),
    )


def _link(one: AnsweredExample, try_it: Callable[[AnsweredExample], str] | None) -> str:
    if try_it is None:
        return ""
    name = _("Look inside: {true}, answered {answer}").format(true=isolated(one.true), answer=isolated(one.answer))
    address = escape(try_it(one))
    return f'<a href="{address}" target="_self" aria-label="{escape(name)}">{escape(_("Look inside"))}</a>'


def _list(kind: str, examples: Sequence[AnsweredExample], cards: Iterable[str]) -> str:
    items = (f'<li class="{_kind(one)}">{card}</li>' for one, card in zip(examples, cards, strict=True))
    return f'<ul class="fb-gallery {kind}">{"".join(items)}</ul>'


def _picture(part: Part, one: AnsweredExample) -> str:
    alternative = _("Picture of {true}").format(true=isolated(one.true))
    image = f'<img src="{picture_address(part[one.place])}" alt="{escape(alternative)}">'
    return f"{image}{_verdict(one)}"


def _text(text: str, one: AnsweredExample) -> str:
    begin, rest = (text, "") if len(text) <= LONG_TEXT * 1.2 else (text[:LONG_TEXT] + " …", text)
    shown = f'<p dir="auto" translate="no">{escape(begin)}</p>'
    if rest:
        whole = escape(_("The whole text, {count} characters").format(count=formats.number(len(rest))))
        shown += f"<details><summary>{whole}</summary><p dir='auto' translate='no'>{escape(rest)}</p></details>"
    return f"{shown}{_verdict(one)}"


def _kind(one: AnsweredExample) -> str:
    return "fb-right" if one.is_right else "fb-wrong"


def _verdict(one: AnsweredExample) -> str:
    """The answer with a sign, how sure the model was, and where it was wrong the truth."""
    sure = escape(_("{share} sure").format(share=formats.percent(one.confidence, 0)))
    said = f"<span><b>{'✓' if one.is_right else '✗'} {escape(isolated(one.answer))}</b> {sure}</span>"
    return said if one.is_right else f"{said}<span>{escape(_('It is {true}').format(true=isolated(one.true)))}</span>"

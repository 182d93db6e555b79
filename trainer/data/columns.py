"""Which column holds the texts and which the answers: a first choice with its reasons; a person can choose others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from trainer.data.splitting import MINIMUM
from trainer.data.table import Table
from trainer.recipe.spec import RecipeError, shorten

LOOKED_AT = 20_000
"""Rows that are enough to choose by, spread evenly over the table."""
MOST_CLASSES = 1_000
_LABEL_NAMES = (
    "label", "labels", "class", "category", "target", "sentiment", "topic", "tag", "answer", "type", "spam", "v1",
)  # fmt: skip
_TEXT_NAMES = ("text", "message", "review", "comment", "sentence", "tweet", "content", "body", "question", "v2")
_ROW_NAMES = re.compile(r"(?:.*[ _-])?(?:id|index|nr|no|number)|unnamed.*|column \d+", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """The two columns, and why, in a sentence each."""

    text: str
    label: str
    why_text: str
    why_label: str


@dataclass(frozen=True)
class Look:
    """What a column looks like."""

    name: str
    filled: float
    """Share of cells that hold something, 0 to 1."""
    words: float
    """How many words a filled cell has, on average."""
    length: float
    """How many characters a filled cell has, on average."""
    different: int
    """How many different cells there are, white space around them aside."""
    often: int
    """How many different cells there are that occur more than once."""
    once: bool
    """No cell occurs twice."""
    example: tuple[str, ...]
    """Its commonest cells."""


def look(table: Table, column: str) -> Look:
    """What a column of a table looks like."""
    cells = table.frame[column]
    step = max(1, len(cells) // LOOKED_AT)
    some = [cell.strip() for cell in cells.iloc[::step].to_list()]
    filled = [cell for cell in some if cell]
    counts: dict[str, int] = {}
    for cell in filled:
        counts[cell] = counts.get(cell, 0) + 1
    common = sorted(counts, key=lambda cell: -counts[cell])
    return Look(
        name=column,
        filled=len(filled) / max(1, len(some)),
        words=sum(len(cell.split()) for cell in filled) / max(1, len(filled)),
        length=sum(map(len, filled)) / max(1, len(filled)),
        different=len(counts),
        often=sum(count > 1 for count in counts.values()),
        once=len(counts) == len(filled),
        example=tuple(common[:3]),
    )


def choose_columns(table: Table) -> Choice:
    """The likely columns of texts and of labels.

    The text column has the longest texts, empty cells counted against it. The label column is, among the others, one
    whose cells come again and again: the fewer different ones the better, a name such as “label” better still.

    Raises:
        RecipeError: the table has only one column.
    """
    if len(table.columns) < 2:
        raise RecipeError(
            f"The table has only one column, {shorten(table.columns[0])}, but a text and a label need two. Put a "
            f"comma, a semicolon, a tab or a vertical bar between them."
        )
    looks = [look(table, column) for column in table.columns]
    named_text = [one for one in looks if _is(one.name, _TEXT_NAMES)]
    longest = max(looks, key=lambda one: one.length * one.filled)
    text = max(named_text, key=lambda one: one.length * one.filled, default=longest)
    if text.length * text.filled < 0.4 * longest.length * longest.filled:
        text = longest  # a column called “text” that holds hardly any
    others = [one for one in looks if one is not text]
    rows = len(table.frame)
    label = min(others, key=lambda one: _unlike_a_label(one, rows))
    by_name = f" and its name, {shorten(label.name, 40)}, says so" if _is(label.name, _LABEL_NAMES) else ""
    return Choice(
        text.name,
        label.name,
        f"It has the longest texts: {text.words:,.0f} {'word' if round(text.words) == 1 else 'words'} on average.",
        f"It has {label.different:,} {'answer' if label.different == 1 else 'different answers'}, such as "
        f"{', '.join(shorten(e, 25) for e in label.example)}{by_name}.",
    )


def _is(column: str, names: Iterable[str]) -> bool:
    return column.strip().lower() in names


def _unlike_a_label(one: Look, rows: int) -> tuple[int, bool, float]:
    """Sorts columns: those that can be labels first, of these the named ones, of these the ones with few answers."""
    impossible = 0
    if one.different < 2 or (rows >= MINIMUM and one.often < 2) or one.filled < 0.2:
        impossible = 3  # one word tells nothing apart
    elif one.once and rows > 2:
        impossible = 2  # running numbers, names of people
    elif one.different > MOST_CLASSES or (one.different > 20 and one.different * 3 > min(rows, LOOKED_AT) * one.filled):
        impossible = 1  # hardly any answer comes twice
    penalty = 3.0 if _ROW_NAMES.fullmatch(one.name.strip()) else 1.0
    return impossible, not _is(one.name, _LABEL_NAMES), one.different * penalty / max(one.filled, 0.01)

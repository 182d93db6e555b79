"""The number that a run has come to, beside what guessing would reach and what others have reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Literal, NamedTuple, assert_never

import streamlit as st

from trainer import formats
from trainer.i18n import _, ngettext
from trainer.recipe.data import Modality
from trainer.runs.baseline import Interval, Verdict, interval

_STYLE = Path(__file__).parent / "score_card.css"
GHOSTS = 8
"""Grey cards where examples will be."""


class Bar(NamedTuple):
    """One bar beside the number."""

    label: str
    share: float | None
    """0 to 1; None for one that is still to come."""
    kind: Literal["guessing", "mine", "other"]
    luck: Interval | None = None
    """Between which shares luck may have moved it; drawn as a bracket."""


class Score(NamedTuple):
    """What a test has come to."""

    right: int
    rows: int
    verdict: Verdict | None
    """None where there is nothing to compare it with."""
    modality: Modality
    same_rows: bool
    """The rows are those that it was trained on."""

    @property
    def share(self) -> float:
        return self.right / self.rows

    @property
    def luck(self) -> Interval | None:
        """Where the share may lie for other rows like these; None for rows that it was trained on."""
        return None if self.same_rows else interval(self.share, self.rows)

    @property
    def luck_in_words(self) -> str:
        """The same in words; empty where there is nothing to say."""
        if self.luck is None:
            return ""
        told = _("With luck taken into account: {low} to {high}")
        return told.format(low=formats.percent(self.luck.low), high=formats.percent(self.luck.high))

    @property
    def headline(self) -> str:
        """The number."""
        return _("{share} right").format(share=formats.percent(self.share))

    @property
    def meaning(self) -> str:
        """Of what it is a share."""
        counts = {"right": formats.number(self.right), "rows": formats.number(self.rows)}
        return _meaning(self.modality, self.rows, same_rows=self.same_rows).format(**counts)


def _meaning(modality: Modality, rows: int, *, same_rows: bool) -> str:
    match modality:
        case "image" if same_rows:
            return ngettext("{right} of {rows} picture it learned", "{right} of {rows} pictures it learned", rows)
        case "text" if same_rows:
            return ngettext("{right} of {rows} text it learned", "{right} of {rows} texts it learned", rows)
        case "table" if same_rows:
            return ngettext("{right} of {rows} row it learned", "{right} of {rows} rows it learned", rows)
        case "image":
            return ngettext("{right} of {rows} picture it never saw", "{right} of {rows} pictures it never saw", rows)
        case "text":
            return ngettext("{right} of {rows} text it never saw", "{right} of {rows} texts it never saw", rows)
        case "table":
            return ngettext("{right} of {rows} row it never saw", "{right} of {rows} rows it never saw", rows)
        case _:
            assert_never(modality)


_SIGNS = {Verdict.BETTER: "✓", Verdict.NO_BETTER: "!"}
"""Beside the colour of the number."""


def show_score(score: Score, bars: Sequence[Bar]) -> None:
    """The number as the heading of what follows, what it means, and the bars."""
    sign = _SIGNS.get(score.verdict, "") if score.verdict is not None else ""
    before = f'<span aria-hidden="true">{sign} </span>' if sign else ""
    kind = f"fb-score-{score.verdict or 'unknown'}"
    _draw(f"{before}{escape(score.headline)}", (score.meaning, score.luck_in_words), bars, kind)


def show_what_will_be_there(meaning: str) -> None:
    """The same in grey, before there is a number.

    Args:
        meaning: what the number will say.
    """
    bars = [Bar(_("Guessing"), None, "guessing"), Bar(_("This run"), None, "mine")]
    _draw("–\u202f%", (meaning,), bars, "fb-score-empty")
    st.html(f'<div class="fb-score-ghosts" aria-hidden="true">{"<i></i>" * GHOSTS}</div>')


def _draw(number: str, meaning: Sequence[str], bars: Sequence[Bar], kind: str) -> None:
    tag = "p" if kind == "fb-score-empty" else "h2"
    lines = "".join(f'<p class="fb-score-meaning">{escape(line)}</p>' for line in meaning if line)
    st.html(_STYLE)
    st.html(
        f'<div class="fb-score {kind}"><div><{tag} class="fb-score-number">{number}</{tag}>{lines}</div>'
        f'<ul class="fb-score-bars">{"".join(map(_bar, bars))}</ul></div>'
    )


def _bar(bar: Bar) -> str:
    share = bar.share or 0.0
    value = "" if bar.share is None else formats.percent(share)
    luck = ""
    if bar.luck is not None:
        low, high = bar.luck
        luck = f'<u style="inset-inline-start: {100 * low:.1f}%; width: {100 * (high - low):.1f}%"></u>'
    return (
        f'<li class="fb-score-{bar.kind}"><span>{escape(bar.label)}</span>'
        f'<i aria-hidden="true"><i style="width: {100 * min(max(share, 0.0), 1.0):.1f}%"></i>{luck}</i>'
        f"<b>{value}</b></li>"
    )


def show_facts(facts: Mapping[str, str]) -> None:
    """Some more numbers, small: what each is, and its value."""
    st.html(_STYLE)
    pairs = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts.items())
    st.html(f'<dl class="fb-facts">{pairs}</dl>')

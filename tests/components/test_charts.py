"""Labels of figures show other people's words exactly as they are, whatever Plotly would read in them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.charts import DASHES, MAX_COMPARED, PALETTE, SYMBOLS, NamedCurve, class_balance, overlay
from components.markup import plotly_label
from tests.support.odd_names import ODD
from trainer.runs.history import Curve


@given(st.text(max_size=60))
def test_a_label_is_the_text_itself_once_plotly_has_read_it(text: str) -> None:
    shown = plotly_label(text, 200)
    read = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert read == " ".join(text.split())
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", shown)


@pytest.mark.parametrize("name", ODD)
def test_every_figure_that_shows_names_uses_labels(name: str) -> None:
    assert list(class_balance({name: 1}).layout.xaxis.ticktext) == [plotly_label(name, 20)]
    curve = NamedCurve("A", name, Curve([1.0], [1.0]), None)
    assert overlay([curve], "loss", "Loss").data[0].name == f"A  {plotly_label(name)}"


def contrast(color: str, background: str) -> float:
    """By the formula of WCAG 2."""

    def luminance(hexadecimal: str) -> float:
        shares = [int(hexadecimal[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(color), luminance(background)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("background", ["#ffffff", "#0e1117", "#171614"])
def test_each_line_stands_out_from_its_background(background: str) -> None:
    assert min(contrast(color, background) for color in PALETTE) >= 3


def test_eight_runs_are_told_apart_without_color() -> None:
    curves = [NamedCurve(letter, "same", Curve([1.0, 2.0], [0.5, 0.9]), 2.0) for letter in "ABCDEFGH"]
    assert len(curves) == MAX_COMPARED
    figure = overlay(curves, "val_accuracy", "Validation accuracy")
    assert len({line.line.dash for line in figure.data}) == len(set(DASHES)) == 8
    assert len({line.marker.symbol for line in figure.data}) == len(set(SYMBOLS)) == 8
    assert sorted(note.text for note in figure.layout.annotations) == [f"<b>{letter}</b>" for letter in "ABCDEFGH"]
    ends = sorted(note.y for note in figure.layout.annotations)
    low, high = figure.layout.yaxis.range
    assert all(after - before > 0.05 * (high - low) for before, after in pairwise(ends))
    assert low <= ends[0] <= ends[-1] <= high
    assert all(line.marker.size[0] < line.marker.size[1] for line in figure.data), "the kept epoch is larger"
    assert figure.layout.yaxis.tickformat.endswith("%")


def test_a_run_without_the_curve_leaves_the_others_their_looks() -> None:
    curves = [NamedCurve("A", "none", Curve([], []), None), NamedCurve("B", "one", Curve([1.0], [0.5]), None)]
    figure = overlay(curves, "loss", "Loss")
    assert (figure.data[1].line.color, figure.data[1].line.dash) == (PALETTE[1], DASHES[1])
    assert [note.text for note in figure.layout.annotations] == ["<b>B</b>"]
    assert overlay([], "loss", "Loss").to_json()

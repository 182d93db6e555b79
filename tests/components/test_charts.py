"""Labels of figures show other people's words exactly as they are, whatever Plotly would read in them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.charts import class_balance, overlay
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
    assert overlay([(name, Curve([1.0], [1.0]))], "loss", "Loss").data[0].name == plotly_label(name)

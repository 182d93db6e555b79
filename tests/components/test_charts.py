"""Labels of figures show other people's words exactly as they are, whatever Plotly would read in them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser, Locator, Page, expect

from components.charts import class_balance, confusion, overlay
from components.markup import plotly_label
from tests.support.browser import server
from tests.support.journeys import skip_without_browser
from trainer.runs.history import Curve

ODD = (
    '"quoted"', "it's", "<b>bold</b>", "<a href=x>a</a>", "a<br>b", "$\\alpha$", "&lt;", "&amp;quot;", "&#39;", "a & b",
    "50 % %{x}", "<extra>e</extra>",
)  # fmt: skip
LONG = "<b>a name of more than fifteen letters</b>"
SCRIPT = """
import json, sys
from pathlib import Path
import numpy as np
import streamlit as st
from components import charts
from trainer.runs.history import Curve

names = json.loads(Path(__file__).with_name("names.json").read_text("utf-8"))
st.plotly_chart(charts.class_balance({name: 1 for name in names}), key="balance")
st.plotly_chart(charts.confusion(np.eye(len(names), dtype=np.int64), names), key="confusion")
curves = [(name, Curve([1.0], [float(place)])) for place, name in enumerate(names)]
st.plotly_chart(charts.overlay(curves, "loss", "Loss"), key="overlay")
st.write("all drawn")
"""


@given(st.text(max_size=60))
def test_a_label_is_the_text_itself_once_plotly_has_read_it(text: str) -> None:
    shown = plotly_label(text, 200)
    read = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert read == " ".join(text.split())
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", shown)


@pytest.mark.parametrize("name", ODD)
def test_every_figure_that_shows_names_uses_labels(name: str) -> None:
    shown = plotly_label(name, 16)
    assert list(class_balance({name: 1}).layout.xaxis.ticktext) == [plotly_label(name, 20)]
    figure = confusion(np.ones((1, 1), dtype=np.int64), [name])
    assert list(figure.layout.xaxis.ticktext) == list(figure.layout.yaxis.ticktext) == [shown]
    assert plotly_label(name) in figure.data[0].customdata[0][0]
    assert overlay([(name, Curve([1.0], [1.0]))], "loss", "Loss").data[0].name == plotly_label(name)


def cut(name: str, length: int) -> str:
    return name if len(name) <= length else name[: length - 1] + "…"


def hovered(page: Page, point: Locator) -> str:
    """What the box says beside the pointer when it stands on a point."""
    point.hover(force=True)
    box = page.locator(".hoverlayer .hovertext")
    expect(box).to_be_visible()
    said = " ".join(box.locator("text").all_text_contents())
    page.mouse.move(0, 0)
    expect(box).to_have_count(0)
    return said


@skip_without_browser
def test_labels_in_the_browser(chrome: Browser, tmp_path: Path) -> None:
    names = [*ODD, LONG]
    script = tmp_path / "figures.py"
    script.write_text(SCRIPT, "utf-8")
    (tmp_path / "names.json").write_text(json.dumps(names), "utf-8")
    with server(tmp_path / "runs", tmp_path / "server.log", script=str(script)) as running:
        page = chrome.new_page(viewport={"width": 1800, "height": 1200})
        page.goto(running.url)
        expect(page.get_by_text("all drawn")).to_be_visible()
        balance, matrix, curves = (page.locator(f".st-key-{key}") for key in ("balance", "confusion", "overlay"))
        expect(curves.locator(".legendtext")).to_have_text([cut(name, 40) for name in names])
        expect(balance.locator(".xtick text")).to_have_text([cut(name, 20) for name in names])
        for axis in (".xtick text", ".ytick text"):
            expect(matrix.locator(axis)).to_have_text([cut(name, 16) for name in names])
        for number, name in enumerate(names):
            assert hovered(page, balance.locator(".bars .point path").nth(number)) == f"{cut(name, 200)}: 1"
            assert cut(name, 40) in hovered(
                page, curves.locator(".scatterlayer .trace").nth(number).locator(".points path")
            )
        assert page.locator(".main-svg a").count() == 0
        page.close()

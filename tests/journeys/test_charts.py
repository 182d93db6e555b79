"""Labels of figures in a real browser: other people's words stand there exactly as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import server
from tests.support.journeys import skip_without_browser
from tests.support.odd_names import ODD

pytestmark = [pytest.mark.browser, skip_without_browser]
LONG = "<b>a name of more than fifteen letters</b>"
SCRIPT = """
import json, sys
from pathlib import Path
import streamlit as st
from components import charts
from trainer.runs.history import Curve

names = json.loads(Path(__file__).with_name("names.json").read_text("utf-8"))
st.plotly_chart(charts.class_balance({name: 1 for name in names}), key="balance")
curves = [charts.NamedCurve("ABCDEFGH"[place % 8], name, Curve([1.0], [float(place)]), None)
          for place, name in enumerate(names)]
for part in (0, 8):
    st.plotly_chart(charts.overlay(curves[part:part + 8], "loss", "Loss"), key=f"overlay-{part}")
st.write("all drawn")
"""


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


def test_labels_in_the_browser(chrome: Browser, tmp_path: Path) -> None:
    names = [*ODD, LONG]
    script = tmp_path / "figures.py"
    script.write_text(SCRIPT, "utf-8")
    (tmp_path / "names.json").write_text(json.dumps(names), "utf-8")
    with server(tmp_path / "runs", tmp_path / "server.log", script=str(script)) as running:
        page = chrome.new_page(viewport={"width": 1800, "height": 1200})
        page.goto(running.url)
        expect(page.get_by_text("all drawn")).to_be_visible()
        balance, curves = (page.locator(f"[class*=st-key-{key}]") for key in ("balance", "overlay"))
        expect(balance.locator(".xtick text")).to_have_text([cut(name, 20) for name in names])
        for number, name in enumerate(names):
            assert hovered(page, balance.locator(".bars .point path").nth(number)) == f"{cut(name, 200)}: 1"
            assert cut(name, 40) in hovered(
                page, curves.locator(".scatterlayer .trace").nth(number).locator(".points path")
            )
        assert page.locator(".main-svg a").count() == 0
        page.close()

"""The drawing pad in a real browser: mouse, finger, keys, and what it tells of its pixels."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.axe import needs_axe, violations
from tests.support.browser import Console, wait_for
from tests.support.journeys import skip_without_browser
from tests.support.modules import open_modules

pytestmark = [pytest.mark.browser, skip_without_browser]
DIGITS = "width: 28, height: 28, channels: 1, digits: true"
MAKE = """
const {{ Pad }} = await import("/components/try_it/pad.js");
window.heard = [];
window.frames = 0;
(function count() {{ window.frames++; requestAnimationFrame(count); }})();
const onChange = (pixels) => {{
  const ink = pixels && pixels.reduce((sum, value) => sum + value, 0);
  window.heard.push({{ frame: window.frames, ink, pixels: pixels && Array.from(pixels) }});
}};
window.pad = new Pad(mount, {{ {options}, onChange }});
"""
SHADE = """([x, y]) => {
  const canvas = document.querySelector(".fb-pad canvas"), copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return context.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data[0];
}"""
CANCEL = """() => {
  const event = new PointerEvent("pointercancel", { pointerId: window.pad.pointer, bubbles: true });
  document.querySelector(".fb-pad-surface").dispatchEvent(event);
}"""


def pad(chrome: Browser, options: str = DIGITS, **page: Any) -> Page:
    """A page with a pad."""
    tab = chrome.new_page(**{"viewport": {"width": 800, "height": 700}, **page})
    open_modules(tab, MAKE.format(options=options))
    expect(surface(tab)).to_be_visible()
    return tab


def surface(tab: Page) -> Any:
    return tab.get_by_role("application", name="Drawing pad")


def draw(tab: Page, *points: tuple[float, float], lift: bool = True) -> None:
    """Draw with the mouse through points from 0 to 1."""
    box = surface(tab).bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    tab.mouse.move(*places[0])
    tab.mouse.down()
    for place in places[1:]:
        tab.mouse.move(*place, steps=8)
    if lift:
        tab.mouse.up()


def strokes(tab: Page) -> list[list[list[float]]]:
    found = tab.evaluate("window.pad.drawing.strokes.map(({ points }) => points)")
    assert isinstance(found, list)
    return found


def heard(tab: Page, count: int = 1) -> list[dict[str, Any]]:
    wait_for(tab, f"window.heard.length >= {count}")
    return list(tab.evaluate("window.heard"))


def shade(tab: Page, x: float, y: float) -> int:
    """How bright the canvas is at a place, 0 to 255."""
    return int(tab.evaluate(SHADE, [x, y]))


def test_a_drawing_with_the_mouse(chrome: Browser) -> None:
    tab = pad(chrome)
    console = Console(tab)
    draw(tab, (0.3, 0.2), (0.7, 0.2), (0.4, 0.8))
    wait_for(tab, "window.heard.at(-1)?.ink > 40")
    all_heard = heard(tab)
    assert len({one["frame"] for one in all_heard}) == len(all_heard), "at most once a frame"
    draw(tab, (0.3, 0.5), (0.6, 0.5))
    assert len(strokes(tab)) == 2
    tab.mouse.move(5, 5)  # the button is up: nothing is drawn
    assert len(strokes(tab)) == 2
    assert shade(tab, 0.5, 0.2) > 200
    assert shade(tab, 0.9, 0.9) < 20
    tab.get_by_role("button", name="Undo").click()
    assert len(strokes(tab)) == 1
    tab.get_by_role("button", name="Redo").click()
    assert len(strokes(tab)) == 2
    tab.get_by_role("button", name="Clear").click()
    wait_for(tab, "window.heard.at(-1).ink === null")
    tab.get_by_role("button", name="Undo").click()
    assert len(strokes(tab)) == 2
    assert console.complaints == []


def test_no_stroke_gets_stuck(chrome: Browser) -> None:
    """Beyond the edge nothing is drawn, and a release out there, or a cancelled press, ends the stroke."""
    tab = pad(chrome)
    draw(tab, (0.5, 0.5), (1.5, 0.5), lift=False)
    tab.mouse.up()
    tab.mouse.move(*center(tab))
    assert [stroke[-1][0] for stroke in strokes(tab)] == [1]
    draw(tab, (0.2, 0.2), (0.4, 0.2), lift=False)
    count = len(strokes(tab)[-1])
    tab.evaluate(CANCEL)
    tab.mouse.move(*center(tab), steps=4)
    assert len(strokes(tab)[-1]) == count
    tab.mouse.up()
    draw(tab, (0.6, 0.8), (0.7, 0.8))
    assert len(strokes(tab)) == 3


def center(tab: Page) -> tuple[float, float]:
    box = surface(tab).bounding_box()
    return (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_a_finger_draws_and_does_not_scroll(chrome: Browser) -> None:
    tab = pad(chrome, viewport={"width": 390, "height": 500}, has_touch=True, device_scale_factor=3)
    tab.evaluate("document.body.style.height = '3000px'")
    x, y = center(tab)
    touch = tab.context.new_cdp_session(tab)
    first = {"x": x, "y": y + 60, "id": 0}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [first]})
    for step in range(1, 7):
        first["y"] = y + 60 - 20 * step
        fingers = [first, {"x": x + 40, "y": y, "id": 1}]  # a second one draws nothing
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": fingers})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert len(strokes(tab)) == 1
    assert len(strokes(tab)[0]) > 3
    assert tab.evaluate("window.scrollY") == 0
    width = tab.evaluate("document.querySelector('.fb-pad canvas').width")
    assert abs(width - 3 * tab.evaluate("document.querySelector('.fb-pad canvas').clientWidth")) <= 1
    for button in tab.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


def test_a_drawing_with_keys(chrome: Browser) -> None:
    tab = pad(chrome)
    surface(tab).focus()
    tab.keyboard.press("ArrowUp")
    expect(tab.locator(".fb-pad-cursor")).to_be_visible()
    assert strokes(tab) == []
    tab.keyboard.press(" ")
    expect(tab.get_by_role("status")).to_have_text("The pen is down.")
    for _ in range(6):
        tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Shift+ArrowRight")
    tab.keyboard.press(" ")
    expect(tab.get_by_role("status")).to_have_text("The pen is up.")
    tab.keyboard.press("ArrowLeft")
    (points,) = strokes(tab)
    assert points[0] == pytest.approx([0.5, 0.46])
    assert points[-1] == pytest.approx([0.51, 0.7])
    wait_for(tab, "window.heard.at(-1)?.ink > 10")
    expect(tab.get_by_role("status")).to_contain_text("from the left")
    tab.keyboard.press(" ")
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("status")).to_have_text("The pen is up.")
    tab.keyboard.press("Control+z")
    assert len(strokes(tab)) == 1
    tab.keyboard.press("Control+z")
    assert strokes(tab) == []
    tab.keyboard.press("Control+Shift+z")
    assert len(strokes(tab)) == 1
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("button", name="Undo")).to_be_focused()


def test_a_resize_keeps_the_strokes(chrome: Browser) -> None:
    tab = pad(chrome)
    draw(tab, (0.5, 0.1), (0.5, 0.9))
    before, pixels = strokes(tab), heard(tab)[-1]["pixels"]
    tab.set_viewport_size({"width": 220, "height": 700})
    wait_for(tab, "document.querySelector('.fb-pad canvas').width < 210")
    assert shade(tab, 0.5, 0.5) > 200
    assert strokes(tab) == before
    assert heard(tab)[-1]["pixels"] == pixels


def test_pictures_in_colours_are_drawn_upon(chrome: Browser) -> None:
    tab = pad(chrome, "width: 32, height: 16, channels: 3, border: 0.9")
    box = surface(tab).bounding_box()
    assert box["width"] == pytest.approx(2 * box["height"], rel=0.05)
    tab.evaluate("window.pad.show(new Float32Array(32 * 16 * 3).fill(0.5))")
    tab.get_by_label("Colour of the pen").fill("#ff0000")
    draw(tab, (0.5, 0.2), (0.5, 0.8))
    wait_for(tab, "window.heard.at(-1).pixels[3 * (8 * 32 + 16)] > 0.9")
    pixels = heard(tab)[-1]["pixels"]
    assert pixels[3 * (8 * 32 + 16) + 1] < 0.1
    assert pixels[:3] == [0.5, 0.5, 0.5]


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("options", [DIGITS, "width: 28, height: 28, channels: 3, border: 1"])
def test_everybody_can_use_it(chrome: Browser, scheme: Any, options: str) -> None:
    tab = pad(chrome, options, color_scheme=scheme)
    assert [str(found) for found in violations(tab)] == []
    draw(tab, (0.5, 0.1), (0.5, 0.9))
    assert [str(found) for found in violations(tab)] == []

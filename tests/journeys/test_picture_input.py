"""Pictures from files, the clipboard and the camera in a real browser, good ones and bad ones."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.support.axe import needs_axe, violations
from tests.support.browser import Console, chromium, wait_for
from tests.support.journeys import skip_without_browser
from tests.support.modules import INSECURE, SECURE, open_modules

pytestmark = [pytest.mark.browser, skip_without_browser]
MAKE = """
const { PictureInput } = await import("/components/try_it/picture_input.js");
window.taken = [];
window.streams = [];
const ask = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
if (ask) navigator.mediaDevices.getUserMedia = async (wish) => {
  const stream = await ask(wish);
  window.streams.push(stream);
  return stream;
};
const form = { width: 28, height: 28, channels: 1, border: 0, digits: true };
const onPicture = (pixels) => window.taken.push(Array.from(pixels));
window.input = new PictureInput(mount, { form, onPicture, dropOn: mount });
"""
PASTE = """([data, type]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)), clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "pasted", { type }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
LIVE = "window.streams.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === 'live').length"
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """A browser with a camera that shows a test picture, and whose questions are answered."""
    with chromium(*CAMERA) as browser:
        yield browser


def opened(chrome: Browser, origin: str = SECURE, **page: Any) -> Page:
    tab = chrome.new_page(**{"viewport": {"width": 800, "height": 700}, **page})
    open_modules(tab, MAKE, origin)
    return tab


def file_of(image: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **more)
    return content.getvalue()


def drawn(width: int = 300, height: int = 200, paper: int = 230, ink: int = 40) -> Image.Image:
    """A 7 on a sheet."""
    pixels = np.full((height, width), paper, np.uint8)
    line = max(3, height // 25)
    pixels[height // 4 : height // 4 + line, width // 3 : 2 * width // 3] = ink
    for row in range(height // 4, 3 * height // 4):
        left = 2 * width // 3 - (row - height // 4) // 3
        pixels[row, left - line : left] = ink
    return Image.fromarray(pixels)


def moving() -> bytes:
    """A GIF whose first frame is the drawing, and whose second one is empty."""
    return file_of(drawn(), "GIF", save_all=True, append_images=[drawn(ink=230)], duration=100)


def forty_megapixels() -> bytes:
    return file_of(drawn(8000, 5000), "JPEG", quality=60)


def cut_off() -> bytes:
    whole = file_of(Image.fromarray(np.random.default_rng(1).integers(0, 255, (200, 200), np.uint8)))
    return whole[: len(whole) // 4]


def too_large() -> bytes:
    """A PNG of 900 megapixels in its header, and of few bytes."""
    content = bytearray(file_of(drawn()))
    content[16:24] = (30_000).to_bytes(4) + (30_000).to_bytes(4)
    return bytes(content)


def choose(tab: Page, name: str, content: bytes, kind: str = "image/png") -> None:
    with tab.expect_file_chooser() as chooser:
        tab.get_by_role("button", name="Open a picture…").click()
    chooser.value.set_files({"name": name, "mimeType": kind, "buffer": content})


def said(tab: Page) -> Any:
    return tab.locator(".fb-picture-input-said")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (lambda: file_of(drawn()), "image/png"),
        (lambda: file_of(drawn(), "JPEG"), "image/jpeg"),
        (lambda: file_of(drawn(), "WEBP"), "image/webp"),
        (lambda: file_of(drawn(), "BMP"), "image/bmp"),
        (moving, "image/gif"),
        (forty_megapixels, "image/jpeg"),
    ],
    ids=["png", "jpeg", "webp", "bmp", "moving gif", "40 megapixels"],
)
def test_a_drawing_from_a_file(chrome: Browser, content: Callable[[], bytes], kind: str) -> None:
    tab = opened(chrome)
    console = Console(tab)
    choose(tab, "drawing", content(), kind)
    wait_for(tab, "window.taken.length === 1", 20_000)
    pixels = np.array(tab.evaluate("window.taken[0]")).reshape(28, 28)
    rows = np.flatnonzero(pixels.max(axis=1) > 0.1)
    assert rows[-1] - rows[0] in {18, 19}  # the faintest row may be just below
    assert pixels[rows[0] : rows[0] + 2].sum() > 8, "the bar of the 7"
    assert pixels[0].max() == 0
    assert ("first frame" in said(tab).inner_text()) == (kind == "image/gif")
    assert console.complaints == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (lambda: b"%PDF-1.7 no picture", "not a picture"),
        (lambda: b"", "not a picture"),
        (cut_off, "damaged|No drawing"),
        (too_large, "900 megapixels"),
        (lambda: file_of(drawn(ink=230)), "No drawing"),
    ],
    ids=["svg", "pdf", "empty", "cut off", "900 megapixels", "blank sheet"],
)
def test_what_cannot_be_taken_is_said(chrome: Browser, content: Callable[[], bytes], why: str) -> None:
    tab = opened(chrome)
    console = Console(tab)
    choose(tab, "drawing.png", content())
    expect(said(tab)).to_have_text(re.compile(why))
    expect(tab.get_by_role("status")).to_have_text(said(tab).inner_text())
    assert tab.evaluate("window.taken") == []
    choose(tab, "drawing.png", file_of(drawn()))
    wait_for(tab, "window.taken.length === 1", 20_000)
    assert console.complaints == []


def test_a_picture_is_pasted(chrome: Browser) -> None:
    tab = opened(chrome)
    tab.evaluate(PASTE, [base64.b64encode(file_of(drawn())).decode(), "image/png"])
    wait_for(tab, "window.taken.length === 1", 20_000)
    tab.evaluate("window.input.close()")
    tab.evaluate(PASTE, [base64.b64encode(file_of(drawn())).decode(), "image/png"])
    assert tab.evaluate("window.taken.length") == 1


def test_the_button_pastes_where_the_browser_lets_it(chrome: Browser) -> None:
    allowed = chrome.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = allowed.new_page()
    open_modules(tab, MAKE)
    copy = """async (data) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })]);
    }"""
    tab.bring_to_front()
    tab.evaluate(copy, base64.b64encode(file_of(drawn())).decode())
    tab.get_by_role("button", name="Paste").click()
    wait_for(tab, "window.taken.length === 1", 20_000)
    tab.evaluate("navigator.clipboard.writeText('words')")
    tab.get_by_role("button", name="Paste").click()
    expect(said(tab)).to_contain_text("no picture in the clipboard")
    insecure = opened(chrome, INSECURE)
    insecure.get_by_role("button", name="Paste").click()
    expect(said(insecure)).to_contain_text("Ctrl+V")


def test_the_camera_is_on_only_while_its_dialog_is_open(chrome: Browser) -> None:
    tab = opened(chrome)
    for end in ("Escape", "Take the picture", "Cancel"):
        tab.get_by_role("button", name="Camera…").click()
        expect(tab.get_by_role("dialog", name="Camera")).to_be_visible()
        wait_for(tab, "document.querySelector('.fb-camera video').videoWidth > 0", 20_000)
        assert tab.evaluate(LIVE) == 1
        if end == "Escape":
            tab.keyboard.press("Escape")
        else:
            tab.get_by_role("button", name=end).click()
        expect(tab.get_by_role("dialog")).to_have_count(0)
        wait_for(tab, f"({LIVE}) === 0")
        expect(tab.get_by_role("button", name="Camera…")).to_be_focused()
        if end == "Take the picture":  # the fake camera shows shapes, which may or may not be taken for a drawing
            expect(said(tab)).not_to_be_empty()
    tab.get_by_role("button", name="Camera…").click()
    wait_for(tab, f"({LIVE}) === 1")
    tab.evaluate("window.input.close()")
    assert tab.evaluate(LIVE) == 0


@pytest.mark.parametrize(
    ("error", "why"),
    [("NotAllowedError", "not allowed"), ("NotFoundError", "No camera"), ("NotReadableError", "does not answer")],
)
def test_why_there_is_no_camera(chrome: Browser, error: str, why: str) -> None:
    tab = opened(chrome)
    refuse = f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('no', '{error}'); }}"
    tab.evaluate(f"() => {{ {refuse} }}")
    tab.get_by_role("button", name="Camera…").click()
    expect(said(tab)).to_contain_text(why)
    expect(tab.get_by_role("dialog")).to_have_count(0)


def test_an_address_that_is_not_secure_has_no_camera(chrome: Browser) -> None:
    tab = opened(chrome, INSECURE)
    tab.get_by_role("button", name="Camera…").click()
    expect(said(tab)).to_contain_text("https")


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(chrome: Browser, scheme: Any) -> None:
    tab = opened(chrome, color_scheme=scheme, viewport={"width": 390, "height": 700})
    assert [str(found) for found in violations(tab)] == []
    for button in tab.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    tab.get_by_role("button", name="Camera…").click()
    expect(tab.get_by_role("dialog", name="Camera")).to_be_visible()
    assert [str(found) for found in violations(tab)] == []

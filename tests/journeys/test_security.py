"""Other websites in the same browser: on another port of this computer, and under another name. And our own pages,
which must work without a single violation of the policy that keeps others out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from components.guard import FOREIGN_HOST
from components.response_headers import FRAME_ANCESTORS
from tests.support.browser import (
    Console,
    Server,
    chromium,
    go_to,
    server,
    settled,
    visit,
    wait_for_points,
    wait_for_state,
)
from tests.support.journeys import skip_without_browser
from trainer import PROJECT

pytestmark = [pytest.mark.browser, skip_without_browser]

EVIL = "evil.test"
"""Another name for this computer, as a website gives itself one to get around the browser's rules (DNS rebinding)."""
RUN = "20260101-000000-aaaaaaaaaaaaaaaa"
TRY = """async ([http, run]) => {
  const ws = http.replace("http", "ws");
  const opens = (path) => new Promise((resolve) => {
    const socket = new WebSocket(ws + path);
    socket.onopen = () => { resolve("open"); socket.close(); };
    socket.onerror = () => resolve("refused");
  });
  const fetched = (path, options) =>
    fetch(http + path, options).then((answer) => `answered ${answer.type}`, () => "refused");
  const loads = (tag, path) => new Promise((resolve) => {
    const element = Object.assign(document.createElement(tag), { src: http + path });
    element.onload = () => resolve("loaded");
    element.onerror = () => resolve("refused");
    document.body.append(element);
  });
  return {
    stream: await opens("/_stcore/stream"),
    live: await opens(`/live/${run}`),
    get: await fetched("/_stcore/health"),
    "get without reading": await fetched("/_stcore/health", { mode: "no-cors" }),
    put: await fetched("/_stcore/upload_file/a/b", { method: "PUT", body: "x", credentials: "include" }),
    post: await fetched("/_stcore/upload_file/a/b", { method: "POST", body: "x", mode: "no-cors" }),
    picture: await loads("img", "/favicon.png"),
    script: await loads("script", "/static/js/index.js"),
  };
}"""
VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`${event.effectiveDirective} forbids ${event.blockedURI} in ${event.sourceFile}`))"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>another website</title><link rel=icon href=data:,><p>another website</p>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_: object) -> None:
        """Nothing: the base class prints each request."""


@pytest.fixture(scope="module")
def other_port() -> Iterator[int]:
    """A website on another port of this computer."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=site.serve_forever, name="another website")
    thread.start()
    yield site.server_port
    site.shutdown()
    thread.join(60)
    site.server_close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("security")
    with server(folder / "runs", folder / "log") as started:
        yield started


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory, other_port: int) -> Iterator[Server]:
    """A server that a page on the other port may show in a frame."""
    folder = tmp_path_factory.mktemp("embedded")
    school = f"https://school.example http://localhost:{other_port}"
    with server(folder / "runs", folder / "log", environment={FRAME_ANCESTORS: school}) as started:
        yield started


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """A browser for which this computer has one more name."""
    with chromium(f"--host-resolver-rules=MAP {EVIL} 127.0.0.1") as browser:
        yield browser


@pytest.fixture
def tab(chrome: Browser) -> Iterator[Page]:
    context = chrome.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", EVIL])
def test_another_website_gets_nothing(tab: Page, running: Server, other_port: int, name: str) -> None:
    tab.goto(f"http://{name}:{other_port}/")
    found = tab.evaluate(TRY, [running.url, RUN])
    assert found == dict.fromkeys(found, "refused")


def test_a_link_of_another_website_leads_to_a_lesson(tab: Page, running: Server, other_port: int) -> None:
    tab.goto(f"http://{EVIL}:{other_port}/")
    anchor = "Object.assign(document.createElement('a'), { href, textContent: 'a lesson' })"
    tab.evaluate(f"(href) => document.body.append({anchor})", f"{running.url}/?recipe=mnist_cnn")
    tab.get_by_role("link", name="a lesson").click()
    expect(tab.get_by_role("heading", level=1, name="Data")).to_be_visible()


def test_a_name_that_leads_here_but_is_not_ours(tab: Page, running: Server) -> None:
    answer = tab.goto(running.url.replace("localhost", EVIL))
    assert answer is not None
    assert answer.status == 403
    expect(tab.get_by_text(str(FOREIGN_HOST))).to_be_visible()


def framed(tab: Page, address: str) -> Frame:
    """Show an address in a frame of the page that is open; the frame once it has loaded something, be it an error."""
    tab.evaluate(
        """(src) => new Promise((resolve) => {
          const frame = Object.assign(document.createElement("iframe"), { src, width: 1000, height: 700 });
          frame.onload = resolve;
          document.body.append(frame);
        })""",
        address,
    )
    frame = tab.frames[-1]
    for _ in range(600):  # an error page has its address some moments after it was loaded
        if frame.url not in {"", "about:blank"}:
            break
        tab.wait_for_timeout(50)
    return frame


@pytest.mark.parametrize("name", ["localhost", EVIL])
def test_a_frame_of_another_website_stays_empty(tab: Page, running: Server, other_port: int, name: str) -> None:
    tab.goto(f"http://{name}:{other_port}/")
    frame = framed(tab, f"{running.url}/runs")
    assert frame.url.startswith("chrome-error:")


def test_a_schools_page_shows_it_and_no_other(tab: Page, embedded: Server, other_port: int) -> None:
    tab.goto(f"http://localhost:{other_port}/")
    frame = framed(tab, f"{embedded.url}/runs")
    expect(frame.get_by_role("heading", level=1, name="Runs")).to_be_visible()
    tab.goto(f"http://{EVIL}:{other_port}/")
    assert framed(tab, f"{embedded.url}/runs").url.startswith("chrome-error:")


def test_our_own_pages_break_no_rule(chrome: Browser, running: Server, tmp_path: Path) -> None:
    """Each page and what it can show: lessons, tables, charts, code, pictures, popovers, uploads, downloads, a fit."""
    context = chrome.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.add_init_script(VIOLATIONS)
    page.add_init_script("delete Window.prototype.showSaveFilePicker; delete window.showSaveFilePicker")  # a dialog
    console = Console(page)
    visit(page, f"{running.url}/data?recipe=mnist_cnn")
    limit = page.get_by_role("spinbutton", name="Training pictures", exact=True)
    limit.fill("100")
    limit.press("Enter")
    expect(page.get_by_text("90", exact=True).first).to_be_visible()
    go_to(page, "Model")
    for name in ("Example", "Code"):
        page.get_by_role("tab", name=name).or_(page.get_by_role("radio", name=name)).first.click()
        settled(page)
    go_to(page, "Train")
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("1")
    epochs.press("Enter")
    settled(page)
    page.get_by_role("button", name="Train", exact=True).click()
    wait_for_points(page)
    wait_for_state(page, "finished")
    go_to(page, "Results")
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_role("heading", name="Confusion matrix")).to_be_visible()
    go_to(page, "Runs")
    settled(page)
    go_to(page, "Start")
    with page.expect_download():
        page.get_by_role("button", name="Save my model").click()
    visit(page, f"{running.url}/data?recipe=text_lstm")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(PROJECT / "data" / "reviews.csv")
    expect(page.get_by_role("combobox", name="File")).to_have_value("reviews.csv")
    with page.expect_download():
        page.get_by_role("button", name="Download as CSV").first.click()
    context.close()
    assert console.complaints == []

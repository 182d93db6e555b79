"""Makes the pictures in `docs/img/`: every page as its users see it, from a real run of lesson 1 on few rows.

`python -m benchmarks.pictures` takes about two minutes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from benchmarks.browser import PROJECT, chromium, go_to, server, settled, visit, wait_for_points, wait_for_state

FOLDER = PROJECT / "docs" / "img"
SCREEN: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}


def shoot(page: Page, name: str) -> None:
    """Take a picture once charts and fonts have come to rest."""
    settled(page)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(700)  # Plotly and Streamlit fade things in
    page.screenshot(path=FOLDER / f"{name}.png")


def main() -> None:
    """Drive one lesson through all pages and photograph each; then the Train page in the dark and on a phone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        server(Path(folder) / "runs", Path(folder) / "log") as running,
        chromium() as chrome,
    ):
        page = chrome.new_page(viewport=SCREEN)
        visit(page, running.url)
        shoot(page, "start")
        visit(page, f"{running.url}/data?recipe=mnist_cnn")
        shoot(page, "data")
        go_to(page, "Model")
        shoot(page, "model")
        go_to(page, "Train")
        page.get_by_role("button", name="Train", exact=True).click()
        wait_for_points(page, 260, timeout=120_000)
        shoot(page, "train")
        address = page.url
        wait_for_state(page, "finished", timeout=600_000)
        go_to(page, "Results")
        page.get_by_role("button", name="Test", exact=True).click()
        page.get_by_text("Test accuracy").wait_for(timeout=60_000)
        shoot(page, "results")
        go_to(page, "Runs")
        shoot(page, "runs")
        page.close()
        for name, viewport, scheme in (("train-dark", SCREEN, "dark"), ("train-phone", PHONE, "light")):
            page = chrome.new_page(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]  # a literal
            visit(page, address)
            wait_for_state(page, "finished")
            wait_for_points(page, 100)
            shoot(page, name)
            page.close()


if __name__ == "__main__":
    main()

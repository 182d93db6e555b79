"""Makes the pictures in `docs/img/`: every page as its users see it, from real runs of lesson 1.

`python -m benchmarks.pictures` takes about five minutes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from benchmarks.browser import PROJECT, chromium, go_to, server, settled, visit, wait_for_points, wait_for_state
from components.shelf import Shelf
from trainer.recipe.recipe import Recipe

FOLDER = PROJECT / "docs" / "img"
SCREEN: ViewportSize = {"width": 1366, "height": 768}
TALL: ViewportSize = {"width": 1366, "height": 1000}
PHONE: ViewportSize = {"width": 390, "height": 844}


def shoot(page: Page, name: str) -> None:
    """Take a picture once charts and fonts have come to rest."""
    settled(page)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(700)  # Plotly and Streamlit fade things in
    page.screenshot(path=FOLDER / f"{name}.png")


def begin(page: Page, url: str, runs: Path, *settings: str) -> None:
    """Train a changed lesson 1 on few rows, from a draft."""
    recipe = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json").with_settings(["data.limit=600", *settings])
    draft = f"{len(list((runs / 'drafts').glob('*'))):016x}"
    Shelf(runs).save_draft(draft, recipe)
    visit(page, f"{url}/train?draft={draft}")
    page.get_by_role("button", name="Train", exact=True).click()


def ends(page: Page, url: str, runs: Path) -> dict[str, str]:
    """Runs that end otherwise than by all their epochs; name of the picture -> address."""
    found = {}
    early = 'callbacks=[{"kind": "EarlyStopping", "patience": 2}]'
    begin(page, url, runs, "fit.epochs=60", early)
    wait_for_state(page, "finished", timeout=300_000)
    found["early-stopped"] = page.url
    begin(page, url, runs, 'optimizer={"kind": "SGD", "learning_rate": 1e12}')
    wait_for_state(page, "stopped", "failed", "finished", timeout=300_000)
    found["diverged"] = page.url
    begin(page, url, runs, "fit.epochs=12")
    wait_for_points(page, 25)
    page.get_by_role("button", name="Stop", exact=True).click()
    wait_for_state(page, "stopped")
    page.get_by_role("button", name="Resume", exact=True).click()
    wait_for_state(page, "finished", timeout=300_000)
    found["resumed"] = page.url
    return found


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
        page = chrome.new_page(viewport=SCREEN)
        addresses = ends(page, running.url, Path(folder) / "runs")
        page.close()
        for name, address in addresses.items():
            for scheme in ("light", "dark"):
                page = chrome.new_page(viewport=TALL, color_scheme=scheme)  # type: ignore[arg-type]  # a literal
                visit(page, address)
                wait_for_points(page)
                shoot(page, f"{name}-{scheme}")
                page.close()


if __name__ == "__main__":
    main()

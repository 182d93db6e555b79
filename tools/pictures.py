"""Takes the pictures in `docs/img/`: every page as its users see it, with real runs of lesson 1.

`python -m tools.pictures` takes about eight minutes; `lesson`, `ends`, `model`, `data`, `file` or `report` as an
argument takes only those.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, ViewportSize
from rich.console import Console

from components.library import Library
from tests.support.browser import chromium, go_to, server, settled, visit, wait_for, wait_for_points, wait_for_state
from trainer import PROJECT
from trainer.export.job import export
from trainer.recipe.recipe import Recipe
from trainer.runs import expectation
from trainer.runs.store import Store

FOLDER = PROJECT / "docs" / "img"
SCREEN: ViewportSize = {"width": 1366, "height": 768}
TALL: ViewportSize = {"width": 1366, "height": 1000}
PHONE: ViewportSize = {"width": 390, "height": 844}
SEVEN = [(0.27, 0.22), (0.74, 0.2), (0.6, 0.5), (0.43, 0.85)]
"""A stroke, in shares of the pad."""


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
    Library(runs).save_draft(draft, recipe)
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


def draw_seven(page: Page) -> None:
    """Draw on the pad of Try it, and wait for the answer."""
    wait_for(page, "document.querySelector('.fb-try')?.dataset.ready === 'true'")
    box = page.locator(".fb-try canvas").first.bounding_box()
    assert box is not None
    corners = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN]
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=12)
    page.mouse.up()
    page.locator(".fb-try-best").wait_for()


@contextmanager
def window(
    chrome: Browser, viewport: ViewportSize = SCREEN, scheme: str = "light", person: StorageState | None = None
) -> Iterator[Page]:
    """A page in a window of its own, of somebody new or of a person whose cookies are given."""
    page = chrome.new_page(viewport=viewport, color_scheme=scheme, storage_state=person)  # type: ignore[arg-type]  # a literal
    yield page
    page.close()


def show_lesson(chrome: Browser, url: str, _: Path) -> None:
    """Drive one lesson through all pages and photograph each; then in the dark and on a phone."""
    with window(chrome) as page:
        visit(page, url)
        shoot(page, "start")
        visit(page, f"{url}/data?recipe=mnist_cnn")
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
        page.locator("h2.fb-score-number").wait_for(timeout=60_000)
        shoot(page, "results")
        go_to(page, "Try it")
        draw_seven(page)
        shoot(page, "try")
        go_to(page, "Runs")
        shoot(page, "runs")
        person = page.context.storage_state()
        addresses = {"train": address, "results": address.replace("/train", "/results")}
    addresses["try"] = address.replace("/train", "/try")
    addresses |= {"start": url, "runs": address.replace("/train", "/runs")}
    for name, where in addresses.items():
        for look, viewport, scheme in (("dark", SCREEN, "dark"), ("phone", PHONE, "light")):
            with window(chrome, viewport, scheme, person) as page:
                visit(page, where)
                if name == "train":
                    wait_for_state(page, "finished")
                    wait_for_points(page, 100)
                if name == "try":
                    draw_seven(page)
                shoot(page, f"{name}-{look}")


def show_ends(chrome: Browser, url: str, runs: Path) -> None:
    """The Train page of runs that ended otherwise, light and dark."""
    with window(chrome) as page:
        addresses = ends(page, url, runs)
    for name, address in addresses.items():
        for scheme in ("light", "dark"):
            with window(chrome, TALL, scheme) as page:
                visit(page, address)
                wait_for_points(page)
                shoot(page, f"{name}-{scheme}")


CALLBACKS = "mnist_checkpoint_early_stopping"
NAMES = {"mnist_cnn": "lesson1", "text_lstm": "lesson2", CALLBACKS: "lesson3", "problem": "problem"}
LOOKS: dict[str, tuple[ViewportSize, str]] = {
    "light": (TALL, "light"), "dark": (TALL, "dark"), "phone": (PHONE, "light"),
}  # fmt: skip


def show_model(chrome: Browser, url: str, runs: Path) -> None:
    """The Model page with each lesson, and with a problem, light, dark and narrow."""
    broken = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")
    broken = broken.with_(layers=tuple(layer for layer in broken.layers if layer.kind != "Flatten"))
    Library(runs).save_draft("f" * 16, broken)
    for name in NAMES:
        address = f"draft={'f' * 16}" if name == "problem" else f"recipe={name}"
        for look, (viewport, scheme) in LOOKS.items():
            with window(chrome, viewport, scheme) as page:
                visit(page, f"{url}/model?{address}")
                page.locator(".fb-stack-row").first.wait_for()
                if name != "problem":
                    page.get_by_text("An epoch takes").wait_for(timeout=120_000)
                if name == "text_lstm":
                    page.get_by_role("tab", name="One example").click()
                    page.get_by_text("Its guess before training").wait_for(timeout=120_000)
                if name == CALLBACKS:
                    page.get_by_role("tab", name="Keras code").click()
                shoot(page, f"model-{NAMES[name]}-{look}")


def messy() -> str:
    """A table with many faults, as a spreadsheet of another country saves it: semicolons, umlauts, repeats ..."""
    good, poor = ("freundlich", "lecker", "schön"), ("unfreundlich", "kalt", "laut")
    rows = [
        (f"Das Essen war {words[n % 3]} und der Abend {words[n % 2]}, Tisch {n}", label)
        for n in range(120)
        for words, label in ((good, "gut"), (poor, "schlecht"))
    ]
    rows += rows[:20]
    rows += [("Für mich<br>nicht &amp; nie wieder", "schlecht")] * 3
    rows += [(f"Gut gekocht am Tag {n}", "Gut ") for n in range(8)]
    rows += [("", "gut"), ("Ganz besonders mittel", "mittel"), (rows[0][0], "schlecht")]
    return "Kommentar;Urteil\n" + "".join(f'"{text}";{label}\n' for text, label in rows)


FINDINGS = "[class*=st-key-finding-error], [class*=st-key-finding-warning]"


def show_data(chrome: Browser, url: str, runs: Path) -> None:
    """The Data page with the lessons, a messy table and one that is refused, light, dark and narrow."""
    files = {"messy": messy().encode("cp1252"), "refused": b'text,label\n"a quotation mark that is never closed,good\n'}
    names = {"messy": "Umfrage.csv", "refused": "broken.csv"}
    for name in ("lesson1", "lesson2", *files):
        for look, (viewport, scheme) in LOOKS.items():
            with window(chrome, viewport, scheme) as page:
                visit(page, f"{url}/data?recipe={'mnist_cnn' if name == 'lesson1' else 'text_lstm'}")
                if name in files:
                    path = runs / names[name]
                    path.write_bytes(files[name])
                    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(path)
                    shown = page.get_by_text("never closed") if name == "refused" else page.locator(FINDINGS)
                    shown.first.wait_for()
                shoot(page, f"data-{name}-{look}")


def show_file(chrome: Browser, _: str, runs: Path) -> None:
    """Lesson 1 as one HTML file, opened from disk."""
    from trainer.engine.foreground import train_and_test  # loads TensorFlow

    store = Store(runs)
    run = train_and_test(Recipe.load(PROJECT / "recipes" / "mnist_cnn.json"), store, Console(quiet=True))
    made = export(store, run.id, "html", runs.parent)
    with window(chrome, SCREEN) as page:
        page.goto(made.path.as_uri())
        draw_seven(page)
        page.wait_for_timeout(2000)  # until it is said to screen readers
        shoot(page, "html-file")


def show_report(chrome: Browser, _: str, runs: Path) -> None:
    """The lab report of a run that learns faster than the one before it."""

    def trainer(*arguments: str) -> None:
        command = [sys.executable, "-m", "trainer", *arguments, "--runs", str(runs)]
        subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)

    for epochs, rate in ((3, 0.001), (6, 0.003)):
        changes = (f"fit.epochs={epochs}", f"optimizer.learning_rate={rate}", "data.limit=1500")
        trainer("run", "recipes/mnist_cnn.json", *(part for change in changes for part in ("--set", change)))
    store = Store(runs)
    run = store.ids()[0]
    why = "More epochs help, I think: the curve was still falling."
    expectation.keep(store.folder(run), expectation.expected(0.95, why))
    trainer("export", run, "--format", "report", "--out", str(runs / "reports"))
    with window(chrome, {"width": 1100, "height": 900}) as page:
        page.goto(next((runs / "reports").glob("*.html")).as_uri())
        page.screenshot(path=FOLDER / "report.png", full_page=True)


PARTS = {
    "lesson": show_lesson,
    "ends": show_ends,
    "model": show_model,
    "data": show_data,
    "file": show_file,
    "report": show_report,
}


def main() -> None:
    """Make the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{', '.join(PARTS)}; all if none is given")
    wanted = parser.parse_args().parts or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        server(Path(folder) / "runs", Path(folder) / "log") as running,
        chromium() as chrome,
    ):
        for part in wanted:
            PARTS[part](chrome, running.url, Path(folder) / "runs")


if __name__ == "__main__":
    main()

"""How soon the Model page responds with 50 layers, in a real Chromium.

`python -m benchmarks.model_page` prints the table of `docs/performance.md` and takes a minute on two cores. *Shown* is
the time from the click to its first effect in the stack; *answered* is the time until shapes, problems and form follow.
*Processor* is the mean time that the processes of the browser's pages take for it, until all is at rest: it depends
less on what else the computer does.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.live_latency import renderer_seconds
from components.library import Library
from tests.support.browser import chromium, server, settled, visit
from tests.support.model_page import card
from trainer.recipe.layers import Activation, Conv2D, Dense, Dropout, Flatten
from trainer.recipe.recipe import Recipe
from trainer.sources.mnist.spec import Mnist

LAYERS = 50
DRAFT = "0123456789abcdef"
CLOCK = """async () => {
  const seen = (test) => new Promise((resolve) => {
    const look = () => (test() ? resolve(performance.now()) : requestAnimationFrame(look));
    look();
  });
  const headings = () => [...document.querySelectorAll("h2")].map((h) => h.textContent);
  const heading = () => headings().find((text) => /^\\d+\\. /.test(text)) ?? "";
  const rows = () => [...document.querySelectorAll(".fb-stack-row")];
  const chosen = () => rows().findIndex((row) => row.classList.contains("fb-stack-chosen"));
  const boxes = () => [...document.querySelectorAll("[data-testid=stAlert]")];
  const told = (text) => boxes().some((box) => box.textContent.includes(text));
  const helpers = { heading, rows, chosen, told };
  const [act, first, last] = [(h) => ACT, (h) => SHOWN, (h) => ANSWERED];
  const began = performance.now();
  act(helpers);
  const soon = seen(() => first(helpers)), late = seen(() => last(helpers));
  return [await soon - began, await late - began];
}"""
BUTTON = "[...document.querySelectorAll('button')].find((b) => b.textContent.includes('{}')).click()"


def fifty() -> Recipe:
    """A stack of 50 layers that works."""
    middle = [layer for _ in range(15) for layer in (Conv2D(filters=8, padding="same"), Activation(), Dropout())]
    end = [Flatten(), Dense(units=32, activation="relu"), Dropout(), Dense(units=16, activation="relu")]
    return Recipe(data=Mnist(limit=1000), layers=(*middle, *end, Dense(units=10, activation="softmax")))


def timed(page: Page, act: str, shown: str, answered: str) -> tuple[float, float, float]:
    """Milliseconds until it is shown, until the page has answered, and of the browser's processor time."""
    used = renderer_seconds()
    script = CLOCK.replace("ACT,", f"{act},").replace("SHOWN,", f"{shown},").replace("ANSWERED]", f"{answered}]")
    soon, late = page.evaluate(script)
    settled(page)
    page.wait_for_timeout(150)
    return float(soon), float(late), 1000 * (renderer_seconds() - used)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    key = "new KeyboardEvent('keydown', {key: '%s', bubbles: true})"
    with tempfile.TemporaryDirectory() as folder, chromium() as chrome:
        runs = Path(folder) / "runs"
        runs.mkdir()
        Library(runs).save_draft(DRAFT, fifty())
        with server(runs, Path(folder) / "log") as running:
            page = chrome.new_page(viewport={"width": 1366, "height": 768})
            visit(page, f"{running.url}/model?draft={DRAFT}")
            page.locator(".fb-stack-row").nth(LAYERS - 1).wait_for()
            page.wait_for_timeout(5000)
            kinds = [layer.kind for layer in fifty().layers]
            times: dict[str, list[tuple[float, float, float]]] = {}
            for number in range(rounds):
                place = 3 + 11 * number % 40
                kinds.insert(place + 1, kinds.pop(place))  # as after this round's move
                steps = {
                    "choose a layer": (
                        f"h.rows()[{place}].querySelector('.fb-stack-name').click()",
                        f"h.chosen() === {place}",
                        f"h.heading().startsWith('{place + 1}. ')",
                    ),
                    "move it by a key": (
                        f"h.rows()[{place}].querySelector('.fb-stack-handle').dispatchEvent({key % 'ArrowDown'})",
                        f"h.chosen() === {place + 1}",
                        f"h.heading().startsWith('{place + 2}. ')",
                    ),
                    "switch it off": (
                        f"h.rows()[{place + 1}].querySelector('.fb-stack-eye').click()",
                        "document.querySelector('.fb-stack-off')",
                        "h.told('Turned off: the model skips this layer')",
                    ),
                    "undo": (
                        BUTTON.format("Undo"),
                        "!document.querySelector('.fb-stack-off')",
                        "!h.told('Turned off: the model skips this layer')",
                    ),
                    "duplicate it": (
                        BUTTON.format("Duplicate"),
                        f"h.rows().length === {LAYERS + 1}",
                        f"h.heading() === '{place + 3}. {kinds[place + 1]}'",
                    ),
                    "undo that": (
                        BUTTON.format("Undo"),
                        f"h.rows().length === {LAYERS}",
                        f"h.heading() === '{place + 3}. {kinds[place + 2]}'",
                    ),
                    "choose again": (
                        f"h.rows()[{place + 1}].querySelector('.fb-stack-name').click()",
                        f"h.chosen() === {place + 1}",
                        f"h.heading().startsWith('{place + 2}. ')",
                    ),
                    "remove it": (
                        f"h.rows()[{place + 1}].querySelector('.fb-stack-name').dispatchEvent({key % 'Delete'})",
                        f"h.rows().length === {LAYERS - 1}",
                        f"h.heading() === '{place + 2}. {kinds[place + 2]}'",
                    ),
                    "undo the removing": (
                        BUTTON.format("Undo"),
                        f"h.rows().length === {LAYERS}",
                        f"h.heading() === '{place + 2}. {kinds[place + 1]}'",
                    ),
                }
                for name, step in steps.items():
                    times.setdefault(name, []).append(timed(page, *step))
                page.get_by_text("Add a layer", exact=True).click()
                card(page, "Dropout").wait_for()
                add = (
                    "document.querySelector('.fb-palette-card[data-kind=Dropout]').click()",
                    f"h.rows().length === {LAYERS + 1}",
                    "/Dropout$/.test(h.heading())",
                )
                times.setdefault("add one", []).append(timed(page, *add))
                timed(page, BUTTON.format("Undo"), *[f"h.rows().length === {LAYERS}"] * 2)
                page.get_by_text("Add a layer", exact=True).click()
            print("| with 50 layers | shown, median | answered, median | answered, slowest | processor |")
            print(5 * "|---" + "|")
            for name, found in times.items():
                soon, late, used = zip(*found, strict=True)
                medians = " | ".join(f"{statistics.median(side):.0f} ms" for side in (soon, late))
                print(f"| {name} | {medians} | {max(late):.0f} ms | {statistics.mean(used):.0f} ms |")


if __name__ == "__main__":
    main()

"""A page with nothing but modules of ours, for tests of a part that needs a browser but no server."""

from __future__ import annotations

from playwright.sync_api import Page, Route

from components.browser_files import MEDIA_TYPES
from trainer import PROJECT

SECURE, INSECURE = "http://localhost:9", "http://fitboard.test"
"""Addresses that Chromium trusts with a camera, and that it does not; no request leaves the browser."""
PAGE = """<!doctype html>
<html lang="en"><meta name="viewport" content="width=device-width"><title>A part of Fitboard</title>
<style>
  :root { color-scheme: light dark; --st-background-color: light-dark(#ffffff, #0e1117);
    --st-text-color: light-dark(#141413, #fafafa); --st-primary-color: light-dark(#3457d5, #4666e5);
    --st-base-radius: 0.5rem; --st-font: sans-serif; }
  body { background: var(--st-background-color); color: var(--st-text-color); font-family: sans-serif; margin: 1rem; }
</style>
<main><h1>A part</h1><div id="mount"></div></main>"""


def open_modules(page: Page, script: str, origin: str = SECURE) -> None:
    """Open an empty page and run a script in it that may import `/components/...`.

    Args:
        page: a new page.
        script: the body of an async function with `mount`, an element of the page.
        origin: of the page.
    """

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(origin).split("?")[0]
        if path == "/":
            route.fulfill(body=PAGE, content_type="text/html")
            return
        file = PROJECT / path.lstrip("/")
        route.fulfill(body=file.read_bytes(), content_type=MEDIA_TYPES[file.suffix])

    page.route(f"{origin}/**", answer)
    page.goto(f"{origin}/")
    page.evaluate(f'async () => {{ const mount = document.getElementById("mount"); {script} }}')

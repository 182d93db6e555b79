"""axe-core in a page: what it finds that keeps somebody from using it, and whose element it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import pytest
from playwright.sync_api import Page as Tab

from tests.support.browser import wait_for
from tests.support.pseudo import IS_STILL
from trainer import PROJECT

SCRIPT = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
needs_axe = pytest.mark.skipif(
    not SCRIPT.exists() and not os.environ.get("FITBOARD_NEEDS_BROWSER"),
    reason="axe-core comes with `npm ci`; .ci/run has it and never skips",
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TALL = 5400
"""The height of the window while axe looks: it passes over what is scrolled out of sight."""
_LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (
    ("light", 1366),
    ("light", 390),
    ("dark", 390),
    ("dark", 1366),
)
"""Each differs from the one before in one thing."""
_SCHEME = "getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme"
_IS_DRAWN = f"""{IS_STILL} && !document.querySelector(
  "[data-testid=stApp][data-test-script-state=running], [data-testid=stSkeleton], [data-stale=true]")"""
"""While the server answers, Streamlit shows what may change in a pale colour."""
_RUN = """async (tags) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ target, html, any, all, none }) => {
    const path = target.flat().join(" ");
    const why = [...any, ...all, ...none].map((one) => one.message).join("; ");
    return { rule: id, path, html: html.slice(0, 300), why };
  }));
}"""


@dataclass(frozen=True)
class Violation:
    """One element that breaks one of axe-core's rules."""

    rule: str
    path: str
    html: str
    why: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.path}\n    {self.html}\n    {self.why}"


UPSTREAM: dict[str, tuple[str, ...]] = {
    "presentation-role-conflict": ('data-testid="stFileUploaderDropzone"',),
    "aria-dialog-name": ('data-testid="stToast"',),
}
"""By rule: pieces of the HTML of Streamlit's own elements that break it, which neither theme nor style sheet can mend.

docs/access.md has the list in words."""


@cache
def _source() -> str:
    return SCRIPT.read_text("utf-8")


def violations(tab: Tab, *, tall: bool = True) -> list[Violation]:
    """What axe-core finds in a tab as it is now, without what is Streamlit's alone (`UPSTREAM`).

    Args:
        tab: an open page.
        tall: whether to look at it in a window so high that nothing is scrolled out of sight.
    """
    size = tab.viewport_size
    if tall and size is not None:
        tab.set_viewport_size({"width": size["width"], "height": TALL})
    try:
        if not tab.evaluate("'axe' in window"):
            tab.evaluate(_source() + "; undefined")
        found = _found(tab) and _found(tab)  # what is only there while a page draws itself is gone the second time
    finally:
        if tall and size is not None:
            tab.set_viewport_size(size)
    return list(_ours(Violation(**one) for one in found))


def _found(tab: Tab) -> list[dict[str, str]]:
    wait_for(tab, _IS_DRAWN)
    # Of a page that is longer still, the end is passed over; elsewhere a button could be half under the bar on top.
    tab.evaluate("(document.querySelector('[data-testid=stMain]') ?? window).scrollTo(0, 0)")
    found: list[dict[str, str]] = tab.evaluate(_RUN, TAGS)
    return found


def looks(tab: Tab) -> Iterator[str]:
    """Show the page as it is now in each look, so high that nothing is scrolled out of sight, and then as before."""
    size = tab.viewport_size
    assert size is not None
    try:
        for scheme, width in _LOOKS:
            tab.emulate_media(color_scheme=scheme)
            tab.set_viewport_size({"width": width, "height": TALL})
            wait_for(tab, f"{_SCHEME} === '{scheme}' && {IS_STILL}")
            yield f"{scheme}, {width} wide"
    finally:
        tab.emulate_media(color_scheme="light")
        tab.set_viewport_size(size)


def _ours(found: Iterable[Violation]) -> Iterable[Violation]:
    for one in found:
        if not any(piece in one.html or piece in one.path for piece in UPSTREAM.get(one.rule, ())):
            yield one

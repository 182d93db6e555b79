"""Pages in the pseudo-language: its words for our texts, and what of a page in a browser is not in it, or is cut off."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from playwright.sync_api import Page

from trainer.i18n import lengthened

OF_STREAMLIT = (
    "[data-testid=stIconMaterial], [role=img][aria-label$=' icon'], [data-testid=stAlertDynamicIcon]",  # the name of an icon, which its font draws
    "[data-testid=stToolbar]",  # Stop, Deploy, the main menu
    "[data-testid=stStatusWidget]",
    "[data-testid=stSkipToContent]",
    "[data-testid=stFileUploaderDropzone], [data-testid=stFileUploaderPagination]",  # Upload, Limit 5MB per file
    "[data-testid=InputInstructions]",  # Press Enter to apply
    "[data-testid=stElementToolbar]",  # of a table or a chart: Fullscreen, Download as CSV
    "[data-testid=stCodeCopyButton], [data-testid=stHeadingWithActionElements] a",
    "[data-testid=stNumberInputStepUp], [data-testid=stNumberInputStepDown]",
    "[data-testid=stSidebarCollapseButton], [data-testid=stExpandSidebarButton], [data-testid=stLogoSpacer]",
    "[data-testid=stTooltipIcon] button, [data-testid=stTooltipHoverTarget] > button:not([kind])",  # Show help
    "[data-testid=stMultiSelectTagsContainer] button",  # Remove EarlyStopping
    "[data-testid=stProgress] [role=progressbar]",
    ".react-aria-VisuallyHidden, [data-live-announcer]",  # 6 options available
    ".modebar",  # Plotly's buttons above a chart
    "iframe, noscript, script, style",
)
"""What others than we write: Streamlit and Plotly have no translations, and offer no way to set these texts."""
NAMES_OF_STREAMLIT = {"Sidebar", "App pages", "Open", "Clear all", "Clear value", "Scroll tabs right", "Scroll tabs left", "Notifications", "Close"}
"""What it calls parts of its own frame and widgets for people who have the page read out."""
DATA = (
    "pre, code, [data-testid=stCode]",  # Keras code
    "textarea",
)
"""Elements that hold only data or code."""

SCAN = """([others, data]) => {
  const theirs = others.join(", "), facts = data.join(", ");
  const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt", "aria-valuetext", "aria-roledescription", "data-label"];
  const seen = (node) => node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const place = (node) => {
    const mine = node.closest("[class*='fb-'], [class*='st-key-'], [data-testid]");
    const name = mine && ((mine.getAttribute("class") || "").match(/(?:fb-|st-key-)[\\w-]+/)?.[0] ?? mine.dataset.testid);
    return `${node.tagName.toLowerCase()} in ${name}`;
  };
  const texts = new Map(), found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.data.trim() || parent.closest(theirs) || parent.closest(facts) || !seen(parent)) continue;
    let block = parent;
    while (["inline", "contents"].includes(getComputedStyle(block).display) && block.parentElement) block = block.parentElement;
    texts.set(block, (texts.get(block) ?? "") + node.data);
  }
  for (const [block, text] of texts) found.push([place(block), text]);
  for (const node of document.body.querySelectorAll("*")) {
    if (node.closest(theirs) || node.closest("[aria-hidden=true]") || !seen(node)) continue;
    for (const name of ATTRIBUTES) {
      const value = node.getAttribute(name);
      if (value?.trim()) found.push([`${name} of ${place(node)}`, value]);
    }
  }
  return found;
}"""
"""Every text that is shown, put together across bold and links, and every attribute that is read out or shown."""

CUT = """([others]) => {
  const theirs = others.join(", "), found = [];
  const wide = document.querySelector("[data-testid=stMain]") ?? document.documentElement;
  for (const page of [document.documentElement, wide])
    if (page.scrollWidth > page.clientWidth + 1) found.push(`the page is ${page.scrollWidth} wide in ${page.clientWidth}`);
  for (const node of document.body.querySelectorAll("*")) {
    const { overflowX, overflowY, clip, clipPath } = getComputedStyle(node);
    const text = (node.innerText ?? "").trim();
    if (!text || node.clientWidth < 2 || clip !== "auto" || clipPath !== "none" || node.closest(theirs)) continue;
    if (!node.checkVisibility({ visibilityProperty: true })) continue;
    const across = ["hidden", "clip"].includes(overflowX) && node.scrollWidth > node.clientWidth + 1;
    const down = !node.closest('[data-testid=stSidebarNavLink]') && ["hidden", "clip"].includes(overflowY) && node.scrollHeight > node.clientHeight + 3;
    if (!across && !down) continue;
    const mine = node.closest("[class*='fb-'], [class*='st-key-'], [data-testid]");
    found.push(`${node.scrollWidth}x${node.scrollHeight} in ${node.clientWidth}x${node.clientHeight} ${node.tagName.toLowerCase()} ${mine?.dataset.testid ?? mine?.getAttribute("class") ?? ""}: ${text.slice(0, 80)}`);
  }
  return found;
}"""
"""Whatever is wider or higher than the box that hides the rest of it; and a page that is wider than the window."""


class Finding(NamedTuple):
    """Something on a page that should not be so."""

    page: str
    what: str

    def __str__(self) -> str:
        return f"{self.page}: {self.what}"


def pseudo(text: str, **parameters: object) -> str:
    """A text of ours as a page in the pseudo-language shows it."""
    return lengthened(text).format(**parameters)


def bare(text: str, data: Collection[str]) -> str:
    """What of a text is neither in the pseudo-language nor data.

    Args:
        text: as it is shown.
        data: words that are data: labels, names of Keras, file names.

    >>> bare("[Train ~~] · 3 of 4 epochs · Dense", {"Dense"})
    'of epochs'
    """
    words = re.findall(r"[^\W\d_][\w.-]*", without_brackets(text))
    return " ".join(word for word in words if word.rstrip(".-") not in data and not word.startswith("keras."))


def without_brackets(text: str) -> str:
    """A text without what is in the pseudo-language; brackets of other kinds stay.

    >>> without_brackets("[All [3 rows ~~] of {file} ~~~], [28, 28]")
    ', [28, 28]'
    """
    kept, begins = "", []
    for letter in text:
        kept += letter
        if letter == "[":
            begins.append(len(kept) - 1)
        elif letter == "]" and begins:
            begin = begins.pop()
            if re.search(r" ~+\]$", kept):
                kept = kept[:begin]
    return kept


def bare_texts(page: Page, name: str, data: Collection[str]) -> Iterator[Finding]:
    """The texts of a page that are not in the pseudo-language."""
    for place, text in page.evaluate(SCAN, [list(OF_STREAMLIT), list(DATA)]):
        if text not in NAMES_OF_STREAMLIT and (rest := bare(text, data)):
            shown = text if len(text) < 160 else f"{text[:160]}…"
            yield Finding(name, f"bare “{rest[:60]}” in “{shown}” ({place})")


def cut_off(page: Page, name: str) -> Iterator[Finding]:
    """What of a page does not fit into its box, or into the window."""
    for what in page.evaluate(CUT, [list(OF_STREAMLIT)]):
        yield Finding(name, f"cut off: {what}")

"""Pages in the pseudo-language: what our texts read there, and what of a page is not in it or is cut off."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any, Literal, NamedTuple, get_args, get_origin

from playwright.sync_api import Error, Page

from components.run_table.comparison import LETTERS
from tests.support.browser import wait_for
from tests.support.written_runs import NAME
from trainer.i18n import lengthened
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import Kind

OF_STREAMLIT = (
    "[data-testid=stIconMaterial], [role=img][aria-label$=' icon']",  # the name of an icon, which a font draws
    "[data-testid=stAlertDynamicIcon]",
    "[data-testid=stToolbar], [data-testid=stStatusWidget]",  # Stop, Deploy, the main menu
    "[data-testid=stSkipToContent]",
    "[data-testid=stFileUploaderDropzone]",  # Upload, 5MB per file
    "[data-testid=InputInstructions]",  # Press Enter to apply
    "[data-testid=stElementToolbar], .modebar",  # of a table or a chart: Fullscreen, Download plot as a PNG
    "[data-testid=stCodeCopyButton], [data-testid=stHeadingWithActionElements] a",
    "[data-testid=stPagination]",  # Pagination, Page 1, Next page
    "[data-testid=stNumberInputStepUp], [data-testid=stNumberInputStepDown]",
    "[data-testid=stSidebarCollapseButton], [data-testid=stExpandSidebarButton]",
    "[data-testid=stTooltipIcon] button, [data-testid=stTooltipHoverTarget] > button:not([kind])",  # Show help
    "[data-testid=stMultiSelectTagsContainer] button",  # Remove EarlyStopping
    "[data-testid=stProgress] [role=progressbar]",
    ".react-aria-VisuallyHidden, [data-live-announcer]",  # 6 options available
    "iframe, noscript, script, style",
)
"""Parts with texts by Streamlit and Plotly, which have no translations, and offer no way to set these texts."""
NAMES_OF_STREAMLIT = {
    *("Sidebar", "App pages", "Notifications", "Close", "Open", "Clear all", "Clear value", "Dismiss"),
    *("Scroll tabs left", "Scroll tabs right"),
}
"""What Streamlit calls parts of its own frame and widgets for people who have the page read out."""
CODE = "pre, code, [data-testid=stCode], textarea, [translate=no]"
"""What is in no language of ours: code, and texts and labels of the data."""

SCAN = """([others, code]) => {
  const SHOWN = ["aria-label", "title", "placeholder", "alt", "aria-valuetext", "aria-roledescription", "data-label"];
  const isSeen = (node) => node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const place = (node) => {
    const near = node.closest("[class*='fb-'], [class*='st-key-'], [data-testid]");
    const name = near?.getAttribute("class")?.match(/(?:fb-|st-key-)[\\w-]+/)?.[0] ?? near?.dataset.testid;
    return `${node.tagName.toLowerCase()} in ${name}`;
  };
  const texts = new Map(), found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  let space = "";
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (node.nodeName === "BR") space = " ";
    if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
    if (parent.closest(others) || parent.closest(code) || !isSeen(parent)) continue;
    let block = parent;
    while (["inline", "contents"].includes(getComputedStyle(block).display) && block.parentElement)
      block = block.parentElement;
    texts.set(block, (texts.get(block) ?? "") + space + node.data);
    space = "";
  }
  for (const [block, text] of texts) found.push([place(block), text]);
  for (const node of document.body.querySelectorAll("*")) {
    if (node.closest(others) || node.closest("[aria-hidden=true]") || !isSeen(node)) continue;
    for (const name of SHOWN) {
      const value = node.getAttribute(name);
      if (value?.trim()) found.push([`${name} of ${place(node)}`, value]);
    }
  }
  return found;
}"""
"""Every text that is shown, put together across bold and links, and every attribute that is shown or read out."""
CUT = """(others) => {
  const found = [];
  for (const page of [document.documentElement, document.querySelector("[data-testid=stMain]")])
    if (page.scrollWidth > page.clientWidth + 1) found.push(`the page: ${page.scrollWidth} in ${page.clientWidth}`);
  for (const node of document.body.querySelectorAll("*")) {
    const { overflowX, overflowY, clip, clipPath } = getComputedStyle(node);
    const text = (node.innerText ?? "").trim();
    if (!text || node.clientWidth < 2 || clip !== "auto" || clipPath !== "none" || node.closest(others)) continue;
    if (!node.checkVisibility({ visibilityProperty: true })) continue;
    const across = ["hidden", "clip"].includes(overflowX) && node.scrollWidth > node.clientWidth + 1;
    // Streamlit lays two texts of a link of its navigation on each other, so that it does not move when it is bold.
    const down = ["hidden", "clip"].includes(overflowY) && node.scrollHeight > node.clientHeight + 3 &&
      !node.closest("[data-testid=stSidebarNavLink]");
    if (!across && !down) continue;
    const near = node.closest("[class*='fb-'], [class*='st-key-'], [data-testid]");
    const size = `${node.scrollWidth}×${node.scrollHeight} in ${node.clientWidth}×${node.clientHeight}`;
    found.push(`${near?.dataset.testid ?? near?.getAttribute("class")}, ${size}: ${text.slice(0, 80)}`);
  }
  return found;
}"""
"""Whatever is wider or higher than the box that hides the rest of it; and a page that is wider than the window."""
IS_STILL = """!document.getAnimations().some(
  ({ playState, effect }) => playState === "running" && effect.getTiming().iterations === 1)"""
"""Nothing is being unfolded in a page."""
_DATE = re.compile(r"\b\d{1,2} [A-Z][a-z]{2,3} \d{4}, ")


def _kinds(base: type[Kind]) -> set[type[Kind]]:
    return {base}.union(*(_kinds(one) for one in base.__subclasses__()))


def _values(annotation: Any) -> set[str]:
    """The words that a field may hold."""
    if get_origin(annotation) is Literal:
        return {value for value in get_args(annotation) if isinstance(value, str)}
    return {value for inner in get_args(annotation) for value in _values(inner)}


def _names() -> Iterator[str]:
    for kind in _kinds(Kind):
        for name, field in kind.model_fields.items():
            yield name
            yield from _values(field.annotation)


NAMES = {*_names(), *Recipe.model_fields, "Fitboard", "Keras", "MNIST", "x"}
NAMES |= {"loss", "accuracy", "val_loss", "val_accuracy", "learning_rate", "epoch"}
"""Names and values of Keras and of recipes, which are the same in every language."""


WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "my", "ny")
LABELS = ("ja", "nein", "vielleicht")
ROWS = [
    *(
        (" ".join(WORDS[(place + step) % 13] for step in range(2 + place % 9)), LABELS[place % 2])
        for place in range(60)
    ),
    *[("alpha alpha beta", "ja")] * 4,
    *[("gamma delta", "ja"), ("gamma delta", "nein"), ("<b>my</b> ny &amp; eta", "ja"), ("", "nein")],
    *[("kappa", "vielleicht"), ("ny", "Ja"), ("zeta", "Ja"), ("=iota", "nein"), ("nein theta", "nein")],
]
"""A table in which the doctor finds much."""
DATA = {
    *NAMES, *WORDS, *LABELS, *(label.capitalize() for label in LABELS), "positive", "negative", NAME, "zweite",
    "tabelle", "tabelle.csv", "reviews.csv", "six_sentences.csv", "recipe.json", "text", "label", "b", "amp", *LETTERS,
}  # fmt: skip
"""What stands on these pages as it is in every language."""


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

    >>> bare("[Train ~~] · 3 of 4 epochs · Dense, 30 Nov 2026, 12:00", {"Dense"})
    'of epochs'
    """
    words = re.findall(r"[^\W\d_][\w.-]*", _DATE.sub("", without_brackets(text)))
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
    for place, text in page.evaluate(SCAN, [", ".join(OF_STREAMLIT), CODE]):
        if text not in NAMES_OF_STREAMLIT and (rest := bare(text, data)):
            yield Finding(name, f"bare “{rest}” in “{text}” ({place})")


def cut_off(page: Page, name: str) -> Iterator[Finding]:
    """What of a page does not fit into its box, or into the window; a chart may take a moment to become narrower."""
    others = ", ".join(OF_STREAMLIT)
    with suppress(Error):
        wait_for(page, f"{IS_STILL} && ({CUT})({json.dumps(others)}).length === 0", timeout=20_000)
    for what in page.evaluate(CUT, others):
        yield Finding(name, f"cut off: {what}")

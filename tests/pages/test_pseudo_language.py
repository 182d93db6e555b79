"""In the pseudo-language nothing that a page hands to the browser is bare: help, choices and what is folded away, too.

`tests/journeys/test_pseudo_language.py` walks the pages in a browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from components.library import lesson
from tests.support.pages import IdleEngine, finished_run, page
from tests.support.pseudo import NAMES, bare
from trainer.i18n import PSEUDO, using

SHOWN = {"help", "label", "placeholder", "body", "title", "options", "text", "caption", "alt"}
"""Fields of Streamlit's messages that people read."""
MARKS = re.compile(
    r":material/\w+:|:\w+-badge|<style>.*?</style>|<(\w+)[^>]* translate=\"no\">.*?</\1>|<[^>]*>|\\", re.DOTALL
)
NAME = "Zwölf"
DATA = {*NAMES, NAME, "tabelle.csv", "reviews.csv", "six_sentences.csv", "text", "label", "positive", "negative"}


def texts_of(message: Any) -> Iterator[str]:
    """Every text of one of Streamlit's messages that is shown somewhere."""
    for field, value in message.ListFields():
        values = [value] if isinstance(value, str) or not hasattr(value, "__iter__") else value
        for one in values:
            if field.type == field.TYPE_MESSAGE and hasattr(one, "ListFields"):
                yield from texts_of(one)
            elif field.name in SHOWN and isinstance(one, str):
                yield one


def elements(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        yield from elements(child) if hasattr(child, "children") else ()


def _space_for_a_tag(mark: re.Match[str]) -> str:
    return " " if mark[0].startswith("<") else ""


@pytest.mark.parametrize("name", ["start", "data", "model", "train", "results", "runs"])
@pytest.mark.parametrize("stem", ["mnist_cnn", "text_lstm", "mnist_checkpoint_early_stopping"])
def test_nothing_on_a_page_is_bare(engine: IdleEngine, name: str, stem: str) -> None:
    recipe = lesson(stem).recipe
    run = finished_run(engine.store, recipe, NAME)
    with using(PSEUDO):  # AppTest itself writes the labels of choices, in this thread
        app = page(name, lang=PSEUDO, recipe=stem, run=run)
    messages = [one.proto for one in elements(app._tree) if getattr(one, "proto", None) is not None]
    texts = [text for message in messages for text in texts_of(message)]
    assert len(texts) > 5
    assert [text for text in texts if bare(MARKS.sub(_space_for_a_tag, text), DATA)] == []

"""The cards of examples: what a link of one leads to, and that names are text."""

from __future__ import annotations

import re
from html import unescape

import pytest
import streamlit as st

from components.gallery import AnsweredExample, show_examples
from tests.support.odd_names import ODD
from trainer import PROJECT, data
from trainer.data.dataset import Dataset
from trainer.recipe.recipe import Recipe


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was drawn as HTML."""
    found: list[str] = []
    monkeypatch.setattr(st, "html", lambda html: found.append(str(html)))
    return found


def pictures() -> Dataset:
    recipe = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")
    return data.load(recipe.data, recipe.seed)


def test_a_card_links_to_where_its_example_can_be_tried(drawn: list[str]) -> None:
    dataset = pictures()
    examples = [AnsweredExample(5, "1", "7", 0.9), AnsweredExample(9, "9", "9", 0.8)]
    show_examples(dataset, dataset.test, examples, "some")
    assert "<a" not in drawn[-1], "there is nowhere to try it"
    show_examples(dataset, dataset.test, examples, "some", lambda one: f"/try?run=a&example={one.place}")
    assert [unescape(link) for link in re.findall('href="(.*?)"', drawn[-1])] == [
        "/try?run=a&example=5",
        "/try?run=a&example=9",
    ]
    assert drawn[-1].count("<li") == 2
    names = re.findall('aria-label="(.*?)"', drawn[-1])
    assert len(set(names)) == 2, "a screen reader can tell the links apart"


@pytest.mark.parametrize("name", ODD)
def test_names_of_classes_are_text(drawn: list[str], name: str) -> None:
    dataset = pictures()
    show_examples(dataset, dataset.test, [AnsweredExample(0, name, name, 0.9)], "some", lambda _one: '/"><b>')
    assert set(re.findall(r"<(\w+)", drawn[-1])) == {"ul", "li", "img", "span", "b", "a"}
    assert drawn[-1].count("<b>") == 1

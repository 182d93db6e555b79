"""Samples as HTML: what stands in them is text, whatever the files hold, and it is all there to read."""

from __future__ import annotations

import re
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from components import samples
from tests.support.odd_names import ODD
from trainer.data.picture_address import picture_address


class Seen(HTMLParser):
    """The elements of some HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def pictures(count: int, channels: int = 1) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    chance = np.random.default_rng(1)
    return [chance.integers(0, 255, (9, 7, channels), np.uint8) for _ in range(count)]


def test_a_small_wall_is_one_picture_with_one_sentence() -> None:
    seen = Seen(samples.wall(pictures(3), ["cat", "dog", "owl"], "three animals", named=False))
    assert seen.tags[0][1]["role"] == "img"
    assert seen.tags[0][1]["aria-label"] == "three animals"
    assert [image["alt"] for image in seen.all("img")] == ["", "", ""], "not read out one by one"
    assert not seen.all("button")
    assert not any("tabindex" in attributes for _tag, attributes in seen.tags)


def test_a_large_wall_is_a_list_of_names() -> None:
    seen = Seen(samples.wall(pictures(2), ["cat", "dog"], "two animals", named=True))
    assert len(seen.all("li")) == 2
    assert seen.text == "catdog"


def test_grey_pixels_arrive_exactly_and_color_ones_in_their_size() -> None:
    (grey,) = pictures(1)
    address = picture_address(grey)
    read = np.asarray(Image.open(BytesIO(b64decode(address.partition(",")[2]))))
    assert np.array_equal(read, grey[:, :, 0])
    (color,) = pictures(1, 3)
    address = picture_address(color)
    assert Image.open(BytesIO(b64decode(address.partition(",")[2]))).size == (7, 9)


@given(st.text(max_size=900))
def test_a_text_is_there_whole_and_as_text(text: str) -> None:
    text = text.replace("\r", "")  # what a browser makes of line ends is not ours
    seen = Seen(samples.texts([(1, "label", text)], "one text"))
    assert {tag for tag, _ in seen.tags} <= {"ul", "li", "div", "b", "small", "p", "details", "summary", "span", "u"}
    assert re.sub(r"\s", "", text) in re.sub(r"\s", "", seen.text.replace("Show all of it", ""))


def test_only_a_long_text_unfolds() -> None:
    word = "abcdefghi "
    assert not Seen(samples.texts([(1, "a", word * 30)], "")).all("details")
    assert len(Seen(samples.texts([(1, "a", word * 60)], "")).all("details")) == 1


@pytest.mark.parametrize("name", ODD)
def test_names_are_text(name: str) -> None:
    for html in (
        samples.wall(pictures(1), [name], name, named=False),
        samples.wall(pictures(1), [name], name, named=True),
        samples.texts([(1, name, name)], name),
    ):
        assert {tag for tag, _ in Seen(html).tags} <= {"ul", "li", "div", "b", "small", "p", "span", "img", "bdi"}


def test_the_bar_has_a_part_for_each_share_and_says_them_in_words() -> None:
    shares = [samples.Share("learn", 540, "to learn from", "training"), samples.Share("test", 60, "to test", "test")]
    seen = Seen(samples.split_bar(shares))
    assert [part["style"] for part in seen.all("span") if "style" in part] == ["flex-grow: 540", "flex-grow: 60"]
    assert len(seen.all("li")) == 2
    for words in ("540", "to learn from", "training", "60", "to test"):
        assert words in seen.text

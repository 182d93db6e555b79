"""Texts without leftovers of web pages, and without their labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.data.markup import has_markup, without_markup
from trainer.sources.text_csv.cleaning import hidden, labels_to_find, read_text, read_texts
from trainer.sources.text_csv.spec import TextCsv

SPEC = TextCsv(path="table.csv")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Great film!<br /><br />I loved it.", "Great film!  I loved it."),
        ("love you </3 so sad <br> bye now", "love you </3 so sad   bye now"),
        ("5 <!important news<br> end", "5 <!important news  end"),
        ("a<br>b <script> is a tag and more words", "a b  is a tag and more words"),
        ("saved twice: &amp;lt;3 &amp;amp; &amp;lt;b&amp;gt;bold", "saved twice: <3 & bold"),
        ("Tom &amp; Jerry&#39;s &quot;best&quot;", 'Tom & Jerry\'s "best"'),
        ("one&nbsp;two", "one two"),
        ("<p>first</p><p>second</p>", " first  second "),
        ("a <b>bold</b> word and a <a href='http://x.y?a=1&amp;b=2'>link</a>", "a bold word and a link"),
        ("<script>alert('x')</script>seen", " seen"),
        ("<STRONG>Loud</STRONG> <grin> and </grin>", "Loud <grin> and </grin>"),
        ("<br>I <3 you, a < b &amp; c > d", " I <3 you, a < b & c > d"),
        ("cut off <br", "cut off <br"),
    ],
)
def test_a_text_is_read_as_a_browser_shows_it(text: str, read: str) -> None:
    assert without_markup(text) == read
    assert not has_markup(without_markup(text))


@given(st.text())
def test_a_text_without_markup_stays_as_it_is(text: str) -> None:
    assert has_markup(text) or without_markup(text) == text


@given(st.text(alphabet="<>/&;#abp r1=\"'!-"))
def test_every_word_that_is_not_in_a_tag_is_kept(text: str) -> None:
    read = without_markup(f"<br>{text}zzz<br>")
    assert "zzz" in read
    assert read.count("1") == text.count("1") or has_markup(text) or "&#" in text


def test_labels_are_hidden_as_whole_words_whatever_their_capitals() -> None:
    texts, labels = ["SPAM: win a spammer's prize, spam!", "no ham here, 1 ham"], ["spam", "ham"]
    assert read_texts(SPEC.with_(hide_labels=True), texts, labels) == [" : win a spammer's prize,  !", "no   here, 1  "]
    assert read_texts(SPEC, texts, labels) == texts


def test_a_label_inside_a_longer_one_leaves_nothing_of_it() -> None:
    texts, labels = ["a very positive film", "a positive one"], ["very positive", "positive"]
    assert read_texts(SPEC.with_(hide_labels=True), texts, labels) == ["a   film", "a   one"]


def test_labels_that_end_with_a_sign_and_labels_in_scripts_without_spaces_are_hidden_too() -> None:
    texts, labels = ["I like C++ and Java.", "(other): C++11"], ["C++", "Java", "(other)"]
    assert read_texts(SPEC.with_(hide_labels=True), texts, labels) == ["I like   and  .", " : C++11"]
    chinese = SPEC.with_(hide_labels=True, split_characters=True)
    texts, labels = ["这很积极吗", "积 极"], ["积极", "消极"]
    assert "积" not in "".join(read_texts(chinese, texts, labels))
    typed = read_text(chinese, "我积极", hidden(chinese, labels))
    assert typed.split() == ["我"], "what somebody types is read like the texts of the table"
    assert "积" in read_text(SPEC, "我积极", hidden(SPEC, labels))


def test_short_labels_numbers_and_many_classes_are_no_words_to_hide() -> None:
    assert set(labels_to_find(["no", "yes", "12345", "über"])) == {"yes", "über"}
    assert labels_to_find([f"class {number}" for number in range(51)]) == {}

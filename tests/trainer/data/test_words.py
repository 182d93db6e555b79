"""Words in plain Python: by our own rule for all scripts, and by Keras's, which sees the same."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.support.texts import texts
from tools.word_characters import table
from trainer import PROJECT
from trainer.data import load
from trainer.data.table import read_table
from trainer.data.words import (
    TABLE,
    cut_share,
    facts_of,
    has_known_word,
    known_words,
    lengths_to_choose,
    suggested_length,
    suggested_vocabulary,
    telling_words,
    tokens,
    unknown_share,
    vocabularies_to_choose,
    vocabulary,
    words_in,
)
from trainer.fit.inputs import Words, learn_words
from trainer.recipe.data import Standardize
from trainer.recipe.spec import RecipeError
from trainer.sources.text_csv.columns import choose_columns
from trainer.sources.text_csv.spec import TextCsv

VECTORS: list[dict[str, Any]] = json.loads((PROJECT / "tests" / "vectors" / "words.json").read_text("utf-8"))
TEXTS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30), min_size=1, max_size=8)


def reviews(length: int = 60) -> TextCsv:
    return TextCsv(path=str(PROJECT / "data" / "reviews.csv"), sequence_length=length)


@settings(deadline=None, max_examples=25)
@given(texts=TEXTS, size=st.integers(3, 12), length=st.integers(1, 8), rule=st.sampled_from(get_args(Standardize)))
def test_any_text_is_shown_as_training_reads_it(texts: list[str], size: int, length: int, rule: Standardize) -> None:
    ours = vocabulary(Counter(word for text in texts for word in words_in(text, rule)), size)
    try:
        theirs = learn_words(np.array(texts, dtype=object), size, length, rule)
    except RecipeError:
        assert len(ours) == 2
        return
    assert ours == theirs.words
    numbers = {word: number for number, word in enumerate(ours) if number > 1}
    kept = [[token.number for token in tokens(text, numbers, length, rule)][:length] for text in texts]
    assert kept == Words(ours, length, rule).numbers(np.array(texts, dtype=object)).tolist()


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["why"] for vector in VECTORS])
@pytest.mark.parametrize("rule", get_args(Standardize))
def test_words_by_both_rules(vector: dict[str, Any], rule: Standardize) -> None:
    assert words_in(vector["text"], rule) == vector[rule]


_NOTES = re.compile("[\U0001d15e-\U0001d164\U0001d1bb-\U0001d1c0]")
"""The only signs that are made of several: notes of music with a stem."""


@given(text=texts())
def test_however_a_text_is_written_it_has_the_same_words(text: str) -> None:
    assume(not _NOTES.search(text))
    words = words_in(text, "unicode")
    for form in (text, text.upper(), text.lower()) if text.isascii() else (text,):
        for normal in ("NFC", "NFD"):
            assert words_in(unicodedata.normalize(normal, form), "unicode") == words
    assert words_in(" ".join(words), "unicode") == words, "a word is read as itself"
    assert all(words)
    assert not any(character.isspace() for word in words for character in word)


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="the table is made with Python 3.11")
def test_the_table_is_up_to_date() -> None:
    assert json.loads(TABLE.read_text("utf-8")) == table()


def test_the_vocabulary_of_the_lesson_is_the_one_that_training_uses() -> None:
    dataset = load(reviews(), 1)
    facts = facts_of(dataset)
    for size in (100, 10_000):
        theirs = learn_words(dataset.train.x, size, 60, dataset.standardize).words
        assert known_words(facts, size) == {word: number for number, word in enumerate(theirs) if number > 1}


def test_what_becomes_of_a_text() -> None:
    found = tokens("Don't STOP, new words here!", {"stop": 2, "here": 3}, 4, "unicode")
    assert [(token.word, token.number, token.kind) for token in found] == [
        ("dont", 1, "unknown"),
        ("stop", 2, "known"),
        ("new", 1, "unknown"),
        ("words", 1, "unknown"),
        ("here", None, "cut off"),
    ]
    assert [token.kind for token in tokens("stop", {"stop": 2}, 3, "unicode")] == ["known", "padding", "padding"]


@pytest.mark.parametrize("rule", get_args(Standardize))
def test_a_text_without_a_known_word_says_so(rule: Standardize) -> None:
    known = {"stop": 2}
    nothing = tokens("!?", known, 2, rule)
    assert [(token.number, token.kind) for token in nothing] == [(1, "no word"), (0, "padding")]
    assert not has_known_word(nothing)
    assert not has_known_word(tokens("go on stop", known, 2, rule)), "what is cut off is not read"
    assert has_known_word(tokens("go, stop", known, 2, rule))


def test_suggestions_and_what_they_lose(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    rows = [f"{'word ' * (number % 20)}end,{number % 2}" for number in range(400)]
    path.write_text("text,label\n" + "\n".join(rows) + "\n")
    facts = facts_of(load(TextCsv(path=str(path)), 1))
    assert set(facts.counts) == {"word", "end"}
    assert facts.lengths.max() == 20
    assert suggested_length(facts) == 20
    assert cut_share(facts, 10) == pytest.approx(0.5, abs=0.1)
    assert (cut_share(facts, 20), unknown_share(facts, 4)) == (0, 0)
    assert unknown_share(facts, 3) == pytest.approx(facts.counts["end"] / facts.total)
    assert suggested_vocabulary(facts) == 4
    lengths = lengths_to_choose(facts, 7)
    assert 7 in [one.value for one in lengths]
    assert [one.lost for one in lengths] == sorted((one.lost for one in lengths), reverse=True)
    assert all(0 <= one.lost <= 1 for one in vocabularies_to_choose(facts, 3))


def test_words_that_tell_classes_apart(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    rows = [f"the {'good' if number % 2 else 'bad'} film number{number},{number % 2}" for number in range(200)]
    path.write_text("text,label\n" + "\n".join(rows) + "\n")
    facts = facts_of(load(TextCsv(path=str(path)), 1))
    assert [word for word, _, _ in telling_words(facts, 1)] == ["good"]
    assert [word for word, _, _ in telling_words(facts, 0)] == ["bad"]
    assert facts.by_class[1]["the"] == facts.texts_by_class[1]
    assert isinstance(facts.counts, Counter)


TABLES = {
    "sms": ("label,text\nham,see you there at eight\nspam,win a prize now\nham,ok then let us go\n", "text", "label"),
    "kaggle": ("v1,v2,,\nham,see you there at eight,,\nspam,win a prize now,,\nham,ok,,\n", "v2", "v1"),
    "many columns": (
        "id,user,date,rating,review,helpful\n"
        + "".join(f"{n},u{n},2020-01-{n:02},{n % 5},a review of some words and {n},{n * 7}\n" for n in range(1, 29)),
        "review",
        "rating",
    ),
    "yes or no": ("question;spam?\nare we there yet;yes\nis it far from here;no\nwho knows;yes\n", "question", "spam?"),
    "labels of words": (
        "topic|body\nworld news|a text of words\nlocal news|no\nworld news|yes\n",
        "body",
        "topic",
    ),
    "numbers and a long name": ("score\tnames\n1\ta b c d e\n2\tb c d e f\n1\tc d e\n", "names", "score"),
}


@pytest.mark.parametrize("case", TABLES)
def test_columns_are_chosen_and_said_why(case: str, tmp_path: Path) -> None:
    content, text, label = TABLES[case]
    path = tmp_path / "table.csv"
    path.write_text(content)
    choice = choose_columns(read_table(path))
    assert (choice.text, choice.label) == (text, label)
    assert choice.why_text.code == "text_csv.longest_texts"
    assert choice.why_label.code in {"text_csv.few_values", "text_csv.few_values_and_name"}

"""Texts are read in the browser as the trainer reads them: `components/try_it/` against Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.texts import is_text, texts
from tools.word_characters import FOR_BROWSERS, for_browsers
from trainer import PROJECT
from trainer.data.words import TABLE, tokens, words_in
from trainer.recipe.data import Standardize
from trainer.sources.text_csv.cleaning import read_text
from trainer.sources.text_csv.spec import TextCsv

NODE = shutil.which("node")
Read = Callable[[str, list[str], int, TextCsv], list[dict[str, Any]] | None]
SPEC = TextCsv(path="a.csv")


@pytest.fixture(scope="module")
def read() -> Iterator[Read]:
    """What JavaScript makes of a text, by vocabulary, length and recipe; one process for all."""
    if NODE is None and not os.environ.get("FITBOARD_NEEDS_BROWSER"):
        pytest.skip("needs Node")
    script = PROJECT / "tests" / "javascript" / "read_texts.js"
    with subprocess.Popen([NODE or "node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(text: str, vocabulary: list[str], length: int, spec: TextCsv) -> list[dict[str, Any]] | None:
            question = {"text": text, "vocabulary": vocabulary, "length": length, "data": spec.model_dump(mode="json")}
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
            found: list[dict[str, Any]] | None = json.loads(process.stdout.readline())
            return found

        yield ask
        process.stdin.close()


@settings(deadline=None, max_examples=1500)
@given(
    text=texts(),
    other=texts(),
    length=st.integers(1, 6),
    rule=st.sampled_from(get_args(Standardize)),
    characters=st.sampled_from(["split_characters", "every_character", ""]),
)
def test_javascript_reads_any_text_as_python_does(
    read: Read, text: str, other: str, length: int, rule: Standardize, characters: str
) -> None:
    spec = SPEC.with_(standardize=rule, **({characters: True} if characters else {}))
    words = sorted({word for word in words_in(text, rule)[::2] + words_in(other, rule) if is_text(word)})
    known = {word: number for number, word in enumerate(words, start=2)}
    ours = [asdict(token) for token in tokens(read_text(spec, text), known, length, rule)]
    assert read(text, ["", "[UNK]", *words], length, spec) == ours


def test_javascript_knows_every_character_as_python_does(read: Read) -> None:
    # All blocks but those of Han characters, symbols of private use and what is not assigned, of which some will do.
    for first in (*range(0, 0x20000, 0x1000), 0x20000, 0x2F000, 0x30000, 0x50000, 0xE0000, 0x10F000):
        codes = [code for code in range(first, first + 0x1000) if not 0xD800 <= code < 0xE000]
        text = "\n".join(f"a{chr(code)}b {chr(code)}\u0301" for code in codes)
        found = read(text, ["", "[UNK]"], 1, SPEC)
        assert found is not None
        assert [token["word"] for token in found] == [token.word for token in tokens(text, {}, 1, SPEC.standardize)]


@pytest.mark.parametrize(
    ("settings", "is_read"),
    [
        ({}, True),
        ({"plain_text": True}, False),
        ({"repair_letters": True}, False),
        ({"hide_labels": True}, False),
        ({"hide_words": "good"}, False),
        ({"fold_case": True}, True),
        ({"fold_case": True, "standardize": "lower_and_strip_punctuation"}, False),
    ],
)
def test_what_only_the_trainer_can_read_is_left_to_it(read: Read, settings: dict[str, Any], is_read: bool) -> None:
    assert (read("good", [], 1, SPEC.with_(**settings)) is not None) == is_read


def test_both_have_the_same_table() -> None:
    assert FOR_BROWSERS.read_text("utf-8") == for_browsers(json.loads(TABLE.read_text("utf-8")))

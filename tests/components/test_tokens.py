"""Texts are read in the browser as the trainer reads them: `components/try_it/tokens.js` against Python."""

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

from tools.word_characters import FOR_BROWSERS, for_browsers
from trainer import PROJECT
from trainer.data.words import TABLE, tokens, words_in
from trainer.recipe.data import Standardize

NODE = shutil.which("node")
Read = Callable[[str, list[str], int, str], list[dict[str, Any]]]

ALPHABETS = {
    "Latin": "aBcI iİıßẞéÉe\u0301ñŉﬁſÅ\u0308",
    "Cyrillic": "абвАБВёЁіІ",
    "Greek": "αΣσςΆάᾳ\u0345\u0313",
    "Hebrew and Arabic": "אבגצ״׳مُحَمَّدـ،؟٣",
    "Indic": "हिन्दीகிதமிழ்বাংলা\u200d\u200c।",
    "Chinese and Japanese": "我喜。々〇かがカ\u3099ー１２ｱﾞ㋿豈",
    "Thai, Khmer, Tibetan": "ที่นี่๒ខ្មែរབོད་ཡིག",
    "Korean": "한글\u1112\u1161\u11abㅎ",
    "emoji": "😀👍🏽❤\ufe0f\u200d💻🇩🇪🏴\U000e0067\U000e007f1\u20e3\U0001fae8\U0001faff",
    "punctuation": " .,'’`´-–„“‘!?…$€°+_#@&/\\\t\n\x1c\x85\u2028",
    "invisible": "\u200b\u200e\u00ad\ufeff\u2060\u034f\u00a0\u202f\u3164\0",
    "Cherokee and others": "Ꭰꭰ\U00010400\U00010428\U0001e900\U0001e922\u0897\U00010d6f\U000323b0\ue000\U0010ffff",
}


def is_text(text: str) -> bool:
    """Whether no two halves of a surrogate pair stand side by side, which in JavaScript are one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") == text


TEXTS = st.one_of(
    st.text(max_size=12),
    st.text(st.characters(categories=["Cs", "L", "M", "S", "Cf"]), max_size=12),
    st.text("".join(ALPHABETS.values()), max_size=20),
    *(st.text(alphabet, max_size=12) for alphabet in ALPHABETS.values()),
).filter(is_text)


@pytest.fixture(scope="module")
def read() -> Iterator[Read]:
    """What JavaScript makes of a text, its vocabulary, the length and the rule; one process for all."""
    if NODE is None and not os.environ.get("FITBOARD_NEEDS_BROWSER"):
        pytest.skip("needs Node")
    script = PROJECT / "tests" / "javascript" / "read_texts.js"
    with subprocess.Popen([NODE or "node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(text: str, vocabulary: list[str], length: int, rule: str) -> list[dict[str, Any]]:
            question = {"text": text, "vocabulary": vocabulary, "length": length, "rule": rule}
            process.stdin.write(json.dumps(question).encode() + b"\n")
            process.stdin.flush()
            found: list[dict[str, Any]] = json.loads(process.stdout.readline())
            return found

        yield ask
        process.stdin.close()


@settings(deadline=None, max_examples=1500)
@given(text=TEXTS, other=TEXTS, length=st.integers(1, 6), rule=st.sampled_from(get_args(Standardize)))
def test_javascript_reads_any_text_as_python_does(
    read: Read, text: str, other: str, length: int, rule: Standardize
) -> None:
    words = sorted({word for word in words_in(text, rule)[::2] + words_in(other, rule) if is_text(word)})
    known = {word: number for number, word in enumerate(words, start=2)}
    ours = [asdict(token) for token in tokens(text, known, length, rule)]
    assert read(text, ["", "[UNK]", *words], length, rule) == ours


def test_javascript_knows_every_character_as_python_does(read: Read) -> None:
    # All blocks but those of Han characters, symbols of private use and what is not assigned, of which some will do.
    for first in (*range(0, 0x20000, 0x1000), 0x20000, 0x2F000, 0x30000, 0x50000, 0xE0000, 0x10F000):
        codes = [code for code in range(first, first + 0x1000) if not 0xD800 <= code < 0xE000]
        text = "\n".join(f"a{chr(code)}b {chr(code)}\u0301" for code in codes)
        theirs = [token["word"] for token in read(text, ["", "[UNK]"], 1, "unicode")]
        assert theirs == [token.word for token in tokens(text, {}, 1, "unicode")]


def test_both_have_the_same_table() -> None:
    assert FOR_BROWSERS.read_text("utf-8") == for_browsers(json.loads(TABLE.read_text("utf-8")))

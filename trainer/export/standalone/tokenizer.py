"""Texts as the word numbers that the network beside this file reads.

    import tokenizer

    x = tokenizer.numbers(["A good film!", "Boring."])  # an array (2, length) of int32

It needs `network.json`, `vocabulary.txt` and `word_characters.json`, which lie beside it, and numpy. `vectors.json` has
texts with their word numbers and scores, to compare with.
"""

import json
import re
import unicodedata
from functools import cache
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
ASCII_CAPITALS = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
ASCII_PUNCTUATION = dict.fromkeys(map(ord, "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"))


@cache
def settings():
    """What the network reads: `length`, how many words of a text; `standardize`, the rule for words."""
    return json.loads((HERE / "network.json").read_text("utf-8"))["reads"]


@cache
def vocabulary():
    """Words with their numbers. Line 1 of the file is padding (0), line 2 stands for unknown words (1)."""
    words = (HERE / "vocabulary.txt").read_bytes().decode("utf-8").split("\n")
    return {word: number for number, word in enumerate(words) if number > 1 and word}


def numbers(texts):
    """Texts as word numbers (n, length), cut or filled with 0 at the end."""
    length = settings()["length"]
    found = np.zeros((len(texts), length), np.int32)
    for row, text in zip(found, texts):  # noqa: B905
        read = [vocabulary().get(word, 1) for word in words(text)[:length]]
        row[: len(read)] = read or 0
    found[~found.any(axis=1), 0] = 1  # a text without a word is read as one unknown word, as in training
    return found


def words(text):
    """The words of a text."""
    if settings()["standardize"] == "unicode":
        ignored, word = patterns()
        return [folded(one) for one in word.findall(ignored.sub("", text))]
    return re.findall("[^ \t\n\v\f\r]+", text.translate(ASCII_CAPITALS | ASCII_PUNCTUATION))


@cache
def patterns():
    """What is dropped wherever it stands, and what is a word."""
    table = json.loads((HERE / "word_characters.json").read_text("utf-8"))

    def one_of(*names):
        parts = " ".join(table[name] for name in names).split()
        return "[" + "".join("-".join(rf"\U{int(end, 16):08x}" for end in part.split("-")) for part in parts) + "]"

    letter, alone, mark, flag = map(one_of, ("letters", "unspaced", "marks", "flags"))
    word = f"{letter}{one_of('letters', 'marks')}*|{alone}{mark}*|{flag}{{2}}|{one_of('signs', 'flags')}"
    return re.compile(one_of("ignored")), re.compile(word)


def folded(word):
    """A word without capitals; composed, whichever way its letters are written."""
    small = patterns()[0].sub("", unicodedata.normalize("NFD", word).casefold())
    return unicodedata.normalize("NFC", small.replace("\u0131", "i").replace("i\u0307", "i"))

"""The rule by which texts become word numbers, in TensorFlow's own operations: a SavedModel takes it along.

It is `trainer/data/words.py` exactly (`tests/trainer/export/test_text_reader.py`). TensorFlow can neither decompose
letters nor fold capitals, so both are tables of characters here. Words are compared decomposed (NFD) instead of
composed (NFC), which tells the same ones apart.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Sequence
from functools import cache

import keras
import tensorflow as tf

from trainer.data.words import TABLE
from trainer.recipe.data import Standardize


class TextReader(tf.Module):  # type: ignore[misc]  # tensorflow ships no types
    """Reads texts as one run does."""

    def __init__(
        self, words: Sequence[str], length: int, standardize: Standardize, characters: Characters | None = None
    ) -> None:
        """Make the tables.

        Args:
            words: the vocabulary by its numbers, padding and “unknown” first.
            length: word numbers of a text.
            standardize: the rule by which texts are cut into words.
            characters: their table, if there is one already.
        """
        super().__init__(name="text_reader")
        self._length = length
        if standardize == "unicode":
            self._characters = characters or Characters()
            keys = [unicodedata.normalize("NFD", word) for word in words[2:]]
            self._known = _table({"": 1, **dict(zip(keys, range(2, len(words)), strict=True))}, 1)
        else:
            self._layer = keras.layers.TextVectorization(
                max_tokens=max(len(words), 3), output_sequence_length=length, vocabulary=list(words[2:])
            )
        self._is_ours = standardize == "unicode"

    def numbers(self, texts: tf.Tensor) -> tf.Tensor:
        """Texts (n,) as word numbers (n, length), int32, cut or filled with 0 at the end."""
        return with_a_word(tf.cast(self._ours(texts) if self._is_ours else self._layer(texts), tf.int32))

    def _ours(self, texts: tf.Tensor) -> tf.Tensor:
        words = self._characters.words(texts)[:, : self._length]
        numbers = tf.ragged.map_flat_values(lambda flat: self._known.lookup(self._characters.folded(flat)), words)
        return numbers.to_tensor(default_value=0, shape=[None, self._length])


def with_a_word(numbers: tf.Tensor) -> tf.Tensor:
    """Word numbers (n, length) in which a text without a word is one unknown word, as in training."""
    first = tf.one_hot(tf.zeros_like(numbers[:, 0]), tf.shape(numbers)[1], dtype=numbers.dtype)
    return tf.where(tf.reduce_any(numbers != 0, axis=1, keepdims=True), numbers, first)


class Characters(tf.Module):  # type: ignore[misc]
    """What each character is, and what becomes of it: the same for all runs."""

    def __init__(self) -> None:
        super().__init__(name="characters")
        decomposed, small, classes = _changed()
        self._decomposed, self._small, self._class = _table(decomposed, ""), _table(small, ""), _table(classes, 0)
        self._ignored, self._word = _patterns()

    def words(self, texts: tf.Tensor) -> tf.RaggedTensor:
        """The words of texts (n,), as they are written."""
        # What belongs to no word leaves two spaces, since it is no group.
        apart = tf.strings.regex_replace(tf.strings.regex_replace(texts, self._ignored, ""), self._word, r" \1 ")
        return tf.strings.split(apart)

    def folded(self, words: tf.Tensor) -> tf.Tensor:
        """Words (n,) without capitals, decomposed, and without what is dropped only then: the apostrophe of `ŉ`."""
        small = _joined(self._mapped(self._nfd(words), self._small))
        small = tf.strings.regex_replace(tf.strings.regex_replace(small, self._ignored, ""), "i\u0307", "i")
        return _joined(self._nfd(small))

    def _nfd(self, words: tf.Tensor) -> tf.RaggedTensor:
        """The characters of words (n,), decomposed, and the marks of each letter in the order of Unicode."""
        characters = tf.strings.unicode_split(_joined(self._mapped(_split(words), self._decomposed)), "UTF-8")
        flat = characters.flat_values
        order = self._class.lookup(flat)
        letter = tf.cumsum(tf.cast(tf.equal(order, 0), tf.int64))  # marks follow the letter that they belong to ...
        word = tf.cast(characters.value_rowids(), tf.int64)  # ... in the same word
        key = (word * (tf.size(flat, tf.int64) + 1) + letter) * 256 + tf.cast(order, tf.int64)
        return characters.with_flat_values(tf.gather(flat, tf.argsort(key, stable=True)))

    def _mapped(self, characters: tf.RaggedTensor, table: tf.lookup.StaticHashTable) -> tf.RaggedTensor:
        found = table.lookup(characters.flat_values)
        return characters.with_flat_values(tf.where(tf.equal(found, ""), characters.flat_values, found))


def _split(words: tf.Tensor) -> tf.RaggedTensor:
    return tf.strings.unicode_split(words, "UTF-8")


def _joined(characters: tf.RaggedTensor) -> tf.Tensor:
    return tf.strings.reduce_join(characters, axis=-1)


@cache
def _changed() -> tuple[dict[str, str], dict[str, str], dict[str, int]]:
    """Of all characters: what those become that are decomposed, or made small; the order of those that are marks."""
    every = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    decomposed = {one: changed for one in every if (changed := unicodedata.normalize("NFD", one)) != one}
    small = {one: changed for one in every if (changed := one.casefold()) != one} | {"ı": "i"}
    return decomposed, small, {one: number for one in every if (number := unicodedata.combining(one))}


def _table(entries: dict[str, str] | dict[str, int], default: str | int) -> tf.lookup.StaticHashTable:
    values = list(entries.values())
    kind = tf.string if isinstance(default, str) else tf.int32
    filler = tf.lookup.KeyValueTensorInitializer(tf.constant(list(entries), tf.string), tf.constant(values, kind))
    return tf.lookup.StaticHashTable(filler, default)


@cache
def _patterns() -> tuple[str, str]:
    """What is dropped wherever it stands, and what is a word or one character that is none; for RE2."""
    table = json.loads(TABLE.read_text("utf-8"))

    def one_of(*names: str) -> str:
        parts = " ".join(table[name] for name in names).split()
        return "[" + "".join("-".join(rf"\x{{{end}}}" for end in part.split("-")) for part in parts) + "]"

    letter, alone, mark, flag = (one_of(name) for name in ("letters", "unspaced", "marks", "flags"))
    word = f"{letter}{one_of('letters', 'marks')}*|{alone}{mark}*|{flag}{{2}}|{one_of('signs', 'flags')}"
    return one_of("ignored"), f"(?s)({word})|."

"""The rules by which texts become word numbers, in Keras's own layers and operations, so that a file takes them along.

Keras has a layer for its own rule only. For ours (`trainer/data/words.py`) all texts of a batch become one row of
characters, numbered by a TextVectorization; the characters of words become letters, decomposed (NFD) and small; and two
neighbours become one number over and over, until each word is one. Nothing is hashed: tables hold what occurs in the
vocabulary, and everything else is unknown.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, partial, reduce
from itertools import chain, zip_longest
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from trainer.data.words import TABLE
from trainer.fit.inputs import Words

KINDS = ("letters", "marks", "unspaced", "signs", "flags", "ignored")
"""What a character can be in the table, from 1 on; 0 separates words."""
LETTER, MARK, UNSPACED, SIGN, FLAG, IGNORED = range(1, len(KINDS) + 1)
BEGIN, ABSENT, UNKNOWN = -1, 0, 1
"""Numbers of no character: before each text. Of characters, letters, pairs and words: none, and in no table."""
DOTTED, DOT = "i", "\u0307"
"""Together they are an i."""
PLACES = 2**28
"""More letters than a batch can have."""


def text_reader(known: Words, characters: keras.Layer | None = None) -> keras.Model:
    """A model that makes word numbers (n, length), int32, of texts (n,), cut or filled with 0 at the end.

    Args:
        known: the vocabulary and the rule of a run.
        characters: what `character_layer` gives, if it is there already.
    """
    texts = keras.Input((), dtype="string", name="texts")
    if known.standardize == "unicode":
        numbers = _numbers(texts, known, characters or character_layer())
    else:
        numbers = keras.layers.TextVectorization(
            max_tokens=max(len(known.words), 3),
            output_sequence_length=known.sequence_length,
            vocabulary=list(known.words[2:]),
        )(texts)
    return keras.Model(texts, with_a_word(ops.cast(numbers, "int32")), name="read")


def with_a_word(numbers: Any) -> Any:
    """Word numbers (n, length) in which a text without a word is one unknown word, as in training."""
    first = ops.concatenate([ops.ones_like(numbers[:, :1]), ops.zeros_like(numbers[:, 1:])], axis=1)
    return ops.where(ops.any(ops.not_equal(numbers, 0), axis=1, keepdims=True), numbers, first)


def character_layer() -> keras.Layer:
    """The layer that numbers characters, the same for all vocabularies: by their kind, and 1 for what separates."""
    return keras.layers.TextVectorization(
        standardize=None, split="character", vocabulary=list(_kinds()), name="characters"
    )


def _numbers(texts: Any, known: Words, characters: keras.Layer) -> Any:
    """Word numbers of texts by our rule, 0 alone where there is no word."""
    text = ops.reshape(ops.pad(characters(texts), ((0, 0), (1, 0)), constant_values=BEGIN), (-1,))
    ends = np.cumsum([2, *(list(_kinds().values()).count(kind) for kind in range(LETTER, IGNORED))])
    text = ops.take(text, _places(ops.logical_and(ops.not_equal(text, ABSENT), ops.less(text, ends[-1]))))
    first, inside = _words(ops.digitize(text, ends))
    members = _places(inside)
    alphabet = _Alphabet.of(known.words)
    letters, begins = _letters(ops.take(text, members), ops.take(first, members), alphabet)
    words = _looked_up(letters, begins, alphabet)
    return _laid_out(words, first, ops.equal(text, BEGIN), known.sequence_length)


def _words(kind: Any) -> tuple[Any, Any]:
    """Which characters are the first of a word, and which belong to one.

    A letter with letters and marks behind it is a word; so is a character of a script without spaces with its marks,
    a sign, and two letters of a flag.
    """
    carrier = _latest(kind, ops.not_equal(kind, MARK))
    is_flag, place = ops.equal(kind, FLAG), ops.cumsum(ops.ones_like(kind))
    goes_on = ops.logical_and(is_flag, ops.equal(_before(kind), FLAG))
    is_second = ops.equal((place - _latest(place, ops.logical_not(goes_on))) % 2, 1)
    starts_letters = ops.logical_and(ops.equal(kind, LETTER), ops.not_equal(_before(carrier), LETTER))
    starts_flag = ops.logical_and(is_flag, ops.logical_not(is_second))
    is_carried = ops.logical_and(ops.equal(kind, MARK), _is_one_of(carrier, LETTER, UNSPACED))
    return (
        ops.logical_or(_is_one_of(kind, UNSPACED, SIGN), ops.logical_or(starts_letters, starts_flag)),
        ops.logical_or(_is_one_of(kind, LETTER, UNSPACED, SIGN, FLAG), is_carried),
    )


def _letters(text: Any, first: Any, alphabet: _Alphabet) -> tuple[Any, Any]:
    """The letters of all words, marks in the order of Unicode; and which of them are the first of a word.

    Args:
        text: the characters of all words.
        first: which of them are the first of one.
        alphabet: what they become.
    """
    row, most = keras.layers.IntegerLookup(vocabulary=alphabet.characters)(text), alphabet.becomes.shape[1]
    every = ops.reshape(ops.take(alphabet.becomes, row, axis=0), (-1,))
    there = _places(every)
    letters = ops.take(every, there)
    begins = ops.logical_and(ops.equal(there % most, 0), ops.take(first, there // most))
    if alphabet.orders is not None:
        order, place = ops.take(alphabet.orders, letters), ops.cumsum(ops.ones_like(letters)) - 1
        group = ops.cumsum(ops.cast(ops.equal(order, 0), "int64"))  # a letter and the marks on it
        letters = ops.take(letters, ops.sort((group * 256 + order) * PLACES + place) % PLACES)
        letters = ops.take(alphabet.same, letters)
    dotted, dot = alphabet.dotted
    is_dropped = ops.logical_and(ops.equal(letters, dot), ops.equal(_before(letters), dotted))
    kept = _places(ops.logical_not(is_dropped))
    return ops.take(letters, kept), ops.take(begins, kept)


def _looked_up(letters: Any, begins: Any, alphabet: _Alphabet) -> Any:
    """The numbers of all words.

    Args:
        letters: of all words.
        begins: which of them are the first of a word.
        alphabet: their numbers, and the vocabulary in them.
    """
    for table, size in alphabet.tables():
        place = ops.cumsum(ops.ones_like(letters))
        left = _places(ops.equal((place - _latest(place, begins)) % 2, 0))
        right = ops.where(_after(begins), ABSENT, _after(letters))
        pairs = ops.take(letters * size + right, left)
        letters, begins = keras.layers.IntegerLookup(vocabulary=table)(pairs) + UNKNOWN, ops.take(begins, left)
    # A word that is longer than all words of the vocabulary is still more than one number.
    is_one = ops.logical_or(_after(begins), ops.equal(_after(letters), ABSENT))
    return ops.take(ops.where(is_one, letters, UNKNOWN), _places(begins))


def _laid_out(words: Any, first: Any, begins: Any, length: int) -> Any:
    """The words of each text beside each other, (n, length).

    Args:
        words: of all texts.
        first: which characters are the first of a word.
        begins: which characters are none, but stand before a text.
        length: words of a text.
    """
    count = ops.cumsum(ops.cast(first, "int32"))
    before = ops.take(count, _places(begins))
    until = ops.concatenate([before[1:,], count[-1:,]], axis=0)
    place = ops.expand_dims(before, 1) + np.arange(length, dtype="int32")
    is_there = ops.less(place, ops.expand_dims(until, 1))
    return ops.where(is_there, ops.take(ops.pad(words, ((0, 1),)), ops.where(is_there, place, 0)), ABSENT)


def _places(flags: Any) -> Any:
    """Where something is true."""
    (places,) = ops.nonzero(flags)
    return places


def _before(row: Any) -> Any:
    """What stands one place before."""
    return ops.pad(row, ((1, 0),))[:-1,]


def _after(row: Any) -> Any:
    """What stands one place behind."""
    return ops.pad(row, ((0, 1),))[1:,]


def _latest(row: Any, flags: Any) -> Any:
    """What stood at the latest place where something was true; it is at the first."""
    return ops.take(ops.take(row, _places(flags)), ops.cumsum(ops.cast(flags, "int32")) - 1)


def _is_one_of(row: Any, *wanted: int) -> Any:
    return reduce(ops.logical_or, [ops.equal(row, one) for one in wanted])


class _Alphabet(NamedTuple):
    """The letters of a vocabulary by their numbers, and what characters become."""

    characters: list[int]
    """Numbers of the characters that become nothing but letters of the vocabulary."""
    becomes: NDArray[np.int64]
    """What they become, ABSENT at the end; the first row is that of all other characters."""
    orders: NDArray[np.int64] | None
    """By numbers of letters, in which order they stand as marks on another, or 0; None if none can stand wrong."""
    same: NDArray[np.int64]
    """By numbers of letters, the number of the letter wherever it stands."""
    words: list[list[int]]
    """The vocabulary from its third word on; empty for a word that stands for nothing in a text."""
    dotted: tuple[int, int]
    """The numbers of `DOTTED` and `DOT`."""

    @classmethod
    def of(cls, vocabulary: Sequence[str]) -> _Alphabet:
        # A word that is not composed is in no text; decomposed, it would be another one. Of equal ones the last counts.
        last = {word: place for place, word in enumerate(vocabulary) if unicodedata.is_normalized("NFC", word)}
        words = [_decomposed(word) if last.get(word) == place else "" for place, word in enumerate(vocabulary)][2:]
        wanted = {DOTTED, DOT, *chain.from_iterable(words)}
        kinds, changed = _kinds(), _changed()
        becomes = {one: [(one, _order(one))] for one in sorted(wanted) if _is_kept(one) and one not in changed}
        becomes |= {one: parts for one, parts in changed.items() if all(letter in wanted for letter, _ in parts)}
        needs_order = len({order for parts in becomes.values() for _, order in parts if order}) > 1
        if not needs_order:
            becomes = {one: [(letter, 0) for letter, _ in parts] for one, parts in becomes.items()}
        letters = sorted(set(chain.from_iterable(becomes.values())))
        number = {one: number for number, one in enumerate(letters, UNKNOWN + 1)}
        same = {letter: number[letter, order] for letter, order in reversed(letters)}
        rows = [[UNKNOWN], *([number[one] for one in parts] for parts in becomes.values())]
        place = {one: number for number, one in enumerate(kinds, UNKNOWN + 1)}
        return cls(
            characters=[place[one] for one in becomes],
            becomes=np.array(list(zip_longest(*rows, fillvalue=ABSENT)), np.int64).T,
            orders=np.array([0, 0, *(order for _, order in letters)], np.int64) if needs_order else None,
            same=np.array([ABSENT, UNKNOWN, *(same[letter] for letter, _ in letters)], np.int64),
            words=[[same[one] for one in word] if same.keys() >= set(word) else [] for word in words],
            dotted=(same[DOTTED], same[DOT]),
        )

    def tables(self) -> Iterator[tuple[list[int], int]]:
        """Which pairs of numbers, as left * size + right, become numbers from 2 on; and the size. Those of the last
        table become the numbers of words.
        """
        words, size = self.words, len(self.same)
        while True:
            words = [[a * size + b for a, b in zip_longest(word[::2], word[1::2], fillvalue=ABSENT)] for word in words]
            if all(len(word) < 2 for word in words):
                yield [word[0] if word else -2 - place for place, word in enumerate(words)] or [-2], size
                return
            table = sorted(set(chain.from_iterable(words)))
            yield table, size
            number = {pair: at for at, pair in enumerate(table, UNKNOWN + 1)}
            words, size = [[number[pair] for pair in word] for word in words], len(table) + 2


@cache
def _kinds() -> dict[str, int]:
    """What each character is that does not separate words, by kinds."""
    table = json.loads(TABLE.read_text("utf-8"))
    return {one: kind for kind, name in enumerate(KINDS, LETTER) for one in _characters(table[name])}


def _characters(ranges: str) -> Iterator[str]:
    for part in ranges.split():
        begin, _, end = part.partition("-")
        yield from map(chr, range(int(begin, 16), int(end or begin, 16) + 1))


def _is_kept(character: str) -> bool:
    return _kinds().get(character, IGNORED) != IGNORED


_decomposed, _order = partial(unicodedata.normalize, "NFD"), unicodedata.combining


@cache
def _changed() -> dict[str, list[tuple[str, int]]]:
    """The letters, with their orders, that a character of words becomes; of those alone that are not one themselves."""
    ignored = {one for one, kind in _kinds().items() if kind == IGNORED}
    return {
        one: [
            ("i" if small == "ı" else small, _order(part))
            for part in _decomposed(one)
            for small in part.casefold()
            if small not in ignored  # the apostrophe of `ŉ`
        ]
        for one in _kinds()
        if one not in ignored and (_decomposed(one) != one or one.casefold() != one or one == "ı")
    }

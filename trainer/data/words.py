"""Texts as words, in plain Python: which words there are, the vocabulary, and their numbers.

There are two rules by which a text is cut into words; a recipe names its own (`standardize`).

`unicode`, for all scripts: a word is a run of letters and digits with the marks that belong to them; anything else
stands between words. Capitals are folded (`ΟΔΟΣ`, `οδος`; `STRASSE`, `straße`; `İ`, `I`, `ı` and `i`), composed and
decomposed letters are one. Apostrophes and invisible characters are dropped within words. In scripts without spaces
between words each character is a word; an emoji or a sign of a currency always is.

`lower_and_strip_punctuation`, as in Keras's TextVectorization: small letters for A to Z only, punctuation of ASCII
removed, words between white space of ASCII. Recipes of version 1 have it.

`components/try_it/tokens.js` is the same in JavaScript. Both take what each character is from one table
(`tools/word_characters.py`), since Pythons and browsers differ in their Unicode.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log
from pathlib import Path
from typing import Literal
from weakref import ref

import numpy as np

from trainer.data.cache import Cache
from trainer.data.dataset import Dataset, Part
from trainer.data.progress import report
from trainer.data.wording import WORDING
from trainer.recipe.data import Standardize

TABLE = Path(__file__).with_name("word_characters.json")
_CAPITALS = dict(zip(range(ord("A"), ord("Z") + 1), range(ord("a"), ord("z") + 1), strict=True))
_KERAS = _CAPITALS | dict.fromkeys(map(ord, "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"))
_ASCII = dict.fromkeys(range(128), " ") | {code: chr(code) for code in range(128) if chr(code).isalnum()}
_ASCII |= {code: chr(small) for code, small in _CAPITALS.items()} | {ord("'"): "", ord("`"): "", ord("$"): " $ "}
_WORD = re.compile(r"[^ \t\n\v\f\r]+")
_ODD_SPACE = re.compile(r"[\x1c-\x1f]")
"""White space of ASCII for Python, but not for Keras."""
PADDING, UNKNOWN = "", "[UNK]"
TEXT_BYTES, REPORT_EVERY_TEXTS = 200, 5_000
"""Bytes of a usual text, and texts between two reports of the progress."""


def words_in(text: str, standardize: Standardize) -> list[str]:
    """The words of a text, as the network reads them.

    >>> words_in("Don't STOP, well-known words!", "unicode")
    ['dont', 'stop', 'well', 'known', 'words']
    >>> words_in("Don't STOP, well-known words!", "lower_and_strip_punctuation")
    ['dont', 'stop', 'wellknown', 'words']
    >>> words_in("„Äpfel“ ПРИВЕТ, ΟΔΟΣ … 3 € 👍🏽 映画", "unicode")
    ['äpfel', 'привет', 'οδοσ', '3', '€', '👍', '映', '画']
    """
    if standardize == "unicode":
        return _unicode_words(text)
    plain = text.translate(_KERAS)
    if plain.isascii() and not _ODD_SPACE.search(plain):
        return plain.split()  # six times as quick
    return _WORD.findall(plain)


def _unicode_words(text: str) -> list[str]:
    if text.isascii():
        return text.translate(_ASCII).split()
    ignored, word = _patterns()
    return [one.lower() if one.isascii() else _folded(one) for one in word.findall(ignored.sub("", text))]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What is dropped wherever it stands, and what is a word."""
    table = json.loads(TABLE.read_text("utf-8"))

    def one_of(*names: str, times: str = "") -> str:
        """A character of these kinds. Those beyond U+FFFF are looked through one by one, so they are asked for last."""
        low, high = "", ""
        for part in " ".join(table[name] for name in names).split():
            ends = [int(end, 16) for end in part.split("-")]
            written = "-".join(rf"\U{end:08x}" for end in ends)
            low, high = (low + written, high) if ends[0] <= 0xFFFF else (low, high + written)
        beyond = rf"(?=[\U00010000-\U0010ffff])[{high}]"
        return f"(?:[{low}]{times}|{beyond})" if low else beyond

    letter, more = one_of("letters"), one_of("letters", "marks", times="+")
    alone, mark = one_of("unspaced"), one_of("marks", times="+")
    word = f"{letter}{more}*|{alone}{mark}*|{one_of('flags')}{{2}}|{one_of('signs', 'flags')}"
    return re.compile(one_of("ignored", times="+")), re.compile(word)


@lru_cache(maxsize=100_000)
def _folded(word: str) -> str:
    """A word without capitals; composed, whichever way its letters are written."""
    small = unicodedata.normalize("NFD", word).casefold()
    small = _patterns()[0].sub("", small)  # such as the apostrophe that is part of `ŉ`
    return unicodedata.normalize("NFC", small.replace("ı", "i").replace("i\u0307", "i"))


@cache
def _punctuation() -> dict[int, str]:
    """Punctuation beyond ASCII: apostrophes within a word leave nothing, anything else a space."""
    found = {code: " " for code in range(128, 0x10000) if unicodedata.category(chr(code)).startswith("P")}
    return found | dict.fromkeys(map(ord, "’‘ʼ′"), "")


def folded(text: str) -> str:
    """A text whose letters beyond A to Z are small and whose punctuation beyond ASCII is gone, as Keras does within it.

    >>> folded("„ÄPFEL“ … L’été, ПРИВЕТ, İYİ").split()
    ['äpfel', 'lété,', 'привет,', 'iyi']
    """
    if text.isascii():
        return text
    return text.replace("İ", "i").lower().translate(_punctuation())


def vocabulary(counts: Mapping[str, int], size: int) -> tuple[str, ...]:
    """Padding, “unknown”, and the most common words, `size` in all at most; equally common ones from Z to A."""
    by_bytes = sorted(counts, key=lambda word: word.encode(), reverse=True)
    return (PADDING, UNKNOWN, *sorted(by_bytes, key=lambda word: -counts[word])[: max(0, size - 2)])


@dataclass(frozen=True)
class Token:
    """One place of what the network reads."""

    word: str
    """The word without punctuation; empty for padding, and in a text without a word."""
    number: int | None
    """What the network gets; None if the word is cut off."""
    kind: Literal["known", "unknown", "no word", "padding", "cut off"]
    """“No word” is the first place of a text without a single one, which is read as one unknown word."""


def tokens(text: str, known: Mapping[str, int], length: int, standardize: Standardize) -> list[Token]:
    """What becomes of a text: its words, known or not, then padding up to `length`, or what is cut off after it.

    Args:
        text: any text.
        known: words with their numbers.
        length: how many words the network reads.
        standardize: the rule by which the text is cut into words.
    """
    found = []
    for place, word in enumerate(words_in(text, standardize)):
        number = known.get(word, 1)
        if place >= length:
            found.append(Token(word, None, "cut off"))
        else:
            found.append(Token(word, number, "unknown" if number == 1 else "known"))
    if not found:
        found.append(Token("", 1, "no word"))
    return found + [Token("", 0, "padding")] * (length - len(found))


def has_known_word(found: Iterable[Token]) -> bool:
    """Whether the network knows any word that it reads of a text: without one, its answer has no ground."""
    return any(token.kind == "known" for token in found)


@dataclass(frozen=True, eq=False)
class TextFacts:
    """What there is to know of the training texts' words."""

    lengths: np.ndarray[tuple[int], np.dtype[np.int64]]
    """Words of each training text: (n,)."""
    counts: Counter[str]
    by_class: tuple[Counter[str], ...]
    """In how many texts of each class a word occurs."""
    texts_by_class: tuple[int, ...]

    @property
    def total(self) -> int:
        """All words, each as often as it stands there."""
        return int(self.counts.total())


_facts: Cache[TextFacts] = Cache(8)


def facts_of(dataset: Dataset) -> TextFacts:
    """The words of a data set's training texts, counted once."""
    part, rule = dataset.train, dataset.standardize
    # The parts of a table are the same for all vocabularies and lengths.
    return _facts.get((ref(part), rule), TEXT_BYTES * len(part), lambda: _count(part, len(dataset.class_names), rule))


def _count(part: Part, classes: int, standardize: Standardize) -> TextFacts:
    counts: Counter[str] = Counter()
    by_class = tuple(Counter[str]() for _ in range(classes))
    lengths = np.zeros(len(part), dtype=np.int64)
    for place, (text, answer) in enumerate(zip(part.x, part.y, strict=True)):
        if not place % REPORT_EVERY_TEXTS:
            report(WORDING.message("counting_words"), place / len(part))
        found = words_in(text, standardize)
        lengths[place] = len(found)
        counts.update(found)
        by_class[answer].update(set(found))
    return TextFacts(lengths, counts, by_class, tuple(np.bincount(part.y, minlength=classes).tolist()))


def telling_words(facts: TextFacts, answer: int, most: int = 10) -> list[tuple[str, int, float]]:
    """The words that speak most clearly for a class: word, texts of the class with it, how many times commoner.

    By the log-odds of standing in a text of the class rather than in one of another, weighed by how sure that is
    (Monroe, Colaresi and Quinn, “Fightin' Words”, 2008); one count is added to each so that rare words do not win.
    """
    mine, size = facts.by_class[answer], facts.texts_by_class[answer]
    others = sum(facts.texts_by_class) - size
    total: Counter[str] = Counter()
    for counts in facts.by_class:
        total.update(counts)
    scored = []
    for word, here in mine.items():
        there = total[word] - here
        share_here, share_there = (here + 0.5) / (size + 1), (there + 0.5) / (others + 1)
        odds = log(share_here / share_there)
        score = odds / (1 / (here + 0.5) + 1 / (there + 0.5)) ** 0.5
        if here > 1 and score > 1:
            scored.append((score, word, here, share_here / share_there))
    return [(word, here, ratio) for _, word, here, ratio in sorted(scored, reverse=True)[:most]]


@dataclass(frozen=True)
class Size:
    """A choice of a number, and what it loses."""

    value: int
    lost: float
    """The share that is lost with it, 0 to 1."""


def lengths_to_choose(facts: TextFacts, now: int) -> list[Size]:
    """Sequence lengths worth choosing, each with the share of texts that it cuts."""
    wanted = {int(np.ceil(np.quantile(facts.lengths, share))) for share in (0.5, 0.8, 0.95, 1.0)}
    return [Size(n, cut_share(facts, n)) for n in sorted({max(1, min(one, 10_000)) for one in wanted} | {now})]


def suggested_length(facts: TextFacts) -> int:
    """The length with which at most one text of twenty is cut, rounded up to five."""
    longest, most = int(facts.lengths.max(initial=1)), int(np.ceil(np.quantile(facts.lengths, 0.95)))
    return max(1, min(-(-most // 5) * 5, longest, 10_000))


def cut_share(facts: TextFacts, length: int) -> float:
    """The share of training texts that are longer than `length` words."""
    return float(np.mean(facts.lengths > length))


def unknown_share(facts: TextFacts, size: int) -> float:
    """The share of all words in the training texts that a vocabulary of `size` reads as unknown."""
    kept = sum(count for _, count in facts.counts.most_common(max(0, size - 2)))
    return 1 - kept / max(1, facts.total)


def vocabularies_to_choose(facts: TextFacts, now: int) -> list[Size]:
    """Vocabulary sizes worth choosing, each with the share of words that become unknown."""
    there = len(facts.counts) + 2
    wanted = {suggested_vocabulary(facts), now, max(3, there)}
    wanted |= {size for size in (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000) if size < there}
    return [Size(n, unknown_share(facts, n)) for n in sorted(min(one, 1_000_000) for one in wanted)]


def suggested_vocabulary(facts: TextFacts) -> int:
    """Large enough for the words that occur at least twice, since a word seen once teaches little."""
    twice = sum(count > 1 for count in facts.counts.values())
    return max(3, min(twice + 2, 20_000))


def known_words(facts: TextFacts, size: int) -> dict[str, int]:
    """The words of the vocabulary that training would use, with their numbers."""
    return {word: number for number, word in enumerate(vocabulary(facts.counts, size)) if number > 1}


def search(texts: Sequence[str], words: str, most: int) -> list[int]:
    """The first places of texts that hold all of some words, capitals aside."""
    wanted = words.casefold().split()
    found: list[int] = []
    for place, text in enumerate(texts):
        folded = text.casefold()
        if all(word in folded for word in wanted):
            found.append(place)
            if len(found) == most:
                break
    return found

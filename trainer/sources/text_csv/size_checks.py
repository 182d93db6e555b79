"""What of the texts the network cannot see: what is cut off, what is unknown, and how few rows there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from weakref import ref

import numpy as np

from trainer.data.cache import Cache
from trainer.data.dataset import Dataset, Part
from trainer.data.diagnosis import DataDiagnosis
from trainer.data.few_rows import one_row_counts
from trainer.data.legibility import told_apart
from trainer.data.splitting import MIN_ROWS
from trainer.data.words import (
    TextFacts,
    cut_share,
    facts_of,
    folded,
    suggested_length,
    suggested_vocabulary,
    unknown_share,
    words_in,
)
from trainer.recipe.diagnosis import Severity
from trainer.sources.text_csv.rows import MAX_EXAMPLES, Place, diagnosis
from trainer.sources.text_csv.spec import TextCsv

CUT = 0.05
"""Share of texts that may be cut: the suggested length cuts no more."""
UNKNOWN, MOSTLY_UNKNOWN = 0.4, 0.7
"""Shares of words that stay unknown in new texts, from which on it is told, and from which on it is an error."""
HANDFUL = 10
"""Different words that occur more than once, below which there is hardly anything to learn from."""
FEW_ROWS = 200
"""Rows of a table below which each one of the test counts for much."""
SPLIT_WORDS = 0.002
"""Share of words in another writing from which on that is told."""
SAMPLE, SAMPLE_WORDS = 1_000, 2_000
"""Texts by which is judged where what tells the classes apart stands, and words of each."""
_CLEARLY = 0.1
"""How much better the classes must be told apart by whole texts than by their beginnings."""
_NUMBER = re.compile(r"[+-]?\d[\d.,:/%-]*")

Found = Iterator[DataDiagnosis[TextCsv]]


def look_at_sizes(spec: TextCsv, dataset: Dataset) -> Found:
    """What the vocabulary and the length of a recipe leave of its texts; and whether there are enough of them."""
    if dataset.same_rows:
        yield diagnosis(spec, Severity.ERROR, "same_rows", [], rows=len(dataset.train), least=MIN_ROWS)
        return  # too few rows to judge anything else by
    if not len(dataset.train):
        return
    facts = facts_of(dataset)
    yield from _few_rows(spec, dataset)
    yield from _cut(spec, dataset, facts)
    yield from _case(spec, dataset, facts)
    unreadable = list(_unreadable(spec, dataset, facts))
    yield from unreadable or _unknown(spec, dataset, facts)


def _few_rows(spec: TextCsv, dataset: Dataset) -> Found:
    parts = [part for part in (dataset.train, dataset.validation, dataset.test) if part is not None]
    rows = sum(map(len, parts))
    test = len(dataset.test)
    if rows < FEW_ROWS and one_row_counts(test) is not None:
        severity = Severity.WARNING if rows < FEW_ROWS / 2 else Severity.NOTE
        yield diagnosis(spec, severity, "few_rows", [], rows=rows, test=test, points=100 / test)


def _cut(spec: TextCsv, dataset: Dataset, facts: TextFacts) -> Found:
    share = cut_share(facts, spec.sequence_length)
    if share <= CUT:
        return
    places = np.flatnonzero(facts.lengths > spec.sequence_length)
    beyond = _tells_beyond(dataset, spec.sequence_length)
    severity = Severity.ERROR if beyond or share >= 0.5 else Severity.WARNING if share >= 0.2 else Severity.NOTE
    yield diagnosis(
        spec,
        severity,
        "texts_cut_telling" if beyond else "texts_cut",
        _places(dataset.train, dataset.class_names, places),
        rows=len(places),
        fix=("read_whole", {"sequence_length": suggested_length(facts)}),
        share=share,
        length=spec.sequence_length,
    )


def _case(spec: TextCsv, dataset: Dataset, facts: TextFacts) -> Found:
    """Words that are one for people and several for the network: it knows capitals and punctuation of ASCII alone."""
    if spec.fold_case or spec.standardize == "unicode":
        return
    forms: dict[str, list[str]] = {}
    for word in facts.counts:
        if not word.isascii():
            forms.setdefault(folded(word).strip() or word, []).append(word)
    for plain in list(forms):
        if plain in facts.counts and plain.isascii():
            forms[plain].append(plain)  # as in „good“ and good
    several = {word for words in forms.values() if len(words) > 1 for word in words}
    odd = {word for word in several if folded(word) != word}
    if sum(facts.counts[word] for word in odd) < max(5, SPLIT_WORDS * facts.total):
        return
    places = [
        place
        for place, text in enumerate(dataset.train.x)
        if not text.isascii() and odd & set(words_in(text, spec.standardize))
    ]
    example = max(odd, key=lambda word: (any(map(str.isalpha, word)), facts.counts[word]))
    yield diagnosis(
        spec,
        Severity.WARNING,
        "case_splits_words",
        _places(dataset.train, dataset.class_names, places),
        rows=len(places),
        fix=("fold_case", {"standardize": "unicode"}),
        word=example[:30],
        plain=folded(example).strip()[:30],
    )


def _unreadable(spec: TextCsv, dataset: Dataset, facts: TextFacts) -> Found:
    """Texts that are no sentences: numbers, or one long word each that never comes again."""
    train = dataset.train
    once = once_share(facts)
    words = [word for text in islice(train.x, SAMPLE) for word in text.split()]
    numbers = sum(_NUMBER.fullmatch(word) is not None for word in words)
    first = _places(train, dataset.class_names, range(MAX_EXAMPLES))
    if numbers > 0.8 * len(words):
        yield diagnosis(spec, Severity.ERROR, "all_numbers", first, rows=len(train))
    elif float(np.mean(facts.lengths <= 1)) > 0.5 and once > 0.5 and not spec.by_characters:
        alone = np.flatnonzero(facts.lengths <= 1)
        longest, letters = max(map(len, train.x)), set().union(*train.x)
        changes = {
            "every_character": True,
            "sequence_length": max(spec.sequence_length, min(longest, 10_000)),
            "max_words": max(HANDFUL, len(letters) + 2),
        }
        yield diagnosis(
            spec,
            Severity.ERROR,
            "one_word_texts",
            _places(train, dataset.class_names, alone),
            rows=len(alone),
            fix=("every_character", changes),
        )


def _unknown(spec: TextCsv, dataset: Dataset, facts: TextFacts) -> Found:
    """How much of new texts the network will not know, however well it learns these."""
    now, best = unknown_share(facts, spec.max_words), once_share(facts)
    size, rows = suggested_vocabulary(facts), len(dataset.train)
    twice = sum(count > 1 for count in facts.counts.values())
    if now > max(best, UNKNOWN) and now - best > 0.1:
        severity = Severity.ERROR if now > 0.5 or spec.max_words < HANDFUL else Severity.WARNING
        fix = "fit_vocabulary", {"max_words": size}
        yield diagnosis(spec, severity, "vocabulary_small", [], rows=rows, count=spec.max_words, fix=fix, share=now)
    elif best > UNKNOWN:
        few = rows < FEW_ROWS  # more rows would bring the same words again
        severity = Severity.ERROR if best > MOSTLY_UNKNOWN and not few else Severity.WARNING
        yield diagnosis(spec, severity, "words_occur_once", [], rows=rows, share=best)
    elif twice < HANDFUL and not spec.by_characters:
        severity = Severity.ERROR if twice < 3 else Severity.WARNING
        yield diagnosis(spec, severity, "handful_of_words", [], rows=rows, count=twice)


def once_share(facts: TextFacts) -> float:
    """The share of words that occur once in all the training texts, 0 to 1.

    So many words of a new text will be unknown, about, even with the largest vocabulary (Good and Turing's estimate).
    """
    return sum(count == 1 for count in facts.counts.values()) / max(1, facts.total)


_beyond: Cache[tuple[bool]] = Cache(16)


def _tells_beyond(dataset: Dataset, length: int) -> bool:
    """Whether the classes can be told apart clearly better by whole texts than by their first `length` words."""
    return _beyond.get((ref(dataset.train), length, dataset.standardize), 0, lambda: (_compare(dataset, length),))[0]


def _compare(dataset: Dataset, length: int) -> bool:
    train = dataset.train
    step = max(1, len(train) // SAMPLE)
    texts = [words_in(text, dataset.standardize)[:SAMPLE_WORDS] for text in train.x[::step]]
    y = train.y[::step]
    whole, beginning = told_apart(texts, y), told_apart([words[:length] for words in texts], y)
    return bool(whole - beginning > max(_CLEARLY, 1.5 / len(texts) ** 0.5))


def _places(part: Part, class_names: Sequence[str], places: Iterable[int]) -> list[Place]:
    """The first of some places of a part, as rows of the table."""
    first = [int(place) for place in islice(places, min(MAX_EXAMPLES, len(part)))]
    return [(int(part.rows[place]), class_names[part.y[place]], str(part[place])) for place in first]

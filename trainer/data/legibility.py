"""How much of a data set's texts reaches a network, and whether it tells the classes apart at all.

The trainer records it with each run on texts, so that what is said of a poor run can begin with its data.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple
from weakref import ref

import numpy as np

from trainer.data.cache import Cache
from trainer.data.dataset import Dataset, Indices, Part
from trainer.data.words import PADDING, UNKNOWN, words_in
from trainer.recipe.data import Standardize

SAMPLE, SAMPLE_WORDS = 1_000, 1_000
"""Texts that are looked at, and words of each: more would change the shares by less than two points."""
MOST_LENGTH = 10_000
"""Words of a text that a recipe may ask for."""


class Legibility(NamedTuple):
    """What a network gets to see of texts. All shares are from 0 to 1."""

    cut: float
    """Training texts with more words than are read."""
    padding: float
    """Places of what is read that hold no word, but padding."""
    unknown: float
    """Words that are read of validation texts, or of training texts without any, but not in the vocabulary."""
    contradicting: float
    """Training rows whose text also stands there with another label."""
    told_whole: float
    """Training texts whose class naive Bayes tells rightly from all of their words, learned on other such texts."""
    told_beginning: float
    """The same, from the words that are not cut off."""
    told_read: float
    """The same, from what the network reads of these: a word outside the vocabulary is just “unknown”."""
    tried: int
    """Texts on which these three were measured."""
    length_wanted: int
    """Words with which at most one training text of twenty is cut."""


_found: Cache[Legibility] = Cache(8)


def legibility(dataset: Dataset, known: Collection[str]) -> Legibility:
    """Look at a sample of the texts.

    Args:
        dataset: of texts.
        known: the vocabulary that was learned from its training texts.
    """
    key = ref(dataset.train), dataset.input_shape, dataset.vocabulary, dataset.standardize
    return _found.get(key, 0, lambda: _look(dataset, frozenset(known) - {PADDING, UNKNOWN}))


def _look(dataset: Dataset, known: frozenset[str]) -> Legibility:
    length, train = dataset.input_shape[0], dataset.train
    texts, y = _sample(train, dataset.standardize)
    beginnings = [words[:length] for words in texts]
    read = [[word if word in known else UNKNOWN for word in words] for words in beginnings]
    new = beginnings
    if dataset.validation is not None:
        new = [words[:length] for words in _sample(dataset.validation, dataset.standardize)[0]]
    lengths = np.array([len(words) for words in texts])
    return Legibility(
        cut=float(np.mean(lengths > length)),
        padding=1 - float(np.mean(np.minimum(lengths, length))) / length,
        unknown=sum(word not in known for words in new for word in words) / max(1, sum(map(len, new))),
        contradicting=contradicting(train),
        told_whole=told_apart(texts, y),
        told_beginning=told_apart(beginnings, y),
        told_read=told_apart(read, y),
        tried=len(texts),
        length_wanted=max(1, min(int(np.ceil(np.quantile(lengths, 0.95))), MOST_LENGTH)),
    )


def _sample(part: Part, standardize: Standardize) -> tuple[list[list[str]], Indices]:
    step = -(-len(part) // SAMPLE)
    return [words_in(text, standardize)[:SAMPLE_WORDS] for text in part.x[::step]], part.y[::step]


def contradicting(part: Part) -> float:
    """The share of rows whose text, apart from white space and capitals, also stands there with another label."""
    groups: dict[str, list[int]] = defaultdict(list)
    for text, answer in zip(part.x, part.y.tolist(), strict=True):
        groups[" ".join(text.split()).lower()].append(answer)
    return sum(len(group) for group in groups.values() if len(set(group)) > 1) / max(1, len(part))


def told_apart(texts: Sequence[Sequence[str]], y: Indices) -> float:
    """The share of texts whose class a simple model (naive Bayes) tells rightly that has seen the other half.

    Args:
        texts: the words of each of n texts; which words it has counts, not how often or in what order.
        y: their classes, (n,).
    """
    from sklearn.feature_extraction.text import CountVectorizer  # takes a second to import
    from sklearn.naive_bayes import MultinomialNB

    odd = np.arange(len(texts)) % 2 == 1
    np.random.default_rng(1).shuffle(odd)
    if any(len(np.unique(y[side])) < 2 for side in (odd, ~odd)) or not any(texts):
        return float(np.mean(y == np.bincount(y).argmax())) if len(y) else 0.0
    counts = CountVectorizer(analyzer=tuple, binary=True).fit_transform(texts)
    right = sum(
        float(np.sum(MultinomialNB().fit(counts[side], y[side]).predict(counts[~side]) == y[~side]))
        for side in (odd, ~odd)
    )
    return right / len(texts)

"""How much of the texts reaches a network."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import numpy as np
import pytest

from trainer.data.dataset import Dataset, Part
from trainer.data.legibility import Legibility, contradicting, legibility, told_apart

COMMON = ["the", "a", "and", "of", "film", "story", "end", "cast", "music", "was"]


def part(texts: Sequence[str], answers: Sequence[int]) -> Part:
    pool = np.array(texts, dtype=object)
    return Part(pool, np.array(answers, dtype=np.int64), np.arange(len(texts)))


def texts(rows: int, telling: tuple[str, str], *, at_end: bool = False, words: int = 10, seed: int = 1) -> Part:
    chance = np.random.default_rng(seed)
    found, answers = [], []
    for place, word in zip(range(rows), cycle(telling), strict=False):
        others = list(chance.choice(COMMON, words - 1))
        found.append(" ".join([*others, word] if at_end else [word, *others]))
        answers.append(place % 2)
    return part(found, answers)


def look(train: Part, known: Sequence[str], length: int, validation: Part | None = None) -> Legibility:
    dataset = Dataset("text", train, validation, train, ("no", "yes"), (length,), vocabulary=len(known) + 2)
    return legibility(dataset, known)


def test_all_is_read() -> None:
    found = look(texts(200, ("dull", "lovely")), [*COMMON, "dull", "lovely"], 20)
    assert (found.cut, found.unknown, found.padding, found.length_wanted, found.tried) == (0, 0, 0.5, 10, 200)
    assert found.told_whole == found.told_beginning == found.told_read == 1.0


def test_what_tells_the_classes_apart_is_cut_off() -> None:
    found = look(texts(200, ("dull", "lovely"), at_end=True), [*COMMON, "dull", "lovely"], 5)
    assert (found.cut, found.padding) == (1.0, 0.0)
    assert found.told_whole == 1.0
    assert found.told_beginning < 0.65


def test_what_tells_the_classes_apart_is_unknown() -> None:
    found = look(texts(200, ("dull", "lovely")), COMMON, 10, texts(60, ("dull", "lovely"), seed=2))
    assert found.unknown == pytest.approx(0.1)
    assert found.told_beginning == 1.0
    assert found.told_read < 0.65


def test_words_that_never_come_again_are_unknown_in_new_texts() -> None:
    """Each text is one word, as sequences of DNA are: all are in the vocabulary, and none of it helps."""
    train, new = part([f"n{n}" for n in range(100)], [0, 1] * 50), part([f"m{n}" for n in range(40)], [0, 1] * 20)
    assert look(train, [f"n{n}" for n in range(100)], 5, new).unknown == 1.0


def test_without_validation_texts_the_training_texts_tell_what_is_unknown() -> None:
    assert look(texts(200, ("dull", "lovely")), ["", "[UNK]", *COMMON], 10).unknown == pytest.approx(0.1)


def test_contradictions_are_found_whatever_the_capitals() -> None:
    assert contradicting(part(["ok", "OK ", "fine", "fine", "so so"], [0, 1, 1, 1, 0])) == pytest.approx(0.4)


def test_texts_of_one_class_are_told_apart_as_the_most_common_answer_does() -> None:
    assert told_apart([["a"], ["b"]], np.array([0, 0])) == 1.0
    assert told_apart([[], [], [], []], np.array([0, 1, 1, 1])) == 0.75


def test_a_large_table_is_sampled() -> None:
    assert look(texts(2500, ("dull", "lovely")), [*COMMON, "dull", "lovely"], 10).tried <= 1000

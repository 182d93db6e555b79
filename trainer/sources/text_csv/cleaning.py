"""What a recipe chooses to leave out or to read as one. The file itself is never changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trainer.data.dataset import Indices
from trainer.data.garbled import repaired
from trainer.data.markup import UNSEEN, without_markup
from trainer.data.words import folded, words_in
from trainer.messages import Message
from trainer.recipe.data import Standardize
from trainer.sources.text_csv.spec import FIRST, TextCsv
from trainer.sources.text_csv.wording import WORDING


def same(text: str) -> str:
    """What two texts have in common that differ only in capital letters, white space and invisible characters."""
    return " ".join((text if text.isascii() else text.translate(UNSEEN)).casefold().split())


MAX_HIDDEN_LABELS = 50
"""Classes up to which their labels are looked for in the texts."""


_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9d"
    "\U00020000-\U0003134f]"
)
"""Characters of Thai, Lao, Tibetan, Burmese, Khmer, Japanese and Chinese, which put no spaces between words."""
_CHARACTER = re.compile(r"\S(?:[\u0300-\u036f\ufe0f\u20e3\U0001f3fb-\U0001f3ff]|\u200d\S)*")
"""A character with its accents; an emoji with what is joined to it."""


_BETWEEN_LABELS = re.compile("[;,|]")
_DIGITS = re.compile(r"[0-9]+")


def is_unspaced(text: str) -> bool:
    """Whether most of a text is in a script that puts no spaces between words."""
    return not text.isascii() and 2 * len(_UNSPACED.findall(text)) > sum(map(str.isalpha, text)) > 0


def labels_to_find(labels: Iterable[str]) -> dict[str, re.Pattern[str]]:
    """For each label that could give its text away as a word in it, how to find it; not for short ones and numbers."""
    names = set(labels)
    if len(names) > MAX_HIDDEN_LABELS:
        return {}
    plain = [name for name in sorted(names, key=len, reverse=True) if len(name) > 1 and not name.isdecimal()]
    return {name: _finder(name) for name in plain if len(name) > 2 or is_unspaced(name)}


def _finder(label: str) -> re.Pattern[str]:
    """Finds a label as a word, `C++` too; in scripts without spaces, anywhere and however it is spaced."""
    if is_unspaced(label):
        return re.compile(r"\s*".join(map(re.escape, label)))
    return re.compile(rf"(?<!\w){re.escape(label)}(?!\w)", re.IGNORECASE)


def hidden(spec: TextCsv, labels: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """What `read_text` leaves out of texts because it is a label; nothing unless the recipe says so."""
    return tuple(labels_to_find(labels).values()) if spec.hide_labels else ()


def read_text(spec: TextCsv, text: str, hide: Iterable[re.Pattern[str]] = ()) -> str:
    """A text, of the table or typed by somebody, as the recipe has it read.

    Args:
        spec: of the table.
        text: as it is written.
        hide: what `hidden` gives for the table's labels.
    """
    read = repaired(text) if spec.repair_letters else text
    read = without_markup(read) if spec.plain_text else read
    for pattern in hide:
        read = pattern.sub(" ", read)
    is_ours = spec.standardize == "unicode"  # it folds and splits anyway, and keeps marks with their letters
    read = folded(read) if spec.fold_case and not is_ours else read
    read = _without_words(read, spec) if spec.hide_words else read
    if spec.every_character:
        return " ".join(_CHARACTER.findall(read))
    return _UNSPACED.sub(r" \g<0> ", read) if spec.split_characters and not is_ours else read


MAX_PATTERN = 60
"""Characters of a word that may be removed."""


def word_pattern(word: str, standardize: Standardize) -> str:
    """A word as the network reads it, with numbers as `#`; empty if it is only punctuation, or very long.

    >>> [word_pattern(word, "unicode") for word in ("(Agency)", "A-0042]", "--")]
    ['agency', 'a#', '']
    """
    return _pattern(word, standardize) if len(word) <= MAX_PATTERN else ""


@lru_cache(maxsize=100_000)
def _pattern(word: str, standardize: Standardize) -> str:
    return _DIGITS.sub("#", "".join(words_in(word, standardize)))


def _hidden_pattern(hidden: str, standardize: Standardize) -> str:
    """A word to be hidden as `word_pattern` gives it, with the signs for a number and for a beginning kept.

    >>> _hidden_pattern("^Straße#", "unicode"), _hidden_pattern("^Straße#", "lower_and_strip_punctuation")
    ('^strasse#', '^straße#')
    """
    if standardize != "unicode":
        return hidden.lower()
    first = FIRST if hidden.startswith(FIRST) else ""
    return first + "#".join(_pattern(part, standardize) for part in hidden.removeprefix(FIRST).split("#"))


def _without_words(text: str, spec: TextCsv) -> str:
    """A text without the words that a recipe hides, however they are written; unchanged if it has none of them."""
    hidden = spec.hide_words.split()
    patterns = {*hidden, *(_hidden_pattern(word, spec.standardize) for word in hidden)}
    words = text.split()
    seen = [word_pattern(word, spec.standardize) for word in words]
    first = next((place for place, pattern in enumerate(seen) if pattern), None)
    hides_first = first is not None and FIRST + seen[first] in patterns
    kept = [
        word
        for place, (word, pattern) in enumerate(zip(words, seen, strict=True))
        if pattern not in patterns and not (hides_first and place == first)
    ]
    return text if len(kept) == len(words) else " ".join(kept)


def _characters_apart(text: str) -> str:
    """A text with spaces around the characters of scripts that have none; around all, where there are no such."""
    if _UNSPACED.search(text):
        return _UNSPACED.sub(r" \g<0> ", text)
    return " ".join(_CHARACTER.findall(text))


def read_texts(spec: TextCsv, texts: Sequence[str], labels: Sequence[str]) -> list[str]:
    """The texts as the recipe has them read: as they stand in the file, unless it says otherwise."""
    hide = hidden(spec, labels)
    return [read_text(spec, text, hide) for text in texts]


def choose_rows(spec: TextCsv, texts: Sequence[str], labels: Sequence[str]) -> tuple[Indices, list[str], list[Message]]:
    """The rows that count, ascending, with all labels as they are read.

    Args:
        spec: what is to be left out or merged.
        texts: of every row of the table.
        labels: of every row, without white space around them.

    Returns:
        The rows (n,), the labels of all rows of the table, and what is told of rows that are left out.
    """
    read = merged(labels) if spec.merge_labels else list(labels)
    rows = [row for row, text in enumerate(texts) if text.strip() and read[row]]
    left_out: list[Message] = []

    def tell(code: str, count: int) -> None:
        if count:
            left_out.append(WORDING.message(f"left_out_{code}", count=count))

    def keep(those: list[int], code: str) -> None:
        nonlocal rows
        tell(code, len(rows) - len(those))
        rows = those

    tell("empty", len(texts) - len(rows))

    if spec.drop_conflicts:
        seen: dict[str, set[str]] = {}
        for row in rows:
            seen.setdefault(same(texts[row]), set()).add(read[row])
        keep([row for row in rows if len(seen[same(texts[row])]) == 1], "conflicts")
    if spec.drop_duplicates:
        first: dict[tuple[str, str], int] = {}
        for row in rows:
            first.setdefault((same(texts[row]), read[row]), row)
        keep(sorted(first.values()), "duplicates")
    if spec.drop_rare:
        counts = Counter(read[row] for row in rows)
        keep([row for row in rows if counts[read[row]] >= spec.drop_rare], "rare")
    return np.array(rows, dtype=np.int64), read, left_out


def labels_in(cell: str) -> list[str]:
    """The labels in a cell; one, which may be empty, where it holds none.

    >>> labels_in("toxic; threat"), labels_in("drama|action"), labels_in("spam")
    (['toxic', 'threat'], ['drama', 'action'], ['spam'])
    """
    return [part for part in map(str.strip, _BETWEEN_LABELS.split(cell)) if part] or [""]


def merged(labels: Sequence[str]) -> list[str]:
    """Labels that differ only in capitals and white space, each written as its most common form."""
    forms: dict[str, Counter[str]] = {}
    for label, count in Counter(labels).items():
        forms.setdefault(same(label), Counter())[label] += count
    chosen = {key: min(forms[key], key=lambda form: (-forms[key][form], form)) for key in forms}
    return [chosen[same(label)] for label in labels]


def same_texts(texts: NDArray[np.object_]) -> Indices:
    """A number for each text (n,), the same for texts that differ only in capitals and white space."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(same(text), len(numbers)) for text in texts], dtype=np.int64)

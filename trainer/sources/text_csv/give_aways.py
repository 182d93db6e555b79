"""What alone gives a class away: a word, a pattern of numbers, the first word, or another column of the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from trainer.data.dataset import Dataset
from trainer.data.diagnosis import DataDiagnosis
from trainer.data.splitting import MIN_ROWS
from trainer.data.wording import few
from trainer.recipe.data import Standardize
from trainer.recipe.diagnosis import Severity
from trainer.recipe.spec import shorten
from trainer.sources.text_csv.cleaning import labels_to_find, word_pattern
from trainer.sources.text_csv.columns import column_facts
from trainer.sources.text_csv.reading import Cells
from trainer.sources.text_csv.rows import MAX_EXAMPLES, Place, diagnosis
from trainer.sources.text_csv.spec import FIRST, MOST_HIDDEN, TextCsv
from trainer.sources.text_csv.wording import WORDING

COVERED, ELSEWHERE = 0.8, 0.01
"""A give-away stands in so many texts of its class at least, and in so many of the others at most."""
SAMPLE, SAMPLE_WORDS = 3_000, 200
"""Texts that are looked at, and words of each."""
MIN_CLASS = 10
"""Texts of a class, and of the others together, below which nothing can be said of it."""
MOST = 10
"""Give-aways that one press takes out."""
SURE = 0.98
"""Share of rows that another column tells rightly, from which on it gives the label away."""
MAX_VALUES = 200
"""Different values of such a column; more are keys."""
MAX_COLUMNS = 50
"""Columns that are looked at."""

Found = Iterator[DataDiagnosis[TextCsv]]


def look_for_words(spec: TextCsv, dataset: Dataset) -> Found:
    """Words, patterns and beginnings that stand in nearly all texts of a class and in hardly any other text."""
    train = dataset.train
    if dataset.same_rows or len(train) < MIN_ROWS or spec.by_characters:
        return
    step = max(1, len(train) // SAMPLE)
    texts, y = train.x[::step], train.y[::step]
    sizes = Counter(y.tolist())
    of_labels = {label.casefold() for label in labels_to_find(dataset.class_names)}  # a finding of their own
    occurs = Counter(pattern for text in texts for pattern in _patterns(text, spec.standardize))
    often = {pattern for pattern, count in occurs.items() if count >= COVERED * MIN_CLASS} - of_labels
    del occurs  # of all words; the classes are counted of few
    counts: dict[str, Counter[int]] = {pattern: Counter() for pattern in often}
    for text, answer in zip(texts, y.tolist(), strict=True):
        for pattern in _patterns(text, spec.standardize) & often:
            counts[pattern][answer] += 1
    telling = dict(_telling(counts, sizes))
    first = [pattern for pattern in telling if pattern.startswith(FIRST)]
    if len(first) < len(telling):  # a word that tells wherever it stands makes beginnings different, too
        telling = {pattern: answer for pattern, answer in telling.items() if pattern not in first}
    elif first:  # one at a time: that of the other class is what usual texts begin with
        written = Counter(word_pattern(word, spec.standardize) for text in texts for word in text.split())
        rarest = min(first, key=lambda pattern: written[pattern.removeprefix(FIRST)])
        telling = {rarest: telling[rarest]}
    if not telling:
        return
    most = sorted(telling, key=lambda pattern: -counts[pattern][telling[pattern]])[:MOST]
    places: list[Place] = []
    rows = 0
    for place, (text, answer) in enumerate(zip(texts, y.tolist(), strict=True)):
        if any(telling[pattern] == answer for pattern in _patterns(text, spec.standardize).intersection(most)):
            rows += 1
            if len(places) < MAX_EXAMPLES:
                places.append((int(train.rows[place * step]), dataset.class_names[answer], text))
    names = [
        WORDING.message(
            "give_away_first" if pattern.startswith(FIRST) else "give_away_word",
            word=shorten(pattern.removeprefix(FIRST), 25),
            label=shorten(dataset.class_names[telling[pattern]], 25),
        )
        for pattern in most[:3]
    ]
    hidden = " ".join([*spec.hide_words.split(), *most])[:MOST_HIDDEN]
    yield diagnosis(
        spec, Severity.WARNING, "give_away", places, rows=rows * step, fix=("hide_words", {"hide_words": hidden}),
        words=names,
    )  # fmt: skip


def _patterns(text: str, standardize: Standardize) -> set[str]:
    """The words of a text with numbers as `#`, and the first one once more as such."""
    words = [word_pattern(word, standardize) for word in islice(text.split(), SAMPLE_WORDS)]
    words = list(filter(None, words))
    return {*words, FIRST + words[0]} if words else set()


def _telling(counts: dict[str, Counter[int]], sizes: Counter[int]) -> Iterator[tuple[str, int]]:
    total = sizes.total()
    for pattern, by_class in counts.items():
        answer, here = by_class.most_common(1)[0]
        size, elsewhere = sizes[answer], by_class.total() - here
        enough = size >= MIN_CLASS and total - size >= MIN_CLASS
        if enough and here >= COVERED * size and elsewhere <= ELSEWHERE * (total - size):
            yield pattern, answer


def look_for_columns(spec: TextCsv, cells: Cells, labels: Sequence[str], rows: Sequence[int]) -> Found:
    """Other columns that alone tell the label of nearly all rows."""
    some = rows[:: max(1, len(rows) // SAMPLE)]
    answers = [labels[row] for row in some]
    usual = max(Counter(answers).values(), default=0)
    if len(some) < MIN_ROWS:
        return
    found = []
    for column in cells.table.columns[:MAX_COLUMNS]:
        if column in {cells.text_column, cells.label_column}:
            continue
        facts = column_facts(cells.table, column)
        if not 2 <= facts.different <= min(MAX_VALUES, len(some) / 5):
            continue
        values = cells.table.frame[column].iloc[list(some)].to_list()
        by_value: dict[str, Counter[str]] = {}
        for value, answer in zip(values, answers, strict=True):
            by_value.setdefault(value.strip(), Counter())[answer] += 1
        right = sum(counted.most_common(1)[0][1] for counted in by_value.values())
        if right >= SURE * len(some) and right >= usual + 0.1 * len(some):
            found.append(shorten(column, 40))
    if found:
        places = [(row, labels[row], cells.texts[row]) for row in rows[:MAX_EXAMPLES]]
        yield diagnosis(spec, Severity.NOTE, "give_away_column", places, rows=len(rows), columns=few(found, 5))

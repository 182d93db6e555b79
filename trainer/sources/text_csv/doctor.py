"""What is wrong with a table of texts: a short list, worst first, with examples, and a fix where one is right.

A fix changes the spec: it becomes part of the recipe, and the file stays as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from weakref import ref

import numpy as np

from trainer.data.cache import Cache
from trainer.data.dataset import Dataset
from trainer.data.diagnosis import DataDiagnosis
from trainer.data.encoding import CHOICES
from trainer.data.files import find_file, identity
from trainer.data.progress import report
from trainer.data.splitting import MIN_ROWS
from trainer.data.table import Table, doubtful_encoding, weight
from trainer.data.wording import few
from trainer.recipe.diagnosis import Fix, Severity
from trainer.recipe.spec import shorten
from trainer.sources.text_csv.cleaning import choose_rows
from trainer.sources.text_csv.columns import Choice
from trainer.sources.text_csv.give_aways import look_for_columns, look_for_words
from trainer.sources.text_csv.label_checks import LABEL_CHECKS
from trainer.sources.text_csv.reading import Cells, cells_of, columns_after
from trainer.sources.text_csv.rows import Check, Rows, diagnosis
from trainer.sources.text_csv.size_checks import look_at_sizes
from trainer.sources.text_csv.spec import TextCsv
from trainer.sources.text_csv.text_checks import TEXT_CHECKS
from trainer.sources.text_csv.wording import WORDING

MOST_CLASH = 0.3
"""Share of rows whose texts have several labels, from which on another column may hold the labels."""
_ORDER = list(Severity)
_OF_NO_SPACES = {f"text_csv.{what}" for what in ("one_word_texts", "words_occur_once", "handful_of_words")}
"""What follows from texts without spaces, and is not said beside that."""

Found = Iterator[DataDiagnosis[TextCsv]]


def diagnose(spec: TextCsv, dataset: Dataset | None) -> Sequence[DataDiagnosis[TextCsv]]:
    """All that is found, worst first, and of the same severity what concerns most rows first.

    Args:
        spec: where the table is, and what is left out of it already.
        dataset: what came of it; None if it could not be split, which a diagnosis may explain.

    Raises:
        RecipeError: the table cannot be read.
    """
    path = find_file(spec.path)
    plain = spec.regardless_of_sizes()  # nothing that is looked for depends on them
    key = (plain, dataset and ref(dataset.train), identity(path))
    found = _found.get(key, weight(path), lambda: _diagnose(plain, dataset))
    here = [
        replace(one, fixes=tuple(Fix(fix.label, _on(spec, plain, fix.result)) for fix in one.fixes)) for one in found
    ]
    if dataset is not None:
        unspaced = any(one.code == "text_csv.no_spaces" for one in here)
        here += [one for one in look_at_sizes(spec, dataset) if not (unspaced and one.code in _OF_NO_SPACES)]
    return _worst_first(here)


def _worst_first(found: Iterable[DataDiagnosis[TextCsv]]) -> list[DataDiagnosis[TextCsv]]:
    return sorted(found, key=lambda one: (_ORDER.index(one.severity), -one.rows))


def question(spec: TextCsv, choice: Choice) -> list[DataDiagnosis[TextCsv]]:
    """That only a person can say which column is the label, or that another one could be; nothing if it is clear."""
    if choice.label is None:
        return [DataDiagnosis(choice.why_label, Severity.ERROR)]
    if not choice.other_labels:
        return []
    columns = [shorten(name, 40) for name in (choice.label, *choice.other_labels)]
    return [diagnosis(spec, Severity.WARNING, "label_unclear", [], rows=0, columns=columns)]


def _on(spec: TextCsv, plain: TextCsv, fixed: TextCsv) -> TextCsv:
    """A fix of the plain spec, on the one with its own vocabulary and length."""
    changes = {name: value for name, value in fixed if value != getattr(plain, name)}
    if changes.get("split_characters"):
        changes["max_words"] = fixed.max_words
        changes["sequence_length"] = max(spec.sequence_length, fixed.sequence_length)
    return spec.with_(**changes)


_found: Cache[tuple[DataDiagnosis[TextCsv], ...]] = Cache(8)


def _diagnose(spec: TextCsv, dataset: Dataset | None) -> tuple[DataDiagnosis[TextCsv], ...]:
    cells = cells_of(spec)
    rows, labels, _ = choose_rows(spec, cells.texts, cells.labels)
    table = Rows(spec, cells.texts, labels, [int(row) for row in rows], cells.labels)
    found: list[DataDiagnosis[TextCsv]] = []
    checks: tuple[Check, ...] = (
        _empty, _wordless, _contradictions, _duplicates, partial(_leaks, dataset=dataset), *LABEL_CHECKS, *TEXT_CHECKS,
    )  # fmt: skip
    for number, check in enumerate(checks):
        report(WORDING.message("diagnosing"), number / len(checks))
        found += check(table)
    found += _encoding(spec, cells.table, cells.texts)
    found += _runs_on(cells, table)
    found += look_for_columns(spec, cells, labels, table.rows)
    if dataset is not None:
        found += look_for_words(spec, dataset)
    return tuple(found)


def _encoding(spec: TextCsv, table: Table, texts: Sequence[str]) -> Found:
    """Two encodings fit the file; only who knows the language can say which is right."""
    if spec.encoding is not None or (other := doubtful_encoding(find_file(spec.path), table)) is None:
        return
    name, places = other
    now, then = CHOICES[table.encoding], CHOICES[name]
    message = WORDING.message(
        "encoding_unclear",
        now=now,
        then=then,
        read=[f"“{one}”" for one, _ in places],
        otherwise=[f"“{one}”" for _, one in places],
    )
    fixes = (
        Fix(WORDING.message("keep_encoding", encoding=now), spec.with_(encoding=table.encoding)),
        Fix(WORDING.message("other_encoding", encoding=then), spec.with_(encoding=name)),
    )
    beyond = sum(not text.isascii() for text in texts)
    yield DataDiagnosis(message, Severity.WARNING, fixes=fixes, rows=beyond)


def _runs_on(cells: Cells, table: Rows) -> Found:
    """Texts that go on in columns without a name, because a separator in them is not between quotation marks."""
    if table.spec.join_columns:
        return
    columns = columns_after(cells.table, cells.text_column)
    filled: set[int] = set()
    for column in columns:
        filled |= set(np.flatnonzero((cells.table.frame[column].str.strip() != "").to_numpy()).tolist())
    rows = [row for row in table.rows if row in filled]
    if rows and len(rows) < 0.5 * len(table.rows):
        names = few([shorten(column, 40) for column in columns], 3)
        fix = "join_columns", {"join_columns": True}
        yield table.found(Severity.WARNING, "texts_run_on", rows, fix=fix, columns=names)


def _empty(table: Rows) -> Found:
    empty = [row for row, text in enumerate(table.texts) if not text.strip() or not table.labels[row]]
    if empty:
        yield table.found(Severity.NOTE, "empty_rows", empty)


def _wordless(table: Rows) -> Found:
    wordless = [row for row, words in table.words.items() if not words]
    if wordless:
        yield table.found(Severity.NOTE, "rows_without_words", wordless)


def _contradictions(table: Rows) -> Found:
    groups: dict[str, list[int]] = defaultdict(list)
    for row in table.rows:
        groups[table.same[row]].append(row)
    several = [group for group in groups.values() if len(group) > 1]
    clashing = [row for group in several if len({table.labels[row] for row in group}) > 1 for row in group]
    if not clashing:
        return
    share = len(clashing) / len(table.rows)
    if share > MOST_CLASH and len(table.rows) >= MIN_ROWS:
        yield table.found(Severity.ERROR, "mostly_contradictions", clashing, share=share)
    else:
        fix = "remove_contradictions", {"drop_conflicts": True}
        yield table.found(Severity.WARNING, "contradictions", clashing, fix=fix)


def _duplicates(table: Rows) -> Found:
    seen: set[tuple[str, str]] = set()
    again = []
    for row in table.rows:
        key = (table.same[row], table.labels[row])
        if key in seen:
            again.append(row)
        seen.add(key)
    if again:
        yield table.found(Severity.NOTE, "duplicates", again, fix=("remove_duplicates", {"drop_duplicates": True}))


def _leaks(table: Rows, dataset: Dataset | None) -> Found:
    if dataset is None or dataset.same_rows:
        return
    learned = {table.same[row] for row in dataset.train.rows.tolist()}
    parts = [part for part in (dataset.validation, dataset.test) if part is not None]
    leaked = sorted(row for part in parts for row in part.rows.tolist() if table.same[row] in learned)
    if leaked:
        fix = "keep_together", {"keep_together": True}
        yield table.found(Severity.ERROR, "leakage", leaked, fix=fix, total=sum(map(len, parts)))

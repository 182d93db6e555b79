"""What is wrong with a table of texts: a short list, worst first, with examples, and a mend where one is right.

A mend changes the spec: it becomes part of the recipe, and the file stays as it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from weakref import ref

from trainer.data.cleaning import choose_rows, merged
from trainer.data.dataset import Dataset
from trainer.data.files import find_file, identity
from trainer.data.finding import Check, Finding, Mend, Rows, in_rows
from trainer.data.splitting import MINIMUM
from trainer.data.table import weight
from trainer.data.text_checks import CHECKS
from trainer.data.text_csv import cells_of, regardless_of_sizes
from trainer.data.turn import Kept, reached
from trainer.recipe.data import TextCsv
from trainer.recipe.spec import shorten

RARE = 10
"""Rows below which a class can hardly be learned, in a table of some size."""


def findings(spec: TextCsv, dataset: Dataset | None) -> list[Finding]:
    """All that is found, worst first, and of the same level the one with most rows first.

    Args:
        spec: where the table is, and what is left out of it already.
        dataset: what came of it; None if it could not be split, which a finding may explain.

    Raises:
        RecipeError: the table cannot be read.
    """
    path = find_file(spec.path)
    spec = regardless_of_sizes(spec)  # nothing that is looked for depends on them
    key = (spec, dataset and ref(dataset.train), identity(path))
    return list(_found.get(key, weight(path), lambda: _findings(spec, dataset)))


_found: Kept[tuple[Finding, ...]] = Kept(8)


def _findings(spec: TextCsv, dataset: Dataset | None) -> tuple[Finding, ...]:
    _, texts, written = cells_of(spec)
    rows, labels, _ = choose_rows(spec, texts, written)
    table = Rows(spec, texts, labels, [int(row) for row in rows], written)
    found: list[Finding] = []
    checks: tuple[Check, ...] = (
        _empty,
        _repeats,
        partial(_leaks, dataset=dataset),
        _classes,
        _alike,
        *CHECKS,
    )
    for number, check in enumerate(checks):
        reached("Looking for what is wrong", number / len(checks))
        found += check(table)
    return tuple(sorted(found, key=lambda one: (-one.level, -one.count)))


def _empty(table: Rows) -> Iterator[Finding]:
    empty = [row for row, text in enumerate(table.texts) if not text.strip() or not table.labels[row]]
    if empty:
        message = f"{in_rows(len(empty))} without a text or without a label: they are left out of everything."
        yield Finding("empty", 1, message, len(empty), table.show(empty))
    wordless = [row for row, words in table.words.items() if not words]
    if wordless:
        message = f"{in_rows(len(wordless))} whose text holds no word, only signs: the network reads one unknown word."
        yield Finding("no words", 1, message, len(wordless), table.show(wordless))


def _repeats(table: Rows) -> Iterator[Finding]:
    groups: dict[str, list[int]] = defaultdict(list)
    for row in table.rows:
        groups[table.same[row]].append(row)
    several = [group for group in groups.values() if len(group) > 1]
    clashing = [row for group in several if len({table.labels[row] for row in group}) > 1 for row in group]
    if clashing:
        yield Finding(
            "contradictions",
            2,
            f"{in_rows(len(clashing))} hold a text that has another label elsewhere: whatever the model answers, it is "
            "wrong in some of them.",
            len(clashing),
            table.show(clashing, 6),
            Mend("Leave these texts out", {"drop_conflicts": True}),
        )
    seen: set[tuple[str, str]] = set()
    again = []
    for row in table.rows:
        key = (table.same[row], table.labels[row])
        if key in seen:
            again.append(row)
        seen.add(key)
    if again:
        yield Finding(
            "duplicates",
            1,
            f"{in_rows(len(again))} repeat an earlier one, text and label alike, and so count more than others.",
            len(again),
            table.show(again),
            Mend("Use each once", {"drop_duplicates": True}),
        )


def _leaks(table: Rows, dataset: Dataset | None) -> Iterator[Finding]:
    if dataset is None or dataset.same_rows:
        return
    learned = {table.same[row] for row in dataset.train.rows.tolist()}
    parts = [part for part in (dataset.validation, dataset.test) if part is not None]
    leaked = [row for part in parts for row in part.rows.tolist() if table.same[row] in learned]
    if leaked:
        kept = sum(map(len, parts))
        yield Finding(
            "leakage",
            3,
            f"{in_rows(len(leaked))} of the {kept:,} kept aside to judge the model hold a text that it learns from: "
            "the score would be better than the model is.",
            len(leaked),
            table.show(sorted(leaked)),
            Mend("Keep the same texts together", {"keep_together": True}),
        )


def _classes(table: Rows) -> Iterator[Finding]:
    if not table.rows:
        return
    counts = Counter(table.labels[row] for row in table.rows)
    few = RARE if len(table.rows) >= 10 * RARE else 3
    rare = {label for label, count in counts.items() if count < few} if len(table.rows) >= MINIMUM else set()
    if rare:
        of_rare = [row for row in table.rows if table.labels[row] in rare]
        can_go = len(counts) - len(rare) >= 2
        yield Finding(
            "rare classes",
            2,
            f"{len(rare):,} of {len(counts):,} classes {'has' if len(rare) == 1 else 'have'} fewer than {few} rows, "
            f"too few to learn from: {', '.join(shorten(label, 25) for label in sorted(rare)[:3])}"
            f"{' and others' if len(rare) > 3 else ''}.",
            len(of_rare),
            table.show(of_rare),
            Mend("Leave them out", {"drop_rare": few}) if can_go else None,
        )
    label, most = counts.most_common(1)[0]
    share, fair = most / len(table.rows), 1 / len(counts)
    if len(counts) > 1 and (share > 0.75 or (share > 0.5 and share > 2.5 * fair)):
        yield Finding(
            "imbalance",
            2 if share > 0.95 else 1,
            f"{share:.1%} of all rows are {shorten(label, 25)}: always guessing it would be right so often. A model is "
            "good only if its accuracy is clearly higher.",
            most,
        )


def _alike(table: Rows) -> Iterator[Finding]:
    if table.spec.merge_labels:
        return
    used = [table.written[row] for row in table.rows]
    differing = {one: other for one, other in zip(used, merged(used), strict=True) if one != other}
    if differing:
        rows = [row for row in table.rows if table.written[row] in differing]
        shown = ", ".join(f"{shorten(one, 25)} and {shorten(differing[one], 25)}" for one in sorted(differing)[:3])
        yield Finding(
            "near-identical labels",
            3,
            "Labels that differ only in capitals, spaces or signs that cannot be seen count as different classes: "
            f"{shown}.",
            len(rows),
            table.show(rows),
            Mend("Read them as one", {"merge_labels": True}),
        )

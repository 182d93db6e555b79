"""What the doctor looks for in the labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from trainer.data.diagnosis import DataDiagnosis
from trainer.data.splitting import MIN_ROWS
from trainer.data.wording import few
from trainer.recipe.diagnosis import Severity
from trainer.recipe.spec import shorten
from trainer.sources.text_csv.cleaning import labels_in, merged
from trainer.sources.text_csv.rows import Check, Rows
from trainer.sources.text_csv.spec import TextCsv
from trainer.sources.text_csv.wording import WORDING

RARE_ROWS = 10
"""Rows below which a class can hardly be learned, in a table of some size."""

Found = Iterator[DataDiagnosis[TextCsv]]


def _several_labels(table: Rows) -> Found:
    """Cells such as `toxic;threat` where the parts are labels, alone or in other cells."""
    classes = {table.labels[row] for row in table.rows}
    parts = {label: labels_in(label) for label in classes}
    used = Counter(part for several in parts.values() for part in several)
    joined = {label for label, several in parts.items() if len(several) > 1 and all(used[part] > 1 for part in several)}
    rows = [row for row in table.rows if table.labels[row] in joined]
    if rows and len(used) < len(classes):
        example = shorten(table.labels[rows[0]], 25)
        fix = ("first_label", {"first_label": True}) if len({several[0] for several in parts.values()}) > 1 else None
        yield table.found(Severity.WARNING, "several_labels", rows, fix=fix, example=example, classes=len(classes))


def _second_header(table: Rows) -> Found:
    """A first row that names the columns once more: no other has its label, and most others have one that repeats."""
    counts = Counter(table.labels[row] for row in table.rows)
    if len(table.rows) < MIN_ROWS or table.rows[0] != 0 or counts[table.labels[0]] > 1:
        return
    if 2 * len(counts) <= len(table.rows) / 5 and all(
        count > 1 for label, count in counts.items() if label != table.labels[0]
    ):
        yield table.found(
            Severity.WARNING,
            "second_header",
            [0],
            count=len(table.rows) - 1,
            fix=("leave_out_row", {"drop_rare": 2}),
            label=shorten(table.labels[0], 25),
        )


def _rare(table: Rows) -> Found:
    counts = Counter(table.labels[row] for row in table.rows)
    least = RARE_ROWS if len(table.rows) >= 10 * RARE_ROWS else 3
    rare = {label for label, count in counts.items() if count < least} if len(table.rows) >= MIN_ROWS else set()
    if rare:
        rows = [row for row in table.rows if table.labels[row] in rare]
        fix = ("remove_rare", {"drop_rare": least}) if len(counts) - len(rare) >= 2 else None
        names = few([shorten(label, 25) for label in sorted(rare)], 3)
        yield table.found(
            Severity.WARNING, "rare_classes", rows, count=len(rare), fix=fix, total=len(counts), rows_wanted=least,
            names=names,
        )  # fmt: skip


def _imbalance(table: Rows) -> Found:
    counts = Counter(table.labels[row] for row in table.rows)
    if len(counts) < 2:
        return
    label, most = counts.most_common(1)[0]
    share, fair = most / len(table.rows), 1 / len(counts)
    if share > 0.75 or (share > 0.5 and share > 2.5 * fair):
        severity = Severity.WARNING if share > 0.95 else Severity.NOTE
        yield table.found(severity, "imbalance", [], count=most, share=share, label=shorten(label, 25))


def _similar(table: Rows) -> Found:
    if table.spec.merge_labels:
        return
    used = [table.written[row] for row in table.rows]
    differing = {one: other for one, other in zip(used, merged(used), strict=True) if one != other}
    if differing:
        rows = [row for row in table.rows if table.written[row] in differing]
        pairs = [
            WORDING.message("pair", one=shorten(one, 25), other=shorten(differing[one], 25))
            for one in sorted(differing)[:3]
        ]
        yield table.found(
            Severity.ERROR, "similar_labels", rows, fix=("merge_labels", {"merge_labels": True}), pairs=pairs
        )


LABEL_CHECKS: tuple[Check, ...] = (_several_labels, _second_header, _rare, _imbalance, _similar)

"""What the doctor looks for in the texts themselves."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from trainer.data.diagnosis import DataDiagnosis
from trainer.data.garbled import is_garbled, repaired
from trainer.data.markup import has_markup
from trainer.data.scripts import script_of
from trainer.data.words import words_in
from trainer.recipe.diagnosis import Severity
from trainer.recipe.spec import shorten
from trainer.sources.text_csv.cleaning import is_unspaced, labels_to_find, read_text
from trainer.sources.text_csv.rows import Check, Rows
from trainer.sources.text_csv.spec import TextCsv

_FORMULA = re.compile(r"\s*[=+\-@](?=[A-Za-z(\"'])[^\s]*[(!:|]")

Found = Iterator[DataDiagnosis[TextCsv]]


def _lengths(table: Rows) -> Found:
    if not table.rows:
        return
    lengths = table.words
    middle = sorted(lengths.values())[len(lengths) // 2]
    short = [row for row, words in lengths.items() if words == 1]
    if middle >= 4 and short:
        yield table.found(Severity.NOTE, "very_short", short, usual=middle)
    limit = max(200, 20 * middle)
    long = [row for row, words in lengths.items() if words > limit]
    if long:
        yield table.found(Severity.NOTE, "very_long", long, words=limit)


def _answers(table: Rows) -> Found:
    """A label that stands in its own texts far more often than in others gives the answer away."""
    patterns = labels_to_find(table.written)
    if not patterns:
        return
    own: list[int] = []
    for row in table.rows:
        pattern = patterns.get(table.labels[row])
        if pattern is not None and pattern.search(table.texts[row]):
            own.append(row)
    elsewhere = sum(
        any(p.search(table.texts[row]) for label, p in patterns.items() if label != table.labels[row])
        for row in table.rows[:5000]
    )
    share, share_elsewhere = len(own) / len(table.rows), elsewhere / min(5000, len(table.rows))
    if len(own) >= 5 and share > 0.05 and share > 3 * share_elsewhere:
        severity = Severity.ERROR if share > 0.5 else Severity.WARNING
        labels = [shorten(label, 25) for label, _ in Counter(table.labels[row] for row in own).most_common(3)]
        fix = "hide_labels", {"hide_labels": True}
        yield table.found(severity, "label_in_text", own, fix=fix, labels=labels)


def _scripts(table: Rows) -> Found:
    by_script: dict[str, list[int]] = defaultdict(list)
    for row in table.rows:
        script = script_of(table.texts[row][:500])
        if script:
            by_script[script].append(row)
    if len(by_script) < 2:
        return
    scripts = sorted(by_script, key=lambda script: -len(by_script[script]))
    others = sorted(row for script, rows in by_script.items() if script != scripts[0] for row in rows)
    yield table.found(Severity.NOTE, "several_scripts", others, scripts=scripts, most_common=scripts[0])


def _spaces(table: Rows) -> Found:
    """Words are what stands between spaces; without any, each text would be one word that never occurs again."""
    if table.spec.standardize == "unicode":
        return
    found = [row for row in table.rows if not table.spec.by_characters and is_unspaced(table.texts[row])]
    if found and len(found) > 0.1 * len(table.rows):
        split = table.spec.with_(split_characters=True)
        texts = [words_in(read_text(split, table.texts[row]), split.standardize) for row in table.rows]
        lengths = sorted(map(len, texts))
        changes = {
            "split_characters": True,
            "sequence_length": min(lengths[len(lengths) * 95 // 100], 10_000),
            "max_words": min(len(set().union(*texts)) + 2, TextCsv.model_fields["max_words"].default),
        }
        yield table.found(Severity.ERROR, "no_spaces", found, fix=("split_characters", changes))


def _garbled(table: Rows) -> Found:
    """UTF-8 that was once taken for something else, and saved so: no other encoding of the file repairs it."""
    found = [row for row in table.rows if is_garbled(table.texts[row])]
    if found:
        words = zip(table.texts[found[0]].split(), repaired(table.texts[found[0]]).split(), strict=False)
        was, now = next(((was, now) for was, now in words if was != now), ("Ã¼", "ü"))
        fix = "repair_characters", {"repair_letters": True}
        yield table.found(Severity.NOTE, "garbled", found, fix=fix, was=was[:30], now=now[:30])


def _html(table: Rows) -> Found:
    html = [row for row in table.rows if has_markup(table.texts[row])]
    if html:
        yield table.found(Severity.NOTE, "html", html, fix=("remove_html", {"plain_text": True}))


def _formulas(table: Rows) -> Found:
    formulas = [row for row in table.rows if _FORMULA.match(table.texts[row])]
    if formulas:
        yield table.found(Severity.NOTE, "formulas", formulas)


TEXT_CHECKS: tuple[Check, ...] = (_lengths, _answers, _scripts, _spaces, _garbled, _html, _formulas)

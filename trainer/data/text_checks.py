"""What the doctor looks for in the texts themselves."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from trainer.data.cleaning import is_unspaced, labels_to_find
from trainer.data.finding import Check, Finding, Mend, Rows, in_rows
from trainer.data.letters import is_garbled, repaired
from trainer.data.markup import has_markup
from trainer.data.scripts import script_of
from trainer.recipe.data import TextCsv

_FORMULA = re.compile(r"\s*[=+\-@](?=[A-Za-z(\"'])[^\s]*[(!:|]")


def _lengths(table: Rows) -> Iterator[Finding]:
    if not table.rows:
        return
    lengths = table.words
    middle = sorted(lengths.values())[len(lengths) // 2]
    short = [row for row, words in lengths.items() if words == 1]
    if middle >= 4 and short:
        message = f"{in_rows(len(short))} of a single word, while others have {middle} or so: something may be missing."
        yield Finding("very short", 1, message, len(short), table.show(short))
    long = [row for row, words in lengths.items() if words > max(200, 20 * middle)]
    if long:
        message = f"{in_rows(len(long))} of more than {max(200, 20 * middle):,} words: most of each will be cut off."
        yield Finding("very long", 1, message, len(long), table.show(long))


def _answers(table: Rows) -> Iterator[Finding]:
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
        yield Finding(
            "label in text",
            3,
            f"{in_rows(len(own))} have their own label as a word in the text: the model may only look for that word, "
            "and fail where it is missing.",
            len(own),
            table.show(own),
            Mend("Hide the labels in the texts", {"hide_labels": True}),
        )


def _scripts(table: Rows) -> Iterator[Finding]:
    by_script: dict[str, list[int]] = defaultdict(list)
    for row in table.rows:
        script = script_of(table.texts[row][:500])
        if script:
            by_script[script].append(row)
    if len(by_script) < 2:
        return
    commonest = max(by_script, key=lambda script: len(by_script[script]))
    others = sorted(row for script, rows in by_script.items() if script != commonest for row in rows)
    names = ", ".join(sorted(by_script, key=lambda script: -len(by_script[script])))
    yield Finding(
        "several scripts",
        1,
        f"The texts are written in several scripts ({names}): {in_rows(len(others))} not in {commonest}. Words of each "
        "language are learned by themselves, so that each needs rows enough.",
        len(others),
        table.show(others),
    )


def _spaces(table: Rows) -> Iterator[Finding]:
    """Words are what stands between spaces; without any, each text would be one word that never comes again."""
    found = [row for row in table.rows if not table.spec.split_characters and is_unspaced(table.texts[row])]
    if found and len(found) > 0.1 * len(table.rows):
        yield Finding(
            "no spaces",
            3,
            f"{in_rows(len(found))} in a script without spaces between words: each text would be read as a word or two "
            "that never come again, and nothing could be learned.",
            len(found),
            table.show(found),
            # Few “words” were counted before, so that the vocabulary may have been made small.
            Mend("Read them sign by sign", {"split_characters": True}, TextCsv.model_fields["max_words"].default),
        )


def _garbled(table: Rows) -> Iterator[Finding]:
    """UTF-8 that was once taken for something else, and saved so: no other choice of letters for the file mends it."""
    found = [row for row in table.rows if is_garbled(table.texts[row])]
    if found:
        words = zip(table.texts[found[0]].split(), repaired(table.texts[found[0]]).split(), strict=False)
        was, now = next(((was, now) for was, now in words if was != now), ("Ã¼", "ü"))
        message = (
            f"{in_rows(len(found))} with garbled letters, such as “{was[:30]}” for “{now[:30]}”: they were read in a "
            "wrong way before they were saved here. The network takes them for other words."
        )
        mend = Mend("Repair the letters", {"repair_letters": True})
        yield Finding("garbled letters", 1, message, len(found), table.show(found), mend)


def _markup(table: Rows) -> Iterator[Finding]:
    html = [row for row in table.rows if has_markup(table.texts[row])]
    if html:
        message = (
            f"{in_rows(len(html))} with leftovers of web pages, such as <br>, &amp; or non-breaking spaces: they are "
            "read as words, or as part of them."
        )
        mend = Mend("Read the texts without them", {"plain_text": True})
        yield Finding("leftover HTML", 1, message, len(html), table.show(html), mend)
    formulas = [row for row in table.rows if _FORMULA.match(table.texts[row])]
    if formulas:
        message = (
            f"{in_rows(len(formulas))} begin like a formula of a spreadsheet. Here they are only text, and do nothing; "
            "open the file in a spreadsheet with care."
        )
        yield Finding("formulas", 1, message, len(formulas), table.show(formulas))


CHECKS: tuple[Check, ...] = (_lengths, _answers, _scripts, _spaces, _garbled, _markup)

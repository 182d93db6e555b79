"""Writes which characters make up words: `trainer/data/word_characters.json` and its copy for the browser.

`python -m tools.word_characters`, with Python 3.11: its Unicode 14 is the oldest that Fitboard's Pythons and browsers
know. A table, since each Python and each browser brings a Unicode of its own, and a model must read the same words
wherever it is used.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from itertools import groupby

from trainer import PROJECT
from trainer.data.words import TABLE

FOR_BROWSERS = PROJECT / "components" / "try_it" / "word_characters.js"
APOSTROPHES = "27 60 b4 b7 2b9 2bb-2bf 374 387 55a 5f3-5f4 1fbd 1fbf 1fef 1ffd-1ffe 2018-2019 201b 2032 ff07"
"""What stands for an apostrophe within words, with what Unicode takes for the same, and marks of Hebrew and Catalan."""
REPLACEMENTS = "\ufffc\ufffd"
"""What stands for something that was lost."""
INVISIBLE = (
    "034f 115f-1160 17b4-17b5 180b-180f 3164 fe00-fe0f ffa0 e0100-e01ef"  # fillers, selectors of a variant
    " 640 1f3fb-1f3ff"  # what draws out Arabic words; colours of skin
)
UNSPACED = (
    "0e00-0eff 1000-109f 1780-17ff 1950-19df 1a20-1aaf a9e0-a9ff aa60-aadf 11700-1174f"  # Thai to Ahom
    " 3005-3007 3021-3029 3040-30ff 3100-312f 31a0-31bf 31f0-31ff 3400-4dbf 4e00-9fff f900-faff ff66-ff9f"
    " 1aff0-1b16f 20000-2fffd 30000-3fffd"  # Han characters, kana and bopomofo
)
"""Scripts without spaces between words: those for which Unicode breaks lines by a dictionary (class SA), Chinese and
Japanese.
"""
FLAGS, PICTOGRAPHS, LATER_HAN = (0x1F1E6, 0x1F1FF), (0x1F000, 0x1FAFF), (0x20000, 0x3FFFD)
"""Letters of which two make a flag; blocks in which later versions of Unicode put emoji and Han characters."""


def codes(ranges: str) -> set[int]:
    """The characters of ranges such as `41-5a 61`, all in hexadecimal."""
    found: set[int] = set()
    for one in ranges.split():
        first, _, last = one.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


def ranges(wanted: Callable[[int], bool]) -> str:
    """The other way round: which characters are wanted, of all that there are."""
    chosen = (code for code in range(0x110000) if wanted(code))
    runs = [[code for _, code in run] for _, run in groupby(enumerate(chosen), lambda pair: pair[1] - pair[0])]
    return " ".join(f"{run[0]:x}" + (f"-{run[-1]:x}" if len(run) > 1 else "") for run in runs)


def table() -> dict[str, object]:
    """What both files hold: ranges of characters by what they are in a word, and what becomes of capitals."""
    kinds = [unicodedata.category(chr(code)) for code in range(0x110000)]
    invisible = codes(f"{INVISIBLE} {APOSTROPHES}")
    unspaced = codes(UNSPACED)

    def is_new(code: int, block: tuple[int, int]) -> bool:
        return kinds[code] == "Cn" and block[0] <= code <= block[1]

    def is_ignored(code: int) -> bool:
        return kinds[code] == "Cf" or code in invisible

    def is_letter(code: int) -> bool:
        return kinds[code][0] in "LN" and not is_ignored(code)

    def is_unspaced(code: int) -> bool:
        is_written = is_letter(code) and kinds[code] != "Nd"
        return code in unspaced and (is_written or is_new(code, LATER_HAN))

    def is_sign(code: int) -> bool:
        is_flag = FLAGS[0] <= code <= FLAGS[1]
        is_given = kinds[code] in {"So", "Sc"} and chr(code) not in REPLACEMENTS
        return (is_given or is_new(code, PICTOGRAPHS)) and not is_flag and not is_ignored(code)

    return {
        "unicode": unicodedata.unidata_version,
        "ignored": ranges(is_ignored),
        "letters": ranges(lambda code: is_letter(code) and not is_unspaced(code)),
        "unspaced": ranges(is_unspaced),
        "marks": ranges(lambda code: kinds[code][0] == "M" and not is_ignored(code)),
        "signs": ranges(is_sign),
        "flags": f"{FLAGS[0]:x}-{FLAGS[1]:x}",
        "folded": {
            letter: letter.casefold()
            for letter in map(chr, range(0x110000))
            if kinds[ord(letter)][0] in "LMN"
            and unicodedata.normalize("NFD", letter) == letter
            and letter.casefold() != letter.lower()
        },
    }


def for_browsers(found: dict[str, object]) -> str:
    """The table as a module of JavaScript."""
    body = re.sub(r'^(\s*)"([a-z]+)":', r"\1\2:", json.dumps(found, indent=2, ensure_ascii=False), flags=re.MULTILINE)
    return (
        "/** Which characters make up words; made by `python -m tools.word_characters`, see trainer/data/words.py. */\n"
        f"export const WORD_CHARACTERS = {body};\n"
    )


if __name__ == "__main__":
    made = table()
    TABLE.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", "utf-8")
    FOR_BROWSERS.write_text(for_browsers(made), "utf-8")

"""Which columns are chosen in tables with the headings of well-known sets: `python -m benchmarks.column_choice`."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from tests.support.column_headings import HELD_OUT, TUNED, outcome


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for title, sets in (("tuned on", TUNED), ("held out", HELD_OUT)):
            counts: Counter[str] = Counter()
            for one in sets:
                word, said = outcome(one, Path(folder))
                counts[word] += 1
                print(f"{title:10}{word:7}{one.name:26}{said}")
            wrong = counts["wrong"]
            share = 1 - wrong / len(sets)
            print(f"{title}: {counts['right']} right, {counts['asked']} asked, {wrong} wrong: {share:.1%}\n")


if __name__ == "__main__":
    main()

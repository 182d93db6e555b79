"""Extreme recipes through all code that looks at a recipe without training it: nothing may raise or take long.

`python -m benchmarks.fuzz_stacks` draws 20,000 recipes and prints what became of them; `--examples N` draws others,
and Ctrl-C ends it. `tests/trainer/recipe/test_extreme_stacks.py` does the same with a few hundred.
"""

from __future__ import annotations

import argparse
from collections import Counter
from contextlib import suppress

from tests.support.fuzz_stacks import MOST_PRESSES, Case, fuzz
from trainer.recipe.check import Report
from trainer.recipe.stack import entries


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--examples", type=int, default=20_000, metavar="N", help="recipes that are drawn")
    options = parser.parse_args()
    counts, slowest = Counter[str](), 0.0

    def seen(case: Case, report: Report, after: Report, pressed: int, seconds: float) -> None:
        nonlocal slowest
        counts["recipes"] += 1
        counts["of these with more than 100 layers, those that are switched off included"] += (
            len(entries(case.recipe)) > 100
        )
        counts["accepted as they are"] += not report.errors
        counts[f"accepted after at most {MOST_PRESSES} first fixes"] += bool(report.errors) and not after.errors
        counts["refused with a fix even then"] += bool(after.errors and after.errors[0].fixes)
        counts["refused without a fix"] += bool(after.errors and not after.errors[0].fixes)
        counts["first fixes pressed"] += pressed
        slowest = max(slowest, seconds)

    with suppress(KeyboardInterrupt):  # what has been tried until then counts
        fuzz(options.examples, seen)
    print("| extreme recipes | |\n|---|---|")
    for name, count in counts.items():
        print(f"| {name} | {count:,} |")
    print(f"| CPU time of the slowest, everything and its fixes | {slowest:.1f} s |")


if __name__ == "__main__":
    main()

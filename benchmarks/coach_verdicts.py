"""How often the coach is right, on real runs with a known problem and on healthy ones.

`python -m benchmarks.coach_verdicts` asks the coach about the runs that are kept in `tests/histories`, prints the
tables of `docs/coach.md` and writes them there; it trains nothing and takes seconds. `--train` first trains what has no
file yet, some minutes on two cores; `--again` trains all anew."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks import coach_cases
from benchmarks.coach_runs import FOLDER, Kept, kept, train_all
from trainer import PROJECT
from trainer.coach import advise

PAGE = PROJECT / "docs" / "coach.md"
BEGIN, END = "<!-- made by python -m benchmarks.coach_verdicts -->", "<!-- end of what it made -->"
PARTS = {"tuned": "Tuned on", "held-out": "Held out"}


def said(run: Kept) -> tuple[str, ...]:
    """The kinds of what the coach says of a run, most important first."""
    return tuple(advice.kind for advice in advise(run.recipe, run.history))


def verdict(run: Kept) -> str:
    """How that fits what is wrong with the run.

    `right`: it names the problem, or is silent about a healthy run, and says nothing untrue besides. `also true`: it
    names only something else that is true of the run as well. `silent`: it says nothing of a problem. `wrong`:
    everything else."""
    kinds = set(said(run))
    if kinds - run.also - {run.problem}:
        return "wrong"
    if run.problem in kinds or (run.problem is None and not kinds):
        return "right"
    return "also true" if kinds else "silent"


def runs(part: str) -> list[Kept]:
    """The kept runs of a part: healthy ones first, then by problem."""
    found = [kept(path) for path in sorted(FOLDER.glob(f"{part}-*.json"))]
    return sorted(found, key=lambda run: (run.problem is not None, run.problem or "", run.name))


def table(part: str) -> list[str]:
    """One line for each run."""
    lines = ["| run | what is wrong with it | what the coach said | verdict |", "|---|---|---|---|"]
    for run in runs(part):
        told = verdict(run)
        kinds = ", ".join(f"`{kind}`" for kind in said(run)) or "nothing"
        problem = f"`{run.problem}`" if run.problem else "nothing"
        lines.append(f"| {run.name} | {problem} | {kinds} | {f'**{told}**' if told == 'wrong' else told} |")
    return lines


def totals() -> list[str]:
    """How often it was right, in each part, for healthy runs and for others."""
    lines = ["| runs | number | right | also true | silent | wrong |", "|---|---|---|---|---|---|"]
    for part, title in PARTS.items():
        for healthy in (True, False):
            counted = Counter(verdict(run) for run in runs(part) if (run.problem is None) == healthy)
            number = counted.total()
            cells = [
                f"{counted[word]} ({counted[word] / number:.0%})" if number else "0"
                for word in ("right", "also true", "silent", "wrong")
            ]
            lines.append(f"| {title}, {'healthy' if healthy else 'with a problem'} | {number} | {' | '.join(cells)} |")
    return lines


def made() -> str:
    """What the page holds between its two marks."""
    parts = ["", *totals(), ""]
    for part, title in PARTS.items():
        parts += [f"### {title}", "", *table(part), ""]
    return "\n".join(parts)


def page() -> str:
    """The whole page with fresh tables."""
    text = PAGE.read_text("utf-8")
    head, rest = text.split(BEGIN)
    return head + BEGIN + "\n" + made() + END + rest.split(END)[1]


def main() -> None:
    """Train what is asked for, ask the coach, and write down what it says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", action="store_true", help="train the runs that have no file yet")
    parser.add_argument("--again", action="store_true", help="train all runs anew")
    options = parser.parse_args()
    if options.train or options.again:
        with tempfile.TemporaryDirectory() as folder:
            train_all(coach_cases.tuned(Path(folder)), "tuned", again=options.again)
            train_all(coach_cases.held_out(Path(folder)), "held-out", again=options.again)
    print(made())
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()

"""How often the coach is right, on real runs with a known problem and on healthy ones.

`python -m tools.coach_verdicts` asks the coach about the runs that are kept in `tests/histories` and in
`benchmarks/coach_data_cases.json`, prints the tables of `docs/coach.md` and writes them there, and the counts of each
kind of advice into `trainer/coach/counted.py`. It trains nothing and takes seconds. `--train` first trains the cases
of `tests/histories` that have no file yet, which takes some minutes on two cores; `--again` trains all of them again.
"""

from __future__ import annotations

import argparse
import ast
import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import coach_data_cases
from tests.support.coach_held_out import held_out
from tests.support.coach_runs import Kept, kept, train_all
from tests.support.coach_tuned import tuned
from tests.support.folders import HISTORIES
from trainer import PROJECT
from trainer.coach import KINDS, advise, counted, thresholds
from trainer.runs.events import RunState

PAGE = PROJECT / "docs" / "coach.md"
BEGIN = "<!-- verdicts, made by python -m tools.coach_verdicts -->"
BEGIN_LINES = "<!-- thresholds, made by python -m tools.coach_verdicts -->"
BEGIN_DATA = "<!-- data, made by python -m tools.coach_verdicts -->"
BEGIN_COUNTS = "<!-- counts, made by python -m tools.coach_verdicts -->"
BEGIN_FOLLOWED = "<!-- followed, made by python -m tools.coach_verdicts -->"
FOLLOWED = PROJECT / "benchmarks" / "coach_followed.json"
COUNTED = Path(counted.__file__)
POINT = 0.01
"""A change of accuracy smaller than this counts as none."""
END = "\n<!-- end of what it made -->"
PARTS = {"tuned": "Tuned on", "held-out": "Held out"}
DATA_KINDS = tuple(coach_data_cases.NAMES)
"""Kinds of the runs whose data is the cause, and the healthy ones."""
DATA_PARTS: dict[coach_data_cases.Part, str] = {"tuned": "Tuned on", "held-out": "Held out", "new": "New"}


def said(run: Kept) -> tuple[str, ...]:
    """The kinds of what the coach says of a run, most important first."""
    return tuple(advice.kind for advice in advise(run.recipe, run.history))


def verdict(run: Kept) -> str:
    """How that fits what is wrong with the run.

    `right`: it names the problem, or is silent about a healthy run, and says nothing untrue besides. `also true`: it
    names only something else that is true of the run as well. `silent`: it says nothing of a problem. `wrong`:
    everything else.
    """
    kinds = set(said(run))
    if kinds - run.also - run.names:
        return "wrong"
    if run.names & kinds or (run.problem is None and not kinds):
        return "right"
    return "also true" if kinds else "silent"


def runs(part: str) -> list[Kept]:
    """The kept runs of a part: healthy ones first, then by problem."""
    found = [kept(path) for path in sorted(HISTORIES.glob(f"{part}-*.json"))]
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


def data_totals() -> list[str]:
    """How often it was right on the runs on tables with a known flaw, by kind of run, in each part."""
    rows = ["| part | kind of run | number | right | also true | silent | wrong |", "|---|---|---|---|---|---|---|"]
    for part, title in DATA_PARTS.items():
        found = data_runs(part)
        for kind in (*coach_data_cases.NAMES, "all"):
            counts = Counter(verdict(run) for run in found if kind in ("all", run.problem or "healthy"))
            cells = [str(counts[word]) for word in ("right", "also true", "silent", "wrong")]
            rows.append(f"| {title} | {kind} | {counts.total()} | {' | '.join(cells)} |")
    return rows


def pieces(part: coach_data_cases.Part) -> str:
    """How many pieces of advice it gave on one part, and how many of them are true, in a sentence."""
    counts = count([data_runs(part)]).values()
    right, given = sum(right for right, _ in counts), sum(given for _, given in counts)
    return f"{DATA_PARTS[part]}: {given} pieces of advice, of which {right} ({right / given:.0%}) are true."


def data_exceptions() -> list[str]:
    """The runs of which it did not name what is wrong, with what it said instead."""
    rows = ["| part | run | what the coach said | verdict |", "|---|---|---|---|"]
    for part, title in DATA_PARTS.items():
        for run in data_runs(part):
            if (told := verdict(run)) != "right":
                kinds = ", ".join(f"`{kind}`" for kind in said(run)) or "nothing"
                rows.append(f"| {title} | {run.name} | {kinds} | {told} |")
    return rows


def data_runs(part: coach_data_cases.Part) -> list[Kept]:
    """The runs of a part of `benchmarks/coach_data_cases.json`."""
    return coach_data_cases.recorded(part)


def count(sets: Iterable[Iterable[Kept]]) -> dict[str, tuple[int, int]]:
    """For each kind of advice, on how many runs it was true, and on how many it was given."""
    given: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for run in chain.from_iterable(sets):
        given.update(said(run))
        right.update(set(said(run)) & (run.names | run.also))
    return {kind: (right[kind], given[kind]) for kind in KINDS if given[kind]}


def counted_source() -> str:
    """The module with the counts of all recorded runs, as it must be."""
    rows = [f'    "{kind}": {numbers},\n' for kind, numbers in count(map(all_runs, DATA_PARTS)).items()]
    text = COUNTED.read_text("utf-8")
    return text[: text.index("= {") + 3] + "\n" + "".join(rows) + text[text.rindex("}") :]


def by_advice() -> list[str]:
    """How often each kind of advice is true: on the runs that it was chosen on, on others, on new ones, and on all."""
    rows = ["| advice | tuned on | held out | new | all |", "|---|---|---|---|---|"]
    columns = [count([all_runs(part)]) for part in DATA_PARTS] + [count(map(all_runs, DATA_PARTS))]
    for kind in KINDS:
        cells = ["{} of {}".format(*column[kind]) if kind in column else "" for column in columns]
        rows.append(f"| `{kind}` | {' | '.join(cells)} |")
    return rows


def all_runs(part: coach_data_cases.Part) -> list[Kept]:
    """The runs of a part: those on good data, and those on tables with a known flaw."""
    return runs(part) + data_runs(part)


def on_the_way(run: Kept) -> set[str]:
    """All kinds that it would have said of the run after some epoch, while it still went on."""
    kinds: set[str] = set()
    for place in range(1, len(run.history.epochs) + 1):
        so_far = replace(
            run.history, epochs=run.history.epochs[:place], batches=[], state=RunState.RUNNING, reason=None
        )
        kinds |= {advice.kind for advice in advise(run.recipe, so_far)}
    return kinds


def steadiness(part: str) -> str:
    """How often it spoke before the end, and how often the end took that back, in a sentence."""
    spoke = [run for run in runs(part) if on_the_way(run)]
    back = [f"{run.name}: `{'`, `'.join(sorted(gone))}`" for run in spoke if (gone := on_the_way(run) - set(said(run)))]
    sentence = f"Asked after each epoch while they went on, it spoke of {len(spoke)} of these {len(runs(part))} runs"
    if not back:
        return sentence + ", and the end took nothing of it back."
    return f"{sentence}; the end took something back in {len(back)} ({'; '.join(back)})."


def lines() -> list[str]:
    """Where the coach draws its lines, and why: read from the module that holds them."""
    rows = ["| threshold | value | why |", "|---|---|---|"]
    waiting: list[tuple[str, str]] = []  # a docstring may stand below several names
    for node in ast.parse(Path(thresholds.__file__).read_text("utf-8")).body[1:]:
        if isinstance(node, ast.Assign):
            waiting.append((ast.unparse(node.targets[0]), ast.unparse(node.value)))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            names, values = zip(*waiting, strict=True)
            why = " ".join(str(node.value.value).split())
            rows.append(f"| {', '.join(f'`{name}`' for name in names)} | {', '.join(values)} | {why} |")
            waiting = []
    return rows


def followed() -> list[str]:
    """What came of the changes that it offers, by kind of advice: from the file of `benchmarks.coach_followed`."""
    rows = [
        "| followed | runs | better | worse | accuracy, middle change | loss, middle change |",
        "|---|" + "---|" * 5,
    ]
    offered = {(run.part, run.name, first_offer(run)) for part in PARTS for run in runs(part)}
    known = json.loads(FOLLOWED.read_text("utf-8"))
    results = [row for row in known if (row["part"], row["run"], row["action"]) in offered]
    missing = len([one for one in offered if one[2] is not None]) - len(results)
    for kind in KINDS:
        found = [row for row in results if row["kind"] == kind]
        if not found:
            continue
        moved, losses = (_changes(found, name) for name in ("accuracy", "loss"))
        cells = [
            f"`{kind}`",
            str(len(found)),
            str(sum(by > POINT for by in moved)),
            str(sum(by < -POINT for by in moved)),
            f"{100 * median(moved):+.1f} points" if moved else "no number before",
            f"{median(losses):+.2f}" if losses else "no number before",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    if missing:
        rows += ["", f"The coach says something else now of {missing} further runs, which has not been followed yet."]
    return rows


def first_offer(run: Kept) -> str | None:
    """The first fix that is offered, as JSON of its label: code and parameters."""
    fixes = (advice.fix for advice in advise(run.recipe, run.history))
    return next((fix.label.model_dump_json() for fix in fixes if fix is not None), None)


def _changes(rows: list[dict[str, Any]], name: str) -> list[float]:
    """By how much a number changed in each run that had it before."""
    return [row[f"{name} after"] - row[f"{name} before"] for row in rows if row[f"{name} before"] is not None]


def page() -> str:
    """The whole page with fresh tables."""
    verdicts = ["", *totals(), ""]
    for part, title in PARTS.items():
        verdicts += [f"### {title}", "", *table(part), "", steadiness(part), ""]
    text = _put(PAGE.read_text("utf-8"), BEGIN, verdicts)
    rows = ["", *data_totals(), "", *map(pieces, DATA_PARTS), "", *data_exceptions(), ""]
    text = _put(text, BEGIN_DATA, rows)
    text = _put(text, BEGIN_COUNTS, ["", *by_advice(), ""])
    text = _put(text, BEGIN_FOLLOWED, ["", *followed(), ""])
    return _put(text, BEGIN_LINES, ["", *lines(), ""])


def _put(text: str, begin: str, rows: list[str]) -> str:
    head, rest = text.split(begin)
    return head + begin + "\n".join(rows) + END + END.join(rest.split(END)[1:])


def main() -> None:
    """Train what is asked for, ask the coach, and write down what it says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", action="store_true", help="train the runs that have no file yet")
    parser.add_argument("--again", action="store_true", help="train all runs again")
    options = parser.parse_args()
    if options.train or options.again:
        with tempfile.TemporaryDirectory() as folder:
            train_all(tuned(Path(folder)), "tuned", again=options.again)
            train_all(held_out(Path(folder)), "held-out", again=options.again)
    print("\n".join(totals()))
    PAGE.write_text(page(), "utf-8")
    COUNTED.write_text(counted_source(), "utf-8")


if __name__ == "__main__":
    main()

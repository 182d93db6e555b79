"""What the coach says of real runs, which are recorded; nothing is trained here.

Each was trained with a known problem made on purpose, or with none: those in `tests/histories` by
`python -m tools.coach_verdicts --train`, those in `benchmarks/coach_data_cases.json`, most of them on tables with a
flaw, by `python -m benchmarks.coach_data_cases`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

import pytest

from tests.support.coach_held_out import held_out
from tests.support.coach_runs import Kept, file_of, kept
from tests.support.coach_tuned import tuned
from tests.support.folders import HISTORIES
from tools import coach_verdicts
from trainer.coach import KINDS, advise
from trainer.recipe.check import check
from trainer.recipe.data import DataFacts
from trainer.recipe.diagnosis import Severity
from trainer.recipe.difference import differences
from trainer.sources.text_csv.spec import TextCsv

FILES = sorted(HISTORIES.glob("*.json"))


def test_the_page_tells_what_the_coach_says() -> None:
    page = coach_verdicts.PAGE.read_text("utf-8")
    assert page == coach_verdicts.page(), "run python -m tools.coach_verdicts"


def test_the_counts_are_those_of_the_recorded_runs() -> None:
    source = coach_verdicts.COUNTED.read_text("utf-8")
    assert source == coach_verdicts.counted_source(), "run python -m tools.coach_verdicts"


def test_every_case_is_kept(tmp_path: Path) -> None:
    expected = {file_of(case, "tuned") for case in tuned(tmp_path)}
    expected |= {file_of(case, "held-out") for case in held_out(tmp_path)}
    assert set(FILES) == expected
    assert len(FILES) >= 36
    healthy = [path for path in FILES if kept(path).problem is None]
    assert 4 * len(healthy) >= len(FILES)


RUNS = [kept(path) for path in FILES] + [
    run for part in coach_verdicts.DATA_PARTS for run in coach_verdicts.data_runs(part)
]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run.part} {run.name}")
def test_advice_on_a_real_run(run: Kept) -> None:
    """In words without gaps, and one change each, of which the check of recipes has nothing new to say."""
    facts = facts_of(run)
    before = {problem.message for problem in check(run.recipe, facts).diagnoses}
    for advice in advise(run.recipe, run.history):
        assert advice.kind in KINDS
        assert not {"None", "nan", "inf"} & set(f"{advice.seen} {advice.meaning} {advice.suggestion}".split())
        for fix in advice.fixes:
            assert len(differences(run.recipe, fix.result)) == 1
            after = check(fix.result, facts).diagnoses
            # A layer that is put in moves the numbers of those above it in a message that was there before.
            assert len(after) <= len(before)
            assert not any(problem.severity is Severity.ERROR for problem in after)


def facts_of(run: Kept) -> DataFacts:
    """What the check has to know of a run's data; the pictures made for it have 12 by 12 pixels."""
    prepared, source = run.history.prepared, run.recipe.data
    assert prepared is not None
    shape: tuple[int, ...] = (12, 12, 1) if source.path else (28, 28, 1)
    vocabulary = None
    if isinstance(source, TextCsv):
        shape, vocabulary = (source.sequence_length,), source.max_words
    return DataFacts(
        shape,
        prepared.class_names,
        prepared.train,
        prepared.validation,
        prepared.test,
        vocabulary,
        modality=source.modality,
    )


def test_the_page_names_every_kind() -> None:
    page = coach_verdicts.PAGE.read_text("utf-8")
    assert [kind for kind in KINDS if f"| `{kind}` |" not in page] == []


@pytest.mark.parametrize("part", list(coach_verdicts.PARTS))
def test_rates(part: str) -> None:
    """It names most problems, and is hardly ever wrong; `docs/coach.md` has the numbers."""
    counted = Counter(coach_verdicts.verdict(run) for run in coach_verdicts.runs(part))
    assert counted["right"] >= 0.7 * counted.total()
    assert counted["wrong"] <= 0.15 * counted.total()


def test_every_second_run_of_a_kind_is_held_out() -> None:
    halves = {
        part: Counter(run.problem for run in coach_verdicts.data_runs(part)) for part in coach_verdicts.DATA_PARTS
    }
    assert set(halves["tuned"]) == {None, *(kind for kind in coach_verdicts.DATA_KINDS if kind != "healthy")}
    for kind, number in halves["tuned"].items():
        assert halves["held-out"][kind] in (number, number - 1)
        assert number >= 4
    flawed = sum(number for half in halves.values() for kind, number in half.items() if kind not in (None, "rate"))
    assert flawed >= 48
    assert halves["tuned"][None] + halves["held-out"][None] >= 16


@pytest.mark.parametrize("part", ["held-out", "new"])
def test_where_the_data_is_the_cause(part: Literal["held-out", "new"]) -> None:
    """On runs that no rule was chosen on, nine of ten pieces of advice are true, and so many causes are named."""
    found = coach_verdicts.data_runs(part)
    counts = coach_verdicts.count([found]).values()
    assert sum(right for right, _ in counts) >= 0.9 * sum(given for _, given in counts)
    named = [run for run in found if run.problem is not None and coach_verdicts.verdict(run) == "right"]
    assert len(named) >= 0.9 * len([run for run in found if run.problem is not None])


def test_it_is_silent_on_healthy_runs() -> None:
    """One of 37 is said to overfit: from 325 messages it learns all, and validation stays nine points behind."""
    healthy = [
        run for part in coach_verdicts.DATA_PARTS for run in coach_verdicts.data_runs(part) if run.problem is None
    ]
    spoken = [run.name for run in healthy if coach_verdicts.verdict(run) == "wrong"]
    assert len(healthy) >= 36
    assert spoken in ([], ["healthy: SMS, 500 rows (new)"])


def test_the_data_is_asked_before_the_learning_rate() -> None:
    """Of all runs whose data is the cause, none is told to change its learning rate."""
    for part in coach_verdicts.DATA_PARTS:
        for run in coach_verdicts.data_runs(part):
            if run.problem not in (None, "rate"):
                assert not {"learning_rate_too_low", "learning_rate_too_high", "stuck_at_majority"} & set(
                    coach_verdicts.said(run)
                ), run.name

"""What the coach says of real runs, whose histories are kept in `tests/histories`; nothing is trained here.

Each was trained with a known problem made on purpose, or with none, by `python -m tools.coach_verdicts --train`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

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


def test_every_case_is_kept(tmp_path: Path) -> None:
    expected = {file_of(case, "tuned") for case in tuned(tmp_path)}
    expected |= {file_of(case, "held-out") for case in held_out(tmp_path)}
    assert set(FILES) == expected
    assert len(FILES) >= 36
    healthy = [path for path in FILES if kept(path).problem is None]
    assert 4 * len(healthy) >= len(FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_advice_on_a_real_run(path: Path) -> None:
    """In words without gaps, and one change each, of which the check of recipes has nothing new to say."""
    run = kept(path)
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

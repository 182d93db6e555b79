"""What the coach says of real runs, whose histories are kept in `tests/histories`; nothing is trained here.

Each was trained with a known problem made on purpose, or with none, by `python -m benchmarks.coach_verdicts --train`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks import coach_verdicts
from benchmarks.coach_cases import held_out, tuned
from benchmarks.coach_runs import FOLDER, file_of, kept
from trainer.coach import KINDS, advise
from trainer.recipe.difference import differences

FILES = sorted(FOLDER.glob("*.json"))


def test_the_page_tells_what_the_coach_says() -> None:
    page = coach_verdicts.PAGE.read_text("utf-8")
    assert page == coach_verdicts.page(), "run python -m benchmarks.coach_verdicts"


def test_every_case_is_kept(tmp_path: Path) -> None:
    expected = {file_of(case, "tuned") for case in tuned(tmp_path)}
    expected |= {file_of(case, "held-out") for case in held_out(tmp_path)}
    assert set(FILES) == expected
    assert len(FILES) >= 36
    healthy = [path for path in FILES if kept(path).problem is None]
    assert 4 * len(healthy) >= len(FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_advice_on_a_real_run(path: Path) -> None:
    """In good form, and one change each; while it went on, nothing was said that its end took back as diverged."""
    run = kept(path)
    for advice in advise(run.recipe, run.history):
        assert advice.title == KINDS[advice.kind]
        assert advice.recipe is None or len(differences(run.recipe, advice.recipe)) == 1
        assert "None" not in advice.seen + advice.meaning + advice.try_this


@pytest.mark.parametrize("part", list(coach_verdicts.PARTS))
def test_rates(part: str) -> None:
    """It names most problems, and is hardly ever wrong; `docs/coach.md` has the numbers."""
    counted = Counter(coach_verdicts.verdict(run) for run in coach_verdicts.runs(part))
    assert counted["right"] >= 0.7 * counted.total()
    assert counted["wrong"] <= 0.15 * counted.total()

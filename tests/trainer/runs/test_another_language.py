"""A run that was trained in one language is read in another: logs hold codes, and words are made for the reader."""

from __future__ import annotations

from pathlib import Path

from tests.support.pseudo import without_brackets
from trainer.i18n import ENGLISH, PSEUDO, using
from trainer.recipe.recipe import Recipe
from trainer.runs.curve_description import describe_curves
from trainer.runs.events import EpochEnded, Notice, Phase, RunState, StateChanged, WeightsKept
from trainer.runs.log import LogWriter
from trainer.runs.store import Store
from trainer.runs.wording import WORDING
from trainer.sources.mnist.spec import Mnist


def write_run(store: Store, tag: str) -> str:
    """A run that somebody trains whose Fitboard speaks a language."""
    with using(tag):
        run = store.create(Recipe(data=Mnist()))
        log = LogWriter(store.log(run))
        for event in (
            StateChanged(state=RunState.QUEUED),
            StateChanged(state=RunState.RUNNING),
            Phase(name="training"),
            EpochEnded(epoch=1, seconds=1, logs={"loss": 0.5, "accuracy": 0.9714}),
            Notice(text=WORDING.message("older_state_used", epoch=1)),
            WeightsKept(epoch=1, file="final.weights.h5", reason=WORDING.message("weights_of_the_end")),
            StateChanged(state=RunState.FINISHED, reason=WORDING.message("finished", epochs=1)),
        ):
            log.write(event)
        log.close()
    return run


def words_of(store: Store, run: str, tag: str) -> list[str]:
    """All that is told of a run to somebody who reads in a language."""
    with using(tag):
        found = store.read(run)
        history = found.history
        assert history.weights is not None
        told = [
            history.reason,
            history.weights.reason,
            *(one.text for one in history.notices),
            *describe_curves(history),
        ]
        return [str(one) for one in (*told, found.condition)]


def test_a_run_is_told_in_the_language_of_its_reader_whoever_trained_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "runs")
    english, pseudo = write_run(store, ENGLISH), write_run(store, PSEUDO)
    for run in (english, pseudo):
        assert words_of(store, run, ENGLISH)[0] == "The one epoch is completed."
        assert [text for text in words_of(store, run, PSEUDO) if without_brackets(text)] == []
    assert words_of(store, english, ENGLISH) == words_of(store, pseudo, ENGLISH)
    assert words_of(store, english, PSEUDO) == words_of(store, pseudo, PSEUDO)


def test_a_log_holds_codes_and_no_sentence(tmp_path: Path) -> None:
    store = Store(tmp_path / "runs")
    text = store.log(write_run(store, ENGLISH)).read_text("utf-8")
    assert "runs.finished" in text
    assert not [sentence for sentence in words_of(store, store.ids()[0], ENGLISH)[:-1] if sentence in text]


def test_a_proposed_rate_is_written_as_people_write_it() -> None:
    """A tenth of 0.0003 is 2.9999999999999997e-05 to a computer."""
    told = WORDING.message("diverged", epoch=1, rate=0.0003 / 10)
    assert str(told).endswith("such as 0.00003.")

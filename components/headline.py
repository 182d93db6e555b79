"""What a run has come to, in one sentence and one tone: by its result and the baseline, not by how it ended. Pure."""

from __future__ import annotations

from enum import StrEnum

from components.wording import WORDING
from trainer.messages import Message
from trainer.runs.baseline import Part, Standing, Verdict, score_range, standing
from trainer.runs.events import RunState
from trainer.runs.history import History
from trainer.runs.store import Run


class Tone(StrEnum):
    """How a result is shown."""

    GOOD = "good"
    """Better than the baseline, and that is not chance: the only one that may be green."""
    NEUTRAL = "neutral"
    """Nothing to be glad or sorry about, or nobody can tell."""
    POOR = "poor"
    """Nothing has been learned."""
    FAILED = "failed"
    """An error has ended it."""


def headline(run: Run) -> Message:
    """What the run has come to: how many answers of the model are right, or why there is no such number.

    The score is that of the weights in the model: of the test, if these weights were tested, else of the validation.

    Returns:
        A sentence without a full stop, to be shown as a heading.
    """
    history = run.history
    if run.damage is not None:
        return WORDING.message("headline_damaged")
    if not run.state.is_over:
        return WORDING.message("headline_in_progress")
    if history.has_diverged:
        return WORDING.message("headline_diverged")
    if run.state is RunState.FAILED:
        return WORDING.message("headline_failed")
    done = len(history.epochs)
    if not done:
        return WORDING.message("headline_no_epoch")
    if run.state is RunState.INTERRUPTED:
        return WORDING.message("headline_interrupted", done=done, epochs=max(history.epochs_wanted or 0, done))
    return _result(run)


def tone(run: Run) -> Tone:
    """How `headline` is to be shown."""
    if run.damage is not None or run.state is RunState.FAILED:
        return Tone.FAILED
    if run.history.has_diverged:
        return Tone.POOR
    found = standing_of_model(run.history)
    if found is None or run.state not in {RunState.FINISHED, RunState.STOPPED}:
        return Tone.NEUTRAL
    if found.verdict is Verdict.NO_BETTER:
        return Tone.POOR
    return Tone.GOOD if found.verdict is Verdict.BETTER and _score(run.history)[0] != "training" else Tone.NEUTRAL


def standing_of_model(history: History) -> Standing | None:
    """The score of the weights in the model beside the baseline; None where one of the two is not known."""
    part, accuracy = _score(history)
    return None if part is None or accuracy is None else standing(history, part, accuracy)


def luck(run: Run) -> Message | None:
    """How far luck may have moved the score that `headline` is about; None where it is about none."""
    (part, accuracy), found = _score(run.history), standing_of_model(run.history)
    has_result = run.damage is None and run.state in {RunState.FINISHED, RunState.STOPPED}
    is_one_class = found is not None and found.verdict is Verdict.ONE_CLASS
    if not has_result or run.history.has_diverged or is_one_class or part is None or accuracy is None:
        return None
    return None if part == "training" else score_range(run.history, part, accuracy)


def _score(history: History) -> tuple[Part | None, float | None]:
    """On which rows the weights in the model were measured, and how many of them were answered right, 0 to 1."""
    if (tested := history.test_of_weights) is not None:
        return "test", tested.logs["accuracy"]
    scored = history.scored_epoch
    if scored is None:
        return None, None
    if "val_accuracy" in scored.logs:
        return "validation", scored.logs["val_accuracy"]
    return "training", scored.logs.get("accuracy")


def _result(run: Run) -> Message:
    history, found = run.history, standing_of_model(run.history)
    part, share = _score(history)
    if part is None or share is None:
        return WORDING.message("headline_finished", done=len(history.epochs))
    if found is not None and found.verdict is Verdict.ONE_CLASS:
        return WORDING.message("headline_one_class")
    if found is not None and found.verdict is Verdict.NO_BETTER:
        return WORDING.message("headline_no_better", share=found.bar)
    is_same = history.prepared is not None and history.prepared.same_rows
    if is_same or part == "training":
        name = "trained"
    elif found is not None and found.verdict is Verdict.UNSURE:
        name = "unsure"
    else:
        name = "tested" if part == "test" else "right"
    what = "table" if run.recipe is None else run.recipe.data.modality
    return WORDING.message(f"headline_{name}_{what}", share=share)

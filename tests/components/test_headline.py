"""What a run has come to: the headline and its tone, for each way in which a run can end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from components.headline import Tone, headline, luck, tone
from trainer.recipe.layers import Dense
from trainer.recipe.recipe import Recipe
from trainer.runs import events
from trainer.runs.events import Continued, EpochEnded, Prepared, RunState, StateChanged, WeightsKept
from trainer.runs.history import History
from trainer.runs.store import Run
from trainer.sources.mnist.spec import Mnist
from trainer.sources.text_csv.spec import TextCsv

PICTURES = Recipe(data=Mnist(), layers=(Dense(units=10, activation="softmax"),))
TEXTS = PICTURES.with_(data=TextCsv(path="reviews.csv"))


def run(
    end: RunState = RunState.FINISHED,
    *,
    right: float | None = 0.97,
    majority: float | None = 0.1,
    epochs: int = 2,
    recipe: Recipe = PICTURES,
    loss: float = 0.1,
    more: tuple[Any, ...] = (),
    **prepared: Any,
) -> Run:
    """A run of three epochs, of which some are done, with a validation accuracy of `right`."""
    facts: dict[str, Any] = {
        "train": 900, "validation": 1000, "test": 1000, "same_rows": False, "class_names": ("7", "8"),
        "majority": majority, "val_majority": majority, "test_majority": majority,
        "most_common": None if majority is None else "7",
    }  # fmt: skip
    logs = {"loss": loss, "accuracy": 0.99} | ({} if right is None else {"val_loss": 0.1, "val_accuracy": right})
    told = [
        StateChanged(state=RunState.QUEUED),
        StateChanged(state=RunState.RUNNING),
        Prepared(seconds=1, steps=3, epochs=3, batch_size=32, parameters=10, **facts | prepared),
        *(EpochEnded(epoch=epoch, seconds=1, logs=logs) for epoch in range(1, epochs + 1)),
        *([WeightsKept(epoch=epochs, file="final.weights.h5", reason="the end")] if epochs else []),
        StateChanged(state=end),
        *more,
    ]
    numbered = [event.model_copy(update={"n": n, "t": float(n)}) for n, event in enumerate(told)]
    return Run("20260101-000000-abcdefghijklmnop", recipe, History().add(numbered))


def judged(right: float) -> events.Tested:
    return events.Tested(
        logs={"loss": 0.3, "accuracy": right}, rows=1000, weights_epoch=2, seconds=1, file="test-1.npz"
    )


def kept(epoch: int) -> WeightsKept:
    return WeightsKept(epoch=epoch, file="epoch-1.weights.h5", reason="the best")


@pytest.mark.parametrize(
    ("made", "code", "how"),
    [
        (run(), "right_image", Tone.GOOD),
        (run(recipe=TEXTS), "right_text", Tone.GOOD),
        (run(RunState.STOPPED), "right_image", Tone.GOOD),
        (run(right=0.5), "no_better", Tone.POOR),  # one of two classes
        (run(right=0.7, majority=0.8), "no_better", Tone.POOR),
        (run(right=0.52, validation=20), "unsure_image", Tone.NEUTRAL),
        (run(majority=1.0), "one_class", Tone.NEUTRAL),
        (run(majority=None), "right_image", Tone.NEUTRAL),  # an older run: nobody knows what guessing is worth
        (run(same_rows=True), "trained_image", Tone.NEUTRAL),
        (run(same_rows=True, more=(judged(1.0),)), "trained_image", Tone.NEUTRAL),
        (run(right=None), "trained_image", Tone.NEUTRAL),
        (run(more=(judged(0.9),)), "tested_image", Tone.GOOD),
        (run(more=(judged(0.4),)), "no_better", Tone.POOR),
        (run(right=None, majority=1 - 1e-6), "no_better", Tone.POOR),
        (run(loss=float("nan")), "diverged", Tone.POOR),
        (run(RunState.FAILED), "failed", Tone.FAILED),
        (run(RunState.INTERRUPTED), "interrupted", Tone.NEUTRAL),
        (run(RunState.INTERRUPTED, epochs=0), "no_epoch", Tone.NEUTRAL),
        (run(RunState.STOPPED, epochs=0), "no_epoch", Tone.NEUTRAL),
        (run(RunState.PAUSED), "in_progress", Tone.NEUTRAL),
        (replace(run(), damage="torn"), "damaged", Tone.FAILED),
    ],
)
def test_each_ending_has_its_headline(made: Run, code: str, how: Tone) -> None:
    assert headline(made).code == f"components.headline_{code}"
    assert tone(made) is how


def test_the_score_is_that_of_the_weights_in_the_model() -> None:
    assert headline(run(right=0.97, more=(judged(0.9),))).parameters["share"] == 0.9
    # Another epoch was put into the model since the test, or it was trained longer: the test is of other weights.
    assert headline(run(more=(judged(0.9), kept(1)))).code == "components.headline_right_image"
    longer = Continued(epoch=2, epochs=4, why="further"), EpochEnded(epoch=3, seconds=1, logs={"loss": 0.1}), kept(3)
    assert headline(run(more=(judged(0.9), *longer))).code != "components.headline_tested_image"


def test_no_better_than_guessing_says_what_guessing_gives() -> None:
    assert headline(run(right=0.3)).parameters == {"share": 0.5}
    assert headline(run(right=0.3, majority=0.8)).parameters == {"share": 0.8}


@pytest.mark.parametrize(
    ("made", "share"),
    [
        (run(), 0.97),
        (run(right=0.3), 0.3),  # its headline says what guessing gives, so the score itself stands here
        (run(majority=None), 0.97),
        (run(RunState.STOPPED), 0.97),
        (run(more=(judged(0.9),)), 0.9),
        (run(majority=1.0), None),
        (run(right=None), None),  # training rows
        (run(same_rows=True), None),
        (run(loss=float("nan")), None),
        (run(RunState.INTERRUPTED), None),
        (run(RunState.FAILED), None),
        (run(RunState.STOPPED, epochs=0), None),
        (run(RunState.PAUSED), None),
        (replace(run(), damage="torn"), None),
    ],
)
def test_the_score_of_a_headline_comes_with_what_luck_does_to_it(made: Run, share: float | None) -> None:
    told = luck(made)
    assert (None if told is None else (told.code, told.parameters["share"], told.parameters["rows"])) == (
        None if share is None else ("runs.score_range", share, 1000)
    )

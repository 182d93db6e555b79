"""Events folded into what a reader wants to know, against numbers worked out by hand."""

import json
from itertools import pairwise
from math import inf, nan

import pytest
from pydantic import ValidationError

from trainer.runs.events import (
    ActionFailed,
    Answered,
    AnyEvent,
    BatchSeen,
    Continued,
    EpochEnded,
    Phase,
    Prepared,
    RunState,
    StateChanged,
    Watch,
    WeightsKept,
    parse,
)
from trainer.runs.events import (
    Tested as Opened,
)
from trainer.runs.history import MAX_ANSWERS, History
from trainer.runs.wording import WORDING

PREPARED = Prepared(
    seconds=1.5,
    train=40,
    validation=8,
    test=10,
    same_rows=False,
    steps=10,
    epochs=4,
    batch_size=4,
    parameters=99,
    class_names=("no", "yes"),
)


def history(*events: AnyEvent | tuple[float, AnyEvent]) -> History:
    timed = [event if isinstance(event, tuple) else (float(n), event) for n, event in enumerate(events)]
    return History().add(event.model_copy(update={"n": n, "t": t}) for n, (t, event) in enumerate(timed))


def batch(epoch: int, step: int, **logs: float) -> BatchSeen:
    return BatchSeen(epoch=epoch, step=step, logs=logs or {"loss": 1.0})


def epoch(number: int, **logs: float) -> EpochEnded:
    return EpochEnded(epoch=number, seconds=1, logs=logs)


def answered(after: int, *answers: int) -> Answered:
    rows, truth = tuple(range(len(answers))), (1,) * len(answers)
    return Answered(
        epoch=after, checksum="0badcafe", rows=rows, truth=truth, answers=answers, confidences=(0.5,) * len(answers)
    )


def test_a_test_is_of_the_weights_in_the_model_or_of_others() -> None:
    tested = Opened(logs={"loss": 1, "accuracy": 0.5}, rows=9, weights_epoch=2, seconds=1, file="t.npz")
    kept = [WeightsKept(epoch=number, file="w", reason="the best") for number in (1, 2)]
    assert history().test_of_weights is None
    assert history(kept[1], tested).test_of_weights is not None
    assert history(kept[0], tested).test_of_weights is None
    assert history(kept[1], tested, kept[0]).test_of_weights is None


def test_weights_of_another_stop_inside_the_same_epoch_are_untested() -> None:
    tested = Opened(logs={"loss": 1, "accuracy": 0.5}, rows=9, weights_epoch=2, inside_epoch=3, seconds=1, file="t.npz")
    kept = [WeightsKept(epoch=2, inside_epoch=3, file="w", reason=f"stopped {time}") for time in ("once", "again")]
    assert history(kept[0], tested).test_of_weights is not None
    assert history(kept[0], tested, kept[1]).test_of_weights is None
    assert history(kept[0], tested, kept[1], tested).test_of_weights is not None


def test_answers_come_by_epoch() -> None:
    found = history(PREPARED, answered(0, 0, 0), answered(1, 0, 1), answered(3, 1, 1), answered(2, 1, 0))
    assert [(one.epoch, one.answers) for one in found.answers] == [(0, (0, 0)), (1, (0, 1)), (2, (1, 0)), (3, (1, 1))]
    snapshot = found.snapshot()
    found.add([answered(3, 0, 0).model_copy(update={"n": 5})])
    assert [one.answers for one in found.answers] == [(0, 0), (0, 1), (1, 0), (0, 0)]
    assert [one.answers for one in snapshot.answers] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    found.add([Continued(n=6, epoch=1, epochs=4, why="resume")])
    assert [one.epoch for one in found.answers] == [0, 1], "later epochs are trained again"


def test_a_long_run_remembers_evenly_spread_answers() -> None:
    count = 20 * MAX_ANSWERS
    epochs = [one.epoch for one in history(PREPARED, *(answered(n, 1) for n in range(count + 1))).answers]
    assert len(epochs) == MAX_ANSWERS
    assert (epochs[0], epochs[-1]) == (0, count)
    gaps = [later - earlier for earlier, later in pairwise(epochs[:-1])]
    assert max(gaps) <= 3 * min(gaps)


@pytest.mark.parametrize("columns", [{"rows": []}, {"truth": [1, 1]}, {"answers": [1] * 13}, {"checksum": "x"}])
def test_answers_of_another_form_are_damage(columns: dict[str, object]) -> None:
    whole = answered(1, 1).model_dump()
    assert parse(json.dumps(whole)) == answered(1, 1)
    with pytest.raises(ValidationError):
        parse(json.dumps(whole | columns))


def test_before_anything() -> None:
    empty = History()
    assert (empty.state, empty.best_epoch, empty.progress, empty.seconds_left) == (RunState.QUEUED, None, 0.0, None)
    assert empty.epoch_curve("loss") == empty.batch_curve("loss") == ([], [])
    assert empty.seconds_of_training == 0.0


def test_everything_lands_in_its_place() -> None:
    kept = WeightsKept(epoch=1, file="w", reason="r")
    tested = Opened(logs={"loss": 1.0, "accuracy": 0.5}, rows=10, weights_epoch=1, seconds=0.5, file="t")
    folded = history(
        StateChanged(state=RunState.RUNNING),
        Phase(name="preparing"),
        PREPARED,
        Phase(name="training"),
        batch(1, 10),
        epoch(1, loss=2.0),
        Phase(name="saving"),
        kept,
        StateChanged(state=RunState.FINISHED, reason="done"),
        (20.0, tested),
    )
    assert (folded.state, folded.reason, folded.cursor, folded.seconds) == (RunState.FINISHED, "done", 9, 20.0)
    assert folded.phase is None, "a test that has its answer is no longer going on"
    assert (folded.weights.file, folded.tests[0].rows, folded.prepared.train) == ("w", 10, 40)
    assert folded.seconds_of_training == 3.0, "a test later on does not make the training longer"
    assert folded.progress == 1.0
    assert folded.seconds_left is None


def test_an_event_counts_once() -> None:
    events = [batch(1, step).model_copy(update={"n": step}) for step in range(5)]
    folded = History().add(events[:3])
    folded.add(events)
    assert [seen.step for seen in folded.batches] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("epochs", "best"),
    [
        ([], None),
        ([{"loss": 3.0}, {"loss": 1.0}, {"loss": 2.0}], 2),
        ([{"loss": 3.0, "val_loss": 1.0}, {"loss": 1.0, "val_loss": 2.0}], 1),
        ([{"val_loss": 1.0}, {"val_loss": 1.0}], 1),
        ([{"val_loss": nan}, {"val_loss": 5.0}, {"val_loss": inf}], 2),
        ([{"loss": nan}, {"loss": nan}], None),
        ([{"accuracy": 0.5}], None),
    ],
)
def test_best_epoch(epochs: list[dict[str, float]], best: int | None) -> None:
    assert history(*(epoch(n + 1, **logs) for n, logs in enumerate(epochs))).best_epoch == best


def test_curves() -> None:
    folded = history(
        PREPARED,
        batch(1, 5, loss=4.0, accuracy=0.1),
        batch(1, 10, loss=nan, accuracy=0.2),
        epoch(1, loss=3.5, val_loss=inf),
        batch(2, 5, loss=3.0),
        epoch(2, loss=2.5, val_loss=2.0),
    )
    assert folded.batch_curve("loss") == ([0.5, 1.5], [4.0, 3.0])
    assert folded.batch_curve("accuracy") == ([0.5, 1.0], [0.1, 0.2])
    assert folded.epoch_curve("loss") == ([1.0, 2.0], [3.5, 2.5])
    assert folded.epoch_curve("val_loss") == ([2.0], [2.0])
    assert folded.epoch_curve("nothing") == ([], [])


@pytest.mark.parametrize(
    ("events", "progress"),
    [
        ([], 0.0),
        ([PREPARED], 0.0),
        ([PREPARED, batch(1, 5)], 0.125),
        ([PREPARED, batch(1, 10), epoch(1, loss=1)], 0.25),
        ([PREPARED, batch(1, 10), epoch(1, loss=1), batch(2, 5)], 0.375),
        ([PREPARED, *[epoch(n, loss=1) for n in (1, 2, 3, 4)]], 1.0),
        ([PREPARED, epoch(1, loss=1), StateChanged(state=RunState.STOPPED)], 0.25),
        ([PREPARED, epoch(1, loss=1), StateChanged(state=RunState.FINISHED)], 1.0),
    ],
)
def test_progress(events: list[AnyEvent], progress: float) -> None:
    assert history(*events).progress == progress


def test_seconds_left() -> None:
    begun: list[tuple[float, AnyEvent]] = [(0.0, PREPARED), (1.0, Phase(name="compiling"))]
    assert history(*begun).seconds_left is None
    first = [*begun, (10.0, batch(1, 1)), (12.0, batch(1, 5))]
    a_batch, validation = 0.5, 8 / 40 / 3
    assert history(*first).seconds_left == pytest.approx(4 * 10 * a_batch * (1 + validation) - 5 * a_batch, abs=0.01)
    timed = [*first, (14.5, batch(1, 10)), (16.5, epoch(1, loss=1))]
    rest = (2.0 + 5.0 * validation) / 2
    assert history(*timed).seconds_left == pytest.approx(3 * (5.0 + rest), abs=0.01), "the first one builds its graph"
    second = [*timed, (17.0, batch(2, 1)), (21.5, batch(2, 10)), (23.0, epoch(2, loss=1))]
    assert history(*second).seconds_left == pytest.approx(2 * (5.0 + 1.5), abs=0.01), "timed"
    assert history(*timed, (16.6, StateChanged(state=RunState.STOPPED))).seconds_left is None


def test_a_run_is_judged_by_the_weights_that_it_keeps() -> None:
    """The list showed the last epoch, the sentence below it the best: 6 points apart became 4 (N12)."""
    trained: list[AnyEvent] = [PREPARED, epoch(1, val_accuracy=0.97), epoch(2, val_accuracy=0.91)]
    best = WeightsKept(epoch=1, file="w", reason="r")
    during = history(*trained).scored_epoch
    assert during is not None
    assert during.epoch == 2, "while it trains, the last one"
    over = history(*trained, best, StateChanged(state=RunState.STOPPED)).scored_epoch
    assert over is not None
    assert over.epoch == 1
    inside = history(*trained, best.model_copy(update={"epoch": 3}), StateChanged(state=RunState.STOPPED)).scored_epoch
    assert inside is not None
    assert inside.epoch == 2, "stopped inside epoch 3, which has no numbers"
    assert history(PREPARED).scored_epoch is None


def test_seconds_left_leaves_out_a_pause() -> None:
    told: list[tuple[float, AnyEvent]] = [(0.0, PREPARED), (1.0, batch(1, 1)), (3.0, batch(1, 5))]
    before = history(*told).seconds_left
    paused = [*told, (3.0, StateChanged(state=RunState.PAUSED))]
    assert history(*paused).seconds_left == before
    resumed = [*paused, (100.0, StateChanged(state=RunState.RUNNING)), (100.0, batch(1, 6))]
    left = history(*resumed).seconds_left
    assert before is not None
    assert left is not None
    assert left < before


def test_seconds_left_after_continuing_forgets_what_came_before() -> None:
    told: list[tuple[float, AnyEvent]] = [
        (0.0, PREPARED),
        (1.0, batch(1, 1)),
        (91.0, batch(1, 10)),
        (95.0, epoch(1, loss=1)),
    ]
    resumed: list[tuple[float, AnyEvent]] = [*told, (96.0, Continued(epoch=1, epochs=2, why="resume"))]
    assert history(*resumed).seconds_left is None
    again: list[tuple[float, AnyEvent]] = [*resumed, (99.0, batch(2, 1)), (100.0, batch(2, 5))]
    assert history(*again).seconds_left == pytest.approx(5 * 0.25 + 10 * 0.25 * 8 / 40 / 3, abs=0.01)


def test_the_best_epoch_is_the_one_that_the_trainer_keeps() -> None:
    """A callback may watch another number than the loss; the chart marked one epoch, and the test used another's."""
    watch = Watch(monitor="val_accuracy", best_epoch=1)
    folded = history(
        PREPARED,
        epoch(1, val_loss=0.5, val_accuracy=0.9),
        epoch(2, val_loss=0.4, val_accuracy=0.8).model_copy(update={"watch": watch}),
    )
    assert (folded.best_epoch, folded.monitor) == (1, "val_accuracy")
    lost = watch.model_copy(update={"best_epoch": None})  # the disk took no weights
    folded.add([epoch(3, val_loss=0.3, val_accuracy=0.95).model_copy(update={"watch": lost, "n": 9})])
    assert folded.best_epoch == 3


def test_a_run_that_stopped_early_has_finished_without_all_its_epochs() -> None:
    folded = history(PREPARED, epoch(1, loss=1.0), StateChanged(state=RunState.FINISHED))
    assert (folded.progress, folded.progress_of_epochs) == (1.0, 0.25)


def test_what_fails_on_a_run_that_is_over_is_kept_apart() -> None:
    over = StateChanged(state=RunState.FINISHED)
    failed = history(over, ActionFailed(action="keep", message=WORDING.message("weights_not_saved")))
    assert failed.failed_action is not None
    assert failed.failed_action.action == "keep", "and no test has failed"
    old = history(over, Phase(name="testing"), Phase(name="test_failed", text="The data file is gone."))
    assert old.failed_action is not None
    assert (old.failed_action.action, old.failed_action.message) == ("test", "The data file is gone.")
    assert not old.is_being_tested
    nameless = history(over, Phase(name="test_failed")).failed_action
    assert nameless is not None
    assert nameless.message == WORDING.message("action_failed")
    again = history(over, ActionFailed(action="test", message="No."), Phase(name="testing"))
    assert (again.failed_action, again.is_being_tested) == (None, True)
    kept = WeightsKept(epoch=1, file="w", reason="r")
    assert history(over, ActionFailed(action="keep", message="No."), kept).failed_action is None


def test_who_pressed_stop_is_told_to_whoever_did() -> None:
    stopped = StateChanged(state=RunState.STOPPED, reason=WORDING.message("stopped_after", done=2, epochs=5), by="ann")
    found = history(stopped)
    told = {reader: found.reason_for(reader) for reader in (None, "ann", "bob")}
    assert [told[reader].code for reader in told] == [
        "runs.stopped_after",
        "runs.stopped_after_by_you",
        "runs.stopped_after_by_other",
    ]
    assert str(told["ann"]) == "Stopped by you after 2 of 5 epochs."
    old = history(StateChanged(state=RunState.STOPPED, reason="Stopped by you after 2 of 5 epochs.", by="ann"))
    assert old.reason_for("ann") == "Stopped by you after 2 of 5 epochs."
    assert old.reason_for("bob") == "Stopped by somebody else at this computer after 2 of 5 epochs."
    assert old.reason_for() == "Stopped after 2 of 5 epochs."
    failed = history(StateChanged(state=RunState.FAILED, reason=WORDING.message("out_of_memory"), by="ann"))
    assert failed.reason_for("bob") == WORDING.message("out_of_memory")

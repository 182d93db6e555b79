"""Scheduler: who computes when. A clock that only moves when told; threads that wait are awaited by what they do."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from trainer.engine.scheduler import SLICE_SECONDS, QueuedSlot, Scheduler

PATIENCE = 20.0


def never() -> bool:
    return False


class Fit(threading.Thread):
    """Takes its turn, and does at its boundaries what the test tells it to."""

    def __init__(
        self, scheduler: Scheduler, is_cancelled: Callable[[], bool] = never, *, exclusive: bool = False
    ) -> None:
        super().__init__(daemon=True)
        self.slot = scheduler.slot(is_cancelled, exclusive=exclusive)
        self.has_turn, self.go_on, self.is_over = threading.Event(), threading.Event(), threading.Event()
        self.got: bool | None = None
        self.start()

    def run(self) -> None:
        self.got = self.slot.take()
        if self.got:
            self.has_turn.set()
            self.go_on.wait(PATIENCE)
            self.slot.leave()
        self.is_over.set()


@pytest.fixture
def scheduler(clock: Any) -> Scheduler:
    return Scheduler(clock)


def queued(scheduler: Scheduler, length: int) -> None:
    """Wait until so many stand in the queue. Coming in wakes nobody, so that it is looked at again and again."""
    pause = threading.Event()
    for _ in range(int(PATIENCE * 100)):
        if scheduler.length == length:
            return
        pause.wait(0.01)
    raise AssertionError(f"There are never {length} in the queue.")


def test_first_come_first_served(scheduler: Scheduler) -> None:
    fits = []
    for place in range(4):
        fits.append(Fit(scheduler))
        queued(scheduler, place + 1)
    for place, fit in enumerate(fits):
        assert fit.has_turn.wait(PATIENCE)
        assert not any(later.has_turn.is_set() for later in fits[place + 1 :])
        assert [later.slot.waiting for later in fits[place:]] == list(range(4 - place))
        fit.go_on.set()
        assert fit.is_over.wait(PATIENCE)
        assert fit.slot.waiting == 0


def test_turn_is_kept_for_a_slice_and_then_passed_on(scheduler: Scheduler, clock: Any) -> None:
    mine = scheduler.slot(never)
    assert mine.take()
    clock.now += 10 * SLICE_SECONDS
    mine.yield_()  # nobody waits: returns at once
    other = Fit(scheduler)
    queued(scheduler, 2)
    first = threading.Thread(target=mine.yield_, daemon=True)
    first.start()
    assert other.has_turn.wait(PATIENCE)
    assert (mine.waiting, other.slot.waiting) == (1, 0)
    other.go_on.set()
    first.join(PATIENCE)
    assert not first.is_alive()
    assert mine.waiting == 0
    another = Fit(scheduler)
    queued(scheduler, 2)
    clock.now += SLICE_SECONDS * 0.9
    mine.yield_()
    assert not another.has_turn.is_set(), "its new slice is not used up"
    mine.leave()
    assert another.has_turn.wait(PATIENCE)
    another.go_on.set()
    another.join(PATIENCE)


def test_giving_up_in_the_queue(scheduler: Scheduler) -> None:
    head = scheduler.slot(never)
    assert head.take()
    tired = threading.Event()
    quitter = Fit(scheduler, tired.is_set)
    queued(scheduler, 2)
    next_one = Fit(scheduler)
    queued(scheduler, 3)
    tired.set()
    scheduler.wake()
    assert quitter.is_over.wait(PATIENCE)
    assert quitter.got is False
    assert next_one.slot.waiting == 1
    head.leave()
    assert next_one.has_turn.wait(PATIENCE)
    next_one.go_on.set()
    next_one.join(PATIENCE)


def test_giving_up_after_having_passed_the_turn_on(scheduler: Scheduler, clock: Any) -> None:
    tired = threading.Event()
    mine = scheduler.slot(tired.is_set)
    assert mine.take()
    other = Fit(scheduler)
    queued(scheduler, 2)
    clock.now += 2 * SLICE_SECONDS
    waiting = threading.Thread(target=mine.yield_, daemon=True)
    waiting.start()
    assert other.has_turn.wait(PATIENCE)
    tired.set()
    scheduler.wake()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
    mine.leave()
    mine.leave()
    assert not other.is_over.is_set()
    other.go_on.set()
    other.join(PATIENCE)
    assert not scheduler.length


def test_everybody_moves(scheduler: Scheduler, clock: Any) -> None:
    """Three fits of three slices each: one after another, round and round."""
    order: list[str] = []
    slots: dict[str, QueuedSlot] = {name: scheduler.slot(never) for name in "abc"}

    def work(name: str) -> None:
        assert slots[name].take()
        for _ in range(3):
            order.append(name)
            clock.now += 2 * SLICE_SECONDS
            slots[name].yield_()
        slots[name].leave()

    gate = scheduler.slot(never)
    assert gate.take()
    threads = []
    for place, name in enumerate("abc"):
        threads.append(threading.Thread(target=work, args=(name,), daemon=True))
        threads[-1].start()
        queued(scheduler, place + 2)
    gate.leave()
    for thread in threads:
        thread.join(PATIENCE)
    assert "".join(order) == "abcabcabc"


def test_thirty_that_begin_at_once_have_their_first_batch_before_any_goes_on(scheduler: Scheduler, clock: Any) -> None:
    """A newcomer then has its first turn before any that is going on has its third."""
    order: list[str] = []
    names = [*"abcdef"]
    slots: dict[str, QueuedSlot] = {name: scheduler.slot(never) for name in [*names, "new"]}

    def work(name: str) -> None:
        assert slots[name].take()
        for batch in range(5):
            order.append(name)
            clock.now += 0.6 * SLICE_SECONDS
            if name == "c" and batch == 2:
                newcomer.start()
                queued(scheduler, len(names) + 1)
            slots[name].yield_()
        slots[name].leave()

    gate = scheduler.slot(never)
    assert gate.take()
    newcomer = threading.Thread(target=work, args=("new",), daemon=True)
    threads = [threading.Thread(target=work, args=(name,), daemon=True) for name in names]
    for place, thread in enumerate(threads):
        thread.start()
        queued(scheduler, place + 2)
    gate.leave()
    for thread in [*threads, newcomer]:
        thread.join(PATIENCE)
    assert "".join(order[:6]) == "abcdef", "one batch each, then a slice each"
    came, first = order.index("new"), order.index("c", 3)
    assert all(order[first:came].count(name) <= 2 for name in names), "one turn of two batches each at most"
    assert all(order.count(name) == 5 for name in order)


@pytest.fixture
def two_lanes(clock: Any) -> Scheduler:
    return Scheduler(clock, lanes=2)


def fits(scheduler: Scheduler, number: int) -> list[Fit]:
    """So many fits, which have come one after the other."""
    found: list[Fit] = []
    for place in range(number):
        found.append(Fit(scheduler))
        queued(scheduler, place + 1)
    return found


def end(*some: Fit) -> None:
    for fit in some:
        fit.go_on.set()
        assert fit.is_over.wait(PATIENCE)


def test_two_compute_at_once_and_never_three(two_lanes: Scheduler) -> None:
    a, b, c, d = fits(two_lanes, 4)
    assert a.has_turn.wait(PATIENCE)
    assert b.has_turn.wait(PATIENCE)
    assert [fit.slot.waiting for fit in (a, b, c, d)] == [0, 0, 2, 3]
    assert not c.has_turn.is_set()
    end(b)
    assert c.has_turn.wait(PATIENCE)
    assert not d.has_turn.is_set()
    end(a, c, d)
    assert not two_lanes.length


def test_whoever_yields_goes_behind_those_who_wait(two_lanes: Scheduler, clock: Any) -> None:
    mine = two_lanes.slot(never)
    assert mine.take()
    others = []
    for place in range(3):
        others.append(Fit(two_lanes))
        queued(two_lanes, place + 2)
    a, b, c = others
    clock.now += 2 * SLICE_SECONDS
    yielding = threading.Thread(target=mine.yield_, daemon=True)
    yielding.start()
    assert b.has_turn.wait(PATIENCE)
    assert [slot.waiting for slot in (a.slot, b.slot, c.slot, mine)] == [0, 0, 2, 3]
    end(b)
    assert c.has_turn.wait(PATIENCE)
    assert mine.waiting == 2
    end(a)
    yielding.join(PATIENCE)
    assert not yielding.is_alive()
    mine.leave()
    end(c)
    assert not two_lanes.length


def test_an_exclusive_slot_computes_alone_and_is_not_overtaken(two_lanes: Scheduler) -> None:
    (first,) = fits(two_lanes, 1)
    assert first.has_turn.wait(PATIENCE)
    question = Fit(two_lanes, exclusive=True)
    queued(two_lanes, 2)
    late = Fit(two_lanes)
    queued(two_lanes, 3)
    assert (question.slot.waiting, late.slot.waiting) == (1, 2), "a lane is free, but the question is first"
    end(first)
    assert question.has_turn.wait(PATIENCE)
    assert late.slot.waiting == 1
    end(question)
    assert late.has_turn.wait(PATIENCE)
    end(late)


def test_an_exclusive_slot_that_gives_up_lets_the_others_in(two_lanes: Scheduler) -> None:
    (first,) = fits(two_lanes, 1)
    assert first.has_turn.wait(PATIENCE)
    tired = threading.Event()
    question = Fit(two_lanes, tired.is_set, exclusive=True)
    queued(two_lanes, 2)
    late = Fit(two_lanes)
    queued(two_lanes, 3)
    tired.set()
    two_lanes.wake()
    assert question.is_over.wait(PATIENCE)
    assert question.got is False
    assert late.has_turn.wait(PATIENCE)
    end(first, late)


def test_two_lanes_halve_the_wait(clock: Any) -> None:
    assert Scheduler(clock, lanes=2).expected_seconds(4) == Scheduler(clock).expected_seconds(2)

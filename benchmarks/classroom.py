"""A class of thirty on one computer: everybody presses Train at once, and each should see a curve soon.

`python -m benchmarks.classroom` prints the table of `docs/reliability.md` and takes about two minutes on two cores.
Each person trains lesson 1 on 2,000 pictures for three epochs, in a trainer that is already warm, as the server's is.
For comparison the runs are also trained one after another: six of them, extrapolated to all (`--all` trains all).
`--runs N`, `--epochs N` and `--limit N` change the size of the class and of the lesson.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.support.processes import NOTHING, memory, working_on
from trainer import PROJECT
from trainer.engine.local import LocalEngine
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded, Phase, Prepared, RunState, StateChanged
from trainer.runs.history import History
from trainer.runs.log import LogReader
from trainer.runs.store import Store

LOOK, SAMPLE = 0.02, 0.5
"""Seconds between two looks at the logs, and between two samples of progress and memory."""
SAME_TURN = 0.25
"""Seconds: two signs of life of one run that lie further apart than this, with another run's in between, are of two
turns. Of thirty runs in two lanes each has a turn about once a second, and the times are known to about a twentieth."""


@dataclass
class Pupil:
    """A run as somebody in the class sees it."""

    run: str
    reader: LogReader
    pressed: float
    history: History = field(default_factory=History)
    events: list[AnyEvent] = field(default_factory=list)
    offset: float | None = None
    """What has to be added to the times in its log to get times of this process."""
    first: float | None = None
    over: float | None = None

    def look(self, now: float) -> None:
        """Read what is new."""
        events = self.reader.read()
        self.history.add(events)
        self.events += events
        for event in events:
            # A line is seen some time after it was written: the smallest of all differences is nearest to the truth.
            self.offset = now - event.t if self.offset is None else min(self.offset, now - event.t)
            if isinstance(event, BatchSeen) and self.first is None:
                self.first = now
        if self.over is None and self.history.state.is_over:
            self.over = now

    def at_work(self) -> list[float]:
        """When it gave a sign of life that only a run at its turn can give."""
        at_turn = (Phase, Prepared, BatchSeen, EpochEnded)
        told = [e.t for e in self.events if isinstance(e, at_turn) or (isinstance(e, StateChanged) and _runs(e))]
        return [t + (self.offset or 0.0) for t in told]


def _runs(event: StateChanged) -> bool:
    return event.state is RunState.RUNNING


@dataclass
class Lesson:
    """What was seen of runs that went on together."""

    pupils: list[Pupil]
    fairness: list[tuple[float, bool]]
    """Jain's index at each sample, and whether all had a first point and none was over then."""
    memory: list[float]
    """Megabytes of the trainer, at each sample; the first before anything, the last after the end."""

    @property
    def seconds(self) -> float:
        return max(pupil.over or 0.0 for pupil in self.pupils) - min(pupil.pressed for pupil in self.pupils)


def jain(shares: Sequence[float]) -> float:
    """Jain's index of fairness: 1 if all have got the same, 1/n if one has got everything."""
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 1.0


def together(engine: LocalEngine, recipe: Recipe, count: int, *, late: bool = False) -> Lesson:
    """Let so many people press Train at once, and with `late` one more once all have their first point."""
    (trainer,) = working_on(engine.store.root)
    lesson = Lesson([], [], [memory(trainer)])

    def press() -> None:
        pressed = time.monotonic()
        run = engine.submit(recipe, f"pupil {len(lesson.pupils)}")
        lesson.pupils.append(Pupil(run, LogReader(engine.store.log(run)), pressed))

    for _ in range(count):
        press()
    due = time.monotonic()
    while any(pupil.over is None for pupil in lesson.pupils):
        NOTHING.wait(LOOK)
        now = time.monotonic()
        for pupil in lesson.pupils:
            pupil.look(now)
        all_begun = all(pupil.first is not None for pupil in lesson.pupils)
        if now >= due:
            due = now + SAMPLE
            none_over = all(pupil.over is None for pupil in lesson.pupils)
            shares = [pupil.history.progress for pupil in lesson.pupils]
            lesson.fairness.append((jain(shares), all_begun and none_over))
            lesson.memory.append(memory(trainer))
        if late and all_begun and len(lesson.pupils) == count:
            press()
    NOTHING.wait(SAMPLE)
    lesson.memory.append(memory(trainer))
    for pupil in lesson.pupils:
        if pupil.history.state is not RunState.FINISHED:
            raise RuntimeError(f"A run ended as {pupil.history.state}: {pupil.history.reason}")
    return lesson


def one_after_another(engine: LocalEngine, recipe: Recipe, count: int) -> Lesson:
    """Let so many people press Train, each once the one before has the last number."""
    lessons = [together(engine, recipe, 1) for _ in range(count)]
    return Lesson([one.pupils[0] for one in lessons], [], [part for one in lessons for part in one.memory])


def most_turns_before_a_first(lesson: Lesson) -> int:
    """The most turns that any run was given after another had come and before that one had its first."""
    signs = sorted((at, number) for number, pupil in enumerate(lesson.pupils) for at in pupil.at_work())
    turns: list[list[float]] = [[] for _ in lesson.pupils]
    last, seen = -1, [float("-inf")] * len(lesson.pupils)
    for at, number in signs:
        if number != last and at - seen[number] > SAME_TURN:
            turns[number].append(at)
        last, seen[number] = number, at
    most = 0
    for number, pupil in enumerate(lesson.pupils):
        first = turns[number][0]
        given = [sum(pupil.pressed < at < first for at in other) for k, other in enumerate(turns) if k != number]
        most = max(most, *given)
    return most


def numbers(pupil: Pupil) -> list[dict[str, float]]:
    """All numbers of all epochs of a run."""
    return [epoch.logs for epoch in pupil.history.epochs]


@contextlib.contextmanager
def warm(folder: Path, name: str) -> Iterator[LocalEngine]:
    """A trainer that has just been started and is ready: what was measured before has left nothing in it."""
    engine = LocalEngine(Store(folder / name))
    engine.start()
    try:
        if not engine.ready.wait(120):
            raise RuntimeError("The trainer did not start.")
        yield engine
    finally:
        engine.close()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--limit", type=int, default=2000, help="pictures")
    parser.add_argument("--all", action="store_true", help="all of them one after another, not only six")
    options = parser.parse_args()
    count, some = options.runs, options.runs if options.all else min(6, options.runs)
    settings = [f"fit.epochs={options.epochs}", f"data.limit={options.limit}"]
    recipe = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json").with_settings(settings)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with warm(folder, "alone") as engine:
            alone = one_after_another(engine, recipe, some)
        with warm(folder, "class") as engine:
            lesson = together(engine, recipe, count)
        with warm(folder, "late") as engine:
            late = together(engine, recipe.with_settings([f"fit.epochs={5 * options.epochs}"]), 3, late=True)
    sum_alone = sum((pupil.over or 0.0) - pupil.pressed for pupil in alone.pupils)
    scaled = sum_alone * count / some
    firsts = [[(pupil.first or 0.0) - pupil.pressed for pupil in one.pupils] for one in (lesson, alone)]
    same = sum(numbers(pupil) == numbers(alone.pupils[0]) for pupil in lesson.pupils)
    among = [index for index, is_among in lesson.fairness if is_among]
    jains = f"{median(among):.2f} ({len(among)} samples)" if among else "no sample"
    whole = median(index for index, _ in lesson.fairness)
    measured = "" if some == count else f" ({sum_alone:.1f} s for {some}, times {count / some:g})"
    newcomer = (late.pupils[-1].first or 0.0) - late.pupils[-1].pressed
    rows = [
        (f"{count} at once: first point, median", f"{median(firsts[0]):.1f} s"),
        (f"{count} at once: first point, worst", f"{max(firsts[0]):.1f} s"),
        ("alone: first point, median", f"{median(firsts[1]):.1f} s"),
        (f"{count} at once: until all have finished", f"{lesson.seconds:.1f} s"),
        ("one after another, from the trainer's side", f"{scaled:.1f} s{measured}"),
        ("at once / one after another", f"{lesson.seconds / scaled:.2f}x"),
        ("one after another: first point of the last one", f"{scaled * (count - 1) / count:.0f} s"),
        ("Jain's index, from everybody's first point to the first end, median", jains),
        ("Jain's index, over the whole time, median", f"{whole:.2f}"),
        ("most turns that another run got before a run's first one", most_turns_before_a_first(lesson)),
        ("first point of a run that starts while three train", f"{newcomer:.1f} s"),
        ("trainer's memory before, at most, after",
         f"{lesson.memory[0]:.0f}, {max(lesson.memory):.0f}, {lesson.memory[-1]:.0f} MB"),
        ("runs with the numbers of one alone, to the last digit", f"{same} of {count}"),
    ]  # fmt: skip
    print(f"| {options.limit} pictures, {options.epochs} epochs | |\n|---|---|")
    for title, value in rows:
        print(f"| {title} | {value} |")


if __name__ == "__main__":
    main()

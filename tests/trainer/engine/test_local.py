"""The server's side of the trainer: with a stand-in process, and with the real one, which is started few times."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.support.invariants import check_everything
from tests.support.orders import noted
from tests.support.processes import wait_until
from trainer import PROJECT
from trainer.engine import local
from trainer.engine.local import LocalEngine
from trainer.engine.trainer_process import TrainerProcess
from trainer.recipe.recipe import Recipe
from trainer.runs.events import Phase, RunState, StateChanged
from trainer.runs.log import LogWriter
from trainer.runs.store import Run, Store
from trainer.runs.wording import WORDING

pytestmark = pytest.mark.processes

Tiny = Callable[..., Recipe]


def pid_of(engine: LocalEngine) -> int:
    assert engine._process is not None
    return engine._process.pid


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()  # ended, and only not yet taken notice of
    except (ProcessLookupError, FileNotFoundError):
        return True


def record(store: Store, run: str, *events: StateChanged | Phase) -> None:
    """Write down that a run has begun, and what came then."""
    log = LogWriter(store.log(run))
    for event in (StateChanged(state=RunState.QUEUED), StateChanged(state=RunState.RUNNING), *events):
        log.write(event)
    log.close()


def test_orders(stand_in: LocalEngine, orders: Path, tiny: Tiny) -> None:
    stand_in.stop("before it starts")
    stand_in.start()
    pid = pid_of(stand_in)
    stand_in.start()
    run = stand_in.submit(tiny())
    stand_in.stop(run)
    stand_in.test(run)
    assert stand_in.ready.wait(60)
    wait_until(lambda: len(noted(orders)) == 3)
    assert noted(orders) == [("train", run), ("stop", run), ("test", run)]
    assert pid_of(stand_in) == pid
    stand_in.close()
    assert is_gone(pid)
    assert noted(orders)[-1] == ("close", "")
    stand_in.close()
    stand_in.stop(run)


def test_runs_of_a_killed_server_are_marked_once(stand_in: LocalEngine, tiny: Tiny) -> None:
    store = stand_in.store
    begun, untouched, done = (store.create(tiny()) for _ in range(3))
    record(store, begun, Phase(name="training"))
    record(store, done, StateChanged(state=RunState.FINISHED, reason="All done."))
    stand_in.start()

    def is_marked(run: str) -> bool:
        found = store.read(run)  # one look for both: between two looks the marker takes the run's lock
        return found.state is RunState.INTERRUPTED and not found.left_behind

    for run in (begun, untouched):
        wait_until(partial(is_marked, run))
        assert store.read(run).history.reason == WORDING.message("server_closed")
    assert store.read(done).history.reason == "All done."
    before = store.log(begun).read_bytes()
    LocalEngine(store, stand_in._command)._mark_left_behind()
    assert store.log(begun).read_bytes() == before


def test_crash_with_runs_in_every_state(stand_in: LocalEngine, orders: Path, tiny: Tiny) -> None:
    """A run that was deleted before the crash once ended the supervisor, and with it every later run."""
    store = stand_in.store
    waiting, begun, done, deleted = (stand_in.submit(tiny()) for _ in range(4))
    record(store, begun, Phase(name="training"))
    record(store, done, StateChanged(state=RunState.FINISHED))
    store.delete(deleted)
    assert stand_in.ready.wait(60)
    wait_until(lambda: len(noted(orders)) == 4)
    os.kill(pid_of(stand_in), signal.SIGKILL)
    wait_until(lambda: len(noted(orders)) == 5)
    assert noted(orders)[-1] == ("train", waiting), "a run that still waited is given to the new trainer"
    # It may come after the command for the other.
    wait_until(lambda: store.read(begun).history.reason == WORDING.message("trainer_replaced"))
    assert store.read(begun).state is RunState.INTERRUPTED
    assert store.read(done).state is RunState.FINISHED
    run = stand_in.submit(tiny())
    wait_until(lambda: ("train", run) in noted(orders))


def test_trainer_that_cannot_start_is_not_started_over_and_over(
    store: Store, tmp_path: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = tmp_path / "starts"
    engine = LocalEngine(store, [sys.executable, "-c", f"open({str(starts)!r}, 'a').write('x')"])
    monkeypatch.setattr(local, "RETRY_SECONDS", 0.2)
    engine.start()
    wait_until(lambda: starts.exists() and len(starts.read_text()) >= 2)
    monkeypatch.setattr(local, "RETRY_SECONDS", 1000.0)
    run = engine.submit(tiny())
    engine.close()
    assert engine._process is not None
    engine._process._listener.join(60)
    assert not engine._process._listener.is_alive(), "closing does not wait for the next try"
    assert store.read(run).state is RunState.QUEUED


def test_a_computer_that_refuses_a_process_for_a_moment(
    stand_in: LocalEngine, orders: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The supervisor died of the refusal, and every later run stayed in the queue for ever."""
    monkeypatch.setattr(local, "RETRY_SECONDS", 0.05)
    stand_in.start()
    assert stand_in.ready.wait(60)
    spawn, refusals = stand_in._spawn, iter([True, True, False])

    def moody() -> TrainerProcess:
        if next(refusals, False):
            raise OSError("Resource temporarily unavailable")
        return spawn()

    monkeypatch.setattr(stand_in, "_spawn", moody)
    first = pid_of(stand_in)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: pid_of(stand_in) != first and stand_in.ready.is_set())
    run = stand_in.submit(tiny())
    wait_until(lambda: ("train", run) in noted(orders))


def test_an_answer_that_cannot_be_used_does_not_end_the_listening(store: Store, tiny: Tiny) -> None:
    """The listening thread died of it: no run was ever over again, and no new trainer was started."""
    code = (
        "import sys, pathlib\n"
        "for line in sys.stdin:\n"
        "    if 'close' in line: break\n"
        "    for bad in ('[1]', 'nonsense', '{\"say\": \"run_over\"}',"
        ' \'{"say": "run_problem", "run_id": [1]}\', \'\\xff\'):\n'
        "        sys.stdout.buffer.write(bad.encode('latin-1') + b'\\n')\n"
        '    sys.stdout.buffer.write(b\'{"say": "ready"}\\n\')\n'
        "    sys.stdout.buffer.flush()\n"
    )
    engine = LocalEngine(store, [sys.executable, "-c", code])
    try:
        engine.submit(tiny())
        assert engine.ready.wait(60)
        assert engine._process is not None
        assert engine._process._listener.is_alive()
    finally:
        engine.close()


def test_one_run_that_cannot_be_looked_after_leaves_the_others(
    stand_in: LocalEngine, orders: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = sorted(stand_in.store.create(tiny()) for _ in range(3))
    read_summary, read = stand_in.store.read_summary, stand_in.store.read

    def odd(look: Callable[[str], Run]) -> Callable[[str], Run]:
        def looked(run: str) -> Run:
            if run == runs[0]:
                raise ValueError("something that nobody has thought of")
            return look(run)

        return looked

    monkeypatch.setattr(stand_in.store, "read_summary", odd(read_summary))
    monkeypatch.setattr(stand_in.store, "read", odd(read))
    stand_in.start()
    wait_until(lambda: all(read(run).state is RunState.INTERRUPTED for run in runs[1:]))
    assert stand_in.ready.wait(60)
    lost = stand_in.submit(tiny())
    wait_until(lambda: ("train", lost) in noted(orders))
    with stand_in._lock:
        stand_in._busy[runs[0]] = 1
    first = pid_of(stand_in)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: pid_of(stand_in) != first and stand_in.ready.is_set())
    wait_until(lambda: noted(orders).count(("train", lost)) == 2)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEngine]:
    engine = LocalEngine(Store(tmp_path_factory.mktemp("real") / "runs"))
    engine.start()
    yield engine
    pid = pid_of(engine)
    engine.close()
    assert is_gone(pid)
    check_everything(engine.store.root)


def over(engine: LocalEngine, run: str) -> Run:
    wait_until(lambda: engine.store.read(run).state.is_over and not engine.store.is_alive(run))
    return engine.store.read(run)


def test_train_stop_and_test(real: LocalEngine, tiny: Tiny) -> None:
    finishing, endless = real.submit(tiny()), real.submit(tiny("fit.epochs=10000"))
    wait_until(lambda: bool(real.store.read(endless).history.batches))
    real.stop(endless)
    stopped, finished = over(real, endless), over(real, finishing)
    assert (finished.state, finished.left_behind, len(finished.history.epochs)) == (RunState.FINISHED, False, 2)
    assert (stopped.state, stopped.left_behind) == (RunState.STOPPED, False)
    assert stopped.history.weights is not None
    real.test(finishing)
    wait_until(lambda: bool(real.store.read(finishing).history.tests))
    assert real.store.read(finishing).state is RunState.FINISHED


def test_killed_trainer_is_replaced(real: LocalEngine, tiny: Tiny) -> None:
    assert real.ready.wait(90)
    run = real.submit(tiny("fit.epochs=10000"))
    wait_until(lambda: bool(real.store.read(run).history.epochs))
    old = pid_of(real)
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: real.store.read(run).history.reason == WORDING.message("trainer_replaced"))
    lost = real.store.read(run)
    assert (lost.state, lost.left_behind) == (RunState.INTERRUPTED, False)
    assert [epoch.epoch for epoch in lost.history.epochs] == list(range(1, len(lost.history.epochs) + 1))
    assert over(real, real.submit(tiny())).state is RunState.FINISHED
    assert pid_of(real) != old


SERVER = """
import sys
from pathlib import Path
from trainer.engine.local import LocalEngine
from trainer.engine.trainer_process import TrainerProcess
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Store

engine = LocalEngine(Store(Path(sys.argv[1])))
run = engine.submit(Recipe.load(Path(sys.argv[2])))
print(run, engine._process.pid, flush=True)
engine._process._listener.join()
"""


def test_killed_server_takes_its_trainer_along(store: Store, tiny: Tiny, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.json"
    recipe.write_text(tiny("fit.epochs=10000").to_json(), "utf-8")
    command = [sys.executable, "-c", SERVER, str(store.root), str(recipe)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        run, pid = server.stdout.readline().split()
        wait_until(lambda: bool(store.read(run).history.batches))
        server.kill()
    wait_until(lambda: is_gone(int(pid)))
    read = store.read(run)
    assert (read.state, read.left_behind) == (RunState.INTERRUPTED, False), "it had time to save"
    assert read.history.weights is not None

"""Pasted models are read in processes that can be killed: real ones, some with a limit of the reading taken away.

One pasted line, `x=round(123,-10**9)`, was one call into C that never gave the interpreter's lock back: it froze the
server until SIGKILL.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.processes import wait_until
from trainer import PROJECT
from trainer.engine.reader import Reader
from trainer.engine.reader_process import answer
from trainer.keras_code.limits import MAX_TEXT
from trainer.keras_code.reader import ReadModel, read_model
from trainer.recipe.layers import Bidirectional, Dense, Flatten
from trainer.recipe.spec import RecipeError

pytestmark = pytest.mark.processes

MODEL = "keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, 'softmax')])"
FREEZES = "x=round(123,-10**9)\n" + MODEL
UNBOUNDED = "from trainer.keras_code import values; values.MAX_DIGITS = 10**10"
"""As the reading was: it has `round` worked out whatever it is given."""
PATIENT = 60.0
"""Seconds that the tests wait, so that a busy computer changes nothing."""


def command(*changes: str) -> list[str]:
    """A reader process in which something is changed before it begins."""
    return [sys.executable, "-c", "\n".join([*changes, "from trainer.engine.reader_process import main", "main()"])]


@pytest.fixture
def readers() -> Iterator[Callable[..., Reader]]:
    """Makes readers that are closed in the end, with nothing left of them."""
    made: list[Reader] = []

    def make(*changes: str, **settings: Any) -> Reader:
        made.append(Reader(command(*changes), **{"timeout": PATIENT, "wait": PATIENT, **settings}))
        return made[-1]

    yield make
    for reader in made:
        left = reader.processes()
        reader.close()
        assert not any(map(psutil.pid_exists, left))


def refusal(reader: Reader, text: str, person: str | None = None) -> str:
    """The code of a refusal, or its words where it has none."""
    with pytest.raises(RecipeError) as refused:
        reader.read(text, person)
    return refused.value.code or str(refused.value)


def test_what_is_read_is_what_is_read_here(readers: Callable[..., Reader]) -> None:
    reader = readers()
    for text in (
        MODEL,
        "m = Sequential([Input((28, 9)), Bidirectional(LSTM(3, kernel_regularizer=L2(0.1))), Dense(3, name='ü€')])",
        "m = Sequential([Conv2D(3, 3, trainable=False), Dense(3)])\nm.compile('adam')",
        "m = Sequential([LSTM(32, input_dim=28)])",
    ):
        assert reader.read(text) == read_model(text)
    assert isinstance(reader.read(MODEL).layers, tuple)
    for text, code in (
        ("m = Sequential([Dense('\u2028', )\n", "not_python"),
        ("Sequential([Magic(3)])", "layer_unknown"),
    ):
        with pytest.raises(RecipeError) as refused:
            reader.read(text)
        assert refused.value.code == f"keras_code.{code}"
        with pytest.raises(RecipeError) as here:
            read_model(text)
        assert refused.value.message == here.value.message
    assert len(reader.processes()) == 1, "one is enough for texts one after the other"


def test_a_text_that_holds_the_lock_costs_one_process_and_the_next_is_read(readers: Callable[..., Reader]) -> None:
    reader = readers(UNBOUNDED, timeout=3.0)
    assert reader.read(MODEL).layers == (Flatten(), Dense(units=10, activation="softmax"))
    before = reader.processes()
    assert refusal(reader, FREEZES) == "engine.reading_too_long"
    assert not psutil.pid_exists(before[0])
    assert reader.read(MODEL).layers
    assert reader.processes() != before


def test_others_are_served_meanwhile(readers: Callable[..., Reader]) -> None:
    reader = readers(UNBOUNDED, timeout=600.0)
    reader.start()
    with ThreadPoolExecutor(31) as people:
        hostile = people.submit(refusal, reader, FREEZES, "hostile")
        asked = threading.Barrier(30)

        def ask(person: int) -> ReadModel:
            asked.wait(PATIENT)
            return reader.read(MODEL, str(person))

        answers = list(people.map(ask, range(30)))
        assert not hostile.done(), "it is still being read, and nobody has waited for it"
        assert all(len(one.layers) == 2 for one in answers)
        assert refusal(reader, MODEL, "hostile") == "engine.reader_waits"
        for pid in reader.processes():
            os.kill(pid, signal.SIGTERM)
        assert hostile.result() == "engine.reading_too_long"


def test_who_waits_too_long_is_told_so(readers: Callable[..., Reader]) -> None:
    reader = readers("import threading; threading.Event().wait()", wait=0.1)
    assert refusal(reader, MODEL) == "engine.reader_busy"
    assert refusal(reader, MODEL) == "engine.reader_busy"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit the memory of a process")
def test_a_text_that_needs_too_much_memory(readers: Callable[..., Reader]) -> None:
    reader = readers("from trainer.keras_code import values; values.MAX_PARTS = 10**12")
    assert refusal(reader, "x = [0] * 10**9\n" + MODEL) == "engine.reading_out_of_memory"
    assert reader.read(MODEL).layers


def test_a_process_that_was_ended_is_replaced(readers: Callable[..., Reader]) -> None:
    reader = readers()
    reader.read(MODEL)
    (process,) = map(psutil.Process, reader.processes())
    process.kill()
    wait_until(lambda: process.status() == psutil.STATUS_ZOMBIE)
    assert reader.read(MODEL).layers


def test_a_process_that_cannot_be_started(readers: Callable[..., Reader], tmp_path: Path) -> None:
    reader = Reader([str(tmp_path / "nothing here")], wait=PATIENT)
    assert refusal(reader, MODEL) == "engine.reading_too_long"
    assert refusal(readers("raise SystemExit"), MODEL) == "engine.reading_too_long"
    reader.close()


def test_what_is_far_too_long_is_not_even_sent(readers: Callable[..., Reader]) -> None:
    reader = readers()
    with pytest.raises(RecipeError) as refused:
        reader.read("x" * (MAX_TEXT + 1))
    assert refused.value.code == "keras_code.too_large"
    assert reader.processes() == []


def test_after_its_end(readers: Callable[..., Reader]) -> None:
    reader = readers()
    reader.read(MODEL)
    reader.close()
    assert refusal(reader, MODEL, "somebody") == "engine.reader_busy"
    assert refusal(reader, MODEL, "somebody") == "engine.reader_busy"


SERVER = """
import sys, threading
from trainer.engine.reader import Reader
reader = Reader(sys.argv[2:], timeout=600, wait=60)
reader.read("Dense(3)")
print(*reader.processes(), flush=True)
if sys.argv[1]:
    threading.Thread(target=reader.read, args=(sys.argv[1],), daemon=True).start()
threading.Event().wait()
"""


@pytest.mark.parametrize("text", ["", FREEZES], ids=["idle", "in the middle of a text"])
def test_it_ends_with_a_server_that_is_killed(text: str) -> None:
    child = command(UNBOUNDED, "from trainer.engine import reader_process; reader_process.OVERDUE_SECONDS = 5")
    arguments = [sys.executable, "-c", SERVER, text, *child]
    with subprocess.Popen(
        arguments, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        process = psutil.Process(int(server.stdout.readline()))
        if text:
            busy = process.cpu_times().user + 0.3
            wait_until(lambda: process.cpu_times().user > busy)
        server.kill()
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


def test_an_error_of_ours_is_a_sentence_with_a_reference(caplog: pytest.LogCaptureFixture) -> None:
    def fails(_: str) -> ReadModel:
        raise ZeroDivisionError("this is ours")

    said = answer(MODEL, fails)["refused"]
    assert said["code"] == "engine.reading_failed"
    reference = said["parameters"]["reference"]
    (record,) = caplog.records
    assert reference in record.getMessage()
    assert record.exc_info is not None
    assert "ours" not in json.dumps(said)


def test_an_answer_is_plain_json() -> None:
    said = json.loads(json.dumps(answer("m = Sequential([Input((9,)), Bidirectional(GRU(3)), Dense(3)])")))
    assert [layer["kind"] for layer in said["layers"]] == ["Bidirectional", "Dense"]
    assert said["reads"] == [9]
    assert Bidirectional.from_json(json.dumps(said["layers"][0])).layer.units == 3

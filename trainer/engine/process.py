"""The trainer process: reads commands from standard input, carries them out, and ends when its server goes away.

Started by `trainer.engine.local` as `python -m trainer.engine.process FOLDER_OF_RUNS`; `protocol.py` has the commands.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

import psutil

from trainer.engine import protocol

if TYPE_CHECKING:
    from trainer.engine.measurer import Measurer
    from trainer.engine.protocol import AnyCommand
    from trainer.engine.worker import Worker

LOG = logging.getLogger(__name__)
NICE = 10
"""Where there is a choice, others get some nine tenths of the processor (Linux, sched(7))."""


def main() -> None:
    """Serve until standard input ends, which it does when the server closes it or is gone."""
    # Libraries print to standard output; the pipe to the server is kept apart from that.
    answers, answering = os.fdopen(os.dup(1), "w", buffering=1), threading.Lock()
    os.dup2(2, 1)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    def say(answer: protocol.Answer) -> None:
        try:
            with answering:
                answers.write(answer.to_line())
        except OSError:
            LOG.info("The server is gone; it will not hear %r.", answer)

    from trainer.engine.measurer import Measurer
    from trainer.engine.memory_budget import MemoryBudget, cap_this_process
    from trainer.engine.scheduler import Scheduler
    from trainer.engine.warm_up import warm_up  # TensorFlow first: pandas before it hangs fits on Apple silicon
    from trainer.engine.worker import Worker
    from trainer.fit.threads import use_threads
    from trainer.runs.store import Store

    lanes = use_threads()
    warm_up()
    cap_this_process()
    _lower_priority()
    scheduler, memory = Scheduler(lanes=lanes), MemoryBudget()
    store = Store(Path(sys.argv[1]))
    measurer = Measurer(store, scheduler, memory, say)
    worker = Worker(store, scheduler, memory, say)
    say(protocol.Ready())
    try:
        for line in sys.stdin:
            # One command that cannot be carried out, such as for want of a thread, must not end the other runs.
            try:
                command = protocol.parse_command(line)
                if isinstance(command, protocol.Close):
                    break
                handle_command(worker, measurer, command)
            except Exception:
                LOG.exception("The command %.200s could not be carried out.", line)
    finally:
        measurer.close()
        worker.close()
        # A fit deep inside TensorFlow cannot be ended from outside: its thread must not keep the process alive.
        logging.shutdown()
        os._exit(0)


def _lower_priority() -> None:
    """Let the browser and the server have the processor first: a page that answers late feels broken, a fit does not.

    Where nobody else wants to compute, a fit is as fast as ever.
    """
    try:
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            psutil.Process().nice(NICE)
    except (psutil.Error, OSError) as error:
        LOG.info("The trainer keeps its priority: %s", error)


def handle_command(worker: Worker, measurer: Measurer, command: AnyCommand) -> None:
    """Hand one command to the worker or, if it is a question, to the measurer."""
    match command:
        case protocol.Train() | protocol.Continue() | protocol.OpenTestSet() | protocol.SelectWeights():
            worker.begin(command)
        case protocol.Stop():
            worker.end(command.run_id, "stop", command.by)
        case protocol.Pause():
            worker.pause(command.run_id)
        case protocol.Resume():
            worker.resume(command.run_id)
        case protocol.MeasureCost() | protocol.MakeDraftNetwork() | protocol.MakeNetwork() | protocol.AskNetwork():
            measurer.begin(command)
        case protocol.DropQuestion():
            measurer.drop(command.question_id)
        case protocol.Close():
            raise ValueError("closing is for whoever reads the commands")
        case _:
            assert_never(command)


if __name__ == "__main__":
    main()

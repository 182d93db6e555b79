"""The trainer process: reads orders from standard input, runs them, and ends when its server goes away.

Started by `trainer.engine.local` as `python -m trainer.engine.process FOLDER_OF_RUNS`. An order is one line of JSON,
`{"do": "train", "run": id}`; it can do train, go_on (with `why` and `epochs`), pause, resume, stop (with `by`), test,
keep (with `which`), cost (of a `recipe`), look (how an `example` goes through its layers; for these and for forget
`run` is the word under which they are answered), forget and close. Its answers are lines of JSON as well:
`{"say": "ready"}` once it can take orders, `{"say": "over", "run": id}` when a run is no longer busy, and
`{"say": "trouble", "run": id, "text": sentence}` where the disk does not take what a run has to report; its text is
null once the disk takes it again.
`{"say": "measuring", "question": word, "text": sentence}` says what a question waits for (null: it has its turn), and
`{"say": "cost" or "look", "question": word}` ends it, with `cost` or `layers`, or a `text` why there is none.
Everything else that is to be known stands in the event logs of the runs.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from pathlib import Path
from typing import Any

import psutil

NICE = 10
"""Where there is a choice, others get some nine tenths of the processor (Linux, sched(7))."""


def main() -> None:
    """Serve until standard input ends, which it does when the server closes it or is gone."""
    # Libraries print to standard output; the pipe to the server is kept apart from that.
    answers, answering = os.fdopen(os.dup(1), "w", buffering=1), threading.Lock()
    os.dup2(2, 1)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    def say(what: str, **more: object) -> None:
        try:
            with answering:
                answers.write(json.dumps({"say": what, **more}) + "\n")
        except OSError:
            logging.getLogger(__name__).info("The server is gone; it will not hear %r.", what)

    from trainer.engine.measurer import Measurer
    from trainer.engine.memory_budget import MemoryBudget, cap_this_process
    from trainer.engine.scheduler import Scheduler
    from trainer.engine.warm_up import warm_up  # TensorFlow first: pandas before it hangs fits on Apple silicon
    from trainer.engine.worker import Worker
    from trainer.runs.store import Store

    warm_up()
    cap_this_process()
    _stand_back()
    scheduler, memory = Scheduler(), MemoryBudget()
    measurer = Measurer(scheduler, memory, say)
    worker = Worker(
        Store(Path(sys.argv[1])),
        scheduler,
        over=lambda run: say("over", run=run),
        trouble=lambda run, text: say("trouble", run=run, text=text),
        memory=memory,
    )
    say("ready")
    try:
        for line in sys.stdin:
            order = json.loads(line)
            if order["do"] == "close":
                break
            try:
                handle_command(worker, measurer, order)
            except Exception:
                # One order that cannot be carried out, such as for want of a thread, must not end the other runs.
                logging.getLogger(__name__).exception("The order %.200s could not be carried out.", line)
    finally:
        measurer.close()
        worker.close()
        # A fit deep inside TensorFlow cannot be ended from outside: its thread must not keep the process alive.
        logging.shutdown()
        os._exit(0)


def _stand_back() -> None:
    """Let the browser and the server have the processor first: a page that answers late feels broken, a fit does not.

    Where nobody else wants to compute, a fit is as fast as ever.
    """
    try:
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            psutil.Process().nice(NICE)
    except (psutil.Error, OSError) as error:
        logging.getLogger(__name__).info("The trainer keeps its priority: %s", error)


def handle_command(worker: Any, measurer: Any, order: dict[str, Any]) -> None:
    """Hand one order to the worker or, if it is a question about a recipe, to the measurer."""
    run = order["run"]
    match order["do"]:
        case "train":
            worker.train(run)
        case "go_on":
            worker.go_on(run, order["why"], order["epochs"])
        case "test":
            worker.test(run)
        case "keep":
            worker.keep(run, order["which"])
        case "stop":
            worker.end(run, "stop", order.get("by"))
        case "pause":
            worker.pause(run)
        case "resume":
            worker.resume(run)
        case "cost":
            measurer.measure(run, order["recipe"])
        case "look":
            measurer.layer_outputs(run, order["recipe"], order["example"])
        case "forget":
            measurer.forget(run)


if __name__ == "__main__":
    main()

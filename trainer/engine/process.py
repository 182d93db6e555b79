"""The trainer process: reads orders from standard input, runs them, and ends when its server goes away.

Started by `trainer.engine.local` as `python -m trainer.engine.process FOLDER_OF_RUNS`. An order is one line of JSON,
`{"do": "train", "run": id}`; it can do train, pause, resume, stop, test and close. Its one answer is the line `ready`,
once it can take orders.
Everything else that is to be known stands in the event logs of the runs.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path


def main() -> None:
    """Serve until standard input ends, which it does when the server closes it or is gone."""
    # Libraries print to standard output; the pipe to the server is kept apart from that.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    from trainer.engine.worker import Worker  # TensorFlow first: pandas before it hangs fits on Apple silicon
    from trainer.runs.store import Store

    worker = Worker(Store(Path(sys.argv[1])))
    answers.write("ready\n")
    try:
        for line in sys.stdin:
            order = json.loads(line)
            match order["do"]:
                case "train":
                    worker.train(order["run"])
                case "test":
                    worker.test(order["run"])
                case "stop":
                    worker.end(order["run"], "stop")
                case "pause":
                    worker.pause(order["run"])
                case "resume":
                    worker.resume(order["run"])
                case "close":
                    break
    finally:
        worker.close()
        # A fit deep inside TensorFlow cannot be ended from outside: its thread must not keep the process alive.
        logging.shutdown()
        os._exit(0)


if __name__ == "__main__":
    main()

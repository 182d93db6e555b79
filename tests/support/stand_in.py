"""A stand-in for the server, in a process of its own that can be killed: an engine without any pages.

`StandIn` starts it as `python -m tests.support.stand_in FOLDER_OF_RUNS`. It reads orders as lines of JSON from standard
input and answers each with a line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.processes import wait_until, working_on
from trainer import PROJECT
from trainer.engine.local import LocalEngine
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Store


class StandIn:
    """The process, from outside."""

    def __init__(self, store: Store, log: Path) -> None:
        """Start it on a store; `log` takes what it prints."""
        self._store = store
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.stand_in", str(store.root)],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )

    def submit(self, recipe: Recipe) -> str:
        """Have a recipe trained; returns the id of the run."""
        return self._ask("submit", recipe=recipe.to_json())

    def resume(self, run: str, epochs: int) -> None:
        """Let a run go on until it has so many epochs in all."""
        self._ask("resume", run=run, epochs=epochs)

    def wait_until_ready(self) -> None:
        """Wait until its trainer takes orders at once."""
        self._ask("wait")

    def trainer(self) -> int:
        """The process number of its trainer, once there is one."""
        wait_until(lambda: self.trainer_or_none() is not None)
        return self.trainer_or_none() or 0

    def trainer_or_none(self) -> int | None:
        """The process number of its trainer; None while it has none, or two."""
        found = working_on(self._store.root) - {self.process.pid}
        return found.pop() if len(found) == 1 else None

    def kill(self) -> None:
        """SIGKILL: it has no time for anything."""
        self.process.kill()
        self.close()

    def close(self) -> None:
        """End it, and its trainer with it."""
        with self.process:  # closes the pipes, which tells it to end, and waits
            pass

    def _ask(self, do: str, **more: Any) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()


def main() -> None:
    """Serve until standard input ends."""
    engine = LocalEngine(Store(Path(sys.argv[1])))
    engine.start()
    for line in sys.stdin:
        order = json.loads(line)
        run = order.get("run", "")
        match order["do"]:
            case "submit":
                run = engine.submit(Recipe.from_json(order["recipe"]))
            case "resume":
                engine.continue_run(run, "resume", order["epochs"])
            case "wait":
                engine.ready.wait(120)
        print(run, flush=True)
    engine.close()


if __name__ == "__main__":
    main()

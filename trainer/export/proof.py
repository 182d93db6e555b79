"""Proof that an export computes what the network computes: it is run in a fresh process, without our code."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trainer.export.comparison import compare
from trainer.export.equality import Equality, ExportError
from trainer.export.examples import Asked, as_read
from trainer.export.format import Tell
from trainer.export.wording import WORDING
from trainer.fit.predict import Predictor

RUNNER = Path(__file__).with_name("standalone") / "run_export.py"


class Proof(NamedTuple):
    """What came of running an export."""

    equality: Equality
    scores: NDArray[np.float32]
    """Of the examples, as the export gives them: (n, classes)."""


class CannotRunError(ExportError):
    """An export does not run by itself."""


def prove(network: Predictor, asked: Asked, export: Path, runtime: str, tell: Tell) -> Proof:
    """Run an export and compare it with its network.

    Args:
        network: of which it is the export.
        asked: on which examples.
        export: the folder that was made.
        runtime: what runs it; one of those in `standalone/run_export.py`.
        tell: is told how far it is.

    Raises:
        ExportError: it does not run, or is not equal.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.given.dtype == object:
            texts = [str(one).encode("utf-8", "replace").decode() for one in asked.given]
            (folder / "texts.json").write_text(json.dumps(texts), "utf-8")
        else:
            np.save(folder / "x.npy", asked.given)
        _run(runtime, export, folder, len(asked.given), tell)
        ours = np.load(folder / "scores.npy")
        read, traps = asked.read, asked.traps
        if (numbers := folder / "numbers.npy").exists():
            if not np.array_equal(np.load(numbers), read):
                raise ExportError(WORDING.message("other_words"))
            if len(ours) > len(read):  # padding alone, which reads as no word does
                read = np.concatenate([read, as_read(network, np.array([""], object))])
                traps += 1
    tell(WORDING.message("comparing"))
    return Proof(compare(ours, network.scores(read), asked.compared, traps), ours[: len(asked.given)])


def _run(runtime: str, export: Path, examples: Path, rows: int, tell: Tell) -> None:
    command = [sys.executable, "-I", "-B", str(RUNNER), runtime, str(export), str(examples)]
    tell(WORDING.message("running", done=0, rows=rows))
    with tempfile.TemporaryFile() as log:
        # It is a program of ours, and its arguments are paths of ours.
        process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True
        )
        with process:
            for line in process.stdout or ():
                if line.strip().isdecimal():
                    tell(WORDING.message("running", done=min(int(line), rows), rows=rows))
        if process.returncode:
            log.seek(0)
            said = log.read().decode("utf-8", "replace").strip().splitlines()
            error = said[-1][:300] if said else str(process.returncode)
            raise CannotRunError(WORDING.message("cannot_run", error=error))

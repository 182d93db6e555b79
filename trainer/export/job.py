"""Making an export: in a process of its own, under a temporary name, kept whole or not at all.

Loads neither TensorFlow nor any converter, so that the command line can stop at once, and a page can wait for it.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

import psutil

from trainer import PROJECT
from trainer.export.equality import Equality, ExportError
from trainer.export.exported_run import Which
from trainer.export.format import Tell, formats
from trainer.export.protocol import AnyAnswer, Job, Refused, Step, Written, parse_answer
from trainer.export.wording import WORDING
from trainer.i18n import language
from trainer.messages import Message
from trainer.paths import file_stem
from trainer.runs.store import Store

LOG = logging.getLogger(__name__)
LOOK_EVERY = 0.1
"""Seconds between two looks at whether somebody wants it to stop."""
MAX_STEM = 40
"""Characters of a run's name that are in the name of its export."""


class ExportFailedError(ExportError):
    """Something is wrong with Fitboard, rather than with what was asked for."""


@dataclass(frozen=True)
class Exported:
    """An export that is there."""

    run_id: str
    format: str
    epoch: int | None
    """After which epoch its weights were taken; None where it has none, as a report may."""
    inside: bool
    """Whether they are those of the middle of this epoch, in which the run was stopped."""
    path: Path
    bytes: int
    equality: Equality | None
    """How equal it is to the network; None for a format that computes nothing."""
    note: Message | None = None
    """What whoever gets it has to know."""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "run": self.run_id,
            "format": self.format,
            "epoch": self.epoch,
            "inside": self.inside,
            "path": str(self.path),
            "bytes": self.bytes,
            "equality": None if self.equality is None else self.equality.model_dump(),
            "note": None if self.note is None else {"code": self.note.code, "message": str(self.note)},
        }


def _go_on() -> None:
    """Nobody wants it to stop."""


def export(
    store: Store,
    run_id: str,
    format: str,
    out: Path,
    which: Which = None,
    *,
    tell: Tell = lambda _: None,
    check: Callable[[], object] = _go_on,
    scratch: Path | None = None,
) -> Exported:
    """Export a run.

    Args:
        store: of the run.
        run_id: which.
        format: the name of one of `formats()`.
        out: the folder to make it in; it is made if it is not there.
        which: of the run's weights; None for a format of which they are no part.
        tell: takes each step as a message.
        check: called ten times a second; what it raises stops the export, and nothing is left of it.
        scratch: the folder of a server for what the work needs meanwhile; whatever else is done on this computer, such
            as a fit, then has the processor first. None is the system's folder, with the usual priority.

    Raises:
        ExportError: the run cannot be exported like this, or the export would not be equal to the network.
        RunNotFoundError: there is no such run.
        OSError: the folder cannot be written.
    """
    kind, run = formats()[format], store.read(run_id)
    if which is not None and not kind.of_weights:
        raise ExportError(WORDING.message("of_no_epoch", format=kind.title))
    stem = file_stem(run.title, "network")[:MAX_STEM].rstrip("-")
    out = out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".export-", dir=out))
    try:
        place = making / f"{stem}{kind.suffix}"
        job = Job(
            root=store.root, run_id=run.id, format=format, which=which, place=place, gently=scratch is not None,
            language=language(),
        )  # fmt: skip
        done = _worked_on(job, tell, check, scratch)
        size = sum(one.stat().st_size for one in ([place] if place.is_file() else place.rglob("*")) if one.is_file())
        path = _moved(place, out, stem, kind.suffix)
        return Exported(run.id, format, done.epoch, done.inside, path, size, done.equality, done.note)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _moved(made: Path, out: Path, stem: str, suffix: str) -> Path:
    """Give an export its own name, with a number where that is taken: what is there already is never touched."""
    for number in count(1):
        path = out / f"{stem}{'' if number == 1 else f'-{number}'}{suffix}"
        try:
            # An empty file or folder takes the name, so that nobody else gets it, and is then replaced as a whole.
            if made.is_dir():
                path.mkdir()
                if os.name == "nt":
                    path.rmdir()  # Windows replaces no folder
            else:
                path.touch(exist_ok=False)
        except FileExistsError:
            continue
        try:
            made.replace(path)
        except BaseException:
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
            raise
        return path
    raise AssertionError


def _worked_on(job: Job, tell: Tell, check: Callable[[], object], scratch: Path | None) -> Written:
    """Let another process make an export, and wait for it.

    Raises:
        ExportError: it is refused, or failed.
    """
    with (
        tempfile.TemporaryFile() as log,
        tempfile.TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True) as left_behind,
    ):
        process = subprocess.Popen(
            [sys.executable, "-m", "trainer.export.process"],
            cwd=PROJECT,
            # What it and its libraries leave behind when they are ended goes with this folder.
            env=os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), left_behind),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for this process, which then ends that one
        )
        try:
            assert process.stdin is not None  # noqa: S101
            assert process.stdout is not None  # noqa: S101
            with suppress(BrokenPipeError):  # it has ended already, which is told below
                process.stdin.write(job.to_line().encode())
                process.stdin.flush()
            found = _last_answer(process.stdout, tell, check)
        finally:
            _end(process)
        if isinstance(found, Written):
            return found
        if found is None or found.is_fault:
            log.seek(0)
            LOG.error(
                "The export of %s as %s failed.\n%s", job.run_id, job.format, log.read().decode("utf-8", "replace")
            )
        if found is None:
            raise ExportFailedError(WORDING.message("crashed"))
        raise (ExportFailedError if found.is_fault else ExportError)(found.message)


def _last_answer(answers: IO[bytes], tell: Tell, check: Callable[[], object]) -> Written | Refused | None:
    """Listen to the process until it has said how the export ended; None if it never says."""
    heard: SimpleQueue[AnyAnswer | None] = SimpleQueue()

    def listen() -> None:
        try:
            for line in answers:
                heard.put(parse_answer(line))
        except ValueError:
            LOG.exception("The process of an export says something odd.")
        finally:
            heard.put(None)

    threading.Thread(target=listen, name="export", daemon=True).start()
    while True:
        check()
        try:
            answer = heard.get(timeout=LOOK_EVERY)
        except Empty:
            continue
        if not isinstance(answer, Step):
            return answer
        tell(answer.message)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it has started."""
    with suppress(psutil.Error):
        parent = psutil.Process(process.pid)
        for one in [*parent.children(recursive=True), parent]:
            with suppress(psutil.Error):
                one.kill()
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()

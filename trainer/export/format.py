"""What a format of exports can do: the one interface through which everything else writes files to take home."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import ClassVar

from trainer.export.equality import Equality
from trainer.export.exported_run import ExportedRun, take
from trainer.export.protocol import Job, Written
from trainer.messages import Message
from trainer.runs.store import Store

Tell = Callable[[Message], object]
"""Takes what the export does at the moment, for those who wait for it."""


class AnyFormat(ABC):
    """Something that a run can be exported as, in whichever state it is.

    A subclass names itself and so registers itself: `class LiteRt(Format, name="litert", suffix="-litert")`.
    """

    registered: ClassVar[dict[str, AnyFormat]] = {}
    name: ClassVar[str]
    """By which commands ask for it."""
    suffix: ClassVar[str]
    """What the name of the export ends with: behind a dot that of a file, else that of a folder."""
    title: ClassVar[str]
    """What the format is called for people; marked with `N_`."""
    sentence: ClassVar[str]
    """What it is good for, in one plain sentence; marked with `N_`."""
    of_weights: ClassVar[bool] = True
    """Whether the weights that are chosen make a difference: programs train their own, and a whole run has all."""

    def __init_subclass__(cls, name: str = "", suffix: str = "", **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if name:  # else a base of several formats
            cls.name, cls.suffix = name, suffix
            cls.registered[name] = cls()

    @abstractmethod
    def make(self, job: Job, tell: Tell) -> Written:
        """Make an export.

        It may be ended at any moment; whoever calls it then removes what is there.

        Args:
            job: what is exported, and where; nothing is there yet, and the folder around it is for this export alone.
            tell: is told each step.

        Raises:
            MessageError: the run cannot be exported like this, or computes something else; the message says why.
            OSError: the disk does not take it.
        """


class Format(AnyFormat):
    """Something that a run can be exported as whose data are known, and whose weights are kept."""

    def make(self, job: Job, tell: Tell) -> Written:
        run = take(Store(job.root, make=False), job.run_id, job.which)
        equality = self.write(run, job.place, tell)
        return Written(epoch=run.epoch, inside=run.inside, equality=equality, note=self.note(run))

    def note(self, run: ExportedRun) -> Message | None:
        """What somebody who gets an export of a run has to know; None where there is nothing.

        Raises:
            MessageError: as for `make`.
        """
        return None

    @abstractmethod
    def write(self, run: ExportedRun, place: Path, tell: Tell) -> Equality | None:
        """Write the export, and compare what it computes with what the network computes.

        Args:
            run: what is exported.
            place: the file or folder to make.
            tell: is told each step.

        Returns:
            How equal the two are; None for a format that computes nothing.

        Raises:
            MessageError: as for `make`.
            OSError: the disk does not take it.
        """


@cache
def formats() -> dict[str, AnyFormat]:
    """All formats in the order of their names, without loading what it takes to write one."""
    package = import_module("trainer.export.formats")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(AnyFormat.registered.items()))

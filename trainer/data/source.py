"""What a source of data can do: the one interface through which everything else reads examples."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from trainer.data.dataset import Dataset
from trainer.data.diagnosis import DataDiagnosis
from trainer.data.files import find_file, identity
from trainer.data.program import Step
from trainer.data.wording import WORDING
from trainer.recipe.data import Data
from trainer.recipe.spec import RecipeError

S = TypeVar("S", bound=Data)


@dataclass(frozen=True)
class Chosen(Generic[S]):
    """What is read of data, and what else could be meant."""

    spec: S
    """With what was left open filled in; what only a person can say stays open."""
    alternatives: tuple[str, ...] = ()
    """Other columns that could be meant, likeliest first."""
    question: Sequence[DataDiagnosis[S]] = ()
    """What is to be said of a choice that is not certain."""


class Source(ABC, Generic[S]):
    """Reads the data of one class of specs.

    A subclass names that class and so registers itself: `class MnistSource(Source[Mnist], spec=Mnist)`.
    """

    registered: ClassVar[dict[type[Data], Source[Any]]] = {}

    def __init_subclass__(cls, spec: type[Data], **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.registered[spec] = cls()

    @abstractmethod
    def load(self, spec: S, seed: int) -> Dataset:
        """Read the data and cut it into training, validation and test.

        Args:
            spec: of the recipe.
            seed: the same seed cuts in the same way.

        Raises:
            RecipeError: it is missing, or not what it should be.
        """

    def file(self, spec: S) -> Path | None:
        """The file that the data come from; None if the source has none.

        Raises:
            RecipeError: it is missing.
        """
        return None if spec.path is None else find_file(spec.path)

    def identity(self, spec: S) -> Hashable:
        """The same while the data are the same; what was read under another one is read again.

        Raises:
            RecipeError: the file is missing.
        """
        file = self.file(spec)
        return None if file is None else identity(file)

    def weight(self, spec: S) -> int:
        """About how many bytes the data take once they are read; large ones are read one after the other.

        Raises:
            RecipeError: the file is missing.
        """
        file = self.file(spec)
        return 0 if file is None else identity(file).size

    def shared(self, spec: S) -> Hashable | None:
        """The same for data sets that hold the same memory, so that it counts once; None if each has its own."""
        return None

    diagnoses: ClassVar[bool] = False
    """Whether the source looks for what is wrong with its data."""

    def diagnose(self, spec: S, dataset: Dataset | None) -> Sequence[DataDiagnosis[S]]:
        """What is wrong with the data, worst first, with fixes of the spec.

        Args:
            spec: of the recipe.
            dataset: what was read; None if that failed, which a diagnosis may explain.

        Raises:
            RecipeError: the file cannot be read at all.
        """
        return ()

    def choose(self, spec: S) -> Chosen[S]:
        """The spec with what it leaves open, such as columns, chosen; and what could be meant instead.

        Raises:
            RecipeError: the file cannot be read, or nothing in it can be chosen.
        """
        return Chosen(spec)

    def program(self, spec: S, seed: int, dataset: Dataset) -> Sequence[Step]:
        """A program that reads the file called `FILE` and cuts it as `load` does, without any code of Fitboard.

        It defines `x_train`, `y_train`, `x_test`, `y_test` and, if there are validation examples, `x_validation` and
        `y_validation`: pictures with values from 0 to 255, lists of texts, or rows of numbers; and classes by number,
        arrays of int64. It may use `np` and `SEED`.

        Args:
            spec: of the recipe.
            seed: of the recipe.
            dataset: what `load` returns for them.

        Raises:
            RecipeError: something that the recipe does with these data cannot be done in such a program.
        """
        raise RecipeError(WORDING.message("no_program", data=spec.title))

    def read_typed(self, spec: S, typed: str, class_names: Sequence[str]) -> str:
        """A text that somebody types in, as the source would have read it from its file."""
        return typed


def source_of(spec: S) -> Source[S]:
    """What reads the data of a spec. A folder's `source.py` is imported once it is needed."""
    kind = type(spec)
    if kind not in Source.registered:
        import_module(f"{kind.__module__.rpartition('.')[0]}.source")
    return Source.registered[kind]

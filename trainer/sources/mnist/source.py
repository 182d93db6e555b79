"""Reads pictures for everybody else."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path

from trainer.data.dataset import Dataset
from trainer.data.program import Step
from trainer.data.source import Source
from trainer.sources.mnist.program import mnist_program
from trainer.sources.mnist.reading import load_mnist, mnist_file, unpacked
from trainer.sources.mnist.spec import Mnist


class MnistSource(Source[Mnist], spec=Mnist):
    """Pictures in an .npz file."""

    def load(self, spec: Mnist, seed: int) -> Dataset:
        return load_mnist(spec, seed)

    def file(self, spec: Mnist) -> Path:
        return mnist_file(spec)

    def weight(self, spec: Mnist) -> int:
        return unpacked(self.file(spec))

    def shared(self, spec: Mnist) -> Hashable:
        return self.identity(spec)  # all that is cut from the same pictures shares them

    def program(self, spec: Mnist, seed: int, dataset: Dataset) -> Sequence[Step]:
        return mnist_program(spec, dataset)

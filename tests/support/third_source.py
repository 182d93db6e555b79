"""A source of rows of numbers, whole in this one file: nothing of Fitboard knows it but through its interface."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np

from trainer.data.dataset import Dataset, Indices, Part
from trainer.data.diagnosis import DataDiagnosis
from trainer.data.source import Source
from trainer.data.splitting import split
from trainer.i18n import N_
from trainer.messages import Wording
from trainer.recipe.data import Data, Modality, Share
from trainer.recipe.diagnosis import Fix, Severity
from trainer.recipe.spec import setting

WORDING = Wording(
    "flowers",
    {"noisy": N_("The measurements are very noisy."), "less_noise": N_("Measure again, more carefully")},
)


class Flowers(Data):
    """Four measurements of made-up flowers of three species."""

    modality: ClassVar[Modality] = "table"
    title: ClassVar[str] = N_("Flowers")
    icon: ClassVar[str] = ":material/local_florist:"
    own_name: ClassVar[str] = "Flowers"

    kind: Literal["flowers"] = "flowers"
    path: None = None
    rows: Annotated[int, setting("Flowers", "How many flowers there are.", "More is slower.", ge=30, le=10_000)] = 150
    noise: Annotated[float, setting("Noise", "How inexact the measurements are.", ge=0, le=10)] = 0.3
    validation: Share = 0.2

    def reading_code(self) -> tuple[str, ...]:
        return (
            "import numpy as np",
            f"x, y = np.random.rand({self.rows}, 4), np.random.randint(3, size={self.rows})  # your own measurements",
        )


class FlowersSource(Source[Flowers], spec=Flowers):
    """Draws the measurements of each species around a mean of its own."""

    diagnoses: ClassVar[bool] = True

    def load(self, spec: Flowers, seed: int) -> Dataset:
        chance = np.random.default_rng(7)
        labels = np.arange(spec.rows, dtype=np.int64) % 3
        means = np.array([[5.0, 340, 1.4, 2], [5.9, 280, 4.2, 13], [6.6, 300, 5.5, 20]])
        scale = np.array([1, 50, 1, 5])
        rows = (means[labels] + spec.noise * scale * chance.normal(size=(spec.rows, 4))).astype(np.float32)
        names = ("setosa", "versicolor", "virginica")
        parts = split(labels, names, spec.validation, 0.2, seed)

        def part(chosen: Indices) -> Part:
            return Part(rows[chosen], labels[chosen], chosen)

        return Dataset(
            modality="table",
            train=part(parts.train),
            validation=None if parts.validation is None else part(parts.validation),
            test=part(parts.test),
            class_names=names,
            input_shape=(4,),
            same_rows=parts.same_rows,
            feature_names=("sepal length", "sepal width", "petal length", "petal width"),
        )

    def diagnose(self, spec: Flowers, dataset: Dataset | None) -> Sequence[DataDiagnosis[Flowers]]:
        if spec.noise < 2:
            return []
        fix = Fix(WORDING.message("less_noise"), spec.with_(noise=0.3))
        return [DataDiagnosis(WORDING.message("noisy"), Severity.WARNING, fixes=(fix,), rows=spec.rows)]

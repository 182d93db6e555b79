"""How a program that somebody takes home reads the pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trainer.data import plain_splitting
from trainer.data.dataset import Dataset
from trainer.data.program import Step, snippet
from trainer.i18n import _
from trainer.sources.mnist.spec import Mnist

_SPLITTING = Path(plain_splitting.__file__)


def mnist_program(spec: Mnist, dataset: Dataset) -> Sequence[Step]:
    """The steps that read and cut the pictures; see `Source.program`."""
    read = f"""
with np.load(FILE) as arrays:
    pictures, labels, x_test, y_test = (arrays[name] for name in ("x_train", "y_train", "x_test", "y_test"))
pictures, x_test = (np.rint(x).astype("uint8").reshape({(-1, *dataset.input_shape)}) for x in (pictures, x_test))
labels, y_test = (y.astype("int64").ravel() for y in (labels, y_test))
print(len(labels), "training pictures,", len(y_test), "test pictures")
"""
    told = _(
        "The file holds pictures for training and others for the test, as whole numbers from 0 (black) to 255 (white), "
        "and the right answer for each."
    )
    steps = [Step(_("Read the data"), told, read.strip())]
    code = ["rows = np.arange(len(labels))"]
    names = []
    if spec.limit is not None:
        names.append("sample")
        code = [f"rows = sample(labels, {spec.limit}, SEED)"]
    if spec.validation:
        names.append("cut")
        code += [
            f"rows, watched = cut(labels, rows, round(len(rows) * {spec.validation}), SEED)",
            "x_validation, y_validation = pictures[watched], labels[watched]",
        ]
    code.append("x_train, y_train = pictures[rows], labels[rows]")
    parts = [snippet(_SPLITTING, "shares", "by_class", *names), "\n".join(code)] if names else code
    told = _(
        "Some training pictures are set aside for validation: they show after each epoch how the network does on "
        "pictures that it does not learn from. These are the same rows as in Fitboard."
    )
    return [*steps, Step(_("Split the data"), told, "\n\n\n".join(parts))]

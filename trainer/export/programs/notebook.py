"""A run as a Jupyter notebook: the script's steps, cell by cell, with curves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from trainer.data.program import Step, literal
from trainer.export.exported_run import ExportedRun
from trainer.export.programs.steps import data_file, file_check, heading, needed_modules, steps, trained_recipe
from trainer.i18n import _
from trainer.runs.listing import printable

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#$|~&!]|:(?=//))")


def notebook(run: ExportedRun) -> str:
    """A notebook that trains the network of a run from the file of its data, without Fitboard.

    Raises:
        RecipeError: the data cannot be read, or something in the recipe cannot be done without Fitboard.
    """
    cells = [_named(cell, number) for number, cell in enumerate(_cells(run), start=1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    nbformat.validate(made)
    return f"{nbformat.writes(made)}\n"


def _named(cell: NotebookNode, number: int) -> NotebookNode:
    """A cell with a name that is always the same: nbformat draws one."""
    cell["id"] = f"cell-{number}"
    return cell


def _cells(run: ExportedRun) -> Iterator[NotebookNode]:
    found, recipe = steps(run), trained_recipe(run)
    instead = _("Write the path to it into this cell, then run the cell again.")
    yield new_markdown_cell(f"# {_plain(run.title)}\n\n" + "\n\n".join(map(_plain, heading(run))))
    yield new_code_cell(
        "\n".join(
            [
                *(f"import {name}" for name in sorted({"os", *needed_modules(found)})),
                "",
                "import keras",
                "import numpy as np",
                "import pandas as pd",
                "import plotly.express as px",
                "import tensorflow as tf",
                "",
                f"FILE = {literal(data_file(recipe))}  # {_('write the path to your file here')}",
                file_check(recipe, instead),
            ]
        ).strip()
    )
    for step in found:
        yield from _cells_of(step)
        if step.trains:
            yield from _cells_of(_curves())


def _cells_of(step: Step) -> Iterator[NotebookNode]:
    """What it does, its functions, and the step itself."""
    yield new_markdown_cell(f"## {_plain(step.title)}\n\n{_plain(step.text)}")
    *functions, code = step.code.strip().split("\n\n\n")
    if functions:
        yield new_code_cell("\n\n\n".join(functions))
    yield new_code_cell(code)


def _curves() -> Step:
    code = """
epochs = pd.DataFrame(history, index=range(1, len(history["loss"]) + 1))
for name in ("loss", "accuracy"):
    shown = [column for column in (name, f"val_{name}") if column in epochs]
    px.line(epochs[shown], markers=True, labels={"index": "epoch", "value": name}).show()
"""
    told = _(
        "One curve for the training examples and one for the validation examples (val_). Where the training loss still "
        "falls and the validation loss rises, the network learns its training examples by heart: overfitting."
    )
    return Step(_("Curves"), told, code)


def _plain(text: str) -> str:
    """A text in Markdown in which nothing is markup, whatever it is."""
    return _MARKUP.sub(r"\\\1", printable(text)).replace(r"\<", "&lt;").replace(r"\&", "&amp;")

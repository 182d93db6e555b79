"""A run as a Python script."""

from __future__ import annotations

import textwrap

from trainer import fitboard_version
from trainer.data.program import literal
from trainer.export.exported_run import ExportedRun
from trainer.export.programs.steps import data_file, needed_modules, steps, trained_recipe
from trainer.i18n import _
from trainer.runs.listing import printable
from trainer.runs.versions import version_names

WIDTH = 88


def script(run: ExportedRun) -> str:
    """A program that trains the network of a run from the file of its data, without Fitboard.

    It imports nothing but Keras, TensorFlow, NumPy and Python's own modules.

    Raises:
        RecipeError: the data cannot be read, or something in the recipe cannot be done without Fitboard.
    """
    found = steps(run)
    file = data_file(trained_recipe(run))
    parts = [
        _comment(heading(run)),
        "\n".join(f"import {name}" for name in sorted({"sys", *needed_modules(found)})),
        "import keras\nimport numpy as np\nimport tensorflow as tf",
        f"FILE = sys.argv[1] if len(sys.argv) > 1 else {literal(file)}",
    ]
    parts += [f"# {one.title}\n{_comment([one.text])}\n{one.code.strip()}" for one in found]
    return "\n\n".join(parts) + "\n"


def heading(run: ExportedRun) -> list[str]:
    """What the program is, what it needs and how it is started: a few paragraphs of plain text."""
    versions = run.history.versions[-1] if run.history.versions else {}
    file = data_file(trained_recipe(run))
    found = [
        _("{name}: trains the network of a run of Fitboard {version} to the same losses.").format(
            name=printable(run.title), version=fitboard_version()
        ),
        _("It needs Keras, TensorFlow and NumPy, and the file of the data: {file}, or the path given to it.").format(
            file=printable(file)
        ),
    ]
    if versions:
        found.append(_("The run was computed with {versions}.").format(versions=", ".join(version_names(versions))))
    return [printable(one) for one in found]


def _comment(paragraphs: list[str]) -> str:
    """Paragraphs as a comment."""
    lines = [line for one in paragraphs for line in textwrap.wrap(printable(one), WIDTH - 2)]
    return "\n".join(f"# {line}" for line in lines)

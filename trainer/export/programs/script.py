"""A run as a Python script."""

from __future__ import annotations

import textwrap

from trainer.data.program import literal
from trainer.export.exported_run import ExportedRun
from trainer.export.programs.steps import data_file, file_check, heading, needed_modules, steps, trained_recipe
from trainer.i18n import _
from trainer.runs.listing import printable

WIDTH = 88


def script(run: ExportedRun) -> str:
    """A program that trains the network of a run from the file of its data, without Fitboard.

    It imports nothing but Keras, TensorFlow, NumPy and Python's own modules.

    Raises:
        RecipeError: the data cannot be read, or something in the recipe cannot be done without Fitboard.
    """
    found = steps(run)
    recipe = trained_recipe(run)
    instead = _("Say where it is: python {program} PATH")
    parts = [
        _comment(heading(run)),
        "\n".join(f"import {name}" for name in sorted({"os", "sys", *needed_modules(found)})),
        "import keras\nimport numpy as np\nimport tensorflow as tf",
        f"FILE = sys.argv[1] if len(sys.argv) > 1 else {literal(data_file(recipe))}\n{file_check(recipe, instead)}",
    ]
    parts += [f"{_title(one.title)}\n{_comment([one.text])}\n\n{one.code.strip()}" for one in found]
    return "\n\n".join(parts) + "\n"


def _comment(paragraphs: list[str]) -> str:
    """Paragraphs as a comment."""
    lines = [line for one in paragraphs for line in textwrap.wrap(printable(one), WIDTH - 2)]
    return "\n".join(f"# {line}" for line in lines)


def _title(title: str) -> str:
    """A line that is seen from afar."""
    return f"# --- {printable(title)} ---".ljust(WIDTH, "-")

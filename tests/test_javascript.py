"""The JavaScript of `components/`: its imports resolve, its kinds are known, and its own checks pass."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from trainer import PROJECT
from trainer.recipe.layers import Layer

FILES = sorted([*PROJECT.glob("components/*/*.js"), *PROJECT.glob("tests/javascript/*.js")])
OURS = re.compile(r'(?:from|import\()\s*"(\.[^"]+)"')
NPM = shutil.which("npm")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PROJECT).as_posix())
def test_imports_resolve_as_written(file: Path) -> None:
    """What is served mirrors the folders, so a path that is right in an editor is right in the browser."""
    for path in OURS.findall(file.read_text("utf-8")):
        assert (file.parent / path).is_file(), path


def test_every_layer_names_a_drawing_that_there_is() -> None:
    text = (PROJECT / "components/layer_stack/drawings.js").read_text("utf-8")
    table = text.partition("DRAWINGS = {")[2].partition("\n};")[0]
    drawings = set(re.findall(r"^  (\w+):", table, re.MULTILINE))
    assert {kind.drawing for kind in Layer.registry.values()} | {"plain"} == drawings


@pytest.mark.slow
@pytest.mark.skipif(
    (NPM is None or not (PROJECT / "node_modules").is_dir()) and not os.environ.get("FITBOARD_NEEDS_BROWSER"),
    reason="the checks of JavaScript need Node and `npm ci`; .ci/run has both and never skips",
)
@pytest.mark.parametrize("check", ["lint", "types", "test"])
def test_the_checks_of_javascript_pass(check: str) -> None:
    assert NPM is not None
    done = subprocess.run([NPM, "run", "--silent", check], cwd=PROJECT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr

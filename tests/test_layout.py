"""The rules for tests, benchmarks and tools: who may import whom, and what each folder is for."""

import ast
from pathlib import Path

import pytest

from tests.support.longest import LONGEST
from trainer import PROJECT

FILES = sorted(file for top in ("tests", "benchmarks", "tools") for file in PROJECT.glob(f"{top}/**/*.py"))
PACKAGES = {"trainer", "components", "pages"}
ELSEWHERE = {"support", "journeys", "server"}
"""Folders of `tests` that are named after what they hold, and not after a package."""


def name_of(file: Path) -> str:
    return file.relative_to(PROJECT).as_posix()


def imports(file: Path) -> set[str]:
    """Every module that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_what_is_shared_is_in_support(file: Path) -> None:
    """A test that imports another one, or a benchmark, breaks when that one changes."""
    ours = {name for name in imports(file) if name.split(".")[0] in {"tests", "benchmarks", "tools"}}
    if file.is_relative_to(PROJECT / "tests"):
        assert not {name for name in ours if name.startswith("benchmarks")}
    if file.is_relative_to(PROJECT / "tests" / "support"):
        assert not {name for name in ours if name.startswith("tools")}
    assert not {name for name in ours if name.startswith("tests.") and not name.startswith("tests.support")}


@pytest.mark.parametrize("file", sorted(PROJECT.glob("tools/*.py")), ids=name_of)
def test_a_tool_needs_a_browser_only_for_pictures(file: Path) -> None:
    drives = {name for name in imports(file) if name.startswith(("playwright", "tests.support.browser"))}
    assert not drives or file.name == "pictures.py"


@pytest.mark.parametrize("file", sorted(PROJECT.glob("tests/journeys/test_*.py")), ids=name_of)
def test_a_journey_is_marked(file: Path) -> None:
    assert "pytest.mark.browser" in file.read_text("utf-8").partition("def ")[0]


def test_every_folder_of_tests_is_one_of_the_packages() -> None:
    folders = {file.parent.relative_to(PROJECT / "tests") for file in PROJECT.glob("tests/**/test_*.py")}
    top = {folder.parts[0] for folder in folders if folder.parts}
    assert top <= PACKAGES | ELSEWHERE
    missing = {folder for folder in folders if folder.parts and folder.parts[0] in PACKAGES}
    assert [str(folder) for folder in missing if not (PROJECT / folder).is_dir()] == []


def test_the_files_that_begin_first_are_there() -> None:
    assert [path.name for path in LONGEST if not path.exists()] == []

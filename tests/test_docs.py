"""The documents say what the code does."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tools import layer_reference, recipe_reference
from trainer import PROJECT
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState

README = (PROJECT / "README.md").read_text("utf-8")
PAGES = [
    path.relative_to(PROJECT).as_posix() for path in (*PROJECT.glob("*.md"), *sorted((PROJECT / "docs").glob("*.md")))
]


def test_the_recipe_reference_is_what_the_specs_say() -> None:
    assert recipe_reference.PAGE.read_text("utf-8") == recipe_reference.page(), "run python -m tools.recipe_reference"


def test_the_layer_reference_is_what_the_specs_say() -> None:
    assert layer_reference.PAGE.read_text("utf-8") == layer_reference.page(), "run python -m tools.layer_reference"


def test_the_example_recipe_is_a_recipe() -> None:
    example = re.search(r"```json\n(.*?)```", recipe_reference.HEAD, re.DOTALL)
    assert example is not None
    Recipe.from_json(json.dumps(json.loads(example.group(1))))


def test_readme_names_the_two_commands() -> None:
    assert "`pip install -r requirements.txt && streamlit run app.py`" in README
    assert "`pip install -r requirements-dev.txt && pytest`" in README


def test_the_gate_runs_the_commands_of_the_readme() -> None:
    """Its installation with the lock file, and its tests in the form for everything."""
    gate = (PROJECT / ".ci" / "run").read_text("utf-8")
    assert "pip install --quiet -r requirements-dev.txt -c requirements.lock\n" in gate
    assert 'pytest -m ""' in README
    assert re.search(r'^FITBOARD_NEEDS_BROWSER=1 pytest -m "" ', gate, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_every_linked_file_exists(page: str) -> None:
    path = PROJECT / page
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_state_of_a_run_is_explained() -> None:
    text = (PROJECT / "docs" / "architecture.md").read_text("utf-8")
    assert [state for state in RunState if str(state) not in text] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_has_a_range_and_a_reason(name: str) -> None:
    lines = [line for line in (PROJECT / name).read_text("utf-8").splitlines() if line and line[0] not in "#-"]
    assert lines
    assert [line for line in lines if not re.match(r"[a-z0-9-]+>=[^#]+# \w", line)] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])
def test_every_test_and_script_that_is_named_exists(page: str) -> None:
    """As `trainer/runs/test_log.py`, a path in `tests`, from the project's folder, or as `python -m tools.pictures`."""
    text = (PROJECT / page).read_text("utf-8")
    paths = re.findall(r"`((?:tests/|benchmarks/|tools/)?[\w/]+\.py)(?:::\w+)?`", text)
    paths = [path for path in paths if path.startswith(("tests/", "benchmarks/", "tools/")) or "test_" in path]
    paths += [f"{module.replace('.', '/')}.py" for module in re.findall(r"python -m ((?:benchmarks|tools)\.\w+)", text)]
    assert [path for path in paths if not ((PROJECT / path).is_file() or (PROJECT / "tests" / path).is_file())] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_locked_within_its_range(name: str) -> None:
    locked: dict[str, list[str]] = {}
    for line in (PROJECT / "requirements.lock").read_text("utf-8").splitlines():
        if match := re.match(r"([a-z0-9-]+)==([^ ;]+)", line):
            locked.setdefault(match[1], []).append(match[2])
    lines = [line.partition("#")[0] for line in (PROJECT / name).read_text("utf-8").splitlines()]
    for wanted in (Requirement(line) for line in lines if line and not line.startswith("-")):
        assert wanted.name in locked, "run uv as CONTRIBUTING.md says"
        assert all(version in wanted.specifier for version in locked[wanted.name]), wanted


def test_the_server_is_shut_to_others_and_asks_nothing() -> None:
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["server"]["address"] == "127.0.0.1"
    assert set(config["server"]["allowedHosts"]) == {"localhost", "127.0.0.1", "::1"}
    assert config["server"]["enableXsrfProtection"] is True
    assert config["server"]["showEmailPrompt"] is False
    assert config["browser"]["gatherUsageStats"] is False
    assert config["browser"]["serverAddress"], "without one Streamlit asks the internet for this computer's address"


def test_the_tests_that_the_documents_name_exist() -> None:
    tests = "".join(file.read_text("utf-8") for file in (PROJECT / "tests").glob("**/*.py"))
    for page in sorted((PROJECT / "docs").glob("*.md")):
        named = set(re.findall(r"::(test_\w+)", page.read_text("utf-8")))
        assert {name for name in named if f"def {name}(" not in tests} == set(), page.name

"""The house rules: who may import whom, and what product code never does."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from trainer import PROJECT

LANGUAGE = {"trainer.messages", "trainer.formats", "trainer.i18n"}
"""What any part may import to tell people something."""
MAY_IMPORT = {
    "app": {
        "pages",
        "components",
        "trainer.engine",
        "trainer.export",
        "trainer.runs",
        "trainer.recipe",
        "trainer.data",
        "trainer",
    },
    "pages": {"components", "trainer"},
    "components": {
        "trainer",
        "trainer.paths",
        "trainer.coach",
        "trainer.engine",
        "trainer.export",
        "trainer.data",
        "trainer.sources",
        "trainer.runs",
        "trainer.keras_code",
        "trainer.recipe",
    },
    "trainer.__main__": {
        "trainer",
        "trainer.engine",
        "trainer.export",
        "trainer.data",
        "trainer.runs",
        "trainer.recipe",
    },
    "trainer.export": {
        "trainer",
        "trainer.paths",
        "trainer.coach",
        "trainer.fit",
        "trainer.data",
        "trainer.sources",
        "trainer.runs",
        "trainer.keras_code",
        "trainer.recipe",
    },
    "trainer.engine": {
        "trainer",
        "trainer.paths",
        "trainer.fit",
        "trainer.data",
        "trainer.runs",
        "trainer.keras_code",
        "trainer.recipe",
    },
    "trainer.fit": {"trainer", "trainer.data", "trainer.runs", "trainer.recipe"},
    "trainer.keras_code": {"trainer.recipe"},
    "trainer.coach": {"trainer.runs", "trainer.recipe"},
    "trainer.data": {"trainer", "trainer.paths", "trainer.recipe"},
    "trainer.sources": {"trainer", "trainer.data", "trainer.recipe"},
    "trainer.runs": {"trainer", "trainer.recipe"},
    "trainer.recipe": set(),
    "trainer.messages": {"trainer"},
    "trainer.formats": set(),
    "trainer.i18n": {"trainer"},
    "trainer.paths": {"trainer"},
    "trainer": set(),
}
"""For each part, the other parts it may import; `trainer` alone is its `__init__`, which holds one path."""

SLOW = {"tensorflow", "keras", "onnx", "onnxruntime", "tf2onnx", "ai_edge_litert"}
"""What takes seconds to load, or computes networks: in processes of the trainer alone."""
MAY_IMPORT_SLOW = {"trainer.fit", "trainer.export"}
FILES = sorted(
    [
        PROJECT / "app.py",
        *(file for top in ("pages", "components", "trainer") for file in PROJECT.glob(f"{top}/**/*.py")),
    ]
)


def module_of(file: Path) -> str:
    name = ".".join(file.relative_to(PROJECT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def part_of(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "trainer" and len(parts) > 1 else parts[0]


MODULES = {module_of(file) for file in FILES}


def imports(file: Path) -> Iterator[str]:
    """Every module that the file imports, anywhere in it; `from package import module` as the module."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_import_directions(file: Path) -> None:
    part = part_of(module_of(file))
    for name in imports(file):
        top = name.split(".")[0]
        if top in {"app", "pages", "components", "trainer"}:
            assert part_of(name) in MAY_IMPORT[part] | LANGUAGE | {part}, name
        if part.startswith("trainer"):
            assert top != "streamlit", name
        if top in SLOW:
            assert part in MAY_IMPORT_SLOW, name


CHOICES = {
    "selectbox",
    "multiselect",
    "segmented_control",
    "radio",
    "pills",
    "select_slider",
    "feedback",
    "menu_button",
}


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_a_choice_is_made_where_it_is_checked(file: Path) -> None:
    """Streamlit's own choices take any string that a browser sends; those of `components/controlled.py` do not."""
    if module_of(file) == "components.controlled":
        return
    made = {node.attr for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Attribute)}
    assert not made & CHOICES


ORDERS = {"submit", "continue_run", "test", "select_weights", "stop", "pause", "resume", "delete", "describe"}
PAGES = [file for file in FILES if module_of(file).split(".")[0] in {"pages", "components"}]


@pytest.mark.parametrize("file", PAGES, ids=module_of)
def test_a_run_is_changed_where_it_is_asked_whose_it_is(file: Path) -> None:
    """By `train` and `change_run` of `components/workspace.py`: no page bypasses them for the engine or store."""
    if module_of(file) == "components.workspace":
        return
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in ORDERS:
            assert not ast.unparse(node.value).endswith(("engine()", "store()", "engine().store")), ast.unparse(node)


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_never_runs_what_a_file_brings(file: Path) -> None:
    """Model files and pickles run code, markup becomes code in a browser: neither may enter anywhere."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name.split(".")[0] for alias in node.names} | {
                str(getattr(node, "module", "")).split(".")[0]
            }
            assert not names & {"pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == "load_model":  # of the export that was just made, in a process of its own
                assert module_of(file) == "trainer.export.standalone.run_export"
            assert called not in {
                "eval",
                "exec",
                "extractall",
                "read_pickle",
                "enable_unsafe_deserialization",
            }
            for word in node.keywords:
                if word.arg in {"allow_pickle", "unsafe_allow_html", "unsafe_allow_javascript", "shell"}:
                    assert isinstance(word.value, ast.Constant), word.arg
                    assert word.value.value is False, word.arg


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_a_table_is_shown_with_a_safe_download(file: Path) -> None:
    """`components/tables.py` alone shows tables: it gives each a download that a spreadsheet can open safely."""
    shown = {
        f"{node.attr} in line {node.lineno}"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and (node.attr in {"dataframe", "data_editor"} or (node.attr == "table" and ast.unparse(node.value) == "st"))
    }
    assert not shown or module_of(file) == "components.tables"


@pytest.mark.processes
@pytest.mark.parametrize(
    ("names", "never"),
    [
        (["trainer.recipe", "trainer.data", "trainer.runs", "trainer.coach", "trainer.__main__"], {*SLOW, "streamlit"}),
        (["trainer.export.formats", "trainer.export.job", "trainer.export.process", "trainer.export.report"], SLOW),
        (["app", "components", "pages"], SLOW),
    ],
    ids=["trainer", "exports", "server"],
)
def test_what_is_loaded(names: list[str], never: set[str]) -> None:
    """All modules of these packages in one fresh Python. The pages themselves are scripts, whose imports are read."""
    wanted = [name for name in sorted(MODULES) if name.startswith(tuple(names)) and not name.startswith("pages.")]
    if "pages" in names:
        pages = {name for file in FILES if part_of(module_of(file)) == "pages" for name in imports(file)}
        wanted += sorted(pages & MODULES)
    code = (
        "import importlib, sys\n"
        f"for name in {wanted!r}: importlib.import_module(name)\n"
        f"print(sorted({never!r} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.splitlines()[-1] == "[]"

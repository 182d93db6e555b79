"""Modules of JavaScript as one: what imports what, what lies beside a module, and what cannot be put into one file."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from trainer.export.page_modules import one_module

NODE = shutil.which("node")


def written(folder: Path, **sources: str) -> Path:
    for name, source in sources.items():
        (folder / f"{name}.js").write_text(source, "utf-8")
    return folder / "entry.js"


@pytest.mark.skipif(NODE is None, reason="it is run by Node")
def test_the_one_module_does_what_the_modules_do(tmp_path: Path) -> None:
    (tmp_path / "look.css").write_text('a { content: "</b>" }', "utf-8")
    entry = written(
        tmp_path,
        entry='import { one, two as other } from "./middle.js";\nimport { one as same } from "./last.js";\n'
        "console.log(one(), other, one === same);\n",
        middle='import { one as first } from "./last.js";\n'
        'const STYLE = await stylesheet("./look.css", import.meta.url);\n'
        "console.log(STYLE);\n"
        "export const two = await Promise.resolve(2);\n"
        "export const one = first;\n",
        last="export function one() { return 1; }\n",
    )
    made = tmp_path / "made.mjs"
    made.write_text(one_module(entry), "utf-8")
    assert NODE is not None
    done = subprocess.run([NODE, made], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == 'a { content: "</b>" }\n1 2 true\n'


@pytest.mark.parametrize(
    "source",
    [
        'import whole from "./entry.js";\n',
        'import "./other.js";\n',
        "export default 1;\n",
        'export { one } from "./other.js";\n',
        "const place = new URL(name, import.meta.url);\n",
        'import { circle } from "./other.js";\n',
    ],
)
def test_what_cannot_be_put_into_one_file_is_said(tmp_path: Path, source: str) -> None:
    other = 'import { one } from "./entry.js";\n'
    with pytest.raises(ValueError, match=r"\.js "):
        one_module(written(tmp_path, entry=source, other=other))

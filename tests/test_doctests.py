"""The examples in docstrings, wherever there is one: they are what they say."""

import doctest
import importlib

import pytest

from trainer import PROJECT

MODULES = [
    ".".join(file.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")
    for top in ("trainer", "components")
    for file in sorted(PROJECT.glob(f"{top}/**/*.py"))
    if ">>> " in file.read_text("utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.attempted > 0
    assert result.failed == 0

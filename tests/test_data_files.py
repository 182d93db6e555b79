"""Where files are looked for."""

from pathlib import Path

import pytest

from trainer.data.files import PROJECT, find_file, identity
from trainer.recipe.spec import RecipeError


def test_absolute_then_working_directory_then_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_file("data/mnist.npz") == PROJECT / "data" / "mnist.npz"
    nearer = tmp_path / "data" / "mnist.npz"
    nearer.parent.mkdir()
    nearer.touch()
    assert find_file("data/mnist.npz") == nearer
    assert find_file(str(nearer)) == nearer


def test_missing_names_every_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecipeError) as caught:
        find_file("no/such.csv")
    assert str(tmp_path / "no/such.csv") in str(caught.value)
    assert str(PROJECT / "no/such.csv") in str(caught.value)
    with pytest.raises(RecipeError) as caught:
        find_file("/no/such.csv")
    assert str(caught.value).count("such.csv") == 1


@pytest.mark.parametrize("path", ["\0", "a\0b.csv", "x" * 5000, "../" * 50 + "nothing", "\u202efile", "new\nline", "~"])
def test_odd_paths_are_refused_in_one_line(path: str) -> None:
    with pytest.raises(RecipeError) as caught:
        find_file(path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_folders_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="is a folder"):
        find_file(str(tmp_path))
    with pytest.raises(RecipeError, match="not a file"):
        identity(tmp_path)
    with pytest.raises(RecipeError, match="no file"):
        identity(tmp_path / "gone")

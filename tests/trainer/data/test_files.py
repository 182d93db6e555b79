"""Where files are looked for."""

from pathlib import Path

import pytest

from tests.support.paths import DEVICES, ELSEWHERE, NETWORK, UNREADABLE, watched_disk
from tests.support.refusals import refused
from trainer.data.files import PROJECT, find_file, identity
from trainer.paths import is_path, is_plain, without_folders
from trainer.recipe.spec import MissingFileError, RecipeError


def test_absolute_then_working_directory_then_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_file("data/mnist.npz") == PROJECT / "data" / "mnist.npz"
    nearer = tmp_path / "data" / "mnist.npz"
    nearer.parent.mkdir()
    nearer.touch()
    assert find_file("data/mnist.npz") == nearer
    assert find_file(str(nearer)) == nearer


def test_missing_names_every_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line prints the places; the sentence, which others read on a page, has the name alone."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MissingFileError) as caught:
        find_file("no/such.csv")
    assert caught.value.places == (tmp_path / "no/such.csv", PROJECT / "no/such.csv")
    assert str(tmp_path) not in str(caught.value)
    assert "“such.csv”" in str(caught.value)
    with pytest.raises(MissingFileError) as caught:
        find_file("/no/such.csv")
    assert len(caught.value.places) == 1


@pytest.mark.parametrize("path", ["\0", "a\0b.csv", "x" * 5000, "../" * 50 + "nothing", "\u202efile", "new\nline", "~"])
def test_odd_paths_are_refused_in_one_line(path: str) -> None:
    with pytest.raises(RecipeError) as caught:
        find_file(path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("path", NETWORK + UNREADABLE)
def test_a_path_that_cannot_be_a_file_here_is_refused_before_a_disk_is_asked(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watched_disk(monkeypatch) as asked, pytest.raises(RecipeError) as caught:
        find_file(path)
    assert asked == []
    assert caught.value.code == "data.not_a_path"


def test_the_watch_over_the_disk_sees_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with watched_disk(monkeypatch) as asked:
        find_file("data/mnist.npz")
    assert str(PROJECT / "data" / "mnist.npz") in asked


@pytest.mark.parametrize("path", NETWORK + DEVICES + ELSEWHERE)
def test_only_a_plain_path_is_plain(path: str) -> None:
    assert not is_plain(path) or path in {"secret.csv", "data"}


@pytest.mark.parametrize("path", ["data/reviews.csv", "data/über uns.csv", "Console.csv", "data/null.csv", "a/b/c.npz"])
def test_usual_names_are_plain(path: str) -> None:
    assert is_plain(path)
    assert is_path(path, windows=True)
    assert is_path(path, windows=False)


@pytest.mark.parametrize("path", ["C:\\Users\\ada\\x.csv", "d:/x.csv", "..\\x.csv"])
def test_a_drive_is_a_place_on_windows(path: str) -> None:
    assert is_path(path, windows=True)


@pytest.mark.parametrize("path", [*DEVICES, "C:\\x\\con.txt", "a:b:c"])
def test_devices_are_no_files_on_windows(path: str) -> None:
    assert not is_path(path, windows=True)


def test_a_sentence_names_no_folder_of_this_computer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FITBOARD_RUNS", str(tmp_path))
    said = (
        f"[Errno 2] No such file: '{tmp_path}/uploads/x.csv'; see {PROJECT}/data/y.csv, {Path.home()}, and/or 1/2 of it"
    )
    assert without_folders(said) == "[Errno 2] No such file: 'x.csv'; see y.csv, …, and/or 1/2 of it"
    assert without_folders(f"{tmp_path}.") == "…."
    assert without_folders("a text about /usr/bin and C:\\x") == "a text about /usr/bin and C:\\x"


def test_folders_are_no_files(tmp_path: Path) -> None:
    with refused("data.is_folder"):
        find_file(str(tmp_path))
    with refused("data.not_a_file"):
        identity(tmp_path)
    with refused("data.no_file", file="gone"):
        identity(tmp_path / "gone")


def test_of_an_upload_that_is_gone_it_is_said_that_it_can_be_uploaded_again() -> None:
    with refused("data.no_upload"):
        find_file("uploads/0123456789abcdef-gone.csv")
    with refused("data.no_file"):
        find_file("uploads/gone.csv")

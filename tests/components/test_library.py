"""Drafts, uploads and lessons on disk."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from components.library import Library, lessons
from trainer import PROJECT
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

LESSON = Recipe.load(PROJECT / "recipes" / "text_lstm.json")
DRAFT = "0123456789abcdef"


def test_a_class_that_uploads_the_same_table_at_once_gets_one_file(tmp_path: Path) -> None:
    """All wrote under one temporary name, and most were told that the disk was full."""
    library = Library(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        paths = set(pool.map(lambda _: library.keep(library.receive("Reviews.csv", b"text,label\na,b\n")), range(64)))
    assert len(paths) == 1
    assert [path.name for path in (tmp_path / "uploads").iterdir() if path.is_file()] == [paths.pop().name]
    assert not list((tmp_path / "uploads" / "waiting").iterdir())


@pytest.mark.parametrize(
    "name", ["../../x.csv", "/etc/passwd", "a\x00b.csv", "<img onerror=x>.csv", "x" * 500, "\u202egnp.csv", ""]
)
def test_the_name_of_an_upload_cannot_lead_anywhere(tmp_path: Path, name: str) -> None:
    library = Library(tmp_path)
    path = library.keep(library.receive(name, b"text,label\n"))
    assert path.parent == tmp_path / "uploads"
    assert library.owns(path)
    assert path.name.isascii()
    assert len(path.name) < 80


def test_uploads_that_nobody_went_on_with_go_after_a_day(tmp_path: Path) -> None:
    library = Library(tmp_path)
    old, young = library.receive("a.csv", b"x"), library.receive("b.csv", b"x")
    os.utime(old, (0, 0))
    newest = library.receive("c.csv", b"x")
    assert [path.exists() for path in (old, young, newest)] == [False, True, True]
    library.forget(library.keep(newest))
    assert list(library.tables().values()) == ["reviews.csv", "six_sentences.csv", "c.csv"], (
        "what is kept is not forgotten"
    )


def test_the_name_of_a_draft_cannot_lead_anywhere(tmp_path: Path) -> None:
    """Only the end of the name was judged: by `?draft=../drafts/...` a browser took another's draft away from it, and
    read and wrote recipes in any folder.
    """
    runs, elsewhere = tmp_path / "runs", tmp_path / f"{DRAFT}.json"
    runs.mkdir()
    Library(runs, "a" * 16).save_draft(DRAFT, LESSON)
    elsewhere.write_text(LESSON.to_json())
    other = Library(runs, "b" * 16)
    for name in (
        f"../drafts/{DRAFT}",
        f"./{DRAFT}",
        f"../../{DRAFT}",
        str(tmp_path / DRAFT),
        f"//host/{DRAFT}",
        DRAFT + "\n",
    ):
        assert other.draft(name) is None
        with pytest.raises(ValueError, match="draft"):
            other.save_draft(name, LESSON.with_(name="changed"))
    with pytest.raises(PermissionError):
        other.save_draft(DRAFT, LESSON.with_(name="changed"))
    assert elsewhere.read_text() == LESSON.to_json()
    assert Library(runs).draft(DRAFT) == LESSON
    assert Library(runs, "b" * 16).is_others_draft(DRAFT)


def test_only_own_folders_are_owned(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.keep(library.receive("a.csv", b"x"))
    (tmp_path / "secret.csv").write_text("x")
    (tmp_path / "uploads" / "link.csv").symlink_to(tmp_path / "secret.csv")
    assert not library.owns(tmp_path / "secret.csv")
    assert not library.owns(tmp_path / "uploads" / "link.csv")
    assert library.owns(PROJECT / "data" / "reviews.csv")


def test_a_file_uploaded_elsewhere_is_known_by_its_content(tmp_path: Path) -> None:
    library = Library(tmp_path)
    mine = library.keep(library.receive("Ours.csv", b"text,label\na,b\n"))
    digest = mine.name[:16]
    for theirs in (
        f"/home/ada/runs/uploads/{digest}-Theirs.csv",
        f"C:\\Users\\ada\\runs\\uploads\\{digest}-Theirs.csv",
    ):
        assert library.same_upload(theirs) == str(mine)
    for other in (f"/x/{'0' * 16}-Ours.csv", f"{digest}-/../../x.csv", f"/x/{digest}.csv", "data/reviews.csv", ""):
        assert library.same_upload(other) is None


def test_drafts_come_back_and_damaged_ones_are_said(tmp_path: Path) -> None:
    library = Library(tmp_path)
    assert library.latest_drafts() == []
    assert library.draft(DRAFT) is None
    library.save_draft(DRAFT, LESSON)
    assert library.draft(DRAFT) == LESSON
    assert [(draft.name, draft.recipe) for draft in library.latest_drafts()] == [(DRAFT, LESSON)]
    (tmp_path / "drafts" / f"{DRAFT}.json").write_text('{"half')
    assert library.latest_drafts() == []
    with pytest.raises(RecipeError):
        library.draft(DRAFT)


def test_the_latest_drafts_are_the_five_newest_and_each_recipe_comes_once(tmp_path: Path) -> None:
    library = Library(tmp_path)
    for place in range(8):
        recipe = LESSON.with_settings([f"fit.epochs={max(place, 2)}"])  # the first three are the same
        library.save_draft(f"{place:016x}", recipe)
        os.utime(tmp_path / "drafts" / f"{place:016x}.json", (1_000_000 + place, 1_000_000 + place))
    assert [draft.recipe.fit.epochs for draft in library.latest_drafts()] == [7, 6, 5, 4, 3]
    assert [int(draft.name, 16) for draft in library.latest_drafts(most=6)] == [7, 6, 5, 4, 3, 2]
    assert library.latest_drafts()[0].changed.timestamp() == 1_000_007


def test_a_lesson_is_quick_on_few_pictures_and_on_all_of_its_texts() -> None:
    quick = {one.stem: one.quick() for one in lessons()[0]}
    assert [quick[stem].data.training_limit for stem in ("mnist_cnn", "mnist_checkpoint_early_stopping")] == [2000] * 2
    assert quick["text_lstm"] == LESSON
    assert quick["mnist_cnn"].layers == Recipe.load(PROJECT / "recipes" / "mnist_cnn.json").layers


@pytest.mark.parametrize("name", ["../recipe", "", "0123456789ABCDEF", "x" * 300, "\x00"])
def test_a_draft_of_a_strange_name_does_not_exist(tmp_path: Path, name: str) -> None:
    assert Library(tmp_path).draft(name) is None


def test_lessons_come_in_the_order_of_their_names() -> None:
    found, problems = lessons()
    assert [lesson.stem for lesson in found] == ["mnist_cnn", "text_lstm", "mnist_checkpoint_early_stopping"]
    assert problems == []

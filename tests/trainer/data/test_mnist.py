"""Pictures: the bundled MNIST, files of the same arrays, and damaged ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainer.data import facts, load, mnist
from trainer.data.mnist import load_mnist, read_pictures
from trainer.recipe.data import Mnist
from trainer.recipe.spec import RecipeError


def arrays(train: int = 100, test: int = 20, side: int = 8, classes: int = 4) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(0, 256, (train, side, side), np.uint8),
        "y_train": (np.arange(train) % classes).astype(np.uint8),
        "x_test": rng.integers(0, 256, (test, side, side), np.uint8),
        "y_test": (np.arange(test) % classes).astype(np.uint8),
    }


def saved(folder: Path, **changes: Any) -> Path:
    path = folder / "pictures.npz"
    np.savez(path, **{name: array for name, array in (arrays() | changes).items() if array is not None})
    return path


def test_bundled_mnist() -> None:
    data = load(Mnist(validation=0.0), seed=1)
    assert (len(data.train), data.validation, len(data.test)) == (60_000, None, 10_000)
    assert data.train.x.shape == (60_000, 28, 28, 1)
    assert data.train.x.dtype == np.uint8
    assert data.class_names == tuple("0123456789")
    assert data.train.y[:5].tolist() == [5, 0, 4, 1, 9]
    assert facts(Mnist(validation=0.2), seed=1).validation == 12_000
    # One copy for the whole process.
    assert np.shares_memory(load(Mnist(validation=0.2), seed=1).test.x, data.test.x)
    assert load(Mnist(validation=0.0), seed=1) is data
    small = load(Mnist(limit=100), seed=1)
    assert (len(small.train), len(small.test)) == (90, 10_000)


def test_limit_first_then_validation(tmp_path: Path) -> None:
    path = str(saved(tmp_path))
    data = load_mnist(Mnist(path=path, limit=40, validation=0.25), seed=1)
    assert data.validation is not None
    assert (len(data.train), len(data.validation), len(data.test)) == (30, 10, 20)
    assert not set(data.train.rows) & set(data.validation.rows)
    source = arrays()
    for part, split in ((data.train, "train"), (data.validation, "train"), (data.test, "test")):
        assert np.array_equal(part.x[..., 0], source[f"x_{split}"][part.rows])
        assert np.array_equal(part.y, source[f"y_{split}"][part.rows])
        assert part.y.dtype == np.int64
        assert not part.x.flags.writeable
        assert not part.y.flags.writeable
        assert set(part.y) == {0, 1, 2, 3}
    again, other = (load_mnist(Mnist(path=path, limit=40, validation=0.25), seed=seed) for seed in (1, 2))
    assert np.array_equal(again.train.rows, data.train.rows)
    assert not np.array_equal(other.train.rows, data.train.rows)
    assert len(load_mnist(Mnist(path=path, limit=10_000, validation=0.0), seed=1).train) == 100


def test_facts(tmp_path: Path) -> None:
    found = facts(Mnist(path=str(saved(tmp_path, y_test=np.full(20, 6)))), seed=1)
    assert (found.input_shape, found.train, found.validation, found.test) == ((8, 8, 1), 90, 10, 20)
    assert found.class_names == tuple("0123456")  # a label that only the test holds counts too
    assert (found.vocabulary, found.same_rows) == (None, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"x_train": np.zeros((100, 8, 8, 1), np.uint8), "x_test": np.zeros((20, 8, 8), np.int64)},
        {"x_train": np.full((100, 8, 8), 255.0)},
        {"x_train": np.full((100, 8, 8), 12.4, np.float32)},
        {"x_train": np.zeros((100, 8, 8, 3), np.uint8), "x_test": np.ones((20, 8, 8, 3), ">i2")},
        {"y_train": (np.arange(100) % 2).reshape(100, 1)},
    ],
)
def test_other_whole_numbers_are_taken(tmp_path: Path, changes: dict[str, Any]) -> None:
    pictures = read_pictures(saved(tmp_path, **changes))
    assert pictures.x_train.dtype == pictures.x_test.dtype == np.uint8
    assert pictures.x_train.ndim == 4
    if "x_train" in changes:
        assert pictures.x_train.max() == np.rint(changes["x_train"].max())


def test_class_names(tmp_path: Path) -> None:
    names = np.array(["shirt", "shoe", "bag ", "coat", "never seen"])
    pictures = read_pictures(saved(tmp_path, class_names=names))
    assert pictures.class_names == ("shirt", "shoe", "bag", "coat", "never seen")


BAD_ARRAYS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no x_test": ({"x_test": None}, ["x_test", "x_train, y_train"]),
    "nothing": (dict.fromkeys(arrays()), ["x_train or y_train", "none"]),
    "flat": ({"x_train": np.zeros((100, 64), np.uint8)}, ["x_train", "(100, 64)"]),
    "scalar": ({"x_train": np.uint8(1)}, ["x_train", "()"]),
    "large": ({"x_train": np.zeros((100, 65, 65), np.uint8)}, ["65", "64"]),
    "no pixels": ({"x_train": np.zeros((100, 0, 8), np.uint8)}, ["(100, 0, 8)"]),
    "two colours": ({"x_train": np.zeros((100, 8, 8, 2), np.uint8)}, ["colours"]),
    "sizes differ": ({"x_test": np.zeros((20, 9, 9), np.uint8)}, ["(8, 8, 1)", "(9, 9, 1)"]),
    "no test": ({"x_test": np.zeros((0, 8, 8), np.uint8), "y_test": np.zeros(0, int)}, ["x_test", "no pictures"]),
    "dark": ({"x_train": np.full((100, 8, 8), -1)}, ["0 to 255"]),
    "bright": ({"x_train": np.full((100, 8, 8), 256)}, ["0 to 255"]),
    "not a number": ({"x_train": np.full((100, 8, 8), np.nan)}, ["0 to 255"]),
    "infinite": ({"x_train": np.full((100, 8, 8), np.inf)}, ["0 to 255"]),
    "scaled": ({"x_train": np.full((100, 8, 8), 0.5)}, ["between 0 and 1", "255"]),
    "words": ({"x_train": np.full((100, 8, 8), "a")}, ["numbers"]),
    "objects": ({"x_train": np.full((100, 8, 8), None)}, ["plain numbers"]),
    "too few labels": ({"y_train": np.zeros(99, int)}, ["100 pictures", "99 labels", "y_train"]),
    "one-hot labels": ({"y_train": np.eye(4, dtype=int)[np.arange(100) % 4]}, ["y_train", "(100, 4)"]),
    "label words": ({"y_train": np.full(100, "cat")}, ["y_train", "whole numbers"]),
    "label fractions": ({"y_train": np.full(100, 0.5)}, ["y_train", "whole numbers"]),
    "label below 0": ({"y_test": np.full(20, -1)}, ["y_test", "0 to 99"]),
    "label 100": ({"y_test": np.full(20, 100)}, ["y_test", "0 to 99"]),
    "one class": ({"y_train": np.zeros(100, int)}, ["two classes"]),
    "names too few": ({"class_names": np.array(["a", "b"])}, ["2 names", "3"]),
    "names twice": ({"class_names": np.array(["a", "a", "b", "c"])}, ["twice"]),
    "names as numbers": ({"class_names": np.arange(4)}, ["words"]),
}


@pytest.mark.parametrize("case", BAD_ARRAYS)
def test_bad_arrays(case: str, tmp_path: Path) -> None:
    changes, expected = BAD_ARRAYS[case]
    with pytest.raises(RecipeError) as caught:
        read_pictures(saved(tmp_path, **changes))
    for fact in ["pictures.npz", *expected]:
        assert fact in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"", b"x,y\n1,2\n", b"\x93NUMPY\x01\0", b"\x80\x04K\x01.", b"PK\x05\x06" + b"\0" * 18]
)
def test_not_an_npz(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pictures.npz"
    path.write_bytes(content)
    with pytest.raises(RecipeError, match=r"pictures\.npz.*(not an \.npz|Save all four)"):
        read_pictures(path)


def test_damage_anywhere_is_a_plain_refusal_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "pictures.npz"
    np.savez_compressed(path, **arrays(train=12, test=4, side=2))
    whole = path.read_bytes()
    refused = 0
    for place in range(0, len(whole), 7):
        for data in (whole[:place], whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]):
            path.write_bytes(data)
            try:
                mnist._read(path)
            except RecipeError:
                refused += 1
    assert refused > len(whole) / 7


def test_a_file_that_unpacks_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "MAX_BYTES", 1000)
    with pytest.raises(RecipeError, match="unpacks"):
        read_pictures(saved(tmp_path))


@pytest.mark.parametrize(
    ("changes", "spec", "expected"),
    [
        ({}, {"limit": 20, "validation": 0.1}, ["validation part", "2 pictures", "4 classes"]),
        ({"y_train": np.r_[np.zeros(99, int), 1]}, {"validation": 0.1}, ['"1"', "1 picture,"]),
        ({"y_train": np.r_[np.zeros(99, int), 1]}, {"limit": 10, "validation": 0.0}, ['"1"', "10 pictures"]),
    ],
)
def test_too_few_to_keep_some_aside(
    changes: dict[str, Any], spec: dict[str, Any], expected: list[str], tmp_path: Path
) -> None:
    with pytest.raises(RecipeError) as caught:
        load_mnist(Mnist(path=str(saved(tmp_path, **changes))).with_(**spec), seed=1)
    for fact in expected:
        assert fact in str(caught.value)


def test_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"no file .*gone\.npz"):
        load(Mnist(path="gone.npz"), seed=1)
    monkeypatch.setattr(mnist, "BUNDLED", tmp_path / "mnist.npz")
    with pytest.raises(RecipeError, match=r"mnist\.npz is missing"):
        load(Mnist(), seed=1)


def test_blocks_and_columns_first_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "BLOCK", 1_000)
    source = arrays()["x_train"]
    for x in (source, source.astype(np.float64), np.asfortranarray(source)):
        assert np.array_equal(mnist._read(saved(tmp_path, x_train=x)).x_train[..., 0], source)
    with pytest.raises(RecipeError, match="between 0 and 1"):
        mnist._read(saved(tmp_path, x_train=source / 255))
    late = source.astype(np.float64)
    late[-1, -1, -1] = 256
    with pytest.raises(RecipeError, match="0 to 255"):
        mnist._read(saved(tmp_path, x_train=late))


def test_headers_are_believed_only_as_far_as_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist, "MAX_VALUES", 120 * 64)
    assert len(mnist._read(saved(tmp_path)).x_test) == 20
    monkeypatch.setattr(mnist, "MAX_VALUES", 120 * 64 - 1)
    with pytest.raises(RecipeError, match=r"x_test .*20 pictures"):
        mnist._read(saved(tmp_path))
    monkeypatch.setattr(mnist, "MAX_NAMES", 4)
    with pytest.raises(RecipeError, match="5 names"):
        mnist._read(saved(tmp_path, **arrays(train=99, test=20), class_names=np.array(list("abcde"))))

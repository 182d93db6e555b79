"""Pictures: the bundled MNIST, files of the same arrays, and damaged ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.refusals import refused
from trainer.data import facts, load
from trainer.recipe.spec import RecipeError
from trainer.sources.mnist import reading
from trainer.sources.mnist.reading import load_mnist, read_pictures
from trainer.sources.mnist.spec import Mnist


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


BAD_ARRAYS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "no x_test": ({"x_test": None}, "mnist.missing_arrays", {"missing": ["x_test"]}),
    "nothing": (dict.fromkeys(arrays()), "mnist.no_arrays", {"missing": ["x_train", "y_train", "x_test", "y_test"]}),
    "flat": (
        {"x_train": np.zeros((100, 64), np.uint8)},
        "mnist.not_pictures",
        {"array": "x_train", "shape": "(100, 64)"},
    ),
    "scalar": ({"x_train": np.uint8(1)}, "mnist.not_pictures", {"array": "x_train", "shape": "()"}),
    "large": (
        {"x_train": np.zeros((100, 65, 65), np.uint8)},
        "mnist.not_pictures",
        {"array": "x_train", "shape": "(100, 65, 65)"},
    ),
    "no pixels": (
        {"x_train": np.zeros((100, 0, 8), np.uint8)},
        "mnist.not_pictures",
        {"array": "x_train", "shape": "(100, 0, 8)"},
    ),
    "two colours": (
        {"x_train": np.zeros((100, 8, 8, 2), np.uint8)},
        "mnist.not_pictures",
        {"array": "x_train", "shape": "(100, 8, 8, 2)"},
    ),
    "sizes differ": (
        {"x_test": np.zeros((20, 9, 9), np.uint8)},
        "mnist.sizes_differ",
        {"train": "(8, 8, 1)", "test": "(9, 9, 1)"},
    ),
    "no test": (
        {"x_test": np.zeros((0, 8, 8), np.uint8), "y_test": np.zeros(0, int)},
        "mnist.no_pictures",
        {"array": "x_test"},
    ),
    "dark": ({"x_train": np.full((100, 8, 8), -1)}, "mnist.out_of_range", {"array": "x_train"}),
    "bright": ({"x_train": np.full((100, 8, 8), 256)}, "mnist.out_of_range", {"array": "x_train"}),
    "not a number": ({"x_train": np.full((100, 8, 8), np.nan)}, "mnist.out_of_range", {"array": "x_train"}),
    "infinite": ({"x_train": np.full((100, 8, 8), np.inf)}, "mnist.out_of_range", {"array": "x_train"}),
    "scaled": ({"x_train": np.full((100, 8, 8), 0.5)}, "mnist.fractions", {"array": "x_train"}),
    "words": ({"x_train": np.full((100, 8, 8), "a")}, "mnist.not_numbers", {"array": "x_train"}),
    "objects": ({"x_train": np.full((100, 8, 8), None)}, "mnist.not_plain", {}),
    "too few labels": (
        {"y_train": np.zeros(99, int)},
        "mnist.labels_missing",
        {"pictures": 100, "labels": 99, "x": "x_train", "y": "y_train"},
    ),
    "one-hot labels": (
        {"y_train": np.eye(4, dtype=int)[np.arange(100) % 4]},
        "mnist.labels_shape",
        {"array": "y_train", "shape": "(100, 4)"},
    ),
    "label words": ({"y_train": np.full(100, "cat")}, "mnist.labels_not_whole", {"array": "y_train"}),
    "label fractions": ({"y_train": np.full(100, 0.5)}, "mnist.labels_not_whole", {"array": "y_train"}),
    "label below 0": ({"y_test": np.full(20, -1)}, "mnist.labels_out_of_range", {"array": "y_test"}),
    "label 100": ({"y_test": np.full(20, 100)}, "mnist.labels_out_of_range", {"array": "y_test"}),
    "one class": ({"y_train": np.zeros(100, int)}, "mnist.one_class", {}),
    "names too few": (
        {"class_names": np.array(["a", "b"])},
        "mnist.names_too_few",
        {"array": "class_names", "names": 2, "highest": 3},
    ),
    "names twice": (
        {"class_names": np.array(["a", "a", "b", "c"])},
        "mnist.names_not_unique",
        {"array": "class_names"},
    ),
    "names as numbers": ({"class_names": np.arange(4)}, "mnist.names_not_words", {"array": "class_names"}),
}


@pytest.mark.parametrize("case", BAD_ARRAYS)
def test_bad_arrays(case: str, tmp_path: Path) -> None:
    changes, code, parameters = BAD_ARRAYS[case]
    with refused(code, file="pictures.npz", **parameters):
        read_pictures(saved(tmp_path, **changes))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "mnist.not_npz"),
        (b"x,y\n1,2\n", "mnist.not_npz"),
        (b"\x93NUMPY\x01\0", "mnist.not_npz"),
        (b"\x80\x04K\x01.", "mnist.not_npz"),
        (b"PK\x05\x06" + b"\0" * 18, "mnist.no_arrays"),
    ],
)
def test_not_an_npz(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "pictures.npz"
    path.write_bytes(content)
    with refused(code, file="pictures.npz"):
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
                reading._read(path)
            except RecipeError:
                refused += 1
    assert refused > len(whole) / 7


def test_a_file_that_unpacks_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 1000)
    with refused("mnist.too_large", limit=1000):
        read_pictures(saved(tmp_path))


@pytest.mark.parametrize(
    ("changes", "spec", "code"),
    [
        ({}, {"limit": 20, "validation": 0.1}, "data.validation_too_small"),
        ({"y_train": np.r_[np.zeros(99, int), 1]}, {"validation": 0.1}, "data.class_too_rare"),
        ({"y_train": np.r_[np.zeros(99, int), 1]}, {"limit": 10, "validation": 0.0}, "data.sample_loses_class"),
    ],
)
def test_too_few_to_keep_some_aside(changes: dict[str, Any], spec: dict[str, Any], code: str, tmp_path: Path) -> None:
    with refused(code):
        load_mnist(Mnist(path=str(saved(tmp_path, **changes))).with_(**spec), seed=1)


def test_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with refused("data.no_file", file="gone.npz"):
        load(Mnist(path="gone.npz"), seed=1)
    monkeypatch.setattr(reading, "BUNDLED", tmp_path / "mnist.npz")
    with refused("mnist.bundled_missing"):
        load(Mnist(), seed=1)


def test_blocks_and_columns_first_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BLOCK_BYTES", 1_000)
    source = arrays()["x_train"]
    for x in (source, source.astype(np.float64), np.asfortranarray(source)):
        assert np.array_equal(reading._read(saved(tmp_path, x_train=x)).x_train[..., 0], source)
    with refused("mnist.fractions", array="x_train"):
        reading._read(saved(tmp_path, x_train=source / 255))
    late = source.astype(np.float64)
    late[-1, -1, -1] = 256
    with refused("mnist.out_of_range", array="x_train"):
        reading._read(saved(tmp_path, x_train=late))


def test_headers_are_believed_only_as_far_as_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_VALUES", 120 * 64)
    assert len(reading._read(saved(tmp_path)).x_test) == 20
    monkeypatch.setattr(reading, "MAX_VALUES", 120 * 64 - 1)
    with refused("mnist.too_many_pictures", array="x_test", pictures=20):
        reading._read(saved(tmp_path))
    monkeypatch.setattr(reading, "MAX_NAMES", 4)
    with refused("mnist.names_too_many", names=5, limit=4):
        reading._read(saved(tmp_path, **arrays(train=99, test=20), class_names=np.array(list("abcde"))))

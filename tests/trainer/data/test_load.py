"""One door to all data: the right reader, one copy, no TensorFlow."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.refusals import refused
from trainer.data import facts, load
from trainer.data.files import PROJECT
from trainer.sources.text_csv.spec import TextCsv


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text("text,label\n" + "good film,1\nbad film,0\n" * 50, "utf-8")
    return path


def test_thirty_fits_share_one_copy(path: Path) -> None:
    spec = TextCsv(path=str(path))
    with ThreadPoolExecutor(30) as threads:
        found = list(threads.map(lambda _: load(spec, 1), range(30)))
    assert all(data is found[0] for data in found)
    assert facts(spec, 1) == found[0].facts()
    assert load(spec, 2) is not found[0]


def test_a_changed_file_is_read_anew(path: Path) -> None:
    spec = TextCsv(path=str(path))
    assert facts(spec, 1).classes == 2
    with path.open("a", encoding="utf-8") as file:
        file.write("middling film,2\n" * 50)
    assert facts(spec, 1).classes == 3
    path.unlink()
    with refused("data.no_file"):
        facts(spec, 1)


def test_how_common_the_commonest_class_is(path: Path) -> None:
    path.write_text("text,label\n" + "".join(f"film {n},{int(n % 4 == 0)}\n" for n in range(400)), "utf-8")
    assert load(TextCsv(path=str(path), validation=0.25, test=0.25), 1).majority() == (0.75, 0.75, 0.75, "0")
    assert load(TextCsv(path=str(path), validation=0.0, test=0.25), 1).majority() == (0.75, None, 0.75, "0")


@pytest.mark.processes
def test_slow_libraries_stay_unloaded() -> None:
    """The web server imports this folder too: TensorFlow never, scikit-learn only once something is split."""
    code = "import sys, trainer.data; print({'tensorflow', 'keras', 'streamlit', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.processes
def test_a_recipe_is_read_without_numpy_and_its_messages_are_known() -> None:
    """The reader of pasted models is a small process; a log may tell of data that this process never reads."""
    code = (
        "import sys; from trainer.recipe.recipe import Recipe; from trainer.messages import Message\n"
        'recipe = Recipe.from_json(\'{"data": {"kind": "text_csv", "path": "a.csv"}}\')\n'
        "message = Message(code='text_csv.same_column', parameters={'column': 'text'})\n"
        "print(recipe.data.kind, message.code in str(message), {'numpy', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split(maxsplit=2) == ["text_csv", "False", "set()\n"]


def test_other_sizes_share_one_reading_and_one_split() -> None:
    """A hundred thousand rows take seconds to cut, and a vocabulary or a length changes nothing of it."""
    spec = TextCsv(path="data/reviews.csv")
    one, other = load(spec, 1), load(spec.with_(max_words=50, sequence_length=7), 1)
    assert other.train is one.train
    assert (one.vocabulary, other.vocabulary) == (spec.max_words, 50)
    assert (one.input_shape, other.input_shape) == ((spec.sequence_length,), (7,))
    assert load(spec, 2).train is not one.train

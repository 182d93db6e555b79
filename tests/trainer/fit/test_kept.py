"""What a fit leaves behind for those who come later: predictions, and the words of its training texts."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.support.fits import Tiny, fit
from trainer import data
from trainer.fit.control import Control
from trainer.fit.evaluate import evaluate as open_test
from trainer.fit.inputs import Words, learn_words
from trainer.recipe.spec import RecipeError


def test_predictions_are_kept(tiny: Tiny, texts: Tiny, tmp_path: Path) -> None:
    for recipe in (tiny(), texts()):
        _, history = fit(recipe, tmp_path)
        assert history.weights is not None
        tested = open_test(recipe, tmp_path, history.weights, 2, Control())
        assert tested.file == "test-2.npz"
        with np.load(tmp_path / tested.file) as file:
            chances, y, rows = (file[name] for name in ("probabilities", "y", "rows"))
        part = data.load(recipe.data, recipe.seed).test
        np.testing.assert_array_equal(y, part.y)
        np.testing.assert_array_equal(rows, part.rows)
        np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-5)
        assert np.mean(chances.argmax(axis=1) == y) == pytest.approx(tested.logs["accuracy"])
        assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]


def test_words_come_from_the_training_texts_only(texts: Tiny, tmp_path: Path) -> None:
    path = tmp_path / "unique.csv"
    path.write_text("text,label\n" + "\n".join(f"seen only{n},{n % 2}" for n in range(60)), "utf-8")
    recipe = texts(f"data.path={path}", "data.max_words=1000", "layers.0.input_dim=1000")
    dataset = data.load(recipe.data, recipe.seed)
    words = learn_words(dataset.train.x, 1000, dataset.input_shape[0], dataset.standardize)
    assert set(words.words[2:]) == {word for text in dataset.train.x for word in text.split()}
    unseen = words.numbers(dataset.test.x)
    assert unseen[:, 1].tolist() == [1] * len(dataset.test), "a word of the test is unknown"
    assert unseen[:, 2:].sum() == 0, "and behind the text there is padding"
    fit(recipe, tmp_path)
    assert json.loads((tmp_path / Words.FILE).read_text("utf-8")) == list(words.words)


def test_a_text_without_a_word_does_not_spoil_the_others(texts: Tiny, tmp_path: Path) -> None:
    """The mean over a text of nothing but padding was 0 / 0, and one such SMS made every pooled model diverge."""
    path = tmp_path / "some.csv"
    path.write_text("text,label\n" + "\n".join(f"{'!?' if n % 10 == 0 else f'word{n}'},{n % 2}" for n in range(60)))
    recipe = texts(f"data.path={path}", "layers.0.mask_zero=true", "fit.epochs=2")
    outcome, history = fit(recipe, tmp_path)
    assert (outcome.stop_reason, len(history.epochs)) == (None, 2)


def test_texts_without_a_word_are_refused(texts: Tiny, tmp_path: Path) -> None:
    """Keras cannot hold an empty vocabulary: the run once failed with Keras's own words."""
    path = tmp_path / "signs.csv"
    path.write_text("text,label\n" + "\n".join(f"{'!?.;' * (n + 1)},{n % 2}" for n in range(40)), "utf-8")
    with pytest.raises(RecipeError, match="no words"):
        fit(texts(f"data.path={path}"), tmp_path)

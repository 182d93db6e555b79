"""What layers make of one example: the numbers of Keras itself, as pictures, with nothing of the model changed."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from trainer import PROJECT
from trainer.fit.build import layers_of
from trainer.fit.inputs import examples
from trainer.fit.layer_outputs import layer_outputs
from trainer.fit.run import prepare
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

Tiny = Callable[..., Recipe]


def test_each_layer_is_seen_as_keras_computes_it(tiny: Tiny) -> None:
    ready = prepare(tiny())
    before = ready.model.get_weights()
    seen = layer_outputs(ready, 3)
    x = examples(ready.dataset.train, None).take(np.array([3], np.int32))
    assert seen[0]["shape"] == list(x.shape[1:])
    assert [one["shape"] for one in seen[1:]] == [list(layer.output.shape[1:]) for layer in layers_of(ready.model)]
    last = np.asarray(Image.open(BytesIO(b64decode(seen[-1]["png"]))))[0, :, 0].astype(float)
    expected = ready.model(x).numpy()[0]
    per = len(last) // len(expected)
    assert last[::per].argmax() == expected.argmax()
    assert last[::per].argmin() == expected.argmin()
    assert all((a == b).all() for a, b in zip(before, ready.model.get_weights(), strict=True))


def test_texts_are_seen_word_by_word() -> None:
    lesson = Recipe.load(PROJECT / "recipes" / "text_lstm.json")
    ready = prepare(lesson.with_settings(["data.path=data/six_sentences.csv", "data.validation=0"]))
    seen = layer_outputs(ready, 0)
    x = examples(ready.dataset.train, ready.preparation).take(np.array([0], np.int32))
    assert layer_outputs(ready, str(ready.dataset.train[0])) == seen, "a text that is typed is read as one of the table"
    assert layer_outputs(ready, "unheard-of") != seen
    assert [one["shape"] for one in seen[1:]] == [list(layer.output.shape[1:]) for layer in layers_of(ready.model)]
    assert np.isfinite(ready.model(x).numpy()).all()
    assert all(Image.open(BytesIO(b64decode(one["png"]))).size[0] <= 1024 for one in seen)
    assert all((one["least"] or 0.0) <= (one["most"] or 0.0) for one in seen)
    assert seen[-1]["values"] == pytest.approx(ready.model(x).numpy()[0].tolist(), abs=1e-6)
    assert seen[0]["values"] == x.numpy()[0].tolist(), "word numbers are to be read, all of them"
    with pytest.raises(RecipeError, match="only 6 training examples"):
        layer_outputs(ready, 6)


def test_a_text_is_nothing_for_pictures(tiny: Tiny) -> None:
    with pytest.raises(RecipeError, match="does not read texts"):
        layer_outputs(prepare(tiny()), "seven")

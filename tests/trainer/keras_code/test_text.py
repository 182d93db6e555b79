"""Pasted texts as they stand in chats, notebooks, old books and programs for other libraries."""

from __future__ import annotations

import keras
import pytest

from tests.support.programs_with_data import SCRIPTS
from trainer.keras_code.reader import read_model
from trainer.recipe.layers import Activation, Dense, Flatten
from trainer.recipe.spec import RecipeError

CHAT = """Sure! Here is a small model:

```python
model = keras.Sequential([
    Flatten(),
    Dense(10),
])
```

Then train it:

```python
model.fit(x, y)
```
It should do well. Don't forget to scale!
"""


@pytest.mark.parametrize(
    "text",
    [
        CHAT,
        CHAT[CHAT.index("```python") :],
        CHAT[: CHAT.index("```\n\nThen")],
        CHAT[CHAT.index("model = ") : CHAT.index("\nThen")],
        "```\nmodel = Sequential([Flatten(), Dense(10)])",
        "model = Sequential([Flatten(),\n```\n```\nDense(10)])",
        "from tensorflow.keras.layers import *\nFlatten(),\nDense(10)",
        "if K.backend() == 'th':\n    K.set_image_data_format('channels_first')\nSequential([Flatten(), Dense(10)])",
        "K.set_image_data_format('channels_first')\nm = Sequential([Flatten(), Dense(10)])",
        "In [3]: model = Sequential([Flatten(),\n   ...:     Dense(10)])",
        "Flatten(),\nDense(10),",
        "Flatten()\nDense(10)",
        "layers.Flatten(), layers.Dense(10)",
    ],
)
def test_what_stands_around_a_model_is_left_out(text: str) -> None:
    assert [layer.kind for layer in read_model(text).layers] == ["Flatten", "Dense"]


@pytest.mark.parametrize(("text", "kinds"), SCRIPTS.values(), ids=list(SCRIPTS))
def test_what_a_script_does_beside_its_model_is_left_out(text: str, kinds: str) -> None:
    assert " ".join(layer.kind for layer in read_model(text).layers) == kinds


@pytest.mark.parametrize("shown", ["{!r}", "Out[5]: {!r}", "model_json = {!r}", '"""{}"""', "{!r};"])
def test_what_a_notebook_shows_of_to_json_is_read(shown: str) -> None:
    model = keras.Sequential([keras.Input((9,)), keras.layers.Dense(3, "relu", name="it's")])
    layers, _, reads = read_model(shown.format(model.to_json()))
    assert [layer.kind for layer in layers] == ["Dense"]
    assert reads == (9,)


def test_a_function_of_numbers_is_the_activation_of_that_name() -> None:
    found = read_model(
        "i = keras.Input((9,))\nx = layers.Dense(3)(i)\nx = keras.activations.relu(x)\nx = layers.Dense(2)(x)\n"
        "m = keras.Model(i, tf.nn.softmax(x))"
    ).layers
    assert found[1] == Activation(activation="relu")
    assert [getattr(layer, "activation", "") for layer in found] == ["linear", "relu", "linear", "softmax"]


@pytest.mark.parametrize(
    "made",
    [
        "class B:\n    def relu(self, v):\n        return layers.Dense(5)(v)\nx = B().relu(x)",
        "B = SimpleNamespace(relu=layers.LeakyReLU(0.3))\nx = B.relu(x)",
        "from mylayers import softmax\nx = softmax(x)",
    ],
)
def test_another_function_of_such_a_name_is_not_taken_for_it(made: str) -> None:
    with pytest.raises(RecipeError):
        read_model(f"x = i = keras.Input((9,))\n{made}\nm = keras.Model(i, layers.Dense(2)(x))")


def test_a_first_layer_may_say_what_it_reads_as_input_dim() -> None:
    layers, notes, reads = read_model("m = Sequential([Dense(12, input_dim=8), Dense(1)])")
    assert (layers[0], notes, reads) == (Dense(units=12), (), (8,))
    assert read_model("m = Sequential([LSTM(32, input_dim=28, input_length=9)])").input_shape == (9, 28)
    assert read_model("m = Sequential([LSTM(32, input_dim=28)])").input_shape == (None, 28)
    assert read_model("m = Sequential([Embedding(input_dim=8, output_dim=3), Flatten()])").input_shape is None


def test_the_usual_axis_is_not_said_to_be_left_out() -> None:
    assert read_model("m = Sequential([BatchNormalization(axis=3), Flatten()])") == ((*read_model(
        "m = Sequential([BatchNormalization(), Flatten()])"
    ).layers,), (), None)  # fmt: skip
    (note,) = read_model("m = Sequential([BatchNormalization(axis=2), Flatten()])").notes
    assert note.parameters["name"] == "axis"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("K.set_image_data_format('channels_first')\nm = Sequential([Conv2D(3, 3)])", "channels_first"),
        ("x = Input((9,))\nm = Model(x, Concatenate()([Dense(3)(x), x]))", "joins"),
        ("m = Sequential([\nDense(3)\n])\n  n = 1", "not_python"),
        ("m = Sequential([Normalization(), Dense(3)])", "layer_unknown"),
        ("m = Sequential([Conv2D(3, 3, border_mode='same')])", "argument_unknown"),
        ("from sklearn.svm import SVC\nm = Sequential([Dense(3)", "not_python"),
        ("import torch.nn as nn\nmodel = nn.Sequential(nn.Linear(784, 128), nn.ReLU())", "other_library"),
        ("F = 'th'\nK.set_image_data_format(F)\nm = Sequential([Conv2D(3, 3), Flatten()])", "channels_first"),
        ("class Dense(nn.Module):\n    def made(self):\n        self.a = nn.Linear(9, 3)", "other_library"),
        ("class Net(nn.Module):\n    def __init__(self):\n        self.a = nn.Linear(9, 3)", "other_library"),
        ("from sklearn.neural_network import MLPClassifier\nc = MLPClassifier((5, 2))", "other_library"),
        ("x = tf.placeholder(tf.float32, [None, 784])\nW = tf.Variable(tf.zeros([784, 10]))", "other_library"),
        ("import torch, keras\nfor n in rows:\n    m = keras.Sequential([keras.layers.Flatten()])", "not_followed"),
        ("from sklearn.preprocessing import Normalizer\nx = tf.placeholder(tf.float32, [1, 784])", "other_library"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_called_what_it_is(text: str, code: str) -> None:
    with pytest.raises(RecipeError) as refused:
        read_model(text)
    assert refused.value.code == f"keras_code.{code}"


def test_of_a_flat_answer_nothing_is_lost() -> None:
    assert read_model("Flatten()").layers == (Flatten(),)

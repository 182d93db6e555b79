"""The sentence of each code, from a text that it is about: `wording.txt` beside this file has them all.

`python -m tests.trainer.keras_code.test_wording` writes it anew.
"""

from __future__ import annotations

import json
from pathlib import Path

from trainer.keras_code.input_adapter import adapted
from trainer.keras_code.limits import MAX_TEXT
from trainer.keras_code.reader import read_model
from trainer.keras_code.wording import WORDING
from trainer.messages import Message
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import LSTM, Conv2D, Dense, Embedding, Layer
from trainer.recipe.spec import RecipeError

SENTENCES = Path(__file__).with_name("wording.txt")
INPUT = "i = Input((12,))\nx = Embedding(30, 16)(i)\n"
ATTENTION = "MultiHeadAttention(2, 16)"


def _attention(**called: object) -> str:
    """JSON of a model that is called with something more."""
    node = {"args": [{"config": {"keras_history": ["i", 0, 0]}}] * 2, "kwargs": called}
    layers = [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 6, 4]}, "name": "i", "inbound_nodes": []},
        {
            "class_name": "MultiHeadAttention",
            "config": {"num_heads": 2, "key_dim": 16},
            "name": "a",
            "inbound_nodes": [node],
        },
    ]
    return json.dumps({"class_name": "Functional", "config": {"layers": layers}})


EXAMPLES = [
    "x" * (MAX_TEXT + 1),
    "-" * 5_000 + "1",
    "".join(f"def f{n}(): return f{n + 1}(), f{n + 1}()\n" for n in range(20)) + "f0()\nDense(3)",
    "x = 0x" + "f" * 300,
    "print('hello')",
    'Model: "sequential"\n Layer (type)   Output Shape   Param #',
    "m = Sequential([Dense(3)",
    "m = Sequential([Dense(3)])\n  n = 1",
    "m = Sequential([Dense(3)]) if",
    "if x:\n\n\n",
    "keras.Sequential([])",
    "keras.Sequential([" + "Flatten()," * 201 + "])",
    "keras.Sequential([Dense(1)]); keras.Sequential([Dense(1)])",
    "import torch.nn as nn\nmodel = nn.Sequential(nn.Linear(784, 128), nn.ReLU())",
    "x = tf.placeholder(tf.float32, [None, 784])",
    "from sklearn.neural_network import MLPClassifier\nc = MLPClassifier((5, 2))",
    "K.set_image_data_format('channels_first')\nm = Sequential([Conv2D(3, 3)])",
    "class Net(keras.Model):\n    def __init__(self):\n        self.out = Dense(3)",
    "m = Sequential([Dense(2)])\nif read():\n    m.add(Dense(3))",
    "m = Sequential()\nfor n in sizes:\n    m.add(Dense(n))",
    "def f():\n    return f()\nm = Sequential([f()])",
    "m = Sequential([Dense(2)])\nraise SystemExit",
    "m = Sequential([Dense(2)])\nm = finish(m)",
    "m = Sequential([Dense(2)])\nm.layers[0].units = 5",
    "m = load_model('x')\nm.add(Dense(3))\nn = Sequential([Dense(3)])",
    "row = [Dense(2)]\nfor one in row:\n    row.append(one)\nSequential(row)",
    "m = Sequential()\nfor n in range(8):\n    n = Sequential([Flatten()] * 200)\n    m.add(n)",
    "keras.Sequential([x])",
    "keras.Sequential(layers)",
    f"{INPUT}m = Model(i, concatenate([x, i]))",
    f"{INPUT}m = Model(i, Add()([x, i]))",
    f"{INPUT}y = Dense(3)(x)\nm = Model(x, y)",
    f"{INPUT}x = {ATTENTION}(x, LSTM(16)(x))\nm = Model(i, x)",
    f"{INPUT}x = {ATTENTION}(x, x, attention_mask=m)\nm = Model(i, x)",
    _attention(attention_mask=[1]),
    json.dumps({"class_name": "Functional", "config": {"layers": [{
        "class_name": "Dense", "config": {}, "inbound_nodes": [["a", 0, 0], ["b", 0, 0]]}]}}),
    "keras.Sequential([Lambda(f)])",
    "keras.Sequential([Attention()])",
    "keras.Sequential([Flaten()])",
    "keras.Sequential([Dense(-3)])",
    json.dumps({"class_name": "Sequential", "config": {"layers": [{
        "class_name": "Dense", "config": {"units": -3}}]}}),
    "keras.Sequential([Flatten(1, 2, 3)])",
    "keras.Sequential([Dense(*n)])",
    "keras.Sequential([MultiHeadAttention()])",
    "keras.Sequential([Dense(3, activaton='relu')])",
    "keras.Sequential([Dense(3, quick=True)])",
    "keras.Sequential([Conv2D(3, 3, border_mode='same')])",
    "keras.Sequential([Dense(n)])",
    "keras.Sequential([Conv2D(1, 3, data_format='channels_first')])",
    "keras.Sequential([Bidirectional(Dense(3))])",
    "keras.Sequential([RandomRotation((-0.1, 0.2))])",
    "keras.Sequential([" + ", ".join(f"Dense(3, {name}=MaxNorm())" for name in ("kernel_constraint", "bias_constraint")
                                     for _ in range(30)) + "])",
    "m = Sequential([TextVectorization(100), Dense(2)])",
    "m = Sequential([Dense(3)])\nm.compile('adam')",
    "m = Sequential([Dense(3)])\nm.load_weights('w.h5')",
    "i = Input((3,))\nm = Model(i, Dropout(.5)(i, training=True))",
    _attention(use_causal_mask=True),
    f"m = Sequential([{ATTENTION}])",
    "i = Input((3,))\nd = Dense(3)\nm = Model(i, d(d(i)))",
    "m = Sequential([Dense(3, bias_initializer=Constant(0.1))])",
    "m = Sequential([Dense(3, activation=ReLU(6))])",
]  # fmt: skip
"""A text for each sentence that comes of a text."""
DIGITS = DataFacts((28, 28, 1), tuple("0123456789"), 80, 10, 10, modality="image")
ROWS = DataFacts((8,), ("yes", "no"), 80, 10, 10, modality="table")
ADAPTED: list[tuple[tuple[Layer, ...], tuple[int, ...], DataFacts]] = [
    ((Dense(),), (784,), DIGITS),
    ((LSTM(),), (28, 28), DIGITS),
    ((Conv2D(),), (32, 32, 3), DIGITS),
    ((Embedding(),), (200,), DIGITS),
    ((Embedding(),), (200,), ROWS),
]


def told() -> list[Message]:
    """What is said of the examples."""
    found: list[Message] = []
    for text in EXAMPLES:
        try:
            found += read_model(text).notes[-3:]
        except RecipeError as error:
            found += [error.message] if isinstance(error.message, Message) else []
    for layers, shape, facts in ADAPTED:
        _, note = adapted(layers, shape, facts)
        assert note is not None
        found.append(note)
    return found


def codes_of(said: Message) -> set[str]:
    """The code of a message and those of the messages in it."""
    inner = [one for one in said.parameters.values() if isinstance(one, Message)]
    return {said.code}.union(*map(codes_of, inner))


def page() -> str:
    return "".join(sorted({f"{said.code.partition('.')[2]}: {said}\n" for said in told()}))


def test_every_sentence_is_as_it_was_read_last() -> None:
    assert page() == SENTENCES.read_text("utf-8"), (
        "read the new ones, then python -m tests.trainer.keras_code.test_wording"
    )


def test_every_code_has_an_example() -> None:
    of_others = {"recipe"}  # whose messages are in some of these
    found = {code for code in set().union(*map(codes_of, told())) if code.partition(".")[0] not in of_others}
    assert found == {f"keras_code.{name}" for name in WORDING}


def test_every_sentence_can_be_shown() -> None:
    for line in page().splitlines():
        assert line.endswith("."), line
        assert "does not know" not in line


if __name__ == "__main__":
    SENTENCES.write_text(page(), "utf-8")

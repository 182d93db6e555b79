"""Keras models that somebody pastes: what is read is what Keras would build, or a sentence says what cannot be read."""

# ruff: noqa: E501 - programs of several lines in one

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.keras_programs import START, in_a_row, without_names
from trainer.fit.build import keras_layer
from trainer.keras_code.reader import read_model
from trainer.messages import Message
from trainer.recipe.layers import Bidirectional, Conv2D, Dense, Embedding, Layer
from trainer.recipe.spec import RecipeError

AS_KERAS_BUILDS = {
    "a loop": "m = Sequential([Flatten()])\nfor i in range(3):\n    m.add(Dense(64, 'relu'))\nm.add(Dense(10))",
    "a loop over numbers": "m = Sequential()\nfor n in [8, 16]:\n    m.add(Dense(n * 2))",
    "a loop over pairs": "m = Sequential()\nfor n, a in ((8, 'relu'), (3, 'tanh')):\n    m.add(Dense(n, a))",
    "an if that is known": "deep = 3\nm = Sequential()\nif deep > 2:\n    m.add(Dense(9))\nelse:\n    m.add(Flatten())",
    "pop": "m = Sequential([Flatten(), Dense(4), Dense(5)])\nm.pop()",
    "a function that adds": "m = Sequential([Flatten()])\ndef block(n=20):\n    m.add(Dense(n))\nblock()\nblock(7)\nm.add(Dense(2))",
    "a function that is given the model": "def block(to, n):\n    to.add(Dense(n))\nm = Sequential()\nblock(m, 3)\nblock(m, n=4)",
    "a function that makes it": "def build(n=7, rate=0.3):\n    m = Sequential([Dense(n)])\n    if rate:\n        m.add(layers.Dropout(rate))\n    return m\nm = build(9)\nm.add(Dense(2))",
    "something else with add": "m = Sequential([Dense(3)])\nseen = set()\nseen.add('x')\nseen.pop()",
    "names": "num_classes = 10\nm = Sequential([keras.Input(shape=(28, 28, 1)), Flatten(), Dense(num_classes)])\nm.summary()",
    "numbers to work out": "m = Sequential([Dense(2 * 32), layers.Dropout(1 - 0.75), Dense(2**5, name=f'row_{1}')])",
    "padding that is marked": (
        "i = keras.Input((9,))\nx = layers.Embedding(30, 8, mask_zero=True)(i)\nx = layers.LSTM(4, return_sequences=True)(x)\n"
        "x = layers.Dropout(0.2)(x)\nx = layers.GRU(3)(x)\nm = keras.Model(i, Dense(2)(x))"
    ),
    "a list that grows": "row = [Flatten()]\nfor n in [3, 4]:\n    row.append(Dense(n))\nrow += [Dense(5)]\nm = Sequential(row)",
    "a number that grows": "n = 3\nn *= 2\nn += 1\nm = Sequential([Dense(n)])",
    "layers with names": "flat, out = Flatten(), Dense(10)\nm = Sequential([flat, out])",
    "lists put together": "m = Sequential([Flatten()] + [Dense(64) for _ in range(3)] + [Dense(10)])",
    "layers with a keyword": "m = Sequential(layers=[Flatten(), Dense(3)])",
    "layers called in a row": "i = keras.Input((28, 28, 1))\nx = Flatten()(i)\nx = Dense(5, activation='relu')(x)\nm = keras.Model(i, Dense(10)(x))",
    "a model in a model": "a = Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(0.1)])\nm = Sequential([keras.Input((28, 28, 1)), a, Flatten()])",
    "a layer taken from a model in a model": "a = Sequential([Dense(3), Dense(4)])\nm = Sequential([Flatten(), a])\nm.add(Dense(len(m.layers)))\nm.pop()\nm.pop()\nm.add(Dense(len(m.layers)))",
    "layers of a model with its input": "i = keras.Input((8,))\na = keras.Model(i, Dense(3)(Dense(4)(i)))\nm = Sequential([keras.Input((8,)), a, Dense(len(a.layers))])",
    "a model called": "a = Sequential([Flatten()])\ni = keras.Input((28, 28, 1))\nm = keras.Model(inputs=i, outputs=Dense(2)(a(i)))",
    "activations": "m = Sequential([Dense(3, 'swish'), Dense(3, 'hard_swish'), Dense(3, activation=keras.activations.gelu)])",
    "capitals": "m = Sequential([layers.Conv2D(3, 3, padding='VALID', kernel_initializer='HeNormal')])",
    "an older name": "m = Sequential([layers.LeakyReLU(alpha=0.2)])",
    "imported under another name": "from keras.layers import Dense as D\nfrom keras.activations import relu\nm = Sequential([D(3, activation=relu)])",
    "an if that does not matter": "m = Sequential([Flatten()])\nif len(str(m)) > 10**6:\n    print(m, m.summary)\nfor _ in range(0):\n    m.fit()",
    "a scope": "import contextlib\nwith contextlib.nullcontext():\n    m = Sequential([Flatten()])",
    "a loop that returns": "def build():\n    m = Sequential()\n    for n in (8, 4, 2):\n        m.add(Dense(n))\n        if n == 4:\n            return m\nm = build()",
    "add in a comprehension": "m = Sequential()\n[m.add(Dense(u)) for u in (64, 32)]\n_ = [m.add(Dense(u)) for u in range(1, 9, 2) if u > 3 for _ in '12'[:1].split()] if False else None",
    "add if": "m = Sequential([Dense(2)])\nm.add(layers.Dropout(.5)) if True else None\n3 > 4 and m.add(Dense(7))\nNone or m.add(Dense(8))",
    "a row in a loop": "x = i = keras.Input((28, 28, 1))\nfor u in (64, 32):\n    x = Dense(u)(x)\nm = keras.Model(i, x)",
    "zip and enumerate": "m = Sequential()\nfor n, (u, a) in enumerate(zip([8, 4], ['relu', 'tanh']), start=1):\n    m.add(Dense(u * n, a))",
    "range from to by": "m = Sequential([Dense(u) for u in range(8, 2, -2)])\nfor u in reversed(range(3, 6)):\n    m.add(Dense(u))",
    "named alone": "def block(m, *, units=5, act='relu'):\n    m.add(Dense(units, act))\nm = Sequential()\nblock(m)\nblock(m, units=3)",
    "a dictionary": "cfg = {'units': 12, 'act': 'relu', 'sizes': [3, 4]}\nm = Sequential([Dense(cfg['units'], cfg['act'])])\nfor s in cfg['sizes']:\n    m.add(Dense(s))\nm.add(Dense(cfg.get('out', 10)))\nfor k, v in cfg.items():\n    m.add(Dense(len(k)))",
    "a list under two names": "row = [Dense(3)]\nother = row\nother.append(Dense(4))\nm = Sequential(row)",
    "a list in a list": "row = [[3], [4]]\nrow[0].append(5)\nm = Sequential([Dense(n) for n in row[0]])",
    "a setting that is set": "cfg = {'units': 3, 'sizes': [4, 5]}\ncfg['units'] = 7\ncfg['out'] = 2\nm = Sequential([Dense(s) for s in cfg['sizes']])\nm.add(Dense(cfg['units']))\nm.add(Dense(cfg['out']))",
    "a dictionary that is changed": "cfg = {'units': 12, 'act': 'relu', 'sizes': [3, 4]}\ncfg['units'] += 1\ncfg['more'] = 2\nm = Sequential([Dense(cfg['units'], cfg['act'])])\nfor s in cfg['sizes']:\n    m.add(Dense(s))\nm.add(Dense(cfg.get('out', 10)))\nm.add(Dense(cfg['more']))",
    "stars": "common = dict(activation='relu', use_bias=False)\nm = Sequential([Dense(3, **common), Dense(*[4, 'tanh']), Dense(5, **{**common, 'use_bias': True})])",
    "one or the other": "deep = True\nm = Sequential([Dense(64 if deep else 32, 'relu' if not deep else 'tanh')])",
    "all in order": "m = Sequential([layers.Dropout(0.5, None, 42), Dense(3, 'relu', True, 'zeros', 'ones', None), layers.BatchNormalization(-1, 0.9), layers.Conv2D(3, 3, 1, 'same', None, 1, 1, 'relu', False)])",
    "part of a class": "from functools import partial\nC = partial(layers.Conv2D, kernel_size=3, padding='same', activation='relu')\nm = Sequential([C(filters=8), C(filters=4, kernel_size=5)])",
    "a lambda": "block = lambda n, a='relu': Dense(n, a)\nm = Sequential([block(3), block(4, 'tanh')])",
    "a function in a function": "def build(n):\n    m = Sequential()\n    def block(u):\n        m.add(Dense(u * n))\n    block(1)\n    block(2)\n    return m\nm = build(4)",
    "stars in a function": "def build(*sizes, **named):\n    m = Sequential()\n    for s in sizes:\n        m.add(Dense(s, **named))\n    return m\nm = build(4, 5, activation='relu')",
    "defaults as they were": "n = 3\ndef block(u=n):\n    return Dense(u)\nn = 5\nm = Sequential([block(), Dense(n)])",
    "two things given back": "def build():\n    m = Sequential([Flatten()])\n    return m, list(range(3))[1] + len(str(m))\nm, x = build()\nm.add(Dense(3))",
    "what is done and does not matter": "m = Sequential([keras.Input((4,)), Dense(3)])\nh = m.count_params() + len(m.layers)\nprint(m.get_config(), m.layers[0].name, [l.name for l in m.layers])\nfor l in m.layers:\n    print(l, l.get_weights())\nkeras.models.clone_model(m).summary()",
    "settings as Keras has them": "m = Sequential([Dense(3, kernel_initializer=keras.initializers.RandomNormal(stddev=0.05)), Dense(4, kernel_initializer=keras.initializers.VarianceScaling(1.0, 'fan_in', 'truncated_normal')), Dense(5, kernel_regularizer=keras.regularizers.L1L2(l1=0.1)), layers.BatchNormalization(gamma_initializer='ones')])",
    "lines of another sort": "m = Sequential([Flatten()])\nseen = {'a': [1]}\nwhile seen:\n    seen.pop('a')\nfor k in seen:\n    print(*seen[k])",
}


NOT_FOLLOWED = {
    "a comparison of three": ("n = 3\nm = Sequential([Dense(2)])\nif 1 < n < 5:\n    m.add(Dense(n))", "not_followed"),
    "a class of settings": (
        "class Config:\n    units: int = 64\n    act = 'relu'\ncfg = Config()\nm = Sequential([Dense(Config.units, Config.act), Dense(cfg.units // 2, cfg.act)])",
        "not_a_setting",
    ),
    "break": (
        "m = Sequential()\nfor n in (8, 4, 2):\n    if n == 4:\n        break\n    m.add(Dense(n))\nelse:\n    m.add(Dense(9))",
        "not_followed",
    ),
    "continue": (
        "m = Sequential()\nfor n in (8, 4, 2):\n    if n == 4:\n        continue\n    m.add(Dense(n))\nelse:\n    m.add(Dense(9))",
        "not_followed",
    ),
    "a loop in a loop that breaks": (
        "m = Sequential()\nfor n in (8, 4):\n    for k in (1, 2, 3):\n        if k == 2:\n            break\n        m.add(Dense(n * k))\n    m.add(layers.ReLU())",
        "not_followed",
    ),
    "while": (
        "n = 32\nm = Sequential()\nwhile n > 4:\n    m.add(Dense(n))\n    n //= 2\nelse:\n    m.add(Dense(3))",
        "not_followed",
    ),
    "while True": (
        "n = 32\nm = Sequential()\nwhile True:\n    n //= 2\n    if n < 5:\n        break\n    m.add(Dense(n))",
        "not_followed",
    ),
    "a method with a name": (
        "m = Sequential()\na = m.add\na(Dense(64))\np = m.pop\na(Dense(3))\np()",
        "not_followed",
    ),
    "what pop gives back": (
        "m = Sequential([Dense(3), Dense(4)])\nlast = m.pop()\nm.add(layers.ReLU())\nm.add(last)",
        "not_a_layer",
    ),
    "a global": ("n = 3\ndef more():\n    global n\n    n = 7\nmore()\nm = Sequential([Dense(n)])", "not_a_setting"),
    "what a class holds": (
        "class Config:\n    units = 64\n    act = 'relu'\ncfg = Config()\ncfg.act = 'tanh'\nm = Sequential([Dense(Config.units, Config.act), Dense(cfg.units // 2, cfg.act)])",
        "not_a_setting",
    ),
    "a list that is changed": (
        "row = [Flatten(), Dense(3), Dense(5)]\nother = row\nrow[1] = Dense(4)\ndel row[2]\nother.reverse()\nrow.insert(0, Dense(7))\nrow += [Dense(1), Dense(2)]\nlast = other.pop()\nm = Sequential(row)",
        "not_followed",
    ),
    "a list that is sorted": (
        "sizes = [3, 1, 2]\nsizes.sort(reverse=True)\nm = Sequential([Dense(sizes[0] + sizes.index(1))])",
        "not_a_setting",
    ),
    "what is before and behind": (
        "i = keras.Input((8,))\na = keras.Model(i, Dense(3)(i))\nm = keras.Model(inputs=a.input, outputs=Dense(2)(a.output))",
        "not_a_row",
    ),
    "a model from the middle": (
        "i = keras.Input((8,))\nx = Dense(3)(i)\ny = Dense(4)(x)\nm = keras.Model(x, y)",
        "not_a_row",
    ),
}
"""Programs that Keras builds and that are not followed here: each is refused with the way on, and none is misread."""


@pytest.mark.filterwarnings("ignore:Argument `alpha` is deprecated")
@pytest.mark.parametrize("text", AS_KERAS_BUILDS.values(), ids=list(AS_KERAS_BUILDS))
def test_what_is_read_is_what_keras_would_build(text: str) -> None:
    scope: dict[str, Any] = {}
    exec(START + text, scope)  # noqa: S102 - written above
    theirs = list(in_a_row(scope["m"]))
    layers, notes, _ = read_model(START + text)
    assert notes == ()
    ours = [keras_layer(spec, np.random.default_rng(1)) for spec in layers]
    assert [type(layer) for layer in ours] == [type(layer) for layer in theirs]
    configs = [[without_names(layer.get_config()) for layer in row] for row in (ours, theirs)]
    assert configs[0] == configs[1]
    (from_json, notes, _) = read_model(scope["m"].to_json())
    assert (from_json, notes) == (layers, ())


HIDDEN = {
    "a setting in a dictionary": "size = [3, 5]\nkw = {'kernel_size': size}\nrandom.shuffle(size)\nm = Sequential([layers.Conv2D(8, **kw)])",
    "a row with an unknown part": "row = [*q, 3]\nm = Sequential([Dense(len(row))])",
    "a list that is replaced by what becomes of it": "row = [1, 2]\nother = row\nwhile q:\n    row = grown(row)\nm = Sequential([Dense(len(other))])",
    "a list that changes in a loop over it": "sizes = [3, 1]\nfor n in sizes:\n    shuffle(sizes)\nm = Sequential([Dense(3)])",
    "one of the layers": "m = Sequential([Dense(3)])\nm.layers[q].units = 5",
    "an activation along another axis": "i = keras.Input((3,))\nm = keras.Model(i, tf.nn.softmax(i, axis=1))",
    "attention with something unknown": "i = keras.Input((3, 4))\nm = keras.Model(i, layers.MultiHeadAttention(2, 16)(i, i, q))",
    "a decorator that calls": "m = Sequential([Dense(2)])\n@run_now\ndef f():\n    m.add(Dense(3))",
    "one of the settings": "n = [3]\ncfg = {'a': n}\ncfg[q].append(4)\nm = Sequential([Dense(len(n))])",
    "a setting by an unknown key": "n = [3]\ncfg = {'a': n}\ncfg.get(q).append(4)\nm = Sequential([Dense(len(n))])",
    "the rest of a list": "a = [[1], [2]]\nx, *y = a\ny[0].append(3)\nm = Sequential([Dense(len(a[1]))])",
    "a class of models under another name": "m = Sequential([Dense(2)])\nS = Sequential\nif q:\n    k = S([Dense(4)])",
    "what an unfollowed function is given": "row = [1]\ndef f(**k):\n    global z\n    k['x'].append(2)\nf(x=row)\nm = Sequential([Dense(len(row))])",
    "keys of what changes": "cfg = {'a': 1}\nkeys = cfg.keys()\ncfg['b'] = 2\nm = Sequential([Dense(len(keys))])",
    "a base of a class": "row = [2]\nclass A(f(row)):\n    pass\nm = Sequential([Dense(len(row))])",
    "a function that is given away": "m = Sequential([Dense(2)])\ndef block(u):\n    m.add(Dense(u))\nlist(map(block, [3, 4]))",
    "a function in a dictionary": "m = Sequential([Dense(2)])\nmakers = {'a': lambda: m.add(Dense(3))}\nfor _, f in several(makers):\n    f()",
    "another maximum": "from numbers_of_mine import max\nm = Sequential([Dense(max(2, 3))])",
    "a name in a pattern": "n = 3\nmatch load():\n    case n:\n        pass\nm = Sequential([Dense(n)])",
    "a name in a comprehension": "n = 3\nx = [n := 5 for _ in '12']\nm = Sequential([Dense(n)])",
    "code in quotes": "n = 3\nexec('n = 5')\nm = Sequential([Dense(n)])",
    "what only looks like Keras": "from mylayers import Dense\nm = Sequential([Dense(3)])",
    "settings that somebody else has": "kw = {'units': 3}\nrandom_search(kw)\nm = Sequential([Dense(**kw)])",
    "a class that adds": "m = Sequential([Dense(2)])\nclass Adds:\n    def __init__(self):\n        m.add(Dense(3))\nAdds()",
}
"""Programs whose layers are set in ways that are easily overlooked."""


@pytest.mark.parametrize("text", HIDDEN.values(), ids=list(HIDDEN))
def test_what_is_easily_overlooked_is_never_misread(text: str) -> None:
    with pytest.raises(RecipeError):
        read_model(text if "import" in text else START + text)


@pytest.mark.parametrize(("text", "code"), NOT_FOLLOWED.values(), ids=list(NOT_FOLLOWED))
def test_what_is_not_followed_is_refused_with_the_way_on(text: str, code: str) -> None:
    with pytest.raises(RecipeError) as refused:
        read_model(START + text)
    assert refused.value.code == f"keras_code.{code}"
    assert "print(model.to_json())" in str(refused.value)
    scope: dict[str, Any] = {}
    exec(START + text, scope)  # noqa: S102 - written above
    assert read_model(scope["m"].to_json()).layers, "and the way on leads there"


@pytest.mark.parametrize(
    "text",
    [
        ">>> m = keras.Sequential([\n...     Flatten(),\n...     Dense(2),\n... ])",
        "!pip install keras\n%matplotlib inline\nkeras.Sequential([Flatten(), Dense(2)])",
        "```python\nkeras.Sequential([Flatten(), Dense(2)])\n```",
        "    m = keras.Sequential([Flatten()])\n    m.add(Dense(2))",
        "keras.Sequential([Flatten(), Dense(2, activation=“linear”)])",
        "\ufeffkeras.Sequential([Flatten(), Dense(2)])",
        "[Flatten(), Dense(2)]",
        "model.add(Flatten())\nmodel.add(Dense(2))",
        "def build(n):\n    m = Sequential([Flatten(), Dense(2)])\n    return m",
        "if __name__ == '__main__':\n    m = Sequential([TextVectorization(100), Flatten(), Dense(2)])",
    ],
)  # fmt: skip
def test_text_as_it_is_copied(text: str) -> None:
    assert [layer.kind for layer in read_model(text).layers] == ["Flatten", "Dense"]


MODEL = """
import tensorflow as tf
from tensorflow.keras import layers
model = tf.keras.models.Sequential([
    layers.Input(shape=(28, 28, 1)),
    layers.Conv2D(32, 3, activation=tf.nn.relu, kernel_constraint="max_norm"),
    layers.MaxPooling2D(2),
    layers.Flatten(name="row"),
])
model.add(layers.Dense(10, "softmax"))
model.compile(optimizer="adam")
"""


def test_a_script_as_people_write_it() -> None:
    layers, notes, reads = read_model(MODEL)
    assert reads == (28, 28, 1)
    assert [layer.kind for layer in layers] == ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]
    assert layers[0] == Conv2D(filters=32, kernel_size=(3, 3), activation="relu")
    assert layers[3] == Dense(units=10, activation="softmax")
    assert [note.code for note in notes] == ["keras_code.argument_left_out", "keras_code.compiled"]
    assert notes[0].parameters["name"] == "kernel_constraint"
    assert read_model(
        "model = Sequential()\nmodel.add(Embedding(100, 8))\nmodel.add(Bidirectional(GRU(4)))"
    ).layers == (
        Embedding(input_dim=100, output_dim=8, mask_zero=False),
        Bidirectional.from_json('{"kind": "Bidirectional", "layer": {"kind": "GRU", "units": 4}}'),
    )


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "not_keras", None),
        ("print('hello')", "not_keras", None),
        ("keras.Sequential([", "not_python", 1),
        ("keras.Sequential([])", "no_layers", None),
        ("keras.Sequential(layers)", "not_a_layer", 1),
        ("keras.Sequential([x])", "not_a_layer", 1),
        ("keras.Sequential([Dense(n)])", "not_a_setting", None),
        ("keras.Sequential([Rescaling(1 / 0)])", "not_a_setting", None),
        ("keras.Sequential([Dense(*n)])", "not_a_setting", None),
        ("keras.Sequential([Dense(**n)])", "not_a_setting", None),
        ("keras.Sequential([Dense(-3)])", "layer_invalid", None),
        ("keras.Sequential([Flatten(), Magic(3)])", "layer_unknown", None),
        ("keras.Sequential([Dense(1, 'relu', True, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)])", "too_many_arguments", None),
        ("keras.Sequential([Conv2D(1, 3, data_format='channels_first')])", "channels_first", None),
        ("keras.Sequential([Dense(1)]); keras.Sequential([Dense(1)])", "several_models", None),
        ("keras.Sequential([" + "Flatten()," * 201 + "])", "too_many_layers", None),
        ("keras.Sequential([Dense(__import__('os').system('touch /tmp/no'))])", "not_a_setting", None),
        ("keras.Sequential([Flaten()])", "layer_unknown", None),
        ("keras.Sequential([Dense(3, activaton='relu')])", "argument_unknown", None),
        ("m = Sequential()\nwhile True:\n    m.add(Dense(3))", "not_followed", 3),
        ("m = Sequential([Dense(2)])\nif read():\n    m.add(Dense(3))", "not_followed", 3),
        ("m = Sequential()\nfor n in sizes:\n    m.add(Dense(n))", "not_followed", 3),
        ("m = Sequential()\nfor n in range(10**9):\n    m.add(Dense(3))", "not_followed", 3),
        ("m = Sequential([Dense(2)])\nfor n in (1, 2):\n    if q:\n        break\n    m.add(Dense(n))", "not_followed", 5),
        ("m = Sequential([Dense(2)])\nfor n in (1, 2):\n    if q:\n        continue\n    m.add(Dense(n))", "not_followed", 5),
        ("def build():\n    m = Sequential([Dense(2)])\n    if q:\n        return m\n    m.add(Dense(3))\nbuild()", "not_followed", 4),
        ("def units():\n    if q:\n        return 3\n    return 5\nm = Sequential([Dense(units())])", "not_a_setting", None),
        ("m = Sequential([Dense(2)])\n[m.add(Dense(u)) for u in sizes]", "not_followed", 2),
        ("m = Sequential([Dense(2)])\n[m.add(Dense(u)) for u in (3, q) if u > 2]", "not_followed", 2),
        ("m = Sequential([Dense(2)])\nm.add(Dense(3)) if q else None", "not_followed", 2),
        ("m = Sequential([Dense(2)])\nq and m.add(Dense(3))", "not_followed", 2),
        ("m = Sequential([Dense(2)])\nlist(map(m.add, [Dense(3)]))", "not_followed", 2),
        ("m = Sequential([Dense(2)])\ngetattr(m, 'add')(Dense(3))", "not_followed", 2),
        ("from other import finish\nm = Sequential([Dense(2)])\nm = finish(m)", "not_followed", 3),
        ("m = Sequential([Dense(2)])\nm._layers.pop()", "not_followed", 2),
        ("m = Sequential([Dense(2)])\nm.rebuild(3)", "not_followed", 2),
        ("m = Sequential([Dense(2)])\nm.layers[0].units = 5", "not_followed", 2),
        ("m = Sequential([Dense(2)])\nm.layers[q].trainable = False", "not_followed", 2),
        ("m = Sequential([Dense(2)])\nwhile q:\n    m.add(Dense(3))", "not_followed", 3),
        ("m = load_model('x')\nm.add(Dense(3))\nn = Sequential([Dense(3)])", "not_followed", 2),
        ("try:\n    m = load()\nexcept OSError:\n    m = Sequential([Dense(3)])", "not_followed", 4),
        ("i = Input((3,))\nx = Dense(3)(i)\nfor n in sizes:\n    x = Dense(n)(x)\nm = Model(i, x)", "not_a_row", 5),
        ("i = Input((3,))\nm = Model(i, Dense(2)(Input((3,))), name='x')\nraise SystemExit", "not_a_row", 2),
        ("i = Input((3,))\nx = Dense(2)(i)\ny = Dense(3)(i)\nm = Model(y, x)", "not_a_row", 4),
        ("row = [Dense(2), Dense(3)]\nrandom.shuffle(row)\nSequential(row)", "not_followed", 2),
        ("row = [4, 1]\nrow.sort(key=f)\nSequential([Dense(row[0])])", "not_a_setting", None),
        ("row = [4, 1]\nlow = row.sort\nlow(key=f)\nSequential([Dense(row[0])])", "not_a_setting", None),
        ("cfg = {'u': 3}\ncfg.popitem()\nSequential([Dense(cfg['u'])])", "not_a_setting", None),
        ("row = [4, 5]\nrandom.shuffle(row)\nSequential([Dense(row[0])])", "not_a_setting", None),
        ("class A:\n    def build(self):\n        return Sequential([Dense(3)])\nA().build()", "not_followed", 3),
        ("return 3\nm = Sequential([Flatten()])", "not_keras", None),
        ("m = Sequential([Flatten()])\nfor i in range(40):\n    m.add(m)", "not_followed", 3),
        ("a = Sequential([Flatten()])\n" + "a = Sequential([a, a])\n" * 40, "too_large", None),
        ("row = [Flatten()]\nfor n in sizes:\n    row.append(Dense(n))\nSequential(row)", "not_followed", 3),
        ("keras.Sequential([Dense(range(3))])", "not_a_setting", None),
        ("keras.Sequential([Dense(b'x')])", "not_a_setting", None),
        ("keras.Sequential([Dense(Input(3))])", "not_a_setting", None),
        ("keras.Sequential([Dense(3, kernel_regularizer=L2(x))])", "not_a_setting", None),
        ("keras.Sequential([Dense(3, kernel_regularizer=L2(**x))])", "not_a_setting", None),
        ("keras.Sequential([ZeroPadding2D((([1], 2), (3, 4)))])", "sides_differ", None),
        ("keras.Sequential([TimeDistributed(Dense(3))])", "layer_unknown", None),
        ('{"class_name": "Functional", "config": {"layers": [{"class_name": "Dense", "config": [], "inbound_nodes": []}]}}', "not_keras", None),
        ("def f():\n    return f()\nm = Sequential([f()])", "too_large", None),
        ("i = Input((3,))\nm = Model(i, concatenate([Flatten()(i), Flatten()(i)]))", "not_a_row", 2),
        ("keras.Sequential([ZeroPadding2D(((1, 2), (3, 4)))])", "sides_differ", None),
        ("keras.Sequential([RandomRotation((-0.1, 0.2))])", "sides_differ", None),
        ('Model: "sequential"\n Layer (type)   Output Shape   Param #', "summary", None),
        ("(" * 5000, "not_python", 1),
        ("{", "not_keras", None),
        ('{"class_name": "Functional", "config": {"layers": []}}', "no_layers", None),
        ('{"class_name": "Sequential", "config": {"layers": []}}', "no_layers", None),
        ('{"class_name": "Sequential", "config": {"layers": [3]}}', "not_keras", None),
        ('{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"units": "many"}}]}}', "layer_invalid", None),
        ('{"a": ' * 5000, "not_keras", None),
        ("x" * 1_000_001, "too_large", None),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_so(text: str, code: str, line: int | None) -> None:
    with pytest.raises(RecipeError) as refused:
        read_model(text)
    message = refused.value.message
    assert isinstance(message, Message)
    assert (message.code, message.parameters.get("line")) == (f"keras_code.{code}", line)


def test_keras_second_names_of_layers_are_known() -> None:
    names = {name: getattr(keras.layers, name) for name in dir(keras.layers)}
    seconds = {
        n: c.__name__ for n, c in names.items() if getattr(c, "__name__", n) != n and c.__name__ in Layer.registry
    }
    assert {"MaxPool2D", "AvgPool1D", "GlobalAvgPool2D", "Convolution2D"} <= seconds.keys()
    windows = {"Conv": "8, 3", "Glob": "", "Max": "", "Aver": "", "Sepa": "8, 3"}
    for name, kind in seconds.items():
        given = next(words for begin, words in windows.items() if kind.startswith(begin))
        assert read_model(f"keras.Sequential([keras.layers.{name}({given})])").layers[0].kind == kind


@pytest.mark.parametrize(
    "line", ["x = [x]", "x = [x, x]", "x = W(x, x)", "x = [[x], *x]", "x.append(x)", "x += [x]", "x = {'a': x, 'b': x}"]
)
def test_a_text_that_nests_without_end_is_refused(line: str) -> None:
    with pytest.raises(RecipeError):
        read_model(f"x = [1]\nfor i in range(900):\n    {line}\nkeras.Sequential([Dense(x)])")


def test_a_text_that_would_fill_the_memory_does_not() -> None:
    for text in ("a = [1]\nfor i in range(900):\n    a = a + a", "s = 'x'\nfor i in range(900):\n    s = f'{s}{s}'"):
        assert [one.kind for one in read_model(f"{text}\nkeras.Sequential([Flatten()])").layers] == ["Flatten"]


LINES = [
    "m = Sequential([Flatten()])", "m = Sequential()", "m.add(Dense(3))", "m.add(m)", "m.pop()", "row = [Dense(3)]", "n = 2", "n += n",
    "row.append(Dense(n))", "row += row", "row[0] = n", "del row[0]", "m = Sequential(row)", "m = Sequential(row + [m])", "a, b = row",
    "for n in (1, 2):\n    m.add(Dense(n))", "for x in row:\n    row.append(x)", "if n:\n    m.add(row[0])", "if q:\n    n = 5", "return m",
    "def f(n=n):\n    m.add(Dense(n))\n    return f(n - 1) if n else m", "f()", "m = f", "x = Dense(n)(m)", "i = Input((3,))", "x = m(i)",
    "m = Model(i, x)", "x = [Dense(n) for n in range(n)]", "while n:\n    m.add(x)", "try:\n    m.add(a)\nfinally:\n    n = f'{n}'", "m = m.layers", "break", "continue", "for n in row:\n    break\nelse:\n    m.add(Dense(3))",
    "m.layers[0].trainable = False", "cfg = {'u': n}", "cfg['u'] += 1", "m.add(Dense(**cfg))", "a = m.add", "a(Dense(n))", "row = row, row", "row.append(row)",
    "z = zip(row, row)", "for x, n in z:\n    m.add(x)", "g = lambda x: m.add(x)", "g(g)", "class C:\n    n = 3", "n = C.n", "m.pop() if n else q", "raise n",
]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=14))
def test_whatever_is_pasted_is_read_or_refused(lines: list[str]) -> None:
    try:
        said = repr(read_model("\n".join(lines)).layers)
    except RecipeError as refused:
        said = str(refused)
    assert said[-1] in ".)"

"""Texts that somebody could paste to do harm or by mistake, with the damage that each once did."""

from __future__ import annotations

import json
from typing import Any

MODEL = "\nkeras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, 'softmax')])"


def around(layer: str) -> str:
    return f"keras.Sequential([keras.layers.{layer}])"


def as_json(*layers: Any) -> str:
    return json.dumps({"class_name": "Sequential", "config": {"layers": layers}})


DENSE = {"class_name": "Dense", "config": {"units": 3}}
LSTM = {"class_name": "LSTM", "config": {"units": 3}}


def both_ways(layer: Any) -> dict[str, Any]:
    return {"class_name": "Bidirectional", "config": {"layer": layer}}


FROZE = {
    "round to -10**9": "x=round(123,-10**9)" + MODEL,
    "round to -10**7": "\n".join(["x=round(123,-10**7)"] * 3) + MODEL,
    "list extended by itself": "a=[1]\na.extend(enumerate(a))" + MODEL,
    "list extended by pairs of itself": "a=[1]\na.extend(zip(a,a))" + MODEL,
    "name of a module": "import a" + ".a" * 99_000 + MODEL,
    "name of a module with spaces": "from a" + " . \\\n a" * 20_000 + " import b" + MODEL,
    "empty lines": "\n" * 300_000 + "x",
    "header of a summary many times": "Output Shape " * 70_000 + "\n!x",
    "stars of a list": "r=list(range(900))\nx=[" + "*r," * 15_000 + "]" + MODEL,
}  # fmt: skip
"""Kept the processor busy for seconds or for ever, some with the interpreter's lock held."""

RAISED = {
    "Dense in Bidirectional": around("Bidirectional(keras.layers.Dense(3))"),
    "Bidirectional in Bidirectional": around("Bidirectional(keras.layers.Bidirectional(keras.layers.LSTM(3)))"),
    "Dense in Bidirectional, JSON": as_json(both_ways(DENSE)),
    "Bidirectional in Bidirectional, JSON": as_json(both_ways(both_ways(LSTM))),
    "layer in a dictionary": around('Dense({"a": Dense(3)})'),
    "layer in a list": around("Conv2D(3, [Dense(3), 3])"),
    "layer as an amount": around("Dense(3, kernel_regularizer=L2(Dense(3)))"),
    "layer deep as an amount": around("Bidirectional(LSTM(3, kernel_regularizer=L2(GRU(3))))"),
    "regularizer in a list": around("Dense(3, kernel_regularizer=[L2(0.1)])"),
    "loop to 10**30": "for i in range(10**30): x=1" + MODEL,
    "list to 10**30": "x=list(range(10**30))" + MODEL,
    "comprehension to 10**30": "x=[i for i in range(10**30)]" + MODEL,
    "layers added 10**30 times": "m=Sequential()\nfor i in range(10**30):\n  m.add(Dense(3))",
    "empty list 10**30 times": "x=[]*0x" + "f" * 40 + MODEL,
    "6,000 hexadecimal digits": around("Dense(0x" + "f" * 6000 + ")"),
    "6,000 hexadecimal digits in a word": "x=f'{0x" + "f" * 6000 + "}'" + MODEL,
    "signs in quotes": "'{'+" + "-" * 300_000 + "1+'}'",
    "sums in quotes": "'{'" + "+'a'" * 200_000 + "+'}'",
}
"""Ended in an exception that is no sentence."""

HELD = {
    "unknown call in a long loop": "for i in range(900):\n  y=x.z(" + "a.b," * 3000 + ")" + MODEL,
    "names declared global in a loop": "def f():\n  global " + ",".join(f"a{i}" for i in range(15_000)) + "\n"
    "for k in range(900): f()" + MODEL,
    "classes in classes": "".join(" " * i + "class A:\n" for i in range(95)) + " " * 95 + "x=[" + "1," * 40_000 + "]",
    "a wide comprehension of copied names": "\n".join(f"x{i}=1" for i in range(9_000)) + "\n"
    "for k in range(900): y=[1 for q in [1]]" + MODEL,
    "model in itself": "i=Input((3,))\nx=i\nd=Sequential([" + "Dense(3)," * 900 + "])\n"
    "for k in range(990):\n  y=d(x)\n  z=d.layers\n" + "m=Model(i,y)",
    "a layer that reads 60,000 others": as_json(DENSE | {"inbound_nodes": [["a", 0, 0]] * 60_000}).replace(
        "Sequential", "Functional"
    ),
    "function in a list": "def f(): pass\n" + around("Dense([f])"),
    "zip in a list": around("Dense([zip([1],[2])])"),
    "pair as a name": around("Dense({(1, 2): 3})"),
    "list that holds itself": "a=[1]\na[0]=a\nprint(a)\nDense(a)" + MODEL,
    "settings that hold themselves": "class C:\n  a=1\nC.a=C\nprint(C)" + MODEL,
    "layer that holds itself": "l=Dense(3)\nl.trainable=[l]\nm=Sequential([l])",
    "negative root": around("Dense((-8)**0.5)"),
    "5,000 digits": around("Dense(" + "9" * 5000 + ")"),
    "4,299 digits, JSON": as_json(DENSE).replace("3", "9" * 4299),
    "5,000 digits, JSON": as_json(DENSE).replace("3", "9" * 5000),
    "width of a billion": around("Dense(f'{1:1000000000}')"),
    "power of a power": around("Dense(9**9**9)"),
    "word a billion times": around("Dense('a'*10**9)"),
    "shift": around("Dense(1<<10**9)"),
    "deep JSON": '{"a":' * 100_000,
    "long name of a layer, JSON": as_json({"class_name": "Dense" * 100_000, "config": {}}),
    "long name of an argument": around("Dense(3, " + "units" * 20_000 + "=3)"),
    "layer of half a surrogate pair, JSON": as_json({"class_name": "\ud800", "config": {}}),
    "half a surrogate pair, JSON": as_json({"class_name": "Dense", "config": {"activation": "\ud800"}}),
    "half a surrogate pair": "x='\ud800'" + MODEL,
    "zero byte": "x=1\0" + MODEL,
    "endless recursion": "def f(n):\n  return f(n-1)\nf(3)" + MODEL,
    "fans of functions": "".join(f"def f{i}(): return f{i + 1}(),f{i + 1}()\n" for i in range(200)) + "f0()" + MODEL,
    "lambdas": "lambda:" * 20_000,
    "brackets": "f(" * 190,
    "withs": "with (" * 150,
    "elif": "if a==1: pass\n" + "elif a==2: pass\n" * 5000 + MODEL,
    "20,000 layers, JSON": as_json(*[DENSE] * 20_000),
    "990 layers": "i=Input((3,))\nx=i\nfor k in range(990): x=Dense(3)(x)\nm=Model(i,x)",
    "pairs of pairs": "t=(1,)\n" + "for i in range(900): t=(t,t)\n" * 3 + MODEL,
    "too long": "#" * 1_100_000,
}
"""Did no harm before either, and must not."""
HOSTILE = FROZE | RAISED | HELD

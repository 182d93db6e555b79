"""Runs exports by themselves: `python -I run_export.py RUNTIME EXPORT EXAMPLES ...`
imports that runtime and numpy, and nothing of Fitboard.

EXAMPLES is a folder with `x.npy` (pictures as uint8, or rows of numbers) or `texts.json`. The scores are written into
it as `scores.npy`, and the word numbers that the export's own tokenizer made as `numbers.npy`. Standard output says how
many rows are done.
"""

import base64
import gzip
import json
import re
import runpy
import sys
from pathlib import Path

import numpy as np

BATCH = 256
TEXTS = 32
"""Texts at once: in a batch each takes as much memory as the longest."""


def keras_scores(export, examples):
    import keras

    model = keras.saving.load_model(next(export.glob("*.keras")))  # noqa: TID251 - the one that was just made

    def answer(x):
        return np.asarray(model(x, training=False))

    def answer_texts(x):  # to Keras a list of Python's texts is no array of strings
        return model.predict_on_batch(keras.ops.convert_to_tensor(x, dtype="string"))

    is_text = model.inputs[0].dtype == "string"
    return in_batches(answer_texts, examples, TEXTS) if is_text else in_batches(answer, examples)


def saved_model_scores(export, examples):
    import tensorflow as tf

    model = tf.saved_model.load(str(export))
    (read,) = model.signatures["serving_default"].structured_input_signature[1].values()
    size = TEXTS if read.dtype == tf.string else BATCH
    return in_batches(lambda x: model.serve(tf.constant(x, read.dtype))["scores"].numpy(), examples, size)


def onnx_scores(export, examples):
    import onnxruntime

    session = onnxruntime.InferenceSession(next(export.glob("*.onnx")), providers=["CPUExecutionProvider"])
    (read,) = session.get_inputs()
    kind = {"tensor(float)": "float32", "tensor(double)": "float64", "tensor(int32)": "int32"}[read.type]
    return in_batches(lambda x: session.run(["scores"], {read.name: np.asarray(x, kind)})[0], examples)


def litert_scores(export, examples):
    from ai_edge_litert.interpreter import Interpreter

    network = Interpreter(str(next(export.glob("*.tflite"))))
    (read,), (given,) = network.get_input_details(), network.get_output_details()
    at_once = json.loads((export / "network.json").read_text("utf-8"))["reads"]["at_once"]

    def answer(x):
        if tuple(network.get_input_details()[0]["shape"]) != x.shape:
            network.resize_tensor_input(read["index"], x.shape)
        network.allocate_tensors()
        network.set_tensor(read["index"], np.asarray(x, read["dtype"]))
        network.invoke()
        return network.get_tensor(given["index"]).copy()

    return in_batches(answer, examples, at_once or BATCH)


def html_scores(export, examples):
    import onnxruntime

    told = page_elements(export)["told"]["network"]
    session = onnxruntime.InferenceSession(export / "graph.onnx", providers=["CPUExecutionProvider"])
    last = told["layers"][-1]["output"]

    def answer(x):
        if x.dtype == np.uint8:
            x = x.astype("float32") / np.float32(255)
        x = x.astype(told["input"]["dtype"])
        (scores,) = session.run([last], {"x": x})
        return np.concatenate([1 - scores, scores], axis=1) if scores.shape[1] == 1 else scores

    return in_batches(answer, examples)


def page_elements(export):
    """What lies in a page, by the names of its elements, as the page itself finds it."""
    page = (export / "page.html").read_text("utf-8")
    found = dict(re.findall('<script type="text/plain" id="([a-z]+)">([^<]*)</script>', page))
    (told,) = re.findall('<script type="application/json" id="told">([^<]*)</script>', page)
    return {name: gzip.decompress(base64.b64decode(text)) for name, text in found.items()} | {"told": json.loads(told)}


def unpack_page(export):
    """Lay beside a page what lies in it, where onnxruntime and the tokenizer look for it."""
    elements = page_elements(export)
    (export / "graph.onnx").write_bytes(elements["graph"])
    (export / "weights.bin").write_bytes(elements["weights"])
    told = elements["told"]["network"]
    reads = dict(told.get("scaling", {}))
    if "vocabulary" in elements:
        reads = {"length": told["input"]["shape"][0], "standardize": told["reading"]["standardize"]}
        words = "\n".join(json.loads(elements["vocabulary"]))
        (export / "vocabulary.txt").write_bytes(words.encode("utf-8", "replace"))
    (export / "network.json").write_text(json.dumps({"reads": reads}), "utf-8")


RUNTIMES = {
    "html": html_scores,
    "keras": keras_scores,
    "saved_model": saved_model_scores,
    "onnx": onnx_scores,
    "litert": litert_scores,
}


def in_batches(answer, examples, size=BATCH):
    found = []
    for begin in range(0, len(examples), size):
        found.append(answer(examples[begin : begin + size]))
        if begin // BATCH != (begin + size) // BATCH:
            print(min(begin + size, len(examples)), flush=True)  # noqa: T201
    return np.concatenate(found)


def read_examples(export, folder):
    if (folder / "x.npy").exists():
        x = np.load(folder / "x.npy", allow_pickle=False)
        reads = json.loads((export / "network.json").read_text("utf-8"))["reads"]
        return (x - np.array(reads["mean"])) / np.array(reads["deviation"]) if "mean" in reads else x
    texts = json.loads((folder / "texts.json").read_text("utf-8"))
    if not (export / "tokenizer.py").exists():
        return texts
    numbers = runpy.run_path(str(export / "tokenizer.py"))["numbers"](texts)
    np.save(folder / "numbers.npy", numbers)
    if (export / "page.html").exists():
        return numbers  # a page asks the network nothing without a word
    return np.concatenate([numbers, np.zeros_like(numbers[:1])])  # padding alone, as no tokenizer makes it


def main():
    runtime, *places = sys.argv[1:]
    for export, folder in zip(map(Path, places[::2]), map(Path, places[1::2])):  # noqa: B905
        if runtime == "html":
            unpack_page(export)
        np.save(folder / "scores.npy", RUNTIMES[runtime](export, read_examples(export, folder)))


if __name__ == "__main__":
    main()

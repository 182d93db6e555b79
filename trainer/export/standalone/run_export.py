"""Runs exports by themselves: `python -I run_export.py RUNTIME EXPORT EXAMPLES ...`
imports that runtime and numpy, and nothing of Fitboard.

EXAMPLES is a folder with `x.npy` (pictures as uint8, or rows of numbers) or `texts.json`. The scores are written into
it as `scores.npy`, and the word numbers that the export's own tokenizer made as `numbers.npy`. Standard output says how
many rows are done.
"""

import json
import runpy
import sys
from pathlib import Path

import numpy as np

BATCH = 256


def keras_scores(export, examples):
    import keras

    model = keras.saving.load_model(next(export.glob("*.keras")))  # noqa: TID251 - the one that was just made
    is_text = model.inputs[0].dtype == "string"

    def answer(x):
        # To Keras an array of Python's texts is not one of strings.
        return np.asarray(model(keras.ops.convert_to_tensor(list(x), dtype="string") if is_text else x, training=False))

    return in_batches(answer, examples)


def saved_model_scores(export, examples):
    import tensorflow as tf

    model = tf.saved_model.load(str(export))
    (read,) = model.signatures["serving_default"].structured_input_signature[1].values()
    return in_batches(lambda x: model.serve(tf.constant(x, read.dtype))["scores"].numpy(), examples)


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


RUNTIMES = {"keras": keras_scores, "saved_model": saved_model_scores, "onnx": onnx_scores, "litert": litert_scores}


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
    return np.concatenate([numbers, np.zeros_like(numbers[:1])])  # padding alone, as no tokenizer makes it


def main():
    runtime, *places = sys.argv[1:]
    for export, folder in zip(map(Path, places[::2]), map(Path, places[1::2])):  # noqa: B905
        np.save(folder / "scores.npy", RUNTIMES[runtime](export, read_examples(export, folder)))


if __name__ == "__main__":
    main()

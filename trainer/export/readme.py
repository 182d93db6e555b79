"""The page that goes with an export, for people."""

from __future__ import annotations

from collections.abc import Iterable

from trainer import fitboard_version, formats
from trainer.export.equality import Equality
from trainer.export.exported_run import ExportedRun
from trainer.export.network_format import Reads
from trainer.i18n import _
from trainer.recipe.shapes import written

_PROGRAMS = {
    "keras": """import json
import zipfile
import keras

model = keras.saving.load_model("{file}")
scores = model.predict(x)
with zipfile.ZipFile("{file}") as file:
    names = json.loads(file.read("metadata.json"))["class_names"]
answers = [names[best] for best in scores.argmax(axis=1)]""",
    "saved_model": """import tensorflow as tf

model = tf.saved_model.load("{file}")
found = model.serve(tf.constant(x, "{dtype}"))
scores, answers = found["scores"], found["answers"]""",
    "onnx": """import onnxruntime

session = onnxruntime.InferenceSession("{file}")
(scores,) = session.run(["scores"], {{session.get_inputs()[0].name: x}})""",
    "litert": """from ai_edge_litert.interpreter import Interpreter

network = Interpreter("{file}")
network.resize_tensor_input(network.get_input_details()[0]["index"], x.shape)
network.allocate_tensors()
network.set_tensor(network.get_input_details()[0]["index"], x)
network.invoke()
scores = network.get_tensor(network.get_output_details()[0]["index"])""",
}
"""How to ask an export, by its format."""


def text(run: ExportedRun, format: str, reads: Reads, equality: Equality, cleaning: Iterable[str]) -> str:
    """The page, as plain text.

    Args:
        run: what is exported.
        format: the name of the format.
        reads: what the export takes.
        equality: how equal it is.
        cleaning: what the recipe has done to texts before they are cut into words, as the pages call it.
    """
    parts = [
        _("“{name}”: a network trained with Fitboard {version}, with the weights of {which}.").format(
            name=" ".join(run.title.split()), version=fitboard_version(), which=run.which
        ),
        str(equality.message),
        _reads(run, reads),
        _("It gives a score for each class, in this order: {names}.").format(names=formats.listing(run.class_names)),
        _program(format, reads, run),
    ]
    if reads.at_once is not None:
        parts.append(_("This file takes one example at a time: x has the shape {shape}.").format(shape=_shape(run)))
    if names := formats.listing(list(cleaning)):
        cleaned = _(
            "Before training, the texts were cleaned as the recipe says ({names}). This export does not do that: clean "
            "texts in the same way first, or ask Fitboard: python -m trainer predict."
        )
        parts.append(cleaned.format(names=names))
    parts.append(_("All of this is in network.json as well, for programs."))
    return "\n\n".join(parts) + "\n"


def _reads(run: ExportedRun, reads: Reads) -> str:
    shape = written(run.facts.input_shape)
    if reads.is_text:
        told = _("It reads texts as they are, in UTF-8. vectors.json has some, with the scores of this export.")
    elif run.facts.modality == "text":
        told = _(
            "It reads word numbers, {shape} for a text, as int32. tokenizer.py makes them with vocabulary.txt and "
            "word_characters.json; vectors.json has texts with their numbers and the scores of this export."
        )
    elif run.facts.modality == "image":
        told = _("It reads pictures of the shape {shape}, with pixels from 0 to 255: dividing them is a part of it.")
    elif reads.scales:
        told = _("It reads rows of {shape} numbers as they are: scaling them is a part of it.")
    else:
        told = _("It reads rows of {shape} numbers, scaled: (x - mean) / deviation, with those in network.json.")
    return told.format(shape=shape)


def _shape(run: ExportedRun) -> str:
    return str((1, *run.facts.input_shape))


def _program(format: str, reads: Reads, run: ExportedRun) -> str:
    """How to ask the export, in Python."""
    if reads.is_text:
        x = 'x = ["..."]' if format == "saved_model" else 'x = keras.ops.convert_to_tensor(["..."], dtype="string")'
    elif run.facts.modality == "text":
        x = 'import tokenizer\n\nx = tokenizer.numbers(["..."])'
    else:
        x = f"x = ...  # an array of {reads.dtype} with the shape {_shape(run)}"
    head, rest = _PROGRAMS[format].format(file=reads.file, dtype=reads.dtype).split("\n\n", 1)
    return f"{head}\n{x}\n\n{rest}" if x.startswith("import") else f"{head}\n\n{x}\n{rest}"

"""The network of a run, or of a draft, as a graph in ONNX, which computes without Keras what every layer outputs.

Its weights are no part of it: it reads them from a file beside it, in Keras's own layout (`graph_weights.py`), so that
the weights of any epoch can be put in by whoever has their bytes.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from math import prod
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
from filelock import Timeout
from numpy.typing import NDArray

from trainer import data
from trainer.data.drawing import form_of
from trainer.fit.build import BUILD_LOCK, build, layers_of
from trainer.fit.control import Control, FitEndedError, MemoryReservation
from trainer.fit.evaluate import check_weights
from trainer.fit.graph_weights import graph_weights, model_bytes
from trainer.messages import Message, MessageError
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import RecipeError
from trainer.runs import draft_networks
from trainer.runs.events import WeightsKept
from trainer.runs.kept_epochs import KeptEpochs, kept_epochs
from trainer.runs.network import (
    MAX_WEIGHTS,
    WEIGHTS,
    Network,
    NetworkInput,
    NetworkLayer,
    NetworkPictures,
    NetworkWeight,
    RefusedNetwork,
    brought_pictures,
    keep_network,
)
from trainer.runs.store import lock_of
from trainer.runs.wording import WORDING

LOG = logging.getLogger(__name__)
OPSET = 18
"""Of ONNX: what onnxruntime-web has operators for, in all its layers."""
MEMORY = 200_000_000
"""Bytes that converting takes beside the weights themselves."""
COPIES = 6
"""Of the weights, while a graph is made and compared."""
COMPARED = 3
"""Examples for which it is compared, by Keras and by onnxruntime."""
TOLERANCE = 1e-3
"""How far an output of the graph may be from Keras's, as a share of the largest number of that layer: what one wrong
number is above, and rounding in another order is below."""


class GraphError(Exception):
    """A model, or a part of it, cannot be given as a graph; its text is for the log."""

    def __init__(self, code: Literal["unknown", "different"], details: str) -> None:
        super().__init__(details)
        self.code = code
        """ONNX has no counterpart for it, or one that computes something else."""


def make_network(
    recipe: Recipe,
    input_shape: Shape | None,
    folder: Path,
    control: Control,
    memory: MemoryReservation,
    kept: WeightsKept | None = None,
) -> Network | Message:
    """Convert the network of a run, compare the graph with Keras's own outputs, and keep it in the run's folder.

    The data of the run are not needed, unless its log is so old that it does not say the shape of an example. Pictures
    of its own are looked at if they are there, since later they may be gone.

    Args:
        recipe: of the run.
        input_shape: of one example; None if the run's log does not say it.
        folder: of the run.
        control: asked between the steps whether anybody still wants it; its slot lets others compute there.
        memory: what it may take.
        kept: the weights in the run's model. They become its one kept epoch if it is so old that it has kept none.

    Returns:
        What is in the graph, or why there is none, which is kept as well.

    Raises:
        RecipeError: the data have to be read and are wrong.
        FitEndedError: nobody wants it any more.
        OSError: the disk does not take it.
    """
    shape = data.facts(recipe.data, recipe.seed).input_shape if input_shape is None else input_shape
    made = _made(recipe, shape, folder, control, memory, too_large="network_too_large")
    if isinstance(made, Message):
        return made
    model, network, graph = made
    network = network.model_copy(update={"pictures": _pictures(recipe, shape, folder)})
    if kept is not None:
        _keep_weights(model, folder, kept)
    keep_network(folder, network, graph)
    return network


def make_draft_network(
    recipe: Recipe, input_shape: Shape, root: Path, control: Control, memory: MemoryReservation
) -> Network | Message:
    """The same for a recipe that is not trained, with the weights that its training would begin with.

    Its data are not needed. The network lies in the cache of such networks from then on (`draft_networks.py`), where it
    may take the place of others.

    Args:
        recipe: one that has passed its check.
        input_shape: of one example.
        root: the folder of runs.
        control: as for `make_network`.
        memory: as for `make_network`.

    Raises:
        FitEndedError: nobody wants it any more.
        OSError: the disk does not take it.
    """
    folder = draft_networks.folder_of(root, draft_networks.key_of(recipe, input_shape))
    folder.mkdir(parents=True, exist_ok=True)
    made = _made(recipe, input_shape, folder, control, memory, too_large="draft_too_large")
    if isinstance(made, Message):
        return made
    model, network, graph = made
    KeptEpochs(folder).put(0, model_bytes(model))
    keep_network(folder, network, graph)
    draft_networks.make_room(root)
    return network


def _made(
    recipe: Recipe, shape: Shape, folder: Path, control: Control, memory: MemoryReservation, *, too_large: str
) -> tuple[keras.Model, Network, bytes] | Message:
    """A recipe's model as it is before training, with its graph; or why there is none, which is kept in the folder."""
    size, outputs = _sizes(recipe, shape)
    if size > MAX_WEIGHTS:
        return _refuse(folder, WORDING.message(too_large, size=size, limit=MAX_WEIGHTS))
    memory.take(MEMORY + COPIES * size + 2 * COMPARED * outputs)
    control.boundary()
    model = build(recipe, shape, tokens=recipe.data.modality == "text")
    control.boundary()
    try:
        graph = checked_graph(model, control.boundary)
    except GraphError as error:
        LOG.warning("There is no graph of %s: %s", folder.name, error)
        return _refuse(folder, blamed(model, error, control.boundary))
    control.boundary()
    return model, describe(model, graph), graph


def _pictures(recipe: Recipe, shape: Shape, folder: Path) -> NetworkPictures | None:
    """The form of the pictures of a recipe, while they are there or if the run came with it."""
    if recipe.data.modality != "image":
        return None
    try:
        form = form_of(recipe, shape)
    except RecipeError as error:
        LOG.info("The form of the pictures cannot be looked at: %s", error)
        return brought_pictures(folder)
    return NetworkPictures(border=form.border, digits=form.digits)


def _keep_weights(model: keras.Model, folder: Path, kept: WeightsKept) -> None:
    """Give the run of an earlier version, which kept no epochs, the one whose weights are in its model.

    Not while a trainer has the run: then its fit keeps epochs of its own, and may already have other weights.
    """
    try:
        if kept_epochs(folder):
            return
        with lock_of(folder).acquire(blocking=False):
            check_weights(folder, kept)
            model.load_weights(folder / kept.file)
            content = model_bytes(model)
            if not kept_epochs(folder):
                KeptEpochs(folder).put(kept.place, content, inside=kept.inside_epoch is not None)
    except Timeout:
        LOG.info("The weights of %s are not kept as an epoch: a trainer has the run.", folder.name)
    except (MessageError, ValueError, OSError) as error:
        LOG.info("The weights of %s are not kept as an epoch: %s", folder.name, error)


def _refuse(folder: Path, message: Message) -> Message:
    keep_network(folder, RefusedNetwork(refused=message))
    return message


def _sizes(recipe: Recipe, shape: Shape) -> tuple[int, int]:
    """Bytes of the weights of a recipe's model, before it is built, and of what all layers output for one example."""
    parameters, outputs = 0, 0
    for layer in recipe.layers:
        parameters += layer.parameter_count(shape)
        shape = layer.output_shape(shape)
        outputs += prod(shape)
    return 4 * parameters, 4 * outputs


def _go_on() -> None:
    """Between two steps, where nobody else waits."""


def checked_graph(model: keras.Model, between: Callable[[], object] = _go_on) -> bytes:
    """The graph of a model as the content of a file in ONNX, compared with the model itself.

    Args:
        model: built.
        between: called between two steps, never while a lock is held; what it raises ends the work.

    Raises:
        GraphError: some layer has no counterpart in ONNX, or one that computes something else.
    """
    graph = model_graph(model, between)
    between()
    x = _examples(model)
    with BUILD_LOCK:
        theirs = [np.asarray(one) for one in keras.tree.flatten(_layered(model)(x, training=False))]
    between()
    try:
        ours = run_graph(graph, model_bytes(model), x)
    except Exception as error:  # onnxruntime has errors of many classes, none of which is public
        raise GraphError("unknown", str(error)) from error
    for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if not _alike(one, other):
            raise GraphError("different", f"layer {place} outputs other numbers")
    return graph


def _alike(ours: NDArray[Any], theirs: NDArray[Any]) -> bool:
    finite = np.abs(theirs[np.isfinite(theirs)])
    most = float(finite.max()) if finite.size else 0.0
    return np.allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE * min(most, 1.0), equal_nan=True)


def _examples(model: keras.Model) -> NDArray[Any]:
    """The examples to compare with, the last of them all padding if the model reads texts."""
    chance, shape = np.random.default_rng(1), model.inputs[0].shape[1:]
    if model.inputs[0].dtype != "int32":
        return chance.random((COMPARED, *shape), np.float32)
    first = next((layer for layer in layers_of(model) if isinstance(layer, keras.layers.Embedding)), None)
    words = chance.integers(0, 100 if first is None else first.input_dim, (COMPARED, *shape), np.int32)
    words[-2, shape[0] // 2 :] = 0
    words[-1] = 0
    return words


def run_graph(graph: bytes, weights: bytes, x: NDArray[Any]) -> list[NDArray[Any]]:
    """What a graph outputs for examples (n, ...), layer by layer.

    Args:
        graph: as `model_graph` makes it.
        weights: a file of weights for it.
        x: of the dtype that the model reads.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.add_external_initializers_from_files_in_memory([WEIGHTS], [weights], [len(weights)])
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    found: list[NDArray[Any]] = session.run(None, {"x": x})
    return found


def model_graph(model: keras.Model, between: Callable[[], object] = _go_on) -> bytes:
    """The graph of a built model as the content of a file in ONNX, not yet compared with anything.

    It reads `x` (n, ...) and outputs `layer_0`, `layer_1`, ... (n, ...) as float32. Whoever opens it hands over the
    weights under the name `weights.bin`.

    Args:
        model: built.
        between: as for `checked_graph`.

    Raises:
        GraphError: some layer has no counterpart in ONNX.
    """
    weights = graph_weights(model)
    signature = [tf.TensorSpec([None, *model.inputs[0].shape[1:]], model.inputs[0].dtype, name="x")]
    signature += [tf.TensorSpec(one.shape, tf.float32, name=f"weight_{place}") for place, one in enumerate(weights)]
    try:
        with BUILD_LOCK:
            function = _function(model, weights).get_concrete_function(*signature)
        between()
        proto = _converted(function, between)
        onnx.checker.check_model(proto)  # while it can: later on it would look for the file of weights
        _finish(proto.graph, weights, len(layers_of(model)))
    except FitEndedError:
        raise
    except Exception as error:  # whatever TensorFlow, tf2onnx or onnx raise of a layer that they do not know
        raise GraphError("unknown", f"{type(error).__name__}: {error}") from error
    content: bytes = proto.SerializeToString(deterministic=True)
    return content


def _converted(function: Any, between: Callable[[], object]) -> onnx.ModelProto:
    """A concrete function of TensorFlow's, whose inputs and outputs have names, in ONNX.

    What `tf2onnx.convert.from_function` does, but with fewer of its optimizers. One of the others tries thousands of
    ways to write the sums of an attention, for seconds, although onnxruntime computes them as they are.
    """
    import tf2onnx  # takes half a second

    logging.getLogger("tf2onnx").setLevel(logging.CRITICAL)  # what it does not know is told by `GraphError`
    inputs, outputs = [one.name for one in function.inputs], [one.name for one in function.outputs]
    names = dict(zip(inputs, [one.name for one in function.structured_input_signature[0]], strict=True))
    names |= {one.name: name for name, one in function.structured_outputs.items()}
    with tf.device("/cpu:0"):
        inlined = tf2onnx.tf_loader.from_function(_without_xla(function), inputs, outputs)
        between()
        with tf.Graph().as_default() as tf_graph:
            tf.import_graph_def(inlined, name="")
            graph = tf2onnx.tfonnx.process_tf_graph(
                tf_graph,
                continue_on_error=True,  # some of its rewriters fail on a graph that is right without them
                custom_op_handlers={"Erfc": (_erfc, []), "Expm1": (_expm1, [])},
                opset=OPSET,
                input_names=inputs,
                output_names=outputs,
                tensors_to_rename=names,
            )
    chosen = {
        "transposes": tf2onnx.optimizer.TransposeOptimizer,
        "constants": tf2onnx.optimizer.ConstFoldOptimizer,
        "loops": tf2onnx.optimizer.LoopOptimizer,
        "duplicates": tf2onnx.optimizer.MergeDuplicatedNodesOptimizer,
        "identities": tf2onnx.optimizer.IdentityOptimizer,
    }
    between()
    graph = tf2onnx.optimizer.optimize_graph(graph, optimizers=chosen)
    model: onnx.ModelProto = graph.make_model("network")
    return model


def _without_xla(function: Any) -> Any:
    """A concrete function in which nothing has to be compiled by XLA, as grouped convolutions are on a processor: calls
    of such parts are not resolved into what they compute.
    """
    graph = function.graph.as_graph_def()
    holders = [*graph.node, *graph.library.function, *(node for one in graph.library.function for node in one.node_def)]
    if not any("_XlaMustCompile" in one.attr for one in holders):
        return function
    # TensorFlow knows the functions by their names, in the whole process: changed ones need others.
    names = {one.signature.name: f"{one.signature.name}_plain" for one in graph.library.function}
    for called in graph.library.function:
        called.signature.name = names[called.signature.name]
    for one in holders:
        one.attr.pop("_XlaMustCompile", None)
        for attribute in one.attr.values():
            if attribute.HasField("func"):
                attribute.func.name = names.get(attribute.func.name, attribute.func.name)
    wrapped = tf.compat.v1.wrap_function(lambda: tf.graph_util.import_graph_def(graph, name=""), [])
    inputs, outputs = (
        [wrapped.graph.as_graph_element(one.name) for one in some] for some in (function.inputs, function.outputs)
    )
    return wrapped.prune(inputs, outputs)


def _erfc(graph: Any, node: Any, name: str, _: Any) -> None:
    """What tf2onnx does not know: 1 - erf(x)."""
    one = graph.make_const(f"{name}_one", np.array(1, np.float32))
    erf = graph.make_node("Erf", node.input[:1])
    _replace(graph, node, "Sub", [one.output[0], erf.output[0]])


def _expm1(graph: Any, node: Any, name: str, _: Any) -> None:
    """What tf2onnx does not know: exp(x) - 1."""
    one = graph.make_const(f"{name}_one", np.array(1, np.float32))
    exp = graph.make_node("Exp", node.input[:1])
    _replace(graph, node, "Sub", [exp.output[0], one.output[0]])


def _replace(graph: Any, node: Any, operation: str, inputs: list[str]) -> None:
    shapes, dtypes = node.output_shapes, node.output_dtypes
    graph.remove_node(node.name)
    graph.make_node(operation, inputs, name=node.name, outputs=node.output, shapes=shapes, dtypes=dtypes)


def _layered(model: keras.Model) -> keras.Model:
    """The model with what every layer outputs."""
    return keras.Model(model.inputs[0], [layer.output for layer in layers_of(model)])


def _function(model: keras.Model, weights: Sequence[Any]) -> Any:
    """The model as a function of examples and weights."""
    full = _layered(model)
    for layer in full._flatten_layers():
        if hasattr(layer, "use_cudnn"):
            layer.use_cudnn = False  # a kernel of NVIDIA's is nothing that ONNX knows
    # What is no weight is the state of a random number generator, which nothing asks for.
    states = {id(one): one.numpy() for one in full.variables}
    places = {id(one): place for place, one in enumerate(weights)}

    def function(x: tf.Tensor, *given: tf.Tensor) -> dict[str, tf.Tensor]:
        def value(variable: Any) -> tf.Tensor:
            place = places.get(id(variable))
            return tf.constant(states[id(variable)]) if place is None else tf.cast(given[place], variable.dtype)

        trained = [value(one) for one in full.trainable_variables]
        others = [value(one) for one in full.non_trainable_variables]
        outputs, _ = full.stateless_call(trained, others, x, training=False)
        return {f"layer_{place}": tf.cast(one, tf.float32) for place, one in enumerate(keras.tree.flatten(outputs))}

    return tf.function(function, autograph=False)


def _finish(graph: onnx.GraphProto, weights: Sequence[Any], layers: int) -> None:
    """Turn the weights from inputs into constants that lie in another file, and put the outputs in order."""
    used = set(_read(graph))
    for node in graph.node:
        if node.op_type == "ConvTranspose":
            _without_negative_pads(node)
    (x,) = (one for one in graph.input if one.name == "x")
    outputs = {one.name: one for one in graph.output}
    ordered = [outputs[f"layer_{place}"] for place in range(layers)]
    for one in (x, *ordered):
        one.type.tensor_type.shape.dim[0].dim_param = "n"
    for several, those in ((graph.input, [x]), (graph.output, ordered)):
        kept = [type(one).FromString(one.SerializeToString()) for one in those]
        del several[:]
        several.extend(kept)
    for place, (offset, length) in enumerate(_places(weights)):
        if f"weight_{place}" in used:
            constant = graph.initializer.add(name=f"weight_{place}", dims=weights[place].shape)
            constant.data_type = onnx.TensorProto.FLOAT
            constant.data_location = onnx.TensorProto.EXTERNAL
            for key, value in (("location", WEIGHTS), ("offset", str(offset)), ("length", str(length))):
                constant.external_data.add(key=key, value=value)


def _without_negative_pads(node: onnx.NodeProto) -> None:
    """Where its stride is longer than its kernel, tf2onnx has a transposed convolution cut off less than nothing at its
    end; ONNX calls that adding to its output.
    """
    pads = next((one.ints for one in node.attribute if one.name == "pads"), None)
    if pads is None or min(pads) >= 0:
        return
    more = [max(0, -one) for one in pads[len(pads) // 2 :]]
    pads[:] = [max(0, one) for one in pads]
    node.attribute.append(onnx.helper.make_attribute("output_padding", more))


def _read(graph: onnx.GraphProto) -> Iterator[str]:
    """The names that nodes read, also those inside loops and branches."""
    for node in graph.node:
        yield from node.input
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from _read(attribute.g)
    yield from (one.name for one in graph.output)


def _places(weights: Sequence[Any]) -> Iterator[tuple[int, int]]:
    """Where each array begins in the file of weights and how long it is, in bytes."""
    offset = 0
    for one in weights:
        length = 4 * int(np.prod(one.shape, dtype=np.int64))
        yield offset, length
        offset += length


def describe(model: keras.Model, graph: bytes) -> Network:
    """What is in the graph of a model and in a file of its weights."""
    layers, weights = layers_of(model), graph_weights(model)
    owners = {id(one): place for place, layer in enumerate(layers) for one in layer.weights}
    places = list(_places(weights))
    return Network(
        input=NetworkInput(dtype=model.inputs[0].dtype, shape=model.inputs[0].shape[1:]),
        layers=tuple(
            NetworkLayer(kind=type(one).__name__, name=one.name, output=f"layer_{place}", shape=one.output.shape[1:])
            for place, one in enumerate(layers)
        ),
        weights=tuple(
            NetworkWeight(
                name=_name(one, layers[owners[id(one)]]),
                layer=owners[id(one)],
                shape=tuple(one.shape),
                offset=offset,
                length=length,
            )
            for one, (offset, length) in zip(weights, places, strict=True)
        ),
        bytes=sum(length for _, length in places),
        sha256=hashlib.sha256(graph).hexdigest(),
    )


def _name(variable: Any, layer: keras.layers.Layer) -> str:
    """What a variable is called inside its layer, without the numbers with which Keras counts layers."""
    return re.sub(r"_[0-9]+/", "/", variable.path.partition(f"{layer.name}/")[2])


def blamed(model: keras.Model, error: GraphError, between: Callable[[], object] = _go_on) -> Message:
    """Which layer cannot be given as a graph, and why: the first with which the layers up to it cannot.

    It is searched for by halves: with a layer that cannot, all longer stacks cannot either.

    Args:
        model: that cannot be given as a graph.
        error: what `checked_graph` raised of it.
        between: as for `checked_graph`.
    """
    layers, code = layers_of(model), error.code
    good, bad = 0, len(layers)
    while bad - good > 1:
        between()
        count = (good + bad) // 2
        try:
            checked_graph(keras.Model(model.inputs[0], layers[count - 1].output), between)
            good = count
        except GraphError as other:
            bad, code = count, other.code
    return WORDING.message(f"network_layer_{code}", number=bad, kind=type(layers[bad - 1]).__name__)

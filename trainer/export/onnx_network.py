"""Writes a network in ONNX: the graph that the browser gets, with its weights and what makes its inputs inside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from trainer.data.numbers import Scaling
from trainer.export.blame import layer_error
from trainer.export.equality import ExportError
from trainer.export.network_format import Notes, Reads
from trainer.export.wording import WORDING
from trainer.fit.build import layers_of
from trainer.fit.graph import GraphError, checked_graph
from trainer.fit.graph_weights import model_bytes
from trainer.fit.inputs import Words
from trainer.fit.predict import Predictor

TITLE = "ONNX"
MOST_BYTES = 1_900_000_000
"""Of weights: a file of ONNX is a message of protobuf, which has at most 2 GB."""
DTYPES = {onnx.TensorProto.FLOAT: "float32", onnx.TensorProto.DOUBLE: "float64", onnx.TensorProto.INT32: "int32"}


def save(network: Predictor, place: Path, stem: str, notes: Notes) -> Reads:
    """Write a file of ONNX; see `NetworkFormat.save`."""
    proto = onnx_network(network)
    for key, value in notes.items():
        proto.metadata_props.add(key=key, value=json.dumps(value))
    file = place / f"{stem}.onnx"
    file.write_bytes(proto.SerializeToString(deterministic=True))
    return Reads(file.name, DTYPES[proto.graph.input[0].type.tensor_type.elem_type])


def onnx_network(network: Predictor) -> onnx.ModelProto:
    """The whole network in ONNX: examples in, `scores` (n, classes) out.

    Raises:
        ExportError: ONNX cannot hold some layer, or the network is too large.
    """
    weights = model_bytes(network.model)
    if len(weights) > MOST_BYTES:
        raise ExportError(WORDING.message("too_large", format=TITLE, size=len(weights), limit=MOST_BYTES))
    try:
        proto: onnx.ModelProto = onnx.ModelProto.FromString(checked_graph(network.model))
    except GraphError as error:
        raise layer_error(network, TITLE, _works) from error
    _put_weights(proto.graph, weights)
    _put_scores(proto.graph, f"layer_{len(layers_of(network.model)) - 1}")
    _put_input(proto.graph, network)
    onnx.checker.check_model(proto)
    return proto


def _works(network: Predictor) -> bool:
    try:
        checked_graph(network.model)
    except GraphError:
        return False
    return True


def _put_weights(graph: onnx.GraphProto, weights: bytes) -> None:
    """Put the weights into the graph, which looks for them in a file beside it."""
    for one in graph.initializer:
        if one.data_location != onnx.TensorProto.EXTERNAL:
            continue
        places = {entry.key: entry.value for entry in one.external_data}
        begin = int(places["offset"])
        one.ClearField("external_data")
        one.data_location = onnx.TensorProto.DEFAULT
        one.raw_data = weights[begin : begin + int(places["length"])]


def _put_scores(graph: onnx.GraphProto, last: str) -> None:
    """Let the graph give the score of each class, and nothing of the layers before."""
    (output,) = (one for one in graph.output if one.name == last)
    units = output.type.tensor_type.shape.dim[-1].dim_value
    if units == 1:
        _constant(graph, "scores_one", np.array(1, np.float32))
        graph.node.append(helper.make_node("Sub", ["scores_one", last], ["scores_of_first"]))
        graph.node.append(helper.make_node("Concat", ["scores_of_first", last], ["scores"], axis=1))
    else:
        graph.node.append(helper.make_node("Identity", [last], ["scores"]))
    scores = helper.make_tensor_value_info("scores", onnx.TensorProto.FLOAT, ["n", max(units, 2)])
    del graph.output[:]
    graph.output.append(scores)


def _put_input(graph: onnx.GraphProto, network: Predictor) -> None:
    """Let the graph take examples as their source gives them, and make of them what the first layer reads."""
    name, kind, nodes = _reading(graph, network)
    graph.input[0].name = name
    graph.input[0].type.tensor_type.elem_type = kind
    body = list(graph.node)
    del graph.node[:]
    graph.node.extend([*nodes, *body])


def _reading(graph: onnx.GraphProto, network: Predictor) -> tuple[str, Any, list[onnx.NodeProto]]:
    """What the graph takes, of which kind, and the nodes that make `x` of it."""
    node = helper.make_node
    match network.preparation:
        case Words():
            first = np.zeros((1, network.input_shape[0]), np.int32)
            first[0, 0] = 1
            _constant(graph, "reads_first", first)
            _constant(graph, "reads_zero", np.array(0, np.int32))
            _constant(graph, "reads_axis", np.array([1], np.int64))
            return "words", onnx.TensorProto.INT32, [
                node("ReduceMax", ["words", "reads_axis"], ["reads_most"], keepdims=1),
                node("Equal", ["reads_most", "reads_zero"], ["reads_is_padding"]),
                node("Cast", ["reads_is_padding"], ["reads_padding"], to=onnx.TensorProto.INT32),
                node("Mul", ["reads_padding", "reads_first"], ["reads_unknown"]),
                node("Add", ["words", "reads_unknown"], ["x"]),
            ]  # fmt: skip
        case Scaling() as scaling:
            _constant(graph, "reads_mean", np.array([scaling.mean], np.float64))
            _constant(graph, "reads_deviation", np.array([scaling.deviation], np.float64))
            return "numbers", onnx.TensorProto.DOUBLE, [
                node("Sub", ["numbers", "reads_mean"], ["reads_centred"]),
                node("Div", ["reads_centred", "reads_deviation"], ["reads_scaled"]),
                node("Cast", ["reads_scaled"], ["x"], to=onnx.TensorProto.FLOAT),
            ]  # fmt: skip
        case _:
            _constant(graph, "reads_most", np.array(255, np.float32))
            return "pictures", onnx.TensorProto.FLOAT, [node("Div", ["pictures", "reads_most"], ["x"])]


def _constant(graph: onnx.GraphProto, name: str, value: Any) -> None:
    graph.initializer.append(numpy_helper.from_array(value, name))

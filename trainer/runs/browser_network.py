"""What a browser is told of a network that it runs itself; `components/try_it/network.js` has the types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trainer.recipe.layers import Layer
from trainer.recipe.recipe import Recipe
from trainer.runs.network import Network

READING = {
    "standardize",
    "split_characters",
    "every_character",
    "repair_letters",
    "plain_text",
    "fold_case",
    "hide_labels",
    "hide_words",
}
"""What a recipe of texts says of how they are read; `typed_text.js` has the types."""


def described(found: Network, recipe: Recipe | None, graph: str, epochs: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What is told of any network that can be computed, wherever it lies.

    Args:
        found: what is in its graph.
        recipe: of the network; None where it is damaged.
        graph: the address of the graph.
        epochs: whose weights are there: `epoch`, `address` and `inside` of each, in order.
    """
    return {
        "state": "ready",
        "graph": graph,
        "input": found.input.model_dump(),
        "layers": [
            one.model_dump() | {"only_training": Layer.registry[one.kind].is_stochastic} for one in found.layers
        ],
        "weights": [weight.model_dump() for weight in found.weights],
        "bytes": found.bytes,
        "probabilities": recipe is None or gives_probabilities(recipe),
        "epochs": list(epochs),
    }


def gives_probabilities(recipe: Recipe) -> bool:
    """Whether what a network answers are probabilities: the layer that answers ends in softmax or sigmoid.

    Args:
        recipe: of the network; layers that only rearrange numbers may come after the one that answers.
    """
    answering = next((layer for layer in reversed(recipe.layers) if not layer.rearranges), None)
    return answering is not None and answering.output_activation in {"softmax", "sigmoid"}

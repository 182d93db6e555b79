"""What makes a network the same each time it is built and trained, with Keras and nothing else.

Programs that people take home need just this to come to the numbers of a run: `trainer/export/programs` writes these
functions into them as they stand here.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf


def seeded(config: Any, rng: np.random.Generator) -> Any:
    """The settings of a layer, with a seed of its own for everything in it that is random."""
    if isinstance(config, dict):
        return {
            name: int(rng.integers(2**31)) if name == "seed" and value is None else seeded(value, rng)
            for name, value in config.items()
        }
    if isinstance(config, list):
        return [seeded(value, rng) for value in config]
    return config


def draw_apart(layer: keras.layers.MultiHeadAttention, rng: np.random.Generator) -> None:
    """Draw the first weights of each part of an attention by themselves.

    Keras hands each part a copy of the same initializer, and copies with a seed draw the same: query, key and value
    would begin alike.
    """
    for part in (layer.query_dense, layer.key_dense, layer.value_dense, layer.output_dense):
        for weights, initializer in ((part.kernel, part.kernel_initializer), (part.bias, part.bias_initializer)):
            config = initializer.get_config()
            if weights is not None and "seed" in config:
                own = type(initializer).from_config(seeded({**config, "seed": None}, rng))
                weights.assign(own(weights.shape, weights.dtype))


def seed_again(layer: keras.layers.SimpleRNN | keras.layers.Bidirectional, rng: np.random.Generator) -> None:
    """Seed what a SimpleRNN leaves out while it learns, also one that reads in both directions.

    Keras takes a seed for it, but does not name it among the layer's settings, so that a copy has none.
    """
    both = (layer.forward_layer, layer.backward_layer) if isinstance(layer, keras.layers.Bidirectional) else (layer,)
    for one in both:
        if isinstance(one, keras.layers.SimpleRNN):
            state = one.cell.seed_generator.state
            state.assign(np.array([rng.integers(2**31), 0], state.dtype))


def compile_whole_batches(model: keras.Model, batch_size: int) -> None:
    """Let XLA compile the training step for batches of just this size.

    Keras's own `jit_compile` also compiles the shorter last batch of an epoch and both sizes of validation, each for
    seconds, although few of them are ever computed.
    """
    plain = model.train_step
    compiled = tf.function(plain, jit_compile=True, autograph=False)

    def train_step(data):  # type: ignore[no-untyped-def]  # whatever Keras hands over
        whole = tf.equal(tf.shape(data[0])[0], batch_size)
        return tf.cond(whole, lambda: compiled(data), lambda: plain(data))

    model.train_step = train_step

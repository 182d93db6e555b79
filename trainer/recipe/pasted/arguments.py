"""Arguments of Keras's layers that no setting here stands for; a contract test holds them against Keras."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SILENT = frozenset(
    {"name", "dtype", "input_dim", "input_shape", "batch_input_shape", "batch_shape", "input_length", "seed", "module"}
    | {"registered_name", "build_config", "data_format", "implementation", "ragged", "sparse", "optional", "autocast"}
    | {"unroll", "time_major", "use_cudnn", "value_range", "synchronized", "quantization_config"}
    | {"lora_rank", "lora_alpha", "batch_size", "input_dtype", "input_axes", "output_axes"}
)
"""Those that say nothing about what the layer does here, or that Fitboard sets itself."""
KERAS_DEFAULTS: Mapping[str, Any] = {
    "trainable": True,
    "activity_regularizer": None,
    "alpha_constraint": None,
    "alpha_initializer": "zeros",
    "alpha_regularizer": None,
    "antialias": False,
    "axis": -1,
    "backward_layer": None,
    "beta_constraint": None,
    "beta_initializer": "zeros",
    "beta_regularizer": None,
    "bias_constraint": None,
    "bias_initializer": "zeros",
    "bias_regularizer": None,
    "depthwise_constraint": None,
    "depthwise_regularizer": None,
    "dilation_rate": 1,
    "embeddings_constraint": None,
    "embeddings_regularizer": None,
    "fill_mode": "constant",
    "fill_value": 0,
    "gamma_constraint": None,
    "gamma_initializer": "ones",
    "gamma_regularizer": None,
    "groups": 1,
    "kernel_constraint": None,
    "kernel_regularizer": None,
    "moving_mean_initializer": "zeros",
    "moving_variance_initializer": "ones",
    "noise_shape": None,
    "output_padding": None,
    "pad_to_aspect_ratio": False,
    "pointwise_constraint": None,
    "pointwise_regularizer": None,
    "recurrent_constraint": None,
    "recurrent_regularizer": None,
    "renorm": False,
    "renorm_clipping": None,
    "renorm_momentum": 0.99,
    "reset_after": True,
    "return_state": False,
    "rms_scaling": False,
    "unit_forget_bias": True,
    "stateful": False,
    "weights": None,
    "zero_output_for_mask": False,
}
"""What Keras takes for them if nobody says otherwise. Where somebody does, it is said that they are left out."""
OF_KINDS: Mapping[str, Mapping[str, Any]] = {
    "MultiHeadAttention": {
        "attention_axes": None,
        "flash_attention": None,
        "output_shape": None,
        "sliding_window": None,
        "use_gate": False,
        "value_dim": None,
    }
}
"""Further ones, which only these kinds have."""
OLDER: Mapping[str, str] = {
    "border_mode": "padding",
    "dim_ordering": "data_format",
    "init": "kernel_initializer",
    "nb_filter": "filters",
    "output_dim": "units",
    "p": "rate",
    "subsample": "strides",
    "W_constraint": "kernel_constraint",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
}
"""What Keras 1 called the arguments that have other names by now; Keras 3 does not take these."""
OTHERS = frozenset(
    {"AdditiveAttention", "Attention", "AugMix", "AutoContrast", "Average", "CategoryEncoding", "Concatenate"}
    | {"ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "CutMix", "Discretization", "Dot", "EinsumDense", "Equalization"}
    | {"GroupQueryAttention", "HashedCrossing", "Hashing", "Identity", "IntegerLookup", "Lambda", "Masking", "Maximum"}
    | {"MelSpectrogram", "Minimum", "MixUp", "Multiply", "Normalization", "RandAugment"}
    | {"RandomColorDegeneration", "RandomColorJitter", "RandomCrop", "RandomElasticTransform", "RandomErasing"}
    | {"RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert", "RandomPerspective", "RandomPosterization"}
    | {"RandomSaturation", "RandomSharpness", "RandomShear", "Solarization", "SpectralNormalization", "STFTSpectrogram"}
    | {"StackedRNNCells", "Subtract", "TFSMLayer", "TimeDistributed", "Conv3D", "Conv3DTranspose", "AveragePooling3D"}
    | {"MaxPooling3D", "GlobalAveragePooling3D", "GlobalMaxPooling3D", "ZeroPadding3D", "Cropping3D", "UpSampling3D"}
)
"""Layers of Keras that Fitboard does not have: none of them is another one, written wrongly."""
RENAMED: Mapping[tuple[str, str], str] = {
    ("LeakyReLU", "alpha"): "negative_slope",
    ("Embedding", "embedding_initializer"): "embeddings_initializer",
}
"""Older names, by kind of layer."""
_SPREAD = {"mean": 0.0, "stddev": 0.05, "seed": None}
_SEED: Mapping[str, Any] = {"seed": None}
WORDS: Mapping[str, Mapping[str, Any]] = {
    "zeros": {},
    "ones": {},
    "glorotuniform": _SEED,
    "glorotnormal": _SEED,
    "heuniform": _SEED,
    "henormal": _SEED,
    "lecununiform": _SEED,
    "lecunnormal": _SEED,
    "orthogonal": {"gain": 1.0, "seed": None},
    "randomnormal": _SPREAD,
    "truncatednormal": _SPREAD,
    "randomuniform": {"minval": -0.05, "maxval": 0.05, "seed": None},
    "variancescaling": {"scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal", "seed": None},
    "relu": {"max_value": None, "negative_slope": 0.0, "threshold": 0.0},
    "leakyrelu": {"negative_slope": 0.2},
    "elu": {"alpha": 1.0},
    "softmax": {"axis": -1},
}
"""What an initialiser or an activation does where only its word is given, with its arguments in Keras's order."""
OF_CLASSES: Mapping[str, Mapping[str, Any]] = {"LeakyReLU": {"negative_slope": 0.3}}
"""What their classes do by themselves, where that is something else."""


def not_had(kind: str) -> dict[str, Any]:
    """The arguments of a kind that no setting here stands for, with what Keras takes for them."""
    return {**KERAS_DEFAULTS, **OF_KINDS.get(kind, {})}

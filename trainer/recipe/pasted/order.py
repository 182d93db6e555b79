"""The order in which Keras's layers take arguments without a name; a contract test holds it against Keras."""

from __future__ import annotations

from collections.abc import Mapping

_ORDERS = {
    "Activation": "activation",
    "ReLU": "max_value negative_slope threshold",
    "LeakyReLU": "negative_slope",
    "PReLU": "alpha_initializer alpha_regularizer alpha_constraint shared_axes",
    "ELU": "alpha",
    "Softmax UnitNormalization": "axis",
    "RandomFlip": "mode seed data_format",
    "RandomRotation": "factor fill_mode interpolation seed fill_value data_format",
    "RandomZoom RandomTranslation": "height_factor width_factor fill_mode interpolation seed fill_value data_format",
    "RandomContrast RandomBrightness": "factor value_range seed",
    "Conv1D Conv2D": (
        "filters kernel_size strides padding data_format dilation_rate groups activation use_bias "
        "kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer "
        "kernel_constraint bias_constraint"
    ),
    "Dense": (
        "units activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
        "activity_regularizer kernel_constraint bias_constraint lora_rank lora_alpha quantization_config"
    ),
    "ZeroPadding1D ZeroPadding2D": "padding data_format",
    "Cropping1D": "cropping",
    "Cropping2D": "cropping data_format",
    "UpSampling1D": "size",
    "UpSampling2D": "size data_format interpolation",
    "BatchNormalization": (
        "axis momentum epsilon center scale beta_initializer gamma_initializer moving_mean_initializer "
        "moving_variance_initializer beta_regularizer gamma_regularizer beta_constraint gamma_constraint "
        "renorm renorm_clipping renorm_momentum synchronized"
    ),
    "LayerNormalization": (
        "axis epsilon center scale beta_initializer gamma_initializer beta_regularizer gamma_regularizer "
        "beta_constraint gamma_constraint"
    ),
    "GroupNormalization": (
        "groups axis epsilon center scale beta_initializer gamma_initializer beta_regularizer "
        "gamma_regularizer beta_constraint gamma_constraint"
    ),
    "RMSNormalization": "axis epsilon",
    "MaxPooling1D AveragePooling1D MaxPooling2D AveragePooling2D": "pool_size strides padding data_format name",
    "GlobalAveragePooling1D GlobalMaxPooling1D GlobalAveragePooling2D GlobalMaxPooling2D": "data_format keepdims",
    "Dropout AlphaDropout": "rate noise_shape seed",
    "SpatialDropout1D": "rate seed name dtype",
    "SpatialDropout2D": "rate data_format seed name dtype",
    "GaussianDropout": "rate seed",
    "GaussianNoise": "stddev seed",
    "Rescaling": "scale offset",
    "Resizing": (
        "height width interpolation crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value antialias data_format"
    ),
    "CenterCrop": "height width data_format",
    "DepthwiseConv1D DepthwiseConv2D": (
        "kernel_size strides padding depth_multiplier data_format dilation_rate activation use_bias "
        "depthwise_initializer bias_initializer depthwise_regularizer bias_regularizer activity_regularizer "
        "depthwise_constraint bias_constraint"
    ),
    "SeparableConv1D SeparableConv2D": (
        "filters kernel_size strides padding data_format dilation_rate depth_multiplier activation use_bias "
        "depthwise_initializer pointwise_initializer bias_initializer depthwise_regularizer "
        "pointwise_regularizer bias_regularizer activity_regularizer depthwise_constraint "
        "pointwise_constraint bias_constraint"
    ),
    "Conv1DTranspose Conv2DTranspose": (
        "filters kernel_size strides padding output_padding data_format dilation_rate activation use_bias "
        "kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer "
        "kernel_constraint bias_constraint"
    ),
    "Flatten": "data_format",
    "Reshape": "target_shape",
    "Permute": "dims",
    "RepeatVector": "n",
    "Embedding": (
        "input_dim output_dim embeddings_initializer embeddings_regularizer embeddings_constraint mask_zero "
        "weights lora_rank lora_alpha quantization_config"
    ),
    "LSTM": (
        "units activation recurrent_activation use_bias kernel_initializer recurrent_initializer "
        "bias_initializer unit_forget_bias kernel_regularizer recurrent_regularizer bias_regularizer "
        "activity_regularizer kernel_constraint recurrent_constraint bias_constraint dropout "
        "recurrent_dropout seed return_sequences return_state go_backwards stateful unroll use_cudnn"
    ),
    "GRU": (
        "units activation recurrent_activation use_bias kernel_initializer recurrent_initializer "
        "bias_initializer kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer "
        "kernel_constraint recurrent_constraint bias_constraint dropout recurrent_dropout seed "
        "return_sequences return_state go_backwards stateful unroll reset_after use_cudnn"
    ),
    "SimpleRNN": (
        "units activation use_bias kernel_initializer recurrent_initializer bias_initializer "
        "kernel_regularizer recurrent_regularizer bias_regularizer activity_regularizer kernel_constraint "
        "recurrent_constraint bias_constraint dropout recurrent_dropout return_sequences return_state "
        "go_backwards stateful unroll seed"
    ),
    "MultiHeadAttention": (
        "num_heads key_dim value_dim dropout use_bias output_shape attention_axes sliding_window flash_attention "
        "kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer "
        "kernel_constraint bias_constraint use_gate seed"
    ),
    "Bidirectional": "layer merge_mode weights backward_layer",
}
POSITIONAL: Mapping[str, tuple[str, ...]] = {
    kind: tuple(order.split()) for kinds, order in _ORDERS.items() for kind in kinds.split()
}
"""The names of the arguments, by kind of layer."""
_FIRST: Mapping[int, str] = {
    1: (
        "Activation RandomRotation RandomZoom RandomContrast RandomBrightness Dense Dropout AlphaDropout "
        "SpatialDropout1D SpatialDropout2D GaussianDropout GaussianNoise Rescaling DepthwiseConv1D DepthwiseConv2D "
        "Reshape Permute RepeatVector LSTM GRU SimpleRNN Bidirectional"
    ),
    2: (
        "RandomTranslation Conv1D Conv2D Resizing CenterCrop SeparableConv1D SeparableConv2D Conv1DTranspose "
        "Conv2DTranspose Embedding MultiHeadAttention"
    ),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    kind: POSITIONAL[kind][:count] for count, kinds in _FIRST.items() for kind in kinds.split()
}
"""Those that Keras does not do without; the pool_size of AveragePooling is only needed since Keras 3."""

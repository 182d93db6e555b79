"""Programs that build a Keras model, as chats and forums write them; `trainer/keras_code/test_programs.py` reads them."""

# ruff: noqa: E501 - as they are written

OF_CHATS = {
    "dcgan generator": """
def make_generator_model():
    model = keras.Sequential()
    model.add(layers.Dense(7*7*256, use_bias=False, input_shape=(100,)))
    model.add(layers.BatchNormalization())
    model.add(layers.LeakyReLU())

    model.add(layers.Reshape((7, 7, 256)))
    assert model.output_shape == (None, 7, 7, 256)  # Note: None is the batch size

    model.add(layers.Conv2DTranspose(128, (5, 5), strides=(1, 1), padding='same', use_bias=False))
    assert model.output_shape == (None, 7, 7, 128)
    model.add(layers.BatchNormalization())
    model.add(layers.LeakyReLU())
    return model
generator = make_generator_model()
""",
    "LeNet": """
model = Sequential()
model.add(layers.Conv2D(6, kernel_size=(5, 5), strides=(1, 1), activation='tanh', input_shape=(28, 28, 1), padding="same"))
model.add(layers.AveragePooling2D(pool_size=(2, 2), strides=(2, 2), padding='valid'))
model.add(layers.Conv2D(16, kernel_size=(5, 5), strides=(1, 1), activation='tanh', padding='valid'))
model.add(layers.AveragePooling2D(pool_size=(2, 2), strides=(2, 2), padding='valid'))
model.add(layers.Flatten())
for units, act in zip((120, 84, 10), ('tanh', 'tanh', 'softmax')):
    model.add(layers.Dense(units, activation=act))
""",
    "chat, settings in capitals": """
# Hyperparameters
IMG_SIZE = (64, 64)
CHANNELS = 3
FILTERS = [32, 64, 128]
DROPOUT = 0.3
USE_BN = True
def conv_block(x, filters, use_bn=True, dropout=None):
    \"\"\"Conv -> BN -> ReLU -> Pool\"\"\"
    x = layers.Conv2D(filters, 3, padding="same", use_bias=not use_bn)(x)
    if use_bn:
        x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.MaxPooling2D()(x)
    if dropout is not None:
        x = layers.Dropout(dropout)(x)
    return x
inputs = layers.Input(shape=(*IMG_SIZE, CHANNELS))
x = inputs
for i, f in enumerate(FILTERS):
    x = conv_block(x, f, use_bn=USE_BN, dropout=DROPOUT if i > 0 else None)
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs, name="tiny_cnn")
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
""",
    "chat, a dictionary of settings": """
config = {
    "hidden": [128, 64, 32],
    "activation": "relu",
    "dropout": {"rate": 0.25, "every": 2},
    "out": dict(units=1, activation="sigmoid"),
}
def build_mlp(cfg: dict) -> keras.Model:
    model = keras.Sequential(name="mlp")
    for i, units in enumerate(cfg["hidden"], 1):
        model.add(layers.Dense(units, activation=cfg["activation"], name=f"dense_{i}"))
        if i % cfg["dropout"]["every"] == 0:
            model.add(layers.Dropout(cfg["dropout"]["rate"]))
    model.add(layers.Dense(**cfg["out"]))
    return model
if __name__ == "__main__":
    model = build_mlp(config)
    model.build(input_shape=(None, 20))
    model.summary()
""",
    "chat, layers from pairs": """
spec = [("conv", 32), ("pool", 2), ("conv", 64), ("pool", 2), ("flat", None), ("dense", 10)]
model = keras.Sequential()
for kind, value in spec:
    if kind == "conv":
        model.add(layers.Conv2D(value, 3, activation="relu"))
    elif kind == "pool":
        model.add(layers.MaxPooling2D(value))
    elif kind == "flat":
        model.add(layers.Flatten())
    else:
        model.add(layers.Dense(value))
""",
    "chat, a table of makers": """
makers = {"bn": lambda: layers.BatchNormalization(momentum=0.9), "drop": lambda rate=0.2: layers.Dropout(rate)}
model = keras.Sequential([keras.Input((16,))])
for units in range(64, 8, -24):
    model.add(layers.Dense(units, use_bias=False))
    model.add(makers["bn"]())
    model.add(layers.Activation("relu"))
    model.add(makers["drop"](units / 256))
model.add(layers.Dense(3, "softmax"))
""",
    "chat, gru for sensors": """
timesteps, features = 50, 6
model = keras.Sequential([
    layers.Input(shape=(timesteps, features)),
    layers.GRU(64, return_sequences=True, dropout=0.1, recurrent_dropout=0.1),
    layers.GRU(32),
    layers.LayerNormalization(epsilon=1e-6),
    layers.Dense(16, activation=keras.activations.gelu),
    layers.Dense(4, activation="softmax"),
])
opt = keras.optimizers.Adam(learning_rate=1e-3, clipnorm=1.0)
model.compile(optimizer=opt, loss="categorical_crossentropy")
callbacks = [keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)]
""",
    "chat, cifar with weight decay": """
from keras import regularizers, initializers
weight_decay = 1e-4
kwargs = {"padding": "same", "kernel_regularizer": regularizers.l2(weight_decay), "activation": "elu"}
model = Sequential()
for n, (filters, rate) in enumerate([(32, .2), (64, .3), (128, .4)]):
    first = {"input_shape": (32, 32, 3)} if n == 0 else {}
    model.add(layers.Conv2D(filters, (3, 3), **kwargs, **first))
    model.add(layers.BatchNormalization())
    model.add(layers.Conv2D(filters, (3, 3), **kwargs))
    model.add(layers.BatchNormalization())
    model.add(layers.MaxPooling2D(pool_size=(2, 2)))
    model.add(layers.Dropout(rate))
model.add(layers.Flatten())
model.add(layers.Dense(10, activation='softmax', kernel_initializer=initializers.TruncatedNormal(stddev=0.05)))
""",
    "chat, a network by hand": """
try:
    import keras_tuner
except ImportError:
    keras_tuner = None
np.random.seed(42); keras.utils.set_random_seed(42)
layer_stack: list = []
for units in [64] * 3:
    layer_stack += [layers.Dense(units), layers.PReLU()]
layer_stack.extend([layers.GaussianNoise(0.1), layers.Dense(1)])
model = keras.Sequential(layer_stack, name="by_hand")
""",
    "a mobile net by hand": """
def depthwise(x, filters, strides=1, alpha=0.5):
    filters = int(filters * alpha)
    x = layers.DepthwiseConv2D(3, strides=strides, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU(6.0)(x)
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.ReLU(6.0)(layers.BatchNormalization()(x))
img = keras.Input((32, 32, 3))
x = layers.ZeroPadding2D(1)(img)
x = layers.Conv2D(16, 3, strides=2)(x)
for filters, strides in ((32, 1), (64, 2), (64, 1)):
    x = depthwise(x, filters, strides)
x = layers.GlobalAveragePooling2D(keepdims=True)(x)
x = layers.Flatten()(x)
model = keras.Model(img, layers.Dense(10)(x))
""",
    "a lambda for each": """
dense = lambda units, **kw: layers.Dense(units, activation="relu", **kw)
net = keras.Sequential([keras.Input(shape=(12,)), *[dense(u) for u in (32, 16)], layers.Dense(1, name="out")])
net.summary(); print(len(net.layers), net.count_params())
""",
}

"""Programs with all that stands around a model in them: data, training, plots. They cannot be run by the tests."""

# ruff: noqa: E501 - as they are written

SCRIPTS = {
    "a script that reads data, trains and plots": (
        """
import numpy as np
import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.utils import to_categorical
from tensorflow.keras.callbacks import EarlyStopping, ModelCheckpoint

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.astype("float32") / 255.0
x_test = x_test.astype("float32") / 255.0
x_train = np.expand_dims(x_train, -1)
y_train = to_categorical(y_train, 10)
print(f"Train: {x_train.shape}")

class PrintLoss(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print(f"{epoch}: {logs['loss']:.3f}", self.model.optimizer.learning_rate)

def plot_history(history):
    for key in ["loss", "accuracy"]:
        plt.plot(history.history[key], label=key)
        if "val_" + key in history.history:
            plt.plot(history.history["val_" + key])
    plt.legend()
    plt.show()

model = keras.Sequential(name="cnn")
model.add(keras.Input(shape=x_train.shape[1:]))
model.add(layers.Conv2D(32, (3, 3), activation="relu"))
model.add(layers.MaxPooling2D((2, 2)))
model.add(layers.Flatten())
model.add(layers.Dropout(0.5))
model.add(layers.Dense(10, activation="softmax"))
model.summary()
callbacks = [EarlyStopping(patience=3), ModelCheckpoint("best.keras", save_best_only=True), PrintLoss()]
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3), loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, batch_size=128, epochs=15, validation_split=0.1, callbacks=callbacks)
plot_history(history)
score = model.evaluate(x_test, y_test, verbose=0)
print("Test loss:", score[0])
preds = model.predict(x_test)
for i in range(10):
    plt.subplot(2, 5, i + 1)
    plt.imshow(x_test[i].squeeze())
    plt.title(str(np.argmax(preds[i])))
wrong = [i for i in range(len(preds)) if np.argmax(preds[i]) != y_test[i]]
model.save("model.keras")
""",
        "Conv2D MaxPooling2D Flatten Dropout Dense",
    ),
    "a training loop written out": (
        """
model = keras.Sequential([layers.Dense(64, activation="relu"), layers.Dense(10)])
optimizer = keras.optimizers.SGD(1e-2)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss_value = loss_fn(y, logits)
    grads = tape.gradient(loss_value, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss_value
for epoch in range(2):
    for step, (xb, yb) in enumerate(train_dataset):
        loss = train_step(xb, yb)
        if step % 200 == 0:
            print(step, float(loss))
        if loss < 0.1:
            break
""",
        "Dense Dense",
    ),
    "a function main that does everything": (
        """
def load():
    if not os.path.exists("d.csv"):
        return None
    return pd.read_csv("d.csv")
def create_model(input_dim, num_classes, hidden=(64, 32), dropout=0.2):
    '''Build it.'''
    if num_classes < 2:
        raise ValueError("too few")
    inputs = layers.Input(shape=(input_dim,))
    x = inputs
    for h in hidden:
        x = layers.Dense(h)(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
        if dropout > 0:
            x = layers.Dropout(dropout)(x)
    out = layers.Dense(num_classes, activation="softmax")(x)
    return models.Model(inputs=inputs, outputs=out)
def main() -> None:
    df = load()
    X = df.drop(columns=["y"]).values
    model = create_model(8, 3)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(X, df["y"].values, epochs=3)
    while True:
        q = input("again? ")
        if q == "n":
            break
if __name__ == "__main__":
    main()
""",
        "Dense BatchNormalization Activation Dropout Dense BatchNormalization Activation Dropout Dense",
    ),
    "a search with scikit-learn": (
        """
from scikeras.wrappers import KerasClassifier
from sklearn.model_selection import GridSearchCV
def create_model(optimizer="adam", neurons=12):
    model = Sequential()
    model.add(Dense(neurons, input_shape=(8,), activation="relu"))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(loss="binary_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model
model = KerasClassifier(model=create_model, epochs=100, verbose=0)
grid = GridSearchCV(estimator=model, param_grid=dict(optimizer=["SGD", "Adam"]))
grid_result = grid.fit(X, Y)
means = grid_result.cv_results_["mean_test_score"]
for mean, param in zip(means, params):
    print(mean, param)
""",
        "Dense Dense",
    ),
    "two models in a third": (
        """
def build_gan(g, d):
    d.trainable = False
    model = Sequential()
    model.add(g)
    model.add(d)
    return model
g = Sequential([Dense(128, input_dim=100), LeakyReLU(0.2), Dense(784, activation="tanh")])
d = Sequential([Dense(128, input_dim=784), LeakyReLU(0.2), Dense(1, activation="sigmoid")])
gan = build_gan(g, d)
""",
        "Dense LeakyReLU Dense Dense LeakyReLU Dense",
    ),
    "a model that reads whole texts": (
        """
vectorize_layer = layers.TextVectorization(max_tokens=10000, output_mode="int", output_sequence_length=250)
train_text = raw_train_ds.map(lambda x, y: x)
vectorize_layer.adapt(train_text)
model = keras.Sequential([
  layers.Embedding(10000, 16),
  layers.Dropout(0.2),
  layers.GlobalAveragePooling1D(),
  layers.Dense(1, activation='sigmoid')])
export_model = keras.Sequential([vectorize_layer, model, layers.Activation('sigmoid')])
""",
        "Embedding Dropout GlobalAveragePooling1D Dense Activation",
    ),
}

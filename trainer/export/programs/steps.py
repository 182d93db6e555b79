"""The steps of a program that trains the network of a run from the file of its data to the same losses."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import assert_never

from trainer import PROJECT, data, fitboard_version
from trainer.data.dataset import Dataset
from trainer.data.program import Step, literal, snippet
from trainer.data.source import source_of
from trainer.data.validation_sample import validation_sample
from trainer.export.exported_run import ExportedRun
from trainer.export.wording import WORDING
from trainer.i18n import _
from trainer.keras_code.writer import callback_code, compile_code, input_code, layer_code, words_code
from trainer.paths import is_named_as_upload, own_name
from trainer.recipe.callbacks import Callback, CSVLogger, LearningRateScheduler, ModelCheckpoint, TensorBoard
from trainer.recipe.check.memory import EVALUATION_BATCH
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Layer
from trainer.recipe.losses import loss_for
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.history import History
from trainer.runs.listing import printable
from trainer.runs.versions import version_names

_REPEATABLE = PROJECT / "trainer" / "fit" / "repeatable.py"
_BESIDE_SETTINGS = {"draw_apart": ("MultiHeadAttention",), "seed_again": ("SimpleRNN", "Bidirectional")}
"""The functions of `_REPEATABLE` that seed what Keras's settings of a layer do not seed, and the layers concerned."""
MOST_EPOCHS = 30
"""Epochs of which a program holds the losses that they had in Fitboard, to compare its own with them."""


def steps(run: ExportedRun) -> list[Step]:
    """All steps, in their order. A step may use what the ones before it define, and `FILE`.

    Raises:
        RecipeError: the data cannot be read, or something in the recipe cannot be done without Fitboard.
    """
    recipe, history, dataset = trained_recipe(run), run.history, _data(run)
    facts = dataset.facts()
    reading = source_of(recipe.data).program(recipe.data, recipe.seed, dataset)
    found = [
        _settings(recipe, history),
        *reading,
        _preparation(recipe, facts),
        _answers(recipe, facts, run),
        _network(recipe, facts),
        *_compiling(recipe, facts, history),
        _training(recipe, facts),
        *_comparison(history, has_changed=has_changed(run)),
        _test(recipe, history),
    ]
    return [one for one in found if one.code]


def _data(run: ExportedRun) -> Dataset:
    """The data of a run, as they are now; read once, however often they are asked for.

    Raises:
        RecipeError: they cannot be read.
    """
    try:
        return data.load(run.recipe.data, run.recipe.seed)
    except RecipeError as error:
        raise RecipeError(WORDING.message("program_needs_data", why=error.message)) from error


def trained_recipe(run: ExportedRun) -> Recipe:
    """The recipe of a run with as many epochs as it had in the end."""
    epochs = run.history.epochs_wanted or run.recipe.fit.epochs
    return run.recipe.with_(fit=run.recipe.fit.with_(epochs=epochs))


def data_file(recipe: Recipe) -> str:
    """Where a program looks for the data unless it is told: never in a folder of this computer alone."""
    path = recipe.data.path
    if path is None:
        return "data/mnist.npz"
    if path.startswith("data/"):
        return path
    return own_name(path)


def _has_our_name(recipe: Recipe) -> bool:
    """Whether the name of the data file was made by Fitboard when it was uploaded."""
    return recipe.data.path is not None and is_named_as_upload(recipe.data.path)


def file_check(recipe: Recipe, instead: str) -> str:
    """Code that ends a program in one sentence where its data are not there.

    Args:
        recipe: of the run.
        instead: what to do then, in a sentence; `{program}` is the name of the program.
    """
    told = _("There is no file {file}.")
    if _has_our_name(recipe):
        told += " " + _("Fitboard made this name when the file was uploaded: your file may have another one.")
    *lines, last = textwrap.wrap(f"{told} {instead}", 70, break_long_words=False)
    written = "\n".join(" " * 8 + literal(one) for one in (*(f"{line} " for line in lines), last))
    program = ", program=sys.argv[0]" if "{program}" in instead else ""
    return f"if not os.path.isfile(FILE):\n    raise SystemExit(\n{written}.format(file=FILE{program})\n    )"


def heading(run: ExportedRun) -> list[str]:
    """What the program is, what it needs and how it is started: a few paragraphs of plain text.

    Raises:
        RecipeError: the data cannot be read.
    """
    versions = run.history.versions[-1] if run.history.versions else {}
    recipe = trained_recipe(run)
    what = _("{name}: trains the network of a run of Fitboard {version} to the same losses.")
    if has_changed(run):
        what = _(
            "{name}: trains the network of a run of Fitboard {version}. The file of its data had changed since the run "
            "when this program was made, so the program does not come to the same losses with it."
        )
    found = [
        what.format(name=printable(run.title), version=fitboard_version()),
        _("It needs Keras, TensorFlow and NumPy, and the file of the data: {file}, or the path given to it.").format(
            file=printable(data_file(recipe))
        ),
    ]
    if _has_our_name(recipe):
        found.append(_("Fitboard made this name when the file was uploaded: your file may have another one."))
    if versions:
        found.append(_("The run was computed with {versions}.").format(versions=", ".join(version_names(versions))))
    return [printable(one) for one in found]


def _settings(recipe: Recipe, history: History) -> Step:
    execution = history.prepared.execution if history.prepared is not None else None
    threads = 0 if execution is None else execution.intra_op_threads
    code = [f"SEED, BATCH_SIZE, EPOCHS = {recipe.seed}, {recipe.fit.batch_size}, {recipe.fit.epochs}"]
    told = _(
        "The same seed gives the same numbers again. An epoch goes once through all training examples, a batch of them "
        "at a time; after each batch the weights change."
    )
    if threads:
        told += " " + _(
            "TensorFlow adds numbers up in as many threads as in Fitboard, so that it rounds in the same way."
        )
        code.append(f"tf.config.threading.set_intra_op_parallelism_threads({threads})")
    return Step(_("Settings"), told, "\n".join(code))


def _parts(facts: DataFacts) -> list[str]:
    return ["train", *(["validation"] if facts.validation else []), "test"]


def _preparation(recipe: Recipe, facts: DataFacts) -> Step:
    """Examples as the network reads them."""
    match facts.modality:
        case "image":
            code = [f'x_{part} = x_{part}.astype("float32") / 255' for part in _parts(facts)]
            told = _("The network reads brightness from 0 to 1 instead of 0 to 255.")
            return Step(_("Scale the pictures"), told, "\n".join(code))
        case "table":
            code = [
                'mean, deviation = x_train.mean(axis=0, dtype="float64"), x_train.std(axis=0, dtype="float64")',
                "deviation = np.where(deviation > 0, deviation, 1)",
                *(f'x_{part} = ((x_{part} - mean) / deviation).astype("float32")' for part in _parts(facts)),
            ]
            told = _("Each column is standardized with the mean and the standard deviation of the training rows.")
            return Step(_("Standardize the numbers"), told, "\n".join(code))
        case "text":
            rule = recipe.data.text_rule or "unicode"
            is_ours = rule == "unicode"
            read = "[standardize(text) for text in x_train]" if is_ours else "list(x_train)"
            code = [
                *words_code(facts, rule),
                "",
                f"vectorize.adapt({read})",
                *(f"x_{part} = numbers(x_{part})" for part in _parts(facts)),
                'print(len(vectorize.get_vocabulary()), "words are known:", *vectorize.get_vocabulary()[2:12], "...")',
            ]
            told = _(
                "A text is cut into words, and each word becomes its number in the vocabulary: the most common words "
                "of the training texts. 0 fills up texts that are short, 1 stands for all words that are not in the "
                "vocabulary."
            )
            imports = ("re", "unicodedata") if is_ours else ()
            return Step(_("Turn words into numbers"), told, "\n".join(code), imports)
        case _:
            assert_never(facts.modality)


def _answers(recipe: Recipe, facts: DataFacts, run: ExportedRun) -> Step:
    """Right answers in the form that the loss reads."""
    targets = loss_for(recipe.loss, _output_shape(recipe, facts)).targets
    match targets:
        case "index":
            return Step("", "", "")
        case "one_hot":
            written = f'np.eye({facts.classes}, dtype="float32")[y_{{0}}]'
            told = _("The loss compares with a 1 at the place of the right class, and 0 at all others.")
        case "binary":
            written = 'y_{0}.astype("float32")[:, None]'
            told = _("The network has one output, and the loss compares it with 0 or 1.")
    code = [f"y_{part} = {written.format(part)}" for part in _parts(facts)]
    return Step(_("Prepare the right answers"), told, "\n".join(code))


def _output_shape(recipe: Recipe, facts: DataFacts) -> tuple[int, ...]:
    shape = facts.input_shape
    for layer in recipe.layers:
        shape = layer.output_shape(shape)
    return shape


def _network(recipe: Recipe, facts: DataFacts) -> Step:
    """The layers, each with its own seed."""
    listed = "\n".join(textwrap.indent(f"{layer_code(one)},", " " * 4) for one in recipe.layers)
    kinds = {layer.kind for layer in recipe.layers}
    code = [
        f"layers = [\n{listed}\n]",
        "chances = [np.random.default_rng(one) for one in np.random.SeedSequence(SEED).spawn(len(layers))]",
        "layers = [type(one).from_config(seeded(one.get_config(), chance)) for one, chance in zip(layers, chances)]",
        *_joined(recipe.layers, facts),
    ]
    own = [name for name, needed in _BESIDE_SETTINGS.items() if not kinds.isdisjoint(needed)]
    for name in own:
        listed = ", ".join(f"keras.layers.{kind}" for kind in _BESIDE_SETTINGS[name])
        code += [
            "for layer, chance in zip(layers, chances):",
            f"    if isinstance(layer, ({listed},)):",
            f"        {name}(layer, chance)",
        ]
    code.append("model.summary()")
    copied = snippet(_REPEATABLE, "seeded", *own)
    told = _(
        "The layers are those of the Model page. Everything in a layer that is random, such as its first weights, gets "
        "a seed of its own, so that the network begins with the same weights as in Fitboard."
    )
    return Step(_("Build the network"), told, "\n\n\n".join([copied, "\n".join(code)]))


def _joined(layers: Sequence[Layer], facts: DataFacts) -> list[str]:
    """One layer after the other; some are called with their input twice, which a Sequential cannot do."""
    twice = sorted({f"keras.layers.{layer.kind}" for layer in layers if layer.is_query_and_value})
    if not twice:
        return [f"model = keras.Sequential([{input_code(facts)}, *layers])"]
    return [
        f"inputs = x = {input_code(facts)}",
        "for layer in layers:",
        f"    x = layer(x, x) if isinstance(layer, ({', '.join(twice)},)) else layer(x)",
        "model = keras.Model(inputs, x)",
    ]


def _compiling(recipe: Recipe, facts: DataFacts, history: History) -> list[Step]:
    """Loss and optimizer; compiled by XLA if the run was, since that changes which units Dropout leaves out."""
    execution = history.prepared.execution if history.prepared is not None else None
    told = _(
        "The loss measures how wrong the answers are. The optimizer changes the weights so that the loss falls; the "
        "learning rate says how far it goes each time."
    )
    code = compile_code(recipe, facts)
    if execution is not None and execution.jit_compile:
        told += " " + _("The training step is compiled for this computer's processor, as in Fitboard.")
        own = snippet(_REPEATABLE, "compile_whole_batches")
        code = [own, "", "", "compile_whole_batches(model, BATCH_SIZE)", *code]
    return [Step(_("Choose loss and optimizer"), told, "\n".join(code))]


_BATCHES = '''def batches(x, y):
    """The training examples in batches, in another order in each epoch; without end."""
    for epoch in itertools.count():
        seeds = tf.constant([SEED, epoch], "int64")
        order = tf.random.experimental.stateless_shuffle(tf.range(len(x)), seed=seeds).numpy()
        for begin in range(0, len(x), BATCH_SIZE):
            rows = order[begin : begin + BATCH_SIZE]
            yield x[rows], y[rows]'''


def _training(recipe: Recipe, facts: DataFacts) -> Step:
    callbacks = [_callback_code(one, recipe) for one in recipe.callbacks]
    listed = "\n".join(textwrap.indent(f"{one},", " " * 8) for one in callbacks)
    fit = [
        "history = model.fit(",
        "    batches(x_train, y_train),",
        "    steps_per_epoch=-(-len(x_train) // BATCH_SIZE),  # " + _("rounded up"),
        "    epochs=EPOCHS,",
        "    shuffle=False,  # " + _("the batches come shuffled"),
    ]
    if facts.validation:
        fit += [
            "    validation_data=(x_validation, y_validation),",
            f"    validation_batch_size={EVALUATION_BATCH},",
        ]
    if callbacks:
        fit += [f"    callbacks=[\n{listed}\n    ],"]
    fit += ["    verbose=2,", ").history"]
    fit += _best_weights(recipe)
    told = _(
        "Each batch is a small step: the network answers, the loss is measured, the weights change. The batches are "
        "the same as in Fitboard, in the same order."
    )
    return Step(_("Train"), told, "\n\n\n".join([_BATCHES, "\n".join(fit)]), ("itertools",), trains=True)


def _callback_code(callback: Callback, recipe: Recipe) -> str:
    match callback:
        case ModelCheckpoint():
            given = f"monitor={literal(callback.monitor)}, mode={literal(callback.mode)}"
            return (
                f"keras.callbacks.ModelCheckpoint({literal(_checkpoint(callback))}, {given}, "
                f"save_best_only={callback.save_best_only}, save_weights_only={callback.save_weights_only})"
            )
        case LearningRateScheduler():
            return f"keras.callbacks.LearningRateScheduler(lambda epoch, rate: {_rate(callback, recipe)})"
        case CSVLogger():
            return f'keras.callbacks.CSVLogger("training.csv", separator={literal(callback.separator)})'
        case TensorBoard():
            return f'keras.callbacks.TensorBoard("tensorboard", histogram_freq={callback.histogram_freq})'
    return callback_code(callback)


def _checkpoint(callback: ModelCheckpoint) -> str:
    stem = "best" if callback.save_best_only else "epoch-{epoch:04d}"
    return stem + (".weights.h5" if callback.save_weights_only else ".keras")


def _rate(callback: LearningRateScheduler, recipe: Recipe) -> str:
    """The learning rate of an epoch, as `LearningRateScheduler.rate` computes it."""
    start = recipe.optimizer.learning_rate
    match callback.schedule:
        case "step_decay":
            return f"{start} * {callback.factor} ** (epoch // {callback.every})"
        case "exponential_decay":
            return f"{start} * {callback.factor} ** epoch"
        case "cosine_decay":
            return f"{start} * 0.5 * (1 + float(np.cos(np.pi * epoch / EPOCHS)))"
        case "linear_warmup":
            return f"{start} * min(1.0, (epoch + 1) / {callback.every})"


def _best_weights(recipe: Recipe) -> list[str]:
    """What the test is about: ModelCheckpoint's best weights, if it keeps them apart."""
    best = [one for one in recipe.callbacks if isinstance(one, ModelCheckpoint) and one.save_best_only]
    return [f"model.load_weights({literal(_checkpoint(best[-1]))})  # {_('of the best epoch')}"] if best else []


def _comparison(history: History, *, has_changed: bool) -> list[Step]:
    """The losses beside those that the epochs had in Fitboard."""
    rows = []
    for epoch in history.epochs[:MOST_EPOCHS]:
        losses = [epoch.logs[name] for name in ("loss", "val_loss") if name in epoch.logs]
        if not losses or not all(map(math.isfinite, losses)):
            break
        rows.append(f"    [{', '.join(f'{loss:.6f}' for loss in losses)}],")
    if not rows:
        return []
    warned = _("The file of the data had changed since the run when this program was made, so the losses may differ:")
    code = [
        *([f"print({literal(warned)})"] if has_changed else []),
        "in_fitboard = [",
        *rows,
        "]",
        'here = zip(*(history[name] for name in ("loss", "val_loss") if name in history))',
        "for epoch, (ours, theirs) in enumerate(zip(here, in_fitboard), start=1):",
        '    ours, theirs = ([f"{loss:.5f}" for loss in losses] for losses in (ours, theirs))',
        '    print(f"epoch {epoch}: loss", *ours, "in Fitboard", *theirs)',
    ]
    told = _(
        "The losses of the training and, after them, of the validation examples, beside those of the run in Fitboard."
    )
    told += " " + (
        _("The file of the data had changed since the run when this program was made; with that file, they differ.")
        if has_changed
        else _(
            "They agree to about the fifth digit; other versions of Keras or TensorFlow, or another processor, may "
            "change more."
        )
    )
    return [Step(_("Compare with Fitboard"), told, "\n".join(code))]


def _test(recipe: Recipe, history: History) -> Step:
    code = [
        f"result = model.evaluate(x_test, y_test, batch_size={EVALUATION_BATCH}, verbose=0, return_dict=True)",
        "print(f\"test: loss {result['loss']:.5f}, accuracy {result['accuracy']:.5f}\")",
    ]
    told = _("The test examples were never looked at until now: this is how good the network is on new ones.")
    test = history.test_of_weights
    if test is not None and all(map(math.isfinite, test.logs.values())):
        told += " " + _("In Fitboard: loss {loss}, accuracy {accuracy}.").format(
            loss=f"{test.logs['loss']:.5f}", accuracy=f"{test.logs['accuracy']:.5f}"
        )
    if any("regularizer" in name and value is not None for layer in recipe.layers for name, value in layer):
        told += " " + _("The loss here has the penalties of the regularizers in it, which Fitboard leaves out.")
    return Step(_("Test"), told, "\n".join(code))


def has_changed(run: ExportedRun) -> bool:
    """Whether the data are known to be others than those of the run.

    Raises:
        RecipeError: they cannot be read.
    """
    dataset, prepared, answers = _data(run), run.history.prepared, run.history.answers
    sizes = len(dataset.train), len(dataset.validation or ()), len(dataset.test)
    if prepared is not None and sizes != (prepared.train, prepared.validation, prepared.test):
        return True
    sample = validation_sample(dataset, run.recipe.seed)
    return bool(answers) and sample is not None and answers[-1].checksum != sample.checksum


def needed_modules(found: Sequence[Step]) -> list[str]:
    """The modules of the standard library that steps need, sorted."""
    return sorted({name for one in found for name in one.imports})

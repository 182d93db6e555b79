"""What is said of Keras code that is read: the sentence of each code, and errors that carry one."""

from __future__ import annotations

import ast

from trainer.i18n import N_
from trainer.messages import Wording
from trainer.recipe.spec import RecipeError

WORDING = Wording(
    "keras_code",
    {
        # Parts of sentences
        "layer": N_("Layer {place} ({kind})"),
        "layer_in_line": N_("Layer {place} ({kind}, line {line})"),
        "to_json": N_(
            "Or run the program with print(model.to_json()) as its last line, and paste the line that it prints."
        ),
        "write_instead": N_("Write {name}, if you mean that."),
        "leave_it_out": N_("Leave it out."),
        "replace_it": N_("Replace it or leave it out."),
        # The text as a whole
        "too_large": N_(
            "This text is too long, too large or too deeply nested to be read. Paste only the lines that make the "
            "model."
        ),
        "not_keras": N_(
            "There is no Keras model in this text that can be read. Paste a keras.Sequential([...]) from its first to "
            "its last bracket, or the output of print(model.to_json())."
        ),
        "summary": N_(
            "This is the output of model.summary(), which leaves out most settings. Paste the lines that make the "
            "model, or the output of model.to_json()."
        ),
        "not_python": N_(
            "Line {line} is not valid Python: {text}. Check its brackets, commas, quotes and the spaces at its "
            "beginning, and the line before; or copy the model again."
        ),
        "no_layers": N_("There are no layers in this model. Paste one with layers."),
        "too_many_layers": N_("This model has {count:number} layers, and the limit is {limit}. Paste a smaller one."),
        "other_library": N_(
            "This model is written for {library}, and Fitboard reads Keras. Write it as keras.Sequential([...]): "
            "nn.Linear(784, 128) of PyTorch, or a hidden layer of 128 in scikit-learn, is Dense(128)."
        ),
        "several_models": N_("There are several models in this text. Paste one model at a time. {to_json}"),
        # What cannot be followed in a program
        "model_class": N_(
            "Line {line}: the class {name} is a model of its own, whose layers only running it could tell. Write them "
            "as keras.Sequential([...]), in the order in which call uses them. Or run i = keras.Input(shape of one "
            "example), then print(keras.Model(i, model.call(i)).to_json()), and paste the line that it prints."
        ),
        "not_followed": N_(
            "Line {line}: Fitboard does not follow what happens to the model here. Write the layers out, one after "
            "the other. {to_json}"
        ),
        "not_a_layer": N_(
            "Line {line}: {text} is not a layer, or not a list of layers, that Fitboard can read. Write the layers "
            "out. {to_json}"
        ),
        "not_a_row": N_(
            "Line {line}: from the input of this model to its output, not every step is a layer in a single row, as "
            "Fitboard needs it. Paste a model without branches, with a layer for each step. {to_json}"
        ),
        "branches": N_(
            "The layers of this model do not stand in a single row, as Fitboard needs it. Paste a model without "
            "branches."
        ),
        "joins": N_(
            "Line {line}: {text} merges two paths through the model, as a branch or a shortcut (residual connection) "
            "does. In Fitboard the layers stand in a single row: leave the other path out."
        ),
        "attends_elsewhere": N_(
            "Line {line}: {kind} is not called on one tensor twice, as in (x, x). In Fitboard a layer of attention "
            "attends to its own input only."
        ),
        "called_with": N_("{kind} is called with {name}, which Fitboard does not have. Leave it out."),
        # What a layer cannot have
        "layer_unknown": N_("Layer {place}: Fitboard has no layer {kind}. {remedy}"),
        "layer_invalid": N_("{layer}: {problem}"),
        "too_many_arguments": N_("{layer} has more arguments than the layer takes. Check the brackets."),
        "arguments_missing": N_("{layer} lacks its {names:and}, which Keras requires. Add what is missing."),
        "argument_unknown": N_("{layer} has no argument {name}. {remedy}"),
        "not_a_setting": N_(
            "{layer}: {text} is not a number, a string, or a tuple or list of these. Write the value out. {to_json}"
        ),
        "channels_first": N_(
            "This model takes pictures with their channels first. In Fitboard the channels come last: write the model "
            "for channels_last."
        ),
        "inner_layer": N_(
            "{layer} wraps a layer that reads a sequence step by step: {kinds:or}, but not {kind}. Wrap one of these, "
            "or write {kind} by itself."
        ),
        "sides_differ": N_(
            "{layer}: {name} is {value}, which differs between the two sides. In Fitboard both sides have the same "
            "number."
        ),
        # What is left out of a model that is read
        "more_left_out": N_("{count} more things are left out."),
        "makes_numbers": N_("{kind} is left out: Fitboard turns words into numbers itself."),
        "compiled": N_("Optimizer and loss stay as they are in this recipe; those of the pasted model are left out."),
        "weights_loaded": N_("Line {line}: the weights that are loaded are left out; training starts from new ones."),
        "call_argument": N_("{kind} is called with {name}: this is left out, since Fitboard does not have it."),
        "attention_alone": N_(
            "{kind} takes two inputs in Keras, which a Sequential cannot give it; here it takes its own input twice."
        ),
        "shared": N_(
            "Layer {place} ({kind}) is layer {first} used again, with the same weights; in Fitboard each learns its "
            "own."
        ),
        "argument_left_out": N_("{layer}: {name} is left out, since Fitboard does not have it."),
        "value_left_out": N_("{layer}: {name} is left out, since Fitboard has no {value}."),
        "settings_left_out": N_("{layer}: {name} is {value} here, without the settings of {kind}."),
        # The model and the data
        "reads_texts": N_(
            "This model reads texts, but the data are not texts. Choose a source of texts on the Data page."
        ),
        "shape_adapted": N_(
            "The model was written for the input shape {shape}, so a {kind} was added before it: the data have the "
            "shape {arrives}."
        ),
        "other_shape": N_("The model was written for the input shape {shape}; the data have the shape {arrives}."),
    },
)
message = WORDING.message


def refusal(name: str, node: ast.AST | None = None, /, **parameters: object) -> RecipeError:
    """The error for a text that cannot be read.

    Args:
        name: of the sentence in `WORDING`.
        node: the part of a program that it is about; the sentence names its line.
        **parameters: of the sentence.
    """
    template = WORDING[name]
    if node is not None:
        parameters["line"] = getattr(node, "lineno", 1)
    if "{to_json}" in template:
        parameters["to_json"] = message("to_json")
    return RecipeError(message(name, **parameters))

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
        "new_name": N_("In Keras 3 it is called {name}."),
        "leave_it_out": N_("Leave it out."),
        "replace_it": N_("Replace it or leave it out."),
        "use_attention": N_("MultiHeadAttention is the attention layer that it has."),
        # The text as a whole
        "too_long": N_("This is too long for a model. Paste only the model itself."),
        "too_deep": N_("This is nested too deeply to be read. Paste only the lines that make the model."),
        "too_much": N_("This text takes too long to be read. Paste only the lines that make the model."),
        "number_too_large": N_("Line {line}: this number is too large. Write a smaller one."),
        "not_keras": N_(
            "There is no Keras model in this text that can be read. Paste a keras.Sequential([...]) from its first to "
            "its last bracket, or the output of print(model.to_json())."
        ),
        "summary": N_(
            "This is the output of model.summary(), which leaves out most settings. Paste the lines that make the "
            "model, or the output of model.to_json()."
        ),
        "not_python": N_(
            "Line {line} is not valid Python: {text}. Check its brackets, commas and quotes, and the line before; or "
            "copy the model again."
        ),
        "indentation": N_(
            "Line {line} is not valid Python: {text}. Check the spaces at its beginning, and those of the line before; "
            "or copy the model again."
        ),
        "ends_too_early": N_("the text ends too early"),
        "no_layers": N_("There are no layers in this model. Paste one with layers."),
        "too_many_layers": N_("This model has {count:number} layers, and the limit is {limit}. Paste a smaller one."),
        "several_models": N_("There are several models in this text. Paste one model at a time. {to_json}"),
        "pytorch": N_(
            "This model is written for PyTorch, and Fitboard reads Keras. Write it as keras.Sequential([...]): "
            "nn.Linear(784, 128) is Dense(128), nn.Conv2d(1, 32, 3) is Conv2D(32, 3), nn.ReLU() is ReLU(), "
            "nn.MaxPool2d(2) is MaxPooling2D(2)."
        ),
        "tensorflow_1": N_(
            "This is TensorFlow from before 2019, without layers, and Fitboard reads Keras. Write the model as "
            "keras.Sequential([...])."
        ),
        "scikit_learn": N_(
            "This model is written for scikit-learn, and Fitboard reads Keras. Write it as keras.Sequential([...]): "
            "hidden_layer_sizes=(64, 32) is Dense(64, 'relu'), Dense(32, 'relu'), followed by the output layer."
        ),
        "channels_first_program": N_(
            "Line {line}: this program puts the channels of a picture first. In Fitboard they come last: write the "
            "model for channels_last."
        ),
        # What cannot be followed in a program
        "model_class": N_(
            "Line {line}: the class {name} is a model of its own, whose layers only running it could tell. Write them "
            "as keras.Sequential([...]), in the order in which call uses them. Or run i = keras.Input(shape of one "
            "example), then print(keras.Model(i, model.call(i)).to_json()), and paste the line that it prints."
        ),
        "depends_on_run": N_(
            "Line {line}: Fitboard does not follow what happens to the model here. Write the layers out, one after "
            "the other. {to_json}"
        ),
        "loop": N_(
            "Line {line}: Fitboard does not follow this loop, over {over}, which changes the model. Write the layers "
            "out, one after the other. {to_json}"
        ),
        "too_many_calls": N_("Line {line}: this function calls itself too often to be followed. {to_json}"),
        "stops_here": N_("Line {line}: the program raises an error here. Paste a model that can be built. {to_json}"),
        "unknown_function": N_(
            "Line {line}: what {name} does to the model is not known. Leave this line out if it changes no layer. "
            "{to_json}"
        ),
        "set_afterwards": N_(
            "Line {line}: {text} is set after the layer was made. Set it where the layer is made, as one of its "
            "arguments. {to_json}"
        ),
        "add_to_unknown": N_(
            "Line {line}: to which model this adds is not known. Write the layers out, one after the other. {to_json}"
        ),
        "changed_in_use": N_(
            "Line {line}: {text} is changed while it is in use: a list inside a loop over it, or a model that is "
            "already part of another one. Write the layers out. {to_json}"
        ),
        "too_many_parts": N_("Line {line}: this has too many parts to be read. Write a smaller model. {to_json}"),
        "not_a_layer": N_("Line {line}: {text} is not a layer. Write the layer out. {to_json}"),
        "no_list": N_(
            "Line {line}: the layers of keras.Sequential are not written out as a list here. Write them out, in "
            "brackets. {to_json}"
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
        "output_without_input": N_(
            "Line {line}: the output of this model does not come from its input. Give it the input that its first "
            "layer was called on. {to_json}"
        ),
        "attends_elsewhere": N_(
            "Line {line}: {kind} is not called on one tensor twice, as in (x, x). In Fitboard a layer of attention "
            "attends to its own input only."
        ),
        "called_with": N_("Line {line}: {kind} is called with {name}, which Fitboard does not have. Leave it out."),
        "json_called_with": N_("{kind} “{layer}” is called with {name}, which Fitboard does not have. Leave it out."),
        # What a layer cannot have
        "layer_unknown": N_("Layer {place}: Fitboard has no layer {kind}. {remedy}"),
        "layer_invalid": N_("{layer}: {problem}"),
        "layer_too_large": N_("{layer} has more or longer arguments than can be read. Write fewer or shorter ones."),
        "too_many_arguments": N_("{layer} has more arguments than the layer takes. Check the brackets."),
        "arguments_hidden": N_("{layer} has arguments after a star that cannot be read. Write them out. {to_json}"),
        "arguments_missing": N_("{layer} lacks its {names:and}, which Keras requires. Add what is missing."),
        "argument_unknown": N_("{layer} has no argument {name}. {remedy}"),
        "not_a_setting": N_(
            "{layer}: {text} is not a number, a string, or a tuple or list of these. Write the value out. {to_json}"
        ),
        "channels_first": N_(
            "{layer} takes pictures with their channels first. In Fitboard the channels come last: write the model "
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
        "call_argument": N_("Line {line}: {name}={value} is left out, since Fitboard does not have it."),
        "json_call_argument": N_("{kind} “{layer}”: {name}=True is left out, since Fitboard does not have it."),
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
            "This model reads texts, but the data are pictures. Choose a source of texts on the Data page."
        ),
        "reads_texts_not_rows": N_(
            "This model reads texts, but the data are rows of numbers. Choose a source of texts on the Data page."
        ),
        "rows_adapted": N_(
            "The model was written for rows of {count:number} numbers, so a {kind} was added before it: the data have "
            "the shape {arrives}."
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

"""What a check says, by code."""

from __future__ import annotations

from trainer.i18n import N_, plural
from trainer.messages import Wording

WORDING = Wording(
    "check",
    {
        # Do the layers fit together?
        "no_layers": N_("The model has no layers yet. Add a layer, or start with a small model."),
        "cannot_follow": N_("{layer} cannot follow {before}. {why} {fix}."),
        "cannot_read_data": N_("{layer} cannot read the data. {why} {fix}."),
        "no_room_for_fix": N_("{diagnosis} But the model has {limit} layers, the most there can be. Remove one first."),
        "words_without_embedding": N_("{why} Insert an Embedding before it."),
        "embedding_of_no_words": N_("{why} Remove it."),
        "vocabulary_too_small": N_(
            "{layer} knows {known:number} words, but the data has up to {words:number}. Set its vocabulary to "
            "{words:number}."
        ),
        "constant_output": N_("{layer} gives the same output for every example. {why} {fix}."),
        "masked_softmax": N_(
            "{layer} cannot follow {before}, where the padding of short texts is marked: this layer cannot read such "
            "marks. Use an Activation layer with softmax instead."
        ),
        "softmax_of_one_number": N_(
            "{layer} reads a single number, and softmax turns any single number into 1. {fix}."
        ),
        "softmax_of_one_output": N_(
            "{layer} outputs one number and applies softmax to it, which turns any single number into 1. {fix}."
        ),
        # Does the last layer give the answer?
        "probability": N_("a probability between 0 and 1"),
        "probabilities": N_("probabilities that add up to 1"),
        "last_is_stochastic": N_(
            "{layer} is the last layer and would change the answer at random while training. Remove it."
        ),
        "answer_is_stochastic": N_(
            "{layer} comes so late that it would change the answer at random while training. Remove it."
        ),
        "wrong_activation": N_(
            "{layer} ends with the activation {activation}, but the answer must be {answer}. {fix}."
        ),
        "missing_activation": N_("{layer} does not end with {activation}, but the answer must be {answer}. {fix}."),
        "changed_answer": N_(
            "{layer} changes the answer, which must be {answer}. Remove it: {before} outputs that already."
        ),
        "gated_answer": N_(
            "{layer} cannot give the answer: gates change the numbers after its {activation}, so the output is not "
            "{answer}. {fix}."
        ),
        "joined_answer": N_(
            "{layer} cannot give the answer: its two readings are joined after its {activation}, so the output is not "
            "{answer}. {fix}."
        ),
        "loss_for_single_classes": N_(
            "The loss {loss} judges each class separately and goes with sigmoid, but {layer} ends with softmax. Set "
            "the loss to auto."
        ),
        "probabilities_side_by_side": N_(
            "{layer} outputs {rows:number} rows of {numbers:number} probabilities, and each row adds up to 1. Side by "
            "side in {last}, they are not the probabilities of {classes:number} classes. {fix}."
        ),
        "numbers_side_by_side": N_(
            "{layer} outputs a single number for each of {rows:number} places. Side by side in {last}, they are not "
            "the probabilities of {classes:number} classes. {fix}."
        ),
        "rearranged_data": plural(
            "units",
            "{layer} outputs the data itself, rearranged, and no answer. The last layer must be Dense with 1 unit and "
            "{activation}.",
            "{layer} outputs the data itself, rearranged, and no answer. The last layer must be Dense with "
            "{units:number} units and {activation}.",
        ),
        "wrong_output": plural(
            "units",
            "{layer} outputs {shape}, but the data has {classes:number} classes. The last layer must be Dense with 1 "
            "unit and {activation}.",
            "{layer} outputs {shape}, but the data has {classes:number} classes. The last layer must be Dense with "
            "{units:number} units and {activation}.",
        ),
        "output_is_no_row": plural(
            "units",
            "{layer} outputs {shape}, but the data has {classes:number} classes. The last layer must be Dense with 1 "
            "unit and {activation}, after a {bridge}.",
            "{layer} outputs {shape}, but the data has {classes:number} classes. The last layer must be Dense with "
            "{units:number} units and {activation}, after a {bridge}.",
        ),
        "answer_needs_row": N_(
            "{layer} needs one row of numbers, but {before} outputs {shape}. Insert {bridge} between them."
        ),
        "answer_needs_row_earlier": N_(
            "{layer} needs one row of numbers, but {before} outputs {shape}. Insert {bridge} before {first}."
        ),
        # Activations and initial weights.
        "stochastic_before_answer": N_(
            "{layer} changes the numbers of the answer at random while training, just before {last} turns them into "
            "probabilities. Remove it."
        ),
        "never_below_half": N_(
            "{last} turns numbers into probabilities, but {layer} keeps them from being negative (its {activation}), "
            "so no probability is ever below one half. {fix}."
        ),
        "never_near_1": N_(
            "{last} turns numbers into probabilities, but {layer} keeps them between -1 and 1 (its {activation}), so "
            "no probability ever comes near 1. {fix}."
        ),
        "zero_weights": N_(
            "The weights of {layer} are all 0 at the start (kernel_initializer), and with {activation} they stay 0: it "
            "can never learn. {fix}."
        ),
        "zero_attention": N_(
            "The weights of {layer} are all 0 at the start (kernel_initializer), and each of them waits for another to "
            "change: it can never learn. {fix}."
        ),
        "only_signs": N_(
            "{layer} gives each row of numbers the same size, but here each row is a single number: only whether it is "
            "above or below 0 is left of it. Use BatchNormalization instead."
        ),
        "missing_nonlinearity": N_(
            "{layer} and {after} have no activation between them, so together they can learn no more than one layer. "
            "Set the first one's activation to relu."
        ),
        "repeated_activation": N_(
            "{layer} applies {activation} again, right after {before}. Once is enough. Remove it."
        ),
        "softmax_layer_inside": N_(
            "{layer} is in the middle of the model, where it slows learning down. Remove it: softmax belongs at the "
            "end."
        ),
        "softmax_inside": N_(
            "{layer} has softmax in the middle of the model, where it slows learning down. softmax belongs on the last "
            "layer."
        ),
        # Habits.
        "flatten_of_a_row": N_("{layer} changes nothing, because its input is already a row. Remove it."),
        "padding_attended": N_(
            "{layer} looks at the padding of short texts as if it were words, because {embedding} does not mark it. "
            "Turn on “Skip padding” (mask_zero)."
        ),
        "padding_read_both_ways": N_(
            "{layer} also reads the padding of short texts, last of all in one direction, which slows learning down, "
            "because {embedding} does not mark it. Turn on “Skip padding” (mask_zero)."
        ),
        "padding_read_last": N_(
            "{layer} reads the padding of short texts last and may learn nothing, because {embedding} does not mark "
            "it. Turn on “Skip padding” (mask_zero)."
        ),
        "rate_high": N_("{layer} has a rate of {rate:percent0}, so little gets through. Half is usually the most."),
        "dropout_high": N_(
            "{layer} has a {setting} of {rate:percent0}, so little gets through. Half is usually the most."
        ),
        "learning_rate_above_usual": N_(
            "A learning rate of {rate:exact} is more than ten times what {kind} usually starts with ({usual:exact}). "
            "If the loss jumps or the model learns nothing, lower it."
        ),
        "learning_rate_high": N_(
            "A learning rate of {rate:exact} is very high: the loss will probably jump or become NaN (not a number). "
            "{kind} usually starts with {usual:exact}."
        ),
        "learning_rate_low": N_(
            "A learning rate of {rate:exact} is very low: the model will hardly learn anything. {kind} usually starts "
            "with {usual:exact}."
        ),
        # Sequences.
        "lost_mask_read_last": N_(
            "{layer} reads the padding of short texts last and may learn nothing, because {before} does not pass on "
            "the mask that marks padding."
        ),
        "lost_mask_read_both_ways": N_(
            "{layer} also reads the padding of short texts, last of all in one direction, which slows learning down, "
            "because {before} does not pass on the mask that marks padding."
        ),
        "lost_mask_attended": N_(
            "{layer} looks at the padding of short texts as if it were words, because {before} does not pass on the "
            "mask that marks padding."
        ),
        "padding_as_words": N_(
            "{layer} takes the padding of short texts for words, because it cannot read the mask that marks padding: "
            "“Skip padding” (mask_zero) of {embedding} has no effect on it."
        ),
        "mask_without_effect": N_(
            "{layer} does not pass on the mask that marks the padding of short texts, so “Skip padding” (mask_zero) of "
            "{embedding} has no effect from there on."
        ),
        "short_memory": N_(
            "{layer} reads {steps:number} steps, but hardly remembers what it read more than {remembered:number} steps "
            "before: gradients vanish over so many steps."
        ),
        # Gradients and batches.
        "vanishing_gradients": N_(
            "{count:number} layers in a row, from {first} on, use {activation}, which lets little of a gradient back: "
            "with {optimizer} and a learning rate of {rate:exact}, the first of them hardly learn. {fix}."
        ),
        "weak_gradients": N_(
            "{count:number} layers in a row, from {first} on, use {activation}, and each weakens the gradient a "
            "little: with {optimizer} and a learning rate of only {rate:exact}, the model learns very slowly. {fix}."
        ),
        "batch_of_one": N_(
            "{layer} compares the examples of a batch, but with a batch size of 1 there is nothing to compare: it "
            "behaves differently in training and in validation, and may keep the model from learning."
        ),
        "one_step": N_(
            "The batch size is {batch:number}, and there are only {rows:number} training examples: each epoch is a "
            "single step, and the weights change only {changes:number} times in all."
        ),
        "two_steps": N_(
            "The batch size is {batch:number}, and there are only {rows:number} training examples: each epoch has only "
            "two steps, and the weights change only {changes:number} times in all."
        ),
        # Pictures.
        "mirrored": N_("{layer} mirrors pictures, but mirrored digits are no digits, or other ones. Remove it."),
        "upside_down": N_(
            "{layer} rotates pictures by up to {degrees:number}°, but a digit on its side is no digit, and upside "
            "down, a 6 is a 9. Rotate them less."
        ),
        "rescaled_up": N_(
            "{layer} multiplies by {scale:exact}, but these pictures already go from 0 to 1, and such large numbers "
            "make learning unstable. Remove it."
        ),
        "rescaled_to_nothing": N_(
            "{layer} multiplies by {scale:exact}, but these pictures already go from 0 to 1, and almost nothing is "
            "left of them. Remove it."
        ),
        "scaled_to_nothing": N_(
            "{layer} multiplies by {scale:exact}, so almost nothing is left of the output of {before}. Remove it."
        ),
        "late_augmentation": N_(
            "{layer} changes pictures, but comes after {first}, where they are no longer pictures. It belongs at the "
            "beginning."
        ),
        "late_flatten": N_(
            "{layer} reads each pixel separately and cannot see how pixels lie together, because {flatten} comes only "
            "after it. Move Flatten before it."
        ),
        # Proportions.
        "vocabulary_too_large": N_(
            "{layer} knows {known:number} words, but the data has at most {words:number}, so {unused:number} of its "
            "{parameters:number} parameters are never used. Set its vocabulary to {words:number}."
        ),
        "one_heavy_layer": N_(
            "{layer} holds {share:percent0} of the {total:number} parameters, so it trains slowly and memorises "
            "easily. Give it fewer numbers to read, or fewer units."
        ),
        "too_few_numbers": plural(
            "left",
            "{layer} leaves 1 number of each example. That is too few to tell {classes:number} classes apart.",
            "{layer} leaves {left:number} numbers of each example. That is too few to tell {classes:number} classes "
            "apart.",
        ),
        "loss_for_amounts": N_(
            "The loss {loss} measures how far an amount is off. After the {activation} of {layer} it hardly corrects a "
            "model that is sure and wrong. Set the loss to auto."
        ),
        # Callbacks.
        "stops_by_training": N_(
            "{callback} monitors {metric}, which is measured on the training data and goes on improving while the "
            "model memorises. Monitor the validation data."
        ),
        "saves_by_training": N_(
            "{callback} keeps the weights with the best {metric}, which is measured on the training data and goes on "
            "improving while the model memorises. Monitor the validation data."
        ),
        "lowers_by_training": N_(
            "{callback} monitors {metric}, which is measured on the training data and goes on improving while the "
            "model memorises, so it may lower the learning rate too late. Monitor the validation data."
        ),
        "stops_before_lowering": plural(
            "waits",
            "ReduceLROnPlateau can never lower the learning rate: it waits 1 epoch without a better {metric}, and "
            "EarlyStopping ends the training after {patience:number}.",
            "ReduceLROnPlateau can never lower the learning rate: it waits {waits:number} epochs without a better "
            "{metric}, and EarlyStopping ends the training after {patience:number}.",
        ),
        "callback_twice": N_("{callback} is there twice. Keep one."),
        "no_validation": N_(
            "{callback} monitors {metric}, but no rows are set aside for validation. Set a validation share on the "
            "Data page, or monitor the training data."
        ),
        "two_set_the_rate": N_(
            "LearningRateScheduler and ReduceLROnPlateau both set the learning rate, and the schedule would undo every "
            "reduction. Keep one."
        ),
        "stops_too_late": plural(
            "epochs",
            "{callback} can stop training after epoch {first:number} at the earliest, but the training ends after 1 "
            "epoch. {fix}.",
            "{callback} can stop training after epoch {first:number} at the earliest, but the training ends after "
            "{epochs:number} epochs. {fix}.",
        ),
        "lowers_too_late": plural(
            "epochs",
            "{callback} can lower the learning rate after epoch {first:number} at the earliest, but the training ends "
            "after 1 epoch. {fix}.",
            "{callback} can lower the learning rate after epoch {first:number} at the earliest, but the training ends "
            "after {epochs:number} epochs. {fix}.",
        ),
        "keeps_worst": N_(
            "{callback} treats a higher {metric} as better (mode {mode}), so it keeps the weights of the worst epoch. "
            "Set mode to auto."
        ),
        "keeps_lowest": N_(
            "{callback} treats a lower {metric} as better (mode {mode}), so it keeps the weights of the worst epoch. "
            "Set mode to auto."
        ),
        "restores_worst": N_(
            "With mode {mode}, {callback} treats the wrong direction of {metric} as better, so it stops a model that "
            "is learning and restores the weights of the worst epoch. Set mode to auto."
        ),
        "stops_learning": N_(
            "With mode {mode}, {callback} treats the wrong direction of {metric} as better, so it stops a model that "
            "is learning. Set mode to auto."
        ),
        "lowers_while_learning": N_(
            "With mode {mode}, {callback} treats the wrong direction of {metric} as better, so it lowers the learning "
            "rate of a model that is learning. Set mode to auto."
        ),
        "never_lowers": N_(
            "ReduceLROnPlateau never goes below a learning rate of {lowest:exact} (min_lr), and the learning rate is "
            "{rate:exact}: it can never lower it. Set min_lr to 0."
        ),
        "gain_too_large": N_(
            "{callback} ignores any change of {metric} below {gain:exact} (min_delta), and hardly any epoch changes it "
            "by so much. Set min_delta to {usual:exact}."
        ),
        "factor_of_1": N_(
            "LearningRateScheduler multiplies the learning rate by 1, which changes nothing. Set factor to "
            "{usual:exact}."
        ),
        "warmup_too_long": N_(
            "LearningRateScheduler lets the learning rate rise for {every:number} epochs, but the training has only "
            "{epochs:number}: it never reaches {rate:exact}. Set every to {sooner:number}."
        ),
        # Memory.
        "memory_over_limit": N_(
            "Training needs about {needed:size_up} of memory, more than the {allowed:size} that one run may use. Most "
            "of it is for {most}. {fix}."
        ),
        "memory_not_free": N_(
            "Training needs about {needed:size_up} of memory, but only {allowed:size} is free. Most of it is for "
            "{most}. {fix}."
        ),
        "for_the_data": N_("the data itself"),
        "for_the_batch": N_("the batches of {rows:number}"),
        "for_a_layer": N_("{layer}"),
        "for_a_layer_and_batch": N_("{layer} with batches of {rows:number}"),
        "for_validation": N_("{layer} during validation"),
        "fewer_examples": N_("Use fewer examples, or smaller ones"),
        "smaller_layers": N_("Make the layers smaller, or remove some"),
        # What can be put in at a place.
        "unknown_input": N_("{layer} does not fit yet, so it is not known what arrives here."),
        "embedding_first": N_("{why} Add an Embedding first."),
        # Buttons.
        "fix_all": plural("count", "Fix it ({count} change)", "Fix all ({count:number} changes)"),
        "start_small": N_("Start with a small model that fits"),
        "start_again": N_("Start again with a small model that fits"),
        "turn_on": N_("Turn {kind} on again"),
        "remove": N_("Remove {kind}"),
        "remove_layer": N_("Remove layer {number} ({kind})"),
        "remove_after": N_("Remove {kinds:and} after it"),
        "remove_second": N_("Remove the second {kind}"),
        "set": N_("Set {setting} to {value}"),
        "set_of_layer": N_("Set {setting} of layer {number} to {value}"),
        "set_two": N_("Set {setting} to {value:exact} and {other} to {then:exact}"),
        "set_vocabulary": N_("Set the vocabulary to {value:number}"),
        "set_words_per_text": N_("Set words per text to {value:number}"),
        "set_every_layer": N_("Set every layer to at most {value:number}"),
        "set_every_layer_and_batch": N_("Set every layer to at most {value:number} and batch_size to {batch:number}"),
        "set_loss_too": N_("{fix}, and set the loss to auto"),
        "set_loss": N_("Set the loss to auto"),
        "set_rate": N_("Set it to {value:exact}"),
        "skip_padding": N_("Skip padding"),
        "unmark_padding": N_("Turn off “Skip padding”"),
        "read_backwards": N_("Let layer {number} ({kind}) read from the end (go_backwards)"),
        "set_relu": N_("Set activation to relu and kernel_initializer to he_uniform in layers {first} to {last}"),
        "set_learning_rate": N_("Set the learning rate to {value:exact}"),
        "set_of_callback": N_("Set {setting} of {kind} to {value:number}"),
        "monitor": N_("Monitor {metric}"),
        "train_epochs": plural("epochs", "Train for 1 epoch", "Train for {epochs:number} epochs"),
        "use_pictures": plural("pictures", "Use 1 picture", "Use {pictures:number} pictures"),
        "use_instead": N_("Use {kind} instead"),
        "replace_by": N_("Replace it with {kind}"),
        "replace_flatten": N_("Replace Flatten with {kind}"),
        "insert": N_("Insert {kind}"),
        "insert_before": N_("Insert {kind} before it"),
        "insert_before_layer": N_("Insert {kind} before layer {number}"),
        "insert_reshape": N_("Insert Reshape to {shape}"),
        "insert_dense_before": N_("Insert Dense {units:number} before it"),
        "insert_before_dense": N_("Insert {kind} before Dense {units:number}"),
        "insert_before_dense_and_end": N_(
            "Insert {kind} before Dense {units:number}, and Dense {end:number} at the end"
        ),
        "add_dense": N_("Add Dense {units:number}"),
        "add_dense_with": N_("Add Dense {units:number} with {activation}"),
        "add_activation": N_("Add Activation {activation}"),
        "use_activation": N_("Use Activation {activation}"),
        "move_to": N_("Move {kind} to place {number}"),
        "move_before": N_("Move layer {number} ({kind}) before it"),
        "move_flatten": N_("Move Flatten before Dense {units:number}"),
        "every_step": N_("Let {kind} output every step"),
    },
)

"""What the coach says, by code: for each kind of advice its title, and what is seen, what it means and what to try."""

from __future__ import annotations

from trainer.i18n import N_, plural
from trainer.messages import Wording

WORDING = Wording(
    "coach",
    {
        # Kinds of advice, as titles.
        "diverged": N_("Loss is NaN"),
        "contradictions": N_("Labels contradict each other"),
        "texts_cut": N_("Texts are cut off"),
        "words_unknown": N_("Important words are unknown"),
        "labels_unrelated": N_("Labels unrelated to texts"),
        "misfit": N_("Unsuitable setting"),
        "learning_rate_too_high": N_("Learning rate too high"),
        "stuck_at_majority": N_("Stuck at one answer"),
        "learning_rate_too_low": N_("Learning rate too low"),
        "early_stopping_too_eager": N_("Stopped too early"),
        "batch_too_large": N_("Batch too large"),
        "few_steps": N_("Too few training steps"),
        "too_few_epochs": N_("Still improving"),
        "too_few_rows": N_("Too few examples"),
        "overfitting": N_("Overfitting"),
        "underfitting": N_("Model too simple"),
        "plateau": N_("No further progress"),
        "noisy_validation": N_("Validation is noisy"),
        "validation_better": N_("Validation better than training"),
        # How sure it is.
        "counted": plural(
            "given",
            "right in {right:number} of {given} recorded run like this",
            "right in {right:number} of {given:number} recorded runs like this",
        ),
        "not_counted": N_("not yet counted on recorded runs"),
        # The data.
        "seen_contradictions": N_("Of the training texts, {share:percent} also occur with another label."),
        "means_contradictions": N_(
            "No model can be right about both labels. Perhaps another column holds the right ones, or the people who "
            "gave them disagreed."
        ),
        "try_contradictions": N_(
            "On the Data page, check which column holds the labels, or leave out the rows that contradict each other."
        ),
        "seen_cut": N_(
            "Of the texts, {share:percent} are longer than the {length:number} words that the model reads. A simple "
            "count of the words in whole texts is right for {whole:percent} of the labels, but for only "
            "{beginning:percent} if it sees no more than the model does."
        ),
        "means_texts_cut": N_("What tells the classes apart is in the part of the texts that is cut off."),
        "try_texts_cut": N_("On the Data page, read more words per text."),
        "seen_unknown": N_("In new texts, {share:percent} of the words are not in the vocabulary."),
        "means_words_unknown": N_(
            "The model reads each of them as the same word, “unknown”, so what tells the classes apart is lost."
        ),
        "try_words_unknown": N_(
            "On the Data page, make the vocabulary larger; if the texts have no spaces between words, read them "
            "character by character."
        ),
        "seen_unrelated": N_(
            "A simple count of the words in whole texts is right for only {told:percent} of the labels; always giving "
            "the most common answer is right for {majority:percent}."
        ),
        "means_labels_unrelated": N_(
            "The words say nothing about the labels: perhaps another column holds the right ones. If only the order of "
            "the words tells the labels, a layer that reads in order (LSTM, Conv1D) is needed."
        ),
        "try_labels_unrelated": N_("On the Data page, check which column holds the labels."),
        # The loss is no number.
        "seen_nan": N_("In epoch {epoch:number} the loss became NaN (not a number) or infinite."),
        "means_steps_exploded": N_(
            "The steps, with a learning rate (learning_rate) of {rate:exact}, were so large that the weights exploded."
        ),
        "try_much_lower_rate": N_("Train again with a much lower learning rate."),
        # A setting that does not suit the data.
        "seen_poor": plural(
            "epochs",
            "After 1 epoch the training accuracy is only {accuracy:percent}.",
            "After {epochs:number} epochs the training accuracy is only {accuracy:percent}.",
        ),
        "seen_poor_with_loss": plural(
            "epochs",
            "After 1 epoch the training accuracy is only {accuracy:percent}, with the loss {loss}.",
            "After {epochs:number} epochs the training accuracy is only {accuracy:percent}, with the loss {loss}.",
        ),
        "seen_padding": N_(
            "Of what the model reads, {share:percent} is padding. A simple count of the same words is right for "
            "{told:percent} of the labels."
        ),
        "try_fewer_words": N_("On the Data page, read fewer words per text, so that there is less padding."),
        "means_loss_for_amounts": N_(
            "This loss is made for amounts. For classes, it hardly corrects a model that is confident and wrong."
        ),
        "try_auto_loss": N_("Use the loss that suits the last layer (auto: crossentropy)."),
        "try_fix": N_("Change that one setting: {fix}."),
        # The learning rate.
        "seen_worse_than_guessing": plural(
            "epochs",
            "After 1 epoch the training loss is {loss:number}, worse than the {guess:number} of pure guessing.",
            "In the last 2 of {epochs:number} epochs the training loss is {loss:number} on average, worse than the "
            "{guess:number} of pure guessing.",
        ),
        "seen_jumping": N_(
            "The training loss jumps instead of falling: it has gone up by {rises:number} in total, and is "
            "{loss:number} on average in the last 2 epochs, after a low of {lowest:number}."
        ),
        "seen_hovering": N_(
            "In later epochs the training loss goes up and down; it is {loss:number} on average in the last 2, after "
            "a low of {lowest:number}."
        ),
        "seen_no_better_than_majority": plural(
            "epochs",
            "After 1 epoch the model is right no more often than if it always gave the most common answer.",
            "After {epochs:number} epochs the model is right no more often than if it always gave the most common "
            "answer.",
        ),
        "means_rate_high": N_(
            "The learning rate (learning_rate) of {rate:exact} is {ratio:number} times what {optimizer} usually starts "
            "with: each step may jump over the minimum that it is looking for."
        ),
        "means_rate_usual": N_(
            "The learning rate (learning_rate) of {rate:exact} is what {optimizer} usually starts with, but here each "
            "step may jump over the minimum that it is looking for."
        ),
        "try_lower_rate": N_("Make the steps smaller with a lower learning rate."),
        "seen_creeping": plural(
            "epochs",
            "In 1 epoch the training loss only went from {first:number} to {last:number}.",
            "In {epochs:number} epochs the training loss only went from {first:number} to {last:number}.",
        ),
        "means_rate_low": N_(
            "The learning rate (learning_rate) of {rate:exact} is far below the {usual:exact} that {optimizer} usually "
            "starts with, so each step is tiny."
        ),
        "try_higher_rate": N_("Take larger steps with a higher learning rate."),
        # The batch size.
        "seen_few_steps": N_(
            "With batches of {batch:number} from {rows:number} training examples the weights changed only "
            "{steps:number} times in total, and the training loss was still {loss:number}."
        ),
        "means_few_steps": N_(
            "The model changes once per batch (batch_size), so large batches give it few opportunities to learn."
        ),
        "try_smaller_batch": N_("Make the batches smaller, so that there are more steps in each epoch."),
        "seen_few_steps_in_all": N_(
            "From {rows:number} training examples, the weights changed only {steps:number} times in total, and the "
            "training loss was still {loss:number}."
        ),
        "means_near_start": N_("The model is still close to its random start."),
        "try_more_steps": N_("Train for more epochs, with smaller batches or on more examples."),
        # Stuck at one answer.
        "seen_training_stayed": N_(
            "For the last {epochs:number} epochs the training accuracy stayed at {accuracy:percent}."
        ),
        "seen_training_mean": N_(
            "Over the last {epochs:number} epochs the training accuracy was {accuracy:percent} on average."
        ),
        "seen_validation_stayed": N_(
            "For the last {epochs:number} epochs the validation accuracy stayed at {accuracy:percent}."
        ),
        "seen_validation_mean": N_(
            "Over the last {epochs:number} epochs the validation accuracy was {accuracy:percent} on average."
        ),
        "seen_training_stayed_at": N_(
            "For the last {epochs:number} epochs the training accuracy stayed at {accuracy:percent}, and the most "
            "common answer alone is right for {share:percent}."
        ),
        "seen_training_mean_at": N_(
            "Over the last {epochs:number} epochs the training accuracy was {accuracy:percent} on average, and the "
            "most common answer alone is right for {share:percent}."
        ),
        "seen_validation_stayed_at": N_(
            "For the last {epochs:number} epochs the validation accuracy stayed at {accuracy:percent}, and the most "
            "common answer alone is right for {share:percent}."
        ),
        "seen_validation_mean_at": N_(
            "Over the last {epochs:number} epochs the validation accuracy was {accuracy:percent} on average, and the "
            "most common answer alone is right for {share:percent}."
        ),
        "means_uneven_classes": N_(
            "One class is so common that always giving it makes the loss low: the model may have stopped there."
        ),
        "means_found_nothing": N_("The model has found nothing in the examples that tells the classes apart."),
        "means_words_would_do": N_(
            "The data is not the reason: a simple count of the words that the model reads is right for "
            "{share:percent} of the labels."
        ),
        "try_larger_steps_or_rows": N_("Take larger steps; better still, collect more examples of the rare classes."),
        "try_larger_steps": N_("Take larger steps; if nothing changes, try other layers or look at the data."),
        "try_adaptive": N_("Try an optimizer that adjusts its own step sizes."),
        # The end came too early.
        "seen_still_falling": N_(
            "In the last epochs the training loss still fell by {fall:percent} per epoch on average, and accuracy "
            "changed by {points:number} percentage points per epoch."
        ),
        "seen_still_falling_validation": N_(
            "In the last epochs the training loss still fell by {fall:percent} per epoch on average, and validation "
            "accuracy changed by {points:number} percentage points per epoch."
        ),
        "means_not_done": N_("The model was still learning when its epochs (epochs) were over."),
        "try_more_epochs": N_("Train for more epochs."),
        "seen_stopped": N_(
            "EarlyStopping ended the training after {epochs:number} of {wanted:number} epochs, while the training loss "
            "still fell by {fall:percent} per epoch."
        ),
        "means_impatient": plural(
            "waited",
            "With a patience (patience) of {patience}, 1 epoch without a better {metric} ended it, and one such epoch "
            "may be chance.",
            "With a patience (patience) of {patience}, {waited:number} epochs without a better {metric} ended it, and "
            "such epochs may be chance.",
        ),
        "try_more_patience": N_("Let it wait for more epochs before it stops."),
        # Underfitting and plateau.
        "seen_standing_still": N_(
            "Training accuracy is at {accuracy:percent}, and the training loss hardly falls any more ({fall:percent} "
            "per epoch)."
        ),
        "means_much_dropout": N_(
            "Dropout sets {rate:percent} of the numbers to zero in each step, so little gets through."
        ),
        "means_too_small": N_(
            "The model may be too small for the task: it cannot even remember the examples that it was trained on."
        ),
        "try_less_dropout": N_("Drop less."),
        "try_larger_model": N_("Give it more units (units), more filters (filters) or another layer."),
        "seen_flat": N_(
            "Over the last {epochs:number} epochs the training loss went from {first:number} to {last:number}: it "
            "makes no progress."
        ),
        "means_all_it_can": N_("With its present layers, the model may not be able to do better."),
        "means_cannot_settle": N_("The steps may be too large near the minimum, so that the loss cannot settle."),
        "try_more_to_learn_with": N_("Give it more units, more filters or another layer."),
        "try_falling_rate": N_("Lower the learning rate automatically when progress stops (ReduceLROnPlateau)."),
        # Training against validation.
        "seen_few_rows_apart": N_(
            "From {rows:number} training examples, about {each:number} per class, training accuracy has reached "
            "{accuracy:percent} on average in the last 2 epochs, {points:number} percentage points above validation "
            "accuracy."
        ),
        "seen_few_rows": N_(
            "From {rows:number} training examples, about {each:number} per class, training loss has reached "
            "{loss:number}, against {val_loss:number} in validation."
        ),
        "means_few_rows": N_(
            "There are so few examples that the model can remember each one instead of learning what they share."
        ),
        "try_more_pictures": N_("Use more pictures."),
        "try_more_rows_per_class": N_("Collect more examples of each class."),
        "seen_rising": N_(
            "Validation loss was lowest in epoch {epoch:number} ({lowest:number}) and has risen to {last:number}, "
            "while training loss continued to fall to {loss:number}."
        ),
        "seen_gap": N_(
            "In the last 2 epochs training accuracy is {accuracy:percent} on average, but validation accuracy only "
            "{val_accuracy:percent}."
        ),
        "means_memorising": N_(
            "The model memorises its training examples (overfitting) instead of learning what they have in common."
        ),
        "try_stop_at_best": N_(
            "Stop when validation no longer improves, and go back to the best epoch (EarlyStopping)."
        ),
        "try_dropout": N_(
            "Make it harder to memorise single examples: turn some numbers off at random while training (Dropout)."
        ),
        "try_smaller_model": N_("Use a smaller model or more examples."),
        "seen_shaky": N_(
            "Validation accuracy is based on {rows:number} examples, so each of them counts for {points:number} "
            "percentage points."
        ),
        "seen_shaky_jumps": N_(
            "Validation accuracy is based on {rows:number} examples, so each of them counts for {points:number} "
            "percentage points; from one epoch to the next it typically jumps by {jump:number}."
        ),
        "means_chance": N_(
            "With so few examples, differences below about {points:number} percentage points are chance."
        ),
        "try_more_validation": N_("Set aside a larger share of the examples for validation."),
        "try_more_rows": N_("Collect more examples."),
        "seen_validation_ahead": N_(
            "In the last 3 epochs validation accuracy is {val_accuracy:percent} on average, above the training "
            "accuracy of {accuracy:percent}."
        ),
        "means_dropout_is_off": N_(
            "Dropout makes training harder and is off during validation, so the two are not measured in the same way: "
            "harmless."
        ),
        "means_batch_norm": N_(
            "BatchNormalization uses other means during training than during validation: mostly harmless."
        ),
        "try_nothing": N_(
            "Nothing has to be changed; training numbers are means over an epoch in which the model was still learning."
        ),
        # Buttons.
        "set_rate": N_("Set the learning rate to {rate:exact}"),
        "set_dropout": N_("Set dropout to {rate:exact}"),
        "add_dropout": N_("Add Dropout {rate:exact}"),
        "add_dense": N_("Add Dense {units}"),
        "set_width": N_("Set {setting} of layer {number} to {value:number}"),
        "train_epochs": N_("Train for {epochs:number} epochs"),
        "set_length": plural("length", "Read {length} word per text", "Read {length:number} words per text"),
        "set_batch": N_("Set the batch size to {size:number}"),
        "add_early_stopping": N_("Add EarlyStopping"),
        "set_patience": N_("Set patience to {patience:number}"),
        "add_reduce_on_plateau": N_("Add ReduceLROnPlateau"),
        "use_all_pictures": N_("Use all pictures"),
        "use_pictures": N_("Use {pictures:number} pictures"),
        "set_validation": N_("Set the validation share to {share:exact}"),
        "use_adam": N_("Use Adam"),
        "set_loss": N_("Set loss to auto"),
    },
)

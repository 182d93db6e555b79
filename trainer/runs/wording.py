"""What fits, the trainer and the store tell of a run, in words.

All of it is in here, since whoever shows a log needs it: importing `trainer.fit` would load TensorFlow into the server.
"""

from __future__ import annotations

from trainer.i18n import N_, Plural, plural
from trainer.messages import Wording

_STOPPED = {
    "stopped_after": N_("Stopped after {done:number} of {epochs:number} epochs."),
    "stopped_after_by_you": N_("Stopped by you after {done:number} of {epochs:number} epochs."),
    "stopped_after_by_other": N_(
        "Stopped by somebody else at this computer after {done:number} of {epochs:number} epochs."
    ),
    "stopped_before_first_batch": N_("Stopped before the first batch."),
    "stopped_before_first_batch_by_you": N_("Stopped by you before the first batch."),
    "stopped_before_first_batch_by_other": N_("Stopped by somebody else at this computer before the first batch."),
    "stopped_in_batch": N_("Stopped while a batch was computed."),
    "stopped_in_batch_by_you": N_("Stopped by you while a batch was computed."),
    "stopped_in_batch_by_other": N_("Stopped by somebody else at this computer while a batch was computed."),
}

_ENDINGS: dict[str, str | Plural] = {
    "finished": plural("epochs", "The one epoch is completed.", "All {epochs:number} epochs are completed."),
    "early_stopping": plural(
        "patience",
        "EarlyStopping: no better {metric} for {patience} epoch; the best was epoch {best:number}.",
        "EarlyStopping: no better {metric} for {patience:number} epochs; the best was epoch {best:number}.",
    ),
    "diverged": N_(
        "Training has diverged: in epoch {epoch:number} the loss was no longer a number. Try a lower learning rate, "
        "such as {rate:number}."
    ),
    "closed_after": N_("Fitboard was closed after {done:number} of {epochs:number} epochs."),
    "closed_before_first_batch": N_("Fitboard was closed before the first batch."),
    "closed_in_batch": N_("Fitboard was closed while a batch was computed."),
    "ended_in_queue": N_("It ended before its training began."),
    "trainer_gone": N_("The trainer stopped working before the run ended."),
    "trainer_replaced": N_(
        "The trainer stopped working. A new one has been started: press Resume to continue after the last completed "
        "epoch."
    ),
    "server_closed": N_(
        "Fitboard was closed, or the computer was switched off, while this run was training. Press Resume to continue "
        "after the last completed epoch."
    ),
    "out_of_memory": N_("The computer's memory was not enough. Make the model or the batch smaller and train again."),
    "disk_refused_run": N_(
        "The disk did not take what the run had to save ({error}). Free some space, then train again."
    ),
    "keras_error": N_("Keras reported an error: {kind}: {text} The details are in the run's file {file}."),
    "keras_error_without_details": N_("Keras reported an error: {kind}: {text}"),
}

_WEIGHTS = {
    "weights_of_the_end": N_("the weights at the end of training"),
    "weights_inside_epoch": N_("the weights when it was stopped, in the middle of epoch {epoch:number}"),
    "weights_before_training": N_(
        "the weights from before the first batch, since those after it were no longer numbers"
    ),
    "weights_before_divergence": N_("the last weights before the loss stopped being a number"),
    "weights_of_callback": N_("the best {metric}, kept by {callback}"),
    "which_epoch": N_("epoch {epoch:number}"),
    "which_inside": N_("stopped in epoch {epoch:number}"),
    "which_untrained": N_("untrained"),
    "weights_best_selected": N_("the best epoch, selected by you"),
    "weights_last_selected": N_("the last completed epoch, selected by you"),
}

_STATES = {
    "no_saved_state": N_(
        "This run has no saved state to continue from: an older version made it, or the disk was full. Its curves are "
        "kept; train it again from the start."
    ),
    "record_lacks_epochs": N_(
        "The record of this run lacks epochs that its saved state has, so the two do not match. Train it again from "
        "the start."
    ),
    "older_state_used": N_(
        "The newest saved state is damaged, so the run continues from the one before, epoch {epoch:number}. What was "
        "lost is trained again."
    ),
    "state_of_other_data": N_(
        "The data or the recipe of this run have changed since, so what it has learned no longer fits them. Train it "
        "again from the start."
    ),
    "state_damaged": N_(
        "The saved state of this run is damaged, so it cannot continue. Its curves are kept; train it again from the "
        "start."
    ),
    "state_does_not_fit": N_("The saved state does not fit this model. Train the run again from the start."),
    "saved_weights_damaged": N_("The saved weights {file} are damaged or missing. Train the run again."),
    "preparation_unreadable": N_(
        "What this run has learned about its data cannot be read, so it can be neither tested nor exported. Train it "
        "again."
    ),
    "weights_not_saved": N_("This run has not saved those weights. Train it again."),
    "weights_unreadable": N_("The weights of this run cannot be read ({error}). Train it again."),
    "weights_damaged": N_(
        "The weights of this run are damaged, so it can be neither tested nor exported. Train it again."
    ),
    "vocabulary_unreadable": N_("The vocabulary of this run cannot be read, so it cannot be tested. Train it again."),
    "no_weights": N_("This run has no weights, so it cannot be tested. Train it again."),
    "action_stopped": N_("Stopped before it was completed."),
    "action_failed": N_("It was not completed."),
}

_KEPT_EPOCHS = {
    "no_kept_epochs": N_(
        "The weights of this run's epochs were not kept: an older version made it, the model is too large, or the disk "
        "was full."
    ),
    "epoch_not_kept": N_(
        "The weights of epoch {epoch:number} are not kept. The nearest that are: epoch {nearest:number}."
    ),
    "kept_epoch_damaged": N_(
        "The weights of epoch {epoch:number} are damaged or missing. Other epochs may still be whole: select one of "
        "them."
    ),
    "kept_epochs_damaged": N_(
        "The list of this run's kept epochs is damaged, so none of them can be shown. The result of the run is not "
        "affected."
    ),
}

_DISK = {
    "disk_refused_epoch": N_(
        "The disk did not take the weights of epoch {epoch:number} ({error}). Training continues, but some epochs will "
        "be missing when you step through them. Free some disk space."
    ),
    "disk_refused_state": N_(
        "The disk did not take the state of epoch {epoch:number} ({error}). Training continues, but after a crash it "
        "could only continue from an earlier epoch. Free some disk space."
    ),
    "disk_refused_checkpoint": N_(
        "The disk did not take the weights of epoch {epoch:number} that ModelCheckpoint was to save ({error}). "
        "Training continues. Free some disk space."
    ),
    "disk_refused_later_checkpoint": N_(
        "The disk did not take the weights of epoch {epoch:number} that ModelCheckpoint was to save ({error}). "
        "Training continues, and the file of epoch {saved:number} is still there. Free some disk space."
    ),
    "disk_refused_file_of": N_(
        "The disk did not take what {callback} had to write ({error}). Training continues, and some of it may be "
        "missing. Free some disk space."
    ),
    "record_delayed": N_(
        "The disk does not take what this run has to report ({error}), so its curves stand still. Training continues "
        "in memory. Free some disk space; then they catch up."
    ),
    "record_incomplete": N_(
        "The disk did not take the end of this run's record, so it looks as if it had been interrupted. Free some disk "
        "space, then press Resume."
    ),
    "record_refused": N_(
        "The disk does not let this run be recorded ({error}), so nothing was done. Free some disk space, or unlock "
        "the folder of runs."
    ),
    "run_folder_broken": N_(
        "This run could not be worked on ({error}): its folder is damaged, or Fitboard has an error. The log has the "
        "details."
    ),
}

_NETWORK = {
    "network_too_large": N_(
        "This network is too large for the browser: it has {size:size} of weights, and a browser gets at most "
        "{limit:size}."
    ),
    "draft_too_large": N_(
        "This network has {size:size} of weights, and a browser gets at most {limit:size}, so it cannot be shown what "
        "its layers make of an example. Make its largest layer smaller to see it."
    ),
    "network_layer_unknown": N_(
        "This network cannot be computed in the browser: its layer {number}, {kind}, has no counterpart there with "
        "these settings."
    ),
    "network_layer_different": N_(
        "This network cannot be computed in the browser: its layer {number}, {kind}, would output other numbers there "
        "than in training."
    ),
    "no_weights_yet": N_(
        "This run has kept no weights as its result yet. Wait until it has ended, or name an epoch: --epoch 1."
    ),
    "network_not_begun": N_("This run has not begun to train, so it has no network yet. Wait until its first epoch."),
}

_EXECUTION = {
    "execution": N_("{steps} {compiling}"),
    "execution_in_one_thread": N_(
        "{steps} {compiling} All in one thread: these many small steps take less time than passing them to another one."
    ),
    "execution_by_keras": N_("{steps} {compiling} {obstacle}"),
    "keras_loop_accelerator": N_("Keras goes from batch to batch: this computer has an accelerator."),
    "keras_loop_distributed": N_("Keras goes from batch to batch: training is distributed over several devices."),
    "keras_loop_eager": N_("Keras goes from batch to batch: TensorFlow has been told to run without graphs."),
    "keras_loop_capped": N_("Keras goes from batch to batch: it has been told to end epochs or fits early."),
    "one_batch": N_("One batch at a time: it takes about {milliseconds:number} ms, long enough by itself."),
    "several_batches": N_(
        "{batches:number} batches at a time, together about {milliseconds:number} ms: less waiting between them, and "
        "the curve still moves."
    ),
    "batches_by_time": N_(
        "As many batches at a time as take about {milliseconds:number} ms: less waiting between them, and the curve "
        "still moves."
    ),
    "not_compiled": N_("Not compiled: that only helps layers that read step by step."),
    "compiled": N_("Compiled: takes about {cost:about} once and saves about {gain:about}."),
    "not_compiled_memory": N_("Not compiled: that would take too much memory."),
    "not_compiled_gain": N_("Not compiled: that would take {cost:about} and save {gain:about}."),
    "waiting_for_memory": N_(
        "Waiting for memory: this run needs about {needed:size_up}, and other runs use {taken:size} of {limit:size}. "
        "It will continue when they finish. To start sooner, stop it and use a smaller model."
    ),
    "other_versions": N_(
        "This run began with {before:and} and continues with {now:and}: its numbers may differ slightly from those "
        "of a run that was never interrupted."
    ),
}

_DATA: dict[str, str | Plural] = {
    "no_words": N_("The training texts contain no words, only signs. Select another column as the text column."),
}

_STORE = {
    "log_damaged": N_(
        "The record of this run is damaged; what stands before the damage is shown. It cannot continue: train its "
        "recipe again."
    ),
    "log_unreadable": N_("The record of this run cannot be read ({error})."),
    "recipe_unreadable": N_("The recipe of this run cannot be read ({error})."),
    "recipe_wrong": N_("The recipe of this run cannot be read: {problem}"),
    "lock_is_no_file": N_("This run is damaged: its lock is not a file, so no trainer can take it up."),
    "name_too_long": N_("A run's name has at most {most:number} characters. Shorten it."),
    "note_too_long": N_("A note has at most {most:number} characters. Shorten it."),
    "no_such_run": N_("There is no run of this name. It may have been deleted; select one under Runs."),
    "no_listed_run": N_("There is no run {beginning}; “python -m trainer list” shows all of them."),
    "ambiguous_id": N_("{count:number} runs begin with “{beginning}”. Give more of the id."),
    "run_active": N_("This run is still training. Stop it first, then delete it."),
    "folder_refused_full": N_(
        "The folder of runs, {folder}, cannot be written ({error}). Free some disk space, or use another folder "
        "(FITBOARD_RUNS; on the command line --runs)."
    ),
    "folder_refused_forbidden": N_(
        "The folder of runs, {folder}, cannot be written ({error}). Ask its owner to let you write there, or use "
        "another folder (FITBOARD_RUNS; on the command line --runs)."
    ),
    "folder_refused_file": N_(
        "The folder of runs, {folder}, cannot be written ({error}). Move the file that is in its place, or use another "
        "folder (FITBOARD_RUNS; on the command line --runs)."
    ),
    "folder_refused": N_(
        "The folder of runs, {folder}, cannot be written ({error}). Check that the drive or the network folder is "
        "there, or use another folder (FITBOARD_RUNS; on the command line --runs)."
    ),
    "state_queued": N_("queued"),
    "state_running": N_("running"),
    "state_paused": N_("paused"),
    "state_finished": N_("finished"),
    "state_stopped": N_("stopped"),
    "state_failed": N_("failed"),
    "state_interrupted": N_("interrupted"),
    "newer": N_("made by a newer Fitboard"),
    "damaged": N_("damaged"),
    "title_newer": N_("A run of a newer Fitboard"),
    "title_damaged": N_("A damaged run"),
}

_METRICS = {
    "loss": N_("training loss"),
    "accuracy": N_("training accuracy"),
    "val_loss": N_("validation loss"),
    "val_accuracy": N_("validation accuracy"),
}

_CURVES: dict[str, str | Plural] = {
    "nothing_learned": N_("Nothing has been learned yet."),
    "no_epoch_completed": N_("No epoch is completed yet."),
    "after_epoch": N_("After epoch {epoch:number}: {values:and}."),
    "after_epoch_of": N_("After epoch {epoch:number} of {epochs:number}: {values:and}."),
    "loss_value": N_("{metric} {value:number}"),
    "loss_rising": N_("{metric} {value:number} (rising)"),
    "loss_falling": N_("{metric} {value:number} (falling)"),
    "loss_steady": N_("{metric} {value:number} (steady)"),
    "accuracy_value": N_("{metric} {value:percent}"),
    "best_is_last": N_("Best by {metric}: this epoch ({value})."),
    "best_is": N_("Best by {metric}: epoch {epoch:number} ({value})."),
    "best_so_far_is_last": N_("Best so far by {metric}: this epoch ({value})."),
    "best_so_far_is": N_("Best so far by {metric}: epoch {epoch:number} ({value})."),
    "share": N_("{value:percent}"),
    "number": N_("{value:number}"),
    "waited_long_enough": N_("EarlyStopping has waited long enough for a better {metric}."),
    "waits": plural(
        "left",
        "EarlyStopping waits {left} more epoch for a better {metric}.",
        "EarlyStopping waits {left:number} more epochs for a better {metric}.",
    ),
}

_COMPARISON: dict[str, str | Plural] = {
    "comparison": N_("{changes} {outcome}"),
    "comparison_unreadable": N_("The recipe of one of these runs cannot be read, so they cannot be compared."),
    "nothing_changed": N_("Nothing changed."),
    "changed": plural("count", "One change: {changes:and}.", "{count:number} changes: {changes:and}."),
    "accuracy_up": plural(
        "points",
        "The {metric} rose by {points:number} point ({before:percent} → {after:percent}).",
        "The {metric} rose by {points:number} points ({before:percent} → {after:percent}).",
    ),
    "accuracy_down": plural(
        "points",
        "The {metric} fell by {points:number} point ({before:percent} → {after:percent}).",
        "The {metric} fell by {points:number} points ({before:percent} → {after:percent}).",
    ),
    "accuracy_same": N_("The {metric} stayed at {after:percent}."),
    "loss_up": N_("The {metric} rose by {change:number} ({before:number} → {after:number})."),
    "loss_down": N_("The {metric} fell by {change:number} ({before:number} → {after:number})."),
    "loss_same": N_("The {metric} stayed at {after:number}."),
    "accuracy_of_other_data": N_("The {metric} was {before:percent} there and is {after:percent} here."),
    "loss_of_other_data": N_("The {metric} was {before:number} there and is {after:number} here."),
    "brief": N_("{changes:and}"),
    "brief_same": N_("same settings"),
    "brief_more": plural("count", "{count} more change", "{count:number} more changes"),
    "brief_setting": N_("{setting} {value}"),
    "brief_title": N_("{title:translated}"),
    "brief_item": N_("{number}. {kind}: {change}"),
    "same_numbers": N_("The same recipe and seed give the same numbers."),
    "same_recipes": N_(
        "The recipes are the same, so the numbers should be: one run may be unfinished, or its data has changed."
    ),
    "only_seed_changed": N_("Only the seed changed, so this difference is chance. Ignore anything smaller."),
    "several_changed": N_("With several changes at once, nobody can tell which one did it. Change one at a time."),
    "data_changed": N_(
        "The data is different, or is read differently, so the two scores do not show which model is better."
    ),
    "may_be_chance": N_(
        "Luck alone may explain this difference: with {rows:number} validation rows, it explains up to about "
        "{points:number} points. Train both again with another seed."
    ),
    "tests_may_be_chance": N_(
        "In the test ({before:percent} → {after:percent}), luck alone may explain the difference: with {rows:number} "
        "rows, it explains up to about {points:number} points."
    ),
    "tests_differ": N_(
        "In the test ({before:percent} → {after:percent}), they differ by {apart:number} points, more than the "
        "{points:number} that luck alone explains with {rows:number} rows."
    ),
    "first_still_training": N_("The first run is still training; its numbers may change."),
    "second_still_training": N_("The second run is still training; its numbers may change."),
    "validated_on_training_rows": N_(
        "The table is so small that the validation rows are the training rows: they cannot show memorising."
    ),
    "training_numbers_compared": N_(
        "These are training numbers, since not both runs kept rows for validation: they cannot show memorising."
    ),
    "nothing_to_compare": N_("One of the runs has no completed epoch yet, so there are no numbers to compare."),
}

_BASELINE: dict[str, str | Plural] = {
    "baseline_better": plural(
        "rows",
        "Better than always answering {answer}, which would be right for {share:percent} of this {rows} row.",
        "Better than always answering {answer}, which would be right for {share:percent} of these {rows:number} rows.",
    ),
    "baseline_unsure": plural(
        "rows",
        "Perhaps no better than always answering {answer} ({share:percent}): with {rows} row, the difference may be "
        "chance.",
        "Perhaps no better than always answering {answer} ({share:percent}): with {rows:number} rows, the difference "
        "may be chance.",
    ),
    "baseline_no_better": N_(
        "No better than always answering {answer}, which would be right for {share:percent}: the model has not yet "
        "learned anything that helps with these rows."
    ),
    "baseline_one_class": N_("All of these rows are {answer}, so this number does not show what has been learned."),
    # The same where guessing would be right more often: another class is more common on these rows.
    "guessing_better": plural(
        "rows",
        "Better than guessing one of {classes:number} classes, which would be right for {share:percent} of this "
        "{rows} row on average.",
        "Better than guessing one of {classes:number} classes, which would be right for {share:percent} of these "
        "{rows:number} rows on average.",
    ),
    "guessing_unsure": plural(
        "rows",
        "Perhaps no better than guessing one of {classes:number} classes ({share:percent} on average): with {rows} "
        "row, the difference may be chance.",
        "Perhaps no better than guessing one of {classes:number} classes ({share:percent} on average): with "
        "{rows:number} rows, the difference may be chance.",
    ),
    "guessing_no_better": N_(
        "No better than guessing one of {classes:number} classes, which would be right for {share:percent} on average: "
        "the model has not yet learned anything that helps with these rows."
    ),
    "score_range": N_(
        "{share:percent} of {rows:number}: with luck taken into account, {low:percent} to {high:percent}."
    ),
}

_OPENINGS: dict[str, str | Plural] = {
    "opened_once": N_("Opened once. The score is fair: nothing can have been changed to suit these rows."),
    "opened_for_same": N_(
        "Opened {count:number} times, always for the same weights, which give the same answers: that changes nothing."
    ),
    "opened_for_several": plural(
        "points",
        "Opened {count:number} times, for {models:number} different models. The best of several models is partly just "
        "lucky. If {models:number} equally good models are tested, the best one looks up to about {points:number} "
        "point better than it is on these {rows:number} rows. A score that counts needs new rows, on which none of "
        "these models was tested.",
        "Opened {count:number} times, for {models:number} different models. The best of several models is partly just "
        "lucky. If {models:number} equally good models are tested, the best one looks up to about {points:number} "
        "points better than it is on these {rows:number} rows. A score that counts needs new rows, on which none of "
        "these models was tested.",
    ),
}

WORDING = Wording(
    "runs",
    {
        **_STOPPED,
        **_ENDINGS,
        **_WEIGHTS,
        **_STATES,
        **_KEPT_EPOCHS,
        **_DISK,
        **_NETWORK,
        **_EXECUTION,
        **_DATA,
        **_STORE,
        **_METRICS,
        **_CURVES,
        **_COMPARISON,
        **_BASELINE,
        **_OPENINGS,
    },
)
STOPPED_CODES = frozenset(f"{WORDING.package}.{name}" for name in _STOPPED)
"""Codes of reasons that tell who pressed Stop."""

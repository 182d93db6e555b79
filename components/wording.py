"""What pages refuse and tell, as templates: the only file with the sentences of this package's messages."""

from __future__ import annotations

from trainer.i18n import N_, plural
from trainer.messages import Wording

WORDING = Wording(
    "components",
    {
        # The steps: why the next one is not available yet.
        "next_data_wrong": N_("Fix the problem in red first."),
        "next_model_wrong": N_("Fix the problem in red first."),
        "next_not_trained": N_("Train a model first."),
        "next_still_training": N_("Available once training has ended."),
        # Try it: why there is nothing to try, or nothing to look at.
        "try_not_begun": N_("The network appears here as soon as training begins."),
        "try_older_run": N_(
            "An earlier version of Fitboard trained this run and kept no weights that a browser can use. Resume it, or "
            "train its recipe again."
        ),
        "try_asks_trainer": N_(
            "So the trainer answers, each time that you ask it. What the layers make of it, why it answers so, and "
            "other epochs are not shown."
        ),
        "try_asks_later": N_("Once training has ended, you can ask the trainer instead."),
        "try_trainer_busy": N_("Others are asking the trainer at the moment. Try again in a few seconds."),
        "try_trainer_slow": N_("The trainer has not answered yet: {why} Try again later."),
        "try_no_weights": N_("This run ended before there was anything to try. Train it again."),
        "try_no_examples": N_("There are no examples to take, because the data cannot be read: {why}"),
        "try_private_words": N_(
            "The words of this run come from texts that belong to another browser on this computer, so they are not "
            "shown here. Open the run in the browser that trained it."
        ),
        "continue_needs_data": N_(
            "This run was not continued, because its data are not here. {why} Upload the same file on the Data page. A "
            "run that was opened from a zip has to be opened once more after that."
        ),
        # Opening a run from a file.
        "run_not_opened": N_("“{file}” was not opened. {why}"),
        "run_opened": N_("{name} is opened: it is on this list, and Train, Results and Try it show it."),
        # Take it with you.
        "export_about": N_("A file that holds the network is also run by itself, and compared with the network."),
        "export_making": N_("{format:translated}: {step}"),
        "export_stopping": N_("Stopping…"),
        "export_file": N_("{file}, {size}"),
        "export_other": N_("The file you wanted is ready: choose {format:translated} to save it."),
        "export_older": N_(
            "This file was made before the run's last change, such as a test or more training. Make it again to have "
            "it as the run is now."
        ),
        "export_gone": N_("This file is no longer kept. Make it again on the Results page."),
        "export_private": N_(
            "Words, names of columns or examples of the data would be in the file, and they belong to another browser "
            "on this computer. Make it in the browser that trained the run."
        ),
        "export_still_training": N_("Available once training has ended."),
        "export_no_weights": N_(
            "This run ended before it had any weights, so there is nothing to take. Train it again."
        ),
        "no_examples": N_(
            "The data file has changed, is gone, or belongs to another browser on this computer, so the examples "
            "themselves cannot be shown."
        ),
        "no_examples_upload": N_("If you have the file “{file}”, upload it on the Data page."),
        "run_gone": N_(
            "The run that this tab has shown is gone: it has been deleted, in another tab or by somebody else."
        ),
        "link_run": N_(
            "Whoever has this link, and can reach this Fitboard, sees the run: curves, scores, examples and network."
        ),
        "link_run_own": N_(
            "Whoever has this link, and can reach this Fitboard, sees the run: curves, scores and network. The data "
            "are a file of one's own: its examples, words and names of columns are shown in the browser that brought "
            "it, and to those who switch on “Show everybody's on this computer”."
        ),
        "link_recipe": N_(
            "The whole recipe is in this link. It opens in any Fitboard, on the same data, with the same layers and "
            "settings: put that Fitboard's address in the place of this one's. There are no weights in it."
        ),
        "link_recipe_own": N_(
            "The whole recipe is in this link, but neither the data nor weights. The data are a file of yours: who "
            "opens the link has to upload the same file on the Data page first."
        ),
        "link_too_large": N_("The recipe of this run is too large for a link. Save it as a file on the Start page."),
        "link_here_only": N_(
            "These links begin with an address of this computer itself, so they open on this computer only."
        ),
        # The layer stack.
        "stale_layers": N_("The layers were just changed elsewhere. Check them and try again."),
        "undone": N_("Undone: {changes:and}"),
        "redone": N_("Redone: {changes:and}"),
        "layer_added_again": N_("{item} is back as layer {number}"),
        "layer_removed_again": N_("{item} (layer {number}) is gone again"),
        "layer_moved_again": N_("{item} is layer {to} again"),
        "callback_added_again": N_("{item} is back"),
        "callback_removed_again": N_("{item} is gone again"),
        "nothing_to_undo": N_("There is nothing left to undo."),
        "nothing_to_redo": N_("There is nothing left to redo."),
        "disabled_layer": N_("a layer that is turned off"),
        "more_changes": N_("{count} more"),
        "not_a_recipe": N_("{file}: this is not a text file. Choose a recipe, a JSON file."),
        "unreadable_layers": N_("{file}: {why}"),
        "no_layers": N_("{file}: there are no layers in this recipe. Yours are kept."),
        "read_layers": plural("count", "Read {count:number} layer.", "Read {count:number} layers."),
        "read_from": plural(
            "count", "Read {count:number} layer from {file}.", "Read {count:number} layers from {file}."
        ),
        "nothing_pasted": N_("Paste a Keras model into the box first."),
        # Whose it is, and what other programs do with it.
        "not_yours": N_(
            "This belongs to another browser on this computer: you can look at it, but not change it. To change it "
            "anyway, switch on “Show everybody's on this computer” on the Runs page."
        ),
        "elsewhere": N_(
            "This run is being trained by another program (another Fitboard server, or the command line). Stop it "
            "there."
        ),
        # Drafts and recipes.
        "not_saved": N_("Your work could not be saved ({reason}). It is kept as long as this tab is open."),
        "copy_of_others": N_(
            "This recipe belongs to another browser on this computer. Your changes continue in a copy."
        ),
        "copy_of_newer": N_(
            "A newer Fitboard has changed this recipe. Both versions are kept: your changes continue in a copy."
        ),
        "copy_beside_tab": N_(
            "Another tab has changed this recipe. Both versions are kept: your changes continue in a copy."
        ),
        "opened_a_copy": N_(
            "This is a copy of a recipe from another browser on this computer. The original is unchanged."
        ),
        "not_a_text_file": N_("This is not a text file. Choose a recipe, a JSON file."),
        "foreign_data": N_(
            "The recipe learns from “{name}”, which is not among your files in Fitboard. Upload that file on the Data "
            "page, then open the recipe again."
        ),
        "own_image": N_(
            "Upload your pictures on this page. Until then you see MNIST, the handwritten digits of lesson 1."
        ),
        "own_text": N_(
            "Upload your texts on this page, as a table with a column of texts and a column of labels. Until then you "
            "see the reviews of lesson 2."
        ),
        "watch_waits": N_(
            "Nothing new was started, because “{name}” is still training: here it is. Stop it, or wait until it has "
            "finished; then start “{lesson}” from the Start page."
        ),
        "no_such_lesson": N_("There is no lesson of this name. Choose one of the lessons here."),
        "refused_file": N_("{file}: {why}"),
        "recipe_opened": N_("“{name}” is open: {layers}, learning from {data}. See the pages Data, Model and Train."),
        # Runs in progress and drafts on the Start page.
        "run_training": N_("Running: {name}"),
        "run_waiting": N_("Waiting: {name}"),
        "run_paused": N_("Paused: {name}"),
        "pictures": plural("count", "{count} picture", "{count:number} pictures"),
        "draft_changed": N_("changed: {changes:and}"),
        "layers": plural("count", "{count} layer", "{count:number} layers"),
        "epochs": plural("count", "{count} epoch", "{count:number} epochs"),
        # Widgets.
        "number_missing": N_("{title} must be a number. Type one."),
        "pair_incomplete": N_("The window needs a height and a width."),
        "not_whole_numbers": N_("Write whole numbers with commas between them, such as 28, 28, 1."),
        "setting_changed": N_("This setting was just changed in another click or tab. Check it and try again."),
        "not_offered": N_("That is not one of the choices on this page. Choose one that is offered here."),
        "recipe_changed": N_("The recipe was just changed in another click or tab. Check it and try again."),
        # What a training takes.
        "epoch_takes": N_("An epoch takes about {time:about} on this computer."),
        "epoch_takes_moment": N_("An epoch takes less than 1 s on this computer."),
        "trying_smaller": N_("Trying out smaller versions …"),
        "measured": N_(
            "We ran a few batches to measure this. Expect between {least:about} and {most:about}, if nothing else is "
            "running. The memory is calculated from the layers."
        ),
        "measured_may_end_early": N_(
            "We ran a few batches to measure this. Expect between {least:about} and {most:about}, if nothing else is "
            "running. The memory is calculated from the layers. EarlyStopping may end training sooner."
        ),
        "others_training": plural(
            "count",
            "Another model is training, so this will take about twice as long.",
            "{count:number} other models are training, so this will take about {times:number} times as long.",
        ),
        # What a run has come to, as a heading.
        "headline_right_image": N_("{share:percent} right on pictures it never trained on"),
        "headline_right_text": N_("{share:percent} right on texts it never trained on"),
        "headline_right_table": N_("{share:percent} right on rows it never trained on"),
        "headline_tested_image": N_("{share:percent} right in the test, on pictures it had never seen"),
        "headline_tested_text": N_("{share:percent} right in the test, on texts it had never seen"),
        "headline_tested_table": N_("{share:percent} right in the test, on rows it had never seen"),
        "headline_unsure_image": N_("{share:percent} right on new pictures, but perhaps only by chance"),
        "headline_unsure_text": N_("{share:percent} right on new texts, but perhaps only by chance"),
        "headline_unsure_table": N_("{share:percent} right on new rows, but perhaps only by chance"),
        "headline_trained_image": N_("{share:percent} right on the same pictures it trained on"),
        "headline_trained_text": N_("{share:percent} right on the same texts it trained on"),
        "headline_trained_table": N_("{share:percent} right on the same rows it trained on"),
        "headline_no_better": N_("No better than guessing ({share:percent})"),
        "headline_one_class": N_("Only one class to recognise, so there is nothing to get wrong"),
        "headline_finished": plural("done", "Finished after {done} epoch", "Finished after {done:number} epochs"),
        "headline_diverged": N_("Training broke down: the loss is no longer a number"),
        "headline_failed": N_("Training failed"),
        "headline_interrupted": N_("Interrupted after {done:number} of {epochs:number} epochs"),
        "headline_no_epoch": N_("Ended before the first epoch was completed"),
        "headline_in_progress": N_("Still training"),
        "headline_damaged": N_("The record of this run is damaged"),
        # Why a run cannot be started, tested or deleted now.
        "data_unreadable": N_("The data cannot be read. Choose other data on the Data page."),
        "about_to_resume": N_("Your run is about to continue."),
        "will_pause": N_(
            "It pauses before the first batch, as soon as everything is ready. Press Resume to let it train."
        ),
        "edited_since": N_(
            "These curves belong to “{name}” as it was then. You have changed the model or its settings since."
        ),
        "still_training": N_("Still training. Stop it first."),
        "still_training_delete": N_("This run is still training. Stop it first, then delete it."),
        "test_never_started": N_("This run was never started, so there is nothing to test."),
        "test_still_training": N_(
            "This run is still training. Wait until it has finished, or stop it on the Train page."
        ),
        "test_no_weights": N_("This run has kept no weights, so there is nothing to test. Train it again."),
        "test_without_result": N_("The test ended without a result. Press the button again."),
        "test_interrupted": N_("The test was interrupted. Press the button again."),
        "test_on_purpose": N_("Test only when you are done. The more often you look, the less fair the test becomes."),
        "test_same_weights": N_("These weights were tested already: they would give the same answers again."),
        "test_opened_before": plural(
            "count",
            "You have opened this test set {count} time. If you have changed something because of what you saw, the "
            "next score is worth less.",
            "You have opened this test set {count:number} times. If you have changed something because of what you "
            "saw, the next score is worth less.",
        ),
        "callback_removed": N_("This callback was removed in another click or tab."),
        "too_many_watchers": N_("Too many windows are showing live curves. Close some of them."),
        # Requests that are refused, as plain text outside of the pages.
        "foreign_host": N_(
            "Fitboard does not answer under this name or address. On this computer, open it at the address that the "
            "terminal shows. If you run it for others, add the name to server.allowedHosts; docs/security.md says how."
        ),
        "foreign_origin": N_(
            "Fitboard refused this, because another website asked for it. Open Fitboard in a tab of its own. If you "
            "run it behind a proxy or in another page, docs/security.md has the settings."
        ),
        "connection_refused": N_("This connection was refused. Open Fitboard in a tab of its own."),
        "server_error": N_(
            "Something went wrong in Fitboard's server. The details are in the terminal where it was started."
        ),
        "no_such_file": N_("There is no file at this address. Reload the page."),
        "upload_not_arrived": N_("The file did not arrive. Upload it again."),
        "upload_unread": N_("Your last file has not been read yet. Wait a moment, then upload this one again."),
        "many_uploads": N_("Many people are uploading large files right now. Wait a few minutes, then try again."),
        # Runs.
        "cannot_start": N_("Training could not start: the disk is full or locked ({reason}). Free some space."),
        "expectation_not_kept": N_(
            "The run has begun, but what you expect could not be written to the disk ({reason}). Keep it on paper."
        ),
        "cannot_write": N_("This could not be written to the disk ({reason}). Free some space, then try again."),
    },
)

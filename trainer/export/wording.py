"""What exports tell people, in words."""

from __future__ import annotations

from trainer.i18n import N_, plural
from trainer.messages import Wording

WORDING = Wording(
    "export",
    {
        # Steps
        "starting": N_("Starting…"),
        "writing_program": N_("Reading the data, and writing the program…"),
        "reading": N_("Reading the run…"),
        "converting": N_("Converting the network to {format:translated}…"),
        "running": N_("Running the export by itself: {done:number} of {rows:number} rows…"),
        "comparing": N_("Comparing it with the network…"),
        "waiting": N_("Waiting: another file is being made first…"),
        # Endings
        "made": N_("The file is ready."),
        "stopped": N_("Stopped. Nothing was written."),
        "failed": N_("The export failed ({error}), and nothing was written. The details are in the log."),
        "crashed": N_(
            "The program that makes the export ended by itself, and nothing was written: the network may be too large "
            "for this computer."
        ),
        "not_written": N_(
            "The folder {folder} does not take the export ({error}), and nothing was written. Free some disk space, or "
            "choose another folder."
        ),
        "not_taken": N_(
            "Nothing was kept, because the disk of this computer does not take the file ({error}). Free some disk "
            "space, then make it again."
        ),
        "too_long": N_("Nothing was kept: making this file takes longer than half an hour. Choose another format."),
        "one_at_a_time": N_(
            "A file of “{name}” is still being made for you. Wait until it is ready, or stop it on the Results page of "
            "that run."
        ),
        "too_many_orders": N_("Too many people are waiting for files. Try again in a few minutes."),
        # Refusals
        "unreadable": N_("The recipe of this run cannot be read, so it cannot be exported."),
        "no_epoch": N_("No epoch of this run is completed yet, so there is neither a best nor a last one."),
        "of_no_epoch": N_(
            "There is no choice of an epoch for the format “{format:translated}”: it has the whole run, or trains by "
            "itself. Leave out the epoch."
        ),
        "no_best_epoch": N_("No epoch of this run can be called the best: its numbers are not numbers."),
        "layer": N_(
            "{format} cannot hold this network: it has no counterpart for layer {number:number}, {kind}, with these "
            "settings. Choose another format."
        ),
        "too_large": N_(
            "This network has {size:size} of weights, and {format} takes at most {limit:size}. Choose another format."
        ),
        "cannot_run": N_(
            "The export was not kept, because it does not run by itself ({error}). Choose another format."
        ),
        "other_words": N_(
            "The export was not kept: what goes with it to cut texts into words makes other numbers than in training. "
            "Choose SavedModel, which takes texts themselves."
        ),
        "other_shape": N_(
            "The export was not kept: run by itself, it gives scores of the shape {ours} instead of {theirs}."
        ),
        "not_equal": plural(
            "differ",
            "The export was not kept, because it is not equal to the network: run by itself on {rows:number} rows, its "
            "scores differ by up to {difference:exact} (at most {limit:exact} is allowed), and {differ} answer is "
            "another one.",
            "The export was not kept, because it is not equal to the network: run by itself on {rows:number} rows, its "
            "scores differ by up to {difference:exact} (at most {limit:exact} is allowed), and {differ:number} answers "
            "are other ones.",
        ),
        "cleaned_texts": N_(
            "The texts of this run were cleaned before training, as its recipe says: {names:and}. A page cannot do "
            "that, and would read typed texts in another way. Choose another format, or ask on the command line: "
            "python -m trainer predict."
        ),
        # The page of an HTML file
        "page_image": N_(
            "Draw a picture or open one, and the network answers. It runs in this browser, without a server: nothing "
            "leaves this device."
        ),
        "page_text": N_(
            "Type a text, and the network answers. It runs in this browser, without a server: nothing leaves this "
            "device."
        ),
        "page_table": N_(
            "Type the numbers, and the network answers. It runs in this browser, without a server: nothing leaves this "
            "device."
        ),
        # The report
        "writing_report": N_("Writing the report…"),
        "report_damaged": N_("The record of this run is damaged. {why} The report has what could be read."),
        "report_newer": N_("{why} The report has what this version can read."),
        "report_in_progress": N_("The run was still in progress when this report was made."),
        "report_ended": N_("The run did not come to its own end ({state}): {why}"),
        "report_no_weights": N_("No weights of this network are kept, so it cannot be tested or tried."),
        "report_no_recipe": N_(
            "The recipe of this run cannot be read, so its data, network and settings are not known."
        ),
        "report_nothing_expected": N_("Nothing was written down before training."),
        "report_expected": N_("Expected in the test: {share:percent}."),
        "report_came_as": N_("It came to {share:percent}, as expected."),
        "report_came_above": plural(
            "points",
            "It came to {share:percent}: {points:number} percentage point above that.",
            "It came to {share:percent}: {points:number} percentage points above that.",
        ),
        "report_came_below": plural(
            "points",
            "It came to {share:percent}: {points:number} percentage point below that.",
            "It came to {share:percent}: {points:number} percentage points below that.",
        ),
        "report_data_gone": N_("{why} So neither the data nor examples of mistakes can be shown."),
        "report_data_changed": N_(
            "The data are not the ones that this run was trained on any more, so neither findings in them nor examples "
            "of mistakes can be shown."
        ),
        "report_grey_picture": N_("a picture of {height:number} × {width:number} pixels, in shades of grey"),
        "report_color_picture": N_("a picture of {height:number} × {width:number} pixels, in color"),
        "report_text": plural(
            "words", "a text, of which {words} word is read", "a text, of which {words:number} words are read"
        ),
        "report_row": plural("numbers", "a row of {numbers} number", "a row of {numbers:number} numbers"),
        "report_no_findings": N_("The data doctor found nothing wrong."),
        "report_same_rows": N_(
            "The table is so small that it was tested on its own training rows: that says nothing about others."
        ),
        "report_other_weights": N_("These are other weights than those in the model now ({kept})."),
        "report_no_answers": N_(
            "The file with the answers is missing or damaged, so there is no confusion matrix. Test the network again."
        ),
        "report_no_mistakes": N_("None: all answers were right."),
        "report_no_examples": N_("The examples cannot be shown, since their data cannot be read."),
        # Programs
        "program_needs_data": N_(
            "A program that trains this network has to know how the file of its data is written, and the file cannot "
            "be read any more. {why}"
        ),
        "program_other_data": N_(
            "The file of the data has changed since the run. The program trains the same network, but does not come to "
            "the same losses with this file."
        ),
        # Runs as files
        "packing_run": N_("Packing the run…"),
        "opening_run": N_("Opening the run"),
        "zip_run_damaged": N_("This run is damaged, so it cannot be packed. {why}"),
        "zip_not_over": N_("This run is still in progress. Stop it or wait for its end, then pack it."),
        "zip_no_run": N_(
            "This is no file of a run, because of what it holds ({name}). Choose a zip that Fitboard has made of a run."
        ),
        "zip_unknown": N_(
            "This file was not opened, because it holds something that is no part of a run: {name}. Have the run "
            "packed again."
        ),
        "zip_too_many": N_("This file was not opened, because it holds more than {limit:number} files."),
        "zip_too_large": N_(
            "This file was not opened, because it unpacks to more than {limit:size}, or a part of it is larger than "
            "any run has."
        ),
        "zip_log_too_long": N_(
            "This run cannot be packed, because its log is larger than {limit:size}: it trained for many hours."
        ),
        "zip_damaged": N_(
            "This file was not opened, because it is damaged, or is no file of a run. Copy it again, or have the run "
            "packed again."
        ),
        "zip_newer": N_(
            "This file was made by a newer Fitboard, and this one cannot read all of it. Open it with a newer version."
        ),
        "zip_recipe": N_("This file was not opened, because its recipe cannot be used. {why}"),
        "zip_not_over_yet": N_("This file was not opened: the run in it has not ended."),
        "zip_no_memory": N_("This file needs more memory than is free at the moment. Try again later."),
        "zip_unreadable": N_("This file cannot be opened ({reason}). Free some disk space, or copy it again."),
        # The equality line
        "equal_test": N_(
            "Equal to the network: run by itself on {rows:number} test rows and {traps:number} difficult examples, its "
            "scores differ by at most {difference:exact}, and all answers are the same."
        ),
        "equal_validation": N_(
            "Equal to the network: run by itself on {rows:number} validation rows and {traps:number} difficult "
            "examples, its scores differ by at most {difference:exact}, and all answers are the same."
        ),
        "equal_training": N_(
            "Equal to the network: run by itself on {rows:number} training rows and {traps:number} difficult examples, "
            "its scores differ by at most {difference:exact}, and all answers are the same."
        ),
        "equal_made_up": N_(
            "Equal to the network: its data are gone or have changed, so it was run by itself on {rows:number} made-up "
            "rows and {traps:number} difficult examples. Its scores differ by at most {difference:exact}, and all "
            "answers are the same."
        ),
    },
)

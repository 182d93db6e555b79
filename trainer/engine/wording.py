"""What the engine tells people beside the logs of runs, in words."""

from __future__ import annotations

from trainer.i18n import N_, plural
from trainer.messages import Wording

WORDING = Wording(
    "engine",
    {
        "starting": N_("The trainer is starting up (it loads TensorFlow). The answer follows in a few seconds."),
        "measuring": N_("Measuring how long this takes…"),
        "trainer_ended": N_(
            "The trainer stopped working while it tried this. The model may be too large for this computer."
        ),
        "waits_for_turn": plural(
            "before",
            "Waiting for its turn: {before} other model is training.",
            "Waiting for its turn: {before:number} other models are training.",
        ),
        "waits_for_memory": N_("Waiting until other runs leave enough memory to try this."),
        "out_of_memory": N_("The computer's memory was not enough to try this. Make the model smaller."),
        "cost_failed": N_("The time could not be measured ({error}). Train the model to see the whole error."),
        "making_network": N_("Preparing the network for the browser…"),
        "asking_network": N_("The trainer is computing the answer…"),
        "asking_failed": N_(
            "The trainer could not compute the answer ({error}). The details are in the file trainer.log in the folder "
            "of runs."
        ),
        "not_an_example": N_("The network of this run does not read such an example. Reload the page and try again."),
        "network_failed": N_(
            "The network could not be prepared for the browser ({error}). The details are in the file trainer.log in "
            "the folder of runs."
        ),
        "network_not_written": N_(
            "The network could not be prepared for the browser: the folder of runs cannot be written ({error}). "
            "Free some disk space, or unlock the folder; then reload the page."
        ),
        "predict_no_pictures": N_("This run does not read pictures. Ask it with --text or --csv."),
        "predict_no_texts": N_("This run does not read texts. Ask it with --image, or with --csv for rows of numbers."),
        "predict_no_tables": N_("This run reads pictures, not tables. Ask it with --image."),
        "predict_no_file": N_("There is no file “{file}”. Check the path."),
        "predict_no_text_column": N_(
            "“{file}” has no column “{name}”, from which this run reads its texts. Its columns: {columns:and}. Rename "
            "one of them, or keep only the one with the texts."
        ),
        "predict_columns_missing": N_("“{file}” lacks columns that this run reads: {names:and}."),
        "predict_text_too_long": N_("A text has more than {limit:number} characters. Shorten it."),
        "nothing_drawn": N_("The picture is empty: there is nothing to answer."),
        "no_known_word": N_("The text has no word that the network knows, so its answer would mean nothing."),
        "numbers_missing": N_("A column that the network reads has no number in this row."),
        "answer_is_no_number": N_(
            "What the network computes is not a number, so it has no answer. Its training has probably diverged."
        ),
        "too_many_runs": plural(
            "limit",
            "You already have {count:number} runs training or waiting, and this computer is shared: more than {limit} "
            "would make the others wait. Wait until it has ended, or open it under Runs and stop it.",
            "You already have {count:number} runs training or waiting, and this computer is shared: more than "
            "{limit:number} at once would make the others wait. Wait until one has ended, or open one under Runs and "
            "stop it.",
        ),
        "memory_setting": N_(
            "{name} must be a whole number of megabytes, such as 4000, but it is {value}. Correct it, or remove it."
        ),
        "reading_too_long": N_(
            "Reading this text took too long or too much memory, and was stopped. Paste only the lines that make the "
            "model."
        ),
        "reader_busy": N_(
            "Fitboard is busy reading other models, or has only just started. Press the button again in a moment."
        ),
        "reader_waits": N_("Your last text is still being read. Press the button again in a moment."),
        "reading_out_of_memory": N_(
            "Reading this text needs too much memory. Paste only the lines that make the model."
        ),
        "reading_failed": N_(
            "This text could not be read because of an error in Fitboard. Paste only the lines that make the model. "
            "The details are in the server's log, under {reference}."
        ),
        "active_elsewhere": N_(
            "This run is training in another window or program. Stop it there first, or wait until it has ended."
        ),
        "cannot_continue": N_("This run cannot continue."),
        "unreadable": N_("The recipe of this run cannot be read, so it cannot continue."),
        "already_finished": plural(
            "done",
            "This run has finished after {done} epoch. To train it longer, say how many more: --epochs 5.",
            "This run has finished after {done:number} epochs. To train it longer, say how many more: --epochs 5.",
        ),
        "nothing_saved": N_("Nothing could be saved, so nothing was done."),
        "record_caught_up": N_("The disk takes the record of the run again."),
    },
)

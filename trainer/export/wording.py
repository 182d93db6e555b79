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
        # Endings
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
        # Refusals
        "unreadable": N_("The recipe of this run cannot be read, so it cannot be exported."),
        "no_epoch": N_("No epoch of this run is completed yet, so there is neither a best nor a last one."),
        "no_best_epoch": N_("No epoch of this run can be called the best: its numbers are not numbers."),
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
        # Programs
        "program_needs_data": N_(
            "A program that trains this network has to know how the file of its data is written, and the file cannot "
            "be read any more. {why}"
        ),
        # The equality line
        "equal_test": N_(
            "Equal to the network: run by itself on {rows:number} test rows and {traps:number} difficult examples, its "
            "scores differ by at most {difference:exact}, and {differ:number} answers are other ones."
        ),
        "equal_validation": N_(
            "Equal to the network: run by itself on {rows:number} validation rows and {traps:number} difficult "
            "examples, its scores differ by at most {difference:exact}, and {differ:number} answers are other ones."
        ),
        "equal_training": N_(
            "Equal to the network: run by itself on {rows:number} training rows and {traps:number} difficult examples, "
            "its scores differ by at most {difference:exact}, and {differ:number} answers are other ones."
        ),
        "equal_made_up": N_(
            "Equal to the network: its data are not there any more, so it was run by itself on {rows:number} made-up "
            "rows and {traps:number} difficult examples. Its scores differ by at most {difference:exact}, and "
            "{differ:number} answers are other ones."
        ),
    },
)

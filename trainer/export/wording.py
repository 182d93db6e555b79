"""What exports tell people, in words."""

from __future__ import annotations

from trainer.i18n import N_, plural
from trainer.messages import Wording

WORDING = Wording(
    "export",
    {
        # Steps
        "starting": N_("Starting…"),
        "reading": N_("Reading the run…"),
        "converting": N_("Converting the network to {format:translated}…"),
        "running": N_("Running the export by itself: {done:number} of {rows:number} rows…"),
        "comparing": N_("Comparing it with the network…"),
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

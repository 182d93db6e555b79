"""What pages refuse and tell, as templates: the only file with the sentences of this package's messages."""

from __future__ import annotations

from trainer.i18n import N_, plural
from trainer.messages import Wording

WORDING = Wording(
    "components",
    {
        # The layer stack.
        "stale_layers": N_("The layers were just changed elsewhere. Check them and try again."),
        "undone": N_("Undone: {changes}"),
        "redone": N_("Redone: {changes}"),
        "disabled_layer": N_("a layer that is turned off"),
        "more_changes": N_("{first} and {count} more"),
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
        "no_such_lesson": N_("There is no lesson of this name. Choose one of the lessons here."),
        "refused_file": N_("{file}: {why}"),
        "recipe_opened": N_(
            "“{name}” is open: {layers}, learning from {data}. Press Continue, or see the pages Data, Model and Train."
        ),
        "layers": plural("count", "{count} layer", "{count:number} layers"),
        # Widgets.
        "setting_changed": N_("This setting was just changed in another click or tab. Check it and try again."),
        "not_offered": N_("That is not one of the choices on this page. Choose one that is offered here."),
        "recipe_changed": N_("The recipe was just changed in another click or tab. Check it and try again."),
        # Runs.
        "cannot_start": N_("Training could not start: the disk is full or locked ({reason}). Free some space."),
        "cannot_write": N_("This could not be written to the disk ({reason}). Free some space, then try again."),
    },
)

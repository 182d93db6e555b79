"""What is said about recipes and their parts, by code; what a check or the coach says has a file of its own."""

from __future__ import annotations

from trainer.i18n import N_, plural
from trainer.messages import Wording

WORDING = Wording(
    "recipe",
    {
        # Places in a recipe.
        "whole": N_("The recipe"),
        "within": N_("{outer}, {inner}"),
        "field": N_("“{name}”"),
        "layer": N_("Layer {number} ({kind})"),
        "layer_of_no_kind": N_("Layer {number}"),
        "callback": N_("Callback {number} ({kind})"),
        "callback_of_no_kind": N_("Callback {number}"),
        "item": N_("Item {number} ({kind})"),
        "item_of_no_kind": N_("Item {number}"),
        # Values.
        "on": N_("on"),
        "off": N_("off"),
        "none": N_("none"),
        "value": N_("{value:exact}"),
        "shape_0": N_("one number"),
        "shape_1": N_("{a:number}"),
        "shape_2": N_("{a:number} × {b:number}"),
        "shape_3": N_("{a:number} × {b:number} × {c:number}"),
        "shape_4": N_("{a:number} × {b:number} × {c:number} × {d:number}"),
        "row": plural("a", "a single number", "a row of {a:number} numbers"),
        "sequence": N_("a sequence of {shape}"),
        "pictures": N_("pictures of {shape}"),
        # What is wrong with a recipe's JSON.
        "empty": N_("This is empty. Choose a recipe, a JSON file."),
        "not_json": N_("This is not valid JSON: {reason}. Check commas, quotes and brackets."),
        "json_ends": N_("it ends too early, in line {line:number}, column {column:number}"),
        "json_comma": N_("there is a comma too many in line {line:number}, column {column:number}"),
        "json_more": N_("something follows its end, in line {line:number}, column {column:number}"),
        "json_key": N_("the name of a field must be in double quotes, in line {line:number}, column {column:number}"),
        "json_expected": N_("something else is expected in line {line:number}, column {column:number}"),
        "json_deep": N_("brackets are nested too deeply in line {line:number}, column {column:number}"),
        "json_other": N_("there is an error in line {line:number}, column {column:number}"),
        "choices": N_("{names:or}"),
        "other_form": N_("a value of another form is expected here ({kind})"),
        "at": N_("{place}: {why}"),
        "and_more": plural(
            "count", "{first} (1 more problem was found.)", "{first} ({count:number} more problems were found.)"
        ),
        "missing": N_("{place} is missing. Add it."),
        "unknown_field": N_("{place} is not a field that exists here. Check the spelling, or remove it."),
        "kind_missing": N_('{place} needs a "kind", the name of a Keras class. Add it.'),
        "unknown_kind": N_("{place}: there is no kind “{given}”. Choose {kinds:or}."),
        "unknown_kind_near": N_("{place}: there is no kind “{given}”. Did you mean {kinds:or}?"),
        "unknown_kind_far": N_("{place}: there is no kind “{given}”. See docs/recipes.md for all of them."),
        "too_small": N_("{place} must be at least {limit:exact}, but it is {given}."),
        "not_above": N_("{place} must be more than {limit:exact}, but it is {given}."),
        "too_large": N_("{place} must be at most {limit:exact}, but it is {given}."),
        "not_below": N_("{place} must be less than {limit:exact}, but it is {given}."),
        "too_many_items": plural(
            "limit",
            "{place} can have at most 1 item, but it is {given}.",
            "{place} can have at most {limit:number} items, but it is {given}.",
        ),
        "too_few_items": plural(
            "limit",
            "{place} needs at least 1 item, but it is {given}.",
            "{place} needs at least {limit:number} items, but it is {given}.",
        ),
        "text_too_long": plural(
            "limit",
            "{place} can have at most 1 character, but it is {given}.",
            "{place} can have at most {limit:number} characters, but it is {given}.",
        ),
        "text_too_short": plural(
            "limit",
            "{place} needs at least 1 character, but it is {given}.",
            "{place} needs at least {limit:number} characters, but it is {given}.",
        ),
        "one_of": N_("{place} must be {choices}, but it is {given}."),
        "no_whole_number": N_("{place} must be a whole number, but it is {given}."),
        "no_number": N_("{place} must be a number, but it is {given}."),
        "not_true_or_false": N_("{place} must be true or false, but it is {given}."),
        "not_finite": N_("{place} must be a finite number, but it is {given}."),
        "no_text": N_("{place} must be a text, but it is {given}."),
        "no_list": N_("{place} must be a list, but it is {given}."),
        "no_object": N_("{place} must be an object in braces, but it is {given}."),
        "does_not_fit": N_("{place} does not fit: {reason}. It is {given}."),
        "order_of_axes": N_("The new order must name each axis once, such as 2, 1 or 3, 1, 2."),
        "backwards_twice": N_("The second copy reads backwards already. Set go_backwards of the layer to false."),
        # Files and settings.
        "newer_recipe": N_(
            "This recipe was made by a newer Fitboard (its version is {version:number}, and this one reads version "
            "{known}). Update Fitboard to open it."
        ),
        "newer_saved_state": N_(
            "This saved state was made by a newer Fitboard (its version is {version:number}, and this one reads "
            "version {known}). Update Fitboard to open it."
        ),
        "newer_run": N_("This run was made by a newer Fitboard. Update Fitboard to open it."),
        "in_file": N_("{path}: {why}"),
        "large": N_("This is too large for a recipe. Choose a recipe, a small JSON file."),
        "link_damaged": N_("The recipe in this link cannot be read. The link may be cut off: copy all of it."),
        "many_parts": N_("This has more parts than a recipe can have. Choose a recipe, a small JSON file."),
        "no_file": N_("There is no file {path}. Check the path."),
        "not_a_file": N_("{path} is not a file. Choose a recipe, a JSON file."),
        "large_file": N_("{path} is too large for a recipe. Choose a recipe, a small JSON file."),
        "no_text_file": N_("{path} is not a text file. Choose a recipe, a JSON file."),
        "unreadable": N_("{path} cannot be read ({reason}). Choose a recipe, a JSON file."),
        "no_setting": N_("“{text}” is not a setting. Write it as place=value, such as fit.epochs=1."),
        "place_has_no_parts": N_("“{path}” is not a place in the recipe: {value} has no parts. Check the path."),
        "no_such_place": N_("“{path}” is not a place in the recipe: there is no “{step}”. Check the path."),
        # Losses.
        "loss_needs_classes": N_(
            "The loss {loss} needs one output for each class, but the model has one output. Set the loss to auto."
        ),
        "loss_compares": N_(
            "The loss kl_divergence compares several probabilities, but the model has one output. Set the loss to auto."
        ),
        # What a layer cannot read.
        "reads_row": N_("{kind} reads a flat row of numbers, but gets {shape}."),
        "reads_sequence": N_("{kind} reads a sequence (steps × features), but gets {shape}."),
        "reads_pictures": N_("{kind} reads pictures (height × width × channels), but gets {shape}."),
        "reads_axes": N_("{kind} reads examples with {axes} axes, but gets {shape}."),
        "reads_a_number": N_("{kind} needs at least one number for each example."),
        "window_too_large": N_("The window covers {window:number} positions, but only {size:number} arrive."),
        "cuts_all": N_("{kind} cuts off {cut:number}, but only {size:number} arrive, so nothing would be left."),
        "stride_and_dilation": N_("{kind} cannot have a stride and a dilation above 1 at the same time."),
        "channel_groups": N_(
            "{kind} cannot split {channels:number} channels and {filters:number} filters into {groups:number} groups."
        ),
        "unequal_groups": N_("{kind} cannot split {channels:number} channels into {groups:number} equal groups."),
        "no_axis": N_("{kind} shares slopes along axis {axis}, but its input has {axes}."),
        "one_side": N_("Reshape can work out only one side: use -1 once."),
        "side_of_0": N_("Reshape cannot have a side of 0."),
        "other_count": N_("The input is {shape}, which is {count:number} numbers. They do not fit into {target}."),
        "other_axes": N_("Permute reorders {wanted} axes, but its input, {shape}, has {axes}."),
        "many_axes": N_("The output would have {axes} axes; at most {limit} are possible."),
        "output_too_large": N_(
            "The output would be {shape} numbers for each example, more than any computer can hold."
        ),
        "parameters_too_many": N_("It would have {count:number} parameters, more than any computer can hold."),
        "work_too_large": N_(
            "It would compute {count:number} numbers for each example, more than any computer can hold."
        ),
        "words_need_embedding": N_(
            "{who} cannot read word numbers, because a word's number says nothing about its meaning."
        ),
        "reads_words_of_pictures": N_("{who} looks up word numbers, but gets pictures."),
        "reads_words_again": N_("{who} looks up word numbers, but what it gets are no longer word numbers."),
        "reads_words_of_numbers": N_("{who} looks up word numbers, but gets other numbers."),
        # What gives the same output whatever comes in.
        "constant_alone": N_(
            "It brings numbers that belong together to mean 0, but each number stands alone here, so all become 0."
        ),
        "constant_times_0": N_("It multiplies by 0, so every number becomes {offset:number}."),
        # Differences between two recipes.
        "field_alone": N_("{title:translated}"),
        "field_titled": N_("{title:translated} ({name})"),
        "setting_value": N_("{name} {value}"),
        "with_settings": N_("{kind} with {settings:and}"),
        "setting_changed": N_("{setting} {old} → {new}"),
        "in_kind": N_("{kind}: {change}"),
        "in_layer": N_("Layer {number} ({kind}): {change}"),
        "in_callback": N_("Callback {number} ({kind}): {change}"),
        "data_replaced": N_("Data {old} → {new}"),
        "optimizer_replaced": N_("Optimizer {old} → {new}"),
        "layer_added": N_("Layer {number} ({item}) added"),
        "layer_removed": N_("Layer {number} ({item}) removed"),
        "layer_moved": N_("Layer {number} ({item}) moved to place {to}"),
        "callback_added": N_("Callback {number} ({item}) added"),
        "callback_removed": N_("Callback {number} ({item}) removed"),
        "callback_moved": N_("Callback {number} ({item}) moved to place {to}"),
        # What a training costs.
        "cost": N_("About {total:about} on this computer"),
        "cost_of_epochs": N_("About {total:about} on this computer ({epoch:about} per epoch)"),
        "cost_at_most": N_("At most about {total:about} on this computer"),
        "cost_of_epochs_at_most": N_("At most about {total:about} on this computer ({epoch:about} per epoch)"),
        "cost_writing": N_("The time in which files are written comes on top of that ({names:and})."),
        "cost_short": N_("Less than 1 s on this computer"),
        "first_point": N_("First results after about {time:about}."),
        "first_point_soon": N_("First results after less than 1 s."),
    },
)

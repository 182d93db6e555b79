"""What is told of tables of texts."""

from __future__ import annotations

from trainer.i18n import N_, plural
from trainer.messages import Wording

WORDING = Wording(
    "text_csv",
    {
        # Programs to take home.
        "program_lacks": N_(
            "A program without Fitboard cannot do all that this recipe does with its texts: {settings:and}. Turn that "
            "off on the Data page, train again, and take the program of that run."
        ),
        "program_needs_cells": N_(
            "A program without Fitboard cannot read “{file}”, because it is not a CSV file. Save the table as CSV, "
            "train with it, and take the program of that run."
        ),
        "program_backslash": N_(
            "A program without Fitboard cannot read “{file}”, because it has backslashes before quotation marks. Save "
            "the table once more as CSV, train with it, and take the program of that run."
        ),
        # Errors.
        "no_text_column": N_("“{file}” has no column {column} for the texts. Choose one of these: {columns:or}."),
        "no_label_column": N_("“{file}” has no column {column} for the labels. Choose one of these: {columns:or}."),
        "same_column": N_("The column {column} is chosen for both the texts and the labels. Choose two columns."),
        "one_column": N_(
            "The table has only one column, {column}, but texts and labels need one each. Put a comma, a semicolon, a "
            "tab or a vertical bar between them."
        ),
        "no_texts": N_(
            "The table has no column with texts: its {columns:number} columns hold numbers, dates or a few words that "
            "repeat. Fitboard learns from pictures and from texts, so choose a table that has texts."
        ),
        "no_texts_pixels": N_(
            "The table has no column with texts, but {numbers:number} columns of numbers. If each row is a picture, "
            "save the pictures as an .npz file and choose pictures as the kind of data."
        ),
        "label_asked": N_(
            "Which column holds the labels cannot be told from the table. It could be {columns:or}. Choose one, and "
            "think first whether a model should learn this."
        ),
        "no_label": N_(
            "No column can hold the labels: a label must repeat, and here all values are the same, or hardly any "
            "occurs twice. Add a column with the right answer for each text."
        ),
        "labels_are_amounts": N_(
            "The column {columns:or} holds amounts. Fitboard learns classes, such as cheap and dear, and no amounts. "
            "Add a column with classes, or choose another one."
        ),
        "no_rows": N_("No row of “{file}” has both a text and a label in {column}. Choose other columns."),
        "one_label": N_(
            "All labels in the column {column} of “{file}” are {label}, so there is nothing to tell apart. Choose a "
            "column with at least two different labels."
        ),
        "too_many_labels": N_(
            "The column {column} of “{file}” has {labels:number} different labels; at most {limit:number} are "
            "possible. "
            "Choose the column with the labels, not one with texts or row numbers."
        ),
        "labels_too_rare": N_(
            "The column {column} of “{file}” has {labels:number} different labels in {rows:number} rows, which is too "
            "few rows of each to learn from. Choose a label column with fewer different values, or add more rows."
        ),
        # Rows that are left out.
        "left_out_empty": plural(
            "count",
            "Left out: {count:number} row without a text or without a label.",
            "Left out: {count:number} rows without a text or without a label.",
        ),
        "left_out_conflicts": plural(
            "count",
            "Left out: {count:number} row whose text has different labels.",
            "Left out: {count:number} rows whose text has different labels.",
        ),
        "left_out_duplicates": plural(
            "count",
            "Left out: {count:number} row that repeats another one.",
            "Left out: {count:number} rows that repeat another one.",
        ),
        "left_out_rare": plural(
            "count",
            "Left out: {count:number} row of a class that is too rare.",
            "Left out: {count:number} rows of classes that are too rare.",
        ),
        # Why a column was chosen.
        "longest_texts": plural(
            "words",
            "Chosen automatically: it has the longest texts, with {words} word on average.",
            "Chosen automatically: it has the longest texts, with {words:number} words on average.",
        ),
        "few_values": N_("Chosen automatically: {values:number} different values ({examples:and})."),
        "few_values_and_name": N_(
            "Chosen automatically: {values:number} different values ({examples:and}), and it is called {column}."
        ),
        "taken_for_now": N_(
            "For now this is {column} with {values:number} different values ({examples:and}), but another column could "
            "be meant as well."
        ),
        "label_unclear": N_(
            "Several columns could hold the labels: {columns:and}. Choose the one that the model should learn to tell."
        ),
        "which_label": N_("Which column holds the labels?"),
        "which_texts": N_("Which column holds the texts?"),
        "your_texts": plural(
            "words",
            "Chosen by you: {words} word on average.",
            "Chosen by you: {words:number} words on average.",
        ),
        "your_labels": plural(
            "values",
            "Chosen by you: {values} value ({examples:and}).",
            "Chosen by you: {values:number} different values ({examples:and}).",
        ),
        # What the doctor finds.
        "encoding_unclear": N_(
            "The file fits two character encodings. As {now} it reads {read:and}; as {then} it reads {otherwise:and}. "
            "Which is right?"
        ),
        "keep_encoding": N_("Keep {encoding}"),
        "other_encoding": N_("Read as {encoding}"),
        "texts_run_on": plural(
            "count",
            "{count:number} row goes on in columns without a name ({columns:and}), which the model does not read.",
            "{count:number} rows go on in columns without a name ({columns:and}), which the model does not read.",
        ),
        "join_columns": N_("Join them to the texts"),
        "empty_rows": plural(
            "count",
            "{count:number} row has no text or no label. It is left out.",
            "{count:number} rows have no text or no label. They are left out.",
        ),
        "rows_without_words": plural(
            "count",
            "The text of {count:number} row contains no word, only punctuation. The model reads it as one unknown "
            "word.",
            "The texts of {count:number} rows contain no word, only punctuation. The model reads each as one unknown "
            "word.",
        ),
        "contradictions": plural(
            "count",
            "{count:number} row has a text that occurs with another label elsewhere, so the model cannot get all of "
            "them right.",
            "{count:number} rows have texts that also occur with another label, so the model cannot get all of them "
            "right.",
        ),
        "mostly_contradictions": plural(
            "count",
            "{count:number} row, {share:percent} of all, has a text that occurs with another label elsewhere. Perhaps "
            "another column holds the labels.",
            "{count:number} rows, {share:percent} of all, have texts that also occur with another label. Perhaps "
            "another column holds the labels.",
        ),
        "remove_contradictions": N_("Remove these texts"),
        "duplicates": plural(
            "count",
            "{count:number} row repeats another one with the same text and label, which gives it more weight.",
            "{count:number} rows repeat others with the same text and label, which gives these more weight.",
        ),
        "remove_duplicates": N_("Use each row once"),
        "leakage": plural(
            "count",
            "{count:number} of the {total:number} validation and test texts also appears in the training data, so the "
            "score would look too good.",
            "{count:number} of the {total:number} validation and test texts also appear in the training data, so the "
            "score would look too good.",
        ),
        "keep_together": N_("Keep duplicates together"),
        "rare_classes": plural(
            "count",
            "{count} of {total:number} classes has fewer than {rows_wanted} rows, too few to learn from: {names:and}.",
            "{count:number} of {total:number} classes have fewer than {rows_wanted} rows, too few to learn from: "
            "{names:and}.",
        ),
        "remove_rare": N_("Remove these classes"),
        "several_labels": plural(
            "count",
            "{count:number} row has several labels in one cell, such as {example}. Each combination counts as a "
            "class of its own, {classes:number} in all. A model here gives one answer for a text.",
            "{count:number} rows have several labels in one cell, such as {example}. Each combination counts as a "
            "class of its own, {classes:number} in all. A model here gives one answer for a text.",
        ),
        "first_label": N_("Use only the first label"),
        "second_header": N_(
            "The first row looks like a second header: its label {label} occurs nowhere else, and it stands above "
            "{count:number} rows with labels that repeat."
        ),
        "leave_out_row": N_("Leave it out"),
        "imbalance": N_(
            "{share:percent} of all rows are {label}: always guessing it would be right that often. A model is only "
            "good if its accuracy is clearly higher."
        ),
        "similar_labels": N_(
            "Labels that differ only in capital letters, spaces or invisible characters count as different classes: "
            "{pairs:and}."
        ),
        "pair": N_("{one} and {other}"),
        "merge_labels": N_("Merge these labels"),
        "very_short": plural(
            "count",
            "{count:number} text is a single word, while half of the texts have {usual:number} words or more. "
            "Something "
            "may be missing.",
            "{count:number} texts are a single word, while half of the texts have {usual:number} words or more. "
            "Something may be missing.",
        ),
        "very_long": plural(
            "count",
            "{count:number} text has more than {words:number} words. Most of it will be cut off.",
            "{count:number} texts have more than {words:number} words. Most of each will be cut off.",
        ),
        "few_rows": plural(
            "count",
            "The table has only {count} row.",
            "The table has only {count:number} rows, {test:number} of them for the test: one row more or less right "
            "changes the test score by {points:number} percentage points. Add more rows, and train for more epochs "
            "with smaller batches.",
        ),
        "same_rows": plural(
            "count",
            "The table has only {count} row with a text and a label, too few to split: at least {least:number} are "
            "needed.",
            "The table has only {count:number} rows with a text and a label, too few to split: training and test use "
            "the same rows, so the score says nothing about new texts. Add rows, up to at least {least:number}.",
        ),
        "texts_cut": plural(
            "count",
            "{count:number} training text ({share:percent}) is longer than the sequence length of {length:number}. "
            "The rest of it is cut off.",
            "{count:number} training texts ({share:percent}) are longer than the sequence length of {length:number}. "
            "The rest of each is cut off.",
        ),
        "texts_cut_telling": plural(
            "count",
            "{count:number} training text ({share:percent}) is longer than the sequence length of {length:number}, and "
            "what tells the classes apart comes after it. The model cannot learn it.",
            "{count:number} training texts ({share:percent}) are longer than the sequence length of {length:number}, "
            "and what tells the classes apart comes after it. The model cannot learn it.",
        ),
        "read_whole": N_("Read the texts whole"),
        "all_numbers": plural(
            "count",
            "The text is made of numbers. A model of texts takes 12 and 13 for two unrelated words, so it cannot learn "
            "from how large they are. Choose another text column, or another table.",
            "The texts are made of numbers. A model of texts takes 12 and 13 for two unrelated words, so it cannot "
            "learn from how large they are. Choose another text column, or another table.",
        ),
        "one_word_texts": plural(
            "count",
            "{count:number} training text is a single word, and most of these words occur only once, so nothing can be "
            "learned from them. Read the characters instead of words.",
            "{count:number} training texts are a single word each, and most of these words occur only once, so nothing "
            "can be learned from them. Read the characters instead of words.",
        ),
        "vocabulary_small": N_(
            "With a vocabulary of {count:number}, {share:percent} of the words in the training texts are unknown to "
            "the model. Use a larger vocabulary."
        ),
        "fit_vocabulary": N_("Fit the vocabulary to the texts"),
        "words_occur_once": N_(
            "{share:percent} of the words in the training texts occur only once, so about as many will be unknown in "
            "new texts. The model can learn little from them. Add more rows, or choose texts whose words repeat."
        ),
        "handful_of_words": plural(
            "count",
            "Only {count:number} word occurs more than once in the training texts. That is hardly enough to tell "
            "classes apart.",
            "Only {count:number} words occur more than once in the training texts. That is hardly enough to tell "
            "classes apart.",
        ),
        "label_in_text": plural(
            "count",
            "{count:number} text contains its own label as a word ({labels:and}). The model may only look for that "
            "word, and fail where it is missing.",
            "{count:number} texts contain their own label as a word ({labels:and}). The model may only look for that "
            "word, and fail where it is missing.",
        ),
        "give_away": plural(
            "count",
            "{count:number} text has a word that nearly all texts of its class have, and hardly any other: "
            "{words:and}. The model may only look for that. Remove it, train again, and compare both runs.",
            "{count:number} texts have a word that nearly all texts of their class have, and hardly any other: "
            "{words:and}. The model may only look for that. Remove it, train again, and compare both runs.",
        ),
        "give_away_word": N_("{word} for {label}"),
        "give_away_first": N_("{word} as the first word for {label}"),
        "hide_words": N_("Remove these words"),
        "give_away_column": N_(
            "Another column alone tells the label of nearly every row: {columns:and}. The model does not read it, but "
            "the texts of the classes may come from different places, and differ for that reason only."
        ),
        "hide_labels": N_("Hide the labels in the texts"),
        "case_splits_words": plural(
            "count",
            "{count:number} training text has capital letters or punctuation beyond ASCII that make other words of the "
            "same ones: the model takes “{word}” and “{plain}” for two words.",
            "{count:number} training texts have capital letters or punctuation beyond ASCII that make other words of "
            "the same ones: the model takes “{word}” and “{plain}” for two words.",
        ),
        "fold_case": N_("Ignore case and punctuation in all scripts"),
        "several_scripts": plural(
            "count",
            "The texts are written in several scripts ({scripts:and}): {count:number} row is not in {most_common}. The "
            "words of each language are learned separately, so each needs enough rows.",
            "The texts are written in several scripts ({scripts:and}): {count:number} rows are not in {most_common}. "
            "The words of each language are learned separately, so each needs enough rows.",
        ),
        "no_spaces": plural(
            "count",
            "{count:number} text is in a script without spaces between words. It would be read as one or two words "
            "that "
            "never occur again, and nothing could be learned.",
            "{count:number} texts are in a script without spaces between words. Each would be read as one or two words "
            "that never occur again, and nothing could be learned.",
        ),
        "split_characters": N_("Split at each character"),
        "every_character": N_("Read character by character"),
        "garbled": plural(
            "count",
            "{count:number} text has garbled characters, such as “{was}” for “{now}”: it was saved with the wrong "
            "encoding. The model takes them for other words.",
            "{count:number} texts have garbled characters, such as “{was}” for “{now}”: they were saved with the wrong "
            "encoding. The model takes them for other words.",
        ),
        "repair_characters": N_("Repair the characters"),
        "html": plural(
            "count",
            "{count:number} text contains leftover HTML, such as <br>, &amp; or non-breaking spaces, which the model "
            "reads as words or parts of words.",
            "{count:number} texts contain leftover HTML, such as <br>, &amp; or non-breaking spaces, which the model "
            "reads as words or parts of words.",
        ),
        "remove_html": N_("Remove the HTML"),
        "formulas": plural(
            "count",
            "{count:number} text begins like a spreadsheet formula. Here it is only text and does nothing, but be "
            "careful when you open the file in a spreadsheet.",
            "{count:number} texts begin like spreadsheet formulas. Here they are only text and do nothing, but be "
            "careful when you open the file in a spreadsheet.",
        ),
        # While somebody waits.
        "diagnosing": N_("Checking the texts"),
        "sorting": N_("Sorting the texts"),
    },
)

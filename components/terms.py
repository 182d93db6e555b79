"""A small glossary at hand: the words of training that a page cannot do without, each in one plain sentence."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from components import dialogs
from components.markup import md
from trainer.i18n import N_, _


class Term(NamedTuple):
    """A word, what it means, and where it is seen. All three are translated where they are shown."""

    word: str
    meaning: str
    seen: str


TERMS = (
    Term(
        N_("CNN (convolutional neural network)"),
        N_("A network whose layers slide small windows over a picture and look for patterns in each place."),
        N_("Start, in lesson 1"),
    ),
    Term(
        N_("Dropout"),
        N_("Turns off some outputs at random while training, so that the model does not rely on single ones."),
        N_("Model, as a layer"),
    ),
    Term(
        N_("LSTM (long short-term memory)"),
        N_("A layer that reads a text word by word and keeps in mind what came before."),
        N_("Start, in lesson 2"),
    ),
    Term(
        N_("Optimizer"),
        N_("The rule by which the weights are changed after each batch, such as Adam."),
        N_("Train, in the settings"),
    ),
    Term(
        N_("Activation"),
        N_("The function that a layer applies to each of its outputs, such as relu, which sets negative numbers to 0."),
        N_("Model, in the settings of a layer"),
    ),
    Term(
        N_("Accuracy"),
        N_("The share of examples that the model gets right: 95% means 95 of 100."),
        N_("Train and Results"),
    ),
    Term(
        N_("Batch"),
        N_("A few examples that the model looks at together before it changes its weights once."),
        N_("Train, as “Batch size”"),
    ),
    Term(
        N_("Callback"),
        N_("A helper that acts during training, for example to stop it once the model no longer gets better."),
        N_("Train, in the settings"),
    ),
    Term(
        N_("Epoch"),
        N_("One pass through all training examples."),
        N_("Train: the horizontal axis of the curves"),
    ),
    Term(
        N_("Filter"),
        N_("A small pattern, such as an edge, that a Conv2D layer looks for everywhere in a picture."),
        N_("Model, in the settings of Conv2D"),
    ),
    Term(
        N_("Layer"),
        N_("One step of the network: it reads numbers, computes new ones from them, and passes these on."),
        N_("Model: each row of the stack"),
    ),
    Term(
        N_("Luck (95% confidence interval)"),
        N_(
            "Other examples would have given another score. In 19 of 20 such cases, a range made like this one holds "
            "the score for all examples of this kind."
        ),
        N_("Train and Results, beside each score"),
    ),
    Term(
        N_("Precision and recall"),
        N_(
            "Precision: how many of the answers “spam” are right. Recall: how many of all spam mails are found. More "
            "of one often costs some of the other."
        ),
        N_("Results, in “Threshold” and “Class by class”"),
    ),
    Term(
        N_("Learning rate"),
        N_("How far each batch moves the weights: too small learns slowly, too large never settles."),
        N_("Train, in the settings"),
    ),
    Term(
        N_("Loss"),
        N_("How wrong the answers are, as one number that training makes smaller; sure but wrong answers cost most."),
        N_("Train: the first chart"),
    ),
    Term(
        N_("Overfitting"),
        N_("The model memorises its training examples, so it does well on them and worse on new ones."),
        N_("Train: the validation curve gets worse while the training curve still improves"),
    ),
    Term(
        N_("Seed"),
        N_("The number that all chance in a run starts from: the same seed gives the same run again."),
        N_("Train, in the settings"),
    ),
    Term(
        N_("Softmax"),
        N_("An activation for the last layer: it turns numbers into probabilities of the classes that add up to 100%."),
        N_("Model, in the last layer"),
    ),
    Term(
        N_("Test"),
        N_("The final check, made once, with examples that were used neither for training nor for choosing a model."),
        N_("Results"),
    ),
    Term(
        N_("Validation"),
        N_("A check after each epoch with examples that the model does not learn from."),
        N_("Data, and the second curve on Train"),
    ),
    Term(
        N_("Weight, parameter"),
        N_("A number inside a layer that training adjusts; what a model has learned is in its weights."),
        N_("Model, in the column “Parameters”"),
    ),
)
"""In no order: the dialog sorts them by the alphabet of the language."""
_NAME = "terms"


def show_terms_button() -> None:
    """The button that opens the glossary, and the dialog while it is open."""
    st.button(
        _("What do the words mean?"),
        key="open terms",
        type="tertiary",
        icon=":material/menu_book:",
        on_click=dialogs.open_dialog,
        args=(_NAME,),
    )
    if dialogs.is_open(_NAME):
        dialogs.dialog(_("What the words mean"), _show_terms)


def _show_terms() -> None:
    lines = [f"- **{md(_(term.word))}**: {md(_(term.meaning))} *{md(_(term.seen))}*" for term in TERMS]
    st.markdown("\n".join(sorted(lines, key=str.casefold)))

"""Is the data the cause? What the model gets to read of its texts, asked before anything about the training.

A simple model that counts words (naive Bayes) was asked by the trainer what it can tell from whole texts and from what
is left of them, so that lost words and labels that do not follow from the texts are told from bad training.
"""

from __future__ import annotations

from trainer.coach import changes
from trainer.coach import thresholds as at
from trainer.coach.advice import Advice, Page
from trainer.coach.changes import Fixes
from trainer.coach.evidence import Evidence
from trainer.coach.wording import WORDING
from trainer.messages import Message
from trainer.runs.events import TextsRead


def data(seen: Evidence) -> Advice | None:
    """What of its texts keeps a model from learning."""
    texts = seen.texts
    if texts is None or not seen.is_poor:
        return None
    for rule in (contradictions, cut, unknown, unrelated):
        if (advice := rule(seen, texts)) is not None:
            return advice
    return None


def contradictions(seen: Evidence, texts: TextsRead) -> Advice | None:
    """The same texts with different labels."""
    if texts.contradicting < at.CONTRADICTING:
        return None
    told = WORDING.message("seen_contradictions", share=texts.contradicting)
    return _advice(seen, "contradictions", told)


def cut(seen: Evidence, texts: TextsRead) -> Advice | None:
    """What tells the classes apart stands where texts are cut off."""
    if not texts.cut or not seen.is_lost(texts.told_whole, texts.told_beginning):
        return None
    (length,) = seen.recipe.data.example_shape or (0,)
    shares = {"share": texts.cut, "whole": texts.told_whole, "beginning": texts.told_beginning}
    told = WORDING.message("seen_cut", length=length, **shares)
    return _advice(seen, "texts_cut", told, changes.read_words(seen.recipe, texts.length_wanted))


def unknown(seen: Evidence, texts: TextsRead) -> Advice | None:
    """What tells the classes apart is not in the vocabulary, or nearly nothing is."""
    if not seen.is_lost(texts.told_beginning, texts.told_read):
        is_lost = not seen.tells_apart(texts.told_read) or texts.told_beginning - texts.told_read > at.HARDLY_LOST
        if texts.unknown < at.MOSTLY_UNKNOWN or has_learned(seen) or not is_lost:
            return None
    told = WORDING.message("seen_unknown", share=texts.unknown)
    return _advice(seen, "words_unknown", told)


def unrelated(seen: Evidence, texts: TextsRead) -> Advice | None:
    """Nothing in whole texts tells the labels, on enough of them to say so."""
    if texts.tried < at.ENOUGH_TO_TELL or has_learned(seen) or seen.tells_apart(texts.told_whole):
        return None
    told = WORDING.message("seen_unrelated", told=texts.told_whole, majority=seen.majority)
    return _advice(seen, "labels_unrelated", told)


def has_learned(seen: Evidence) -> bool:
    """Whether the model itself shows that there is something to find in what it reads."""
    return seen.quality is not None and seen.quality >= at.LEARNED_SOMETHING


def _advice(seen: Evidence, kind: str, told: Message, fixes: Fixes = ()) -> Advice:
    return Advice(
        message=WORDING.message(kind),
        fixes=fixes,
        seen=told,
        meaning=WORDING.message(f"means_{kind}"),
        suggestion=WORDING.message(f"try_{kind}"),
        page=Page.DATA,
        metric="accuracy",
        span=seen.span(0),
    )
